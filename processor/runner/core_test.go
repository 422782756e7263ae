package runner

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"barometer/ingest/event"

	"github.com/cespare/xxhash/v2"
)

// sumFold emits, for each record, as many decisions as its first byte says, and one relay for every odd record.
type sumFold struct {
	sum, chain uint64
	corrupt    bool
}

func (f *sumFold) LogID() string { return "log" }

func (f *sumFold) Step(offset int64, record []byte, emit func(Output)) error {
	for i := range int(record[0]) {
		f.sum += uint64(offset) + uint64(i)
		value := binary.LittleEndian.AppendUint64(nil, f.sum)
		if f.corrupt {
			value[7] ^= 1
		}
		f.chain = xxhash.Sum64(append(binary.LittleEndian.AppendUint64(nil, f.chain), value...))
		emit(Output{Lane: Decisions, Position: event.Position{Generation: 1, Offset: offset, Seq: uint32(i)}, Value: value,
			Chain: f.chain})
	}
	if offset%2 == 1 {
		emit(Output{Lane: Relays, Position: event.Position{Offset: offset}, Value: []byte{1}})
	}
	return nil
}

func (f *sumFold) Capture() State {
	return &slowState{parts: [][]byte{binary.LittleEndian.AppendUint64(nil, f.sum), binary.LittleEndian.AppendUint64(nil,
		f.chain)}}
}

// slowState is done when asked once more than it has parts.
type slowState struct {
	parts [][]byte
	n     int
}

func (s *slowState) Advance() bool   { s.n++; return s.n > len(s.parts) }
func (s *slowState) Parts() [][]byte { return s.parts }

func (f *sumFold) RestoreState(b []byte) error {
	if len(b) != 16 {
		return fmt.Errorf("state of %d bytes", len(b))
	}
	f.sum, f.chain = binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])
	return nil
}

func someLog(n int, r *rand.Rand) []Record {
	log := make([]Record, n)
	for i := range log {
		log[i] = Record{Offset: int64(i), Value: []byte{byte(r.IntN(4))}}
	}
	return log
}

// TestCrashesLeaveNoGapAndNoDuplicate is invariant I2 on the core: whatever the crashes and snapshots, the output topic
// holds each decision once, in order, and each relay at least once.
func TestCrashesLeaveNoGapAndNoDuplicate(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		log := someLog(60, r)
		var want []Output
		whole := &sumFold{}
		for _, rec := range log {
			_ = whole.Step(rec.Offset, rec.Value, func(o Output) { want = append(want, o) })
		}
		got := runWithCrashes(t, seed, log, r)
		var decisions []Output
		for _, o := range want {
			if o.Lane == Decisions {
				decisions = append(decisions, o)
			}
		}
		if len(got[Decisions]) != len(decisions) {
			t.Fatalf("seed %d: %d decisions published, want %d", seed, len(got[Decisions]), len(decisions))
		}
		for i, o := range got[Decisions] {
			if o.Position != decisions[i].Position || o.Chain != decisions[i].Chain {
				t.Fatalf("seed %d: decision %d is %s, want %s", seed, i, o.Position, decisions[i].Position)
			}
		}
		relayed := map[int64]bool{}
		for _, o := range got[Relays] {
			relayed[o.Position.Offset] = true
		}
		if len(relayed) != len(log)/2 {
			t.Fatalf("seed %d: %d relays published, want %d", seed, len(relayed), len(log)/2)
		}
	}
}

func runWithCrashes(t *testing.T, seed uint64, log []Record, r *rand.Rand) [Lanes][]Output {
	t.Helper()
	var topic [Lanes][]Output
	var saved []byte
	for range 500 {
		var published Published
		if n := len(topic[Decisions]); n > 0 {
			published = Published{true, topic[Decisions][n-1].Position, topic[Decisions][n-1].Chain}
		}
		core, err := NewCore(&sumFold{}, Config{MaxBuffered: 400, MaxRequest: 250}, published)
		if err != nil {
			t.Fatal(err)
		}
		if saved != nil && r.IntN(5) > 0 {
			if err := core.Recover(saved, "sum/1", "log", int64(len(log))); err != nil {
				t.Fatal(err)
			}
		}
		for range 1 + r.IntN(60) {
			switch lane := Lane(r.IntN(int(Lanes))); r.IntN(4) {
			case 0, 1:
				if int(core.Next()) < len(log) && core.Room() {
					rest := log[core.Next():]
					if _, err := core.Feed(rest[:1+r.IntN(min(len(rest), 5))], func() error { return nil }); err != nil {
						t.Fatalf("seed %d: %v", seed, err)
					}
				}
			case 2:
				if req := core.Request(lane); req != nil {
					topic[lane] = append(topic[lane], req...)
					if r.IntN(8) > 0 { // else: written, but the answer is lost in a crash
						core.Acked(lane)
					}
				}
			case 3:
				if r.IntN(5) == 0 {
					core.Capture("sum/1")
				} else if s := core.Snapshot(); s != nil {
					saved = slices.Concat(s.Parts()...)
				} else {
					core.Advance()
				}
			}
		}
		if int(core.Next()) == len(log) && core.Settled() {
			return topic
		}
	}
	t.Fatalf("seed %d: never finished", seed)
	return topic
}

