package score

import (
	"fmt"
	"testing"

	"barometer/ingest/event"
)

// told adds news and gives the points of all of it on a day.
func (n *News) told(m *event.Model, day event.Day) int64 {
	a := n.Assess(m, day)
	return Sum(a.Commercial) + Sum(a.Financing)
}

// judgment is a judgment from a register.
func judgment(id string, day event.Day) Item {
	return Item{ID: id, Day: day, Category: event.Judgment, Outlet: event.Register}
}

func TestWhatEachNewsAdds(t *testing.T) {
	m, day := baseline(), event.Day(20_000)
	for _, c := range []struct {
		name string
		item Item
		want string
		best int64
	}{
		{"restructuring", Item{Category: event.Restructuring}, "restructuring 1800", 8},
		{"restructuring, regulated", Item{Category: event.Restructuring, Outlet: event.Regulated}, "restructuring 1260", 8},
		{"restructuring from the web", Item{Category: event.Restructuring, Outlet: event.Web}, "restructuring 600", 0},
		{"restructuring by name", Item{Category: event.Restructuring, Doubtful: true}, "restructuring 600", 0},
		{"fraud", Item{Category: event.FraudConfirmed}, "fraud 1500", 8},
		{"fraud from the web", Item{Category: event.FraudConfirmed, Outlet: event.Web}, "fraud 600", 0},
		{"alleged fraud", Item{Category: event.FraudAlleged}, "fraud 600", 0},
		{"alleged fraud from the web", Item{Category: event.FraudAlleged, Outlet: event.Web}, "fraud 240", 0},
		{"insolvency from the web", Item{Category: event.InsolvencyOpened, Outlet: event.Web}, "insolvency_reported 600", 0},
		{"moratorium by name", Item{Category: event.InsolvencyMoratorium, Doubtful: true}, "insolvency_reported 600", 0},
		{"dishonoured bill", Item{Category: event.DishonouredBill}, "judgment 700", 0},
		{"litigation of an unknown amount", Item{Category: event.Litigation, HasEquity: true, EquityCents: 100},
			"litigation 350", 0},
		{"litigation without accounts", Item{Category: event.Litigation, HasAmount: true, AmountCents: 1}, "litigation 350",
			0},
		{"litigation about a tenth", Item{Category: event.Litigation, HasAmount: true, AmountCents: 10, HasEquity: true,
			EquityCents: 100}, "", 0},
		{"litigation about more", Item{Category: event.Litigation, HasAmount: true, AmountCents: 11, HasEquity: true,
			EquityCents: 100}, "litigation 350", 0},
		{"litigation without equity", Item{Category: event.Litigation, HasAmount: true, AmountCents: 1, HasEquity: true,
			EquityCents: -5}, "litigation 350", 0},
		{"two notches down", Item{Category: event.RatingChanged, Notches: -2}, "rating_down 400", 0},
		{"nine notches down", Item{Category: event.RatingChanged, Notches: -9}, "rating_down 800", 0},
		{"any notches down", Item{Category: event.RatingChanged, Notches: -1 << 31}, "rating_down 800", 0},
		{"a notch up", Item{Category: event.RatingChanged, Notches: 1}, "rating_up -100", 0},
		{"nine notches up", Item{Category: event.RatingChanged, Notches: 9}, "rating_up -300", 0},
		{"accounts late by 90 days", Item{Category: event.AccountsLate, Days: 90}, "", 0},
		{"accounts late by 91 days", Item{Category: event.AccountsLate, Days: 91}, "accounts_late 300", 0},
		{"accounts late by 181 days", Item{Category: event.AccountsLate, Days: 181, Outlet: event.Regulated},
			"accounts_late 350", 0},
		{"qualified audit", Item{Category: event.AuditQualified}, "audit 600", 0},
		{"going concern", Item{Category: event.AuditGoingConcern}, "audit 1200", 0},
		{"the CFO", Item{Category: event.OfficerLeft, Role: "CFO"}, "officer_left 150", 0},
		{"the CEO", Item{Category: event.OfficerLeft, Role: "ceo"}, "officer_left 75", 0},
		{"another officer", Item{Category: event.OfficerLeft, Role: "cto"}, "", 0},
		{"leveraged buyout", Item{Category: event.BuyoutLeveraged}, "leveraged_buyout 300", 0},
		{"acquired", Item{Category: event.Acquired}, "acquired -200", 0},
		{"capital raised", Item{Category: event.CapitalRaised, Outlet: event.Web}, "capital_raised -100", 0},
		{"other news", Item{Category: event.OtherNews}, "", 0},
	} {
		var n News
		if c.item.ID, c.item.Day = "n", day; c.item.Outlet == event.OutletNone {
			c.item.Outlet = event.Register
		}
		e := n.Add(m, c.item, day)
		a := n.Assess(m, day)
		if got := points(append(a.Commercial, a.Financing...)); got != c.want || a.Best != c.best || a.Insolvent {
			t.Errorf("%s: %q, best grade %d, want %q, %d", c.name, got, a.Best, c.want, c.best)
		}
		if review := !c.item.acts() && Grave(c.item.Category); e.Review != review || n.Doubtful() > 0 != review {
			t.Errorf("%s: %+v, want a review: %v", c.name, e, review)
		}
	}
}

