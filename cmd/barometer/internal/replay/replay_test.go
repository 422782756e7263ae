package replay

import (
	"bytes"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"barometer/cmd/barometer/internal/refold"
	"barometer/cmd/barometer/internal/refold/refoldtest"
	"barometer/configs"
	"barometer/ingest/event"
)

// TestAReplayShowsWhatAnotherModelDoes: the same model does nothing, a harsher one only harm, and a stretch is as long
// as it says.
func TestAReplayShowsWhatAnotherModelDoes(t *testing.T) {
	log, err := refold.Open(t.Context(), refoldtest.New(t, 3000))
	if err != nil {
		t.Fatal(err)
	}
	_, same := configs.BuiltinModel()
	harsher := bytes.Replace(bytes.Replace(same, []byte("version: barometer-1"), []byte("version: harsher"), 1),
		[]byte("base: -4060"), []byte("base: -3000"), 1)
	replayed := func(version string, content []byte, to event.Day) *Report {
		t.Helper()
		var told atomic.Int64
		r, err := Run(t.Context(), Config{Log: log, Parallel: 2, Version: version, Model: content, To: to,
			Progress: func(done, of int64) { told.Store(of) }})
		if err != nil || to == 0 && told.Load() != 6000 {
			t.Fatalf("%v; of %d records it is told", err, told.Load())
		}
		return r
	}
	whole := replayed("barometer-1", same, 0)
	if whole.Buyers == 0 || whole.Records < 5000 || whole.Better+whole.Worse != 0 || whole.Raised+whole.Lowered != 0 ||
		len(whole.Differences) != 0 || whole.Moves[0] != whole.Moves[1] {
		t.Errorf("under the same model: %+v", whole)
	}
	worse := replayed("harsher", harsher, 0)
	if worse.Better != 0 || worse.Worse == 0 || worse.Raised > worse.Lowered || len(worse.Differences) == 0 {
		t.Errorf("under a harsher model: %+v", worse)
	}
	last, err := time.Parse(time.DateOnly, whole.To)
	if err != nil {
		t.Fatal(err)
	}
	to := event.DayOf(last.UnixMilli())
	if short := replayed("harsher", harsher, to-1); short.Records >= whole.Records {
		t.Errorf("up to the day before: %+v", short)
	}
	if again := replayed("harsher", harsher, to); again.Records != whole.Records || again.Worse != worse.Worse {
		t.Errorf("up to the last day: %+v", again)
	}
	var text strings.Builder
	if err := worse.WriteText(&text); err != nil || !strings.Contains(text.String(), worse.Differences[0].Buyer) {
		t.Errorf("%v: it says\n%s", err, text.String())
	}
}
