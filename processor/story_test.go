package processor

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// story is a script that tells itself as it goes: what was said, and what the fold decided.
type story struct {
	*script
	t    *testing.T
	fold *Fold
	day  int64
	n    int // of the messages, for their ids
	out  strings.Builder

	relays  [][]byte // on their way
	decided []decision.Decision
}

func newStory(t *testing.T) *story {
	s := &story{script: newScript(event.ClockDriven), t: t, fold: NewFold(0, anyModel)}
	s.play("the log is opened")
	return s
}

// says appends a message, folds it and writes down what it did.
func (s *story) says(text string, e *event.Event) {
	s.n++
	if e.ID == "" {
		e.ID = fmt.Sprintf("m%d", s.n)
	}
	e.Home = true
	e.StampMs = at(s.day, int64(s.n))
	if e.AtMs == 0 {
		e.AtMs = at(s.day, 0)
	}
	s.add(e)
	s.play(text)
}

func (s *story) play(text string) {
	s.t.Helper()
	fmt.Fprintf(&s.out, "day %d: %s\n", s.day, text)
	n := len(s.records) - 1
	if err := s.fold.Step(int64(n), s.records[n], func(r Record) {
		if r.Relay {
			s.relays = append(s.relays, r.Value)
			return
		}
		var d decision.Decision
		if err := decision.Decode(r.Value, &d); err != nil {
			s.t.Fatal(err)
		}
		if s.decided = append(s.decided, d); d.Kind != decision.ProgressMade {
			s.out.WriteString("  " + told(&d) + "\n")
		}
	}); err != nil {
		s.t.Fatal(err)
	}
	if len(s.relays) > 0 { // in their order, as ingest does, though to the one partition that there is
		e := decoded(s.relays[0])
		s.relays = s.relays[1:]
		e.Home, e.StampMs = true, at(s.day, int64(s.n))
		s.add(e)
		s.play(relayed(e.Body.(*event.Relayed)))
	}
}

// wait lets days pass; restart, when set, puts a restored fold in the place of the running one first.
func (s *story) wait(days int64) {
	s.day += days
	s.add(&event.Event{Kind: event.KindTick, Key: "tick", StampMs: at(s.day, 0), AtMs: at(s.day, 0),
		Body: &event.Tick{AtMs: at(s.day, 0)}})
	s.play(fmt.Sprintf("%d days have passed", days))
}

func (s *story) restart() {
	fresh := NewFold(0, anyModel)
	if err := fresh.RestoreState(s.fold.AppendState(nil)); err != nil {
		s.t.Fatal(err)
	}
	s.fold = fresh
	s.out.WriteString("a restart\n")
}

func (s *story) policy(id, holder string, notice int32) {
	s.says("policy "+id, &event.Event{Kind: event.KindPolicyUpserted, Key: "policy/" + id,
		Body: &event.PolicyUpserted{Policy: id, Holder: holder, Currency: "EUR", InsuredPPM: 900_000, NoticeDays: notice,
			MaximumExtensionDays: 60, EffectiveOn: event.Day(day0 + s.day)}})
}

func party(id string) event.Party { return event.Party{ID: id, Country: "BE"} }

func (s *story) buyer(id, sector string, founded event.Day) {
	s.says("master data of "+id, &event.Event{Kind: event.KindBuyerUpserted, Key: id, Text: true,
		Body: &event.BuyerUpserted{Buyer: party(id), Sector: sector, FoundedOn: founded}})
}

// accounts is a sound company's statement of a size: equity 30 %, a good cash flow.
func accounts(id string, end event.Day, thousands int64) *event.Event {
	k := thousands * 1000_00
	return &event.Event{Kind: event.KindStatementFiled, Key: id, Body: &event.StatementFiled{Buyer: party(id),
		PeriodEnd: end, Months: 12, Currency: "EUR", TotalAssets: 10 * k, Equity: 3 * k, CurrentAssets: 6 * k,
		Inventories: 2 * k, Cash: k / 2, CurrentLiabilities: 4 * k, TotalLiabilities: 7 * k, TradePayables: 2 * k,
		Revenue: 20 * k, NetIncome: k / 4, Depreciation: k / 4, Given: 1<<12 - 1}}
}

