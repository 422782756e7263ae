package group

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"barometer/alerting/notice"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/runner"
)

var rewrite = flag.Bool("rewrite", false, "rewrite the golden transcripts in testdata")

var config = Config{LogID: "0123456789abcdef", Generation: 1, Partition: 3}

func subscribed(offset int64, holder, id string, minimum notice.Severity, ended bool,
	kinds ...decision.Kind) *notice.Item {
	return &notice.Item{Source: event.Source{Topic: event.TopicSubscriptions, Incarnation: 1, Offset: offset},
		What: notice.Subscribed, Holder: holder,
		Subscription: notice.Subscription{ID: id, Channel: notice.Webhook, Target: "https://" + id + ".example", Kinds: kinds,
			MinimumSeverity: minimum,
			Language:        "en", Ended: ended}}
}

func changed(partition uint32, offset int64, holder string, changes ...notice.Change) *notice.Item {
	return &notice.Item{Source: event.Source{Topic: event.TopicDecisions, Incarnation: 1, Partition: partition,
		Offset: offset}, What: notice.Changes, Holder: holder, AtMs: 1_700_000_000_000 + offset, Changes: changes}
}

func grade(buyer string, from, to uint32, severity notice.Severity) notice.Change {
	return notice.Change{Kind: decision.ScoreChanged, Severity: severity, Buyer: buyer, Score: notice.Score{Grade: to,
		Previous: from}}
}

func cancelled(buyer string) notice.Change {
	return notice.Change{Kind: decision.LimitDecided, Severity: notice.Critical, Buyer: buyer,
		Limit: notice.Limit{Policy: "p1", Code: decision.Cancelled, From: 100, Currency: "EUR"}}
}

// script is what the transcript shows: two subscriptions with different wishes, repetitions, and an end.
func script() []*notice.Item {
	return []*notice.Item{
		changed(0, 1, "h1", grade("b1", 4, 6, notice.Warning)), // nobody has subscribed
		subscribed(0, "h1", "all", notice.Info, false, decision.ScoreChanged, decision.LimitDecided),
		subscribed(1, "h1", "limits", notice.Critical, false, decision.LimitDecided),
		changed(0, 2, "h1", grade("b1", 6, 10, notice.Critical), cancelled("b1")),
		changed(0, 2, "h1", grade("b1", 6, 10, notice.Critical), cancelled("b1")), // appended twice
		changed(1, 1, "h1", grade("b2", 5, 4, notice.Info)),                       // of another partition: not a repetition
		changed(0, 3, "h2", cancelled("b1")),                                      // another holder
		{Source: event.Source{Topic: event.TopicDecisions, Incarnation: 1, Offset: 4}, What: notice.Progress, Next: 4},
		subscribed(2, "h1", "all", notice.Warning, false, decision.ScoreChanged, decision.LimitDecided),
		changed(0, 5, "h1", grade("b2", 4, 3, notice.Info)), // below what is wanted now
		changed(0, 6, "h1", cancelled("b2")),
		subscribed(3, "h1", "limits", notice.Critical, true),
		changed(0, 7, "h1", cancelled("b3")),
	}
}

