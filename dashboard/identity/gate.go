package identity

import (
	"context"
	"crypto/subtle"
	"encoding/hex"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"barometer/dashboard/problem"
	"barometer/internal/loopback"
)

// Config is what a Gate is made of. All but Public are required.
type Config struct {
	Listen string // host:port
	TLS    bool   // whether this server speaks it
	// TrustedProxies may say from where requests come, and whether TLS was spoken.
	TrustedProxies []netip.Prefix
	Tokens         []Token
	Public         []string // paths that need no token, besides those of open
	// Form shows the page to log in on.
	Form func(w http.ResponseWriter, status int, f LoginForm)
	Now  func() time.Time
	Log  *slog.Logger
}

// Gate lets requests in: it finds whom each stands for, or refuses it.
type Gate struct {
	cfg      Config
	tokens   atomic.Pointer[tokenSet]
	sessions Sessions
	attempts Attempts
}

// NewGate makes a Gate with the tokens of cfg, which are valid.
func NewGate(cfg Config) *Gate {
	g := &Gate{cfg: cfg}
	g.tokens.Store(newTokenSet(cfg.Tokens))
	return g
}

// Open tells whether there are no tokens, so that everybody on this machine is an analyst.
func (g *Gate) Open() bool { return g.tokens.Load().none() }

// open tells of a path that it needs no token: it says nothing of anybody, or only to whom it was sent.
func (g *Gate) open(path string) bool {
	switch path {
	case "/healthz", "/readyz", "/login", "/logout", "/v1/openapi.json", "/v1/openapi.yaml", "/favicon.ico":
		return true
	}
	return slices.Contains(g.cfg.Public, path) || strings.HasPrefix(path, "/assets/")
}

// Authenticate finds the principal, or refuses. Without tokens everybody on this machine is an analyst; the Host header
// must then name this machine, so that a web page elsewhere cannot reach in under a name of its own (DNS rebinding).
func (g *Gate) Authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now := g.tokens.Load()
		if now.none() && !loopback.Is(r.Host) {
			problem.Write(w, http.StatusForbidden, "without tokens this server answers to localhost only")
			return
		}
		if g.open(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		wait, known := g.limitAttempts(r)
		if wait > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
			problem.Write(w, http.StatusTooManyRequests, "too many wrong tokens came from this address")
			return
		}
		p, ok := g.identify(r)
		known(ok)
		if r.URL.Path == "/metrics" {
			switch {
			case ok && !p.Analyst():
				problem.Write(w, http.StatusForbidden, "metrics are for the insurer's people")
			case ok || bare(r) && local(r):
				next.ServeHTTP(w, r)
			default:
				w.Header().Set("WWW-Authenticate", `Bearer realm="barometer"`)
				problem.Write(w, http.StatusUnauthorized, "metrics are for one of the insurer's tokens, and for this machine")
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
			problem.Write(w, http.StatusUnauthorized, "a bearer token is needed: Authorization: Bearer …")
			return
		}
		ctx := context.WithValue(With(r.Context(), p), replacedKey{}, now.replaced)
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// bare tells whether a request names nobody.
func bare(r *http.Request) bool { return r.Header.Get("Authorization") == "" }

// limitAttempts tells how long a request with a token has to wait, as too many wrong ones came from its address: not
// one that has been right from there before. known is to be told whether the token is right.
func (g *Gate) limitAttempts(r *http.Request) (wait time.Duration, known func(bool)) {
	text, there := bearer(r.Header.Get("Authorization"))
	if !there || g.Open() {
		return 0, func(bool) {}
	}
	token := DigestOf(text)
	if !g.attempts.Came(r.RemoteAddr, token) {
		wait = g.attempts.Wait(r.RemoteAddr, g.cfg.Now())
	}
	return wait, func(right bool) {
		if right {
			g.attempts.Succeeded(r.RemoteAddr, token)
		} else {
			g.attempts.Failed(r.RemoteAddr, g.cfg.Now())
		}
	}
}

func (g *Gate) identify(r *http.Request) (Principal, bool) {
	if g.Open() {
		return Principal{Open: true}, true
	}
	if token, ok := bearer(r.Header.Get("Authorization")); ok {
		return g.byToken(DigestOf(token))
	}
	return g.bySession(r)
}

// bearer takes the token out of an Authorization header. A scheme's name is the same in any case (RFC 9110).
func bearer(header string) (string, bool) {
	scheme, token, ok := strings.Cut(header, " ")
	return strings.TrimLeft(token, " "), ok && strings.EqualFold(scheme, "Bearer")
}

// byToken compares the digest of a token with that of every token in constant time.
func (g *Gate) byToken(sum Digest) (Principal, bool) {
	var found Principal
	ok := false
	for _, t := range g.tokens.Load().tokens {
		want, _ := hex.DecodeString(t.SHA256)
		if subtle.ConstantTimeCompare(sum[:], want) == 1 {
			found, ok = Principal{Holder: t.Holder, Name: t.Name, roles: t.Roles}, true
		}
	}
	return found, ok
}
