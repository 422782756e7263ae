package delivery

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"barometer/alerting/notice"
	"barometer/alerting/subscription"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
	"barometer/processor/runner"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/sourcegraph/conc"
)

// disk is a partition of risk.deliveries that owners die upon, and that is compacted now and then. It holds every
// attempt to what is stored: a letter whose end is stored is not sent again, but by an order.
type disk struct {
	t       *testing.T
	mu      sync.Mutex
	records []kafkalog.Record
	next    int64
	grown   chan struct{}
	reads   int // records given
	ended   map[string]bool
	states  map[string]State
	orders  map[string]bool
	saved   Horizon
}

// owner is what one process sees of it.
type owner struct {
	*disk
	lives int // records that it may still write; then it is dead
	stop  func()
}

var errDead = errors.New("the process is dead")

func (o *owner) Append(_ context.Context, _ string, _ int, records []kafkalog.Record) (kafkalog.Ack, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	base := o.next
	for _, r := range records {
		if o.lives--; o.lives < 0 {
			return kafkalog.Ack{}, errDead
		}
		o.write(r)
	}
	return kafkalog.Ack{Base: base}, nil
}

func (d *disk) write(r kafkalog.Record) {
	r.Offset, r.TimeMs = d.next, time.Now().UnixMilli()
	d.next++
	d.records = append(d.records, r)
	id, suffix := keyOf(r.Key)
	switch {
	case suffix == redeliverSuffix && len(r.Value) > 0:
		d.ended[id], d.orders[id] = false, true
	case suffix == stateSuffix && len(r.Value) > 0:
		var s State
		_ = json.Unmarshal(r.Value, &s)
		d.states[id] = s
		d.ended[id] = d.ended[id] || s.Ended()
	}
	close(d.grown)
	d.grown = make(chan struct{})
}

func (d *disk) Fetch(ctx context.Context, _ string, _ int, offset int64, _ kafkalog.FetchOptions) (kafkalog.Batch,
	error) {
	for {
		d.mu.Lock()
		i, _ := slices.BinarySearchFunc(d.records, offset,
			func(r kafkalog.Record, at int64) int { return int(r.Offset - at) })
		b := kafkalog.Batch{Records: slices.Clone(d.records[i:min(i+7, len(d.records))]), Next: d.next, End: d.next}
		if i+7 < len(d.records) {
			b.Next = d.records[i+7].Offset
		}
		d.reads += len(b.Records)
		grown := d.grown
		d.mu.Unlock()
		if len(b.Records) > 0 || offset < b.End {
			return b, nil
		}
		select {
		case <-grown:
		case <-time.After(12 * time.Hour):
			return b, nil
		case <-ctx.Done():
			return b, ctx.Err()
		}
	}
}

func (d *disk) Offsets(context.Context, string, int) (kafkalog.Offsets, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return kafkalog.Offsets{End: d.next}, nil
}

// compact leaves the last record of each key; tombstones too, or not.
func (d *disk) compact(tombstones bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	last := map[string]int64{}
	for _, r := range d.records {
		last[string(r.Key)] = r.Offset
	}
	d.records = slices.DeleteFunc(d.records, func(r kafkalog.Record) bool {
		return last[string(r.Key)] != r.Offset || tombstones && len(r.Value) == 0
	})
}

func (o *owner) Load(context.Context, int) (Horizon, error) { return o.saved, nil }
func (o *owner) Save(_ context.Context, _ int, h Horizon) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.lives < 0 {
		return errDead
	}
	o.saved = h
	return nil
}

// subscribers has everything subscribed.
type subscribers struct{}

func (subscribers) Get(holder, id string) (subscription.Subscription, error) {
	return subscription.Subscription{Holder: holder, ID: id}, nil
}
func (subscribers) Keys(*subscription.Subscription) ([]string, error)            { return nil, nil }
func (subscribers) Disable(context.Context, string, string, string) error        { return nil }
func (subscribers) Refused(context.Context, string, string, string) error        { return nil }
func (subscribers) Name(context.Context, event.Source) (name string, known bool) { return "", false }

// flaky is a channel to a receiver that often fails.
type flaky struct {
	*disk
	r        *rand.Rand // its own, as it is asked by goroutines
	rendered map[string]int
	got      map[string]int
}

func (f *flaky) Render(n *notice.Notification, _ map[string]string) ([]byte, string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rendered[n.ID]++
	return []byte("body of " + n.ID), "", nil
}

