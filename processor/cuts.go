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
		m.publishCuts(b)
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

// cutReview is the review of cuts that wait for a verdict: the lines say which. Without one they are made.
type cutReview struct{ review }

func (r *cutReview) common() *review { return &r.review }

func (r *cutReview) kind() string { return decision.ReviewCut }

func (r *cutReview) barred() []string { return []string{r.requestedBy} }

func (r *cutReview) lapse() ruling { return ruling{approve: true, state: decision.ReviewEffective} }

func (r *cutReview) describe(b *buyer, d *decision.Review) {
	d.Reason = limit.ReasonText(limit.ReasonAdverse)
	for i := range b.lines {
		if l := &b.lines[i]; l.CutPending() {
			to, _ := l.Proposal()
			d.Proposals = append(d.Proposals, decision.Proposal{Policy: l.Policy(), FromMinor: l.Agreed().Minor,
				ToMinor: to.Minor, Currency: l.Currency()})
		}
	}
}

// publishCuts opens the review of cuts, or publishes what it is about now. What supersedes keeps the earlier deadline.
// The analyst whose decision led to it, the newest one, has requested it.
func (m *Machine) publishCuts(b *buyer) {
	r := &b.edit().cuts
	if m.step.asked != "" || !r.open() {
		r.requestedBy = clone(m.step.asked)
	}
	if !r.open() {
		m.openReview(b, &r.review)
	}
	m.publishStep(b, r, decision.ReviewOpened, "")
}

// endIdleCuts closes the review of cuts where none waits any more: the limits went another way.
func (m *Machine) endIdleCuts(b *buyer) {
	if !b.read().cuts.open() || b.lines.CutPending() {
		return
	}
	m.publishStep(b, &b.seldom.cuts, decision.ReviewWithdrawn, "")
	b.seldom.cuts.deadline = 0
}

// decide makes the cuts as things stand now, or rejects them. Where they differ much from what was shown, they are
// shown again.
func (r *cutReview) decide(m *Machine, b *buyer, a ruling) {
	m.refresh(b, m.today())
	capacity := m.capacityCents(b)
	if !a.approve {
		m.publishStep(b, r, a.state, a.analyst)
		b.lines.RejectCuts(m.logDay()+rejectedDays, capacity)
		m.wheel.Set(m.logDay()+rejectedDays+1, timer{class: timerReview, buyer: b.id})
		r.deadline = 0
		return
	}
	differs := b.lines.ResharePending(capacity, tolerated(b.lines.InUse("")))
	switch {
	case !b.lines.CutPending():
		m.publishStep(b, r, decision.ReviewWithdrawn, a.analyst)
	case differs:
		m.openReview(b, &r.review)
		m.publishStep(b, r, decision.ReviewReopened, a.analyst)
		return
	default:
		m.publishStep(b, r, a.state, a.analyst)
	}
	r.deadline = 0
	for i := range b.lines {
		if l := &b.lines[i]; l.CutPending() {
			to, _ := l.Proposal()
			m.cutTo(b, l, to.Cents)
		}
	}
}
