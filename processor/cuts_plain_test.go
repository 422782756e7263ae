package processor

import (
	"math/big"
	"slices"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/limit"
	"barometer/processor/score"
)

// largeCut is the cut of one limit, in euro cents, above which it waits for an analyst.
const largeCut = 250_000_00

// plainCover is a limit as it stands before a record. Amounts are euro cents, but for minor.
type plainCover struct {
	policy          string
	minor, cents    int64 // with all that is planned
	shown           int64 // what its cut that waits, or was rejected, would make it
	waits, rejected bool
	heldUntil       event.Day // of a cut that was rejected: the last day that its limit stays,
	heldAt          int64     // and what the buyer bore then
	outstanding     int64
	currency        string
	shareMinor      int64
}

// plainCuts are the limits on a buyer before a record, and what the buyer bore then.
type plainCuts struct {
	covers          []plainCover
	capacity, inUse int64
	grade           int64
}

// look notes the limits before a record.
func (w *covering) look() {
	w.before = plainCuts{}
	m := w.fold.machine
	b := m.book.buyers.get("b1")
	if b == nil || m.model.parsed == nil {
		return
	}
	p := &w.before
	p.grade, p.inUse = b.rating.Grade, b.lines.InUse("")
	if b.cell == nil || !b.cell.country.offCover {
		p.capacity = limit.Of(m.model.parsed, b.rating.Grade, b.accounts(m.today())).Cents
	}
	for i := range b.lines {
		l := &b.lines[i]
		x := plainCover{policy: l.Policy(), minor: l.Agreed().Minor, cents: l.Agreed().Cents,
			outstanding: l.Totals().Used(), currency: l.Currency(), waits: l.CutPending(), rejected: l.CutRejected()}
		to, _ := l.Proposal()
		x.shown = to.Cents
		x.heldUntil, x.heldAt = l.RejectedUntil()
		p.covers = append(p.covers, x)
	}
}

// share shares among the limits that wait what the others leave of the capacity, step by step.
func (p *plainCuts) share() {
	left := p.capacity
	var waiting []*plainCover
	for i := range p.covers {
		switch c := &p.covers[i]; {
		case c.waits:
			waiting = append(waiting, c)
		case c.rejected:
			left -= c.shown
		default:
			left -= c.cents
		}
	}
	left = max(left, 0)
	shares := make([]int64, len(waiting))
	var protected int64
	for _, c := range waiting {
		protected += min(c.cents, c.outstanding)
	}
	if left < protected {
		plainProRata(waiting, shares, left/1000_00, protected)
	} else {
		left -= protected
		for i, c := range waiting {
			shares[i] = min(c.cents, c.outstanding)
		}
		for fits := true; fits; {
			moved := false
			for i, c := range waiting {
				step := min(1000_00, c.cents-shares[i])
				if step <= 0 {
					continue
				}
				if fits = step <= left; !fits {
					break
				}
				shares[i], left, moved = shares[i]+step, left-step, true
			}
			fits = fits && moved
		}
	}
	for i, c := range waiting {
		c.shareMinor = c.minor
		if shares[i] < c.cents {
			part := new(big.Int).Mul(big.NewInt(c.minor), big.NewInt(shares[i]))
			c.shareMinor = part.Quo(part, big.NewInt(c.cents)).Int64()
		}
		c.shown -= shares[i] // by how much it differs
	}
}

// plainProRata gives each its part of so many steps by what was delivered, and one more to those with the largest
// remainders.
func plainProRata(waiting []*plainCover, shares []int64, steps, protected int64) {
	rest, given := make([]int64, len(waiting)), int64(0)
	for i, c := range waiting {
		part := new(big.Int).Mul(big.NewInt(min(c.cents, c.outstanding)), big.NewInt(steps))
		n, remainder := part.QuoRem(part, big.NewInt(protected), new(big.Int))
		shares[i], rest[i] = n.Int64()*1000_00, remainder.Int64()
		given += n.Int64()
	}
	for ; given < steps; given++ {
		best := -1
		for i := range rest {
			if rest[i] >= 0 && (best < 0 || rest[i] > rest[best]) {
				best = i
			}
		}
		if best < 0 {
			break
		}
		shares[best], rest[best] = shares[best]+1000_00, -1
	}
	for i, c := range waiting {
		shares[i] = min(shares[i], c.cents, c.outstanding)
	}
}

