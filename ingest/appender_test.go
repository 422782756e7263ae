package ingest

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"

	"barometer/ingest/kafkalog"
)

// world is what is outside an appender: source partitions, committed offsets, topics, and requests that are still on
// their way although nobody waits for them any more.
type world struct {
	t         *testing.T
	seed      uint64
	r         *rand.Rand
	cfg       AppenderConfig
	sources   [][]Item
	ends      []int64
	committed []int64
	topics    [Targets][][]kafkalog.Record
	words     map[string]bool
	dead      map[string]bool
	limbo     []request
}

type request struct {
	lane    Lane
	records []kafkalog.Record
}

// mark encodes which source record a log record was made from, and the words that it needs.
func mark(source int, offset int64, words bool) []byte {
	b := binary.BigEndian.AppendUint16(nil, uint16(source))
	b = binary.BigEndian.AppendUint64(b, uint64(offset))
	if words {
		b = append(b, 'w')
	}
	return b
}

func parseMark(b []byte) (source int, offset int64, words bool) {
	return int(binary.BigEndian.Uint16(b)), int64(binary.BigEndian.Uint64(b[2:])), len(b) > 10
}

func name(source int, offset int64) []byte { return fmt.Appendf(nil, "%d/%d", source, offset) }

func newWorld(t *testing.T, seed uint64) *world {
	w := &world{t: t, seed: seed, r: rand.New(rand.NewPCG(seed, 7)), words: map[string]bool{}, dead: map[string]bool{}}
	w.cfg = AppenderConfig{Sources: 1 + w.r.IntN(4), Partitions: [Targets]int{1 + w.r.IntN(4), 1 + w.r.IntN(2), 1},
		MaxBuffered: 4000, MaxRequest: 700}
	for target, n := range w.cfg.Partitions {
		w.topics[target] = make([][]kafkalog.Record, n)
	}
	for source := range w.cfg.Sources {
		var items []Item
		offset := int64(0)
		for range w.r.IntN(60) {
			offset += int64(w.r.IntN(3)) // holes: markers, aborted records
			items = append(items, w.item(source, offset))
			offset++
		}
		w.sources = append(w.sources, items)
		w.ends = append(w.ends, offset)
		w.committed = append(w.committed, 0)
	}
	return w
}

func (w *world) item(source int, offset int64) Item {
	words := w.r.IntN(4) == 0
	it := Item{Offset: offset, To: w.r.IntN(w.cfg.Partitions[ToLog]), Value: mark(source, offset, words)}
	switch w.r.IntN(6) {
	case 0:
		return Item{Offset: offset, Dead: &kafkalog.Record{Key: name(source, offset)}}
	case 1:
		it.Home, it.To, it.Copy = it.To, Everywhere, it.Value
	}
	if words {
		it.Words = &kafkalog.Record{Key: name(source, offset), Value: []byte("words")}
		it.WordsTo = w.r.IntN(w.cfg.Partitions[ToTexts])
	}
	return it
}

// apply is the broker storing a request.
func (w *world) apply(r request) {
	for _, record := range r.records {
		switch r.lane.Target {
		case ToTexts:
			w.words[string(record.Key)] = true
		case ToDeadLetter:
			w.dead[string(record.Key)] = true
		case ToLog:
			if source, offset, needs := parseMark(record.Value); needs && !w.words[string(name(source, offset))] {
				w.t.Fatalf("seed %d: record %d/%d is in the log before its words", w.seed, source, offset)
			}
		}
		w.topics[r.lane.Target][r.lane.Partition] = append(w.topics[r.lane.Target][r.lane.Partition], record)
	}
}

// commit is the group storing an offset: everything below it must be where it belongs.
func (w *world) commit(source int, offset int64) {
	w.committed[source] = offset
	for _, it := range w.sources[source] {
		if it.Offset >= offset {
			break
		}
		key := string(name(source, it.Offset))
		if it.Dead != nil {
			if !w.dead[key] {
				w.t.Fatalf("seed %d: %s is committed and in no topic", w.seed, key)
			}
			continue
		}
		for p := range w.topics[ToLog] {
			if (it.To == p || it.To == Everywhere) && !w.stored(p, source, it.Offset) {
				w.t.Fatalf("seed %d: %s is committed and not in log partition %d", w.seed, key, p)
			}
		}
	}
}

