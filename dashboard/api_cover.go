package dashboard

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"

	"github.com/danielgtaylor/huma/v2"
	"github.com/shopspring/decimal"
)

// CoverAnswer is what a delivery is covered up to.
type CoverAnswer struct {
	PolicyID    string    `json:"policy_id"`
	BuyerID     string    `json:"buyer_id"`
	DeliveredOn string    `json:"delivered_on"`
	KnownAt     time.Time `json:"known_at" doc:"log time: what was decided later does not count"`
	UpTo        string    `json:"covered_up_to" doc:"the limit in force on that day, and orders that bind"`
	ByOrders    string    `json:"by_binding_orders,omitempty" doc:"of it"`
	Currency    string    `json:"currency,omitempty"`
	AtWill      bool      `json:"discretionary,omitempty" doc:"covered without a limit: the discretionary limit, which is judged for each delivery when it is told"`
	NotYet      bool      `json:"not_yet,omitempty" doc:"the day is to come: covered_up_to is what a delivery of it would be covered up to by what is decided now, which may change"`
	Percentage  string    `json:"insured_percentage" doc:"of a loss, by the policy's version of that day"`
	Decision    string    `json:"decision,omitempty" doc:"position of the decision that the day falls under"`
	Reason      string    `json:"reason,omitempty" enum:"no_policy,policy_ended,no_limit,refused,expired,cancelled,overdue,dispute,late_notification" doc:"why it is not covered"`
}

type coverInput struct {
	Reading
	ID          string `path:"id" maxLength:"128"`
	Buyer       string `query:"buyer" required:"true" minLength:"1" maxLength:"128"`
	DeliveredOn string `query:"delivered_on" required:"true" format:"date" doc:"YYYY-MM-DD"`
	KnownAt     string `query:"known_at" format:"date-time" doc:"RFC 3339; without it what is known now"`
}

type coverOutput struct {
	Position string `header:"Barometer-Position"`
	Body     CoverAnswer
}

func (s *server) coverOperations(api huma.API) {
	huma.Register(api, operation(api, "get-cover", http.MethodGet, "/v1/policies/{id}/cover",
		"Was a delivery covered, as in force on its day and known at a moment", CoverAnswer{}), s.getCover)
}

func (s *server) getCover(ctx context.Context, in *coverInput) (*coverOutput, error) {
	p := principalOf(ctx)
	if err := s.ownPolicy(ctx, p, in.ID); err != nil {
		return nil, err
	}
	if err := s.after(ctx, in.After, s.overlay.seen); err != nil {
		return nil, err
	}
	on, err := parseDay("delivered_on", in.DeliveredOn)
	if err != nil {
		return nil, err
	}
	known := s.now().UTC()
	if ms := s.overlay.logTimeMs(); ms != 0 {
		known = instant(ms)
	}
	if !p.analyst() { // not the moment of the newest decision, which may be about anybody
		known = known.Add(time.Minute - 1).Truncate(time.Minute)
	}
	if in.KnownAt != "" {
		if known, err = parseInstant("known_at", in.KnownAt); err != nil {
			return nil, err
		}
	}
	newer := s.overlay.find(buyerKey(in.Buyer)) // before the Store, so that what is pruned in between is there
	c, err := s.cfg.Store.Cover(ctx, in.ID, in.Buyer, on, known)
	if err != nil {
		return nil, s.failed(ctx, "asking for the cover", err)
	}
	if c.Reason == "no_policy" && known.UnixMilli() >= s.overlay.logTimeMs() {
		var v version
		if s.awaitWritten(ctx, func() (ok bool) {
			v, ok = s.written.on(in.ID, on)
			return ok
		}) {
			c = under(c, &v, on)
		}
	}
	if c.Reason == "no_policy" && decides(newer, in.ID) {
		return nil, huma.ErrorWithHeaders(huma.Error503ServiceUnavailable(
			"the policy has just come: its terms are not stored yet"), http.Header{"Retry-After": {"6"}})
	}
	c = coverWith(c, newer, in.ID, on, known.UnixMilli())
	ordered := byOrders(&c)
	out := &coverOutput{Position: s.positions(p, s.partitionOf(in.Buyer)()), Body: CoverAnswer{PolicyID: in.ID,
		BuyerID: in.Buyer, DeliveredOn: in.DeliveredOn, KnownAt: known.UTC(),
		UpTo: c.UpTo.StringFixed(int32(event.Decimals(c.Currency))), Currency: c.Currency, Percentage: c.Percentage.String(),
		Decision: c.Decision, Reason: c.Reason}}
	out.Body.NotYet = on > s.today()
	out.Body.AtWill = c.Limit.Decision == "" && !c.Refused && c.AtWill.Amount.IsPositive()
	if ordered.IsPositive() {
		out.Body.ByOrders = ordered.StringFixed(int32(event.Decimals(c.Currency)))
	}
	if !p.analyst() && c.Decision != "" {
		if at, err := event.ParsePosition(c.Decision); err == nil {
			out.Body.Decision = s.position(p, at)
		}
	}
	return out, nil
}

// decides tells whether decisions answer a policy, whose terms their fold therefore knows.
func decides(all []decision.Decision, policy string) bool {
	return slices.ContainsFunc(all, func(d decision.Decision) bool {
		l, ok := d.Body.(*decision.Limit)
		return ok && l.Policy == policy && l.Code != decision.StillInvestigating
	})
}

