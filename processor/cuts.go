package processor

import (
	"slices"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/limit"
)

// Rules of cuts, by the model's section on limits.
const (
	toleratedCents   = 5_000_00 // limits may exceed the capacity by so much, or by a tenth of their sum
	toleratedPart    = 10       // one in so many
	heldDays         = 30       // a rejection holds its limit so long,
	heldCapacityPart = 90       // or until the capacity has shrunk, to at most so many per cent of what it was
)

// tolerated is by how much limits of a sum may exceed the capacity, and shares what was shown of them.
func tolerated(sum int64) int64 { return max(sum/toleratedPart, toleratedCents) }

// fit cuts the limits of a buyer whose capacity has shrunk below what is in use; at grade 9 it is 0. It is called after
// every evaluation, so that looking costs next to nothing where nothing is to do.
func (m *Machine) fit(b *buyer) {
	capacity := m.capacityCents(b)
	if b.inUse("") <= capacity && (capacity > 0 || !b.covered()) {
		return
	}
	m.release(b, capacity)
	sum := b.inUse("")
	if capacity > 0 && (sum <= capacity || sum-capacity <= tolerated(sum)) {
		return
	}
	proposed := false
	for i, share := range m.shares(b, capacity) {
		c := &b.covers[i]
		switch from := c.agreed(); {
		case c.holds():
			// a verdict; what it would have been cut to is what the next sharing takes it to be, so that others are not cut
			// twice
			c.proposal.to = c.proposal.to.down(share)
		case c.decided().minor == 0 || share > 0 && share >= c.decided().cents: // cut as much already
		case from.cents-share > m.model.parsed.Capacity.LargeCut:
			c.proposal, proposed = &proposal{to: from.down(share)}, true
		default:
			m.cutTo(b, c, share)
		}
	}
	if proposed {
		m.proposes(b)
	}
}

// shares shares a capacity out among all limits, by what each is taken to be.
func (m *Machine) shares(b *buyer, capacity int64) []int64 {
	needs := make([]limit.Need, len(b.covers))
	for i := range b.covers {
		c := &b.covers[i]
		needs[i] = limit.Need{Limit: c.taken().cents, Outstanding: c.exposed().Used()}
	}
	return limit.Share(capacity, needs)
}

// taken is the limit as a capacity is shared: a cut that is not made, as it waits for its verdict or was rejected,
// counts as made.
func (c *cover) taken() money {
	if c.proposal != nil {
		return c.proposal.to
	}
	return c.agreed()
}

// holds tells whether the rejection of a cut holds its limit.
func (c *cover) holds() bool { return c.proposal != nil && c.proposal.until != 0 }

// release ends the hold of limits whose time is over, or whose buyer can bear much less than when it began: where it
// could bear nothing then, it is time alone.
func (m *Machine) release(b *buyer, capacity int64) {
	for i := range b.covers {
		c := &b.covers[i]
		if c.holds() && (m.logDay() > c.proposal.until || capacity < c.proposal.capacity &&
			capacity <= c.proposal.capacity/100*heldCapacityPart) {
			c.proposal = nil
		}
	}
}

// holdsLapse proposes the cuts again that were rejected long enough ago.
func (m *Machine) holdsLapse(b *buyer, day event.Day) {
	if slices.ContainsFunc(b.covers, func(c cover) bool { return c.holds() && c.proposal.until < day }) {
		m.evaluate(b)
	}
}

// cutTo makes a limit a share of the capacity, after the policy's notice.
func (m *Machine) cutTo(b *buyer, c *cover, share int64) {
	was, protected := c.inForce(m.logDay()), c.exposed().Used()
	on := m.afterNotice(c)
	m.setFrom(b, c, c.agreed().down(share), on)
	code := decision.Reduced
	if c.agreed().minor == 0 {
		code = decision.Cancelled
	}
	d := m.decision(b, c, code, was)
	m.gives(c, d, on)
	d.Inputs = append(d.Inputs, decision.Contribution{Code: "delivered", Figure: protected},
		decision.Contribution{Code: "share", Figure: share})
	m.explains(d, limit.Facts{Grade: b.rating.Grade, Cut: true})
	m.step.decide(decision.LimitDecided, b.id, d)
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
	for i := range b.covers {
		if c := &b.covers[i]; c.waits() {
			d.Proposals = append(d.Proposals, decision.Proposal{Policy: c.policy, FromMinor: c.agreed().minor,
				ToMinor: c.proposal.to.minor, Currency: c.currency})
		}
	}
	m.publishReview(b.id, d)
}

// idle closes the review of cuts where none waits any more: the limits went another way.
func (m *Machine) idle(b *buyer) {
	if !b.less().cuts.open() {
		return
	}
	for i := range b.covers {
		if b.covers[i].waits() {
			return
		}
	}
	m.tellCuts(b, decision.ReviewWithdrawn, "")
	b.seldom.cuts.deadline = 0
}

// cutsDecided ends the review of cuts: they are made as things stand now, or the limits are held. Where that differs
// much from what was shown, it is shown again.
func (m *Machine) cutsDecided(b *buyer, approve bool, state, analyst string) {
	m.refresh(b, m.today())
	r, capacity := &b.seldom.cuts, m.capacityCents(b)
	if !approve {
		m.tellCuts(b, state, analyst)
		for i := range b.covers {
			if c := &b.covers[i]; c.waits() {
				c.proposal.until, c.proposal.capacity = m.logDay()+heldDays, capacity
			}
		}
		m.wheel.Set(m.logDay()+heldDays+1, timer{class: timerReview, buyer: b.id})
		r.deadline = 0
		return
	}
	differs := m.shareAgain(b, capacity)
	left := slices.ContainsFunc(b.covers, func(c cover) bool { return c.waits() })
	switch {
	case !left:
		m.tellCuts(b, decision.ReviewWithdrawn, analyst)
	case differs:
		m.awaitsVerdict(b, r)
		m.tellCuts(b, decision.ReviewReopened, analyst)
		return
	default:
		m.tellCuts(b, state, analyst)
	}
	r.deadline = 0
	for i := range b.covers {
		if c := &b.covers[i]; c.waits() {
			m.cutTo(b, c, c.proposal.to.cents)
		}
	}
	m.fit(b)
}

// shareAgain makes the limits that wait, each taken to be what it is before its cut, share what the others leave of the
// capacity: the limits of those, not what is delivered beyond them, which runs off. It tells whether one differs much
// from what was shown of it. A limit that need not be cut any more waits no longer.
func (m *Machine) shareAgain(b *buyer, capacity int64) (differs bool) {
	allowed, left := tolerated(b.inUse("")), capacity
	var waiting []*cover
	var needs []limit.Need
	for i := range b.covers {
		c := &b.covers[i]
		if !c.waits() {
			left = max(left-c.taken().cents, 0)
			continue
		}
		waiting, needs = append(waiting, c),
			append(needs, limit.Need{Limit: c.agreed().cents, Outstanding: c.exposed().Used()})
	}
	for i, share := range limit.Share(left, needs) {
		c := waiting[i]
		shown := c.proposal.to.cents
		differs = differs || share-shown > allowed || shown-share > allowed
		if c.proposal.to = c.agreed().down(share); c.proposal.to == c.agreed() {
			c.proposal = nil
		}
	}
	return differs
}
