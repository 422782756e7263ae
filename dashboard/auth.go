package dashboard

import (
	"context"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"barometer/dashboard/identity"
	"barometer/internal/loopback"

	"github.com/danielgtaylor/huma/v2"
)

// principal is whom a request stands for: one of the insurer's people where holder is empty, by name where the token
// has one.
type principal struct {
	holder, name string
	roles        []string // none: all of its side
	open         bool     // there are no tokens: whoever asks is everybody
}

func (p principal) analyst() bool { return p.holder == "" }

type principalKey struct{}

func principalOf(ctx context.Context) principal {
	p, ok := ctx.Value(principalKey{}).(principal)
	if !ok {
		panic("dashboard: a handler without a principal") // a route that skipped authentication must not answer
	}
	return p
}

// open are the paths that need no token: they say nothing of anybody, or only to whom it was sent.
func open(path string) bool {
	switch path {
	case "/healthz", "/readyz", "/login", "/logout", "/v1/openapi.json", "/v1/openapi.yaml", "/favicon.ico",
		string(LinkConfirm), string(LinkUnsubscribe): // whoever has the link is who it was sent to
		return true
	}
	return strings.HasPrefix(path, "/assets/")
}

// authenticate finds the principal, or refuses. Without tokens everybody on this machine is an analyst; the Host header
// must then name this machine, so that a web page elsewhere cannot reach in under a name of its own (DNS rebinding).
func (s *server) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now := s.tokens.Load()
		if now.none() && !loopback.Is(r.Host) {
			problem(w, http.StatusForbidden, "without tokens this server answers to localhost only")
			return
		}
		if open(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		wait, known := s.limitAttempts(r)
		if wait > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
			problem(w, http.StatusTooManyRequests, "too many wrong tokens came from this address")
			return
		}
		p, ok := s.identify(r)
		known(ok)
		if r.URL.Path == "/metrics" {
			switch {
			case ok && !p.analyst():
				problem(w, http.StatusForbidden, "metrics are for the insurer's people")
			case ok || bare(r) && local(r):
				next.ServeHTTP(w, r)
			default:
				w.Header().Set("WWW-Authenticate", `Bearer realm="barometer"`)
				problem(w, http.StatusUnauthorized, "metrics are for one of the insurer's tokens, and for this machine")
			}
			return
		}
		if !ok {
			if r.Header.Get("HX-Request") != "" {
				w.Header().Set("HX-Redirect", "/login") // the whole page goes there, not the part that asked
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			if !strings.HasPrefix(r.URL.Path, "/v1/") {
				http.Redirect(w, r, "/login", http.StatusSeeOther)
				return
			}
			w.Header().Set("WWW-Authenticate", `Bearer realm="barometer"`)
			problem(w, http.StatusUnauthorized, "a bearer token is needed: Authorization: Bearer …")
			return
		}
		ctx := context.WithValue(r.Context(), principalKey{}, p)
		next.ServeHTTP(w, r.WithContext(context.WithValue(ctx, replacedKey{}, now.replaced)))
	})
}

// bare tells whether a request names nobody.
func bare(r *http.Request) bool { return r.Header.Get("Authorization") == "" }

// limitAttempts tells how long a request with a token has to wait, as too many wrong ones came from its address: not
// one that has been right from there before. known is to be told whether the token is right.
func (s *server) limitAttempts(r *http.Request) (wait time.Duration, known func(bool)) {
	text, there := bearer(r.Header.Get("Authorization"))
	if !there || s.tokens.Load().none() {
		return 0, func(bool) {}
	}
	token := identity.DigestOf(text)
	if !s.attempts.Came(r.RemoteAddr, token) {
		wait = s.attempts.Wait(r.RemoteAddr, s.now())
	}
	return wait, func(right bool) {
		if right {
			s.attempts.Succeeded(r.RemoteAddr, token)
		} else {
			s.attempts.Failed(r.RemoteAddr, s.now())
		}
	}
}

func (s *server) identify(r *http.Request) (principal, bool) {
	if s.tokens.Load().none() {
		return principal{open: true}, true
	}
	if token, ok := bearer(r.Header.Get("Authorization")); ok {
		return s.byToken(identity.DigestOf(token))
	}
	return s.bySession(r)
}

// bearer takes the token out of an Authorization header. A scheme's name is the same in any case (RFC 9110).
func bearer(header string) (string, bool) {
	scheme, token, ok := strings.Cut(header, " ")
	return strings.TrimLeft(token, " "), ok && strings.EqualFold(scheme, "Bearer")
}

// byToken compares the digest of a token with that of every token in constant time.
func (s *server) byToken(sum identity.Digest) (principal, bool) {
	var found principal
	ok := false
	for _, t := range s.tokens.Load().tokens {
		want, _ := hex.DecodeString(t.SHA256)
		if subtle.ConstantTimeCompare(sum[:], want) == 1 {
			found, ok = principal{holder: t.Holder, name: t.Name, roles: t.Roles}, true
		}
	}
	return found, ok
}

// problem writes an RFC 9457 document where huma does not.
func problem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(huma.ErrorModel{Status: status, Title: http.StatusText(status), Detail: detail})
}
