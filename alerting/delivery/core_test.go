package delivery

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// world drives a core as the driver does, with a clock of its own, crashes, and a store of letters and states that
// survives them.
type world struct {
	t       *testing.T
	seed    uint64
	r       *rand.Rand
	now     time.Time
	core    *Core
	letters []*Pending // as stored, in order
	states  map[string]*State
	flight  []*Pending
}

func newWorld(t *testing.T, seed uint64) *world {
	w := &world{t: t, seed: seed, r: rand.New(rand.NewPCG(seed, 7)), now: time.Unix(1_700_000_000, 0), core: NewCore(4),
		states: map[string]*State{}}
	w.core.Bound("email", 2)
	return w
}

// store adds a letter about one or two of three buyers, to one of four receivers.
func (w *world) store() {
	n := len(w.letters)
	sub := fmt.Sprintf("s%d", w.r.IntN(4))
	buyers := []string{fmt.Sprintf("b%d", w.r.IntN(3))}
	if b := fmt.Sprintf("b%d", w.r.IntN(3)); b != buyers[0] {
		buyers = append(buyers, b)
	}
	channel := []string{"webhook", "email"}[w.r.IntN(2)]
	p := Pending{ID: fmt.Sprintf("n%03d", n), Channel: channel, Subscription: sub, Target: sub, Buyers: buyers,
		Offset: int64(n)}
	w.letters = append(w.letters, &p)
	w.add(p)
}

func (w *world) add(p Pending) {
	if over := w.core.Add(&p); over != nil {
		w.t.Fatalf("seed %d: no room for %s", w.seed, p.ID)
	}
}

// crash loses the core and begins again from what is stored.
func (w *world) crash() {
	w.core, w.flight = NewCore(4), nil
	w.core.Bound("email", 2)
	for _, l := range w.letters {
		s := w.states[l.ID]
		if s != nil && s.Ended() {
			continue
		}
		p := *l
		if s != nil {
			p.resume(s)
		}
		w.add(p)
	}
}

// dead tells which receiver never answers.
func dead(target string) bool { return target == "s0" }

func (w *world) start() {
	for _, p := range w.core.Start(w.now) {
		for _, b := range p.Buyers {
			w.order(p, b)
		}
		w.flight = append(w.flight, p)
	}
	inFlight := map[string]int{}
	for _, p := range w.flight {
		if inFlight[p.Target]++; inFlight[p.Target] > perReceiver {
			w.t.Fatalf("seed %d: %d attempts to %s", w.seed, inFlight[p.Target], p.Target)
		}
	}
}

// order checks that everything before p in its lane has ended.
func (w *world) order(p *Pending, buyer string) {
	for _, l := range w.letters {
		if l.Offset < p.Offset && l.Subscription == p.Subscription && slices.Contains(l.Buyers, buyer) {
			if s := w.states[l.ID]; s == nil || !s.Ended() {
				w.t.Fatalf("seed %d: %s is attempted before %s has ended", w.seed, p.ID, l.ID)
			}
		}
	}
}

func (w *world) finishOne() {
	if len(w.flight) == 0 {
		return
	}
	i := w.r.IntN(len(w.flight))
	p := w.flight[i]
	w.flight = slices.Delete(w.flight, i, i+1)
	result := Result{Status: 500, Error: "down"}
	if w.r.IntN(4) == 0 {
		result.Status, result.RetryAfter = 429, time.Duration(w.r.IntN(30))*time.Hour
	}
	switch {
	case !dead(p.Target) && w.r.IntN(3) > 0:
		result = Result{Status: 200, OK: true}
	case w.r.IntN(40) == 0:
		result = Result{Status: 410, Gone: true}
	}
	s := w.core.Done(p, result, w.now)
	if w.r.IntN(20) == 0 { // a crash may come before the state is stored
		w.crash()
		return
	}
	w.states[p.ID] = s
	w.core.Written(p)
}

