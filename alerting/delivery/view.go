package delivery

import (
	"container/list"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"barometer/ingest/kafkalog"
)

// ErrNotFound is a notification that the holder does not have.
var ErrNotFound = errors.New("no such notification")

// ErrPending is a notification that has not ended: it is on its way already.
var ErrPending = errors.New("the notification is still being delivered")

// Kept is how many of the newest notifications a View keeps; recordsEach are a letter and a state, or more of a few.
const (
	Kept        = 10_000
	recordsEach = 2
)

// Reader is what a View needs of *kafkalog.Client.
type Reader interface {
	Append(ctx context.Context, topic string, partition int, records []kafkalog.Record) (kafkalog.Ack, error)
	Partitions(ctx context.Context, topic string) (int, error)
	Offsets(ctx context.Context, topic string, partition int) (kafkalog.Offsets, error)
	Follow(ctx context.Context, topic string, from []int64, each func(partition int, r kafkalog.Record) error) error
}

// Notification is a letter, without its body, and what came of it.
type Notification struct {
	Letter
	State     State
	partition int
	offset    int64
}

// View keeps the newest notifications, as the API and the pages show them, and takes orders to redeliver.
type View struct {
	kafka  Reader
	kept   int
	logger *slog.Logger

	mu    sync.Mutex
	byID  map[string]*list.Element
	order *list.List // of *Notification, the oldest first
}

// NewView makes a view that is empty until Run has read the topic.
func NewView(kafka Reader, logger *slog.Logger) *View {
	return &View{kafka: kafka, kept: Kept, logger: logger, byID: map[string]*list.Element{}, order: list.New()}
}

// Run reads the end of risk.deliveries and follows it until ctx ends.
func (v *View) Run(ctx context.Context) error {
	from, err := v.begin(ctx)
	if err == nil {
		err = v.kafka.Follow(ctx, kafkalog.TopicDeliveries, from, v.see)
	}
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("follow %s: %w", kafkalog.TopicDeliveries, err)
	}
	return nil
}

// begin is where the view begins in each partition: as many records before the end as hold what it keeps.
func (v *View) begin(ctx context.Context) ([]int64, error) {
	n, err := v.kafka.Partitions(ctx, kafkalog.TopicDeliveries)
	if err != nil {
		return nil, err
	}
	from := make([]int64, n)
	for p := range from {
		bounds, err := v.kafka.Offsets(ctx, kafkalog.TopicDeliveries, p)
		if err != nil {
			return nil, err
		}
		from[p] = max(bounds.Start, bounds.End-recordsEach*int64(v.kept))
	}
	return from, nil
}

func (v *View) see(partition int, r kafkalog.Record) error {
	id, suffix := keyOf(r.Key)
	v.mu.Lock()
	defer v.mu.Unlock()
	known := v.byID[id]
	switch {
	case len(r.Value) == 0:
	case suffix == "" && known != nil:
		known.Value.(*Notification).offset = r.Offset // compaction leaves the later copy
	case suffix == "":
		n, err := seen(partition, &r)
		if err != nil {
			v.logger.Warn("record of risk.deliveries skipped", "key", string(r.Key), "error", err)
			return nil
		}
		v.byID[id] = v.order.PushBack(n)
		for v.order.Len() > v.kept {
			oldest := v.order.Front()
			delete(v.byID, oldest.Value.(*Notification).ID)
			v.order.Remove(oldest)
		}
	case suffix == stateSuffix && known != nil:
		var s State
		if json.Unmarshal(r.Value, &s) == nil {
			known.Value.(*Notification).State = s
		}
	case suffix == redeliverSuffix && known != nil:
		n := known.Value.(*Notification)
		n.State.Status, n.State.Reason, n.State.NextAt = Waiting, "", nil
	}
	return nil
}

func seen(partition int, r *kafkalog.Record) (*Notification, error) {
	n := &Notification{partition: partition, offset: r.Offset}
	if err := json.Unmarshal(r.Value, &n.Letter); err != nil {
		return nil, fmt.Errorf("letter: %w", err)
	}
	n.Body = ""
	n.State = State{ID: n.ID, Holder: n.Holder, Status: Waiting}
	return n, nil
}

// List gives the newest notifications of a holder, the newest first, from behind the one with id before (empty: from
// the newest). An empty holder is everybody's: for analysts.
func (v *View) List(holder, before string, limit int) []Notification {
	v.mu.Lock()
	defer v.mu.Unlock()
	e := v.order.Back()
	if at := v.byID[before]; at != nil {
		e = at.Prev()
	}
	var all []Notification
	for ; e != nil && len(all) < limit; e = e.Prev() {
		n := e.Value.(*Notification)
		if holder == "" || n.Holder == holder {
			c := *n
			c.State.Attempts = slices.Clone(n.State.Attempts)
			all = append(all, c)
		}
	}
	return all
}

// Place says where an older notification lies in risk.deliveries, and what became of it, as ClickHouse has it.
type Place struct {
	Holder    string
	Partition int
	Offset    int64 // of its letter
	State     State
}

// Redeliver orders that a letter is sent once more, with its id and its bytes. holder must be the letter's; an empty
// one is anybody's. older says where the letter stands if the view no longer has it, nil if nobody knows. The error
// wraps ErrPending if the letter has not ended, and ErrNotFound if there is none or if it ended longer ago than
// Retained.
func (v *View) Redeliver(ctx context.Context, holder, id string, older *Place) error {
	v.mu.Lock()
	if e := v.byID[id]; e != nil {
		n := e.Value.(*Notification)
		older = &Place{n.Holder, n.partition, n.offset, n.State}
	}
	v.mu.Unlock()
	switch {
	case older == nil || holder != "" && older.Holder != holder || older.State.past(time.Now()):
		return fmt.Errorf("%w: %s", ErrNotFound, id)
	case !older.State.Ended():
		return fmt.Errorf("%w: %s", ErrPending, id)
	}
	order := encode(Order{ID: id, Holder: older.Holder, Offset: older.Offset, At: time.Now().UTC(),
		Attempts: older.State.Attempts})
	record := kafkalog.Record{Key: []byte(id + redeliverSuffix), Value: order}
	if _, err := v.kafka.Append(ctx, kafkalog.TopicDeliveries, older.Partition, []kafkalog.Record{record}); err != nil {
		return fmt.Errorf("order to redeliver %s: %w", id, err)
	}
	return nil
}

// past tells whether a letter ended so long ago that it is not kept.
func (s *State) past(now time.Time) bool {
	return s.Ended() && len(s.Attempts) > 0 && now.Sub(s.Attempts[len(s.Attempts)-1].At) > Retained
}