func TestDivergenceStopsBeforeItPublishes(t *testing.T) {
	log := someLog(20, rand.New(rand.NewPCG(7, 7)))
	var last Output
	f := &sumFold{}
	for _, rec := range log {
		_ = f.Step(rec.Offset, rec.Value, func(o Output) {
			if o.Lane == Decisions {
				last = o
			}
		})
	}
	core, _ := NewCore(&sumFold{corrupt: true}, DefaultConfig(), Published{true, last.Position, last.Chain})
	if _, err := core.Feed(log, nil); !errors.Is(err, ErrDiverged) {
		t.Fatalf("error %v, want ErrDiverged", err)
	}
	if core.Request(Decisions) != nil {
		t.Fatal("a diverged owner publishes")
	}
}

func TestGapStops(t *testing.T) {
	core, _ := NewCore(&sumFold{}, DefaultConfig(), Published{})
	if _, err := core.Feed([]Record{{Offset: 0, Value: []byte{1}}, {Offset: 2, Value: []byte{1}}}, nil); !errors.Is(err,
		ErrGap) {
		t.Fatalf("error %v, want ErrGap", err)
	}
}

func TestBadSnapshotsAreRefused(t *testing.T) {
	core, _ := NewCore(&sumFold{}, DefaultConfig(), Published{})
	if _, err := core.Feed(someLog(9, rand.New(rand.NewPCG(1, 2))), nil); err != nil {
		t.Fatal(err)
	}
	for lane := range Lanes {
		for core.Request(lane) != nil {
			core.Acked(lane)
		}
	}
	core.Capture("sum/1")
	for core.Advance() {
		if core.Snapshot() != nil {
			t.Fatal("a snapshot is given before it is encoded")
		}
	}
	good := slices.Concat(core.Snapshot().Parts()...)
	fresh := func() *Core { c, _ := NewCore(&sumFold{}, DefaultConfig(), Published{}); return c }
	if err := fresh().Recover(good, "sum/1", "log", 9); err != nil {
		t.Fatal(err)
	}
	for i := range good {
		bad := append([]byte(nil), good...)
		bad[i] ^= 0x10
		if err := fresh().Recover(bad, "sum/1", "log", 9); !errors.Is(err, ErrSnapshot) {
			t.Fatalf("byte %d flipped: error %v, want ErrSnapshot", i, err)
		}
		if err := fresh().Recover(good[:i], "sum/1", "log", 9); !errors.Is(err, ErrSnapshot) {
			t.Fatalf("truncated to %d: error %v, want ErrSnapshot", i, err)
		}
	}
	for name, err := range map[string]error{
		"of another fold":  fresh().Recover(good, "sum/2", "log", 9),
		"of another log":   fresh().Recover(good, "sum/1", "other", 9),
		"ahead of the log": fresh().Recover(good, "sum/1", "log", 8),
	} {
		if !errors.Is(err, ErrSnapshot) {
			t.Fatalf("snapshot %s: error %v, want ErrSnapshot", name, err)
		}
	}
}

func TestStepLargerThanTheBufferIsDrainedWhileItRuns(t *testing.T) {
	core, _ := NewCore(&sumFold{}, Config{MaxBuffered: 500, MaxRequest: 300}, Published{})
	high, sent := 0, 0
	drain := func() error {
		high = max(high, core.buffered)
		for !core.Room() {
			for lane := range Lanes {
				if req := core.Request(lane); req != nil {
					sent += len(req)
					core.Acked(lane)
				}
			}
		}
		return nil
	}
	if _, err := core.Feed([]Record{{Offset: 0, Value: []byte{200}}}, drain); err != nil {
		t.Fatal(err)
	}
	if sent == 0 || high > 1200 {
		t.Fatalf("sent %d while stepping, at most %d bytes buffered", sent, high)
	}
}

// panicky is a fold that panics on one record.
type panicky struct {
	sumFold
	at int64
}

func (f *panicky) Step(offset int64, record []byte, emit func(Output)) error {
	err := f.sumFold.Step(offset, record, emit)
	if offset == f.at {
		panic("a bug")
	}
	return err
}

// TestAFoldThatPanicsStopsItsPartition, and nothing of the record goes out.
func TestAFoldThatPanicsStopsItsPartition(t *testing.T) {
	core, err := NewCore(&panicky{at: 2}, DefaultConfig(), Published{})
	if err != nil {
		t.Fatal(err)
	}
	log := []Record{{0, []byte{1}}, {1, []byte{1}}, {2, []byte{3}}, {3, []byte{1}}}
	if _, err := core.Feed(log, func() error { return nil }); !errors.Is(err, ErrPanicked) ||
		!strings.Contains(err.Error(), "record 2: a bug") {
		t.Fatalf("it ends with %v", err)
	}
	if out := core.Request(Decisions); len(out) != 2 || out[0].Position.Offset != 0 || out[1].Position.Offset != 1 {
		t.Errorf("%d decisions go out, want those of the two records before", len(out))
	}
	core.Acked(Decisions)
	if core.Request(Decisions) != nil {
		t.Error("more goes out")
	}
	if core.Room() {
		t.Error("it takes more records")
	}
	core.Capture("v")
	core.Advance()
	if core.Snapshot() != nil {
		t.Error("a snapshot is taken in the middle of a record")
	}
}
