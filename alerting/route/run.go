package route

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"barometer/ingest/kafkalog"
	"barometer/ingest/kafkalog/tenancy"
	"barometer/internal/retry"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/sourcegraph/conc/pool"
)

// Group is the consumer group of the route.
const Group = "barometer-route"

// ErrMismatch is a topic that ends before an offset that is committed: it is another log.
var ErrMismatch = errors.New("log_mismatch")

const (
	fetchBytes = 1 << 20
	fetchWait  = 5 * time.Second
	reachEvery = time.Second
	grace      = 5 * time.Second  // how long a stop waits for requests in flight
	againAfter = 10 * time.Second // what only an operator can help is tried again so often
)

// Kafka is what the route needs of *kafkalog.Client.
type Kafka interface {
	Append(ctx context.Context, topic string, partition int, records []kafkalog.Record) (kafkalog.Ack, error)
	Fetch(ctx context.Context, topic string, partition int, offset int64, o kafkalog.FetchOptions) (kafkalog.Batch, error)
	Offsets(ctx context.Context, topic string, partition int) (kafkalog.Offsets, error)
	tenancy.Members
}

// Metrics are the figures of the route.
type Metrics struct {
	records, items prometheus.Counter
}

// NewMetrics registers the metrics.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	m := &Metrics{
		records: prometheus.NewCounter(prometheus.CounterOpts{Namespace: "barometer", Subsystem: "route",
			Name: "records_total",
			Help: "Decisions and changes of subscriptions read."}),
		items: prometheus.NewCounter(prometheus.CounterOpts{Namespace: "barometer", Subsystem: "route", Name: "items_total",
			Help: "Items appended to risk.notifications."}),
	}
	reg.MustRegister(m.records, m.items)
	return m
}

// Driver is what Run needs.
type Driver struct {
	Kafka     Kafka
	Config    Config
	Positions *kafkalog.Positions
	Metrics   *Metrics
	Logger    *slog.Logger
}

// Run routes what the group assigns until ctx ends. A partition with a record that cannot be read stops alone and says
// so.
func Run(ctx context.Context, d Driver) error {
	topics := []string{kafkalog.TopicDecisions, kafkalog.TopicSubscriptions}
	if err := tenancy.Together(ctx, tenancy.Config{Members: d.Kafka, Group: Group, Topics: topics, Positions: d.Positions,
		Logger: d.Logger}, d.session); err != nil {
		return fmt.Errorf("route: %w", err)
	}
	return nil
}

// fetched is a batch of one partition, and where it goes on.
type fetched struct {
	from    kafkalog.TopicPartition
	records []kafkalog.Record
	next    int64
}

// session routes the partitions of one generation until ctx ends.
func (d Driver) session(ctx context.Context, g *kafkalog.Generation) error {
	core, err := NewCore(d.Config)
	if err != nil {
		return err
	}
	behind, err := d.behind(ctx, g)
	if err != nil || ctx.Err() != nil {
		return err
	}
	inCtx, stop := context.WithCancel(ctx)
	defer stop()
	outCtx, stopOut := context.WithCancel(context.WithoutCancel(ctx))
	defer stopOut()
	work := pool.New()
	batches, acked := make(chan fetched), make(chan int, d.Config.Partitions)
	failed := make(chan failure, len(g.Assigned))
	subscribed := make(chan struct{})
	leave := map[kafkalog.TopicPartition]context.CancelFunc{}
	for _, tp := range g.Assigned {
		d.Positions.Resume(tp)
		d.Positions.Reached(tp, max(g.Committed[tp], 0))
		of, cancel := context.WithCancel(inCtx)
		leave[tp] = cancel
		work.Go(func() {
			defer cancel()
			if tp.Topic == kafkalog.TopicDecisions {
				select {
				case <-subscribed:
				case <-of.Done():
				}
			}
			if err := d.fetch(of, tp, max(g.Committed[tp], 0), batches); err != nil {
				failed <- failure{tp, err}
			}
		})
	}
	requests := make([]chan []kafkalog.Record, d.Config.Partitions)
	for p := range requests {
		requests[p] = make(chan []kafkalog.Record, 1)
		work.Go(func() { d.append(outCtx, p, requests[p], acked) })
	}
	s := session{Driver: d, core: core, requests: requests, acked: acked, failed: failed, leave: leave, behind: behind,
		subscribed: subscribed}
	s.loop(ctx, batches)
	stop()
	s.finish(outCtx)
	stopOut()
	for p := range requests {
		close(requests[p])
	}
	work.Wait()
	return nil
}

// behind returns the ends of the partitions of subscriptions that a session has not read yet. Route reads up to them
// before it takes decisions, so that a subscription gets what was decided after it.
func (d Driver) behind(ctx context.Context, g *kafkalog.Generation) (map[kafkalog.TopicPartition]int64, error) {
	ends := map[kafkalog.TopicPartition]int64{}
	for _, tp := range g.Assigned {
		if tp.Topic != kafkalog.TopicSubscriptions {
			continue
		}
		o, err := retry.Request(ctx, func() (kafkalog.Offsets, error) {
			return d.Kafka.Offsets(ctx, tp.Topic, tp.Partition)
		})
		if err != nil {
			if ctx.Err() != nil {
				return nil, nil
			}
			return nil, fmt.Errorf("end of %s/%d: %w", tp.Topic, tp.Partition, err)
		}
		if o.End > max(g.Committed[tp], o.Start) {
			ends[tp] = o.End
		}
	}
	return ends, nil
}