func (f *flaky) Send(_ context.Context, e Envelope) Result {
	time.Sleep(time.Second)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended[e.ID] {
		f.t.Errorf("%s is sent again, and its end is stored", e.ID)
	}
	if string(e.Body) != "body of "+e.ID {
		f.t.Errorf("%s is sent with %q", e.ID, e.Body)
	}
	if f.r.IntN(3) == 0 {
		return Result{Status: 503, Error: "busy"}
	}
	f.got[e.ID]++
	return Result{Status: 200, OK: true}
}

func output(n int) runner.Output {
	v := notice.Notification{ID: fmt.Sprintf("n%04d", n), Holder: "h", Subscription: "s", Channel: notice.Webhook,
		Target: "t", Sequence: uint64(n + 1),
		Changes: []notice.Change{{Kind: decision.ScoreChanged, Buyer: fmt.Sprint("b", n%5)}}}
	return runner.Output{Lane: runner.Decisions, Position: event.Position{Generation: 1, Offset: int64(n)}, Key: v.ID,
		Value: v.Encode(), Chain: uint64(n + 1)}
}

// begin starts an owner that makes letters up to the made-th, after what it finds published.
func (d *disk) begin(channel Channel, made, lives int) *owner {
	o := &owner{disk: d, lives: lives}
	ctx, cancel := context.WithCancel(context.Background())
	s := NewSender(Config{Kafka: o, Subscriptions: subscribers{}, Names: subscribers{},
		Channels: map[notice.Channel]Channel{notice.Webhook: channel}, Metrics: NewMetrics(prometheus.NewRegistry()),
		Logger: slog.New(slog.DiscardHandler), Slots: 4, Horizons: o, HorizonEvery: 30 * time.Minute})
	var work conc.WaitGroup
	work.Go(func() { s.Run(ctx) })
	out := NewOut(s, 0)
	stay, leave := context.WithCancel(ctx)
	published, err := out.Last(stay)
	if err != nil {
		d.t.Fatal(err)
	}
	first := 0
	if published.Any {
		first = int(published.Position.Offset) + 1
		if published.Chain != uint64(first) {
			d.t.Errorf("published is %+v", published)
		}
	}
	for n := first; n < made; n++ {
		if out.Publish(stay, runner.Decisions, []runner.Output{output(n)}) != nil {
			break
		}
		time.Sleep(time.Minute)
	}
	o.stop = func() { leave(); cancel(); work.Wait() }
	return o
}

// TestWhatHasEndedIsNotReadSentOrKeptForEver: through kills (between a letter's tombstone and its state's too),
// compaction, orders to redeliver, a lost horizon and half a year, each letter is rendered once and ends, and what
// ended is not sent again by itself.
func TestWhatHasEndedIsNotReadSentOrKeptForEver(t *testing.T) {
	seeds := uint64(8)
	if testing.Short() {
		seeds = 1
	}
	for seed := range seeds {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 3))
			d := &disk{t: t, grown: make(chan struct{}), ended: map[string]bool{}, states: map[string]State{},
				orders: map[string]bool{}}
			channel := &flaky{disk: d, r: rand.New(rand.NewPCG(seed, 4)), rendered: map[string]int{}, got: map[string]int{}}
			made := 0
			for range 14 {
				made += r.IntN(12)
				lives := r.IntN(60)
				if r.IntN(3) == 0 {
					lives = 100_000
				}
				o := d.begin(channel, made, lives)
				if r.IntN(2) == 0 { // a stale owner stores letters again
					d.mu.Lock()
					for _, again := range slices.Clone(d.records) {
						if _, suffix := keyOf(again.Key); suffix == "" && len(again.Value) > 0 &&
							time.Since(time.UnixMilli(again.TimeMs)) < time.Hour {
							d.write(kafkalog.Record{Key: again.Key, Value: again.Value})
						}
					}
					d.mu.Unlock()
				}
				time.Sleep(time.Duration(r.IntN(100)) * time.Hour)
				if r.IntN(3) == 0 {
					time.Sleep(95 * 24 * time.Hour)
				}
				if made > 0 && r.IntN(2) == 0 {
					id := output(r.IntN(made)).Key
					d.mu.Lock()
					if state := d.states[id]; d.ended[id] && !state.past(time.Now()) {
						offset := slices.IndexFunc(d.records, func(r kafkalog.Record) bool {
							return string(r.Key) == id &&
								len(r.Value) > 0
						})
						if offset >= 0 {
							d.write(kafkalog.Record{Key: []byte(id + redeliverSuffix),
								Value: encode(Order{ID: id, Holder: "h", Offset: d.records[offset].Offset, Attempts: state.Attempts})})
						}
					}
					d.mu.Unlock()
					time.Sleep(time.Duration(r.IntN(3)) * time.Hour)
				}
				o.stop()
				switch r.IntN(6) {
				case 0:
					d.saved = Horizon{}
				case 1, 2:
					d.compact(r.IntN(2) == 0)
				}
			}
			made++
			o := d.begin(channel, made, 100_000)
			time.Sleep(200 * 24 * time.Hour)
			o.stop()
			d.compact(true)
			for n := range made {
				id := output(n).Key
				if state := d.states[id]; channel.rendered[id] < 1 || !state.Ended() || state.Status == Delivered &&
					channel.got[id] == 0 {
					t.Errorf("seed %d: %s is rendered %d times, received %d times, and %+v", seed, id, channel.rendered[id],
						channel.got[id], state)
				}
			}
			d.reads = 0
			d.begin(channel, made, 100_000).stop()
			var kept []string
			for _, r := range d.records {
				kept = append(kept, string(r.Key))
			}
			if newest := output(made - 1).Key; len(kept) > 6 || d.reads > 6 || !slices.Contains(kept, newest) {
				t.Errorf("seed %d: half a year later %v are kept, and a start reads %d records", seed, kept, d.reads)
			}
			if t.Failed() {
				t.FailNow()
			}
		})
	}
}

