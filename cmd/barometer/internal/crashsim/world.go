package crashsim

import (
	"fmt"
	"math/rand/v2"

	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
)

// world is one run: everything that is shared, and what happens next.
type world struct {
	o       Options
	r       *rand.Rand // which step is next
	f       *faults
	nowMs   int64
	steps   int
	broker  *broker
	house   *house
	store   *snapshots
	inbox   *inbox
	input   *input
	opened  *event.LogOpened
	record  []byte // log.opened
	units   []*unit
	ghosts  []*tenant // stale ones that go on
	flights []*flight
	pace    int  // how much of what is on its way may arrive, where each tenant takes a step
	healed  bool // nothing happens on purpose any more
	trace   []string
	texts   map[string]bool                    // keys of risk.texts
	noted   map[kafkalog.TopicPartition]uint32 // risk.control: the incarnation that a source is read in
	ids     map[string]string                  // of notifications, by what they tell whom
	told    map[string]bool                    // ids that follow
	torn    bool                               // the log has lost its tail
	failed  error                              // the first breach of a rule that is checked on the way
}

func unitName(role string, p int) string { return fmt.Sprint(role, p) }

// now is the time of the world in milliseconds; it moves with the steps.
func (w *world) now() int64 { return w.nowMs }

// fail notes a breach. The first one stays.
func (w *world) fail(format string, args ...any) {
	if w.failed == nil {
		w.failed = fmt.Errorf(format, args...)
		w.note("BREACH: %v", w.failed)
	}
}

// note adds a line to the trace.
func (w *world) note(format string, args ...any) {
	if w.o.trace {
		w.trace = append(w.trace, fmt.Sprintf("%5d ", w.steps)+fmt.Sprintf(format, args...))
	}
}

// actor is a core with what a driver does for it. step does one thing, one of moves, and tells whether there was
// anything to do.
type actor interface {
	moves() int
	step(move int) bool
	// leave ends it in good order, as far as that takes no answer.
	leave()
}

// tenant is an actor for as long as it lives.
type tenant struct {
	name  string
	actor actor
	gone  bool // it has crashed or left: answers do not reach it
	until int  // of a stale one: the step at which it hears that it is
	wakes int  // it sleeps until this step
}

// unit is work that somebody has to do: a partition of a role, or its share of topics.
type unit struct {
	name    string
	begin   func(t *tenant) actor // nil: it cannot begin, or must not
	current *tenant
	born    int // how many tenants there were
	stopped error
}

// maxSteps ends a run that does not come to rest.
const maxSteps = 200_000

// run goes on until the input is taken, and for a while that differs from world to world, and until the world has come
// to rest.
func (w *world) run() {
	lingers := []int{20, 1000, 6000}[w.r.IntN(3)] // steps, on average: until letters are on their way it takes some
	for w.failed == nil && !(w.input.done() && w.r.IntN(lingers) == 0) {
		w.tick()
		w.input.step()
		w.chaos()
		w.move()
	}
	w.heal()
	for range 3 { // the last cuts come with time
		w.settle()
		w.input.beat()
	}
	w.settle()
}

// settle lets happen what can, until nothing can any more.
func (w *world) settle() {
	for w.failed == nil && w.sweep() {
		w.tick()
	}
}

func (w *world) tick() {
	w.steps++
	w.nowMs += w.r.Int64N(400)
	if w.steps > maxSteps {
		w.fail("the world does not come to rest within %d steps", maxSteps)
	}
}

// move lets one thing happen: something arrives, or an actor takes a step.
func (w *world) move() {
	n := len(w.units) + len(w.ghosts) + min(len(w.flights), w.pace)
	k := w.r.IntN(n)
	switch {
	case k < len(w.units):
		w.live(w.units[k])
	case k < len(w.units)+len(w.ghosts):
		w.haunt(k - len(w.units))
	default:
		w.land(w.r.IntN(len(w.flights)))
	}
}

