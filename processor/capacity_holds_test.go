package processor

import (
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// TestCapacityHolds is invariant I6: where a limit is granted or raised, the limits in use are at most the capacity.
func TestCapacityHolds(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long, and starts no goroutine that the race detector could watch")
	}
	for seed := range uint64(30) {
		decided := map[[2]string]int64{} // euro cents, at 1:1 for what is in euro
		for _, d := range randomScript(seed).decides(t) {
			b, ok := d.Body.(*decision.Limit)
			if !ok {
				continue
			}
			switch b.Code {
			case decision.Approved, decision.PartlyApproved, decision.Reinstated, decision.Conditional:
				if d.Trigger.Kind == event.KindUnderwriterDecided && b.GrantedMinor == b.PreviousMinor {
					continue // other conditions alone
				}
			default:
				if b.EffectiveOn != 0 || b.OnDelivery {
					decided[[2]string{b.Buyer, b.Policy}] = euroOnly(b)
				}
				continue
			}
			decided[[2]string{b.Buyer, b.Policy}] = euroOnly(b)
			if b.OverhangMinor != 0 || b.InUseMinor > b.CapacityMinor {
				t.Fatalf("seed %d: %s at %s leaves an overhang: %d in use of %d", seed, b.Code, d.Position, b.InUseMinor,
					b.CapacityMinor)
			}
			var sum int64
			for key, cents := range decided {
				if key[0] == b.Buyer {
					sum += cents
				}
			}
			if sum > b.CapacityMinor {
				t.Fatalf("seed %d: %s at %s: limits in euro alone come to %d, capacity %d", seed, b.Code, d.Position, sum,
					b.CapacityMinor)
			}
		}
	}
}

func euroOnly(b *decision.Limit) int64 {
	if b.Currency != "EUR" {
		return 0
	}
	return b.GrantedMinor
}