// TestEveryLetterEndsInOrder is invariant I4 on the core, whatever fails, crashes and waits.
func TestEveryLetterEndsInOrder(t *testing.T) {
	for seed := range uint64(200) {
		w := newWorld(t, seed)
		for range 30 {
			w.store()
			w.start()
			if w.r.IntN(2) == 0 {
				w.finishOne()
			}
			if w.r.IntN(15) == 0 {
				w.crash()
			}
		}
		for steps := 0; w.core.Len() > 0; steps++ {
			if steps > 200_000 {
				t.Fatalf("seed %d: %d letters never end", seed, w.core.Len())
			}
			w.start()
			if len(w.flight) > 0 {
				w.finishOne()
				continue
			}
			due, any := w.core.Wake()
			if !any {
				t.Fatalf("seed %d: %d letters wait for nothing", seed, w.core.Len())
			}
			w.now = due
		}
		for _, l := range w.letters {
			if s := w.states[l.ID]; s == nil || !s.Ended() {
				t.Fatalf("seed %d: %s did not end", seed, l.ID)
			}
		}
		if n := len(w.core.lanes) + len(w.core.receivers) + len(w.core.waiting) + len(w.core.due) +
			len(w.core.parked); n != 0 {
			t.Fatalf("seed %d: %d things are kept of letters that ended", seed, n)
		}
	}
}

// TestADeadReceiverHoldsUpNobody fills the queue with letters to a dead receiver and then adds one to another.
func TestADeadReceiverHoldsUpNobody(t *testing.T) {
	c, now := NewCore(16), time.Unix(0, 0)
	for n := range 1000 {
		c.Add(&Pending{ID: fmt.Sprint("dead", n), Subscription: "s0", Target: "dead", Buyers: []string{fmt.Sprint(n)}})
	}
	for range 3 {
		for _, p := range c.Start(now) {
			c.Done(p, Result{Error: "down"}, now)
			c.Written(p)
		}
	}
	if first := c.Start(now); len(first) != 1 {
		t.Fatalf("%d attempts to a failing receiver at once, want 1", len(first))
	}
	c.Add(&Pending{ID: "other", Subscription: "s1", Target: "alive", Buyers: []string{"b"}})
	if start := c.Start(now); len(start) != 1 || start[0].ID != "other" {
		t.Fatalf("the other receiver waits: %v", start)
	}
}

// TestItGivesUpAfterThreeDays follows one letter to a dead receiver.
func TestItGivesUpAfterThreeDays(t *testing.T) {
	c, begin := NewCore(1), time.Unix(1_700_000_000, 0)
	c.Add(&Pending{ID: "n", Subscription: "s", Target: "t", Buyers: []string{"b"}})
	now, before := begin, time.Duration(0)
	for {
		start := c.Start(now)
		if len(start) != 1 {
			t.Fatalf("nothing starts at %v", now)
		}
		s := c.Done(start[0], Result{Status: 503, Error: "busy"}, now)
		c.Written(start[0])
		if s.Ended() {
			took := now.Sub(begin)
			if s.Status != GaveUp || s.Reason != ReasonTimeUp || took < 60*time.Hour || took > 72*time.Hour ||
				len(s.Attempts) > 40 {
				t.Errorf("ended after %v and %d attempts: %+v", took, len(s.Attempts), s)
			}
			return
		}
		if wait := s.NextAt.Sub(now); wait < before {
			t.Errorf("wait %v after %v", wait, before)
		} else {
			before = wait
		}
		if len(s.Attempts) == 1 && before > 7*time.Second {
			t.Errorf("first wait %v", before)
		}
		now = *s.NextAt
	}
}

// TestAPartitionThatLeavesTakesItsLetters leaves with one letter in flight and one waiting, and comes back.
func TestAPartitionThatLeavesTakesItsLetters(t *testing.T) {
	c, now := NewCore(4), time.Unix(0, 0)
	for p := range 2 {
		for n := range 2 {
			c.Add(&Pending{ID: fmt.Sprint(p, n), Partition: p, Subscription: fmt.Sprint("s", p), Target: "t",
				Buyers: []string{"b"}})
		}
	}
	start := c.Start(now)
	c.Leave(0)
	if c.Len() != 3 {
		t.Fatalf("%d letters, want the one in flight and the other partition's two", c.Len())
	}
	for _, p := range start {
		c.Done(p, Result{Error: "down"}, now)
		c.Written(p)
	}
	if c.Len() != 2 {
		t.Fatalf("%d letters, want the other partition's two", c.Len())
	}
}
