package tenancy

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"barometer/ingest/kafkalog"
	"barometer/internal/retry"
)

const partitions = 8

// house is a group that shares partitions out in memory, and the processes that take part in it. Its time is the
// bubble's, so waits cost nothing.
type house struct {
	*testing.T
	rnd *rand.Rand

	mu      sync.Mutex
	members []*process  // that the group counts
	calm    bool        // nothing fails and nothing is slow
	faults  map[int]int // that are to be told, by number: how often still
	made    int
}

// fault is an error of the work.
type fault struct{ number int }

func (f *fault) Error() string { return fmt.Sprintf("fault %d", f.number) }

// process is one that takes part in the group, or did.
type process struct {
	*house
	together bool
	next     chan *kafkalog.Generation // the newest that it was not told
	leave    context.CancelFunc
	left     chan error

	// below the house's lock
	gone   bool
	newest *kafkalog.Generation // that it was told
	live   map[kafkalog.TopicPartition][]context.Context
	whole  *kafkalog.Generation // that is worked on together
	fatal  error                // the first error that its work ended the role with
}

func (h *house) chance(n int) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.rnd.IntN(n) == 0
}

// upTo is a time by chance, 0 in calm.
func (h *house) upTo(most time.Duration) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.calm {
		return 0
	}
	return time.Duration(h.rnd.Int64N(int64(most)))
}

// share gives every member its part, which leaves out nobody and no partition. The caller holds the lock.
func (h *house) share() {
	order := h.rnd.Perm(partitions)
	for i, p := range h.members {
		committed := map[kafkalog.TopicPartition]int64{}
		for j, partition := range order {
			if j%len(h.members) == i {
				committed[keys(partition)[0]] = int64(partition)
			}
		}
		select {
		case <-p.next:
		default:
		}
		p.next <- kafkalog.NewGeneration(committed, func(ctx context.Context, _ map[kafkalog.TopicPartition]int64) error {
			return ctx.Err()
		})
	}
}

// drop lets the group count a process no more.
func (h *house) drop(p *process) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.members = slices.DeleteFunc(h.members, func(q *process) bool { return q == p })
	h.share()
}

// count lets the group count a process.
func (h *house) count(p *process) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !p.gone && !slices.Contains(h.members, p) {
		h.members = append(h.members, p)
	}
	h.share()
}

// Group is of Members: it tells a generation late, and of several only the newest.
func (p *process) Group(ctx context.Context, _ kafkalog.GroupConfig, assigned func(*kafkalog.Generation)) error {
	p.count(p)
	defer func() {
		p.mu.Lock()
		p.gone = true
		p.mu.Unlock()
		p.drop(p)
	}()
	for {
		select {
		case <-ctx.Done():
			return nil
		case g := <-p.next:
			if !retry.Sleep(ctx, p.upTo(3*time.Second)) {
				return nil
			}
			p.mu.Lock()
			p.newest = g
			p.mu.Unlock()
			assigned(g)
			if !p.together {
				p.noneStays(g)
			}
		}
	}
}

// noneStays wants the context of what is not assigned ended when the generation is taken.
func (p *process) noneStays(g *kafkalog.Generation) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, live := range p.live {
		for _, ctx := range live {
			if ctx.Err() == nil && !slices.Contains(g.Assigned, key) {
				p.Errorf("%v is not assigned any more and goes on", key)
			}
		}
	}
}

// Handle is of slog.Handler: it counts what errors are told.
func (p *process) Handle(_ context.Context, r slog.Record) error {
	r.Attrs(func(a slog.Attr) bool {
		if err, ok := a.Value.Any().(error); ok {
			p.tell(err)
		}
		return true
	})
	return nil
}
func (p *process) Enabled(context.Context, slog.Level) bool { return true }
func (p *process) WithAttrs([]slog.Attr) slog.Handler       { return p }
func (p *process) WithGroup(string) slog.Handler            { return p }

func (h *house) tell(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if f := (*fault)(nil); !errors.As(err, &f) {
		h.Errorf("told: %v", err)
	} else if h.faults[f.number]--; h.faults[f.number] != 0 {
		h.Errorf("%v is told more often than it happened", err)
	}
}

// fault makes an error of its own, which is to be told so often.
func (h *house) fault(often int) *fault {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.made++
	h.faults[h.made] = often
	return &fault{h.made}
}

// enter begins a tenancy of a key, with a slow start, and returns its slow end.
func (p *process) enter(ctx context.Context, key kafkalog.TopicPartition) (leave func()) {
	p.mu.Lock()
	if p.live[key] = append(p.live[key], ctx); len(p.live[key]) > 1 {
		p.Errorf("%v has %d live tenancies", key, len(p.live[key]))
	}
	p.mu.Unlock()
	time.Sleep(p.upTo(8 * time.Second))
	return func() {
		time.Sleep(p.upTo(20 * time.Second))
		p.mu.Lock()
		defer p.mu.Unlock()
		p.live[key] = p.live[key][1:]
	}
}

// each works on one partition.
func (p *process) each(ctx context.Context, t *Tenancy) error {
	if t.Committed != int64(t.Partition.Partition) {
		p.Errorf("%v begins at %d", t.Partition, t.Committed)
	}
	leave := p.enter(ctx, t.Partition)
	works := p.upTo(2) == 0
	if works {
		t.Recovered()
		<-ctx.Done()
	} else {
		retry.Sleep(ctx, p.upTo(30*time.Second))
	}
	leave()
	switch {
	case !works && p.chance(20):
		return EndsRole(p.ends())
	case ctx.Err() != nil:
		return nil
	case p.chance(3):
		return fmt.Errorf("as others wrap it: %w", StopsPartition(p.fault(1), 0))
	case p.chance(3):
		return StopsPartition(p.fault(1), 10*time.Second)
	default:
		return p.fault(1)
	}
}

