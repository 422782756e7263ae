package processor

import (
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/limit"
)

// Rules of cuts, by the model's section on limits.
const (
	toleratedCents = 5_000_00 // limits may exceed the capacity by so much, or by a tenth of their sum
	toleratedPart  = 10       // one in so many
	rejectedDays   = 30       // a rejected cut is not proposed again for so long
)

// tolerated is the excess of limits of a sum over the capacity that is accepted without cutting. A review is shown
// again where a share has moved by more.
func tolerated(sum int64) int64 { return max(sum/toleratedPart, toleratedCents) }

// fit cuts the limits of a buyer whose capacity has shrunk below what is in use; at grade 9 it is 0. Looking costs next
// to nothing where nothing is to do.
func (m *Machine) fit(b *buyer) {
	capacity := m.capacityCents(b)
	if b.lines.InUse("") <= capacity && (capacity > 0 || !b.lines.Limited()) {
		return
	}
	b.lines.ReleaseRejected(m.logDay(), capacity)
	sum := b.lines.InUse("")
	if capacity > 0 && (sum <= capacity || sum-capacity <= tolerated(sum)) {
		return
	}
	proposed := false
	for i, share := range b.lines.Shares(capacity) {
		switch l := &b.lines[i]; {
		case l.CutRejected():
			l.ReshareRejected(share)
		case l.Decided().Minor == 0 || share > 0 && share >= l.Decided().Cents: // cut as much already
		case l.Agreed().Cents-share > m.model.parsed.Capacity.LargeCut:
			l.Propose(share)
			proposed = true
		default:
			m.cutTo(b, l, share)
		}
	}
	if proposed {
		m.proposes(b)
	}
}

// rejectionsLapse proposes the cuts again that were rejected long enough ago.
func (m *Machine) rejectionsLapse(b *buyer, day event.Day) {
	for i := range b.lines {
		if until, _ := b.lines[i].RejectedUntil(); until != 0 && until < day {
			m.mark(b).evaluate = true
			return
		}
	}
}

// cutTo makes a limit a share of the capacity, after the policy's notice.
func (m *Machine) cutTo(b *buyer, l *limit.Line, share int64) {
	delivered := l.Totals().Used()
	m.publishCut(b, l, l.Cut(m.moment(b, l.Policy()), share), decision.Contribution{Code: "delivered", Figure: delivered},
		decision.Contribution{Code: "share", Figure: share})
}

// cutReview is the review of cuts that wait for a verdict. A buyer has one at a time.
type cutReview struct {
	number   uint32    // how many there were
	deadline event.Day // when the cuts are made without a verdict, 0: it is over
	asked    string    // the analyst whose decision led to it, the newest one; empty: none
}

func (r *cutReview) open() bool { return r.deadline != 0 }

// proposes opens the review of cuts, or tells what it is about now. What supersedes keeps the earlier deadline.
func (m *Machine) proposes(b *buyer) {
	r := &b.more().cuts
	if m.step.asked != "" || !r.open() {
		r.asked = clone(m.step.asked)
	}
	if !r.open() {
		r.number++
		m.awaitsVerdict(b, r)
	}
	m.tellCuts(b, decision.ReviewOpened, "")
}

func (m *Machine) awaitsVerdict(b *buyer, r *cutReview) {
	r.deadline = m.logDay() + reviewDays
	m.wheel.Set(r.deadline, timer{class: timerReview, buyer: b.id})
}

func (m *Machine) tellCuts(b *buyer, state, analyst string) {
	r := &b.seldom.cuts
	d := &decision.Review{Review: reviewID(b, decision.ReviewCut, r.number), Kind: decision.ReviewCut, Buyer: b.id,
		State: state, Analyst: analyst, Asked: r.asked, DeadlineMs: r.deadline.Ms(),
		Reason: limit.ReasonText(limit.ReasonAdverse), Texts: b.master.texts}
	d.Country, _ = b.home()
	for i := range b.lines {
		if l := &b.lines[i]; l.CutPending() {
			to, _ := l.Proposal()
			d.Proposals = append(d.Proposals, decision.Proposal{Policy: l.Policy(), FromMinor: l.Agreed().Minor,
				ToMinor: to.Minor, Currency: l.Currency()})
		}
	}
	m.publishReview(b.id, d)
}

// idle closes the review of cuts where none waits any more: the limits went another way.
func (m *Machine) idle(b *buyer) {
	if !b.less().cuts.open() || b.lines.CutPending() {
		return
	}
	m.tellCuts(b, decision.ReviewWithdrawn, "")
	b.seldom.cuts.deadline = 0
}

// cutsDecided ends the review of cuts: they are made as things stand now, or the limits are held. Where that differs
// much from what was shown, it is shown again.
func (m *Machine) cutsDecided(b *buyer, approve bool, state, analyst string) {
	m.mark(b)
	m.refresh(b, m.today())
	r, capacity := &b.seldom.cuts, m.capacityCents(b)
	if !approve {
		m.tellCuts(b, state, analyst)
		b.lines.RejectCuts(m.logDay()+rejectedDays, capacity)
		m.wheel.Set(m.logDay()+rejectedDays+1, timer{class: timerReview, buyer: b.id})
		r.deadline = 0
		return
	}
	differs := b.lines.ResharePending(capacity, tolerated(b.lines.InUse("")))
	switch {
	case !b.lines.CutPending():
		m.tellCuts(b, decision.ReviewWithdrawn, analyst)
	case differs:
		m.awaitsVerdict(b, r)
		m.tellCuts(b, decision.ReviewReopened, analyst)
		return
	default:
		m.tellCuts(b, state, analyst)
	}
	r.deadline = 0
	for i := range b.lines {
		if l := &b.lines[i]; l.CutPending() {
			to, _ := l.Proposal()
			m.cutTo(b, l, to.Cents)
		}
	}
}
