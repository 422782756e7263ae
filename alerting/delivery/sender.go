package delivery

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"barometer/alerting/notice"
	"barometer/alerting/subscription"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/runner"

	"github.com/sourcegraph/conc"
)

// Kafka is what deliveries need of *kafkalog.Client.
type Kafka interface {
	Append(ctx context.Context, topic string, partition int, records []kafkalog.Record) (kafkalog.Ack, error)
	Fetch(ctx context.Context, topic string, partition int, offset int64, o kafkalog.FetchOptions) (kafkalog.Batch, error)
	Offsets(ctx context.Context, topic string, partition int) (kafkalog.Offsets, error)
}

// Names finds the name of a buyer by the source of the message that gave it. It may wait until everything written
// before the call is read; false means that no name is known.
type Names interface {
	Name(ctx context.Context, source event.Source) (string, bool)
}

// Envelope is what an attempt sends.
type Envelope struct {
	ID     string
	Target string
	Body   []byte
	Keys   []string // signing secrets, the newest first
}

// Channel renders notifications and brings them to receivers.
type Channel interface {
	// Render gives the bytes that every attempt sends, and a line that says what it is about. names maps buyer ids.
	Render(n *notice.Notification, names map[string]string) (body []byte, summary string, err error)
	// Send is one attempt.
	Send(ctx context.Context, e Envelope) Result
}

// Bounded is a Channel that takes few letters at once.
type Bounded interface{ AtOnce() int }

// Subscriptions is the view of the subscriptions at the time of an attempt.
type Subscriptions interface {
	Get(holder, id string) (subscription.Subscription, error)
	Keys(s *subscription.Subscription) ([]string, error)
	Disable(ctx context.Context, holder, id, reason string) error
	// Refused records the answer with which a mail server refused an address for good. An empty answer means that the
	// server takes the address again.
	Refused(ctx context.Context, holder, id, answer string) error
}

// Times and bounds of the driver.
const (
	attemptTimeout = 20 * time.Second
	grace          = 5 * time.Second // how long a stop waits for attempts in flight
)

// DefaultSlots is how many letters a Sender attempts at once, for production.
const DefaultSlots = 256

// Config is what a sender works with.
type Config struct {
	Kafka         Kafka
	Subscriptions Subscriptions
	Names         Names
	Channels      map[notice.Channel]Channel
	Metrics       *Metrics
	Logger        *slog.Logger
	Slots         int // attempts at once

	Horizons     Horizons      // nil: each owner reads its partitions from the start, and nothing is swept
	HorizonEvery time.Duration // how often they are saved; 0: a minute
}

// Sender attempts letters until they end.
type Sender struct {
	Config

	mu      sync.Mutex
	core    *Core
	stays   map[int]*stay
	wake    chan struct{}
	watches conc.WaitGroup
}

// stay is one ownership of a partition. It is over when its context ends, which is when the partition's tenancy does,
// or when the partition is entered again: then nothing of it touches the core any more.
type stay struct {
	partition int
	ctx       context.Context //nolint:containedctx // of the stay itself, which is a goroutine's life
	leave     context.CancelFunc
	published runner.Published // the newest letter that this owner holds, or has read
	newest    string           // its id; empty: it lies below what was read
	watched   int64            // everything below was read
	seen      event.Position   // of the newest letter read
	broken    bool             // a state was not stored: what has ended here has not for the next owner
}

// NewSender makes a sender without letters.
func NewSender(cfg Config) *Sender {
	s := &Sender{Config: cfg, core: NewCore(cfg.Slots), stays: map[int]*stay{}, wake: make(chan struct{}, 1)}
	for kind, channel := range cfg.Channels {
		if b, ok := channel.(Bounded); ok {
			s.core.Bound(kind.String(), b.AtOnce())
		}
	}
	return s
}

