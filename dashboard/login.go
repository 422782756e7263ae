package dashboard

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"barometer/dashboard/identity"
)

// sessionCookie carries the id of a session for the pages, as browsers send no bearer tokens by themselves.
const sessionCookie = "barometer_session"

// bySession finds whom the session of a request stands for, and prolongs the session. The token behind it must still be
// one that is configured.
func (s *server) bySession(r *http.Request) (principal, bool) {
	if c, err := r.Cookie(sessionCookie); err == nil {
		if token, ok := s.sessions.Use(c.Value, s.now()); ok {
			return s.byToken(token)
		}
	}
	return principal{}, false
}

// goesOn tells whether a request that was let in still would be, for answers that take long.
func (s *server) goesOn(r *http.Request) bool {
	c, err := r.Cookie(sessionCookie)
	if err != nil || r.Header.Get("Authorization") != "" {
		_, ok := s.identify(r)
		return ok
	}
	token, ok := s.sessions.Find(c.Value, s.now())
	if ok {
		_, ok = s.byToken(token)
	}
	return ok || s.tokens.Load().none()
}

// loginForm is what the page says above its button.
type loginForm struct {
	Unknown   bool
	WaitFor   int // seconds
	LoggedOut bool
}

func (s *server) loginPage(w http.ResponseWriter, r *http.Request) {
	if s.tokens.Load().none() {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	s.alone(w, http.StatusOK, "login", loginForm{LoggedOut: r.URL.Query().Has("out")})
}

// login turns a token into a session. Who has tried too many wrong ones waits, whatever he sends.
func (s *server) login(w http.ResponseWriter, r *http.Request) {
	now := s.now()
	if wait := s.attempts.Wait(r.RemoteAddr, now); wait > 0 {
		seconds := int((wait + time.Second - 1) / time.Second)
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
		s.alone(w, http.StatusTooManyRequests, "login", loginForm{WaitFor: seconds})
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 16<<10)
	token := identity.DigestOf(strings.TrimSpace(r.PostFormValue("token")))
	if _, ok := s.byToken(token); !ok {
		s.attempts.Failed(r.RemoteAddr, now)
		s.alone(w, http.StatusUnauthorized, "login", loginForm{Unknown: true})
		return
	}
	s.endSession(r)
	http.SetCookie(w, sessionOf(r, s.sessions.Open(token, now), 0))
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// logout ends the session of a browser, and only that one.
func (s *server) logout(w http.ResponseWriter, r *http.Request) {
	s.endSession(r)
	http.SetCookie(w, sessionOf(r, "", -1))
	http.Redirect(w, r, "/login?out", http.StatusSeeOther)
}

func (s *server) endSession(r *http.Request) {
	if c, err := r.Cookie(sessionCookie); err == nil {
		s.sessions.Close(c.Value)
	}
}

// sessionOf makes the cookie: for this server only, out of reach of scripts and other sites, and not sent in clear
// where the browser speaks TLS. maxAge below 0 removes it; 0 keeps it until the browser ends, and the server forgets
// the session earlier.
func sessionOf(r *http.Request, id string, maxAge int) *http.Cookie {
	return &http.Cookie{Name: sessionCookie, Value: id, Path: "/", MaxAge: maxAge, HttpOnly: true,
		SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https"}
}
