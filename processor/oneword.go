package processor

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
	"barometer/processor/score"
)

// Rules of what one supplier's word is worth, by the model's section on payments.
const (
	atRisk      = 9  // the grade that one supplier's word alone does not bring about
	leftOutDays = 90 // a rejected word counts in nothing so long
	// mostWeighed is how many suppliers are weighed at most where none of them is in arrears: those that were the latest
	// to tell something.
	mostWeighed = 32
)

// oneWord is the review of what one supplier alone tells of a buyer's payments, and whose word was rejected. A buyer
// has one review at a time.
type oneWord struct {
	review
	policy string    // whose word it is
	out    []leftOut // by policy
}

// leftOut is a supplier whose evidence does not count.
type leftOut struct {
	policy string
	until  event.Day // the last day
}

func (w *oneWord) common() *review { return &w.review }

func (w *oneWord) kind() string { return decision.ReviewPayments }

func (w *oneWord) barred() []string { return nil }

func (w *oneWord) lapse() ruling { return ruling{approve: true, state: decision.ReviewLapsed} }

func (w *oneWord) describe(_ *buyer, d *decision.Review) { d.Terms = []string{"policy=" + w.policy} }

// leavesOut tells whether a supplier's evidence does not count on a day.
func (w *oneWord) leavesOut(policy string, day event.Day) bool {
	i, found := slices.BinarySearchFunc(w.out, policy, func(o leftOut, id string) int { return cmp.Compare(o.policy, id) })
	return found && w.out[i].until >= day
}

// behaviour is how a buyer pays, as it counts on a day: without whose word was rejected.
func (b *buyer) behaviour(day event.Day) *score.Payments { return b.without("", day) }

// without is the same without one supplier more.
func (b *buyer) without(policy string, day event.Day) *score.Payments {
	w := &b.read().word
	if policy == "" && !slices.ContainsFunc(w.out, func(o leftOut) bool { return o.until >= day }) {
		return b.paid()
	}
	return b.paid().Without(func(id string) bool { return id == policy || w.leavesOut(id, day) }, day)
}

// withheld tells whose word alone would bring a buyer to grade 9, empty for nobody's: the grade is held at 8 then. l is
// its score and bounds what holds its grade besides; reset says that its grade would follow the score at once.
func (m *Machine) withheld(b *buyer, l int64, bounds score.Bounds, reset, trusted bool) string {
	model, next := m.model.parsed, b.rating
	if next.Grade == atRisk || trusted || b.payments == nil {
		return ""
	}
	if next.Evaluate(model, m.today(), l, bounds, reset); next.Grade != atRisk {
		return ""
	}
	return m.alone(b, l, bounds)
}

// alone is the supplier without whose evidence a buyer would be graded 8 or better, where nothing else speaks for it:
// no other supplier is in arrears, no register or regulated source has told something that adds points, and no
// statement was told after its newest evidence. Of several it is the one that a review is open about, else the one that
// weighs most, ties by policy; empty: there is none.
func (m *Machine) alone(b *buyer, l int64, bounds score.Bounds) string {
	model, day := m.model.parsed, m.today()
	if b.news != nil && b.news.Official(model, day) {
		return ""
	}
	var filed uint32
	if b.filings != nil {
		filed = b.filings.told
	}
	about := b.read().word.about()
	best, least := "", int64(math.MaxInt64)
	for _, policy := range b.speaking(day, filed) {
		rest := l - int64(b.cache.paid) + b.without(policy, day).Points(model, day).Sum
		switch {
		case score.Grade(model, rest-score.WorsenMargin, bounds) >= atRisk:
		case policy == about:
			return policy
		case rest < least:
			best, least = policy, rest
		}
	}
	return best
}

// about is whose word a review is open about, empty for nobody's.
func (w *oneWord) about() string {
	if !w.open() {
		return ""
	}
	return w.policy
}

// speaking are the suppliers whose word may be all that there is on a day, by policy: the only one in arrears, or all
// where none is; and of them those who have told something since the last statement was told.
func (b *buyer) speaking(day event.Day, filed uint32) []string {
	var all []score.Supplier
	arrears := 0
	b.paid().EachSupplier(func(s score.Supplier) {
		if b.read().word.leavesOut(s.Policy, day) {
			return
		}
		if all = append(all, s); s.InArrears {
			arrears++
		}
	})
	if arrears > 1 {
		return nil
	}
	all = slices.DeleteFunc(all, func(s score.Supplier) bool { return arrears == 1 && !s.InArrears || filed > s.Told })
	if len(all) > mostWeighed {
		slices.SortStableFunc(all, func(x, y score.Supplier) int { return cmp.Compare(y.Told, x.Told) })
		all = all[:mostWeighed]
	}
	policies := make([]string, len(all))
	for i := range all {
		policies[i] = all[i].Policy
	}
	slices.Sort(policies)
	return policies
}

// withholds opens the review of a supplier's word that holds a buyer's grade, or closes the one that is about nothing
// any more.
func (m *Machine) withholds(b *buyer, policy string) {
	if w := &b.read().word; w.open() && w.policy != policy {
		m.publishStep(b, &b.seldom.word, decision.ReviewWithdrawn, "")
		b.seldom.word.deadline, b.seldom.word.policy = 0, ""
	}
	if policy == "" || b.read().word.open() {
		return
	}
	w := &b.edit().word
	w.policy = policy
	m.openReview(b, &w.review)
	m.publishStep(b, w, decision.ReviewOpened, "")
}

// decide lets the grade follow, or what the supplier tells count in nothing for a while.
func (w *oneWord) decide(m *Machine, b *buyer, a ruling) {
	m.publishStep(b, w, a.state, a.analyst)
	policy := w.policy
	w.deadline, w.policy = 0, ""
	if !a.approve {
		w.leave(policy, m.logDay()+leftOutDays)
		m.wheel.Set(m.logDay()+leftOutDays+1, timer{class: timerReview, buyer: b.id})
		b.cache.paidOn = 0
	}
	k := m.mark(b)
	k.evaluate, k.trusted = true, a.approve
}

// leave leaves a supplier out until a day.
func (w *oneWord) leave(policy string, until event.Day) {
	i, found := slices.BinarySearchFunc(w.out, policy, func(o leftOut, id string) int {
		return strings.Compare(o.policy,
			id)
	})
	if !found {
		w.out = slices.Insert(w.out, i, leftOut{policy: policy})
	}
	w.out[i].until = until
}

// wordsLapse counts again who was left out long enough.
func (m *Machine) wordsLapse(b *buyer, day event.Day) {
	over := func(o leftOut) bool { return o.until < day }
	if !slices.ContainsFunc(b.read().word.out, over) {
		return
	}
	w := &b.seldom.word
	if w.out = slices.DeleteFunc(slices.Clone(w.out), over); len(w.out) == 0 {
		w.out = nil
	}
	b.cache.paidOn = 0
	m.mark(b).evaluate = true
}

// Walk walks the fields of a supplier's word in a snapshot.
func (w *oneWord) Walk(x *wire.Wire) {
	x.Uint32(1, &w.number)
	x.Int32(2, (*int32)(&w.deadline))
	x.Str(3, &w.policy)
	wire.Msgs(x, 4, &w.out)
	for i := 1; i < len(w.out); i++ {
		if w.out[i-1].policy >= w.out[i].policy {
			x.Fail("suppliers that are left out, out of order")
		}
	}
}

// Walk walks the fields of a supplier that is left out in a snapshot.
func (o *leftOut) Walk(w *wire.Wire) {
	w.Str(1, &o.policy)
	w.Int32(2, (*int32)(&o.until))
}
