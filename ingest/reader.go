package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"barometer/ingest/kafkalog"
	"barometer/internal/retry"
)

const (
	resetLooks     = 3 // how often a source is found to end too early before it is believed: a new leader may lag
	resetLookEvery = time.Second
	noteEvery      = time.Minute
	noteTimeout    = 5 * time.Second
)

// reader reads one source partition: fetch, prepare, hand on, in order.
type reader struct {
	session     *session
	index       int // in the appender
	tp          kafkalog.TopicPartition
	id          kafkalog.TopicID // of the topic when the session began
	recreated   bool             // it is not the topic that was read before
	incarnation uint32
	preparer    *Preparer
	next        int64 // offset to fetch next; -1: the start of the partition
	committed   atomic.Int64
	end         atomic.Int64 // of the partition when last heard of; -1: not yet
}

// beginning is where to begin reading a partition: at the committed offset, else where it is noted to have been read
// to, else -1, the start. A topic of another identity than the noted one was recreated. Where the topic's incarnation
// was raised, offsets count in another one; then the start is committed before it is noted, so that a crash between the
// two only begins anew.
func (r *role) beginning(ctx context.Context, g *kafkalog.Generation, rd *reader) (int64, error) {
	noted := r.control.reading(rd.tp)
	if noted.Incarnation >= rd.incarnation {
		if _, err := kafkalog.ParseTopicID(noted.Topic); err != nil {
			return 0, retry.Permanent(fmt.Errorf("%s, %s%s: %w", kafkalog.TopicControl, readingPrefix, partitionName(rd.tp),
				err))
		}
		rd.recreated = r.control.recreated(rd.tp.Topic, rd.incarnation, rd.id)
		committed, ok := g.Committed[rd.tp]
		switch {
		case ok && committed >= 0:
			return committed, nil
		case noted.Offset > 0:
			return noted.Offset, nil
		}
		return -1, nil
	}
	bounds, err := r.cfg.Client.Offsets(ctx, rd.tp.Topic, rd.tp.Partition)
	if err != nil {
		return 0, err
	}
	if err := g.Commit(ctx, map[kafkalog.TopicPartition]int64{rd.tp: bounds.Start}); err != nil {
		return 0, err
	}
	if _, err := writeControl(ctx, r.cfg.Client, readingPrefix+partitionName(rd.tp),
		readingRecord{rd.incarnation, bounds.Start, rd.id.String()}); err != nil {
		return 0, err
	}
	r.cfg.Logger.Warn("reading a recreated source from its start", "topic", rd.tp.Topic, "partition", rd.tp.Partition,
		"incarnation", rd.incarnation, "offset", bounds.Start)
	return bounds.Start, nil
}

// notes writes to risk.control how far sources were read: of each at its first commit, then once in noteEvery, and at
// the end. Of one that was recreated there is nothing to note: what is noted is how that is known. It belongs to one
// goroutine at a time.
type notes struct {
	offset map[int]int64 // by source: what is noted
	at     map[int]time.Time
}

func (n *notes) write(ctx context.Context, s *session, final bool) {
	var records []kafkalog.Record
	for i, rd := range s.sources {
		offset := rd.committed.Load()
		if rd.recreated || offset <= n.offset[i] || !final && time.Since(n.at[i]) < noteEvery {
			continue
		}
		n.offset[i], n.at[i] = offset, time.Now()
		value, err := json.Marshal(readingRecord{rd.incarnation, offset, rd.id.String()})
		if err == nil {
			records = append(records, kafkalog.Record{Key: []byte(readingPrefix + partitionName(rd.tp)), Value: value})
		}
	}
	if len(records) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, noteTimeout)
	defer cancel()
	if _, err := s.cfg.Client.Append(ctx, kafkalog.TopicControl, 0, records); err != nil {
		s.cfg.Logger.Warn("how far the sources were read is not noted", "error", err)
	}
}

// run reads until ctx is done, or the source is found to be reset.
func (rd *reader) run(ctx context.Context) {
	cfg := &rd.session.cfg
	log := cfg.Logger.With("topic", rd.tp.Topic, "partition", rd.tp.Partition)
	wait := retry.Requests.Waits()
	looks := 0
	for ctx.Err() == nil {
		batch, err := rd.fetch(ctx)
		var outside *kafkalog.RangeError
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, kafkalog.ErrRecreated):
			rd.stopReset(ctx, "was recreated")
			return
		case errors.As(err, &outside) && rd.next < outside.Start:
			log.Warn("retention took source records before they were read; reading goes on after them", "from", rd.next, "to",
				outside.Start)
			cfg.Metrics.torn[rd.tp.Topic].Add(float64(outside.Start - rd.next))
			rd.next = outside.Start
		case errors.As(err, &outside):
			if looks++; looks < resetLooks {
				retry.Sleep(ctx, resetLookEvery)
				continue
			}
			rd.stopReset(ctx, fmt.Sprintf("ends at %d, below what was read of it", outside.End))
			return
		case err != nil:
			rd.session.role.troubles.tell("a source cannot be read; it is tried again", "topic", rd.tp.Topic, "partition",
				rd.tp.Partition,
				"offset", rd.next, "error", err)
			retry.Sleep(ctx, wait.Next())
		default:
			looks = 0
			wait.Reset()
			if !rd.handOn(ctx, batch) {
				return
			}
		}
	}
}

// fetch reads what is next. Without a committed offset that is the start of the partition.
func (rd *reader) fetch(ctx context.Context) (kafkalog.Batch, error) {
	if rd.recreated {
		return kafkalog.Batch{}, kafkalog.ErrRecreated
	}
	client := rd.session.cfg.Client
	if rd.next < 0 {
		bounds, err := client.Offsets(ctx, rd.tp.Topic, rd.tp.Partition)
		if err != nil {
			return kafkalog.Batch{}, err
		}
		rd.next = bounds.Start
	}
	return client.Fetch(ctx, rd.tp.Topic, rd.tp.Partition, rd.next, kafkalog.FetchOptions{Topic: rd.id})
}

// handOn prepares a batch and gives it to the appender. It waits where that has no room.
func (rd *reader) handOn(ctx context.Context, batch kafkalog.Batch) bool {
	rd.end.Store(batch.End)
	if batch.Next == rd.next {
		return true
	}
	stamp := rd.session.cfg.Clock()
	in := intake{source: rd.index, drained: batch.Next >= batch.End,
		batch: Batch{Items: rd.preparer.Prepare(batch.Records, stamp), Next: batch.Next, TimeMs: stamp}}
	rd.next = batch.Next
	select {
	case rd.session.intake <- in:
		return true
	case <-ctx.Done():
		return false
	}
}

// stopReset stops reading a source that was deleted and made again: its topic has another id, or it ends below what was
// read. Offsets of the new topic must not be taken for those of the old one. The reader waits for an operator; the
// other sources go on.
func (rd *reader) stopReset(ctx context.Context, why string) {
	rd.session.cfg.Logger.Error("source_reset: the source "+why+
		"; it is not read until an operator runs barometer source reset "+rd.tp.Topic,
		"topic", rd.tp.Topic, "partition", rd.tp.Partition, "offset", rd.next)
	gauge := rd.session.cfg.Metrics.reset[rd.tp.Topic]
	gauge.Inc()
	defer gauge.Dec()
	rd.session.cfg.Positions.Stop(rd.tp)
	defer rd.session.cfg.Positions.Resume(rd.tp)
	<-ctx.Done()
}