func fold(t *testing.T, f *Fold, from int, items []*notice.Item) []runner.Output {
	t.Helper()
	var all []runner.Output
	for i, item := range items {
		if err := f.Step(int64(from+i), item.Encode(), func(o runner.Output) { all = append(all, o) }); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestTranscript(t *testing.T) {
	var b strings.Builder
	f := NewFold(config)
	for i, item := range script() {
		fmt.Fprintf(&b, "%d %s %s\n", i, item.Source, describe(item))
		for _, o := range fold(t, f, i, []*notice.Item{item}) {
			n, err := notice.DecodeNotification(o.Value)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "  %s %s #%d to %s:", o.Position, n.ID, n.Sequence, n.Subscription)
			for j := range n.Changes {
				fmt.Fprintf(&b, " %s of %s", n.Changes[j].Kind, n.Changes[j].Buyer)
			}
			fmt.Fprintf(&b, " chain %016x\n", o.Chain)
		}
	}
	path := filepath.Join("testdata", "transcript.txt")
	if *rewrite {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(path); err != nil || string(want) != b.String() {
		t.Errorf("transcript differs (%v); it is now:\n%s", err, b.String())
	}
}

func describe(i *notice.Item) string {
	switch i.What {
	case notice.Subscribed:
		return fmt.Sprintf("subscription %s of %s, from %s on, ended %v", i.Subscription.ID, i.Holder,
			i.Subscription.MinimumSeverity, i.Subscription.Ended)
	case notice.Progress:
		return fmt.Sprintf("progress to %d", i.Next)
	default:
		return fmt.Sprintf("%d changes for %s", len(i.Changes), i.Holder)
	}
}

// TestReplayIdentity folds random items with snapshots anywhere: outputs and states are the same to the byte (I1).
func TestReplayIdentity(t *testing.T) {
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 3))
		items := randomItems(r, 80)
		whole := NewFold(config)
		want := fold(t, whole, 0, items)
		var got []runner.Output
		f := NewFold(config)
		for at := 0; at < len(items); {
			n := 1 + r.IntN(len(items)-at)
			got = append(got, fold(t, f, at, items[at:at+n])...)
			at += n
			state := encoded(f.Capture())
			f = NewFold(config)
			if err := f.RestoreState(state); err != nil {
				t.Fatal(err)
			}
		}
		if len(got) != len(want) {
			t.Fatalf("seed %d: %d notifications, want %d", seed, len(got), len(want))
		}
		for i := range got {
			if got[i].Key != want[i].Key || got[i].Position != want[i].Position || got[i].Chain != want[i].Chain ||
				!bytes.Equal(got[i].Value, want[i].Value) {
				t.Fatalf("seed %d: notification %d is %+v, want %+v", seed, i, got[i], want[i])
			}
		}
		if !bytes.Equal(encoded(f.Capture()), encoded(whole.Capture())) {
			t.Fatalf("seed %d: states differ", seed)
		}
	}
}

// encoded is the whole of a state.
func encoded(s runner.State) []byte {
	for !s.Advance() {
	}
	return slices.Concat(s.Parts()...)
}

// TestASnapshotIsOfTheStateWhereItBegan, whatever is folded before it is encoded.
func TestASnapshotIsOfTheStateWhereItBegan(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 4))
		items := randomItems(r, 80)
		f := NewFold(config)
		fold(t, f, 0, items[:40])
		want := encoded(f.Capture())
		going := f.Capture()
		fold(t, f, 40, items[40:])
		again := NewFold(config)
		if err := again.RestoreState(encoded(going)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(encoded(again.Capture()), want) {
			t.Fatalf("seed %d: the snapshot is not of the state where it began", seed)
		}
		if bytes.Equal(encoded(f.Capture()), want) {
			t.Fatalf("seed %d: the items changed nothing", seed)
		}
	}
}

func randomItems(r *rand.Rand, n int) []*notice.Item {
	var items []*notice.Item
	var next [2]int64
	for range n {
		holder := fmt.Sprint("h", r.IntN(3))
		switch r.IntN(5) {
		case 0:
			items = append(items, subscribed(next[0], holder, fmt.Sprint("s", r.IntN(4)), notice.Info, r.IntN(4) == 0,
				notice.Told...))
			next[0]++
		case 1:
			if len(items) > 0 {
				items = append(items, items[r.IntN(len(items))]) // a repetition
			}
		default:
			items = append(items, changed(0, next[1], holder, grade("b1", 4, 6, notice.Warning), cancelled("b2")))
			next[1]++
		}
	}
	return items
}

func FuzzDecodeItem(f *testing.F) {
	for _, item := range script() {
		f.Add(item.Encode())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		item, err := notice.DecodeItem(b)
		if err != nil {
			return
		}
		again, err := notice.DecodeItem(item.Encode())
		if err != nil || !bytes.Equal(again.Encode(), item.Encode()) {
			t.Fatalf("item %+v does not survive its encoding: %v", item, err)
		}
	})
}
