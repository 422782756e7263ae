package evaluate

import (
	"barometer/ingest/event"
	"barometer/processor/decision"
)

// reversalDays is how soon a grade change must be taken back to count as reversed.
const reversalDays = 90

// changes is what the grades did on the way.
type changes struct {
	Changes  int            `json:"changes"`  // of a grade, without the first one
	Reversed int            `json:"reversed"` // taken back, to where it was or beyond, within 90 days
	Refused  map[string]int `json:"refused"`  // messages, by reason

	recent map[string][]change // by subject: within the last 90 days
	danger map[string]event.Day
}

type change struct {
	day      event.Day
	from, to uint32
}

// dangerous is the grade from which lead time counts.
const dangerous = 8

func newChanges() changes {
	return changes{Refused: map[string]int{}, recent: map[string][]change{}, danger: map[string]event.Day{}}
}

func (c *changes) add(other *changes) {
	c.Changes += other.Changes
	c.Reversed += other.Reversed
	for reason, n := range other.Refused {
		c.Refused[reason] += n
	}
	for subject, day := range other.danger {
		c.danger[subject] = day
	}
}

func (c *changes) note(s *decision.Score, day event.Day) {
	if s.Grade == s.PreviousGrade {
		return
	}
	if _, before := c.danger[s.Buyer]; s.Grade >= dangerous && !before {
		c.danger[s.Buyer] = day
	}
	if s.PreviousGrade == 0 {
		return
	}
	c.Changes++
	var open []change
	for _, x := range c.recent[s.Buyer] {
		switch {
		case day-x.day >= reversalDays:
		case x.to > x.from && s.Grade <= x.from, x.to < x.from && s.Grade >= x.from:
			c.Reversed++
		default:
			open = append(open, x)
		}
	}
	c.recent[s.Buyer] = append(open, change{day, s.PreviousGrade, s.Grade})
}
