package processor

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/score"
)

// life is a random history of one buyer, told to the fold and kept as a list for the second evaluation.
type life struct {
	*script
	t    *testing.T
	r    *rand.Rand
	fold *Fold
	day  int64
	n    int
	told []toldOn
	kind lifeKind

	invoices  []*event.InvoiceIssued
	payments  []*event.InvoicePaid
	ids, news []string            // of payments and news
	open      map[score.Ref]int64 // of each invoice
	words     []string            // states of reviews of a supplier's word
}

// lifeKind is what kind of a company it is.
type lifeKind int

const (
	wild    lifeKind = iota // anything happens
	prompt                  // many invoices, paid at once, and little else
	tardy                   // nothing is paid before it is long late
	calming                 // wild at first, then quiet
	fading                  // nobody hears from it any more, but there is news
	lonely                  // one supplier or another says that it does not pay, and little else is known
)

// toldOn is a message that was accepted, and the day.
type toldOn struct {
	day   event.Day
	event *event.Event
}

// says tells the fold a message, and the list, where the fold took it.
func (l *life) says(kind event.Kind, key string, body event.Body) *event.Event {
	l.t.Helper()
	l.n++
	e := &event.Event{Kind: kind, Key: key, ID: fmt.Sprintf("e%d", l.n), Home: true, StampMs: at(l.day, int64(l.n)),
		AtMs: at(l.day, 0), Body: body}
	if v, ok := body.(*event.News); ok && v.Category != event.AccountsFiled && l.r.IntN(2) == 0 {
		e.AtMs = at(l.day-l.r.Int64N(80), 0)
	}
	l.add(e)
	accepted := l.accepted()
	if refused := l.step(); l.accepted() > accepted || kind == event.KindIndicator && !refused {
		l.books(e)
		l.told = append(l.told, toldOn{event.Day(day0 + l.day), e})
	}
	return e
}

// accepted is how many messages about the buyer the fold has accepted.
func (l *life) accepted() uint64 {
	if b := l.fold.machine.book.buyers.get("b1"); b != nil {
		return b.accepted
	}
	return 0
}

func (l *life) step() (refused bool) {
	n := len(l.records) - 1
	if err := l.fold.Step(int64(n), l.records[n], func(r Record) {
		var d decision.Decision
		if err := decision.Decode(r.Value, &d); err != nil {
			l.t.Fatal(err)
		}
		_, is := d.Body.(*decision.Rejection)
		refused = refused || is
		if r, is := d.Body.(*decision.Review); is && r.Kind == decision.ReviewPayments {
			l.words = append(l.words, r.State)
		}
	}); err != nil {
		l.t.Fatal(err)
	}
	return refused
}

// passes lets days pass.
func (l *life) passes(days int64) {
	l.day += days
	l.tick(at(l.day, 0))
	l.step()
}

// secondly evaluates the whole history anew.
func (l *life) secondly() *second {
	s := newSecond(day0)
	for _, x := range l.told {
		for s.day < x.day {
			s.turn()
		}
		switch v := x.event.Body.(type) {
		case *event.Indicator:
			s.shifts(v.Name, v.ValueE8/1_000_000)
		case *event.ReviewDecided:
			if s.word.n++; strings.Contains(v.Review, "/payments-") {
				s.wordDecided(v.Approve)
			} else {
				s.decides(v.Approve, false)
			}
		default:
			s.hears(x.event)
		}
	}
	for s.day < event.Day(day0+l.day) {
		s.turn()
	}
	return s
}

// anyOpen is a random invoice with something open, nil for none.
func (l *life) anyOpen(all []*event.InvoiceIssued) (v *event.InvoiceIssued, minor int64) {
	for range 20 {
		if len(all) == 0 {
			return nil, 0
		}
		v := all[l.r.IntN(len(all))]
		if left := l.open[refOf(&v.Ref)]; left > 0 {
			return v, left
		}
	}
	return nil, 0
}

// books keeps what is open.
func (l *life) books(e *event.Event) {
	switch v := e.Body.(type) {
	case *event.InvoiceIssued:
		l.open[refOf(&v.Ref)] = v.Amount.Minor
	case *event.InvoicePaid:
		l.open[refOf(&v.Ref)] -= v.Amount.Minor
	case *event.InvoiceCancelled:
		l.open[refOf(&v.Ref)] = 0
	case *event.PaymentReversed:
		for _, x := range l.told {
			if p, ok := x.event.Body.(*event.InvoicePaid); ok && x.event.ID == v.Payment {
				l.open[refOf(&v.Ref)] += p.Amount.Minor
			}
		}
	}
}