func TestEventsAddUpOutsideTheWindow(t *testing.T) {
	m := baseline()
	var n News
	for _, c := range []struct {
		id        string
		day       event.Day
		want, max int64
	}{
		{"a", 1000, 700, 0},
		{"b", 1030, 700, 0},              // within the window of a: the larger of 623 and 700
		{"c", 1031, 697 + 700, 0},        // the window did not move with b: 700 a day later is 697
		{"d", 1062, 1240 + 700 - 540, 0}, // capped at 1400
		{"late", 900, 1400, 0},           // a late newcomer decays to the sum's day; capped
	} {
		if e := n.Add(m, judgment(c.id, c.day), 1100); e.Result != Applied {
			t.Fatalf("%s: %s", c.id, e.Result)
		}
		if got := n.rows[0].now.points.Value; got != c.want {
			t.Errorf("after %s: %d, want %d", c.id, got, c.want)
		}
	}
	var late News
	late.Add(m, judgment("a", 1100), 1100)
	late.Add(m, judgment("b", 1000), 1100)
	if got, want := late.told(m, 1100), 700+Decay(700, 100, 180); got != want {
		t.Errorf("a late newcomer: %d, want %d", got, want)
	}
}

func TestWithinTheWindowTheLargerCounts(t *testing.T) {
	m := baseline()
	var n News
	n.Add(m, Item{ID: "a", Day: 1000, Category: event.FraudAlleged, Outlet: event.Web}, 1000)
	n.Add(m, Item{ID: "b", Day: 1010, Category: event.FraudConfirmed, Outlet: event.Register}, 1010)
	if n.Add(m, Item{ID: "c", Day: 1010, Category: event.FraudAlleged, Outlet: event.Web}, 1010); n.told(m, 1010) != 1500 {
		t.Errorf("alleged, confirmed and alleged again: %d", n.told(m, 1010))
	}
	n = News{}
	n.Add(m, judgment("a", 1100), 1100)
	n.Add(m, judgment("late", 1000), 1100)
	before := n.told(m, 1120)
	if n.Add(m, judgment("b", 1120), 1120); n.told(m, 1120) != before || before < 700 {
		t.Errorf("a late newcomer takes the window along: %d, then %d", before, n.told(m, 1120))
	}
}

func TestNewsIsRememberedFor45Days(t *testing.T) {
	m := baseline()
	var n News
	item := judgment("a", 1000)
	item.Digest = 1
	n.Add(m, item, 1000)
	if e := n.Add(m, item, 1045); e.Result != Repeated {
		t.Errorf("the same again: %s", e.Result)
	}
	other := item
	other.Digest = 2
	if e := n.Add(m, other, 1045); e.Result != IDReused {
		t.Errorf("other content: %s", e.Result)
	}
	if e := n.Add(m, other, 1046); e.Result != Applied {
		t.Errorf("46 days later: %s", e.Result)
	}
	for i := range 2 * MaxNews {
		n.Add(m, Item{ID: fmt.Sprint(i), Day: 1046, Category: event.OtherNews, Outlet: event.Web}, 1046)
	}
	if len(n.seen) != MaxNews {
		t.Errorf("%d news are remembered", len(n.seen))
	}
}