func (w *world) stored(p, source int, offset int64) bool {
	for _, r := range w.topics[ToLog][p] {
		if s, o, _ := parseMark(r.Value); s == source && o == offset {
			return true
		}
	}
	return false
}

// life runs one appender from the committed offsets until it has nothing left to do or crashes, and tells which.
func (w *world) life(steps int) (done bool) {
	a, err := NewAppender(w.cfg, w.committed)
	if err != nil {
		w.t.Fatal(err)
	}
	position := append([]int64(nil), w.committed...)
	flying := map[Lane]request{}
	for range steps {
		w.step(a, position, flying)
		if a.Buffered() > w.cfg.MaxBuffered+4000 {
			w.t.Fatalf("seed %d: %d bytes buffered", w.seed, a.Buffered())
		}
		if w.finished(a, position) {
			if a.Buffered() != 0 {
				w.t.Fatalf("seed %d: settled with %d bytes buffered", w.seed, a.Buffered())
			}
			return true
		}
	}
	for _, r := range flying {
		w.limbo = append(w.limbo, r) // sent, and nobody waits for the answer
	}
	return false
}

func (w *world) finished(a *Appender, position []int64) bool {
	for source := range position {
		if position[source] != w.ends[source] || w.committed[source] != w.ends[source] {
			return false
		}
	}
	return a.Settled()
}

func (w *world) step(a *Appender, position []int64, flying map[Lane]request) {
	source := w.r.IntN(w.cfg.Sources)
	lane := w.anyLane()
	switch w.r.IntN(6) {
	case 0:
		if a.Room() {
			position[source] = w.feed(a, source, position[source])
		}
	case 1:
		if records := a.Request(lane); records != nil {
			if before, again := flying[lane]; again && !same(before.records, records) {
				w.t.Fatalf("seed %d: another request where the last one has no answer", w.seed)
			}
			flying[lane] = request{lane, records}
		}
	case 2: // a clear answer
		if r, ok := flying[lane]; ok && !a.lane(lane).failed {
			w.apply(r)
			delete(flying, lane)
			a.Acked(lane)
		}
	case 3: // no answer: stored, on its way, or lost
		if r, ok := flying[lane]; ok && !a.lane(lane).failed {
			switch w.r.IntN(3) {
			case 0:
				w.apply(r)
			case 1:
				w.limbo = append(w.limbo, r)
			}
			a.Failed(lane)
		}
	case 4:
		if n := len(w.limbo); n > 0 {
			i := w.r.IntN(n)
			w.apply(w.limbo[i])
			w.limbo = append(w.limbo[:i], w.limbo[i+1:]...)
		}
	case 5:
		if offset, moved := a.Committable(source); moved {
			w.commit(source, offset)
		}
	}
}

func same(a, b []kafkalog.Record) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if string(a[i].Key) != string(b[i].Key) || string(a[i].Value) != string(b[i].Value) {
			return false
		}
	}
	return true
}

func (w *world) anyLane() Lane {
	target := Target(w.r.IntN(int(Targets)))
	return Lane{target, w.r.IntN(w.cfg.Partitions[target])}
}

func (w *world) feed(a *Appender, source int, from int64) int64 {
	next := min(from+int64(w.r.IntN(12)), w.ends[source])
	b := Batch{Next: next}
	for _, it := range w.sources[source] {
		if it.Offset >= from && it.Offset < next {
			b.Items = append(b.Items, it)
		}
	}
	a.Add(source, b)
	return next
}

// folded is a log partition as its fold sees it: what is not above the mark of its source is skipped.
func (w *world) folded(p int) [][]int64 {
	out := make([][]int64, w.cfg.Sources)
	for _, r := range w.topics[ToLog][p] {
		source, offset, _ := parseMark(r.Value)
		if n := len(out[source]); n > 0 && offset <= out[source][n-1] {
			continue
		}
		out[source] = append(out[source], offset)
	}
	return out
}

