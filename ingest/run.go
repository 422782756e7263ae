package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/ingest/kafkalog/tenancy"
	"barometer/internal/retry"

	"github.com/sourcegraph/conc/pool"
)

// Client is what Run needs of Kafka; *kafkalog.Client has it.
type Client interface {
	Control
	Produce(ctx context.Context, topic string, partition int, records []kafkalog.Record) (kafkalog.Ack, error)
	Fetch(ctx context.Context, topic string, partition int, offset int64, o kafkalog.FetchOptions) (kafkalog.Batch, error)
	Offsets(ctx context.Context, topic string, partition int) (kafkalog.Offsets, error)
	Partitions(ctx context.Context, topic string) (int, error)
	TopicID(ctx context.Context, topic string) (kafkalog.TopicID, error)
	Follow(ctx context.Context, topic string, from []int64, each func(partition int, r kafkalog.Record) error) error
	tenancy.Members
}

// Config is what Run needs. The fields below Logger have defaults.
type Config struct {
	Client       Client
	Opened       *event.LogOpened // both as Open gave them
	OpenedRecord []byte
	Secret       []byte
	Metrics      *Metrics
	Logger       *slog.Logger

	Positions   *kafkalog.Positions // how far the sources are appended and committed; nil: nobody asks
	Clock       func() int64        // milliseconds since 1970, UTC; nil: this machine's
	MaxBuffered int                 // bytes that wait for acknowledgement; 0: 32 MiB
	MaxRequest  int                 // bytes of one produce request; 0: kafkalog.MaxBatchBytes
	CommitEvery time.Duration       // while a source has a backlog; 0: 200 ms
	Grace       time.Duration       // how long a stop waits for requests in flight; 0: 10 s
}

// Validate checks that nothing is missing.
func (c Config) Validate() error {
	switch {
	case c.Client == nil || c.Metrics == nil || c.Logger == nil:
		return errors.New("ingest: client, metrics and logger are needed")
	case c.Opened == nil || len(c.OpenedRecord) == 0:
		return errors.New("ingest: no log was opened")
	case len(c.Secret) == 0:
		return errors.New("ingest: no secret")
	}
	return nil
}

func (c Config) withDefaults() Config {
	if c.Positions == nil {
		c.Positions = kafkalog.NewPositions(nil, "ingest")
	}
	if c.Clock == nil {
		c.Clock = func() int64 { return time.Now().UnixMilli() }
	}
	if c.MaxBuffered == 0 {
		c.MaxBuffered = 32 << 20
	}
	if c.MaxRequest == 0 {
		c.MaxRequest = kafkalog.MaxBatchBytes
	}
	if c.CommitEvery == 0 {
		c.CommitEvery = 200 * time.Millisecond
	}
	if c.Grace == 0 {
		c.Grace = 10 * time.Second
	}
	return c
}

// role is one Run.
type role struct {
	cfg        Config
	partitions [Targets]int
	control    controlState
	troubles   troubles
	raised     chan struct{} // an incarnation was raised
}