// TestALetterIsKeptForNinetyDays after its end, and its state with it.
func TestALetterIsKeptForNinetyDays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{t: t, grown: make(chan struct{}), ended: map[string]bool{}, states: map[string]State{},
			orders: map[string]bool{}}
		channel := &flaky{disk: d, r: rand.New(rand.NewPCG(1, 1)), rendered: map[string]int{}, got: map[string]int{}}
		o := d.begin(channel, 2, 1000)
		defer o.stop()
		keys := func() (all []string) {
			d.compact(true)
			d.mu.Lock()
			defer d.mu.Unlock()
			for _, r := range d.records {
				all = append(all, string(r.Key))
			}
			slices.Sort(all)
			return all
		}
		time.Sleep(89 * 24 * time.Hour)
		if got := fmt.Sprint(keys()); got != "[n0000 n0000/state n0001 n0001/state]" {
			t.Errorf("after 89 days %s", got)
		}
		time.Sleep(3 * 24 * time.Hour)
		if got := fmt.Sprint(keys()); got != "[n0001 n0001/state]" {
			t.Errorf("after 92 days %s, and the newest stays", got)
		}
	})
}

// TestAHorizonOfAnotherTopicIsNone: offsets beyond the end, and what cannot be read.
func TestAHorizonOfAnotherTopicIsNone(t *testing.T) {
	for _, h := range []Horizon{{From: 11}, {Swept: 11}, {From: -1}, {From: 3, Published: "x"}, {From: 3, Open: "1-2"},
		{From: 3, Published: "1-0-1-0", Chain: "z"}} {
		if got, known := h.within(0, 10); got != (Horizon{}) || known.Any {
			t.Errorf("%+v is taken as %+v", h, got)
		}
	}
	if got, known := (Horizon{From: 3, Published: "1-0-7-0", Chain: "0000000000000008"}).within(5, 10); got.From != 5 ||
		!known.Any || known.Chain != 8 {
		t.Errorf("%+v, %+v", got, known)
	}
}

// TestACopyBehindTheHorizonIsNotOpen: a stale owner stored a letter again after its end was stored and passed; an open
// one is.
func TestACopyBehindTheHorizonIsNotOpen(t *testing.T) {
	letter := func(offset int64, n int) kafkalog.Record {
		at := event.Position{Generation: 1, Offset: int64(n)}.String()
		r := (&Letter{ID: fmt.Sprint("l", n), Subscription: "s", Position: at, Chain: fmt.Sprintf("%016x", n)}).Record()
		r.Offset = offset
		return r
	}
	records := kept{letter(4, 1), letter(5, 2), letter(6, 3)}
	for open, want := range map[string]string{"": "[l3]", "1-0-2-0": "[l2 l3]"} {
		s, err := Load(t.Context(), records, 0, Horizon{From: 4, Open: open, Published: "1-0-2-0", Chain: "0000000000000002",
			Newest: "l2"})
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, p := range s.Open() {
			ids = append(ids, p.ID)
		}
		if fmt.Sprint(ids) != want || s.Published.Position.Offset != 3 || s.Newest != "l3" {
			t.Errorf("open at %q: %v, newest %s; want %s", open, ids, s.Newest, want)
		}
	}
}