func (s *story) statement(id string, endDay, thousands int64) {
	s.says(fmt.Sprintf("%s files accounts to day %d", id, endDay), accounts(id, event.Day(day0+endDay), thousands))
}

func ref(buyer, policy, invoice string) event.InvoiceRef {
	return event.InvoiceRef{Buyer: party(buyer), Policy: policy, Invoice: invoice}
}

func (s *story) invoice(buyer, policy, invoice string, amount, due int64) {
	s.says(fmt.Sprintf("%s invoices %s %s for %d, due on day %d", policy, buyer, invoice, amount, due),
		&event.Event{Kind: event.KindInvoiceIssued, Key: buyer, Body: &event.InvoiceIssued{Ref: ref(buyer, policy, invoice),
			Amount: event.Amount{Minor: amount * 100, Currency: "EUR"}, DeliveredOn: event.Day(day0 + s.day),
			DueOn: event.Day(day0 + due)}})
}

func (s *story) pays(buyer, policy, invoice string, amount int64) {
	s.says(fmt.Sprintf("%s pays %s %d of %s", buyer, policy, amount, invoice), &event.Event{Kind: event.KindInvoicePaid,
		Key: buyer, Body: &event.InvoicePaid{Ref: ref(buyer, policy, invoice), Amount: event.Amount{Minor: amount * 100,
			Currency: "EUR"}, PaidOn: event.Day(day0 + s.day)}})
}

func (s *story) news(buyer string, category event.Category, outlet event.Outlet) {
	v := &event.News{Buyer: party(buyer), Category: category, Outlet: outlet}
	if category == event.InsolvencyClosed {
		v.Outcome = event.OutcomeRecovered
	}
	s.says(fmt.Sprintf("%s news about %s: %s", outlet, buyer, category), &event.Event{Kind: event.KindNews, Key: buyer,
		Text: true, Body: v})
}

func (s *story) asks(policy, buyer string, kind event.RequestKind, amount int64) *event.LimitRequested {
	v := &event.LimitRequested{Request: fmt.Sprintf("r%d", s.n+1), Policy: policy, Buyer: party(buyer), Kind: kind,
		Amount: event.Amount{Minor: amount * 100, Currency: "EUR"}}
	s.request(v)
	return v
}

func (s *story) request(v *event.LimitRequested) {
	s.says(fmt.Sprintf("%s asks for %s of %s %s on %s", v.Policy, v.Kind, euros(v.Amount.Minor), v.Amount.Currency,
		v.Buyer.ID),
		&event.Event{Kind: event.KindLimitRequested, Key: v.Buyer.ID, Body: v})
}

func (s *story) indicator(country, sector, name string, year int, e2 int64) {
	s.says(fmt.Sprintf("%s of %s/%s in %d is %d.%02d", name, country, sector, year, e2/100, max(e2, -e2)%100),
		&event.Event{Kind: event.KindIndicator, Key: "country/" + country, Body: &event.Indicator{Country: country,
			Sector: sector, Name: name, Confirmed: true, ValueE8: e2 * 1_000_000,
			Period: event.Period{First: event.Date(year, 1, 1), Last: event.Date(year, 12, 31)}}})
}

func (s *story) rate(currency string, e2 int64) {
	s.says(fmt.Sprintf("a euro is %d.%02d %s", e2/100, e2%100, currency), &event.Event{Kind: event.KindIndicator,
		Key: "country/US", Body: &event.Indicator{Country: "US", Sector: "*", Name: "fx_rate", Currency: currency,
			ValueE8: e2 * 1_000_000, Period: event.Period{First: event.Day(day0 + s.day), Last: event.Day(day0 + s.day)}}})
}

