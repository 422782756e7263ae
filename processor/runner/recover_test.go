package runner

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"gocloud.dev/blob/memblob"
)

// handedOver is an output whose earlier owner goes on after its new one has looked for what is published last.
type handedOver struct {
	*memory
	goesOn func()
}

func (h handedOver) Last(ctx context.Context) (Published, error) {
	last, err := h.memory.Last(ctx)
	h.goesOn()
	return last, err
}

// TestWhoTakesOverPassesOverNoOutput: an earlier owner that still publishes, and saves a snapshot after that, does not
// make the new one begin behind outputs that it has not seen.
func TestWhoTakesOverPassesOverNoOutput(t *testing.T) {
	bucket := memblob.OpenBucket(nil)
	defer bucket.Close()
	all := someLog(200, rand.New(rand.NewPCG(7, 8)))
	m := &memory{log: all[:100]}
	earlier := partitionOn(m, BlobStore{Bucket: bucket, Prefix: "log/test/0/"})
	earlier.Grace = 5 * time.Second
	foldTo := func(end int64) {
		ctx, cancel := context.WithCancel(t.Context())
		p := earlier
		p.Done = func(next int64) {
			if next == end {
				cancel()
			}
		}
		if err := Run(ctx, p); err != nil {
			t.Fatal(err)
		}
	}
	foldTo(100)
	m.log = all
	later := partitionOn(m, earlier.Store)
	later.Out = handedOver{m, func() { foldTo(200) }}
	core, err := Recover(t.Context(), later)
	if err != nil {
		t.Fatal(err)
	}
	if core.Next() != 100 {
		t.Errorf("it begins at %d, and has not seen what was published since 100", core.Next())
	}
	again, err := Recover(t.Context(), earlier)
	if err != nil || again.Next() != 200 {
		t.Errorf("%v; whoever comes later begins at %d, want 200", err, again.Next())
	}
}
