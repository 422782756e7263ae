package processor

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// world writes random logs: every kind of message about few companies, in and out of order, with repetitions.
type world struct {
	*script
	r   *rand.Rand
	now int64
	n   int

	last func() // sends the last message again, as another record

	bills []*event.InvoiceIssued // that were sent

	fold    *Fold
	folded  int            // records
	notices []event.Notice // to be delivered
	relays  [][]byte       // on their way
	reviews []string       // ids of the newest
}

func randomScript(seed uint64) *script {
	w := &world{script: newScript([]event.ClockMode{event.ClockWall, event.ClockDriven}[seed%2]),
		r: rand.New(rand.NewPCG(seed, 0)), now: at(0, 0),
		fold: NewFold(0, anyModel)}
	for range 600 {
		w.follow()
		switch w.r.IntN(12) {
		case 0:
			w.now += int64(w.r.IntN(40_000_000)) * int64(1+w.r.IntN(20))
			w.tick(w.now)
		case 1:
			w.again()
		case 2:
			if w.last != nil {
				w.last()
			}
		default:
			w.message()
		}
	}
	return w.script
}

// follow folds what is new, and lets some of its relays arrive, in order.
func (w *world) follow() {
	for ; w.folded < len(w.records); w.folded++ {
		n := w.folded
		if err := w.fold.Step(int64(n), w.records[n], func(r Record) {
			if r.Relay {
				w.relays = append(w.relays, r.Value)
			} else if r.Kind == decision.LimitDecided.String() {
				w.noticed(r.Value)
			} else if r.Kind == decision.ReviewRequested.String() {
				w.reviewed(r.Value)
			}
		}); err != nil {
			panic(err)
		}
	}
	for ; len(w.relays) > 0 && w.r.IntN(4) > 0; w.relays = w.relays[1:] {
		e := decoded(w.relays[0])
		e.Home, e.StampMs = true, w.now
		w.add(e)
	}
}

// reviewed remembers the newest reviews.
func (w *world) reviewed(value []byte) {
	var d decision.Decision
	if err := decision.Decode(value, &d); err != nil {
		panic(err)
	}
	b := d.Body.(*decision.Review)
	w.reviews = append(w.reviews[max(0, len(w.reviews)-7):], b.Review)
	if b.Kind == decision.ReviewOverride { // few there are
		w.reviews = slices.Repeat([]string{b.Review}, 8)
	}
}

// noticed remembers a decision whose notice counts from its delivery.
func (w *world) noticed(value []byte) {
	var d decision.Decision
	if err := decision.Decode(value, &d); err != nil {
		panic(err)
	}
	if b := d.Body.(*decision.Limit); b.OnDelivery {
		w.notices = append(w.notices, event.Notice{Buyer: b.Buyer, Policy: b.Policy, Position: d.Position})
	}
}

// keys are what identifies a company: some of a few.
func (w *world) keys() (keys []event.Match) {
	for _, k := range []event.Match{registration(w.one("1", "2", "5", "6", "7", "8")), registration(w.one("3", "4", "9")),
		called(w.one("a", "b", "c", "d", "e", "f"))} {
		if w.r.IntN(2) == 0 || k.Kind == event.MatchName && keys == nil {
			keys = append(keys, k)
		}
	}
	return keys
}

func (w *world) one(ids ...string) string { return ids[w.r.IntN(len(ids))] }

func (w *world) buyer() string { return w.one("b1", "b2", "b3", "b4", "b5") }

func (w *world) policy() string { return w.one("p1", "p2", "p3", "p4") }

// near is a day up to so many days before or after now.
func (w *world) near(days int) event.Day {
	return event.DayOf(w.now) + event.Day(w.r.IntN(2*days+1)-days)
}

func (w *world) amount(most int64) event.Amount {
	return event.Amount{Minor: 1 + w.r.Int64N(most*100), Currency: w.one("EUR", "EUR", "EUR", "USD", "JPY")}
}

func (w *world) send(key string, body event.Body, kind event.Kind) {
	w.n++
	id := fmt.Sprintf("e%d", w.n)
	if w.r.IntN(8) == 0 {
		id = fmt.Sprintf("e%d", 1+w.r.IntN(w.n)) // an id that may have been used
	}
	e := event.Event{Kind: kind, Key: key, ID: id, AtMs: w.now - int64(w.r.IntN(200_000_000)),
		StampMs: w.now + int64(w.r.IntN(20_000)-10_000), Home: w.r.IntN(3) > 0, Text: w.r.IntN(2) == 0,
		History: w.r.IntN(9) == 0, Body: body}
	w.last = func() { again := e; w.add(&again) }
	w.last()
}

