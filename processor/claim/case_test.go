package claim

import (
	"testing"

	"barometer/ingest/event"
)

var opened = event.Date(2026, 1, 10)

// debt is an invoice of a case in euro.
func debt(key uint64, due event.Day, minor int64) Debt {
	return Debt{Key: key, Invoice: string(rune('a' + key)), DueOn: due, OriginalDueOn: due, Amount: minor, Open: minor,
		Own: event.Amount{Minor: minor, Currency: "EUR"}}
}

// book is how the invoices of a case stand.
type book map[uint64]Standing

func (b book) of(key uint64) Standing { return b[key] }

func (b book) set(c *Case, key uint64, minor int64, disputed bool) {
	b[key] = Standing{Open: minor, Own: event.Amount{Minor: minor, Currency: "EUR"}, DueOn: c.Find(key).DueOn,
		Disputed: disputed}
}

// begun is a case of two invoices, of 100.00 and 50.00, in a stage.
func begun(t *testing.T, stage event.Stage) (*Case, book) {
	t.Helper()
	c := Begin(Open{Number: 1, Kind: event.CaseCollect, On: opened, Stage: stage})
	b := book{}
	for _, d := range []Debt{debt(2, opened-20, 50_00), debt(1, opened-40, 100_00)} {
		if !c.Join(d) || c.Join(d) {
			t.Fatal("an invoice joins once")
		}
		b.set(c, d.Key, d.Open, false)
	}
	if c.Debts()[0].Key != 1 || c.Balance() != 150_00 || c.Check() != nil {
		t.Fatalf("%+v, %v", c.Debts(), c.Check())
	}
	return c, b
}

var belgian = &event.CollectionTable{Country: "BE", Stages: [event.StageEnd]event.CollectionStep{
	event.StageReported:         {Next: event.StageReminderSent, By: event.ActorPolicyholder, Days: 7},
	event.StageFormalNoticeSent: {Next: event.StageCollection, By: event.ActorCollector, Days: 8},
	event.StageCollection:       {Next: event.StageCourtOrder, By: event.ActorBailiff, Days: 30},
	event.StageCourtOrder:       {Next: event.StageEnforcement, By: event.ActorBailiff, Days: 38},
}}

// TestTheWayOfACase: the policyholder's reminder and formal notice come first, then the collector's steps, each with
// whose turn it is and until when.
func TestTheWayOfACase(t *testing.T) {
	c, b := begun(t, event.StageReported)
	next := func(want Next) {
		t.Helper()
		if got := c.Next(belgian); got != want {
			t.Errorf("next %+v, want %+v", got, want)
		}
		if err := c.Check(); err != nil {
			t.Error(err)
		}
	}
	next(Next{"reminder_sent", event.ActorPolicyholder, opened + 7})
	if no := c.Move(event.StageCollection, 0, opened); no != NoticeMissing {
		t.Errorf("collection before the formal notice: %q", no)
	}
	if !c.Dun(false, opened+3) || c.Dun(false, opened+4) || !c.Dun(true, opened+10) || c.Dun(false, opened+11) {
		t.Error("a reminder, then a formal notice")
	}
	next(Next{"collection", event.ActorCollector, opened + 18})
	for _, step := range []struct {
		to      event.Stage
		outcome event.CaseOutcome
		no      Refusal
	}{
		{event.StageEnforcement, 0, BadMove},
		{event.StageReported, 0, BadMove},
		{event.StageCollection, event.CaseCollected, BadOutcome},
		{event.StageCollection, 0, NoneRefused},
		{event.StageCollection, 0, BadMove},
		{event.StageNegotiation, 0, NoneRefused},
		{event.StageCourtOrder, 0, NoneRefused},
	} {
		if no := c.Move(step.to, step.outcome, opened+20); no != step.no {
			t.Errorf("to %s: %q, want %q", step.to, no, step.no)
		}
	}
	next(Next{"enforcement", event.ActorBailiff, opened + 58})
	b.set(c, 1, 100_00, true)
	if f := c.Follow(b.of, opened+25, opened+25); !f.Disputed || f.Settled || c.stage != event.StageCollection {
		t.Errorf("a dispute ends a court order: %+v, %s", f, c.stage)
	}
	b.set(c, 2, 50_00, true)
	c.Follow(b.of, opened+26, opened+26)
	next(Next{Step: StepSettle, By: event.ActorPolicyholder})
	b.set(c, 2, 50_00, false)
	if f := c.Follow(b.of, opened+27, opened+27); !f.Settled || f.Disputed {
		t.Errorf("%+v", f)
	}
	next(Next{"court_order", event.ActorBailiff, opened + 55})
}