// Run attempts what is due until ctx ends, then waits a while for what is in flight. Partitions must have left before.
func (s *Sender) Run(ctx context.Context) {
	outCtx, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var attempts conc.WaitGroup
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil {
		s.mu.Lock()
		start := s.core.Start(time.Now())
		due, any := s.core.Wake()
		waiting := s.core.Len()
		s.mu.Unlock()
		s.Metrics.waiting.Set(float64(waiting))
		for _, p := range start {
			attempts.Go(func() { s.attempt(outCtx, p) })
		}
		var wait <-chan time.Time
		if any {
			timer.Reset(time.Until(due))
			wait = timer.C
		}
		select {
		case <-s.wake:
		case <-wait:
		case <-ctx.Done():
		}
	}
	end := time.AfterFunc(grace, stop)
	defer end.Stop()
	attempts.Wait()
	s.watches.Wait()
}

// enter begins the stay of a partition, which lasts as long as ctx or until it is entered again, and follows what
// others store meanwhile, from the end of what is read.
func (s *Sender) enter(ctx context.Context, partition int, read *Stored) *stay {
	ctx, leave := context.WithCancel(ctx)
	now := &stay{partition: partition, ctx: ctx, leave: leave, published: read.Published, newest: read.Newest,
		watched: read.Next}
	s.mu.Lock()
	before := s.stays[partition]
	s.stays[partition] = now
	s.mu.Unlock()
	if before != nil {
		before.leave()
	}
	context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.stays[partition] == now {
			delete(s.stays, partition)
			s.core.Leave(partition)
		}
	})
	s.watches.Go(func() {
		if err := s.watch(ctx, partition, now); err != nil && ctx.Err() == nil {
			s.Logger.Error("orders to redeliver, and what other owners store, are not followed any more", "partition", partition,
				"error", err)
		}
	})
	return now
}

