package processor

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// secondWord is what the second evaluation knows of whose word holds a grade.
type secondWord struct {
	n, filed int                     // messages that were accepted, and with which of them a statement was told last
	heard    map[string]int          // with which of them evidence of a supplier came last
	of       map[string]*secondShare // of each supplier
	out      map[string]event.Day    // who is left out, to that day
	about    string                  // whom a review is open about
	until    event.Day               // its deadline, 0: none is open
	trusted  bool                    // a verdict is being applied
}

// secondShare is what one supplier has told.
type secondShare struct {
	dbt    [2]secondSums
	n      secondDecaying
	months map[int32]int64
}

func (s *second) share(policy string) *secondShare {
	if s.word.of[policy] == nil {
		s.word.of[policy] = &secondShare{months: map[int32]int64{}}
	}
	return s.word.of[policy]
}

func (x *secondSums) shift(bits uint) {
	for _, v := range []*big.Int{&x.late, &x.all} {
		v.Quo(v, big.NewInt(1<<bits)) // towards zero
	}
}

// without is what all but some suppliers have told; where nobody is left out, as it was entered.
func (s *second) without(out func(string) bool) *secondShare {
	all := &secondShare{months: map[int32]int64{}}
	var policies []string
	some := false
	for policy := range s.word.of {
		if some = some || out(policy); !out(policy) {
			policies = append(policies, policy)
		}
	}
	if !some {
		return &secondShare{dbt: s.dbt, n: s.n, months: s.months}
	}
	slices.Sort(policies)
	for _, policy := range policies {
		share := s.word.of[policy]
		for i := range all.dbt {
			all.dbt[i].late.Add(&all.dbt[i].late, &share.dbt[i].late)
			all.dbt[i].all.Add(&all.dbt[i].all, &share.dbt[i].all)
		}
		all.n.add(share.n.value, share.n.day, 180)
		for month, status := range share.months {
			all.months[month] = max(all.months[month], status)
		}
	}
	return all
}

func (s *second) leftOut(policy string) bool {
	until, is := s.word.out[policy]
	return is && s.day <= until
}

// holds tells whose word alone would bring the buyer to grade 9.
func (s *second) holds(l int64, first bool) string {
	next := *s
	if next.grades(l, first, false); s.grade == 9 || next.grade != 9 || s.word.trusted {
		return ""
	}
	for _, r := range s.rows {
		if lasts := r.h == 0 || r.official.at(s.day, r.h) > 0; lasts && r.official.day != 0 && r.at(s.day) > 0 {
			return ""
		}
	}
	arrears := s.inArrears()
	if len(arrears) > 1 {
		return ""
	}
	best, least := "", int64(1<<62)
	paid := func(out func(string) bool) (sum int64) {
		parts := map[string]int64{}
		s.paymentParts(parts, out)
		for _, p := range parts {
			sum += p
		}
		return sum
	}
	now := paid(s.leftOut)
	var policies []string
	for policy := range s.evidence {
		policies = append(policies, policy)
	}
	slices.Sort(policies)
	for _, policy := range policies {
		if s.leftOut(policy) || len(arrears) == 1 && !arrears[policy] || s.word.filed > s.word.heard[policy] {
			continue
		}
		rest := l - now + paid(func(id string) bool { return id == policy || s.leftOut(id) })
		if s.graded(rest-60) > 8 {
			continue
		}
		if s.word.until != 0 && s.word.about == policy {
			return policy
		}
		if rest < least {
			best, least = policy, rest
		}
	}
	return best
}

func (s *second) inArrears() map[string]bool {
	all := map[string]bool{}
	for _, v := range s.invoices {
		if v.open > 0 && !v.disputed && s.day-v.lateFrom > 30 && !s.leftOut(v.policy) {
			all[v.policy] = true
		}
	}
	for _, b := range s.balances {
		if late := b.v.D31to60 + b.v.D61to90 + b.v.D90up; b.live && late > 0 && !s.leftOut(b.policy) {
			all[b.policy] = true
		}
	}
	return all
}

// asksAbout opens the review, or closes the one that is about nothing any more.
func (s *second) asksAbout(policy string) {
	w := &s.word
	if w.until != 0 && w.about != policy {
		w.until = 0
	}
	if policy != "" && w.until == 0 {
		w.about, w.until = policy, s.day+2
	}
}

// wordDecided: the grade follows, or who told it is left out for 90 days.
func (s *second) wordDecided(trusted bool) {
	s.word.until = 0
	if !trusted {
		s.word.out[s.word.about] = s.day + 90
	}
	s.word.trusted = trusted
	s.evaluate()
	s.word.trusted = false
}

// wordsLapse: at the deadline the grade follows; after 90 days who was left out counts again.
func (s *second) wordsLapse() {
	if s.word.until != 0 && s.day >= s.word.until {
		s.wordDecided(true)
	}
	for policy, until := range s.word.out {
		if until < s.day {
			delete(s.word.out, policy)
			s.evaluate()
		}
	}
}

// confirms notes an event of a register or a regulated source: of two the one that is more on the later one's day.
func (r *secondRow) confirms(points int64, day event.Day) {
	old := r.official
	if r.h > 0 && old.day != 0 {
		later := max(old.day, day)
		was, now := old.at(later, r.h), plainDecay(points, later-day, r.h)
		if was*was >= now*now {
			return
		}
	}
	r.official = secondDecaying{points, day}
}

