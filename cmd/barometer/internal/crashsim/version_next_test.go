//go:build nextfold

package crashsim

import (
	"strings"
	"testing"
)

// TestARollingUpgradeOfTheFold: owners of an old and a new binary run side by side, the log activates the new version,
// the old ones stop before it, and what was decided by either is what one fold gives.
func TestARollingUpgradeOfTheFold(t *testing.T) {
	old, stopped := 0, 0
	for seed := uint64(1); seed <= 300; seed++ {
		o := Options{Faults: -1, trace: true}
		r := Run(seed, o)
		if r.Err != nil {
			tell(t, Shrink(seed, o))
		}
		for _, line := range r.Trace {
			if strings.Contains(line, "its binary is an old one") {
				old++
			}
			if strings.Contains(line, "fold_version: the log is at fold version 2, this binary knows up to 1") {
				stopped++
			}
		}
	}
	if old < 100 || stopped < 50 {
		t.Errorf("%d owners of an old binary, %d of them met the new version: this run showed nothing", old, stopped)
	}
}