func (d Driver) fetch(ctx context.Context, tp kafkalog.TopicPartition, offset int64, to chan<- fetched) error {
	for ctx.Err() == nil {
		batch, err := retry.Request(ctx, func() (kafkalog.Batch, error) {
			b, err := d.Kafka.Fetch(ctx, tp.Topic, tp.Partition, offset, kafkalog.FetchOptions{MaxBytes: fetchBytes,
				MaxWait: fetchWait})
			var outside *kafkalog.RangeError
			if errors.As(err, &outside) {
				return kafkalog.Batch{}, retry.Permanent(err)
			}
			return b, err
		})
		var outside *kafkalog.RangeError
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.As(err, &outside) && offset < outside.Start:
			d.Logger.Warn("a gap that retention or compaction tore", "topic", tp.Topic, "partition", tp.Partition, "from",
				offset, "to", outside.Start)
			offset = outside.Start
			continue
		case errors.As(err, &outside):
			return fmt.Errorf("%w: %s/%d ends at %d, offset %d is committed", ErrMismatch, tp.Topic, tp.Partition, outside.End,
				offset)
		case err != nil:
			return fmt.Errorf("fetch %s/%d: %w", tp.Topic, tp.Partition, err)
		}
		d.Positions.Ends(tp, batch.End)
		if batch.Next <= offset {
			continue
		}
		offset = batch.Next
		select {
		case to <- fetched{tp, batch.Records, offset}:
		case <-ctx.Done():
		}
	}
	return nil
}

// append appends requests to a partition. What its broker does not take, though it answers, waits for an operator.
func (d Driver) append(ctx context.Context, partition int, requests <-chan []kafkalog.Record, acked chan<- int) {
	for records := range requests {
		for {
			_, err := d.Kafka.Append(ctx, kafkalog.TopicNotifications, partition, records)
			if err == nil {
				break
			}
			if ctx.Err() != nil {
				return
			}
			d.Logger.Error("items are not taken; they are appended again", "topic", kafkalog.TopicNotifications, "partition",
				partition,
				"records", len(records), "error", err, "wait_ms", againAfter.Milliseconds())
			select {
			case <-ctx.Done():
				return
			case <-time.After(againAfter):
			}
		}
		d.Metrics.items.Add(float64(len(records)))
		acked <- partition // capacity: one in flight each
	}
}

// failure is why a partition is not read any more.
type failure struct {
	of  kafkalog.TopicPartition
	err error
}

// session is the state of one generation. Its core belongs to one goroutine.
type session struct {
	Driver
	core       *Core
	requests   []chan []kafkalog.Record
	acked      <-chan int
	failed     <-chan failure
	leave      map[kafkalog.TopicPartition]context.CancelFunc // of the partitions that are read
	behind     map[kafkalog.TopicPartition]int64              // ends of subscriptions that come before the decisions
	subscribed chan struct{}                                  // closed, and nil, when behind is empty
}

// send starts every request that can be in flight.
func (s *session) send() {
	for p := range s.requests {
		if records := s.core.Request(p); records != nil {
			s.requests[p] <- records // capacity 1, one in flight: never blocks
		}
	}
}

// loop routes until ctx ends.
func (s *session) loop(ctx context.Context, batches <-chan fetched) {
	every := time.NewTicker(reachEvery)
	defer every.Stop()
	var rest fetched
	for {
		rest = s.feed(rest)
		s.send()
		intake := batches
		if len(rest.records) > 0 {
			intake = nil
		}
		select {
		case rest = <-intake:
			s.Logger.Debug("decisions taken", "topic", rest.from.Topic, "partition", rest.from.Partition, "records",
				len(rest.records), "next", rest.next)
		case p := <-s.acked:
			s.core.Acked(p)
		case <-every.C:
			s.reach()
		case f := <-s.failed:
			s.stop(f)
		case <-ctx.Done():
			return
		}
	}
}

// feed routes records while there is room, and gives the rest. Of a partition that stopped it takes none.
func (s *session) feed(b fetched) fetched {
	defer s.open()
	for len(b.records) > 0 && s.core.Room() {
		if s.leave[b.from] == nil {
			b.records = nil
			break
		}
		if err := s.core.Feed(b.from, b.records[0]); err != nil {
			s.stop(failure{b.from, err})
			continue
		}
		b.records = b.records[1:]
		s.Metrics.records.Inc()
	}
	if len(b.records) > 0 || b.next == 0 || s.leave[b.from] == nil {
		return b
	}
	s.core.Ended(b.from, b.next)
	if end, waits := s.behind[b.from]; waits && b.next >= end {
		delete(s.behind, b.from)
	}
	return b
}

// stop gives one partition up: it needs an operator, and the others go on. It is tried again with the next generation.
func (s *session) stop(f failure) {
	s.Positions.Stop(f.of)
	s.Logger.Error("partition stopped; it needs an operator", "topic", f.of.Topic, "partition", f.of.Partition, "error",
		f.err)
	s.leave[f.of]()
	delete(s.leave, f.of)
	delete(s.behind, f.of)
	s.open()
}

// open lets the decisions come when the subscriptions before them are queued.
func (s *session) open() {
	if len(s.behind) == 0 && s.subscribed != nil {
		close(s.subscribed)
		s.subscribed = nil
	}
}

// reach says how far everything is told.
func (s *session) reach() {
	for tp, next := range s.core.Commits() {
		s.Positions.Reached(tp, next)
	}
}

// finish waits for what is in flight, for a while, and reports it. What is not committed then is appended again, and
// skipped by the second fold.
func (s *session) finish(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, grace)
	defer cancel()
	for !s.core.Settled() {
		s.send()
		select {
		case p := <-s.acked:
			s.core.Acked(p)
		case <-ctx.Done():
			return
		}
	}
	s.reach()
}
