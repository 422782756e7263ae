package dashboard

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"barometer/dashboard/format"
	"barometer/dashboard/identity"
	"barometer/dashboard/phrase"
	"barometer/dashboard/problem"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
	"barometer/processor/explain"
)

//go:embed web/templates web/static web/dist
var web embed.FS

// libraries are what web/build.sh puts beside the pages; without them the pages say so and work plainer.
var libraries = []string{"htmx.min.js", "uPlot.iife.min.js", "uPlot.min.css"}

// pages are the templates.
type pages struct {
	templates *template.Template
	missing   bool // the libraries were not there when this binary was built
	live      livePanel
}

func newPages() (*pages, error) {
	t, err := template.New("").Funcs(template.FuncMap{
		"amount": money, "percent": percent, "words": phrase.Of, "figure": phrase.Figure, "signed": signed,
		"when": when, "day": format.Day, "effective": effective,
		"count": func(n uint64) string { return explain.English.Number(fmt.Sprint(n)) }, "rate": rate,
		"safe": safeURL, "terms": termsWords, "verb": verdictVerb, "order": orderName,
		"question": func(kind string) string { return reviewKinds[kind] }, "reason": phrase.Reason, "condition": condition,
		"tightest": tightest, "requested": requested, "planned": planned, "whatOf": whatOf, "scored": scoreReasons,
		"grouped": grouped, "short": short,
	}).ParseFS(web, "web/templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("parsing the pages: %w", err)
	}
	p := &pages{templates: t}
	for _, name := range libraries {
		if _, err := fs.Stat(web, "web/dist/"+name); err != nil {
			p.missing = true
		}
	}
	return p, nil
}

func when(ms int64) string { return format.Instant(ms).Format("2 Jan 2006 15:04:05") }

func rate(v float64) string {
	if v > 0 && v < 10 {
		return fmt.Sprintf("%.1f", v)
	}
	return explain.English.Number(fmt.Sprintf("%.0f", v))
}

func short(s string) string {
	if r := []rune(s); len(r) > 120 {
		return string(r[:120]) + "…"
	}
	return s
}

// frame is what every page has around its content.
type frame struct {
	Title, Section string
	Open           bool // no tokens: everybody is an analyst
	Who            string
	Said           string // what is announced to who reads with a screen reader, empty: nothing
	Missing        bool
	Driven         bool
	LogTime        string
	Scale          string
	Content        any
}

func (s *server) pageRoutes(mux *http.ServeMux) {
	assets := func(dir string) http.Handler {
		sub, err := fs.Sub(web, dir)
		if err != nil {
			panic(err) // a constant name
		}
		return cached(http.StripPrefix("/assets/"+strings.TrimPrefix(dir, "web/")+"/", http.FileServerFS(sub)))
	}
	mux.Handle("GET /assets/static/", assets("web/static"))
	mux.Handle("GET /assets/dist/", assets("web/dist"))
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/assets/static/icon.svg", http.StatusFound)
	})
	s.linkRoutes(mux)
	mux.HandleFunc("GET /login", s.gate.LoginPage)
	mux.HandleFunc("POST /login", s.gate.Login)
	mux.HandleFunc("POST /logout", s.gate.Logout)
	for pattern, h := range map[string]http.HandlerFunc{
		"GET /{$}": s.livePage, "GET /live": s.liveStream, "GET /buyers": s.buyersPage, "GET /buyers/{id}": s.buyerPage,
		"GET /reviews": s.reviewsPage, "POST /reviews": s.decideReviewPage,
		"GET /limits": s.limitsPage, "GET /orders": s.ordersPage, "GET /notifications": s.notificationsPage,
		"POST /notifications/{id}/redeliver": s.redeliverPage,
		"GET /mail":                          s.mailPage, "GET /mail/{id}": s.oneMailPage, "GET /mail/{id}/html": s.mailHTML,
	} {
		mux.HandleFunc(pattern, s.analystsOnly(h))
	}
}

// analystsOnly keeps the pages from policyholders: they have the API.
func (s *server) analystsOnly(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !identity.Of(r.Context()).Analyst() {
			s.alone(w, http.StatusForbidden, "forbidden", nil)
			return
		}
		next(w, r)
	}
}

func cached(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=300")
		next.ServeHTTP(w, r)
	})
}

// render writes a page, or its part alone where htmx asks for it.
func (s *server) render(w http.ResponseWriter, r *http.Request, name string, f frame) {
	s.renderAs(w, r, http.StatusOK, name, f)
}

