package crashsim

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"
)

var (
	seeds   = flag.Int("seeds", 300, "how many seeds to run")
	from    = flag.Uint64("from", 0, "the first seed; 0: fresh ones")
	lines   = flag.Int("lines", 400, "how many lines of a trace to print")
	planted = flag.String("plant", "", "a fault to plant, by its name")
)

// TestSeeds runs fresh seeds, or those that are named.
func TestSeeds(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long, and starts no goroutine that the race detector could watch")
	}
	first := *from
	if first == 0 {
		first = uint64(time.Now().UnixNano()) >> 10
	}
	plant, ok := ParsePlant(*planted)
	if !ok && *planted != "" {
		t.Fatalf("no fault is named %q", *planted)
	}
	const lots = 50
	for lot := 0; lot*lots < *seeds; lot++ {
		t.Run(fmt.Sprint("from=", first+uint64(lot*lots)), func(t *testing.T) {
			t.Parallel()
			for i := lot * lots; i < min((lot+1)*lots, *seeds); i++ {
				o := Options{Faults: -1, Planted: plant}
				if r := Run(first+uint64(i), o); r.Err != nil {
					tell(t, Shrink(first+uint64(i), o))
				}
			}
		})
	}
}

func tell(t *testing.T, r Result) {
	trace := r.Trace
	if len(trace) > *lines {
		trace = trace[len(trace)-*lines:]
	}
	t.Fatalf("seed %d, after %d steps and %d faults: %v\n%s\nrun it again with -from=%d -seeds=1", r.Seed, r.Steps,
		r.Faults, r.Err,
		strings.Join(trace, "\n"), r.Seed)
}

// TestPlantedFaultsAreFound plants each fault of the product and wants it found within so many seeds.
func TestPlantedFaultsAreFound(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long, and starts no goroutine that the race detector could watch")
	}
	const within = 1000
	for _, plant := range Plants() {
		t.Run(plant.String(), func(t *testing.T) {
			t.Parallel()
			for seed := uint64(1); seed <= within; seed++ {
				if r := Run(seed, Options{Faults: -1, Planted: plant}); r.Err != nil {
					t.Logf("found by seed %d, after %d steps: %v", seed, r.Steps, r.Err)
					return
				}
			}
			t.Errorf("not found within %d seeds", within)
		})
	}
}

// TestTheSameSeedIsTheSameRun: what a seed found can be looked at again.
func TestTheSameSeedIsTheSameRun(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long, and starts no goroutine that the race detector could watch")
	}
	for seed := uint64(1); seed <= 5; seed++ {
		o := Options{Faults: -1, trace: true}
		a, b := Run(seed, o), Run(seed, o)
		if a.Steps < 100 || strings.Join(a.Trace, "\n") != strings.Join(b.Trace, "\n") {
			t.Errorf("seed %d: runs of %d and %d steps differ", seed, a.Steps, b.Steps)
		}
	}
}