// checkVerdict holds what a verdict on cuts makes, or its deadline, to what the limits before it say.
func (w *covering) checkVerdict(fail func(string, ...any), seen map[string]int) {
	if len(w.told) == 0 {
		return
	}
	r, is := w.told[0].Body.(*decision.Review) // as nothing was decided before it, all is as it was noted
	t := w.told[0].Trigger
	if !is || r.Kind != decision.ReviewCut || t.Timer != "review" && (t.Kind != event.KindReviewDecided ||
		r.State == decision.ReviewRejected) {
		return
	}
	p := w.before
	p.covers = slices.Clone(p.covers)
	p.share()
	allowed, left, differs := max(p.inUse/10, 5_000_00), 0, false
	for i := range p.covers {
		if c := &p.covers[i]; c.waits {
			differs = differs || c.shown > allowed || -c.shown > allowed
			if c.shareMinor < c.minor {
				left++
			}
		}
	}
	switch {
	case left == 0:
		if seen["verdict on nothing"]++; r.State != decision.ReviewWithdrawn {
			fail("a review of cuts is %s, none is left", r.State)
		}
		return
	case differs:
		if seen["verdict on what differs"]++; r.State != decision.ReviewReopened {
			fail("a review of cuts is %s, what is left differs: %+v", r.State, p)
		}
	case r.State == decision.ReviewReopened || r.State == decision.ReviewWithdrawn:
		fail("a review of cuts is %s: %+v", r.State, p)
	}
	for i := range p.covers {
		c := &p.covers[i]
		if !c.waits || c.shareMinor == c.minor {
			continue
		}
		if !differs {
			seen["verdict on what is left"]++
			w.wasCut(fail, c)
			continue
		}
		found := false
		for _, shown := range r.Proposals {
			found = found || shown.Policy == c.policy && shown.ToMinor == c.shareMinor
		}
		if !found {
			fail("%s is to have %d minor units, %+v says otherwise", c.policy, c.shareMinor, r.Proposals)
		}
	}
}

// checkHeld: a cut that was rejected is proposed again when its days are over, or the buyer bears less than at the
// rejection, 90 % of it or less, and not before. What an analyst or the policyholder makes of the limit meanwhile is
// another thing.
func (w *covering) checkHeld(fail func(string, ...any), seen map[string]int) {
	m := w.fold.machine
	capacity, changed := m.capacityCents(m.book.buyers.get("b1")), map[string]bool{}
	for i := range w.told {
		switch d := w.told[i].Body.(type) {
		case *decision.Limit:
			changed[d.Policy] = true
		case *decision.Review:
			if d.Kind != decision.ReviewCut || d.State != decision.ReviewOpened {
				continue
			}
			for _, p := range d.Proposals {
				for _, c := range w.before.covers {
					if c.policy != p.Policy || !c.rejected || changed[p.Policy] {
						continue
					}
					switch {
					case m.logDay() > c.heldUntil:
						seen["proposed again in time"]++
					case w.told[i].Trigger.Timer == "" && (capacity >= c.heldAt || capacity > c.heldAt*9/10):
						fail("%s is to be cut again on %s at a capacity of %d, it was held until %s at %d", c.policy, m.logDay(),
							capacity, c.heldUntil, c.heldAt)
					default:
						seen["proposed again for less"]++
					}
				}
			}
		}
	}
}

// wasCut finds the decision that makes a limit what it is to be.
func (w *covering) wasCut(fail func(string, ...any), c *plainCover) {
	for i := range w.told {
		if d, ok := w.told[i].Body.(*decision.Limit); ok && d.Policy == c.policy {
			if d.GrantedMinor != c.shareMinor {
				fail("%s has %d minor units of %d, it was to have %d", c.policy, d.GrantedMinor, c.minor, c.shareMinor)
			}
			return
		}
	}
	fail("%s was to be cut to %d minor units", c.policy, c.shareMinor)
}

// checkLarge: no large cut of the insurer's is made without a review, but at grade 10.
func (w *covering) checkLarge(fail func(string, ...any), grade int64, seen map[string]int) {
	verdict, reduced := false, map[string]bool{}
	for i := range w.told {
		switch d := w.told[i].Body.(type) {
		case *decision.Review:
			verdict = verdict || d.Kind == decision.ReviewCut
		case *decision.Limit:
			cut := d.Code == decision.Reduced || d.Code == decision.Cancelled
			switch w.told[i].Trigger.Kind {
			case event.KindUnderwriterDecided, event.KindNoticeDelivered, event.KindNoticeServed:
				// a person's, or decided before
				continue
			}
			reduced[d.Policy] = reduced[d.Policy] || d.Request != "" // by its policyholder: what is left of it may be little
			if reduced[d.Policy] || !cut || d.Request != "" || d.ReasonText == textExpired || d.OnDelivery {
				continue
			}
			for j := range w.before.covers {
				c := &w.before.covers[j]
				if c.policy != d.Policy || c.cents == 0 || c.rejected {
					continue
				}
				rest, _ := score.MulDiv(c.cents, d.GrantedMinor, c.minor)
				if large := c.cents-rest > largeCut; large && grade < score.Insolvent && !verdict {
					fail("%s is cut by %d euro cents at grade %d without a review", c.policy, c.cents-rest, grade)
				}
			}
		}
	}
	for i := range w.told {
		if d, ok := w.told[i].Body.(*decision.Review); ok && d.Kind == decision.ReviewCut && grade == 9 {
			seen["at grade 9: review "+d.State]++
		}
	}
}

// inForce is the limit of a day that an answer leaves as it is, in minor units, by what was decided before; to an
// indication it is nothing.
func (p *plainRunOff) inForce(d *decision.Limit, day event.Day) (minor int64) {
	if d.RequestKind == event.RequestPreliminary {
		return 0
	}
	for _, before := range p.limits {
		if before.EffectiveOn != 0 && before.EffectiveOn <= day {
			minor = before.GrantedMinor
		}
	}
	return minor
}
