package processor

import (
	"cmp"
	"slices"

	"barometer/ingest/event/wire"
	"barometer/processor/engine"
	"barometer/processor/match"
)

// sliceOf is how many items Advance encodes at a time: less than a millisecond's work.
const sliceOf = 256

// Capture is a state being encoded while the fold goes on. It is of the state between the two steps where it began:
// what a step is about to change is encoded before (touch), everything else little by little (Advance). Beginning takes
// what is few (marks, figures, a list of policies and days) at once. A state has one Capture at a time; beginning
// another one ends it.
type Capture struct {
	m      *Machine
	number uint32 // what is taken already bears it; 0: nothing can change meanwhile

	head     wire.Wire
	terms    wire.Wire // policies
	figures  wire.Wire
	timers   pages
	requests pages
	buyers   pages
	matches  pages

	days     []engine.Timers[timer] // that are still to be encoded, and so on
	policies []*policy
	shards   []*requestShard
	keys     []*match.Shard
	slots    [][]*buyer // each from its end: what is dropped meanwhile moves others towards the beginning
}

// Capture begins a snapshot.
func (f *Fold) Capture() *Capture { return f.capture(false) }

// capture begins a snapshot: an ordered one of equal states is equal bytes, and nothing may be folded before it is
// done.
func (f *Fold) capture(ordered bool) *Capture {
	m := f.machine
	c := &Capture{m: m, timers: pages{field: fieldTimers}, requests: pages{field: fieldRequests},
		buyers: pages{field: fieldBuyers}, matches: pages{field: fieldMatches}}
	f.walkHead(&c.head)
	m.walkFigures(&c.figures)
	c.policies = m.book.sortedPolicies()
	for i := range m.book.requests {
		c.shards = append(c.shards, &m.book.requests[i])
	}
	c.keys = m.matches.All()
	c.days = m.wheel.Days(ordered)
	if ordered {
		all := m.book.buyers.all()
		slices.SortFunc(all, func(x, y *buyer) int { return cmp.Compare(y.id, x.id) })
		c.slots = [][]*buyer{all}
		return c
	}
	m.captures++
	m.capturing, c.number = c, m.captures
	for _, slot := range m.book.slots {
		c.slots = append(c.slots, slot)
	}
	return c
}

// Advance encodes some more, and tells whether that was all.
func (c *Capture) Advance() (done bool) { return c.advance(sliceOf) }

func (c *Capture) advance(n int) (done bool) {
	for ; n > 0; n-- {
		switch {
		case len(c.days) > 0:
			c.nextTimer()
		case len(c.policies) > 0:
			c.takePolicy(c.policies[0])
			c.policies = c.policies[1:]
		case len(c.shards) > 0:
			n -= len(c.shards[0].kept)
			c.takeRequests(c.shards[0])
			c.shards = c.shards[1:]
		case len(c.keys) > 0:
			n -= c.takeMatches(c.keys[0])
			c.keys = c.keys[1:]
		case len(c.slots) > 0:
			c.nextBuyer()
		default:
			c.timers.close()
			c.requests.close()
			c.buyers.close()
			c.matches.close()
			if c.m.capturing == c {
				c.m.capturing = nil
			}
			return true
		}
	}
	return false
}

// Parts gives the snapshot, in pieces, when all of it is encoded.
func (c *Capture) Parts() [][]byte {
	return slices.Concat([][]byte{c.head.Bytes()}, c.timers.parts, [][]byte{c.terms.Bytes(), c.figures.Bytes()},
		c.requests.parts, c.buyers.parts, c.matches.parts)
}

func (c *Capture) nextTimer() {
	day := &c.days[0]
	if len(day.All) == 0 {
		c.days = c.days[1:]
		return
	}
	c.timers.add(&dayTimer{day.Day, day.All[0]})
	day.All = day.All[1:]
}

func (c *Capture) nextBuyer() {
	slot := c.slots[0]
	if len(slot) == 0 {
		c.slots = c.slots[1:]
		return
	}
	if b := slot[len(slot)-1]; b != nil {
		c.takeBuyer(b)
	}
	c.slots[0] = slot[:len(slot)-1]
}

func (c *Capture) takeBuyer(b *buyer) {
	if c.first(&b.taken) {
		c.buyers.add(b)
	}
}

func (c *Capture) takePolicy(p *policy) {
	if c.first(&p.taken) {
		for i := range p.versions {
			c.terms.Msg(fieldPolicies, &p.versions[i])
		}
	}
}

func (c *Capture) takeRequests(s *requestShard) {
	if c.first(&s.taken) {
		for _, r := range s.sorted() {
			c.requests.add(&r)
		}
	}
}

// takeMatches tells how many keys the shard has.
func (c *Capture) takeMatches(s *match.Shard) int {
	if !c.first(&s.Taken) {
		return 0
	}
	entries := s.Entries()
	for i := range entries {
		c.matches.add(&entries[i])
	}
	return len(entries)
}

// first tells whether something is taken for the first time.
func (c *Capture) first(taken *uint32) bool {
	if c.number == 0 {
		return true
	}
	is := *taken != c.number
	*taken = c.number
	return is
}

// touch must come before a change of a buyer that is kept; likewise the three after it.
func (m *Machine) touch(b *buyer) {
	if m.capturing != nil && b.kept {
		m.capturing.takeBuyer(b)
	}
}

func (m *Machine) touchPolicy(p *policy) {
	if m.capturing != nil {
		m.capturing.takePolicy(p)
	}
}

func (m *Machine) touchRequests(s *requestShard) {
	if m.capturing != nil {
		m.capturing.takeRequests(s)
	}
}

func (m *Machine) touchMatches(s *match.Shard) {
	if m.capturing != nil {
		m.capturing.takeMatches(s)
	}
}