func TestWithdrawalTakesTheLastEventOut(t *testing.T) {
	m := baseline()
	var n News
	n.Add(m, judgment("a", 1000), 1000)
	n.Add(m, judgment("b", 1100), 1100)
	n.Add(m, judgment("c", 1200), 1200)
	before := n.told(m, 1200)
	if e := n.Withdraw("a", 1200); e.Result != UnknownNews || n.told(m, 1200) != before {
		t.Errorf("forgotten after 45 days: %+v", e)
	}
	if e := n.Withdraw("c", 1200); e.Result != Applied || n.told(m, 1100) != 700+Decay(700, 100, 180) {
		t.Errorf("the last one: %+v, %d", e, n.told(m, 1100))
	}
	if e := n.Withdraw("c", 1200); e.Result != Repeated {
		t.Errorf("again: %+v", e)
	}
	n = News{}
	n.Add(m, judgment("a", 1000), 1000)
	n.Add(m, judgment("b", 1040), 1040)
	if e := n.Withdraw("a", 1041); e.Result != Applied || n.told(m, 1040) != 1400-(700-Decay(700, 40, 180)) {
		t.Errorf("an earlier one stays: %+v, %d", e, n.told(m, 1040))
	}
	n = News{}
	n.Add(m, judgment("a", 1000), 1000)
	if n.Withdraw("a", 1200); len(n.rows) != 0 {
		t.Errorf("the only one: %+v", n.rows)
	}
	if e := n.Withdraw("never", 1200); e.Result != UnknownNews {
		t.Errorf("of nothing: %+v", e)
	}
}

func TestInsolvencyUntilClosedOrWithdrawn(t *testing.T) {
	m := baseline()
	news := func(id string, c event.Category, day event.Day) Item {
		return Item{ID: id, Day: day, Category: c, Outlet: event.Register, Outcome: event.OutcomeRecovered}
	}
	var n News
	if e := n.Add(m, news("i", event.InsolvencyOpened, 1000), 1001); e != (Effect{}) || !n.Assess(m, 1001).Insolvent {
		t.Errorf("opened: %+v", e)
	}
	if e := n.Add(m, news("j", event.InsolvencyMoratorium, 1005), 1005); e != (Effect{}) {
		t.Errorf("a moratorium besides: %+v", e)
	}
	if e := n.Add(m, news("early", event.InsolvencyClosed, 999), 1006); e != (Effect{}) || !n.Insolvent() {
		t.Errorf("closed before it was opened: %+v", e)
	}
	if e := n.Withdraw("j", 1007); e != (Effect{}) || !n.Insolvent() {
		t.Errorf("the moratorium is withdrawn: %+v", e)
	}
	if e := n.Add(m, news("c", event.InsolvencyClosed, 1030), 1030); e != (Effect{Reinstate: true}) || n.Insolvent() {
		t.Errorf("closed within 30 days: %+v", e)
	}
	if e := n.Withdraw("c", 1031); e != (Effect{}) || !n.Insolvent() {
		t.Errorf("not closed after all: %+v", e)
	}
	if e := n.Add(m, news("d", event.InsolvencyClosed, 1031), 1031); e != (Effect{}) {
		t.Errorf("closed after 31 days: %+v", e)
	}
	if e := n.Add(m, news("k", event.InsolvencyOpened, 1100), 1100); e != (Effect{}) {
		t.Errorf("opened again: %+v", e)
	}
	if e := n.Withdraw("k", 1300); e != (Effect{Reinstate: true}) {
		t.Errorf("withdrawn, however late: %+v", e)
	}
}

