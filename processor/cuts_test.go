package processor

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/score"
)

// covering is a random history of the limits of five policies on one buyer.
type covering struct {
	*script
	t    *testing.T
	r    *rand.Rand
	fold *Fold
	day  int64
	n    int
	told []decision.Decision // of the last record
	had  map[string]int64    // minor units of the limits, as they count, before it

	before plainCuts // the limits before it

	plain map[string]*plainRunOff // of each policy
	paid  []*event.Event          // payments that were sent

	positions map[*decision.Limit]event.Position // of what was decided
	periods   []event.Day                        // last days of the periods of p1
	// the message is one of its next period, after the last one was over the day before
	lapsed event.Day
}

func (w *covering) says(kind event.Kind, key string, body event.Body) {
	w.n++
	e := &event.Event{Kind: kind, Key: key, ID: fmt.Sprintf("e%d", w.n), Home: true, StampMs: at(w.day, int64(w.n)),
		AtMs: at(w.day, 0), Body: body}
	w.add(e)
	w.steps(e)
}

func (w *covering) step() {
	w.stepOnly()
	w.listen()
}

func (w *covering) stepOnly() {
	n := len(w.records) - 1
	w.look()
	w.told, w.had = nil, map[string]int64{}
	if b := w.fold.machine.book.buyers.get("b1"); b != nil {
		for i := range b.lines {
			w.had[b.lines[i].Policy()] = b.lines[i].Decided().Minor
		}
	}
	if err := w.fold.Step(int64(n), w.records[n], func(r Record) {
		var d decision.Decision
		if err := decision.Decode(r.Value, &d); err != nil {
			w.t.Fatal(err)
		}
		w.told = append(w.told, d)
	}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *covering) happens() {
	r, p := w.r, party("b1")
	policy := fmt.Sprint("p", r.IntN(5))
	switch r.IntN(20) {
	case 19:
		on := event.Day(day0 + w.day - r.Int64N(20)*r.Int64N(2))
		var invoices []string
		for range 1 + r.IntN(3) {
			id := fmt.Sprint("i", r.IntN(40))
			which := ref("b1", policy, id)
			if w.fold.machine.book.buyers.get("b1").paid().Knows(refOf(&which)) { // what comes too early is told elsewhere
				invoices = append(invoices, id)
			}
		}
		if len(invoices) > 0 {
			w.says(event.KindOverdueReported, "b1", &event.OverdueReported{Policy: policy, Buyer: p, Invoices: invoices,
				ReportedOn: on})
		}
	case 18:
		if to := w.periods[len(w.periods)-1]; r.IntN(3) == 0 {
			e := policyEvent("p1", to+1, 30)
			e.Body.(*event.PolicyUpserted).PeriodTo, e.Body.(*event.PolicyUpserted).NotificationDeadlineDays = to+40, 15
			w.periods = append(w.periods, to+40)
			if w.fold.machine.logDay() > to {
				w.lapsed = to + 1
			}
			w.says(event.KindPolicyUpserted, e.Key, e.Body)
			w.lapsed = 0
		}
	case 17:
		w.hasNotice(policy)
	case 14, 15:
		w.trades(policy)
	case 16:
		w.says(event.KindBindingOrderAccepted, "b1", &event.BindingOrderAccepted{Policy: policy, Buyer: p,
			Order: fmt.Sprint("o", r.IntN(20)), Amount: event.Amount{Minor: 1 + r.Int64N(100_000_00), Currency: "EUR"},
			DeliverBy: event.Day(day0 + w.day + r.Int64N(60))})
	case 0, 1:
		e := accounts("b1", event.Day(day0+w.day-1), 5000)
		v := e.Body.(*event.StatementFiled)
		v.Equity = 500_000_00 + r.Int64N(6_000_000_00)
		v.TotalAssets, v.TotalLiabilities, v.TradePayables, v.Revenue = 3*v.Equity, 2*v.Equity, v.Equity, 4*v.Equity
		v.CurrentLiabilities, v.CurrentAssets, v.Inventories, v.Cash = v.Equity, v.Equity, v.Equity/4, v.Equity/8
		v.NetIncome = v.Equity / 10 * int64(r.IntN(5)-2)
		w.says(event.KindStatementFiled, "b1", v)
	case 2, 3, 4:
		amount := []int64{60_000_00, 700_000_00}[r.IntN(2)]
		w.says(event.KindLimitRequested, "b1", &event.LimitRequested{Request: fmt.Sprint("r", w.n), Policy: policy, Buyer: p,
			Kind: event.RequestKind(1 + r.IntN(5)), Amount: event.Amount{Minor: 1 + r.Int64N(amount),
				Currency: []string{"EUR", "EUR", "EUR", "USD"}[r.IntN(4)]}})
	case 5, 6, 7:
		delivered := event.Day(day0 + w.day - r.Int64N(1+min(w.day, 40))*r.Int64N(2))
		w.says(event.KindInvoiceIssued, "b1", &event.InvoiceIssued{Ref: ref("b1", policy, fmt.Sprint("i", r.IntN(40))),
			Amount: event.Amount{Minor: 1 + r.Int64N(300_000_00), Currency: "EUR"}, DeliveredOn: delivered,
			DueOn: delivered + 30*event.Day(r.IntN(3))})
	case 8:
		b := w.fold.machine.book.buyers.get("b1")
		if x := &b.read().increase; x.open() {
			w.says(event.KindReviewDecided, "b1", &event.ReviewDecided{Review: reviewID(b, decision.ReviewIncrease, x.number),
				Approve: x.number%3 > 0, Analyst: "ann"})
		} else if n := b.read().cuts.number; n > 0 {
			w.says(event.KindReviewDecided, "b1", &event.ReviewDecided{Review: reviewID(b, decision.ReviewCut, n),
				Approve: r.IntN(3) > 0, Analyst: "ann"})
		}
	case 9:
		if category := []event.Category{event.Judgment, event.InsolvencyOpened, event.InsolvencyClosed,
			event.CapitalRaised}[r.IntN(4)]; r.IntN(3) == 0 {
			w.says(event.KindNews, "b1", &event.News{Buyer: p, Category: category, Outlet: event.Register,
				Outcome: event.OutcomeAnnulled})
		}
	case 10:
		if r.IntN(6) == 0 {
			w.says(event.KindIndicator, "country/BE", &event.Indicator{Country: "BE", Sector: "*", Name: indicatorMoratorium,
				Confirmed: true, ValueE8: oneE8 * r.Int64N(2), Period: event.Period{First: day0, Last: day0 + 400}})
		}
	case 11:
		v := &event.UnderwriterDecided{Buyer: p, Analyst: "ann", SecondAnalyst: []string{"", "bea"}[r.IntN(2)]}
		if r.IntN(3) > 0 {
			v.ValidUntil = event.Day(day0 + w.day + r.Int64N(30))
		}
		if r.IntN(2) == 0 {
			v.Policy, v.Amount, v.InsolvencyOnly = policy, event.Amount{Minor: r.Int64N(300_000_00), Currency: "EUR"},
				r.IntN(2) == 0
		} else {
			v.GradeFloor, v.Block = uint32(r.IntN(10)), r.IntN(4) == 0
			v.GradeCeiling = []uint32{0, v.GradeFloor + uint32(r.IntN(3))}[r.IntN(2)]
		}
		w.says(event.KindUnderwriterDecided, "b1", v)
	default:
		days := 1 + r.Int64N(12)
		// its deadline is a tick of its own, so that what is before it can be noted
		if x := &w.fold.machine.book.buyers.get("b1").read().cuts; x.open() {
			if left := int64(x.deadline) - day0 - w.day; left > 1 {
				days = min(days, left-1)
			} else {
				days = 1
			}
		}
		w.day += days
		w.tick(at(w.day, 0))
		w.step()
	}
}

// check holds what must hold of the limits after every record.
func (w *covering) check(seed uint64, seen map[string]int) {
	m := w.fold.machine
	b := m.book.buyers.get("b1")
	fail := func(format string, args ...any) {
		w.t.Helper()
		w.t.Fatalf("seed %d, record %d: %s", seed, len(w.records)-1, fmt.Sprintf(format, args...))
	}
	if len(m.marked) > 0 {
		fail("%d buyers are not followed up", len(m.marked))
	}
	checkIndexes(w.t, m)
	waits := false
	for i := range b.lines {
		l := &b.lines[i]
		if err := l.Check(); err != nil {
			fail("%v", err)
		}
		waits = waits || l.CutPending()
		if l.CutPending() && (l.Taken().Cents >= l.Agreed().Cents || b.rating.Grade == score.Insolvent) {
			fail("%s has %+v and waits to have %+v, grade %d", l.Policy(), l.Agreed(), l.Taken(), b.rating.Grade)
		}
		if b.rating.Grade > 8 && l.Taken().Minor > 0 {
			fail("%s has a limit at grade %d", l.Policy(), b.rating.Grade)
		}
		if b.rating.Grade == 10 && (l.Agreed().Minor > 0 || l.AgreedFrom() > m.logDay()) {
			fail("%s is covered at grade 10 until %s", l.Policy(), l.AgreedFrom())
		}
	}
	if open := b.read().cuts.open(); open != waits {
		fail("a review of cuts is open: %v, one waits: %v", open, waits)
	}
	for i := range w.told {
		switch d := w.told[i].Body.(type) {
		case *decision.Limit:
			seen[d.Code.String()]++
			if d.OnDelivery {
				seen["on delivery"]++
			}
			if kind := w.told[i].Trigger.Kind; kind == event.KindNoticeDelivered || kind == event.KindNoticeServed {
				seen[kind.String()]++
			}
			if d.Override {
				seen["overruled"]++
			}
			if w.told[i].Trigger.Kind == event.KindUnderwriterDecided && d.GrantedMinor <= w.had[d.Policy] {
				continue // nothing is raised
			}
			granted := d.Code == decision.Approved || d.Code == decision.Conditional || d.Code == decision.PartlyApproved ||
				d.Code == decision.Reinstated
			if granted && d.RequestKind != event.RequestProlongation && d.InUseMinor > d.CapacityMinor { // I6
				fail("%s leaves %d of %d in use", d.Code, d.InUseMinor, d.CapacityMinor)
			}
		case *decision.Cover:
			seen[d.Code.String()]++
		case *decision.Review:
			if d.Kind == decision.ReviewIncrease {
				seen["increase "+d.State]++
				break
			}
			seen["review "+d.State]++
		}
	}
	w.checkVerdict(fail, seen)
	w.checkLarge(fail, b.rating.Grade, seen)
	w.checkHeld(fail, seen)
	if b.rating.Grade == 0 || b.rating.Grade == score.Insolvent {
		return
	}
	sum, capacity := b.lines.InUse(""), m.capacityCents(b)
	if sum <= capacity || capacity > 0 && sum-capacity <= tolerated(sum) {
		return
	}
	for i, share := range b.lines.Shares(capacity) {
		l := &b.lines[i]
		if l.CutRejected() {
			seen["held"]++
		} else if l.Decided().Cents > share && w.cutsNow() {
			fail("%s has %d of a capacity of %d, its share is %d", l.Policy(), l.Decided().Cents, capacity, share)
		}
	}
}

// cutsNow tells whether the last record made the fold look at limits: a delivery that makes more of them protected does
// not take from others what they were left.
func (w *covering) cutsNow() bool {
	for i := range w.told {
		if l, ok := w.told[i].Body.(*decision.Limit); ok && l.Request == "" && l.ReasonText != textExpired &&
			(l.Code == decision.Reduced || l.Code == decision.Cancelled) {
			return true
		}
	}
	return false
}

var histories = flag.Uint64("histories", 3000, "how many random histories of limits to go through")

// TestLimitsFitTheCapacity: after every record of random histories limits are within the capacity and what is
// tolerated, or each is its share, but those that a verdict holds; a cut that waits counts as made.
func TestLimitsFitTheCapacity(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long, and starts no goroutine that the race detector could watch")
	}
	seen := map[string]int{}
	for seed := range *histories {
		w := &covering{script: newScript(event.ClockDriven), t: t, r: rand.New(rand.NewPCG(seed, 17)),
			fold: NewFold(0, anyModel), plain: map[string]*plainRunOff{}, positions: map[*decision.Limit]event.Position{},
			periods: []event.Day{day0 + 40}}
		w.step()
		for i := range 5 {
			e := policyEvent(fmt.Sprint("p", i), day0, []int32{0, 30, 30, 10, 90}[i])
			e.Body.(*event.PolicyUpserted).NoticeFromDelivery = i > 2
			e.Body.(*event.PolicyUpserted).NotificationDeadlineDays = int32(w.deadline(fmt.Sprint("p", i)))
			if i == 1 {
				e.Body.(*event.PolicyUpserted).PeriodTo = w.periods[0]
			}
			w.add(e)
			w.step()
		}
		w.says(event.KindIndicator, "country/US", &event.Indicator{Country: "US", Sector: "*", Name: indicatorRate,
			Currency: "USD", ValueE8: oneE8 + oneE8/10, Period: event.Period{First: day0, Last: day0}})
		w.says(event.KindBuyerUpserted, "b1", &event.BuyerUpserted{Buyer: party("b1"), Sector: "46",
			FoundedOn: event.Date(1990, 5, 1)})
		if seed%2 == 1 {
			w.says(event.KindModelActivated, "model", &event.ModelActivated{Version: "m2", Content: []byte("careful")})
		}
		for range 110 {
			w.happens()
			w.check(seed, seen)
			w.checkRunOff(seed, seen)
		}
	}
	t.Log(seen)
	if *histories < 1000 {
		return // too few for what is rare
	}
	for _, what := range []string{"approved", "partly_approved", "reduced", "cancelled", "reinstated", "review requested",
		"review approved", "review rejected",
		"review effective", "review withdrawn", "review reopened", "held", "conditional", "overruled", "suspended", "resumed",
		"uncovered", "run off", "in dispute", "taken back", "binding_order", "ordered", "increase requested",
		"increase approved", "increase rejected", "increase effective",
		"increase withdrawn", "verdict on nothing", "verdict on what differs", "verdict on what is left",
		"at grade 9: review requested",
		"at grade 9: review effective", "proposed again in time", "proposed again for less", "on delivery",
		"notice.delivered", "notice.served", "forfeited", "restored"} {
		if seen[what] == 0 {
			t.Errorf("no history had %s", what)
		}
	}
}
