package desk

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"barometer/dashboard/alerts"
	"barometer/dashboard/format"
	"barometer/dashboard/identity"
	"barometer/dashboard/paging"
	"barometer/dashboard/portfolio"
	"barometer/dashboard/web"
	"barometer/processor/decision"
	"barometer/storage/history"
)

const shownPerPage = 50

// listing is a page that is a list: what narrows it, its rows, and where it goes on.
type listing struct {
	Search, Grade, Policy, Buyer, State string
	Grades                              []int
	States                              []string
	Rows                                any
	Next                                string // address of the next page, empty on the last one
	More                                bool   // these rows follow others
	EyesOff                             bool   // nobody is known by name
	InForce                             string // what limits come to, on their first page
}

var (
	tenGrades = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	allStates = []string{"waiting", "retrying", "delivered", "gave_up"}
)

// buyerRow is a buyer in a list.
type buyerRow struct {
	history.Buyer
	Body *decision.Score
	At   string
}

// nextPage is the address of what follows: the same page with a cursor.
func nextPage(r *http.Request, cursor string) string {
	if cursor == "" {
		return ""
	}
	q := r.URL.Query()
	q.Set("cursor", cursor)
	return r.URL.Path + "?" + (url.Values(q)).Encode()
}

func (s *Desk) buyersPage(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	grade, _ := strconv.ParseUint(q.Get("grade"), 10, 32)
	query := history.BuyerQuery{Search: strings.TrimSpace(q.Get("q")), Grade: uint32(grade), Limit: shownPerPage + 1}
	var at history.BuyerCursor
	if more, err := s.cfg.Cursors.Open(r.Context(), "buyers", q.Get("cursor"), &at); err == nil && more {
		query.After = &at
	}
	buyers, err := s.cfg.Store.Buyers(r.Context(), query)
	if err != nil {
		s.pages.Broken(w, r, err)
		return
	}
	buyers, next := paging.Cut(r.Context(), s.cfg.Cursors, "buyers", buyers, shownPerPage,
		func(b history.Buyer) any { return b.Cursor() })
	rows := make([]buyerRow, len(buyers))
	for i := range buyers {
		rows[i] = buyerRow{Buyer: buyers[i], Body: portfolio.ScoreOf(buyers[i].Score)}
		if buyers[i].Score != nil {
			rows[i].At = format.When(buyers[i].Score.AtMs)
		}
	}
	s.pages.Render(w, r, "buyers", web.Frame{Title: "Buyers", Section: "buyers", Content: listing{Search: query.Search,
		Grade: q.Get("grade"), Grades: tenGrades, Rows: rows, Next: nextPage(r, next), More: query.After != nil}})
}

func (s *Desk) limitsPage(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	query := history.LimitQuery{Policy: strings.TrimSpace(q.Get("policy")), Buyer: strings.TrimSpace(q.Get("buyer")),
		Limit: shownPerPage + 1}
	var at history.LimitCursor
	if more, err := s.cfg.Cursors.Open(r.Context(), "limits", q.Get("cursor"), &at); err == nil && more {
		query.After = &at
	}
	states, err := s.cfg.Portfolio.LimitStates(r.Context(), query)
	if err != nil {
		s.pages.Broken(w, r, err)
		return
	}
	states, next := paging.Cut(r.Context(), s.cfg.Cursors, "limits", states, shownPerPage,
		func(l history.LimitState) any { return history.LimitCursor{Policy: l.Policy, Buyer: l.Buyer} })
	rows, err := s.limitRows(r.Context(), states)
	if err != nil {
		s.pages.Broken(w, r, err)
		return
	}
	inForce := ""
	if query.After == nil {
		sums, err := s.cfg.Store.LimitSums(r.Context(), history.LimitSumQuery{Policy: query.Policy, Buyer: query.Buyer},
			s.cfg.Tail.Today())
		if err != nil {
			s.pages.Broken(w, r, err)
			return
		}
		inForce = summed(sums)
	}
	s.pages.Render(w, r, "limits", web.Frame{Title: "Limits", Section: "limits", Content: listing{Policy: query.Policy,
		Buyer: query.Buyer, InForce: inForce, Rows: rows, Next: nextPage(r, next), More: query.After != nil}})
}