func (w *world) message() {
	b := w.buyer()
	p := party(b)
	key := b
	if w.r.IntN(12) == 0 {
		p = nameless(w.keys()...)
		key = p.Matches[0].Key
	}
	ref := event.InvoiceRef{Buyer: p, Policy: w.policy(), Invoice: fmt.Sprintf("i%d", w.r.IntN(40))}
	switch w.r.IntN(23) {
	case 22:
		v := &event.OverdueReported{Policy: ref.Policy, Buyer: p, Invoices: []string{ref.Invoice}, ReportedOn: w.near(10)}
		if n := len(w.bills); n > 0 && w.r.IntN(4) > 0 {
			bill := w.bills[w.r.IntN(n)]
			v.Policy, v.Buyer, v.Invoices, v.ReportedOn = bill.Ref.Policy, bill.Ref.Buyer, []string{bill.Ref.Invoice},
				min(w.near(0), bill.DueOn+event.Day(w.r.IntN(40)))
		}
		w.send(v.Buyer.ID, v, event.KindOverdueReported)
	case 21:
		if n := len(w.notices); n > 0 && w.r.IntN(3) > 0 {
			w.send("", &event.NoticeDelivered{Notification: "n", Notices: w.notices[w.r.IntN(n):]}, event.KindNoticeDelivered)
		} else {
			w.send(key, &event.NoticeServed{Policy: ref.Policy, Buyer: p, ServedOn: w.near(5), Analyst: "ann"},
				event.KindNoticeServed)
		}
	case 20:
		if w.r.IntN(4) == 0 {
			w.send("model.activated", &event.ModelActivated{Version: "m2", Content: []byte(w.one("careful", "careful", "one")),
				Analyst: w.one("", "ann"), SecondAnalyst: w.one("", "", "bea")}, event.KindModelActivated)
		} else if w.r.IntN(3) == 0 {
			w.send("country/BE", &event.CountryCapSet{Country: "BE", Amount: w.amount(300_000), Analyst: w.one("", "ann"),
				SecondAnalyst: w.one("", "", "bea")}, event.KindCountryCapSet)
		}
	case 19:
		w.send(key, &event.BindingOrderAccepted{Policy: w.policy(), Buyer: p, Order: fmt.Sprint("o", w.r.IntN(20)),
			Amount: w.amount(20_000), DeliverBy: w.near(20)}, event.KindBindingOrderAccepted)
	case 18:
		w.overrules(key, p)
	case 0:
		id := w.policy()
		w.send("policy/"+id, &event.PolicyUpserted{Policy: id, Holder: "h" + id, Currency: "EUR",
			NoticeDays: int32(w.r.IntN(60)), NoticeFromDelivery: w.r.IntN(3) == 0, MaximumExtensionDays: int32(w.r.IntN(60)),
			DiscretionaryMinor: 20_000_00 * w.r.Int64N(2), EffectiveOn: w.near(40),
			NotificationDeadlineDays: int32(w.r.IntN(2)) * 20, PeriodTo: w.near(200) * event.Day(w.r.IntN(3)/2)},
			event.KindPolicyUpserted)
	case 1:
		p := party(b)
		p.Matches = w.keys()
		w.send(b, &event.BuyerUpserted{Buyer: p, Sector: w.one("41", "46", "F", "*"), FoundedOn: event.Date(2024, 1,
			1) - event.Day(w.r.IntN(3000))}, event.KindBuyerUpserted)
	case 2:
		e := accounts(b, event.Date(2019+w.r.IntN(8), 12, 31), w.r.Int64N([]int64{900, 900, 9000}[w.r.IntN(3)]))
		s := e.Body.(*event.StatementFiled)
		s.Currency, s.Equity, s.Months, s.Consolidated = w.one("EUR", "EUR", "USD"), s.Equity*int64(w.r.IntN(5)-1),
			int32(w.r.IntN(26)), w.r.IntN(3) == 0
		s.Buyer = p
		w.send(key, s, event.KindStatementFiled)
	case 3, 4, 5:
		delivered := w.near(60)
		if w.r.IntN(10) > 0 {
			delivered = event.DayOf(w.now) - event.Day(w.r.IntN(60))
		}
		v := &event.InvoiceIssued{Ref: ref, Amount: w.amount(50_000), DeliveredOn: delivered,
			DueOn: delivered + event.Day(w.r.IntN(60))}
		w.bills = append(w.bills, v)
		w.send(key, v, event.KindInvoiceIssued)
	case 6, 7:
		if n := len(w.bills); n > 0 && w.r.IntN(2) == 0 {
			v := w.bills[w.r.IntN(n)]
			w.send(v.Ref.Buyer.ID, &event.InvoicePaid{Ref: v.Ref, Amount: v.Amount,
				PaidOn: event.DayOf(w.now) - event.Day(w.r.IntN(9))}, event.KindInvoicePaid)
			break
		}
		w.send(key, &event.InvoicePaid{Ref: ref, Amount: w.amount(50_000),
			PaidOn: event.DayOf(w.now) - event.Day(w.r.IntN(9)) + 1}, event.KindInvoicePaid)
	case 8:
		w.correct(key, ref)
	case 9, 10:
		news := &event.News{Buyer: p, Category: event.Category(1 + w.r.IntN(int(event.OtherNews))),
			Outlet: event.Outlet(1 + w.r.IntN(3)), Notches: int32(w.r.IntN(5) - 2), Days: int32(w.r.IntN(300)),
			HasAmount: w.r.IntN(2) == 0, Amount: w.amount(1_000_000), Role: w.one("CEO", "CFO"),
			Outcome:    event.Outcome(w.r.IntN(6)),
			Classifier: uint32(w.r.IntN(5) / 4)}
		if w.r.IntN(6) == 0 { // what ends well
			news.Category, news.Outcome, news.Outlet, news.Classifier = event.InsolvencyClosed, event.OutcomeRecovered,
				event.Register, 0
		}
		w.send(key, news, event.KindNews)
	case 11:
		w.send(key, &event.NewsWithdrawn{Buyer: p, Withdraws: fmt.Sprintf("e%d", 1+w.r.IntN(w.n+1))}, event.KindNewsWithdrawn)
	case 12, 13:
		w.request(key, p)
	case 16:
		of, kind := b, w.one("match", "cut", "increase", "override")
		switch w.r.IntN(6) {
		case 0, 1:
			of, kind = "country/BE", w.one("country", "country", "cap")
		case 2:
			of, kind = "model.activated", "activation"
		}
		id := fmt.Sprintf("%s/%s-%d", of, kind, 1+w.r.IntN(4))
		if n := len(w.reviews); n > 0 && w.r.IntN(3) > 0 {
			id = w.reviews[w.r.IntN(n)]
			of = id[:strings.LastIndexByte(id, '/')]
		}
		w.send(of, &event.ReviewDecided{Review: id, Approve: w.r.IntN(3) > 0, Analyst: w.one("ann", "bea")},
			event.KindReviewDecided)
	case 14:
		w.indicator()
	case 15:
		v := w.amount(20_000)
		w.send(b, &event.Experience{Buyer: p, Policy: w.one("p1", "bureau"), AsOf: w.near(1) - event.Day(w.r.IntN(200)),
			Currency: v.Currency, Current: v.Minor, D1to30: w.r.Int64N(1000), D31to60: w.r.Int64N(3) * 5000,
			D61to90: w.r.Int64N(2) * 700, D90up: w.r.Int64N(2)}, event.KindExperience)
	default:
		w.send(b, &event.DunningSent{Policy: ref.Policy, Buyer: p, Invoice: "i"}, event.KindDunningSent)
	}
}