// TestClosing: with an outcome that is true; paid in full it closes by itself, and a reversed payment reopens it where
// it was.
func TestClosing(t *testing.T) {
	c, b := begun(t, event.StageFormalNoticeSent)
	for _, step := range []struct {
		outcome event.CaseOutcome
		no      Refusal
	}{{event.CaseOutcomeNone, BadOutcome}, {event.CaseCollected, BadOutcome}, {event.CasePartlyCollected, BadOutcome}} {
		if no := c.Move(event.StageClosed, step.outcome, opened); no != step.no {
			t.Errorf("closed as %q: %q", step.outcome, no)
		}
	}
	b.set(c, 1, 0, false)
	if f := c.Follow(b.of, opened+3, opened+4); f.Received != 100_00 || f.Closed {
		t.Errorf("%+v", f)
	}
	b.set(c, 2, 0, false)
	if f := c.Follow(b.of, opened+5, opened+6); !f.Closed || c.Outcome() != event.CaseCollected ||
		c.Next(belgian) != (Next{}) {
		t.Errorf("%+v, %q", f, c.Outcome())
	}
	if no := c.Move(event.StageCollection, 0, opened); no != NotOpen {
		t.Errorf("moved when it was closed: %q", no)
	}
	b.set(c, 2, 20_00, false)
	if f := c.Follow(b.of, opened+9, opened+9); !f.Reopened || f.Reversed != 20_00 ||
		c.stage != event.StageFormalNoticeSent {
		t.Errorf("%+v, %s", f, c.stage)
	}
	if no := c.Move(event.StageClosed, event.CasePartlyCollected, opened+20); no != NoneRefused || c.Check() != nil {
		t.Errorf("%q, %v", no, c.Check())
	}
	if f := c.Follow(b.of, opened+21, opened+21); f.Any() {
		t.Errorf("nothing has happened: %+v", f)
	}
}

// TestKinds: a further report asks for more, never for less; handed over is what was reported other than to be watched.
func TestKinds(t *testing.T) {
	for _, c := range []struct{ first, then, want event.CaseKind }{
		{event.CaseMonitor, event.CaseCollect, event.CaseCollect},
		{event.CaseCollect, event.CaseMonitor, event.CaseCollect},
		{event.CaseCollect, event.CaseClaim, event.CaseCollectAndClaim},
		{event.CaseCollectAndClaim, event.CaseClaim, event.CaseCollectAndClaim},
		{event.CaseClaim, event.CaseClaim, event.CaseClaim},
	} {
		a := Begin(Open{Number: 1, Kind: c.first, On: opened})
		a.Report(c.then, "", opened+5)
		want := opened
		if c.first == event.CaseMonitor {
			want = opened + 5
		}
		if a.Kind() != c.want || a.ReportedOn() != want {
			t.Errorf("%s, then %s: %s, handed over on %s", c.first, c.then, a.Kind(), a.ReportedOn())
		}
	}
}

// TestPlans: what adds up to what is open, with consent where it goes beyond the maximum extension; refused, broken and
// kept.
func TestPlans(t *testing.T) {
	plan := func(parts ...int64) Plan {
		p := Plan{ID: "plan-1", AgreedOn: opened, Debts: []DebtKey{1, 2}}
		for i, minor := range parts {
			p.Instalments = append(p.Instalments, event.Instalment{DueOn: opened + event.Day(30*(i+1)), Minor: minor})
		}
		return p
	}
	c, b := begun(t, event.StageReminderSent)
	if no := c.Agree(plan(100_00, 49_99), opened+60, opened); no != BadPlan {
		t.Errorf("a cent too little: %q", no)
	}
	unknown := plan(150_00)
	unknown.Debts = append(unknown.Debts, 3)
	if no := c.Agree(unknown, opened+60, opened); no != UnknownDebt {
		t.Errorf("an invoice that is none of the case's: %q", no)
	}
	if no := c.Agree(plan(100_00, 50_00), opened+60, opened); no != NoneRefused || c.Plan().State != PlanAgreed {
		t.Errorf("within the extension: %q, %s", no, c.Plan().State)
	}
	if next := c.Next(belgian); next != (Next{StepInstalment, event.ActorBuyer, opened + 30}) {
		t.Errorf("next %+v", next)
	}
	b.set(c, 1, 0, false)
	c.Follow(b.of, opened+20, opened+20)
	if c.PlanDue(opened+31) || c.Next(belgian).Until != opened+60 {
		t.Errorf("the first instalment was paid: next %+v", c.Next(belgian))
	}
	if c.PlanDue(opened+60) || !c.PlanDue(opened+61) || c.stage != event.StageReminderSent ||
		c.Plan().State != PlanBroken {
		t.Errorf("the second was not: %s, %s", c.stage, c.Plan().State)
	}
	if no := c.Move(event.StageCollection, 0, opened+61); no != NoticeMissing {
		t.Errorf("negotiations are no notice: %q", no)
	}

	c, b = begun(t, event.StageCollection)
	if c.Agree(plan(100_00, 50_00), opened+59, opened); c.Plan().State != PlanWaits || c.PlanDue(opened+31) {
		t.Errorf("beyond the extension: %s", c.Plan().State)
	}
	if next := c.Next(belgian); next != (Next{Step: StepConsent, By: event.ActorAnalyst}) {
		t.Errorf("next %+v", next)
	}
	if no := c.Decide("plan-2", true, opened); no != UnknownPlan {
		t.Errorf("another plan: %q", no)
	}
	if no := c.Decide("plan-1", false, opened+2); no != NoneRefused || c.stage != event.StageCollection {
		t.Errorf("refused: %q, %s", no, c.stage)
	}
	if no := c.Decide("plan-1", false, opened+2); no != UnknownPlan {
		t.Errorf("refused twice: %q", no)
	}
	if no := c.Decide("plan-1", true, opened+3); no != NoneRefused || c.Plan().State != PlanAgreed {
		t.Errorf("consent that comes late: %q, %s", no, c.Plan().State)
	}
	b.set(c, 1, 0, false)
	b.set(c, 2, 0, false)
	if f := c.Follow(b.of, opened+4, opened+4); !f.PlanKept || !f.Closed || c.Plan().State != PlanEnded ||
		c.Check() != nil {
		t.Errorf("%+v, %s, %v", f, c.Plan().State, c.Check())
	}
}

