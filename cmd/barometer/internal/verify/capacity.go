package verify

import (
	"slices"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// limits are what published decisions say that policies may have on one buyer.
type limits struct {
	decided map[string]int64 // euro cents by policy, of limits in euro
	waits   map[string]int64 // cuts that wait for their verdict count as made
}

// capacity holds a published decision to I6: where a limit is granted or raised, what is in use by what it says of
// itself, and the limits in euro that were published before, are at most the buyer's capacity.
func (p *partition) capacity(d *decision.Decision) {
	switch b := d.Body.(type) {
	case *decision.Review:
		if b.Kind != decision.ReviewCut {
			return
		}
		l := p.of(b.Buyer)
		clear(l.waits)
		if slices.Contains(decision.WaitingStates, b.State) {
			for _, c := range b.Proposals {
				l.waits[c.Policy] = c.ToMinor
			}
		}
	case *decision.Limit:
		if b.EffectiveOn == 0 && !b.OnDelivery {
			return
		}
		l := p.of(b.Buyer)
		if l.decided[b.Policy] = 0; b.Currency == "EUR" {
			l.decided[b.Policy] = b.GrantedMinor
		}
		if !raises(d, b) {
			return
		}
		delete(l.waits, b.Policy)
		p.compared(checkCapacity, 1)
		if b.InUseMinor > b.CapacityMinor || b.OverhangMinor > 0 {
			p.differ(checkCapacity, "%s: %s has %s, which leaves %d cents in use of %d", d.Position, b.Policy, b.Code,
				b.InUseMinor, b.CapacityMinor)
		}
		var sum int64
		for policy, cents := range l.decided {
			if to, waits := l.waits[policy]; waits {
				cents = min(cents, to)
			}
			sum += cents
		}
		if sum > b.CapacityMinor {
			p.differ(checkCapacity, "%s: %s has %s, and limits on %s come to %d cents of %d", d.Position, b.Policy, b.Code,
				b.Buyer, sum, b.CapacityMinor)
		}
	}
}

// raises tells whether a decision grants or raises a limit.
func raises(d *decision.Decision, b *decision.Limit) bool {
	switch b.Code {
	case decision.Approved, decision.PartlyApproved, decision.Conditional, decision.Reinstated:
		return b.RequestKind != event.RequestProlongation && (d.Trigger.Kind != event.KindUnderwriterDecided ||
			b.GrantedMinor > b.PreviousMinor)
	default:
		return false
	}
}

func (p *partition) of(buyer string) *limits {
	l := p.limits[buyer]
	if l == nil {
		l = &limits{map[string]int64{}, map[string]int64{}}
		p.limits[buyer] = l
	}
	return l
}
