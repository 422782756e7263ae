package identity_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"barometer/dashboard"
	"barometer/dashboard/dashboardtest"
	"barometer/dashboard/identity"
)

// output is a log that may be read while it is written.
type output struct {
	mu sync.Mutex
	bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.Buffer.Write(b)
}

func (o *output) says(text string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return strings.Contains(o.String(), text)
}

// TestTokensAreReplacedWhileItRuns: who is taken away is let in no more and loses his stream; wrong ones change
// nothing.
func TestTokensAreReplacedWhileItRuns(t *testing.T) {
	tokens, said := make(chan []identity.Token), &output{}
	c := dashboardtest.Start(t, dashboardtest.New(), func(cfg *dashboard.Config) {
		cfg.Tokens, cfg.Reload, cfg.Logger = dashboardtest.Tokens, tokens, slog.New(slog.NewTextHandler(said, nil))
	})
	status := func(token string) int {
		code, _, _ := c.As(token).Do("GET", "/v1/buyers", "")
		return code
	}
	r, _ := http.NewRequest(http.MethodGet, c.Base+"/v1/decisions/stream", nil)
	r.Header.Set("Authorization", "Bearer acme")
	res, err := http.DefaultClient.Do(r)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("stream: %v %v", res, err)
	}
	defer res.Body.Close()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
		}
	}()
	tokens <- []identity.Token{{SHA256: "no digest", Role: identity.Analyst}}
	tokens <- nil
	if status("acme") != http.StatusOK || !said.says("sha256 is not 64 hexadecimal digits") ||
		!said.says("without tokens everybody would be an analyst") {
		t.Errorf("wrong tokens: %d, the log says %s", status("acme"), said)
	}
	select {
	case <-ended:
		t.Error("wrong tokens ended a stream")
	default:
	}
	tokens <- []identity.Token{dashboardtest.TokenOf("new", identity.Analyst, ""), dashboardtest.Tokens[2]}
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Error("a stream goes on without its token")
	}
	for token, want := range map[string]int{"acme": http.StatusUnauthorized, "analyst": http.StatusUnauthorized,
		"new": http.StatusOK, "zeta": http.StatusOK} {
		if got := status(token); got != want {
			t.Errorf("%s: %d, want %d", token, got, want)
		}
	}
}

// TestWrongTokensCountForWhoSentThem, not for the proxy that they came through.
func TestWrongTokensCountForWhoSentThem(t *testing.T) {
	c := dashboardtest.Start(t, dashboardtest.New(), func(cfg *dashboard.Config) {
		cfg.Tokens, cfg.TrustedProxies = dashboardtest.Tokens, []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	get := func(client, token string) int {
		r, _ := http.NewRequest(http.MethodGet, c.Base+"/v1/buyers", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("X-Forwarded-For", client)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		return res.StatusCode
	}
	for range 200 {
		if get("192.0.2.66", "wrong") == http.StatusTooManyRequests {
			break
		}
	}
	if got := get("192.0.2.66", "wrong"); got != http.StatusTooManyRequests {
		t.Errorf("who tries tokens: %d", got)
	}
	if got := get("192.0.2.7", "acme"); got != http.StatusOK {
		t.Errorf("another client of the proxy: %d", got)
	}
}

func TestTLSIsSpoken(t *testing.T) {
	made := httptest.NewUnstartedServer(nil) // has a certificate that its client trusts
	made.EnableHTTP2 = true
	made.StartTLS()
	defer made.Close()
	f, addr, done := dashboardtest.New(), make(chan string, 1), make(chan error, 1)
	cfg := dashboard.Config{Listen: "127.0.0.1:0", Secret: []byte(dashboardtest.Secret), Store: f, Decisions: f,
		Producer: f, Tokens: dashboardtest.Tokens, TLS: &tls.Config{Certificates: made.TLS.Certificates},
		Logger:    slog.New(slog.DiscardHandler),
		Listening: func(a string) { addr <- a }}
	ctx, cancel := context.WithCancel(t.Context())
	go func() { done <- dashboard.Serve(ctx, cfg) }()
	at, client := <-addr, made.Client()
	res, err := client.Get("https://" + at + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.ProtoMajor != 2 || res.StatusCode != http.StatusOK {
		t.Errorf("%s %s", res.Proto, res.Status)
	}
	if res, err := http.Get("http://" + at + "/healthz"); err == nil {
		res.Body.Close()
		if res.StatusCode == http.StatusOK {
			t.Error("it speaks plain HTTP too")
		}
	}
	client.CloseIdleConnections()
	http.DefaultClient.CloseIdleConnections()
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