func TestLimitsComeBackWithin30DaysOfTheEarliestDate(t *testing.T) {
	m := baseline()
	for closed, want := range map[event.Day]bool{1030: true, 1031: false} {
		for _, first := range []event.Category{event.InsolvencyOpened, event.InsolvencyMoratorium} {
			var n News
			n.Add(m, Item{ID: "a", Day: 1000, Category: first, Outlet: event.Register}, 1000)
			n.Add(m, Item{ID: "b", Day: 1020, Category: event.InsolvencyMoratorium, Outlet: event.Register}, 1020)
			if e := n.Add(m, Item{ID: "c", Day: closed, Category: event.InsolvencyClosed, Outlet: event.Register,
				Outcome: event.OutcomePlan}, closed); e.Reinstate != want || n.Insolvent() {
				t.Errorf("%s on 1000, a moratorium on 1020, closed on %d: %+v", first, closed, e)
			}
		}
	}
}

func TestRulesEnd(t *testing.T) {
	m := baseline()
	var n News
	day := event.Date(2024, 2, 29)
	n.Add(m, Item{ID: "r", Day: day, Category: event.Restructuring, Outlet: event.Register}, day)
	end := event.Date(2026, 2, 28)
	if n.Assess(m, end-1).Best != 8 || n.Assess(m, end-1).Rule != "restructuring" || n.Assess(m, end).Best != 0 {
		t.Error("grade 8 at best for two years")
	}
}

// TestVerdictsOnDoubtfulNews: approved it acts as from a register, in place of what it counted; rejected that goes;
// lapsed it stays.
func TestVerdictsOnDoubtfulNews(t *testing.T) {
	m, day := baseline(), event.Day(20_000)
	doubtful := func() *News {
		var n News
		n.Add(m, judgment("j", day), day)
		n.Add(m, Item{ID: "f0", Day: day - 400, Category: event.FraudAlleged, Outlet: event.Register}, day)
		for i, c := range []event.Category{event.InsolvencyOpened, event.InsolvencyMoratorium, event.FraudConfirmed} {
			n.Add(m, Item{ID: fmt.Sprint("d", i), Day: day, Category: c, Outlet: event.Web}, day)
		}
		return &n
	}
	const before = 700 + 280 // the judgment; the fraud alleged 400 days ago
	n := doubtful()
	if got := n.told(m, day); got != before+600+600 || n.Insolvent() {
		t.Errorf("before the verdict: %d, insolvent %v, want the reported insolvencies once and the fraud without its rule",
			got, n.Insolvent())
	}
	if n.Decide(m, Approved); n.told(m, day) != 700+1500 || !n.Insolvent() || n.Assess(m, day).Best != 8 ||
		n.Doubtful() != 0 {
		t.Errorf("approved: %d, insolvent %v, best %d", n.told(m, day), n.Insolvent(), n.Assess(m, day).Best)
	}
	n = doubtful()
	if n.Decide(m, Rejected); n.told(m, day) != before || n.Insolvent() || n.Assess(m, day).Best != 0 {
		t.Errorf("rejected: %d, want %d", n.told(m, day), before)
	}
	n = doubtful()
	if n.Decide(m, Lapsed); n.told(m, day) != before+1200 || n.Insolvent() || n.Assess(m, day).Best != 0 {
		t.Errorf("lapsed: %d, want %d", n.told(m, day), before+1200)
	}
	n = doubtful()
	n.Withdraw("d2", day)
	if n.Withdraw("d1", day); n.told(m, day) != before+600 || n.Doubtful() != 1 {
		t.Errorf("two of them withdrawn: %d, %d wait", n.told(m, day), n.Doubtful())
	}
	n = doubtful()
	n.Add(m, Item{ID: "c", Day: day, Category: event.InsolvencyClosed, Outlet: event.Web, Outcome: event.OutcomeRecovered},
		day)
	if n.Doubtful() != 4 || n.told(m, day) != before+1200 {
		t.Error("a web item closes what waits for a verdict, instead of waiting with it")
	}
	if n.Add(m, Item{ID: "c2", Day: day, Category: event.InsolvencyClosed, Outlet: event.Register,
		Outcome: event.OutcomeAnnulled}, day); n.Doubtful() != 1 || n.told(m, day) != before+1200 {
		t.Errorf("closed: %d wait, %d", n.Doubtful(), n.told(m, day))
	}
	if n.Decide(m, Approved); n.Insolvent() {
		t.Error("an insolvency that is closed is opened by a verdict on what came before")
	}
	n = &News{}
	for i := range MaxDoubtful + 1 {
		if e := n.Add(m, Item{ID: fmt.Sprint(i), Day: day, Category: event.InsolvencyOpened, Outlet: event.Web},
			day); e.Review != (i < MaxDoubtful) {
			t.Errorf("item %d: %+v", i, e)
		}
	}
}

