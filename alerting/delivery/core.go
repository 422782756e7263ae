package delivery

import (
	"cmp"
	"slices"
	"time"

	"barometer/ingest/event"

	"github.com/cespare/xxhash/v2"
)

// Bounds and times of sending.
const (
	perReceiver = 8
	maxWaiting  = 100_000 // per subscription
	maxAttempts = 100     // that a state tells; the newest
	firstWait   = 5 * time.Second
	longestWait = 4 * time.Hour
	giveUpAfter = 72 * time.Hour
	longestHeed = 24 * time.Hour // of a wait that a receiver asks for
)

// Pending is a letter that has not ended, as it is kept in memory.
type Pending struct {
	ID, Holder, Subscription, Channel, Target string
	Buyers                                    []string // each once
	Notices                                   []Notice // that its delivery gives
	Partition                                 int
	Offset                                    int64 // of its record in risk.deliveries
	Attempts                                  []Attempt
	First                                     time.Time // of the first attempt of this run of attempts; zero: none yet
	Due                                       time.Time
	Body                                      []byte         // for the first attempt; later ones read it again
	Position                                  event.Position // where the second fold made it
	// who reads risk.deliveries from here on learns that it is to be sent
	Since    int64
	Again    bool // it had ended, and an order sends it once more
	Confirms bool // it asks the address whether it wants to be told

	tries    int    // attempts of this run of attempts
	number   uint64 // order of arrival
	blocked  int    // lanes in which another letter is before it
	inFlight bool   // from Start to Written
	probe    bool   // the attempt is to a failing receiver
	left     bool   // its partition has left this process
	over     bool   // another owner has brought it to its end
	told     bool   // this owner has said that it goes on
	state    *State // what Done gave
}

// ending tells whether the letter has ended, and that is being stored.
func (p *Pending) ending() bool { return p.state != nil && p.state.Ended() }

// Result is how an attempt went. At most one of OK, Gone and Ended is set; none is a failure that is repeated.
type Result struct {
	Status int
	Error  string
	TookMs int64 // set by the driver
	OK     bool
	Gone   bool   // the receiver wants nothing more, ever
	Ended  string // a reason of GaveUp that no repetition changes

	RetryAfter time.Duration // the receiver asks for no attempt before it has passed; 0: it does not say
	Cause      error         // what went wrong, for the operator's eyes only; nil: Error says it all
}

// Core decides which letter is attempted when.
type Core struct {
	slots     int
	inFlight  int
	probes    int // of those in flight
	arrived   uint64
	pending   map[string]*Pending
	lanes     map[lane][]*Pending
	receivers map[string]*receiver
	waiting   map[string]int   // letters by subscription
	due       dueHeap          // not blocked, not parked, not in flight
	parked    []*Pending       // to failing receivers, for want of a slot
	gates     map[string]*gate // by channel, where it has a bound
	// by partition: letters that go on by what is stored, and not here; true: since the last Judge
	doubtful map[int]map[string]bool
}

// NewCore makes a core that attempts at most slots letters at once.
func NewCore(slots int) *Core {
	c := &Core{slots: slots, receivers: map[string]*receiver{}, doubtful: map[int]map[string]bool{}}
	c.reset()
	return c
}

func (c *Core) reset() {
	c.pending, c.lanes, c.waiting = map[string]*Pending{}, map[lane][]*Pending{}, map[string]int{}
	c.due, c.parked = nil, nil
	for _, g := range c.gates {
		g.parked = nil
	}
}

// Bound lets a channel have at most n attempts at once.
func (c *Core) Bound(channel string, n int) {
	if c.gates == nil {
		c.gates = map[string]*gate{}
	}
	c.gates[channel] = &gate{most: n}
}

// Len is how many letters wait or are in flight.
func (c *Core) Len() int { return len(c.pending) }