// TestCrashesKeepTheLogExact: whatever crashes, is lost or comes late, the fold sees each source record exactly once
// and in order in each log partition that it belongs to; words stand before their records; no committed offset passes a
// record that is not stored.
func TestCrashesKeepTheLogExact(t *testing.T) {
	for seed := range uint64(400) {
		w := newWorld(t, seed)
		for !w.life(100 + w.r.IntN(1500)) {
		}
		for p := range w.cfg.Partitions[ToLog] {
			got := w.folded(p)
			for source, items := range w.sources {
				var want []int64
				for _, it := range items {
					if it.Dead == nil && (it.To == p || it.To == Everywhere) {
						want = append(want, it.Offset)
					}
				}
				if fmt.Sprint(got[source]) != fmt.Sprint(want) {
					t.Fatalf("seed %d: log partition %d, source %d: %v, want %v", seed, p, source, got[source], want)
				}
			}
		}
	}
}

// TestWordsHoldTheirSourceAlone: a record that waits for its words holds later ones of its source in that partition,
// and nobody else.
func TestWordsHoldTheirSourceAlone(t *testing.T) {
	a, err := NewAppender(AppenderConfig{Sources: 2, Partitions: [Targets]int{2, 1, 1}, MaxBuffered: 10_000,
		MaxRequest: 5000}, []int64{0, 0})
	if err != nil {
		t.Fatal(err)
	}
	a.Add(0, Batch{Next: 3, Items: []Item{
		{Offset: 0, To: 0, Value: []byte("a0"), Words: &kafkalog.Record{Key: []byte("a0")}},
		{Offset: 1, To: 0, Value: []byte("a1")},
		{Offset: 2, To: 1, Value: []byte("a2")}}})
	a.Add(1, Batch{Next: 1, Items: []Item{{Offset: 0, To: 0, Value: []byte("b0")}}})

	if got := values(a.Request(Lane{ToLog, 0})); got != "b0" {
		t.Errorf("sent to partition 0 before the words: %q, want b0", got)
	}
	if got := values(a.Request(Lane{ToLog, 1})); got != "a2" {
		t.Errorf("sent to partition 1: %q, want a2", got)
	}
	a.Acked(Lane{ToLog, 0})
	a.Acked(Lane{ToLog, 1})
	if offset, moved := a.Committable(0); moved {
		t.Errorf("source 0 may be committed at %d before its words", offset)
	}
	a.Request(Lane{ToTexts, 0})
	a.Acked(Lane{ToTexts, 0})
	if got := values(a.Request(Lane{ToLog, 0})); got != "a0 a1" {
		t.Errorf("sent to partition 0 after the words: %q, want a0 a1", got)
	}
	a.Acked(Lane{ToLog, 0})
	if offset, _ := a.Committable(0); offset != 3 || !a.Settled() {
		t.Errorf("committable at %d, settled %v; want 3, true", offset, a.Settled())
	}
}

func TestRequestsKeepTheirBound(t *testing.T) {
	a, err := NewAppender(AppenderConfig{Sources: 1, Partitions: [Targets]int{1, 1, 1}, MaxBuffered: 3000,
		MaxRequest: 1000}, []int64{0})
	if err != nil {
		t.Fatal(err)
	}
	var items []Item
	for i := range int64(10) {
		items = append(items, Item{Offset: i, Value: make([]byte, 200)})
	}
	items = append(items, Item{Offset: 10, Value: make([]byte, 2000)})
	a.Add(0, Batch{Items: items, Next: 11})
	if a.Room() {
		t.Error("room beyond max_buffered")
	}
	var sizes []int
	for !a.Settled() {
		sizes = append(sizes, len(a.Request(Lane{ToLog, 0})))
		a.Acked(Lane{ToLog, 0})
	}
	if fmt.Sprint(sizes) != "[3 3 3 1 1]" {
		t.Errorf("requests of %v records, want [3 3 3 1 1]", sizes)
	}
}

func values(records []kafkalog.Record) string {
	s := ""
	for i, r := range records {
		if i > 0 {
			s += " "
		}
		s += string(r.Value)
	}
	return s
}
