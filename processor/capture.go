package processor

import (
	"cmp"
	"slices"

	"barometer/ingest/event/wire"
	"barometer/processor/engine"
	"barometer/processor/match"
)

// Capture is a state being encoded while the fold goes on (engine.Capture). Beginning one takes what is few (marks,
// figures, a list of policies and days) at once.
type Capture struct {
	*engine.Capture
	terms *wire.Wire // policies
	// aggregates of policies whose claims have used some
	aggregates *wire.Wire
	requests   *engine.Pages
	buyers     *engine.Pages
	matches    *engine.Pages
}

// Capture begins a snapshot. A state has one Capture at a time; beginning another one ends it.
func (f *Fold) Capture() *Capture {
	c := &Capture{}
	c.Capture = f.machine.captures.Begin(c)
	f.capture(c)
	for _, slot := range f.machine.book.slots {
		engine.QueueFromEnd(c.Capture, slot, c.takeBuyer)
	}
	return c
}

// captureOrdered begins a snapshot of which equal states are equal bytes; nothing may be folded before it is done.
func (f *Fold) captureOrdered() *Capture {
	c := &Capture{Capture: &engine.Capture{}}
	f.capture(c)
	all := f.machine.book.buyers.all()
	slices.SortFunc(all, func(x, y *buyer) int { return cmp.Compare(x.id, y.id) })
	engine.Queue(c.Capture, all, c.takeBuyer)
	return c
}

// capture names the parts of a snapshot and all that is to be taken, but for the buyers.
func (f *Fold) capture(c *Capture) {
	m := f.machine
	f.walkHead(c.Fields())
	timers := c.Pages(fieldTimers)
	c.terms = c.Fields()
	m.walkFigures(c.Fields())
	c.requests, c.buyers, c.matches = c.Pages(fieldRequests), c.Pages(fieldBuyers), c.Pages(fieldMatches)
	c.aggregates = c.Fields()
	for _, day := range m.wheel.Days(c.Ordered()) {
		engine.Queue(c.Capture, day.All, func(t timer) int {
			timers.Add(&dayTimer{day.Day, t})
			return 1
		})
	}
	engine.Queue(c.Capture, m.book.sortedPolicies(), c.takePolicy)
	for i := range m.book.requests {
		engine.Queue(c.Capture, []*requestShard{&m.book.requests[i]}, c.takeRequests)
	}
	engine.Queue(c.Capture, m.matches.All(), c.takeMatches)
}

// Each of these takes something if the capture does not have it yet, and returns how many items that encoded.

// takeBuyer takes a buyer. One that was dropped is still in its slot, or has left a nil.
func (c *Capture) takeBuyer(b *buyer) int {
	if b == nil || !b.kept || !c.Take(&b.taken) {
		return 0
	}
	c.buyers.Add(b)
	return 1
}

func (c *Capture) takePolicy(p *policy) int {
	if !c.Take(&p.taken) {
		return 0
	}
	versions := p.Versions()
	for i := range versions {
		c.terms.Msg(fieldPolicies, &versions[i])
	}
	if !p.aggregates.Empty() {
		c.aggregates.Msg(fieldAggregates, &policyAggregates{versions[0].Policy, p.aggregates})
	}
	return len(versions)
}

func (c *Capture) takeRequests(s *requestShard) int {
	if !c.Take(&s.taken) {
		return 0
	}
	all := s.sorted()
	for i := range all {
		c.requests.Add(&all[i])
	}
	return len(all)
}

func (c *Capture) takeMatches(s *match.Shard) int {
	if !c.Take(&s.Taken) {
		return 0
	}
	entries := s.Entries()
	for i := range entries {
		c.matches.Add(&entries[i])
	}
	return len(entries)
}

// touch must come before a change of a buyer that is kept; touchPolicy, touchRequests and touchMatches before one of
// what they name.
func (m *Machine) touch(b *buyer) {
	if c := m.captures.Going(); c != nil && b.kept {
		c.takeBuyer(b)
	}
}

func (m *Machine) touchPolicy(p *policy) {
	if c := m.captures.Going(); c != nil {
		c.takePolicy(p)
	}
}

func (m *Machine) touchRequests(s *requestShard) {
	if c := m.captures.Going(); c != nil {
		c.takeRequests(s)
	}
}

func (m *Machine) touchMatches(s *match.Shard) {
	if c := m.captures.Going(); c != nil {
		c.takeMatches(s)
	}
}