func (l *life) live(days int64) {
	r := l.r
	policies := []string{"p1", "p2", "p3", "p4"}
	p := event.Party{ID: "b1", Country: "BE"}
	end := l.day + days
	for l.kind == lonely && l.day < end {
		l.speaks(p)
		for range r.Int64N(4) {
			l.passes(1) // deadlines count from log time, which the second evaluation does not know
		}
	}
	for l.day < end {
		what := r.IntN(20)
		switch calm := l.kind == calming && l.day > 150; {
		case (l.kind == prompt || calm) && what > 9 && what != 18:
			what = 2 + what%8
		case l.kind == fading && l.day > 200 && what < 14:
			what = 14 + what%6
		case l.kind == tardy && (what == 6 || what == 7 || what > 9):
			what = 3
		}
		switch what {
		case 0:
			l.says(event.KindBuyerUpserted, "b1", &event.BuyerUpserted{Buyer: p, Sector: "41",
				FoundedOn: event.Day(day0 - r.IntN(2500))})
		case 1:
			e := accounts("b1", event.Date(2021+r.IntN(5), 12, 31), 50+r.Int64N(3000))
			v := e.Body.(*event.StatementFiled)
			v.Equity, v.Cash, v.Months = v.Equity*int64(r.IntN(4)-1)/2, v.Cash*int64(r.IntN(3)), int32(6+r.IntN(12))
			v.NetIncome, v.Consolidated = v.NetIncome*int64(r.IntN(9)-4), r.IntN(3) == 0
			if v.PeriodEnd <= event.Day(day0+l.day) {
				l.says(event.KindStatementFiled, "b1", v)
			}
		case 2, 3, 4, 5:
			v := &event.InvoiceIssued{Ref: event.InvoiceRef{Buyer: p, Policy: policies[r.IntN(4)],
				Invoice: fmt.Sprint("i", l.n)}, Amount: event.Amount{Minor: 1 + r.Int64N(50_000_00), Currency: "EUR"},
				DeliveredOn: event.Day(day0 + l.day), DueOn: event.Day(day0+l.day) + event.Day(r.IntN(50)-10)}
			if v.DueOn < v.DeliveredOn {
				v.DeliveredOn = v.DueOn
			}
			if l.kind == prompt {
				v.DueOn += 30
			}
			l.says(event.KindInvoiceIssued, "b1", v)
			l.invoices = append(l.invoices, v)
			if l.kind == prompt && r.IntN(30) > 0 {
				l.says(event.KindInvoicePaid, "b1", &event.InvoicePaid{Ref: v.Ref, Amount: v.Amount,
					PaidOn: event.Day(day0 + l.day)})
			}
		case 6, 7, 8, 9:
			if v, left := l.anyOpen(l.invoices); v != nil && (l.kind != tardy || int64(v.DueOn)+95 < day0+l.day) {
				if r.IntN(3) == 0 {
					left = 1 + r.Int64N(left)
				}
				paid := &event.InvoicePaid{Ref: v.Ref, Amount: event.Amount{Minor: left, Currency: "EUR"},
					PaidOn: event.Day(day0+l.day) + event.Day(1-r.IntN(4))}
				l.ids = append(l.ids, l.says(event.KindInvoicePaid, "b1", paid).ID)
				l.payments = append(l.payments, paid)
			}
		case 10:
			if v, _ := l.anyOpen(l.invoices); v != nil {
				l.says(event.KindInvoiceDisputed, "b1", &event.InvoiceDisputed{Ref: v.Ref, Disputed: r.IntN(2) == 0})
			}
		case 11:
			if v, _ := l.anyOpen(l.invoices); v != nil && r.IntN(2) == 0 {
				l.says(event.KindInvoiceCancelled, "b1", &event.InvoiceCancelled{Ref: v.Ref})
			} else if v != nil {
				l.says(event.KindInvoiceExtended, "b1", &event.InvoiceExtended{Ref: v.Ref,
					DueOn: event.Day(day0+l.day) + event.Day(r.IntN(60)-10)})
			}
		case 12:
			if n := len(l.payments); n > 0 {
				i := n - 1 - r.IntN(min(n, 4))
				l.says(event.KindPaymentReversed, "b1", &event.PaymentReversed{Ref: l.payments[i].Ref, Payment: l.ids[i]})
			}
		case 13:
			l.says(event.KindExperience, "b1", &event.Experience{Buyer: p, Policy: []string{"bureau", "p1"}[r.IntN(2)],
				AsOf: event.Day(day0 + l.day - r.Int64N(20)), Currency: "EUR", Current: r.Int64N(9_000_00),
				D1to30: r.Int64N(2) * 70_000, D31to60: r.Int64N(2) * 40_000, D61to90: r.Int64N(2), D90up: r.Int64N(2) * 5})
		case 14, 15:
			category := event.Category(1 + r.IntN(int(event.OtherNews)))
			if score.Grave(category) && r.IntN(3) > 0 {
				category = event.InsolvencyClosed
			}
			v := &event.News{Buyer: p, Category: category, Outlet: event.Outlet(1 + r.IntN(3)), Notches: int32(r.IntN(5) - 2),
				Days: int32(r.IntN(250)), Role: []string{"CEO", "CFO"}[r.IntN(2)], Outcome: event.Outcome(r.IntN(6))}
			if r.IntN(4) == 0 {
				v.Classifier = 7
			}
			l.news = append(l.news, l.says(event.KindNews, "b1", v).ID)
		case 16:
			if n := len(l.news); n > 0 {
				l.says(event.KindNewsWithdrawn, "b1", &event.NewsWithdrawn{Buyer: p, Withdraws: l.news[n-1-r.IntN(min(n, 3))]})
			}
		case 17:
			if b := l.fold.machine.book.buyers.get("b1"); b != nil && b.read().match.open() {
				l.says(event.KindReviewDecided, "b1", &event.ReviewDecided{Review: reviewID(b, decision.ReviewMatch,
					b.seldom.match.number), Approve: r.IntN(2) == 0,
					Analyst: "ann"})
			}
			l.decidesOnWord()
		case 18:
			v := &event.Indicator{Country: "BE", Sector: "*", Name: []string{"gdp_growth", "pmi", "insolvencies_yoy",
				"unemployment_change", indicatorRisk}[r.IntN(5)], Period: event.Period{First: event.Date(2025, 1, 1),
				Last: event.Date(2025, 12, 31)}, ValueE8: (r.Int64N(800) - 400) * 1_000_000}
			if v.Name == indicatorRisk {
				v.ValueE8 = oneE8 * r.Int64N(8)
			}
			l.says(event.KindIndicator, "country/BE", v)
		}
		if r.IntN(3) == 0 {
			l.passes(1 + r.Int64N(9))
		}
	}
}

