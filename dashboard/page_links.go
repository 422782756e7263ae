package dashboard

import (
	"errors"
	"net/http"

	"barometer/dashboard/alerts"
)

// linkPage is what a link in a message leads to: what it is about, and a button, as mail programs follow links by
// themselves.
type linkPage struct {
	Title, Text, Button string
	Path, Token         string // of the form; no Token: there is nothing to do
}

// words of a link's page before and after its button.
type linkWords struct{ title, text, button, done string }

var linkTexts = map[alerts.LinkPurpose]linkWords{
	alerts.LinkConfirm: {"Confirm this address", "Notifications about the buyers of a policy are to be sent to ",
		"Confirm",
		"The address is confirmed. Notifications are sent to it from now on."}, alerts.LinkUnsubscribe: {"No more messages",
		"Notifications about the buyers of a policy are sent to ", "Unsubscribe",
		"No more notifications are sent to this address."},
}

// linkRoutes are the pages behind links in messages. They need no log-in: the link is the right to it.
func (s *server) linkRoutes(mux *http.ServeMux) {
	for purpose := range linkTexts {
		mux.HandleFunc("GET "+string(purpose), func(w http.ResponseWriter, r *http.Request) { s.showLink(w, r, purpose) })
		mux.HandleFunc("POST "+string(purpose), func(w http.ResponseWriter, r *http.Request) { s.followLink(w, r, purpose) })
	}
}

func (s *server) showLink(w http.ResponseWriter, r *http.Request, purpose alerts.LinkPurpose) {
	token, said := r.URL.Query().Get("token"), linkTexts[purpose]
	sub, ok := s.linked(w, r, purpose, token)
	if !ok {
		return
	}
	p := linkPage{Title: said.title, Text: said.text + sub.Target + ".", Button: said.button, Path: string(purpose),
		Token: token}
	if purpose == alerts.LinkConfirm && sub.Confirmed || purpose == alerts.LinkUnsubscribe && sub.Disabled {
		p.Text, p.Token = said.done, ""
	}
	s.alone(w, http.StatusOK, "link", p)
}

// followLink does what a link is for. A mail program's own button (RFC 8058) has the token in the address.
func (s *server) followLink(w http.ResponseWriter, r *http.Request, purpose alerts.LinkPurpose) {
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	token := r.FormValue("token")
	if _, ok := s.linked(w, r, purpose, token); !ok {
		return
	}
	if err := s.cfg.Subscriptions.FollowLink(r.Context(), purpose, token); err != nil {
		s.log.ErrorContext(r.Context(), "a link could not be followed", "purpose", purpose, "error", err)
		s.alone(w, http.StatusServiceUnavailable, "link", linkPage{Title: "Not possible now", Text: "Try again in a moment."})
		return
	}
	s.alone(w, http.StatusOK, "link", linkPage{Title: linkTexts[purpose].title, Text: linkTexts[purpose].done})
}

// linked finds what a link is about, or says that it is not valid.
func (s *server) linked(w http.ResponseWriter, r *http.Request, purpose alerts.LinkPurpose,
	token string) (sub alerts.Subscription,
	ok bool) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	if s.cfg.Subscriptions == nil {
		http.NotFound(w, r)
		return sub, false
	}
	sub, err := s.cfg.Subscriptions.PeekLink(r.Context(), purpose, token)
	switch {
	case err == nil:
		return sub, true
	case errors.Is(err, alerts.ErrNotFound):
		s.alone(w, http.StatusNotFound, "link", linkPage{Title: "This link is not valid",
			Text: "It is older than seven days, the subscription has ended, or the address is not complete."})
	default:
		s.log.ErrorContext(r.Context(), "a link could not be read", "error", err)
		s.alone(w, http.StatusServiceUnavailable, "link", linkPage{Title: "Not possible now", Text: "Try again in a moment."})
	}
	return sub, false
}
