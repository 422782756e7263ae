package identity

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"
)

func tokenOf(text, role, holder string) Token {
	sum := sha256.Sum256([]byte(text))
	return Token{SHA256: hex.EncodeToString(sum[:]), Role: role, Holder: holder}
}

// people are an analyst and a policyholder.
var people = []Token{tokenOf("analyst", Analyst, ""), tokenOf("acme", Policyholder, "ACME")}

// TestMetricsAreNotForEverybody who reaches the API.
func TestMetricsAreNotForEverybody(t *testing.T) {
	handler := func(proxies ...netip.Prefix) http.Handler {
		g := NewGate(Config{Listen: "127.0.0.1:0", Tokens: people, TrustedProxies: proxies, Now: time.Now})
		return g.Forwarded(g.Authenticate(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})))
	}
	direct, proxied := handler(), handler(netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("127.0.0.2/32"))
	for name, x := range map[string]struct {
		handler             http.Handler
		from, token, client string
		status              int
	}{
		"this machine":                  {direct, "127.0.0.1:9", "", "", 200},
		"this machine, of its own name": {direct, "127.0.0.1:9", "analyst", "", 200},
		"an unstated proxy on it":       {direct, "127.0.0.1:9", "", "192.0.2.7", 401},
		"a wrong token":                 {direct, "127.0.0.1:9", "wrong", "", 401},
		"a policyholder on it":          {direct, "127.0.0.1:9", "acme", "", 403},
		"another machine":               {direct, "192.0.2.7:9", "", "", 401},
		"a policyholder":                {direct, "192.0.2.7:9", "acme", "", 403},
		"the insurer":                   {direct, "192.0.2.7:9", "analyst", "", 200},
		"a proxy's client":              {proxied, "10.1.1.1:9", "", "192.0.2.7", 401},
		"one that says it is local":     {proxied, "10.1.1.1:9", "", "127.0.0.1", 401},
		"a proxy on this machine":       {proxied, "127.0.0.2:9", "", "", 401},
		"the insurer, proxied":          {proxied, "10.1.1.1:9", "analyst", "192.0.2.7", 200},
	} {
		r := httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/metrics", nil)
		r.RemoteAddr = x.from
		if x.token != "" {
			r.Header.Set("Authorization", "Bearer "+x.token)
		}
		if x.client != "" {
			r.Header.Set("X-Forwarded-For", x.client)
		}
		w := httptest.NewRecorder()
		x.handler.ServeHTTP(w, r)
		if w.Code != x.status {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}