func (w *world) correct(b string, ref event.InvoiceRef) {
	switch w.r.IntN(5) {
	case 0:
		w.send(b, &event.InvoiceDisputed{Ref: ref, Disputed: w.r.IntN(2) == 0}, event.KindInvoiceDisputed)
	case 1:
		w.send(b, &event.InvoiceCancelled{Ref: ref}, event.KindInvoiceCancelled)
	case 2:
		w.send(b, &event.InvoiceExtended{Ref: ref, DueOn: w.near(50)}, event.KindInvoiceExtended)
	case 3:
		w.send("history.closed", &event.HistoryClosed{Policy: ref.Policy}, event.KindHistoryClosed)
	default:
		w.send(b, &event.PaymentReversed{Ref: ref, Payment: fmt.Sprintf("e%d", 1+w.r.IntN(w.n+1))}, event.KindPaymentReversed)
	}
}

func (w *world) request(key string, p event.Party) {
	v := &event.LimitRequested{Request: fmt.Sprintf("r%d", w.r.IntN(60)), Policy: w.policy(), Buyer: p,
		Kind: event.RequestKind(1 + w.r.IntN(6)), Amount: w.amount(90_000)}
	if w.r.IntN(3) > 0 {
		v.Kind = event.RequestKind(1 + w.r.IntN(2))
	}
	if w.r.IntN(4) == 0 {
		v.Amount = w.amount(2_000_000)
	}
	if v.Kind == event.RequestReduction {
		v.Amount = event.Amount{Minor: 1 + w.r.Int64N(300_000), Currency: "EUR"}
	}
	if w.r.IntN(3) == 0 {
		v.ValidUntil = w.near(30)
	}
	w.send(key, v, event.KindLimitRequested)
}