// Run takes part in turning the sources into the log until ctx is done, then finishes what is in flight, commits and
// returns nil. Any other return is an error that trying again does not cure.
func Run(ctx context.Context, cfg Config) error {
	cfg = cfg.withDefaults()
	if err := cfg.Validate(); err != nil {
		return err
	}
	r := &role{cfg: cfg, raised: make(chan struct{}, 1), troubles: troubles{log: cfg.Logger}}
	if err := r.prepare(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("ingest: %w", err)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	workers := pool.New().WithErrors().WithFirstError()
	start := func(what string, work func() error) {
		workers.Go(func() error {
			defer stop()
			if err := work(); err != nil && !errors.Is(err, context.Canceled) {
				return fmt.Errorf("ingest: %s: %w", what, err)
			}
			return nil
		})
	}
	start("follow "+kafkalog.TopicControl, func() error {
		return cfg.Client.Follow(ctx, kafkalog.TopicControl, r.control.next,
			func(_ int, rec kafkalog.Record) error { return r.control.apply(rec) })
	})
	start("append", func() error {
		defer cfg.Metrics.setClock(ClockElsewhere)
		return tenancy.Together(ctx, tenancy.Config{Members: cfg.Client, Group: GroupID, Topics: sourceNames(),
			Logger: cfg.Logger}, r.own)
	})
	return workers.Wait()
}

// prepare looks at the topics that are written, begins log partitions that are empty, and reads risk.control.
func (r *role) prepare(ctx context.Context) error {
	return r.retry(ctx, "prepare the log", func() error {
		for t := range Targets {
			n, err := r.cfg.Client.Partitions(ctx, t.Topic())
			if err != nil {
				return err
			}
			r.partitions[t] = n
		}
		if want := int(r.cfg.Opened.Partitions); r.partitions[ToLog] != want {
			return fmt.Errorf("%w: %s has %d partitions, the log was opened with %d", ErrConfiguration, kafkalog.TopicLog,
				r.partitions[ToLog], want)
		}
		for p := range r.partitions[ToLog] {
			if err := r.begin(ctx, p); err != nil {
				return err
			}
		}
		r.control.raised = func() {
			select {
			case r.raised <- struct{}{}:
			default:
			}
		}
		return r.control.read(ctx, r.cfg.Client)
	})
}

// begin writes log.opened into an empty log partition, and refuses one that belongs to another log.
func (r *role) begin(ctx context.Context, p int) error {
	bounds, err := r.cfg.Client.Offsets(ctx, kafkalog.TopicLog, p)
	if err != nil {
		return err
	}
	if bounds.End == 0 {
		_, err := r.cfg.Client.Append(ctx, kafkalog.TopicLog, p,
			[]kafkalog.Record{{Value: r.cfg.OpenedRecord, TimeMs: r.cfg.Clock()}})
		return err
	}
	first, err := r.cfg.Client.Fetch(ctx, kafkalog.TopicLog, p, bounds.Start, kafkalog.FetchOptions{MaxBytes: 64 << 10,
		ValuesOnly: true})
	if err != nil {
		return err
	}
	if bounds.Start != 0 || len(first.Records) == 0 {
		return fmt.Errorf("%w: %s/%d begins at %d: its first records are gone", ErrLogMismatch, kafkalog.TopicLog, p,
			bounds.Start)
	}
	opened, err := decodeOpened(first.Records[0].Value)
	if err != nil {
		return fmt.Errorf("%w: %s/%d: %w", ErrLogMismatch, kafkalog.TopicLog, p, err)
	}
	if opened.LogID != r.cfg.Opened.LogID || opened.Generation != r.cfg.Opened.Generation {
		return fmt.Errorf("%w: %s/%d belongs to log %s, generation %d; this is %s, generation %d", ErrLogMismatch,
			kafkalog.TopicLog, p, opened.LogID, opened.Generation, r.cfg.Opened.LogID, r.cfg.Opened.Generation)
	}
	return nil
}

// own works on the sources of a generation until ctx ends: in one session, and another one where an incarnation is
// raised.
func (r *role) own(ctx context.Context, g *kafkalog.Generation) error {
	for {
		s, err := r.newSession(ctx, g)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		}
		sessionCtx, stop := context.WithCancel(ctx)
		work := pool.New()
		work.Go(func() {
			defer stop()
			s.run(sessionCtx)
		})
		select {
		case <-r.raised:
		case <-sessionCtx.Done():
		}
		stop()
		work.Wait()
		if ctx.Err() != nil {
			return nil
		}
		s.remember()
	}
}

// retry repeats what fails for a passing reason until it succeeds or ctx is done.
func (r *role) retry(ctx context.Context, what string, work func() error) error {
	attempt := func() (struct{}, error) {
		err := work()
		if errors.Is(err, ErrConfiguration) || errors.Is(err, ErrLogMismatch) || errors.Is(err, kafkalog.ErrNoTopic) ||
			errors.Is(err, kafkalog.ErrTooLarge) {
			err = retry.Permanent(err)
		}
		return struct{}{}, err
	}
	failed := func(err error, wait time.Duration) {
		r.troubles.tell("what fails is tried again", "what", what, "error", err, "wait_ms", wait.Milliseconds())
	}
	_, err := retry.Do(ctx, retry.Policy{Pace: retry.Requests, Failed: failed}, attempt)
	return err
}

func sourceNames() []string {
	var names []string
	for _, t := range SourceTopics() {
		names = append(names, t.String())
	}
	return names
}
