package crashsim

import "math/rand/v2"

// fate is what becomes of a request.
type fate uint8

const (
	fine    fate = iota
	lost         // it does not arrive
	unheard      // it takes effect, and is answered with an error
	belated      // it is answered with an error, and takes effect later, perhaps after its repetition
)

// fault is something that happens on purpose.
type fault uint8

const (
	crash fault = iota
	handOver
	sleep
	killedEngine
	laggingReplica
	lostSnapshot
	tornSnapshot
	recreated
	compacted
	aborted
	unclear // a request
	faultEnd
)

// faults decides what happens on purpose. Each that happens has a number, so that a run can be repeated without some of
// them.
type faults struct {
	r       *rand.Rand
	w       *world
	n       int // that happened, or were left out
	most    int // -1: no bound
	without map[int]bool
	rate    [faultEnd]float64
}

func newFaults(w *world, seed uint64) *faults {
	f := &faults{r: rand.New(rand.NewPCG(seed, 2)), w: w, most: w.o.Faults, without: w.o.Without}
	// Each seed has faults of its own that are frequent, rare or absent.
	for k := range f.rate {
		f.rate[k] = [...]float64{0, 0.2, 1, 4}[f.r.IntN(4)]
	}
	return f
}

// chances of each fault where it is asked for, at rate 1.
var chances = [faultEnd]float64{crash: 0.015, handOver: 0.008, sleep: 0.008, killedEngine: 0.02, laggingReplica: 0.2,
	lostSnapshot: 0.1, tornSnapshot: 0.1, recreated: 0.0004, compacted: 0.002, aborted: 0.01, unclear: 0.06}

// happens draws whether a fault happens now.
func (f *faults) happens(k fault) bool {
	if f.w.healed || f.r.Float64() >= chances[k]*f.rate[k] {
		return false
	}
	f.n++
	return (f.most < 0 || f.n <= f.most) && !f.without[f.n]
}

// fate draws what becomes of a request.
func (f *faults) fate() fate {
	if !f.happens(unclear) {
		return fine
	}
	return lost + fate(f.r.IntN(3))
}

// chaos lets happen to tenants and topics what happens to them.
func (w *world) chaos() {
	u := w.units[w.f.r.IntN(len(w.units))]
	if t := u.current; t != nil {
		switch {
		case w.f.happens(crash):
			w.note("%s crashes", t.name)
			t.gone, u.current = true, nil
			w.cutOff(t)
		case w.f.happens(handOver):
			t.until = w.steps + w.f.r.IntN(2000)
			w.note("%s is stale until step %d", t.name, t.until)
			w.ghosts = append(w.ghosts, t)
			u.current = nil
			if w.f.r.IntN(2) == 0 {
				t.wakes = w.steps + w.f.r.IntN(1500)
			}
		case w.f.happens(sleep):
			t.wakes = w.steps + w.f.r.IntN(1000)
			w.note("%s sleeps until step %d", t.name, t.wakes)
		}
	}
	if w.f.happens(compacted) {
		w.compact()
	}
	if w.f.happens(recreated) {
		w.input.recreate()
	}
}
