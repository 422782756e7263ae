package portal

import (
	"embed"
	"errors"
	"log/slog"
	"net/http"

	"barometer/dashboard/alerts"
	"barometer/dashboard/web"
)

//go:embed templates/*.html
var templates embed.FS

// Config is what the portal is made of. Without Subscriptions there are no links to follow.
type Config struct {
	Subscriptions alerts.Subscriptions
	Site          *web.Site
	Log           *slog.Logger
}

// Portal is the policyholders' pages.
type Portal struct {
	cfg   Config
	pages *web.Pages
}

// New makes a Portal.
func New(cfg Config) (*Portal, error) {
	pages, err := cfg.Site.Pages(templates, nil)
	if err != nil {
		return nil, err
	}
	return &Portal{cfg, pages}, nil
}

// Public are the paths of links, which need no token: whoever has one is who it was sent to.
var Public = []string{string(alerts.LinkConfirm), string(alerts.LinkUnsubscribe)}

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

// Register has mux answer the pages behind links in messages. They need no log-in: the link is the right to it.
func (s *Portal) Register(mux *http.ServeMux) {
	for purpose := range linkTexts {
		mux.HandleFunc("GET "+string(purpose), func(w http.ResponseWriter, r *http.Request) { s.showLink(w, r, purpose) })
		mux.HandleFunc("POST "+string(purpose), func(w http.ResponseWriter, r *http.Request) { s.followLink(w, r, purpose) })
	}
}

func (s *Portal) showLink(w http.ResponseWriter, r *http.Request, purpose alerts.LinkPurpose) {
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
	s.pages.Alone(w, http.StatusOK, "link", p)
}

// followLink does what a link is for. A mail program's own button (RFC 8058) has the token in the address.
func (s *Portal) followLink(w http.ResponseWriter, r *http.Request, purpose alerts.LinkPurpose) {
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	token := r.FormValue("token")
	if _, ok := s.linked(w, r, purpose, token); !ok {
		return
	}
	if err := s.cfg.Subscriptions.FollowLink(r.Context(), purpose, token); err != nil {
		s.cfg.Log.ErrorContext(r.Context(), "a link could not be followed", "purpose", purpose, "error", err)
		s.pages.Alone(w, http.StatusServiceUnavailable, "link", linkPage{Title: "Not possible now",
			Text: "Try again in a moment."})
		return
	}
	s.pages.Alone(w, http.StatusOK, "link", linkPage{Title: linkTexts[purpose].title, Text: linkTexts[purpose].done})
}

// linked finds what a link is about, or says that it is not valid.
func (s *Portal) linked(w http.ResponseWriter, r *http.Request, purpose alerts.LinkPurpose,
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
		s.pages.Alone(w, http.StatusNotFound, "link", linkPage{Title: "This link is not valid",
			Text: "It is older than seven days, the subscription has ended, or the address is not complete."})
	default:
		s.cfg.Log.ErrorContext(r.Context(), "a link could not be read", "error", err)
		s.pages.Alone(w, http.StatusServiceUnavailable, "link", linkPage{Title: "Not possible now",
			Text: "Try again in a moment."})
	}
	return sub, false
}