// Add takes a letter. It gives the state of a letter that ends at once for want of room, nil else.
func (c *Core) Add(p *Pending) *State {
	if known := c.pending[p.ID]; known != nil {
		known.left = false
		return nil
	}
	if c.waiting[p.Subscription] >= maxWaiting {
		return &State{ID: p.ID, Holder: p.Holder, Status: GaveUp, Reason: ReasonBacklogFull, Attempts: p.Attempts}
	}
	c.arrived++
	p.number = c.arrived
	c.enqueue(p)
	return nil
}

// Start gives the letters whose attempt begins now. The caller owes Done and then Written for each.
func (c *Core) Start(now time.Time) []*Pending {
	var start []*Pending
	for c.inFlight < c.slots {
		p := c.next(now)
		if p == nil {
			break
		}
		if p.over {
			c.dequeue(p)
			continue
		}
		r, g := c.receivers[p.Target], c.gates[p.Channel]
		switch {
		case p.asked(r).After(now):
			p.Due = p.asked(r)
			c.due.push(p)
			continue
		case r.inFlight >= perReceiver || r.failing && r.inFlight > 0:
			r.parked = append(r.parked, p)
			continue
		case r.failing && c.probes >= max(c.slots/2, 1):
			c.parked = append(c.parked, p)
			continue
		case g != nil && g.inFlight >= g.most:
			g.parked = append(g.parked, p)
			continue
		}
		if p.First.IsZero() {
			p.First = now
		}
		p.inFlight, p.probe = true, r.failing
		r.inFlight++
		c.inFlight++
		if g != nil {
			g.inFlight++
		}
		if p.probe {
			c.probes++
		}
		start = append(start, p)
	}
	return start
}

// next takes a letter whose time has come: first of those that waited for their channel, where it has room. Nil: there
// is none.
func (c *Core) next(now time.Time) *Pending {
	for _, g := range c.gates {
		if g.inFlight < g.most && len(g.parked) > 0 {
			p := g.parked[0]
			g.parked = g.parked[1:]
			return p
		}
	}
	if len(c.due) == 0 || c.due[0].Due.After(now) {
		return nil
	}
	return c.due.pop()
}