func (s *server) renderAs(w http.ResponseWriter, r *http.Request, status int, name string, f frame) {
	part := name
	if r.Header.Get("HX-Request") == "" {
		part = "page"
		f.Open, f.Missing, f.Driven, f.Scale = s.gate.Open(), s.pages.missing, s.cfg.Driven, public.Scale
		f.Who = identity.Of(r.Context()).Name
		if ms := s.tail.LogTimeMs(); ms != 0 {
			f.LogTime = when(ms)
		}
		inner, err := s.fragment(name, f)
		if err != nil {
			s.broken(w, r, err)
			return
		}
		f.Content = template.HTML(inner) //nolint:gosec // made by a template of ours just now
	}
	var out []byte
	var err error
	if part == "page" {
		out, err = s.fragment(part, f)
	} else {
		out, err = s.fragment(part+"-part", f)
	}
	if err != nil {
		s.broken(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(out)
}

func (s *server) fragment(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := s.pages.templates.ExecuteTemplate(&b, name, data); err != nil {
		return nil, fmt.Errorf("rendering %s: %w", name, err)
	}
	return b.Bytes(), nil
}

// broken answers where a page could not be made.
func (s *server) broken(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return
	}
	s.log.ErrorContext(r.Context(), "a page failed", "page", r.URL.Path, "error", err)
	s.alone(w, http.StatusServiceUnavailable, "broken", nil)
}

// alone answers with a page that has no frame: it says nothing of anybody.
func (s *server) alone(w http.ResponseWriter, status int, name string, data any) {
	out, err := s.fragment(name, data)
	if err != nil {
		http.Error(w, http.StatusText(status), status)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(out)
}

// elsewhere answers what no route takes: people with a page, programs with a problem document.
func (s *server) elsewhere(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, route := mux.Handler(r)
		if route != "" {
			mux.ServeHTTP(w, r) // which sets path values, as h alone would not
			return
		}
		refused := &refusalWriter{header: http.Header{}}
		h.ServeHTTP(refused, r)
		switch {
		case refused.status != http.StatusNotFound && refused.status != http.StatusMethodNotAllowed:
			h.ServeHTTP(w, r) // a redirection to the clean form of the path
		case strings.HasPrefix(r.URL.Path, "/v1/") || refused.status == http.StatusMethodNotAllowed:
			if allow := refused.header.Get("Allow"); allow != "" {
				w.Header().Set("Allow", allow)
			}
			problem.Write(w, refused.status, "")
		default:
			s.missing(w)
		}
	})
}

// missing says that there is no such page.
func (s *server) missing(w http.ResponseWriter) { s.alone(w, http.StatusNotFound, "missing", nil) }

// refusalWriter keeps the status and the header that a handler answers with, and nothing else.
type refusalWriter struct {
	header http.Header
	status int
}

func (w *refusalWriter) Header() http.Header { return w.header }

func (w *refusalWriter) Write(b []byte) (int, error) { return len(b), nil }

func (w *refusalWriter) WriteHeader(status int) { w.status = status }

// names looks up the names of the buyers of decisions.
func (s *server) names(ctx context.Context, ds []decision.Decision) map[string]string {
	var ids []string
	for i := range ds {
		if id := buyerOf(&ds[i]); id != "" {
			ids = append(ids, id)
		}
	}
	return s.portfolio.Names(ctx, ids)
}

func buyerOf(d *decision.Decision) string {
	switch b := d.Body.(type) {
	case *decision.Score:
		return b.Buyer
	case *decision.Limit:
		return b.Buyer
	case *decision.Rejection:
		return b.Buyer
	case *decision.Review:
		return b.Buyer
	}
	return ""
}

// row is a decision on a page.
type row struct {
	Position, At, Kind, Buyer, Name string
	Score                           *decision.Score
	Limit                           *decision.Limit
	Rejection                       *decision.Rejection
	Review                          *decision.Review
	Trigger                         string
	Day                             string
}

func rowsOf(ds []decision.Decision, names map[string]string) []row {
	out := make([]row, len(ds))
	for i := range ds {
		d := &ds[i]
		r := row{Position: d.Position.String(), At: when(d.AtMs), Kind: d.Kind.String(), Buyer: buyerOf(d),
			Trigger: triggerWords(&d.Trigger), Day: format.Instant(d.AtMs).Format(time.DateOnly)}
		r.Name = names[r.Buyer]
		switch b := d.Body.(type) {
		case *decision.Score:
			r.Score = b
		case *decision.Limit:
			r.Limit = b
		case *decision.Rejection:
			r.Rejection = b
		case *decision.Review:
			r.Review = b
		}
		out[i] = r
	}
	return out
}

func triggerWords(t *decision.Trigger) string {
	switch {
	case t.ID != "":
		return t.Kind.String() + " " + t.ID
	case t.Timer != "":
		return "timer: " + phrase.Of(t.Timer)
	default:
		return t.Kind.String()
	}
}

// effective says from when on a limit is in force.
func effective(b *decision.Limit) string {
	if b.OnDelivery {
		return fmt.Sprintf("%d days after delivery", b.NoticeDays)
	}
	return format.Day(b.EffectiveOn)
}