// ends makes an error that ends the role: the first one is returned, and none is logged.
func (p *process) ends() error {
	err := p.fault(0)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fatal == nil {
		p.fatal = err
	}
	return err
}

// all works on a generation.
func (p *process) all(ctx context.Context, g *kafkalog.Generation) error {
	leave := p.enter(ctx, kafkalog.TopicPartition{})
	p.mu.Lock()
	p.whole = g
	p.mu.Unlock()
	fails := p.upTo(2) != 0 && p.chance(20)
	if !fails {
		<-ctx.Done()
	}
	leave()
	if fails && ctx.Err() == nil {
		return p.ends()
	}
	return nil
}

// join starts a process.
func (h *house) join(together bool) *process {
	p := &process{house: h, together: together, next: make(chan *kafkalog.Generation, 1), left: make(chan error, 1),
		live: map[kafkalog.TopicPartition][]context.Context{}}
	ctx, leave := context.WithCancel(context.Background())
	p.leave = leave
	cfg := Config{Members: p, Group: "g", Topics: []string{"t"}, Positions: kafkalog.NewPositions(nil, "test"),
		Logger: slog.New(p)}
	go func() {
		if together {
			p.left <- Together(ctx, cfg, p.all)
		} else {
			p.left <- Each(ctx, cfg, p.each)
		}
	}()
	return p
}

// rest lets everything come to rest and wants of each process that is left that it works on what it was told, all of
// it, and on nothing else.
func (h *house) rest(running []*process) []*process {
	h.mu.Lock()
	h.calm = true
	h.mu.Unlock()
	time.Sleep(2 * time.Minute) // what was slow ends, and what waits is tried again
	running = h.ended(running)
	h.mu.Lock()
	h.share() // what stopped begins anew
	h.mu.Unlock()
	time.Sleep(time.Minute)
	synctest.Wait()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calm = false
	total := 0
	for _, p := range running {
		for partition := range partitions {
			key := keys(partition)[0]
			want := 0
			if slices.Contains(p.newest.Assigned, key) {
				want = 1
			}
			if total += want; !p.together && len(p.live[key]) != want {
				h.Errorf("at rest %v has %d tenancies, want %d", key, len(p.live[key]), want)
			}
		}
		if p.together && (len(p.live[kafkalog.TopicPartition{}]) != 1 || p.whole != p.newest) {
			h.Errorf("at rest it works on another generation than the newest, or on none")
		}
	}
	if len(running) > 0 && total != partitions {
		h.Errorf("at rest %d of %d partitions are assigned", total, partitions)
	}
	return running
}

// ended leaves out the processes that ended by themselves.
func (h *house) ended(running []*process) []*process {
	return slices.DeleteFunc(running, func(p *process) bool {
		select {
		case err := <-p.left:
			if err == nil {
				h.Error("a process ended by itself and says nothing")
			}
			p.over(err)
			return true
		default:
			return false
		}
	})
}

// over wants of a process that has ended that nothing of it goes on, and that its error is the first that ended it.
func (p *process) over(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, live := range p.live {
		if len(live) != 0 {
			p.Errorf("it has ended, and %v has %d tenancies", key, len(live))
		}
	}
	if err != nil && err != p.fatal { //nolint:errorlint // without its mark
		p.Errorf("it ended with %v, the first error is %v", err, p.fatal)
	}
}

// TestAnyOrderOfGenerationsErrorsAndSlowWork lets processes join, leave, be given up by the group while they live on,
// and fail, and holds doc.go's invariants all the while. A goroutine that is left at the end fails the bubble.
func TestAnyOrderOfGenerationsErrorsAndSlowWork(t *testing.T) {
	for seed := range uint64(40) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &house{T: t, rnd: rand.New(rand.NewPCG(seed, 2)), faults: map[int]int{}}
				var running []*process
				for range 120 {
					running = h.step(seed%2 == 1, h.ended(running))
				}
				for _, p := range h.ended(running) {
					p.leave()
					p.over(<-p.left)
				}
				for number, often := range h.faults {
					if often > 0 {
						t.Errorf("fault %d was not told", number)
					}
				}
			})
		})
	}
}

// step does one thing by chance.
func (h *house) step(together bool, running []*process) []*process {
	what := h.upTo(10)
	if n := len(running); n == 0 || what < 3 && n < 4 {
		return append(running, h.join(together))
	}
	i := int(h.upTo(time.Duration(len(running))))
	p := running[i]
	switch what {
	case 3:
		p.leave()
		p.over(<-p.left)
		return slices.Delete(running, i, i+1)
	case 4: // the group gives it up while it lives on, as if its heartbeats were late, and takes it back
		h.drop(p)
		time.Sleep(h.upTo(10 * time.Second))
		h.count(p)
	case 5:
		return h.rest(running)
	default: // it is shared out anew, and again
		for range what {
			h.mu.Lock()
			h.share()
			h.mu.Unlock()
			time.Sleep(h.upTo(4 * time.Second))
		}
	}
	return running
}