// coverWith is a stored cover with decisions that are newer than what is stored, by the rule of the view: of those that
// are effective by the day the newest limit counts, and the newest that stops cover or lets it begin again.
func coverWith(c history.Cover, newer []decision.Decision, policy string, on event.Day, knownMs int64) history.Cover {
	if c.Reason == "no_policy" {
		return c
	}
	slices.SortFunc(newer, func(a, b decision.Decision) int { return a.Position.Compare(b.Position) })
	limited, _ := event.ParsePosition(c.Limit.Decision)
	stopped, _ := event.ParsePosition(c.StoppedBy)
	atWill, _ := event.ParsePosition(c.AtWill.Decision)
	changed := false
	for i := range newer {
		d := &newer[i]
		l, ok := d.Body.(*decision.Limit)
		if !ok || l.Policy != policy || d.AtMs > knownMs || l.EffectiveOn > on {
			continue
		}
		switch {
		case l.Code == decision.NotApproved && l.RequestKind != event.RequestPreliminary:
			c.Refused, changed = true, true
		case l.Code == decision.Discretionary && d.Position.Compare(atWill) > 0:
			c.AtWill = history.CoverOrder{Amount: decimal.New(l.GrantedMinor, -int32(event.Decimals(l.Currency))),
				Currency: l.Currency,
				Decision: d.Position.String()}
			atWill, changed = d.Position, true
		case l.Settles() && d.Position.Compare(limited) > 0:
			c.Limit = history.CoverLimit{Amount: decimal.New(l.GrantedMinor, -int32(event.Decimals(l.Currency))),
				ValidUntil: l.ValidUntil,
				Decision:   d.Position.String()}
			c.Currency, limited, changed = l.Currency, d.Position, true
		case l.Code == decision.BindingOrder && l.ValidUntil >= on && !slices.ContainsFunc(c.Orders,
			func(o history.CoverOrder) bool { return o.Decision == d.Position.String() }):
			order := history.CoverOrder{Amount: decimal.New(l.GrantedMinor, -int32(event.Decimals(l.Currency))),
				Currency: l.Currency, Decision: d.Position.String()}
			c.Orders, changed = slices.Insert(slices.Clone(c.Orders), 0, order), true
		case l.Code == decision.Suspended && d.Position.Compare(stopped) > 0:
			c.StoppedBy, stopped, changed = d.Position.String(), d.Position, true
		case l.Code == decision.Resumed && d.Position.Compare(stopped) > 0:
			c.StoppedBy, stopped, changed = "", d.Position, true
		case l.Code == decision.CoverLost && l.EffectiveOn == on:
			c.Late, changed = append(slices.Clone(c.Late), lateInvoice(l)), true
		case l.Code == decision.CoverRestored && l.EffectiveOn == on:
			id := lateInvoice(l)
			c.Late, changed = slices.DeleteFunc(slices.Clone(c.Late), func(have string) bool { return have == id }), true
		}
	}
	if changed {
		settle(&c, on)
	}
	c.Currency = cmp.Or(c.Currency, "EUR")
	return c
}

// byOrders is what binding orders cover.
func byOrders(c *history.Cover) (sum decimal.Decimal) {
	for _, o := range c.Orders {
		if o.Currency == c.Currency {
			sum = sum.Add(o.Amount)
		}
	}
	return sum
}

// settle says what the limit of the day, a stop of cover, orders, the policy's end and disputes come to.
func settle(c *history.Cover, on event.Day) {
	c.UpTo, c.Decision, c.Reason = decimal.Zero, c.Limit.Decision, ""
	switch {
	case c.Limit.Decision == "":
		switch {
		case c.Refused:
			c.Reason = "refused"
		case c.AtWill.Amount.IsPositive():
			c.UpTo, c.Currency, c.Decision = c.AtWill.Amount, c.AtWill.Currency, c.AtWill.Decision
		default:
			c.Reason = "no_limit"
		}
		if len(c.Orders) > 0 && c.Decision == "" {
			c.Currency = c.Orders[0].Currency
		}
	case c.Limit.ValidUntil != 0 && c.Limit.ValidUntil < on:
		c.Reason = "expired"
	case c.Limit.Amount.IsZero():
		c.Reason = "cancelled"
	case c.StoppedBy != "":
		c.Reason, c.Decision = "overdue", c.StoppedBy
	default:
		c.UpTo = c.Limit.Amount
	}
	if ordered := byOrders(c); ordered.IsPositive() {
		if c.UpTo = c.UpTo.Add(ordered); c.Reason != "" || c.Decision == "" {
			c.Decision = c.Orders[0].Decision
		}
		c.Reason = ""
	}
	switch {
	case c.Ended:
		c.UpTo, c.Reason = decimal.Zero, "policy_ended"
	case c.Reason != "" || len(c.Delivered) == 0:
	case containsAll(c.Late, c.Delivered):
		c.UpTo, c.Reason = decimal.Zero, "late_notification"
	case containsAll(slices.Concat(c.Late, c.Disputed), c.Delivered):
		c.UpTo, c.Reason = decimal.Zero, "dispute"
	}
}

func containsAll(all, wanted []string) bool {
	return !slices.ContainsFunc(wanted, func(w string) bool { return !slices.Contains(all, w) })
}

// lateInvoice is the invoice whose cover a decision says is lost, or restored.
func lateInvoice(l *decision.Limit) string {
	for _, c := range l.Conditions {
		if id, ok := strings.CutPrefix(c, "invoice="); ok {
			return id
		}
	}
	return ""
}

// holdsOn tells whether a decision says what is in force on a day, or no day is asked for.
func holdsOn(l *decision.Limit, on event.Day) bool {
	return on == 0 || l.Settles() && l.EffectiveOn <= on
}