// stories are the golden transcripts, by the name of their file. day 0 is 2024-10-04.
var stories = map[string]func(s *story){
	"first_grade_to_insolvency": func(s *story) {
		s.policy("p1", "holder-1", 30)
		s.policy("p2", "holder-2", 0)
		s.buyer("b1", "46", event.Date(1990, 5, 1))
		s.statement("b1", -278, 500) // 2023-12-31
		s.asks("p1", "b1", event.RequestNew, 50_000)
		s.invoice("b1", "p1", "i1", 40_000, 30)
		s.wait(20)
		s.pays("b1", "p1", "i1", 40_000)
		s.asks("p2", "b1", event.RequestNew, 300_000)
		s.invoice("b1", "p1", "i2", 60_000, 50)
		s.invoice("b1", "p2", "i3", 30_000, 50)
		s.wait(75) // both are 45 days late
		s.pays("b1", "p1", "i2", 10_000)
		s.wait(50)
		s.restart()
		s.pays("b1", "p1", "i2", 50_000)
		s.news("b1", event.InsolvencyOpened, event.Register)
		s.asks("p2", "b1", event.RequestNew, 5_000)
	},
	"improvement_takes_its_time": func(s *story) {
		s.buyer("b1", "20", event.Date(1980, 1, 1))
		s.statement("b1", -278, 5000)
		s.news("b1", event.Judgment, event.Register)
		s.wait(30)
		for range 14 {
			s.wait(15)
		}
	},
	"an_indication_about_nobody": func(s *story) {
		s.policy("p1", "holder-1", 30)
		s.buyer("b1", "46", event.Date(2001, 1, 1))
		s.overrules("an underwriter thinks nothing of it", &event.UnderwriterDecided{Buyer: party("b1"), GradeFloor: 9,
			Analyst: "ann"})
		s.asks("p1", "b1", event.RequestPreliminary, 150_000) // it bears nothing
		s.asks("p1", "b2", event.RequestPreliminary, 150_000) // it is not known: as any of which nothing is
		s.says("an indication in dollars", &event.Event{Kind: event.KindLimitRequested, Key: "b2",
			Body: &event.LimitRequested{Request: "usd", Policy: "p1", Buyer: party("b2"), Kind: event.RequestPreliminary,
				Amount: event.Amount{Minor: 12_000_00, Currency: "USD"}}})
		s.restart()
		s.buyer("b2", "46", event.Date(2001, 1, 1)) // nothing follows
		s.wait(8)
	},
	"requests": func(s *story) {
		s.policy("p1", "holder-1", 30)
		s.policy("p2", "holder-2", 30)
		s.buyer("b1", "46", event.Date(2001, 1, 1))
		s.statement("b1", -278, 200)
		s.asks("p1", "b1", event.RequestPreliminary, 150_000)
		v := s.asks("p1", "b1", event.RequestNew, 150_000)
		again := *v
		again.Request = "another-id"
		s.request(&again) // the same within a day: the same answer
		s.request(v)      // the same id and content: ignored
		v.Amount.Minor++  //
		s.request(v)      // the same id, other content
		s.asks("p2", "b1", event.RequestNew, 100_000)
		s.asks("p2", "b1", event.RequestNew, 900_000)
		s.asks("p2", "b1", event.RequestReduction, 1_000_000)
		s.asks("p1", "b1", event.RequestReduction, 20_000)
		s.asks("p1", "b1", event.RequestIncrease, 20_000)
		s.asks("p1", "b1", event.RequestIncrease, 30_000)
		until := s.asks("p1", "b1", event.RequestProlongation, 0)
		until.Request, until.ValidUntil = "until", day0+3
		s.request(until)
		s.asks("p2", "b1", event.RequestCancellation, 0)
		s.asks("p2", "b1", event.RequestCancellation, 1)
		s.wait(2)
		s.wait(2)
	},
	"what_comes_too_early": func(s *story) {
		s.pays("b1", "p1", "i1", 1_000) // before its invoice
		s.pays("b1", "p1", "i9", 1_000) // whose invoice never comes
		s.asks("p1", "b1", event.RequestNew, 10_000)
		s.says("a request in dollars", &event.Event{Kind: event.KindLimitRequested, Key: "b1",
			Body: &event.LimitRequested{Request: "usd", Policy: "p1", Buyer: party("b1"), Kind: event.RequestNew,
				Amount: event.Amount{Minor: 12_000_00, Currency: "USD"}}})
		s.says("a news item is withdrawn", &event.Event{Kind: event.KindNewsWithdrawn, Key: "b1",
			Body: &event.NewsWithdrawn{Buyer: party("b1"), Withdraws: "m7"}})
		s.says("a payment is reversed", &event.Event{Kind: event.KindPaymentReversed, Key: "b1",
			Body: &event.PaymentReversed{Ref: ref("b1", "p1", "i1"), Payment: "m1"}})
		s.pays("b7", "p1", "i1", 1) // nothing else is ever said about it
		s.restart()
		s.news("b1", event.FraudAlleged, event.Web) // not the one
		s.invoice("b1", "p1", "i1", 900, 10)
		s.policy("p1", "holder-1", 30)
		s.buyer("b1", "62", event.Date(2023, 12, 1))
		s.wait(3)
		s.rate("USD", 110)
		s.asks("p8", "b1", event.RequestNew, 10_000)
		s.says("an invoice from the future", &event.Event{Kind: event.KindInvoiceIssued, Key: "b1",
			Body: &event.InvoiceIssued{Ref: ref("b1", "p1", "i3"), Amount: event.Amount{Minor: 1, Currency: "EUR"},
				DeliveredOn: day0 + 5, DueOn: day0 + 40}})
		s.says("an order that has no meaning yet", &event.Event{Kind: event.KindDunningSent, Key: "b1",
			Body: &event.DunningSent{Policy: "p1", Buyer: party("b1")}})
		s.wait(4)
		s.wait(3)
	},
	"an_ageing_balance": func(s *story) {
		s.buyer("b1", "46", event.Date(1990, 5, 1))
		s.statement("b1", -278, 500)
		reports := func(text string, asOf event.Day, current, d30, d60, d90, more int64) {
			s.says("a bureau reports "+text, &event.Event{Kind: event.KindExperience, Key: "b1",
				Body: &event.Experience{Buyer: party("b1"), Policy: "bureau", AsOf: asOf, Currency: "EUR", Current: current * 100,
					D1to30: d30 * 100, D31to60: d60 * 100, D61to90: d90 * 100, D90up: more * 100}})
		}
		reports("100 000 of which nothing is late", day0-2, 100_000, 0, 0, 0, 0)
		reports("an older balance", day0-30, 1, 1, 1, 1, 1)
		s.wait(30)
		reports("60 000 of which 20 000 are more than 60 days late", day0+29, 30_000, 10_000, 0, 15_000, 5_000)
		reports("a balance of tomorrow's tomorrow", day0+33, 1, 0, 0, 0, 0)
		s.restart()
		s.wait(180) // up to its last day
		s.wait(1)
		s.wait(1)
	},
	"a_cell_shifts": func(s *story) {
		s.buyer("b1", "41", event.Date(1990, 1, 1))
		s.buyer("b2", "42", event.Date(1990, 1, 1))
		s.buyer("b3", "20", event.Date(1990, 1, 1))
		for _, id := range []string{"b3", "b2", "b1"} {
			s.statement(id, -278, 800)
		}
		s.indicator("BE", "*", "gdp_growth", 2023, -300)
		s.indicator("BE", "*", "gdp_growth", 2022, 500) // an earlier period: it does not count
		s.indicator("BE", "F", "insolvencies_yoy", 2023, 300)
		s.indicator("BE", "*", "country_risk_class", 2024, 700)
		s.indicator("BE", "*", "country_risk_class", 2024, 100)
		s.indicator("BE", "*", "sunspots", 2024, 100)
		s.restart()
		s.indicator("BE", "*", "transfer_moratorium", 2024, 100)
	},
	"at_risk_of_failure": func(s *story) {
		s.policy("p1", "holder-1", 30)
		s.policy("p2", "holder-2", 0)
		s.buyer("b1", "46", event.Date(1990, 5, 1))
		s.statement("b1", -278, 500)
		s.asks("p1", "b1", event.RequestNew, 50_000)
		s.asks("p2", "b1", event.RequestNew, 20_000)
		bad := accounts("b1", day0-60, 500)
		v := bad.Body.(*event.StatementFiled)
		v.Equity, v.Cash, v.NetIncome, v.CurrentAssets = -v.Equity, 0, -10*v.NetIncome, v.Inventories
		s.says("b1 files bad accounts", bad)
		s.asks("p2", "b1", event.RequestIncrease, 30_000)
		s.news("b1", event.Judgment, event.Register) // grade 9: after the notice of each policy
		s.asks("p2", "b1", event.RequestNew, 1_000)
		s.wait(10)
		s.restart()
		s.news("b1", event.InsolvencyOpened, event.Regulated) // grade 10: at once, notice or not
	},
	"what_was_delivered_counts": func(s *story) {
		s.policy("p1", "holder-1", 30)
		s.policy("p2", "holder-2", 30)
		s.buyer("b1", "46", event.Date(2001, 1, 1))
		s.statement("b1", -278, 200)
		s.asks("p1", "b1", event.RequestNew, 100_000)
		s.invoice("b1", "p1", "i1", 80_000, 30)
		s.asks("p1", "b1", event.RequestReduction, 10_000)
		s.asks("p2", "b1", event.RequestNew, 100_000) // 80 000 of the 120 000 are in use
		s.pays("b1", "p1", "i1", 80_000)
		s.asks("p2", "b1", event.RequestIncrease, 100_000)
		s.asks("p1", "b1", event.RequestIncrease, 50_000)
		s.asks("p2", "b1", event.RequestCancellation, 0)
		s.asks("p1", "b1", event.RequestIncrease, 110_000)
		s.invoice("b1", "p1", "i2", 90_000, 30)
		s.asks("p1", "b1", event.RequestReduction, 10_000)
		s.statement("b1", -50, 100)                       // half the size: half the capacity
		s.asks("p1", "b1", event.RequestIncrease, 50_000) // 90 000 are out
	},
	"asked_again": func(s *story) {
		s.policy("p1", "holder-1", 30)
		s.policy("p2", "holder-2", 30)
		s.buyer("b1", "46", event.Date(2001, 1, 1))
		v := s.asks("p1", "b1", event.RequestNew, 9_000)
		v.Request = "again"
		s.request(v) // the same answer, though it is no longer one for a new limit
		s.restart()
		v.Request = "after a restart"
		s.request(v)
		s.asks("p2", "b1", event.RequestNew, 1_000_000)
		v.Request = "after another request on the buyer"
		s.request(v)
		v.Request = "and again"
		s.request(v)
		s.wait(1)
		v.Request = "a day later"
		s.request(v)
	},
	"false_alarm": func(s *story) {
		s.policy("p1", "holder-1", 30)
		s.buyer("b1", "46", event.Date(1990, 5, 1))
		s.statement("b1", -278, 500)
		s.asks("p1", "b1", event.RequestNew, 50_000)
		s.news("b1", event.InsolvencyOpened, event.Web) // counts, but does not act by itself
		s.news("b1", event.InsolvencyOpened, event.Register)
		s.wait(5)
		s.says("the register withdraws it", &event.Event{Kind: event.KindNewsWithdrawn, Key: "b1",
			Body: &event.NewsWithdrawn{Buyer: party("b1"), Withdraws: fmt.Sprintf("m%d", s.n)}})
	},
}

func TestStories(t *testing.T) {
	var names []string
	for name := range stories {
		names = append(names, name)
	}
	slices.Sort(names)
	var told [event.KindEnd]bool
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			s := newStory(t)
			stories[name](s)
			golden(t, name, s.out.String())
			for _, r := range s.records {
				told[decoded(r).Kind] = true
			}
		})
	}
	for _, r := range cutsScript().records {
		told[decoded(r).Kind] = true
	}
	for kind := event.KindIndicator; kind < event.KindEnd; kind++ {
		if !told[kind] {
			t.Errorf("no transcript has a %s", kind)
		}
	}
}