func (w *world) overrules(key string, p event.Party) {
	v := &event.UnderwriterDecided{Buyer: p, Analyst: "ann", SecondAnalyst: w.one("", "ann", "bea", "bea")}
	if w.r.IntN(3) > 0 {
		v.ValidUntil = w.near(30)
	}
	if w.r.IntN(2) == 0 {
		v.Policy, v.HasAmount, v.Amount = w.policy(), true, w.amount([]int64{40_000, 600_000}[w.r.IntN(2)])
		v.MaxTermsDays, v.InsolvencyOnly = int32(30*w.r.IntN(3)), w.r.IntN(3) == 0
	} else {
		v.GradeFloor, v.Block = uint32(w.r.IntN(10)), w.r.IntN(3) == 0
		if w.r.IntN(2) == 0 {
			v.GradeCeiling = v.GradeFloor + uint32(w.r.IntN(3))
		}
	}
	w.send(key, v, event.KindUnderwriterDecided)
}

func (w *world) indicator() {
	year := 2021 + w.r.IntN(5)
	v := &event.Indicator{Country: "BE", Sector: w.one("*", "F", "41"), Name: w.one("gdp_growth", "pmi",
		"insolvencies_yoy", "fx_rate", "fx_rate", "sunspots"), Period: event.Period{First: event.Date(year, 1, 1),
		Last: event.Date(year, 12, 31)}, ValueE8: w.r.Int64N(8*oneE8) - 4*oneE8, Currency: w.one("USD", "JPY")}
	switch w.r.IntN(5) {
	case 0:
		v.Sector, v.Name, v.ValueE8 = "*", indicatorRisk, oneE8*w.r.Int64N(9)
	case 1:
		v.Sector, v.Name, v.ValueE8, v.Confirmed = "*", indicatorMoratorium, oneE8*w.r.Int64N(2), w.r.IntN(2) == 0
	}
	w.send("country/BE", v, event.KindIndicator)
}

// TestRandomScriptsReachEveryDecision keeps the random logs honest: they make every kind of decision and answer.
func TestRandomScriptsReachEveryDecision(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long, and starts no goroutine that the race detector could watch")
	}
	reached := map[string]int{}
	wanted := []string{"limit approved", "limit partly_approved", "limit not_approved", "limit reduced", "limit cancelled",
		"limit preliminary",
		"limit still_investigating", "cover discretionary", "limit reinstated", "request new", "request increase",
		"request reduction", "request cancellation", "request prolongation",
		"request preliminary", "case.changed", "rejected nothing_owed", "rejected id_reused", "rejected unknown_invoice",
		"rejected unknown_policy", "rejected unknown_buyer",
		"rejected no_rate", "rejected future_date", "rejected unknown_indicator", "rejected bad_value", "rejected overpaid",
		"rejected out_of_range",
		"rejected no_limit", "score first", "score grade", "score points", "score insolvency", "macro.changed", "repeated",
		"timer ageing", "timer expiry",
		"timer validity", "timer evaluation", "timer figures", "timer review", "timer unmatched", "review requested",
		"review joined", "review approved",
		"review rejected", "review lapsed", "review withdrawn", "rejected ambiguous_company", "rejected unknown_review",
		"rejected review_closed", "review effective", "review approved_once", "limit conditional",
		"score override", "timer override", "timer policy_clock", "cover suspended", "cover resumed", "cover binding_order",
		"exposure.changed", "rejected no_notice", "rejected late_notification", "cover forfeited", "cover restored",
		"rejected policy_ended", "limit on delivery", "limit delivered", "rejected second_analyst", "rejected above_capacity",
		"override approved", "override rejected", "override lapsed", "cap approved", "cap withdrawn", "activation approved",
		"activation rejected"}
	missing := func() []string {
		return slices.DeleteFunc(slices.Clone(wanted), func(w string) bool { return reached[w] > 0 })
	}
	for seed := uint64(0); seed < 300 && len(missing()) > 0; seed++ {
		for _, d := range randomScript(seed).decides(t) {
			switch b := d.Body.(type) {
			case *decision.Limit:
				reached["limit "+b.Code.String()]++
				if b.OnDelivery {
					reached["limit on delivery"]++
				}
				if d.Trigger.Kind == event.KindNoticeDelivered {
					reached["limit delivered"]++
				}
				if b.Request != "" {
					reached["request "+b.RequestKind.String()]++
				}
			case *decision.Cover:
				reached["cover "+b.Code.String()]++
			case *decision.Rejection:
				reached["rejected "+b.Reason]++
			case *decision.Score:
				reached["score "+b.Cause]++
			case *decision.Review:
				reached["review "+b.State]++
				reached[b.Kind+" "+b.State]++
			case *decision.Progress:
				reached["repeated"] += int(b.Repeated)
			default:
				reached[d.Kind.String()]++
			}
			if d.Trigger.Timer != "" {
				reached["timer "+d.Trigger.Timer]++
			}
		}
	}
	t.Log(reached)
	if missing := missing(); len(missing) > 0 {
		t.Errorf("300 random logs reach no %v", missing)
	}
}