func TestAccountsEndLatenessAndAuditOpinions(t *testing.T) {
	m := baseline()
	told := func(c event.Category, day event.Day) *News {
		n := new(News)
		n.Add(m, Item{ID: "a", Day: day, Category: c, Days: 50, Outlet: event.Register}, day)
		return n
	}
	filed := func(n *News, day event.Day) {
		n.Add(m, Item{ID: "f", Day: day, Category: event.AccountsFiled, Outlet: event.Register}, day)
	}
	late := told(event.AccountsLate, 1000)
	if late.told(m, 1040) != 0 || late.told(m, 1041) != 300 || late.told(m, 1131) != 500 {
		t.Error("50 days late on day 1000: more than 90 from 1041, more than 180 from 1131")
	}
	if late.StatementFiled(700); late.told(m, 1200) != 0 {
		t.Error("the first statement that is known is told later than the news: its accounts are filed")
	}
	late.Add(m, Item{ID: "again", Day: 1200, Category: event.AccountsLate, Days: 200, Outlet: event.Register}, 1200)
	for _, end := range []event.Day{700, 400} {
		if late.StatementFiled(end); late.told(m, 1200) != 500 {
			t.Errorf("a statement to day %d is of no later period than what was known: it ends nothing", end)
		}
	}
	if late.StatementFiled(701); late.told(m, 1200) != 0 {
		t.Error("the accounts that were late are filed, though their period ended before they were due")
	}
	late.Add(m, Item{ID: "and again", Day: 1200, Category: event.AccountsLate, Days: 200, Outlet: event.Register}, 1200)
	if filed(late, 1200); late.told(m, 1200) != 0 {
		t.Error("accounts filed")
	}
	if late.Add(m, Item{ID: "old", Day: 1199, Category: event.AccountsLate, Days: 200, Outlet: event.Register},
		1200); late.told(m, 1200) != 0 {
		t.Error("lateness that arrives after the accounts were filed is over")
	}
	var n News
	n.StatementFiled(1000)
	if n.Add(m, Item{ID: "audit", Day: 999, Category: event.AuditQualified, Outlet: event.Register}, 1001); n.told(m,
		1001) != 0 {
		t.Error("an opinion from before the newest statement's period ended is over")
	}
	if n.Add(m, Item{ID: "late", Day: 999, Category: event.AccountsLate, Days: 200, Outlet: event.Register},
		1001); n.told(m, 1001) != 500 {
		t.Error("only a statement that is told after the news ends lateness")
	}
	audit := told(event.AuditGoingConcern, 1000)
	audit.Add(m, Item{ID: "q", Day: 1100, Category: event.AuditQualified, Outlet: event.Register}, 1100)
	if audit.told(m, 5000) != 1200 {
		t.Error("the larger opinion counts, and does not decay")
	}
	if filed(audit, 1279); audit.told(m, 1279) != 1200 {
		t.Error("accounts filed within 180 days may be those that the opinion is about")
	}
	if audit.StatementFiled(1101); audit.told(m, 1279) != 0 {
		t.Error("a statement of a later period ends it")
	}
	audit = told(event.AuditQualified, 1000)
	if filed(audit, 1180); audit.told(m, 1180) != 0 {
		t.Error("accounts filed 180 days later end it")
	}
}