func (s *Desk) notificationsPage(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	query := history.NotificationQuery{State: q.Get("state"), Buyer: strings.TrimSpace(q.Get("buyer")),
		Limit: shownPerPage + 1}
	var at history.NotificationCursor
	if more, err := s.cfg.Cursors.Open(r.Context(), "notifications", q.Get("cursor"), &at); err == nil && more {
		query.Before = &at
	}
	ns, err := s.cfg.Store.Notifications(r.Context(), query)
	if err != nil {
		s.pages.Broken(w, r, err)
		return
	}
	ns, next := paging.Cut(r.Context(), s.cfg.Cursors, "notifications", ns, shownPerPage,
		func(n history.Notification) any {
			return history.NotificationCursor{At: n.At, Sequence: n.Sequence, Subscription: n.Subscription}
		})
	s.pages.Render(w, r, "notifications", web.Frame{Title: "Notifications", Section: "notifications",
		Content: listing{State: query.State, States: allStates, Buyer: query.Buyer, Rows: ns, Next: nextPage(r, next),
			More: query.Before != nil}})
}

// redeliverPage is the button of the page.
func (s *Desk) redeliverPage(w http.ResponseWriter, r *http.Request) {
	if s.cfg.Redeliverer == nil {
		http.Error(w, "this process does not send notifications", http.StatusNotImplemented)
		return
	}
	if !identity.Of(r.Context()).May("analyst") {
		http.Error(w, "sending again is for analysts", http.StatusForbidden)
		return
	}
	n, err := s.cfg.Store.Notification(r.Context(), r.PathValue("id"))
	if err == nil {
		err = s.cfg.Redeliverer.Redeliver(r.Context(), r.PathValue("id"), n)
	}
	switch {
	case errors.Is(err, alerts.ErrNotFound):
		http.Error(w, "no such notification", http.StatusNotFound)
	case err != nil:
		s.pages.Broken(w, r, err)
	case r.Header.Get("HX-Request") != "":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(`<span class="quiet">is sent again</span>`))
	default:
		http.Redirect(w, r, "/notifications", http.StatusSeeOther)
	}
}

const mailsShown = 100

type mailPage struct {
	Configured bool
	Mails      []alerts.Mail
	One        *alerts.Mail
	HTML       bool
}

func (s *Desk) mailPage(w http.ResponseWriter, r *http.Request) {
	p := mailPage{Configured: s.cfg.Mailbox != nil}
	if p.Configured {
		var err error
		if p.Mails, err = s.cfg.Mailbox.Mails(r.Context(), mailsShown); err != nil {
			s.pages.Broken(w, r, err)
			return
		}
	}
	s.pages.Render(w, r, "mails", web.Frame{Title: "E-mail", Section: "mail", Content: p})
}

// mail reads one e-mail, or answers that there is none.
func (s *Desk) mail(w http.ResponseWriter, r *http.Request) *alerts.Mail {
	if s.cfg.Mailbox == nil {
		s.pages.None(w)
		return nil
	}
	m, err := s.cfg.Mailbox.Mail(r.Context(), r.PathValue("id"))
	switch {
	case errors.Is(err, alerts.ErrNotFound):
		s.pages.None(w)
		return nil
	case err != nil:
		s.pages.Broken(w, r, err)
		return nil
	}
	return m
}

func (s *Desk) oneMailPage(w http.ResponseWriter, r *http.Request) {
	if m := s.mail(w, r); m != nil {
		s.pages.Render(w, r, "mail", web.Frame{Title: m.Subject, Section: "mail", Content: mailPage{Configured: true, One: m,
			HTML: m.HTML != ""}})
	}
}

// mailHTML is the e-mail's own HTML, in a sandbox: no script, nothing from elsewhere.
func (s *Desk) mailHTML(w http.ResponseWriter, r *http.Request) {
	if m := s.mail(w, r); m != nil {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "+
			"frame-ancestors 'self'")
		_, _ = w.Write([]byte(template.HTML(m.HTML))) //nolint:gosec // sandboxed by its policy
	}
}
