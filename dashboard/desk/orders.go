package desk

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"barometer/dashboard/format"
	"barometer/dashboard/identity"
	"barometer/dashboard/paging"
	"barometer/dashboard/phrase"
	"barometer/dashboard/reviews"
	"barometer/dashboard/web"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"
)

// orderKinds are the types of messages that the insurer's people write.
var orderKinds = func() (all []string) {
	for k := range event.KindEnd {
		if k.Topic() == event.TopicOrders {
			all = append(all, k.String())
		}
	}
	return all
}()

// orderRow is on a page what one of the insurer's people decided.
type orderRow struct {
	history.Order
	Name    string // of the buyer
	What    string
	With    string // who decided too, empty: nobody
	State   string // what became of it, empty: it acted
	InForce bool
}

func (s *Desk) ordersPage(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	query := history.OrderQuery{Who: strings.TrimSpace(q.Get("analyst")), Buyer: strings.TrimSpace(q.Get("buyer")),
		Limit: shownPerPage + 1}
	if kind := q.Get("kind"); slices.Contains(orderKinds, kind) {
		query.Types = []string{kind}
	}
	var at history.OrderCursor
	if more, err := s.cfg.Cursors.Open(r.Context(), "orders", q.Get("cursor"), &at); err == nil && more {
		query.Before = &at
	}
	orders, err := s.cfg.Store.Orders(r.Context(), query)
	if err != nil {
		s.pages.Broken(w, r, err)
		return
	}
	orders, next := paging.Cut(r.Context(), s.cfg.Cursors, "orders", orders, shownPerPage,
		func(o history.Order) any { return history.OrderCursor{AtMs: o.At.UnixMilli(), Position: o.Position} })
	rows := s.orderRows(r.Context(), orders)
	s.pages.Render(w, r, "orders", web.Frame{Title: "Decisions of people", Section: "orders",
		Content: listing{State: q.Get("kind"), States: orderKinds, Search: query.Who, Buyer: query.Buyer, Rows: rows,
			Next: nextPage(r, next), More: query.Before != nil, EyesOff: identity.Of(r.Context()).Open}})
}

func (s *Desk) orderRows(ctx context.Context, orders []history.Order) []orderRow {
	var ids []string
	rows := make([]orderRow, len(orders))
	for i, o := range orders {
		rows[i] = orderRow{Order: o, What: orderWords(&o), With: o.SecondAnalyst}
		if o.Refused != "" {
			rows[i].State = "refused"
		}
		if o.Buyer != "" && !slices.Contains(ids, o.Buyer) {
			ids = append(ids, o.Buyer)
		}
	}
	names := s.cfg.Portfolio.Names(ctx, ids)
	for i := range rows {
		rows[i].Name = names[rows[i].Buyer]
	}
	return rows
}

// orderWords says what was decided.
func orderWords(o *history.Order) string {
	var all []string
	add := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	switch {
	case o.Verdict != "":
		add("%s", o.Verdict)
	case o.Stage != "":
		add("stage %s", phrase.Of(o.Stage))
	}
	if o.Amount != nil {
		add("%s %s", grouped(format.Fixed(*o.Amount, o.Currency)), o.Currency)
	}
	if o.GradeFloor != 0 {
		add("grade %d at best", o.GradeFloor)
	}
	if o.GradeCeiling != 0 {
		add("grade %d at worst", o.GradeCeiling)
	}
	if o.Block {
		add("no limit is granted or prolonged")
	}
	if o.Type == event.KindUnderwriterDecided.String() && len(all) == 0 {
		add("an earlier decision ends")
	}
	if o.MaxTermsDays != 0 {
		add("terms of at most %d days", o.MaxTermsDays)
	}
	if o.Security != "" {
		add("security: %s", phrase.Of(o.Security))
	}
	if o.InsolvencyOnly {
		add("%s", phrase.Of("insolvency_only"))
	}
	if o.ServedOn != 0 {
		add("notice on %s", format.Day(o.ServedOn))
	}
	if o.Outcome != "" {
		add("%s", phrase.Of(o.Outcome))
	}
	if o.PaidOn != 0 {
		add("paid on %s", format.Day(o.PaidOn))
	}
	if o.Version != "" {
		add("version %s", o.Version)
	}
	return strings.Join(all, "; ")
}

const ordersShown = 20

// decidedOn are the underwriters' decisions on a buyer and its limits, the newest first, with what became of each. The
// first of them that acts on the buyer is in force until its last day, if it bounds anything; one on a limit says
// nothing of what became of the limit since.
func (s *Desk) decidedOn(ctx context.Context, buyer string) ([]orderRow, error) {
	orders, err := s.cfg.Store.Orders(ctx, history.OrderQuery{Types: []string{event.KindUnderwriterDecided.String()},
		Buyer: buyer,
		Limit: ordersShown})
	if err != nil || len(orders) == 0 {
		return nil, err
	}
	rows := s.orderRows(ctx, orders)
	reviews := map[string]reviews.ReviewAnswer{} // of decisions that needed another analyst, by the id of their message
	for _, open := range []bool{false, true} {
		all, _, err := s.cfg.Reviews.List(ctx, history.ReviewQuery{Buyer: buyer, Open: open, Limit: mostShown + 1}, mostShown)
		if err != nil {
			return nil, err
		}
		for _, r := range all {
			for _, item := range r.Items {
				if r.Kind == decision.ReviewOverride {
					reviews[item.ID] = r
				}
			}
		}
	}
	today := s.cfg.Tail.Today()
	newest := map[string]*orderRow{} // that acted, by policy; empty: on the buyer itself
	acted := map[*orderRow]time.Time{}
	for i := range rows {
		o := &rows[i]
		r, reviewed := reviews[o.ID]
		switch {
		case o.Refused != "":
			continue
		case reviewed && r.Waiting():
			o.State = "waits for another analyst"
			continue
		case reviewed && r.State != decision.ReviewApproved:
			o.State = phrase.Of(r.State)
			continue
		}
		if acted[o] = o.At; reviewed {
			acted[o], o.With = *r.DecidedAt, cmp.Or(o.With, r.Analyst)
		}
		o.State = "replaced"
		if n := newest[o.Policy]; n == nil || acted[o].After(acted[n]) {
			newest[o.Policy] = o
		}
	}
	for policy, o := range newest {
		switch {
		case o.Until != 0 && o.Until < today:
			o.State = "over"
		default:
			o.State, o.InForce = "", policy == "" && (o.GradeFloor != 0 || o.GradeCeiling != 0 || o.Block)
		}
	}
	return rows, nil
}
