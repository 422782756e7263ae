package golden

import (
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"barometer/processor"
)

var (
	record = flag.Bool("record", false, "record the log anew")
	update = flag.Bool("update", false, "take the digest of today's fold for the right one")
)

const dir = "testdata"

// released says that there are installations whose logs must fold as they did: a change of the digest needs a new fold
// version then.
const released = false

// TestTheRecordedLogFoldsAsItDid folds the recorded log and compares what comes out with the digest that is checked in.
// Until the first release a change that means to change decisions renews it: go test ./cmd/barometer/internal/golden
// -update.
func TestTheRecordedLogFoldsAsItDid(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long, and starts no goroutine that the race detector could watch")
	}
	if *record {
		log, err := Record(120_000)
		if err != nil {
			t.Fatal(err)
		}
		if err := log.Save(dir); err != nil {
			t.Fatal(err)
		}
	}
	log, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(log[0]) + len(log[1]); n < 100_000 {
		t.Fatalf("the log has %d records", n)
	}
	got, err := log.Digest(Way{})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "digest")
	if *update || *record {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		advice := "if it is meant, renew it with -update and say why in the commit"
		if released && strings.HasPrefix(string(want), strings.SplitAfter(got, "\n")[0]) {
			advice = "a change that changes decisions needs a new fold version (processor/version.go)"
		}
		t.Fatalf("on %s the fold gives\n%swhich was\n%s%s", runtime.GOARCH, got, want, advice)
	}
}

// TestNoWayOfFoldingChangesAnything: snapshots anywhere, other batches, other numbers of processors (I1).
func TestNoWayOfFoldingChangesAnything(t *testing.T) {
	log, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join(dir, "digest"))
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for i, way := range []Way{{Snapshots: 5}, {Ahead: processor.Ahead}, {Ahead: 5, Snapshots: 3, At: true}, {At: true}} {
		if testing.Short() && way.Snapshots != 3 {
			continue // the one that has all of it
		}
		way.Seed = uint64(i)
		runtime.GOMAXPROCS(1 + i)
		got, err := log.Digest(way)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%+v gives\n%swant\n%s", way, got, want)
		}
	}
}
