package limit

import (
	"barometer/ingest/event"
	"barometer/processor/decision"
)

// Step is an amount that is in force from an instant of log time on, to the next Step.
type Step struct {
	FromMs int64
	Minor  int64
}

// Timeline plays a policy's decisions on a buyer, ascending by position. An amount holds from its day on, or from its
// decision on where that day has begun then, and takes the place of what was planned for later. Several decisions of a
// day that has begun each have a Step, a second apart where they were made at once.
//
// A limit's last day makes no Step.
func Timeline(decisions []decision.Decision) []Step {
	type step struct {
		Step
		begun bool // its day had, when it was decided
	}
	var steps []step
	for i := range decisions {
		l, ok := decisions[i].Body.(*decision.Limit)
		if !ok || l.EffectiveOn == 0 {
			continue
		}
		s := step{Step{l.EffectiveOn.Ms(), l.GrantedMinor}, event.DayOf(decisions[i].AtMs) == l.EffectiveOn}
		if s.begun {
			s.FromMs = decisions[i].AtMs
		}
		kept := steps[:0]
		for _, had := range steps {
			if had.FromMs < s.FromMs || s.begun && had.begun {
				kept = append(kept, had)
			}
		}
		if s.begun && len(kept) > 0 {
			s.FromMs = max(s.FromMs, kept[len(kept)-1].FromMs+1000)
		}
		steps = append(kept, s)
	}
	out := make([]Step, len(steps))
	for i := range steps {
		out[i] = steps[i].Step
	}
	return out
}
