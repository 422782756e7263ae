package dashboardtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"barometer/dashboard"
	"barometer/dashboard/identity"

	"github.com/prometheus/client_golang/prometheus"
)

// Secret is the installation's.
const Secret = "sixteen bytes and more"

// TokenOf is a token of a text.
func TokenOf(text, role, holder string) identity.Token {
	sum := sha256.Sum256([]byte(text))
	return identity.Token{SHA256: hex.EncodeToString(sum[:]), Role: role, Holder: holder}
}

// Tokens has an analyst and two policyholders.
var Tokens = []identity.Token{TokenOf("analyst", identity.Analyst, ""), TokenOf("acme", identity.Policyholder,
	"ACME"), TokenOf("zeta", identity.Policyholder, "ZETA")}

// WithPeople are they, and named people of the insurer's: ann, bob, a collector and an operator; and a policyholder who
// only looks.
func WithPeople(cfg *dashboard.Config) {
	cfg.Tokens = append([]identity.Token{}, Tokens...)
	for name, roles := range map[string][]string{"ann": nil, "bob": nil, "collector": {"collector"},
		"operator": {"operator"}, "reader": {"analyst"}} {
		named := TokenOf(name, identity.Analyst, "")
		named.Name, named.Roles = name, roles
		cfg.Tokens = append(cfg.Tokens, named)
	}
	looks := TokenOf("looks", identity.Policyholder, "ACME")
	looks.Roles = []string{"view"}
	cfg.Tokens = append(cfg.Tokens, looks)
}

// Client talks to a server that runs as in production, on a port of its own.
type Client struct {
	t     *testing.T
	Base  string
	token string
}

// As is the same server for somebody else.
func (c Client) As(token string) Client { c.token = token; return c }

// Start serves f, as in production, until the test ends, and waits until it follows the decisions.
func Start(t *testing.T, f *Fake, edit ...func(*dashboard.Config)) Client {
	t.Helper()
	registry := prometheus.NewRegistry()
	addr := make(chan string, 1)
	cfg := dashboard.Config{Listen: "127.0.0.1:0", Secret: []byte(Secret), Store: f, Decisions: f, Producer: f,
		Subscriptions: f, Redeliverer: f, Mailbox: f, Registerer: registry, Gatherer: registry,
		Logger:    slog.New(slog.DiscardHandler),
		Listening: func(a string) { addr <- a }}
	for _, e := range edit {
		e(&cfg)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- dashboard.Serve(ctx, cfg) }()
	t.Cleanup(func() {
		cancel()
		http.DefaultClient.CloseIdleConnections()
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	c := Client{t: t}
	select {
	case a := <-addr:
		c.Base = "http://" + a
	case err := <-done:
		done <- nil
		t.Fatalf("Serve: %v", err)
	}
	for range 200 {
		if status, _, _ := c.Do("GET", "/readyz", ""); status == http.StatusOK {
			return c
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("never ready")
	return c
}

// Do asks, and returns status, body and header.
func (c Client) Do(method, path, body string) (int, string, http.Header) {
	c.t.Helper()
	r, err := http.NewRequest(method, c.Base+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	res, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: http.DefaultTransport}).Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return res.StatusCode, string(b), res.Header
}

// Get reads a JSON answer that must be 200.
func Get[T any](c Client, path string) T {
	c.t.Helper()
	status, body, _ := c.Do("GET", path, "")
	var v T
	if status != http.StatusOK {
		c.t.Fatalf("GET %s: %d %s", path, status, body)
	}
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		c.t.Fatalf("GET %s: %v in %s", path, err, body)
	}
	return v
}

// Text is the body of an answer that must be 200.
func (c Client) Text(path string) string {
	c.t.Helper()
	status, body, _ := c.Do("GET", path, "")
	if status != 200 {
		c.t.Fatalf("GET %s: %d %s", path, status, body)
	}
	return body
}

// Read asks, and returns the whole answer as it came.
func Read(t *testing.T, r *http.Request) string {
	t.Helper()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var b strings.Builder
	if err := answer.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
