package tenancy

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"barometer/ingest/kafkalog"
	"barometer/internal/retry"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/sourcegraph/conc"
)

// lastCommit is how long the last commit of Together may take.
const lastCommit = 5 * time.Second

// Members is the consumer group, as *kafkalog.Client offers it.
type Members interface {
	Group(ctx context.Context, cfg kafkalog.GroupConfig, assigned func(g *kafkalog.Generation)) error
}

// Config says which topics are shared out, and by which group.
type Config struct {
	Members Members
	Group   string
	Topics  []string
	// Positions learn what is assigned and which partition is stopped, and commit what the work reports to them; nil: the
	// work does all that itself.
	Positions *kafkalog.Positions
	Owned     prometheus.Gauge // how many partitions are assigned; nil: nobody asks
	Logger    *slog.Logger
}

// Tenancy is one stay of a partition in this process.
type Tenancy struct {
	Partition kafkalog.TopicPartition
	Committed int64 // the group's offset when it began; -1: none

	owner *owner
	calm  atomic.Bool // since the last failure
}

// Recovered says that the work runs well: its partition counts as read, and the wait after its next failure is short
// again. It is safe for concurrent use.
func (t *Tenancy) Recovered() {
	t.calm.Store(true)
	if p := t.owner.cfg.Positions; p != nil {
		p.Resume(t.Partition)
	}
}

// stopped is an error that needs an operator.
type stopped struct {
	error
	again time.Duration
}

func (s *stopped) Unwrap() error { return s.error }

// StopsPartition marks an error that only an operator can help against: the partition counts as stopped, and that is
// logged once as long as the first line of the error stays the same. The work is tried again after a time; 0: not
// before the next generation.
func StopsPartition(err error, again time.Duration) error { return &stopped{err, again} }

// fatal is an error that ends the role.
type fatal struct{ error }

func (f *fatal) Unwrap() error { return f.error }

// EndsRole marks an error with which no partition can be worked on.
func EndsRole(err error) error { return &fatal{err} }

// Each works on each assigned partition by itself until ctx ends, and returns when all work has ended. The work goes on
// until its context ends and then returns nil. Its error is tried again after a growing wait, unless it is marked by
// StopsPartition or by EndsRole. Each returns the first error that ends the role, without its mark; nil where ctx has
// ended before.
func Each(ctx context.Context, cfg Config, work func(ctx context.Context, t *Tenancy) error) error {
	o := newOwner(cfg, false)
	o.drive = func(ctx context.Context, key kafkalog.TopicPartition, g *kafkalog.Generation) error {
		committed, known := g.Committed[key]
		if !known {
			committed = -1
		}
		return o.repeat(ctx, &Tenancy{Partition: key, Committed: committed, owner: o}, work)
	}
	return o.run(ctx)
}

// Together works on all partitions of a generation at once until ctx ends, and returns when all work has ended. The
// work goes on until its context ends, which is when the next generation comes, and then returns nil. The generation is
// the work's own; its commits succeed while no other one has begun. An error of the work ends the role and is returned,
// unless ctx has ended before.
func Together(ctx context.Context, cfg Config, work func(ctx context.Context, g *kafkalog.Generation) error) error {
	o := newOwner(cfg, true)
	o.drive = func(ctx context.Context, _ kafkalog.TopicPartition, g *kafkalog.Generation) error {
		if cfg.Positions != nil {
			cfg.Positions.Assign(g)
		}
		return work(ctx, g)
	}
	return o.run(ctx)
}

// owner is one Each or Together.
type owner struct {
	cfg      Config
	together bool
	// drive is one tenancy; its error ends the role.
	drive     func(ctx context.Context, key kafkalog.TopicPartition, g *kafkalog.Generation) error
	tenancies conc.WaitGroup

	mu         sync.Mutex
	roster     *roster
	generation *kafkalog.Generation // the newest
	leave      map[kafkalog.TopicPartition]context.CancelFunc
	failed     error // the first error that ends the role
}

func newOwner(cfg Config, together bool) *owner {
	return &owner{cfg: cfg, together: together, roster: newRoster(together),
		leave: map[kafkalog.TopicPartition]context.CancelFunc{}}
}

