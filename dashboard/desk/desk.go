package desk

import (
	"context"
	"embed"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"barometer/dashboard/alerts"
	"barometer/dashboard/format"
	"barometer/dashboard/identity"
	"barometer/dashboard/opaque"
	"barometer/dashboard/paging"
	"barometer/dashboard/phrase"
	"barometer/dashboard/portfolio"
	"barometer/dashboard/reviews"
	"barometer/dashboard/tail"
	"barometer/dashboard/web"
	"barometer/processor/explain"
	"barometer/storage/history"
)

//go:embed templates/*.html
var templates embed.FS

// Lag is how many records a role is behind in a topic.
type Lag struct {
	Role, Topic string
	Records     int64
	Unknown     bool // of a partition with records nothing is committed
}

// Address is where to look besides, as the pages show it: Kafka, ClickHouse.
type Address struct{ Name, Value string }

// Config is what the desk is made of. Redeliverer, Mailbox and Lag may be nil: what needs them says so.
type Config struct {
	Store       history.Store
	Tail        *tail.Tail
	Sealer      *opaque.Sealer
	Cursors     paging.Cursors
	Portfolio   *portfolio.Reader
	Reviews     *reviews.Queue
	Redeliverer alerts.Redeliverer
	Mailbox     alerts.Mailbox
	Lag         func(ctx context.Context) ([]Lag, error)
	Addresses   []Address
	Driven      bool                       // log time is what a driver says
	Ready       func() bool                // whether decisions are followed
	GoesOn      func(r *http.Request) bool // whether a request that was let in still would be
	Stopping    <-chan struct{}            // closed when serving ends: streams end by it
	Site        *web.Site
	Now         func() time.Time
	Log         *slog.Logger
}

// mostShown is how many limits or reviews of a buyer a page shows at most.
const mostShown = 500

// Desk is the insurer's pages.
type Desk struct {
	cfg      Config
	pages    *web.Pages
	live     livePanel
	deciding sync.Map // ids of reviews whose verdicts are under way on a page
}

// New makes a Desk.
func New(cfg Config) (*Desk, error) {
	pages, err := cfg.Site.Pages(templates, template.FuncMap{
		"amount": money, "percent": percent, "words": phrase.Of, "figure": phrase.Figure, "signed": signed,
		"when": format.When, "day": format.Day, "effective": effective,
		"count": func(n uint64) string { return explain.English.Number(fmt.Sprint(n)) }, "rate": rate,
		"safe": safeURL, "terms": termsWords, "verb": verdictVerb, "order": orderName,
		"question": func(kind string) string { return reviewKinds[kind] }, "reason": phrase.Reason, "condition": condition,
		"tightest": tightest, "requested": requested, "planned": planned, "whatOf": whatOf, "covered": coveredWords,
		"scored":  scoreReasons,
		"grouped": grouped, "short": short,
	})
	if err != nil {
		return nil, err
	}
	return &Desk{cfg: cfg, pages: pages}, nil
}

// Register has mux answer the pages.
func (s *Desk) Register(mux *http.ServeMux) {
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
func (s *Desk) analystsOnly(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !identity.Of(r.Context()).Analyst() {
			s.pages.Alone(w, http.StatusForbidden, "forbidden", nil)
			return
		}
		next(w, r)
	}
}
