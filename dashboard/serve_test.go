package dashboard

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

	"barometer/dashboard/identity"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const secret = "sixteen bytes and more"

func tokenOf(text, role, holder string) identity.Token {
	sum := sha256.Sum256([]byte(text))
	return identity.Token{SHA256: hex.EncodeToString(sum[:]), Role: role, Holder: holder}
}

// withTokens has an analyst and two policyholders.
var withTokens = []identity.Token{tokenOf("analyst", identity.Analyst, ""), tokenOf("acme", identity.Policyholder,
	"ACME"), tokenOf("zeta", identity.Policyholder, "ZETA")}

// withPeople are they, and named people of the insurer's: ann, bob, a collector and an operator; and a policyholder who
// only looks.
func withPeople(cfg *Config) {
	cfg.Tokens = append([]identity.Token{}, withTokens...)
	for name, roles := range map[string][]string{"ann": nil, "bob": nil, "collector": {"collector"},
		"operator": {"operator"}, "reader": {"analyst"}} {
		named := tokenOf(name, identity.Analyst, "")
		named.Name, named.Roles = name, roles
		cfg.Tokens = append(cfg.Tokens, named)
	}
	looks := tokenOf("looks", identity.Policyholder, "ACME")
	looks.Roles = []string{"view"}
	cfg.Tokens = append(cfg.Tokens, looks)
}

// client talks to a server that runs as in production, on a port of its own.
type client struct {
	t     *testing.T
	base  string
	token string
}

// as is the same server for somebody else.
func (c client) as(token string) client { c.token = token; return c }

