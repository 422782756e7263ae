package dashboard

import (
	"context"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"net"
	"net/http"
	"strings"

	"barometer/dashboard/identity"

	"github.com/danielgtaylor/huma/v2"
)

// principal is whom a request stands for: an analyst where holder is empty, by name where the token has one.
type principal struct{ holder, name string }

func (p principal) analyst() bool { return p.holder == "" }

type principalKey struct{}

func principalOf(ctx context.Context) principal {
	p, ok := ctx.Value(principalKey{}).(principal)
	if !ok {
		panic("dashboard: a handler without a principal") // a route that skipped authentication must not answer
	}
	return p
}

// open are the paths that need no token: they say nothing of anybody.
func open(path string) bool {
	switch path {
	case "/healthz", "/readyz", "/metrics", "/login", "/logout", "/v1/openapi.json", "/v1/openapi.yaml", "/favicon.ico":
		return true
	}
	return strings.HasPrefix(path, "/assets/")
}

// authenticate finds the principal, or refuses. Without tokens everybody on this machine is an analyst; the Host header must
// then name this machine, so that a web page elsewhere cannot reach in under a name of its own (DNS rebinding).
func (s *server) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(s.cfg.Tokens) == 0 && !loopback(hostname(r.Host)) {
			problem(w, http.StatusForbidden, "without tokens this server answers to localhost only")
			return
		}
		if open(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		p, ok := s.identify(r)
		if !ok {
			if !strings.HasPrefix(r.URL.Path, "/v1/") {
				http.Redirect(w, r, "/login", http.StatusSeeOther)
				return
			}
			w.Header().Set("WWW-Authenticate", `Bearer realm="barometer"`)
			problem(w, http.StatusUnauthorized, "a bearer token is needed: Authorization: Bearer …")
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), principalKey{}, p)))
	})
}

func (s *server) identify(r *http.Request) (principal, bool) {
	if len(s.cfg.Tokens) == 0 {
		return principal{}, true
	}
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return s.byToken(identity.DigestOf(token))
	}
	return s.bySession(r)
}

// byToken compares the digest of a token with that of every token in constant time.
func (s *server) byToken(sum identity.Digest) (principal, bool) {
	var found principal
	ok := false
	for _, t := range s.cfg.Tokens {
		want, _ := hex.DecodeString(t.SHA256)
		if subtle.ConstantTimeCompare(sum[:], want) == 1 {
			found, ok = principal{t.Holder, t.Name}, true
		}
	}
	return found, ok
}

func hostname(hostport string) string {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	return strings.Trim(host, "[]")
}

// problem writes an RFC 9457 document where huma does not.
func problem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(huma.ErrorModel{Status: status, Title: http.StatusText(status), Detail: detail})
}