// asked is when the receiver wants the next attempt, which the last moment of a letter does not wait for.
func (p *Pending) asked(r *receiver) time.Time {
	if p.First.IsZero() {
		return r.notBefore
	}
	return earlier(r.notBefore, p.First.Add(giveUpAfter))
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// Wake is when the next attempt is due; false: none waits for a time.
func (c *Core) Wake() (time.Time, bool) {
	if len(c.due) == 0 || c.inFlight >= c.slots {
		return time.Time{}, false
	}
	return c.due[0].Due, true
}

// Done takes the result of an attempt and gives the state to store; nil where another owner has stored the end
// meanwhile, which a failure here does not undo.
func (c *Core) Done(p *Pending, result Result, now time.Time) *State {
	p.Body = nil
	p.tries++
	p.Attempts = append(p.Attempts, Attempt{At: now, Status: result.Status, TookMs: result.TookMs,
		Error: shorten(result.Error)})
	p.Attempts = p.Attempts[max(len(p.Attempts)-maxAttempts, 0):]
	s := &State{ID: p.ID, Holder: p.Holder, Attempts: p.Attempts}
	due, last := now.Add(waitAfter(p.tries, p.ID)), p.First.Add(giveUpAfter)
	if result.RetryAfter > 0 && !due.After(last) { // a receiver that asks for time gets it, up to the last moment
		until := now.Add(min(result.RetryAfter, longestHeed))
		c.receivers[p.Target].notBefore = until
		due = earlier(later(due, until), last)
	}
	switch {
	case result.OK:
		s.Status, s.Notices = Delivered, p.Notices
	case result.Gone:
		s.Status, s.Reason = GaveUp, ReasonGone
	case result.Ended != "":
		s.Status, s.Reason = GaveUp, result.Ended
	case due.After(last) || !now.Before(last):
		s.Status, s.Reason = GaveUp, ReasonTimeUp
	default:
		p.Due = due
		s.Status, s.NextAt = Retrying, &due
	}
	p.state = s
	c.free(p, result.OK || result.Gone || result.Ended != "")
	if p.over && !result.OK {
		return nil
	}
	p.told = true
	return s
}

// free gives the slot of an attempt back, and lets those go on that waited for it.
func (c *Core) free(p *Pending, fine bool) {
	r := c.receivers[p.Target]
	r.inFlight--
	r.failing = !fine
	if fine {
		r.notBefore = time.Time{}
	}
	c.inFlight--
	if g := c.gates[p.Channel]; g != nil {
		g.inFlight--
	}
	if p.probe {
		c.probes--
	}
	for _, q := range r.parked {
		c.due.push(q)
	}
	for _, q := range c.parked {
		c.due.push(q)
	}
	r.parked, c.parked = nil, nil
}

// Written frees a letter whose state, as Done gave it, is stored. A letter that has ended leaves the queue; any other
// waits for its next attempt.
func (c *Core) Written(p *Pending) {
	ended := p.state.Ended() || p.over
	p.inFlight, p.state = false, nil
	if ended || p.left {
		c.dequeue(p)
		return
	}
	c.due.push(p)
}

// Saw takes note of a state that stands in a partition, in the order of the partition. The last state stored need not
// be the true one: two owners may be at work for a while, and a late request of one may arrive behind a newer one of
// its own. If another owner has ended a letter, Saw ends it here too, unless this owner may since have stored that it
// goes on. If the stored state says that a letter goes on and this owner does not have it, or stores its end just now,
// the letter is doubtful until a later state ends it.
func (c *Core) Saw(partition int, s *State) {
	p := c.pending[s.ID]
	switch {
	case s.Ended():
		delete(c.doubtful[partition], s.ID)
		if p != nil && !p.told {
			p.over = true
		}
	case p == nil || p.ending():
		if c.doubtful[partition] == nil {
			c.doubtful[partition] = map[string]bool{}
		}
		c.doubtful[partition][s.ID] = false
	}
}

// Judge returns the letters of a partition that are to be added again: those that were doubtful at the last call and
// still are. The driver calls it when a reading that began after the last call has reached the end of the partition.
// The receiver may get such a letter once more, under the same id; the state stored last then says how it ended.
func (c *Core) Judge(partition int) (again []string) {
	for id, before := range c.doubtful[partition] {
		switch p := c.pending[id]; {
		case p != nil && p.ending(): // whether its end is what stands last is seen once it is stored
		case p != nil:
			delete(c.doubtful[partition], id)
		case before:
			delete(c.doubtful[partition], id)
			again = append(again, id)
		default:
			c.doubtful[partition][id] = true
		}
	}
	slices.Sort(again)
	return again
}

// Leave forgets the letters of a partition; those in flight when they are done.
func (c *Core) Leave(partition int) {
	delete(c.doubtful, partition)
	var stay []*Pending
	for _, p := range c.pending {
		if p.Partition == partition {
			p.left = true
		}
		if !p.left || p.inFlight {
			stay = append(stay, p)
		}
	}
	slices.SortFunc(stay, func(a, b *Pending) int { return cmp.Compare(a.number, b.number) })
	c.reset()
	for _, r := range c.receivers {
		r.letters, r.parked = 0, nil
	}
	for _, p := range stay {
		c.enqueue(p)
	}
	for target, r := range c.receivers {
		if r.letters == 0 {
			delete(c.receivers, target)
		}
	}
}

// waitAfter is the wait after the n-th attempt: doubling, and up to a fourth more by the id, so that letters that
// failed together are not repeated together.
func waitAfter(n int, id string) time.Duration {
	wait := longestWait
	if n < 16 {
		wait = min(firstWait<<(n-1), longestWait)
	}
	return wait + wait/4*time.Duration(xxhash.Sum64String(id)%256)/256
}
