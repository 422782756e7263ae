package delivery

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/internal/retry"
	"barometer/processor/runner"
)

const (
	fetchBytes = 1 << 20
	fetchWait  = 5 * time.Second
)

// fetch reads from an offset on, or from where the partition begins.
func fetch(ctx context.Context, kafka Kafka, partition int, offset int64) (kafkalog.Batch, error) {
	b, err := retry.Request(ctx, func() (kafkalog.Batch, error) {
		b, err := kafka.Fetch(ctx, kafkalog.TopicDeliveries, partition, offset, kafkalog.FetchOptions{MaxBytes: fetchBytes,
			MaxWait: fetchWait})
		var outside *kafkalog.RangeError
		if errors.As(err, &outside) {
			if offset >= outside.Start {
				return b, retry.Permanent(err)
			}
			offset = outside.Start
		}
		return b, err
	})
	if err != nil {
		return b, fmt.Errorf("fetch %s/%d at %d: %w", kafkalog.TopicDeliveries, partition, offset, err)
	}
	return b, nil
}

// readTo reads a partition from an offset to an end.
func readTo(ctx context.Context, kafka Kafka, partition int, from, end int64,
	each func(r *kafkalog.Record) (more bool)) error {
	for from < end {
		b, err := fetch(ctx, kafka, partition, from)
		if err != nil {
			return err
		}
		for i := range b.Records {
			if b.Records[i].Offset >= end || !each(&b.Records[i]) {
				return nil
			}
		}
		from = b.Next
	}
	return nil
}

// findLetter reads a letter again. A stale owner may have stored it once more, and compaction then leaves the later
// one.
func findLetter(ctx context.Context, kafka Kafka, partition int, offset int64, id string) (*Letter, error) {
	bounds, err := kafka.Offsets(ctx, kafkalog.TopicDeliveries, partition)
	if err != nil {
		return nil, fmt.Errorf("read letter %s: %w", id, err)
	}
	var found *Letter
	err = readTo(ctx, kafka, partition, max(offset, bounds.Start), bounds.End, func(r *kafkalog.Record) bool {
		if string(r.Key) != id || len(r.Value) == 0 {
			return true
		}
		found = new(Letter)
		if json.Unmarshal(r.Value, found) != nil {
			found = nil
		}
		return false
	})
	if err == nil && found == nil {
		err = errors.New("it is not in risk.deliveries any more")
	}
	if err != nil {
		return nil, fmt.Errorf("read letter %s: %w", id, err)
	}
	return found, nil
}

// Stored is what a partition of risk.deliveries says of the past.
type Stored struct {
	Published runner.Published // the newest letter
	Newest    string           // its id; empty: it lies below what was read
	Next      int64            // offset after the end
	Horizon   Horizon          // that was read from
	bounds    kafkalog.Offsets
	ended     runner.Published // what Horizon knows as published
	open      map[string]*Pending
	// letters seen, or known to have ended: a stale owner may have stored one again, and compaction then leaves the later
	// one
	known map[string]bool
}

// Load reads a partition to the end that it has now, from where a horizon allows.
func Load(ctx context.Context, kafka Kafka, partition int, h Horizon) (*Stored, error) {
	bounds, err := retry.Request(ctx, func() (kafkalog.Offsets, error) {
		return kafka.Offsets(ctx, kafkalog.TopicDeliveries, partition)
	})
	if err != nil {
		return nil, fmt.Errorf("offsets of %s/%d: %w", kafkalog.TopicDeliveries, partition, err)
	}
	s := &Stored{open: map[string]*Pending{}, known: map[string]bool{}, Next: bounds.End, bounds: bounds}
	s.Horizon, s.ended = h.within(bounds.Start, bounds.End)
	s.Published, s.Newest = s.ended, s.Horizon.Newest
	var bad error
	err = readTo(ctx, kafka, partition, max(s.Horizon.From, bounds.Start), bounds.End, func(r *kafkalog.Record) bool {
		bad = s.take(ctx, kafka, partition, r)
		return bad == nil
	})
	return s, errors.Join(err, bad)
}

// unreadable is a record that is not of ours, or damaged: reading it again is of no use.
type unreadable struct{ error }

func (u *unreadable) Unwrap() error { return u.error }

// Final is of owner.Final.
func (u *unreadable) Final() bool { return true }

