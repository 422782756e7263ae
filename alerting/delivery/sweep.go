package delivery

import (
	"context"
	"encoding/json"
	"time"

	"barometer/ingest/kafkalog"
)

// Retained is how long a letter and its state stay in risk.deliveries after the letter's end, by the wall clock, as the
// brokers' retention of risk.notifications is: so long as the second fold can make a letter again, risk.deliveries
// knows it.
const Retained = 90 * 24 * time.Hour

const (
	horizonEvery = time.Minute
	sweepEvery   = time.Hour
	mostBatches  = 64 // that one sweep of a partition reads
)

// horizon reads where the owner of a partition begins. Without one it reads all.
func (s *Sender) horizon(ctx context.Context, partition int) Horizon {
	if s.Horizons == nil {
		return Horizon{}
	}
	h, err := s.Horizons.Load(ctx, partition)
	if err != nil {
		s.Logger.Warn("deliveries are read from the start", "partition", partition, "error", err)
	}
	return h
}

// added notes that a letter of a partition is stored and held here.
func (s *Sender) added(partition int, l *Letter) {
	position, chain, err := l.place()
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.stays[partition]; now != nil && (!now.published.Any || position.Compare(now.published.Position) > 0) {
		now.published.Any, now.published.Position, now.published.Chain = true, position, chain
		now.newest = l.ID
	}
}

// broke notes that a state of a partition could not be stored.
func (s *Sender) broke(partition int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.stays[partition]; now != nil {
		now.broken = true
	}
}

// keep saves the horizon of a partition again and again while the stay lasts, and sweeps what ended long ago.
func (s *Sender) keep(now *stay, partition int, saved Horizon) {
	if s.Horizons == nil {
		return
	}
	every := s.HorizonEvery
	if every == 0 {
		every = horizonEvery
	}
	s.watches.Go(func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		var swept time.Time
		for next := saved; ; {
			select {
			case <-tick.C:
			case <-now.ctx.Done():
				return
			}
			if time.Since(swept) >= sweepEvery {
				swept = time.Now()
				var err error
				if next, err = s.sweep(now, partition, next, swept.Add(-Retained)); err != nil && now.ctx.Err() == nil {
					s.Logger.Warn("deliveries that ended long ago are not swept", "partition", partition, "error", err)
				}
			}
			next = s.advance(now, partition, next)
			if next == saved {
				continue
			}
			if err := s.Horizons.Save(now.ctx, partition, next); err == nil {
				saved = next
			} else if now.ctx.Err() == nil {
				s.Logger.Warn("where deliveries begin is not saved", "partition", partition, "error", err)
			}
		}
	})
}

// advance gives the horizon as it is now. It stays where it was while letters are on their way here, or come from
// another owner, and where a state was not stored.
func (s *Sender) advance(now *stay, partition int, before Horizon) Horizon {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stays[partition] != now || now.broken || now.seen.Compare(now.published.Position) > 0 {
		return before
	}
	h := s.core.horizon(partition, now.watched, now.published, now.newest)
	h.Swept, h.Spared = before.Swept, before.Spared
	return h
}

// sweep writes tombstones for letters that ended before a time, first for the letter and then for its state: a letter
// is never left without the state that ended it. It spares the newest letter, by which the second fold knows how far it
// came. It begins where h says that the last sweep stopped, and returns h moved on.
func (s *Sender) sweep(now *stay, partition int, h Horizon, before time.Time) (Horizon, error) {
	for range mostBatches {
		b, err := fetch(now.ctx, s.Kafka, partition, h.Swept)
		if err != nil {
			return h, err
		}
		var tombstones []kafkalog.Record
		next, young, spared := b.Next, false, h.Spared
		if pending, newest := s.held(now, spared); spared != "" && !newest && !pending {
			tombstones, spared = ends(spared), ""
		}
		for i := range b.Records {
			r := &b.Records[i]
			if r.TimeMs > before.UnixMilli() {
				next, young = r.Offset, true
				break
			}
			id, suffix := keyOf(r.Key)
			held, newest := s.held(now, id)
			switch ended := suffix == stateSuffix && endedBy(r.Value); {
			case len(r.Value) == 0 || held:
			case suffix == redeliverSuffix:
				tombstones = append(tombstones, kafkalog.Record{Key: r.Key})
			case ended && newest:
				spared = id
			case ended:
				tombstones = append(tombstones, ends(id)...)
			}
		}
		if len(tombstones) > 0 {
			if _, err := s.Kafka.Append(now.ctx, kafkalog.TopicDeliveries, partition, tombstones); err != nil {
				return h, err
			}
		}
		if h.Swept, h.Spared = max(h.Swept, next), spared; young || h.Swept >= b.End {
			break
		}
	}
	return h, nil
}

// held tells whether a letter is on its way here, and whether it is the newest one.
func (s *Sender) held(now *stay, id string) (pending, newest bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.core.pending[id] != nil, now.newest == id
}

// ends are the tombstones of a letter and of its state.
func ends(id string) []kafkalog.Record {
	return []kafkalog.Record{{Key: []byte(id)}, {Key: []byte(id + stateSuffix)}}
}

// endedBy tells whether a state is an end.
func endedBy(value []byte) bool {
	var state State
	return json.Unmarshal(value, &state) == nil && state.Ended()
}
