package identity

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Cookie carries the id of a session for the pages, as browsers send no bearer tokens by themselves.
const Cookie = "barometer_session"

// bySession finds whom the session of a request stands for, and prolongs the session. The token behind it must still be
// one that is configured.
func (g *Gate) bySession(r *http.Request) (Principal, bool) {
	if c, err := r.Cookie(Cookie); err == nil {
		if token, ok := g.sessions.Use(c.Value, g.cfg.Now()); ok {
			return g.byToken(token)
		}
	}
	return Principal{}, false
}

// GoesOn tells whether a request that was let in still would be, for answers that take long.
func (g *Gate) GoesOn(r *http.Request) bool {
	c, err := r.Cookie(Cookie)
	if err != nil || r.Header.Get("Authorization") != "" {
		_, ok := g.identify(r)
		return ok
	}
	token, ok := g.sessions.Find(c.Value, g.cfg.Now())
	if ok {
		_, ok = g.byToken(token)
	}
	return ok || g.Open()
}

// LoginForm is what the page says above its button.
type LoginForm struct {
	Unknown   bool
	WaitFor   int // seconds
	LoggedOut bool
}

func (g *Gate) LoginPage(w http.ResponseWriter, r *http.Request) {
	if g.Open() {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	g.cfg.Form(w, http.StatusOK, LoginForm{LoggedOut: r.URL.Query().Has("out")})
}

// Login turns a token into a session. Who has tried too many wrong ones waits, whatever he sends.
func (g *Gate) Login(w http.ResponseWriter, r *http.Request) {
	now := g.cfg.Now()
	if wait := g.attempts.Wait(r.RemoteAddr, now); wait > 0 {
		seconds := int((wait + time.Second - 1) / time.Second)
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
		g.cfg.Form(w, http.StatusTooManyRequests, LoginForm{WaitFor: seconds})
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 16<<10)
	token := DigestOf(strings.TrimSpace(r.PostFormValue("token")))
	if _, ok := g.byToken(token); !ok {
		g.attempts.Failed(r.RemoteAddr, now)
		g.cfg.Form(w, http.StatusUnauthorized, LoginForm{Unknown: true})
		return
	}
	g.endSession(r)
	http.SetCookie(w, sessionOf(r, g.sessions.Open(token, now), 0))
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// Logout ends the session of a browser, and only that one.
func (g *Gate) Logout(w http.ResponseWriter, r *http.Request) {
	g.endSession(r)
	http.SetCookie(w, sessionOf(r, "", -1))
	http.Redirect(w, r, "/login?out", http.StatusSeeOther)
}

func (g *Gate) endSession(r *http.Request) {
	if c, err := r.Cookie(Cookie); err == nil {
		g.sessions.Close(c.Value)
	}
}

// sessionOf makes the cookie: for this server only, out of reach of scripts and other sites, and not sent in clear
// where the browser speaks TLS. maxAge below 0 removes it; 0 keeps it until the browser ends, and the server forgets
// the session earlier.
func sessionOf(r *http.Request, id string, maxAge int) *http.Cookie {
	return &http.Cookie{Name: Cookie, Value: id, Path: "/", MaxAge: maxAge, HttpOnly: true,
		SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https"}
}
