package identity

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

// behindProxies is a server beyond loopback that speaks plain HTTP, and tells who it thinks asks.
func behindProxies(t *testing.T, edit func(*Config)) func(from string, header map[string]string,
	path string) (status int, asks string, secure bool) {
	cfg := Config{Listen: "0.0.0.0:8080", Tokens: people,
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::/32")}}
	if edit != nil {
		edit(&cfg)
	}
	g := NewGate(cfg)
	return func(from string, header map[string]string, path string) (status int, asks string, secure bool) {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.RemoteAddr, r.TLS = from, nil
		for name, value := range header {
			r.Header.Set(name, value)
		}
		w := httptest.NewRecorder()
		g.Forwarded(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asks, secure = r.RemoteAddr, sessionOf(r, "x", 0).Secure
		})).ServeHTTP(w, r)
		return w.Code, asks, secure
	}
}

func TestProxiesThatAreStatedSayWhoAsks(t *testing.T) {
	get := behindProxies(t, nil)
	for name, c := range map[string]struct {
		from, forwarded, proto, path string
		status                       int
		asks                         string
		secure                       bool
	}{
		"through the proxy": {"10.1.1.1:999", "192.0.2.7", "https", "/v1/buyers", 200, "192.0.2.7:0", true},
		"what came before is a claim": {"10.1.1.1:999", "127.0.0.1, 192.0.2.7", "https", "/v1/buyers", 200, "192.0.2.7:0",
			true},
		"through two of ours":   {"10.1.1.1:999", "192.0.2.7, 10.2.2.2", "https", "/v1/buyers", 200, "192.0.2.7:0", true},
		"IPv6":                  {"[2001:db8::1]:999", "2001:470::7", "https", "/v1/buyers", 200, "[2001:470::7]:0", true},
		"mapped":                {"[::ffff:10.1.1.1]:999", "192.0.2.7", "http", "/v1/buyers", 200, "192.0.2.7:0", false},
		"the proxy itself":      {"10.1.1.1:999", "", "", "/v1/buyers", 200, "10.1.1.1:999", false},
		"nonsense of the proxy": {"10.1.1.1:999", "unknown", "https", "/v1/buyers", 200, "10.1.1.1:999", true},
		"past the proxy":        {"192.0.2.7:999", "10.1.1.1", "https", "/v1/buyers", 403, "", false},
		"past it, for a probe":  {"192.0.2.7:999", "10.1.1.1", "https", "/readyz", 200, "192.0.2.7:999", false},
		"from this machine":     {"127.0.0.1:999", "192.0.2.7", "https", "/v1/buyers", 200, "127.0.0.1:999", false},
	} {
		header := map[string]string{}
		if c.forwarded != "" {
			header["X-Forwarded-For"] = c.forwarded
		}
		if c.proto != "" {
			header["X-Forwarded-Proto"] = c.proto
		}
		status, asks, secure := get(c.from, header, c.path)
		if status != c.status || asks != c.asks || secure != c.secure {
			t.Errorf("%s: %d %s %t", name, status, asks, secure)
		}
	}
	get = behindProxies(t, func(cfg *Config) { cfg.TrustedProxies, cfg.TLS = nil, true })
	if status, asks, secure := get("192.0.2.7:999", map[string]string{"X-Forwarded-For": "10.1.1.1",
		"X-Forwarded-Proto": "https"}, "/v1/buyers"); status != 200 ||
		asks != "192.0.2.7:999" || secure {
		t.Errorf("with TLS of its own and no proxies: %d %s %t", status, asks, secure)
	}
}