func start(t *testing.T, f *fake, edit ...func(*Config)) client {
	t.Helper()
	registry := prometheus.NewRegistry()
	addr := make(chan string, 1)
	cfg := Config{Listen: "127.0.0.1:0", Secret: []byte(secret), Store: f, Decisions: f, Producer: f, Subscriptions: f,
		Redeliverer: f, Mailbox: f, Registerer: registry, Gatherer: registry, Logger: slog.New(slog.DiscardHandler),
		Listening: func(a string) { addr <- a }}
	for _, e := range edit {
		e(&cfg)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, cfg) }()
	t.Cleanup(func() {
		cancel()
		http.DefaultClient.CloseIdleConnections()
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	c := client{t: t}
	select {
	case a := <-addr:
		c.base = "http://" + a
	case err := <-done:
		done <- nil
		t.Fatalf("Serve: %v", err)
	}
	for range 200 {
		if status, _, _ := c.do("GET", "/readyz", ""); status == http.StatusOK {
			return c
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("never ready")
	return c
}

func (c client) do(method, path, body string) (int, string, http.Header) {
	c.t.Helper()
	r, err := http.NewRequest(method, c.base+path, strings.NewReader(body))
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

// get reads a JSON answer that must be 200.
func get[T any](c client, path string) T {
	c.t.Helper()
	status, body, _ := c.do("GET", path, "")
	var v T
	if status != http.StatusOK {
		c.t.Fatalf("GET %s: %d %s", path, status, body)
	}
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		c.t.Fatalf("GET %s: %v in %s", path, err, body)
	}
	return v
}

func TestWithoutTokensOnlyThisMachineIsServed(t *testing.T) {
	f := newFake()
	cfg := Config{Listen: "0.0.0.0:8080", Secret: []byte(secret), Store: f, Decisions: f, Producer: f}
	if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), "loopback") {
		t.Errorf("a server for everybody without tokens: %v", err)
	}
	c := start(t, f)
	if status, _, _ := c.do("GET", "/v1/buyers", ""); status != http.StatusOK {
		t.Errorf("this machine gets %d", status)
	}
	r, _ := http.NewRequest("GET", c.base+"/v1/buyers", nil)
	r.Host = "evil.example.com"
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusForbidden {
		t.Errorf("a name that was rebound to this machine gets %d", res.StatusCode)
	}
	if _, body, _ := c.do("GET", "/", ""); !strings.Contains(body, "everybody on this machine is an analyst") {
		t.Error("the page does not say that there are no tokens")
	}
}

func TestTokens(t *testing.T) {
	c := start(t, newFake(), func(cfg *Config) { cfg.Tokens = withTokens })
	for token, want := range map[string]int{"": 401, "wrong": 401, "analyst": 200, "acme": 200} {
		if status, body, _ := c.as(token).do("GET", "/v1/buyers", ""); status != want {
			t.Errorf("token %q gets %d %s, want %d", token, status, body, want)
		}
	}
	if status, _, h := c.do("GET", "/buyers", ""); status != http.StatusSeeOther || h.Get("Location") != "/login" {
		t.Errorf("a page without a token: %d %s", status, h.Get("Location"))
	}
	if status, _, _ := c.as("acme").do("GET", "/buyers", ""); status != http.StatusForbidden {
		t.Errorf("a policyholder on the analysts' page: %d", status)
	}
	for _, path := range []string{"/healthz", "/readyz", "/metrics", "/v1/openapi.json", "/login"} {
		if status, body, _ := c.do("GET", path, ""); status != http.StatusOK {
			t.Errorf("%s without a token: %d %s", path, status, body)
		}
	}
	res, err := (&http.Client{CheckRedirect: func(*http.Request,
		[]*http.Request) error {
		return http.ErrUseLastResponse
	}}).PostForm(c.base+"/login",
		map[string][]string{"token": {"analyst"}})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if len(res.Cookies()) != 1 || !res.Cookies()[0].HttpOnly || res.Cookies()[0].SameSite != http.SameSiteStrictMode {
		t.Errorf("logging in sets %v", res.Cookies())
	}
}

func TestConfigNamesWhatIsWrong(t *testing.T) {
	f := newFake()
	for want, edit := range map[string]func(*Config){
		"required": func(c *Config) { c.Store = nil }, "16 bytes": func(c *Config) { c.Secret = nil },
		"host:port": func(c *Config) { c.Listen = "x" }, "hexadecimal": func(c *Config) {
			c.Tokens = []identity.Token{{SHA256: "ab", Role: identity.Analyst, Holder: ""}}
		},
		"role":               func(c *Config) { c.Tokens = []identity.Token{tokenOf("a", "boss", "")} },
		"names its holder":   func(c *Config) { c.Tokens = []identity.Token{tokenOf("a", identity.Policyholder, "")} },
		"an analyst's none":  func(c *Config) { c.Tokens = []identity.Token{tokenOf("a", identity.Analyst, "ACME")} },
		"not a loopback add": func(c *Config) { c.Listen = ":8080" },
	} {
		cfg := Config{Listen: "127.0.0.1:0", Secret: []byte(secret), Store: f, Decisions: f, Producer: f}
		edit(&cfg)
		if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
}

func TestOpenAPINamesEveryPath(t *testing.T) {
	c := start(t, newFake())
	doc := get[struct {
		OpenAPI string
		Paths   map[string]map[string]any
	}](c, "/v1/openapi.json")
	for path, methods := range map[string]string{"/v1/limit-requests": "post", "/v1/limit-requests/{id}": "get",
		"/v1/buyers":      "get",
		"/v1/buyers/{id}": "get", "/v1/buyers/{id}/history": "get", "/v1/policies/{id}/limits": "get", "/v1/decisions": "get",
		"/v1/decisions/stream": "get", "/v1/events": "post", "/v1/subscriptions": "get post",
		"/v1/subscriptions/{id}": "delete",
		"/v1/notifications":      "get", "/v1/notifications/{id}/redeliver": "post"} {
		for _, m := range strings.Fields(methods) {
			if doc.Paths[path][m] == nil {
				t.Errorf("%s %s is not described", m, path)
			}
		}
	}
	_, body, _ := c.do("GET", "/v1/openapi.json", "")
	for _, want := range []string{"HolderLimit", "HolderBuyer", "Barometer-Position", "application/problem+json", `"q"`,
		`"cursor"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the description lacks %s", want)
		}
	}
}

func TestMetricsCountByRoute(t *testing.T) {
	c := start(t, newFake())
	c.do("GET", "/v1/buyers/unknown", "")
	_, body, _ := c.do("GET", "/metrics", "")
	if want := `barometer_http_request_seconds_count{route="GET /v1/buyers/{id}",status="4xx"} 1`; !strings.Contains(body,
		want) {
		t.Errorf("no %s in\n%s", want, body)
	}
}