// TestASecondEvaluationAgrees holds the fold, whose sums run, to one that goes through the whole history again: every
// part of the score and the grade, at many moments of random lives of some two years.
func TestASecondEvaluationAgrees(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long, and starts no goroutine that the race detector could watch")
	}
	seen := map[string]int{}
	for seed := range uint64(60) {
		l := newLife(t, seed, lifeKind(seed)%lonely)
		for range 16 {
			l.live(45)
			l.compare(seed, seen)
		}
	}
	for c := score.ComponentNone + 1; c < score.ComponentEnd; c++ {
		if seen[c.String()] == 0 {
			t.Errorf("no life had %s", c)
		}
	}
	t.Log(seen)
}

func newLife(t *testing.T, seed uint64, kind lifeKind) *life {
	l := &life{script: newScript(event.ClockDriven), t: t, r: rand.New(rand.NewPCG(seed, 11)), fold: NewFold(0, anyModel),
		open: map[score.Ref]int64{}, kind: kind}
	l.step()
	l.says(event.KindBuyerUpserted, "b1", &event.BuyerUpserted{Buyer: event.Party{ID: "b1", Country: "BE"}, Sector: "41"})
	return l
}

// compare holds the fold to the second evaluation of all that was told.
func (l *life) compare(seed uint64, seen map[string]int) {
	l.t.Helper()
	s := l.secondly()
	want := s.parts()
	got, _, _ := l.fold.Explain("b1")
	for _, state := range l.words {
		seen[state]++
	}
	l.words = nil
	for _, c := range got.Contributions {
		if want[c.Code] != c.PointsMLO {
			l.t.Fatalf("seed %d, day %d: %s is %+d, the second evaluation says %+d", seed, l.day, c.Code, c.PointsMLO,
				want[c.Code])
		}
		delete(want, c.Code)
		if c.PointsMLO != 0 {
			seen[c.Code]++
		}
	}
	for code, points := range want {
		if points != 0 {
			l.t.Fatalf("seed %d, day %d: %s is not there, the second evaluation says %+d", seed, l.day, code, points)
		}
	}
	if rating := l.fold.machine.book.buyers.get("b1").rating; int(rating.Grade) != s.grade ||
		rating.BetterSince != s.betterSince || rating.LastWorsened != s.worsened ||
		rating.PublishedMLO != s.published {
		l.t.Fatalf("seed %d, day %d: %+v, the second evaluation says grade %d, better since %d, worsened %d, published %d",
			seed, l.day, rating, s.grade,
			s.betterSince, s.worsened, s.published)
	}
	seen[fmt.Sprint("grade ", s.grade)]++
	for range s.word.out {
		seen["left out"]++
	}
}