// live lets a unit's tenant take a step, or gives it one.
func (w *world) live(u *unit) {
	if u.stopped != nil {
		return
	}
	if u.current == nil {
		u.born++
		t := &tenant{name: fmt.Sprintf("%s#%d", u.name, u.born)}
		if t.actor = u.begin(t); t.actor != nil {
			w.note("%s begins", t.name)
			u.current = t
		}
		return
	}
	if t := u.current; w.steps >= t.wakes {
		t.actor.step(w.r.IntN(t.actor.moves()))
		if t.gone && u.current == t {
			u.current = nil
		}
	}
}

// haunt lets a stale tenant go on, until it hears that it is one.
func (w *world) haunt(i int) {
	t := w.ghosts[i]
	if w.steps < t.wakes {
		return
	}
	if w.steps >= t.until {
		w.note("%s hears that it is stale", t.name)
		if w.r.IntN(2) == 0 && !t.gone {
			t.actor.leave()
		}
		t.gone = true
	}
	if t.gone {
		w.ghosts = append(w.ghosts[:i], w.ghosts[i+1:]...)
		return
	}
	t.actor.step(w.r.IntN(t.actor.moves()))
}

// sweep lets everything happen that can, once, and tells whether anything did.
func (w *world) sweep() bool {
	any := len(w.flights) > 0
	for len(w.flights) > 0 && w.failed == nil {
		w.land(0)
	}
	for _, u := range w.units {
		if u.current == nil {
			w.live(u)
		}
		for move := 0; u.current != nil && move < u.current.actor.moves(); move++ {
			if u.current.actor.step(move) {
				any = true
			}
			if u.current.gone {
				u.current = nil
			}
		}
	}
	return any
}

// heal ends what happens on purpose: stale tenants end, sleepers wake, servers are up.
func (w *world) heal() {
	w.note("--- nothing happens on purpose from here on")
	w.healed = true
	for _, t := range w.ghosts {
		t.gone = true
	}
	w.ghosts = nil
	for _, u := range w.units {
		if u.current != nil {
			u.current.wakes = 0
		}
	}
}

// flight is something on its way: a request, an answer.
type flight struct {
	what string
	land func()
	slow bool    // it may be overtaken by everything
	from *tenant // of a request; nil: nobody's crash stops it
}

func (w *world) land(i int) {
	f := w.flights[i]
	if f.slow && !w.healed && w.r.IntN(12) > 0 {
		return
	}
	w.flights = append(w.flights[:i], w.flights[i+1:]...)
	w.note("%s", f.what)
	f.land()
}

func (w *world) later(what string, slow bool, land func()) {
	w.flights = append(w.flights, &flight{what: what, land: land, slow: slow})
}

// errUnclear is a request without a clear answer.
var errUnclear = fmt.Errorf("no clear answer")

// request sends something to a server: apply is what it does there, done what the sender hears. A tenant that is gone
// hears nothing.
func (w *world) request(t *tenant, what string, apply func() error, done func(err error)) {
	what = t.name + ": " + what
	answer := func(err error) {
		w.later(fmt.Sprintf("%s: answered, %v", what, err), false, func() {
			if !t.gone {
				done(err)
			}
		})
	}
	switch w.f.fate() {
	case lost:
		w.later(what+" is lost", false, func() { answer(errUnclear) })
	case unheard:
		w.later(what+" takes effect, its answer is lost", false, func() { _ = apply(); answer(errUnclear) })
	case belated:
		answer(errUnclear)
		w.later(what+" arrives late", true, func() { _ = apply() })
	default:
		w.later(what, false, func() { answer(apply()) })
	}
	w.flights[len(w.flights)-1].from = t
}

// cutOff takes requests with a tenant that crashes, some of those that have not arrived.
func (w *world) cutOff(t *tenant) {
	kept := w.flights[:0]
	for _, f := range w.flights {
		if f.from == t && w.f.r.IntN(2) == 0 {
			w.note("%s never leaves", f.what)
			continue
		}
		kept = append(kept, f)
	}
	w.flights = kept
}