func (s *Stored) take(ctx context.Context, kafka Kafka, partition int, r *kafkalog.Record) error {
	id, suffix := keyOf(r.Key)
	if len(r.Value) == 0 {
		if suffix == "" { // its state may have gone before it
			delete(s.open, id)
			s.known[id] = true
		}
		return nil
	}
	switch suffix {
	case "":
		var l Letter
		if err := json.Unmarshal(r.Value, &l); err != nil {
			return &unreadable{fmt.Errorf("letter at %s/%d offset %d: %w", kafkalog.TopicDeliveries, partition, r.Offset, err)}
		}
		position, chain, err := l.place()
		if err != nil {
			return &unreadable{fmt.Errorf("letter at %s/%d offset %d: %w", kafkalog.TopicDeliveries, partition, r.Offset, err)}
		}
		if !s.Published.Any || position.Compare(s.Published.Position) > 0 {
			s.Published, s.Newest = runner.Published{Any: true, Position: position, Chain: chain}, id
		}
		if !s.known[id] {
			s.known[id] = true
			if !s.Horizon.ended(position, s.ended) {
				s.open[id] = l.Pending(partition, r.Offset)
			}
		}
	case stateSuffix:
		var state State
		if err := json.Unmarshal(r.Value, &state); err != nil {
			return &unreadable{fmt.Errorf("state of letter %s at %s/%d offset %d: %w", id, kafkalog.TopicDeliveries, partition,
				r.Offset, err)}
		}
		return s.state(ctx, kafka, partition, r.Offset, id, &state)
	case redeliverSuffix:
		p, _, err := ordered(ctx, kafka, partition, r)
		if err != nil {
			return err
		}
		if p != nil {
			s.open[id] = p
		}
	}
	return nil
}

// state takes the state of a letter; the last one counts. One that goes on after it had ended was stored by another
// owner.
func (s *Stored) state(ctx context.Context, kafka Kafka, partition int, offset int64, id string, state *State) error {
	p := s.open[id]
	switch {
	case state.Ended():
		delete(s.open, id)
		s.known[id] = true
		return nil
	case p == nil && !s.known[id] && s.Horizon.From <= s.bounds.Start:
		return nil // its letter comes later, and it begins anew
	case p == nil:
		l, err := findLetter(ctx, kafka, partition, 0, id)
		if err != nil {
			return ctx.Err() // without its letter nothing can be sent
		}
		p = l.Pending(partition, 0)
		p.Since, p.Again, s.known[id] = offset, true, true
		s.open[id] = p
	}
	p.resume(state)
	return nil
}

// ordered is the letter that an order wants sent again, nil where it is gone; and the order.
func ordered(ctx context.Context, kafka Kafka, partition int, r *kafkalog.Record) (*Pending, *Order, error) {
	o := new(Order)
	if err := json.Unmarshal(r.Value, o); err != nil {
		return nil, nil, &unreadable{fmt.Errorf("order to redeliver: %w", err)}
	}
	l, err := findLetter(ctx, kafka, partition, o.Offset, o.ID)
	if err != nil {
		if ctx.Err() != nil {
			return nil, nil, err
		}
		return nil, o, nil
	}
	p := l.Pending(partition, o.Offset)
	p.Attempts, p.Since, p.Again = o.Attempts, r.Offset, true
	return p, o, nil
}

// Open gives the letters that did not end in the order in which they were stored.
func (s *Stored) Open() []*Pending {
	all := make([]*Pending, 0, len(s.open))
	for _, p := range s.open {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b *Pending) int { return int(a.Offset - b.Offset) })
	return all
}

// Pending is a letter whose record is at an offset, before its first attempt.
func (l *Letter) Pending(partition int, offset int64) *Pending {
	position, _, err := l.place()
	if err != nil {
		position = event.Position{} // as if it were the first: nothing is passed over for it
	}
	return &Pending{Position: position, Since: offset, ID: l.ID, Holder: l.Holder, Subscription: l.Subscription,
		Channel: l.Channel, Target: l.Target, Buyers: l.Buyers, Notices: l.Notices, Partition: partition, Offset: offset,
		Confirms: l.confirms()}
}

// resume goes on after the attempts of an earlier owner.
func (p *Pending) resume(s *State) {
	p.Attempts, p.tries = s.Attempts, len(s.Attempts)
	if len(s.Attempts) > 0 {
		p.First = s.Attempts[0].At
	}
	if s.NextAt != nil {
		p.Due = *s.NextAt
	}
}