// TestReceiptsOfACase: what comes in after the date of loss settles no invoice; a claim takes what belongs to its debt.
func TestReceiptsOfACase(t *testing.T) {
	c, b := begun(t, event.StageCollection)
	if _, no := c.Receive(Receipt{ID: "r1", Minor: 150_01, Shared: 150_01}, 150_01, opened+1); no != AboveDebt {
		t.Errorf("more than is owed: %q", no)
	}
	if closed, no := c.Receive(Receipt{ID: "r1", Minor: 120_00, Fee: 12_00, Shared: 120_00}, 120_00, opened+1); closed ||
		no != NoneRefused || c.Balance() != 30_00 {
		t.Errorf("%v %q, %d owed", closed, no, c.Balance())
	}
	if f := c.Follow(b.of, opened+1, opened+1); f.Any() || c.Check() != nil {
		t.Errorf("%+v, %v", f, c.Check())
	}
	if recovered, fees := c.Claim(100_00); recovered != 100_00 || fees != 12_00 || c.unclaimed != 20_00 {
		t.Errorf("%d and %d, %d are left", recovered, fees, c.unclaimed)
	}
	if recovered, fees := c.Claim(50_00); recovered != 20_00 || fees != 0 {
		t.Errorf("%d and %d", recovered, fees)
	}
}

// TestLateInterest: 10 000.00 for 61 days at 10.5 % in two half-years are 175.47; a part that was paid earlier costs
// less, and nothing is rounded before the end.
func TestLateInterest(t *testing.T) {
	rates := []event.LateRate{{Country: "BE", From: 4050, PPM: 115_000}, {Country: "BE", From: 4051, PPM: 105_000}}
	d := debt(1, event.Date(2025, 11, 30), 10_000_00)
	for _, c := range []struct {
		asOf  event.Day
		parts []Part
		open  int64
		want  int64
	}{
		{event.Date(2026, 1, 30), nil, 10_000_00, 175_47},
		{event.Date(2026, 6, 1), []Part{{event.Date(2026, 1, 30), 10_000_00}}, 0, 175_47},
		{event.Date(2025, 11, 30), nil, 10_000_00, 0},
		{event.Date(2025, 12, 1), nil, 10_000_00, 2_87},
		{event.Date(2026, 1, 30), []Part{{event.Date(2025, 12, 10), 4_000_00}}, 6_000_00, 116_79}, // 105.28 + 11.50
		{event.Date(2026, 1, 30), []Part{{event.Date(2025, 11, 1), 4_000_00}}, 6_000_00, 105_28},
	} {
		d.Parts, d.Own.Minor = c.parts, c.open
		if got := d.Interest(rates, c.asOf); got != c.want {
			t.Errorf("as of %s with %v: %d, want %d", c.asOf, c.parts, got, c.want)
		}
	}
	d = debt(1, event.Date(2025, 6, 20), 10_000_00) // ten days at 11.5 %, ten at 10.5 %
	if got := d.Interest(rates, event.Date(2025, 7, 10)); got != 60_27 {
		t.Errorf("over the change of the half-year: %d", got)
	}
	if got := d.Interest(nil, event.Date(2025, 7, 10)); got != 0 {
		t.Errorf("without rates: %d", got)
	}
}