// decidesOnWord decides on the review of a supplier's word, or leaves it alone.
func (l *life) decidesOnWord() {
	b := l.fold.machine.book.buyers.get("b1")
	if b == nil || !b.read().word.open() || l.r.IntN(3) == 0 {
		return
	}
	l.says(event.KindReviewDecided, "b1", &event.ReviewDecided{Review: reviewID(b, decision.ReviewPayments,
		b.seldom.word.number), Approve: l.r.IntN(2) == 0, Analyst: "ann"})
}

// speaks is what happens in the life of a weak company of whom one supplier or another says that it does not pay.
func (l *life) speaks(p event.Party) {
	r := l.r
	if r.IntN(3) == 0 {
		l.decidesOnWord()
	}
	policy := []string{"p1", "p2", "p3"}[r.IntN(3)]
	says := policy == []string{"p1", "p2"}[l.fold.machine.today()/90%2] || r.IntN(30) == 0 // that it does not pay
	switch r.IntN(16) {
	case 0:
		e := accounts("b1", event.Date(2023+r.IntN(3), 12, 31), 50)
		v := e.Body.(*event.StatementFiled)
		v.Equity, v.NetIncome, v.Depreciation, v.Inventories, v.Cash = v.TotalAssets/20, int64(r.IntN(2)), 0,
			v.CurrentAssets*2/3, v.CurrentLiabilities/100
		if r.IntN(4) > 0 && v.PeriodEnd <= event.Day(day0+l.day) {
			l.says(event.KindStatementFiled, "b1", v)
		}
	case 1, 2, 3:
		late := int64(0)
		if says {
			late = r.Int64N(3) * 900_00
		}
		l.says(event.KindExperience, "b1", &event.Experience{Buyer: p, Policy: policy,
			AsOf: event.Day(day0 + l.day - r.Int64N(20)), Currency: "EUR", Current: r.Int64N(2) * 100_00, D90up: late})
	case 4, 5, 6, 7:
		days := event.Day(-5)
		if says {
			days = []event.Day{40, 100, 110}[r.IntN(3)]
		}
		v := &event.InvoiceIssued{Ref: event.InvoiceRef{Buyer: p, Policy: policy, Invoice: fmt.Sprint("i", l.n)},
			Amount: event.Amount{Minor: 1 + r.Int64N(5_000_00), Currency: "EUR"},
			DueOn:  event.Day(day0+l.day) - days}
		v.DeliveredOn = v.DueOn - 30
		l.says(event.KindInvoiceIssued, "b1", v)
		if l.invoices = append(l.invoices, v); r.IntN(8) > 0 {
			paid := &event.InvoicePaid{Ref: v.Ref, Amount: v.Amount, PaidOn: event.Day(day0 + l.day)}
			l.ids = append(l.ids, l.says(event.KindInvoicePaid, "b1", paid).ID)
			l.payments = append(l.payments, paid)
		}
	case 8:
		if n := len(l.payments); n > 0 && r.IntN(3) == 0 {
			l.says(event.KindPaymentReversed, "b1", &event.PaymentReversed{Ref: l.payments[n-1].Ref, Payment: l.ids[n-1]})
		}
	case 9:
		if v, left := l.anyOpen(l.invoices); v != nil {
			l.says(event.KindInvoicePaid, "b1", &event.InvoicePaid{Ref: v.Ref, Amount: event.Amount{Minor: left,
				Currency: "EUR"}, PaidOn: event.Day(day0 + l.day)})
		}
	case 10:
		if v, _ := l.anyOpen(l.invoices); v != nil {
			l.says(event.KindInvoiceDisputed, "b1", &event.InvoiceDisputed{Ref: v.Ref, Disputed: r.IntN(2) == 0})
		}
	case 11:
		if r.IntN(3) == 0 {
			l.says(event.KindNews, "b1", &event.News{Buyer: p, Category: []event.Category{event.Judgment, event.CapitalRaised,
				event.OfficerLeft}[r.IntN(3)], Role: "CFO", Outlet: []event.Outlet{event.Web, event.Web, event.Web, event.Register,
				event.Regulated}[r.IntN(5)]})
		}
	case 12:
		l.says(event.KindIndicator, "country/BE", &event.Indicator{Country: "BE", Sector: "*", Name: "gdp_growth",
			Period:  event.Period{First: event.Date(2025, 1, 1), Last: event.Date(2025, 12, 31)},
			ValueE8: (r.Int64N(400) - 200) * 1_000_000})
	case 13:
		fresh := NewFold(0, anyModel)
		if err := fresh.RestoreState(l.fold.AppendState(nil)); err != nil {
			l.t.Fatal(err)
		}
		l.fold = fresh
	}
}

// TestASecondEvaluationKnowsWhatOneWordIsWorth holds the fold to the second evaluation where one supplier's word may be
// all that there is.
func TestASecondEvaluationKnowsWhatOneWordIsWorth(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long, and starts no goroutine that the race detector could watch")
	}
	seen := map[string]int{}
	for seed := range uint64(250) {
		l := newLife(t, seed, lonely)
		for range 8 {
			l.live(20)
			l.compare(seed, seen)
		}
	}
	t.Log(seen)
	for _, state := range []string{decision.ReviewOpened, decision.ReviewApproved, decision.ReviewRejected,
		decision.ReviewLapsed, decision.ReviewWithdrawn, "left out"} {
		if seen[state] < 3 {
			t.Errorf("a supplier's word was %s %d times", state, seen[state])
		}
	}
}