// watch takes the orders to send letters again, and what is stored of letters, by this owner or another.
func (s *Sender) watch(ctx context.Context, partition int, now *stay) error {
	for from := now.watched; ctx.Err() == nil; {
		b, err := fetch(ctx, s.Kafka, partition, from)
		if err != nil {
			return err
		}
		for i := range b.Records {
			if err := s.told(ctx, partition, now, &b.Records[i]); err != nil {
				return err
			}
		}
		from = max(from, b.Next)
		s.mu.Lock()
		now.watched = from
		s.mu.Unlock()
		if from >= b.End {
			if err := s.judge(ctx, partition, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// told takes a record of risk.deliveries.
func (s *Sender) told(ctx context.Context, partition int, now *stay, r *kafkalog.Record) error {
	_, suffix := keyOf(r.Key)
	switch {
	case len(r.Value) == 0:
	case suffix == "":
		var made struct {
			Position string `json:"position"`
		}
		if json.Unmarshal(r.Value, &made) == nil {
			if position, err := event.ParsePosition(made.Position); err == nil && position.Compare(now.seen) > 0 {
				s.mu.Lock()
				now.seen = position
				s.mu.Unlock()
			}
		}
	case suffix == redeliverSuffix:
		p, o, err := ordered(ctx, s.Kafka, partition, r)
		if bad := new(unreadable); errors.As(err, &bad) {
			s.Logger.Warn("an order to redeliver is skipped", "partition", partition, "offset", r.Offset, "error", err)
			return nil
		}
		switch {
		case p != nil:
			s.of(now, func(c *Core) { c.Add(p) }) // without room it is not sent again; its state stays as it was
		case err == nil: // it was kept when the order was taken, and has gone meanwhile
			gone := State{ID: o.ID, Holder: o.Holder, Status: GaveUp, Reason: ReasonNotKept, Attempts: o.Attempts}
			_, err = s.Kafka.Append(ctx, kafkalog.TopicDeliveries, partition, []kafkalog.Record{gone.Record()})
		}
		return err
	case suffix == stateSuffix:
		var state State
		if json.Unmarshal(r.Value, &state) == nil {
			s.of(now, func(c *Core) { c.Saw(partition, &state) })
		}
	}
	return nil
}

// judge adds letters again that nobody has brought to their end, by what is stored.
func (s *Sender) judge(ctx context.Context, partition int, now *stay) error {
	var again []string
	s.of(now, func(c *Core) { again = c.Judge(partition) })
	for _, id := range again {
		l, err := findLetter(ctx, s.Kafka, partition, 0, id)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			s.Logger.Warn("a letter that goes on is not found", "id", id, "error", err)
			continue
		}
		s.of(now, func(c *Core) { c.Add(l.Pending(partition, 0)) })
	}
	return nil
}

// with changes the core and looks what is to be done.
func (s *Sender) with(change func(c *Core)) {
	s.mu.Lock()
	change(s.core)
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// of changes the core for a stay. It does nothing where that is over: its letters are the next owner's.
func (s *Sender) of(now *stay, change func(c *Core)) {
	s.with(func(c *Core) {
		if s.stays[now.partition] == now {
			change(c)
		}
	})
}

// attempt tries one letter and stores what came of it.
func (s *Sender) attempt(ctx context.Context, p *Pending) {
	started := time.Now()
	result := s.try(ctx, p)
	if ctx.Err() != nil {
		return // the process stops: nobody is waited for any longer, and the next owner tries again
	}
	took := time.Since(started)
	result.TookMs = took.Milliseconds()
	var state *State
	s.mu.Lock()
	state = s.core.Done(p, result, time.Now().UTC())
	s.mu.Unlock()
	if state == nil {
		s.with(func(c *Core) { c.Written(p) })
		return
	}
	s.Metrics.attempted(p.Channel, state.Status, took)
	s.Logger.Debug("letter attempted", "id", p.ID, "channel", p.Channel, "status", state.Status, "attempts",
		len(p.Attempts), "took_ms", result.TookMs)
	if result.Cause != nil {
		s.Logger.Debug("attempt failed", "id", p.ID, "channel", p.Channel, "error", result.Cause)
	}
	if state.Reason == ReasonGone {
		if err := s.Subscriptions.Disable(ctx, p.Holder, p.Subscription, ReasonGone); err != nil &&
			!errors.Is(err, subscription.ErrNotFound) {
			s.Logger.Warn("subscription not disabled after 410", "subscription", p.Subscription, "error", err)
		}
	}
	if state.Status == Delivered || state.Reason == ReasonRefused {
		if err := s.Subscriptions.Refused(ctx, p.Holder, p.Subscription, shorten(result.Error)); err != nil &&
			!errors.Is(err, subscription.ErrNotFound) {
			s.Logger.Warn("the mail server's refusal is not shown at the subscription", "subscription", p.Subscription, "error",
				err)
		}
	}
	if _, err := s.Kafka.Append(ctx, kafkalog.TopicDeliveries, p.Partition,
		[]kafkalog.Record{state.Record()}); err != nil {
		s.broke(p.Partition)
		if ctx.Err() != nil {
			return
		}
		s.Logger.Error("state of a delivery not stored", "id", p.ID, "error", err)
	}
	if state.Status == GaveUp {
		s.Logger.Warn("notification given up", "id", p.ID, "subscription", p.Subscription, "reason", state.Reason,
			"attempts", len(state.Attempts), "error", result.Cause)
	}
	s.with(func(c *Core) { c.Written(p) })
}

func (s *Sender) try(ctx context.Context, p *Pending) Result {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	sub, err := s.Subscriptions.Get(p.Holder, p.Subscription)
	switch {
	case err != nil && len(p.Attempts) == 0:
		return Result{Error: "the subscription is not seen yet"} // its record may be on its way to this process
	case err != nil:
		return Result{Ended: ReasonSubscriptionDeleted}
	case sub.Disabled:
		return Result{Ended: ReasonSubscriptionDisabled}
	case sub.Unconfirmed() && !p.Confirms:
		return Result{Ended: ReasonUnconfirmed}
	}
	keys, err := s.Subscriptions.Keys(&sub)
	if err != nil {
		return Result{Error: err.Error()}
	}
	kind, _ := notice.ParseChannel(p.Channel)
	channel := s.Channels[kind]
	if channel == nil {
		return Result{Error: fmt.Sprintf("channel %q is not known", p.Channel)}
	}
	body := p.Body
	if body == nil {
		l, err := findLetter(ctx, s.Kafka, p.Partition, p.Offset, p.ID)
		if err != nil {
			return Result{Error: err.Error()}
		}
		body = []byte(l.Body)
	}
	if len(body) == 0 {
		return Result{Ended: ReasonNotRendered}
	}
	return channel.Send(ctx, Envelope{ID: p.ID, Target: p.Target, Body: body, Keys: keys})
}