func (o *owner) run(parent context.Context) error {
	ctx, end := context.WithCancel(parent)
	defer end()
	members, leaveGroup := ctx, end
	if o.together {
		members, leaveGroup = context.WithCancel(context.WithoutCancel(parent))
	}
	var beside conc.WaitGroup
	defer beside.Wait()
	defer leaveGroup()
	if o.cfg.Positions != nil {
		beside.Go(func() { o.cfg.Positions.Run(ctx, o.cfg.Logger) })
	}
	beside.Go(func() {
		defer end()
		err := o.cfg.Members.Group(members, kafkalog.GroupConfig{ID: o.cfg.Group, Topics: o.cfg.Topics},
			func(g *kafkalog.Generation) { o.assign(ctx, end, g) })
		if err != nil && members.Err() == nil {
			o.fail(fmt.Errorf("group %s: %w", o.cfg.Group, err))
		}
	})
	<-ctx.Done()
	o.close()
	o.tenancies.Wait()
	if o.together && o.cfg.Positions != nil {
		o.commit(context.WithoutCancel(parent))
	}
	if parent.Err() != nil {
		return nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.failed
}

// commit tells the group how far everything is, while it is still one of the group.
func (o *owner) commit(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, lastCommit)
	defer cancel()
	if err := o.cfg.Positions.Commit(ctx); err != nil {
		o.cfg.Logger.Debug("the last offsets are not committed", "group", o.cfg.Group, "error", err)
	}
}

// assign takes a generation: it begins what is new and ends what is gone. What stays is not disturbed, unless
// generations are worked on together.
func (o *owner) assign(ctx context.Context, end context.CancelFunc, g *kafkalog.Generation) {
	o.mu.Lock()
	defer o.mu.Unlock()
	keys := g.Assigned
	if o.together {
		keys = []kafkalog.TopicPartition{{}}
	} else if o.cfg.Positions != nil {
		o.cfg.Positions.Assign(g)
	}
	o.generation = g
	begin, gone := o.roster.assign(keys)
	for _, key := range gone {
		o.leave[key]()
	}
	for _, key := range begin {
		o.begin(ctx, end, key)
	}
	if o.cfg.Owned != nil && !o.roster.closed {
		o.cfg.Owned.Set(float64(len(g.Assigned)))
	}
}

// begin starts a tenancy, and then the next one of its key where the roster says so. The caller holds the lock.
func (o *owner) begin(ctx context.Context, end context.CancelFunc, key kafkalog.TopicPartition) {
	g := o.generation
	own, leave := context.WithCancel(ctx)
	o.leave[key] = leave
	o.tenancies.Go(func() {
		defer leave()
		whole := false
		defer func() {
			if !whole { // it panics: nothing of this key begins any more, and the others end
				end()
			}
		}()
		if err := o.drive(own, key, g); err != nil {
			o.fail(err)
			end()
		}
		whole = true
		o.mu.Lock()
		defer o.mu.Unlock()
		if o.roster.ended(key) {
			o.begin(ctx, end, key)
		}
	})
}

func (o *owner) fail(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.failed == nil {
		o.failed = err
	}
}

// close ends all tenancies; none begins any more.
func (o *owner) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, key := range o.roster.close() {
		o.leave[key]()
	}
	if o.cfg.Owned != nil {
		o.cfg.Owned.Set(0)
	}
}

// repeat works on a partition until ctx ends or an error stops it for good. It returns only what ends the role.
func (o *owner) repeat(ctx context.Context, t *Tenancy, work func(context.Context, *Tenancy) error) error {
	log := o.cfg.Logger.With("topic", t.Partition.Topic, "partition", t.Partition.Partition)
	if o.cfg.Positions != nil {
		o.cfg.Positions.Resume(t.Partition)
	}
	waits, told := retry.Work.Waits(), ""
	for ctx.Err() == nil {
		err := work(ctx, t)
		if f := (*fatal)(nil); errors.As(err, &f) {
			return f.error
		}
		if s := (*stopped)(nil); errors.As(err, &s) {
			if o.cfg.Positions != nil {
				o.cfg.Positions.Stop(t.Partition)
			}
			if what, _, _ := strings.Cut(err.Error(), "\n"); what != told {
				told = what
				log.Error("partition stopped; it needs an operator", "error", err)
			}
			if s.again == 0 || !retry.Sleep(ctx, s.again) {
				return nil
			}
			continue
		}
		if err == nil || ctx.Err() != nil {
			return nil
		}
		if t.calm.Swap(false) {
			waits.Reset()
		}
		pause := waits.Next()
		log.Warn("partition interrupted", "error", err, "wait_ms", pause.Milliseconds())
		if !retry.Sleep(ctx, pause) {
			return nil
		}
	}
	return nil
}
