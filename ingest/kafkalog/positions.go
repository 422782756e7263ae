package kafkalog

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	commitEvery = time.Second
	// stallAfter is how long a partition may stand still, with records before it, until it counts as stalled. A quiet log
	// ends a batch once a minute.
	stallAfter = 3 * time.Minute
)

// Positions say how far one role of a process is in each partition that it reads: to metrics as lag, to probes as
// Ready, and to the consumer group as committed offsets, so that Kafka's own tools see the lag too. They are safe for
// concurrent use.
type Positions struct {
	role string
	now  func() time.Time

	mu         sync.Mutex
	generation *Generation // nil before the first one
	places     map[TopicPartition]*place
}

// place is where a partition is. Offsets are -1 where they are not known.
type place struct {
	next      int64 // all records below it are done
	end       int64 // of the partition, when last heard of
	committed int64
	moved     time.Time // when next rose, or was found at the end
	stopped   bool      // until an operator acts
}

// NewPositions makes the positions of a role and registers their metrics: barometer_<role>_lag, _position and
// _partition_stopped.
func NewPositions(reg prometheus.Registerer, role string) *Positions {
	p := &Positions{role: role, now: time.Now, places: map[TopicPartition]*place{}}
	if reg != nil {
		reg.MustRegister(newPositionMetrics(p))
	}
	return p
}

// Assign takes a generation's partitions: those that are new, and no others any more.
func (p *Positions) Assign(g *Generation) {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.places
	p.generation, p.places = g, map[TopicPartition]*place{}
	for _, tp := range g.Assigned {
		at := before[tp]
		if at == nil {
			at = &place{next: -1, end: -1, moved: p.now()}
		}
		at.committed = -1
		if c, ok := g.Committed[tp]; ok {
			at.committed = c
		}
		p.places[tp] = at
	}
}

// Reached says that all records of a partition below next are done. It may be lower than before: after a restart from a
// snapshot.
func (p *Positions) Reached(tp TopicPartition, next int64) {
	p.change(tp, func(at *place) {
		if next > at.next {
			at.moved = p.now()
		}
		at.next = next
	})
}

// Ends says where a partition ends.
func (p *Positions) Ends(tp TopicPartition, end int64) {
	p.change(tp, func(at *place) {
		if at.next >= at.end { // it had caught up: from now on it must move
			at.moved = p.now()
		}
		at.end = end
	})
}

// Stop says that a partition is not read until an operator acts; Resume that it is read again.
func (p *Positions) Stop(tp TopicPartition)   { p.change(tp, func(at *place) { at.stopped = true }) }
func (p *Positions) Resume(tp TopicPartition) { p.change(tp, func(at *place) { at.stopped = false }) }

// Stopped tells whether a partition waits for an operator.
func (p *Positions) Stopped(tp TopicPartition) (stopped bool) {
	p.change(tp, func(at *place) { stopped = at.stopped })
	return stopped
}

// change does nothing for a partition that is not assigned any more.
func (p *Positions) change(tp TopicPartition, do func(at *place)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at := p.places[tp]; at != nil {
		do(at)
	}
}

// lag is how many records are not done, false where that is not known.
func (a *place) lag() (int64, bool) {
	return max(0, a.end-a.next), a.next >= 0 && a.end >= 0
}

// Ready is nil while the role takes part in its group and each of its partitions moves. The error names role and
// partition, and nothing that a stranger may not read.
func (p *Positions) Ready() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.generation == nil {
		return fmt.Errorf("%s: no partitions are assigned yet", p.role)
	}
	for _, tp := range slices.SortedFunc(maps.Keys(p.places), TopicPartition.compare) {
		at := p.places[tp]
		lag, known := at.lag()
		switch still := p.now().Sub(at.moved); {
		case at.stopped:
			return fmt.Errorf("%s: %s/%d is stopped and needs an operator", p.role, tp.Topic, tp.Partition)
		case known && lag > 0 && still > stallAfter:
			return fmt.Errorf("%s: %s/%d stands still, %d records behind", p.role, tp.Topic, tp.Partition, lag)
		case !known && still > stallAfter:
			return fmt.Errorf("%s: %s/%d is not read yet", p.role, tp.Topic, tp.Partition)
		}
	}
	return nil
}

// Commit tells the group what moved since the last commit. Where that fails, the next one says it again.
func (p *Positions) Commit(ctx context.Context) error {
	p.mu.Lock()
	g, moved := p.generation, map[TopicPartition]int64{}
	for tp, at := range p.places {
		if at.next >= 0 && at.next != at.committed {
			moved[tp] = at.next
		}
	}
	p.mu.Unlock()
	if len(moved) == 0 {
		return nil
	}
	if err := g.Commit(ctx, moved); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.generation == g {
		for tp, next := range moved {
			p.places[tp].committed = next
		}
	}
	return nil
}

// Run commits once a second what moved, until ctx ends. A commit that fails is only worth a debug line: it does so
// while the group shares out anew, and positions rule where they matter.
func (p *Positions) Run(ctx context.Context, log *slog.Logger) {
	every := time.NewTicker(commitEvery)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
		if err := p.Commit(ctx); err != nil && ctx.Err() == nil {
			log.Debug("offsets not committed", "error", err)
		}
	}
}

// positionMetrics are the positions as metrics.
type positionMetrics struct {
	of                     *Positions
	lag, position, stopped *prometheus.Desc
}

func newPositionMetrics(of *Positions) positionMetrics {
	desc := func(name, help string) *prometheus.Desc {
		full := prometheus.BuildFQName("barometer", of.role, name)
		return prometheus.NewDesc(full, help, []string{"topic", "partition"}, nil)
	}
	return positionMetrics{of,
		desc("lag", "Records of a partition that are not done, by topic and partition."),
		desc("position", "Offset of the first record of a partition that is not done."),
		desc("partition_stopped", "1 where a partition stopped for a reason that needs an operator.")}
}

// Describe is of prometheus.Collector.
func (m positionMetrics) Describe(to chan<- *prometheus.Desc) {
	to <- m.lag
	to <- m.position
	to <- m.stopped
}

// Collect is of prometheus.Collector.
func (m positionMetrics) Collect(to chan<- prometheus.Metric) {
	m.of.mu.Lock()
	defer m.of.mu.Unlock()
	for tp, at := range m.of.places {
		gauge := func(d *prometheus.Desc, v float64) {
			to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, tp.Topic, strconv.Itoa(tp.Partition))
		}
		if lag, known := at.lag(); known {
			gauge(m.lag, float64(lag))
		}
		if at.next >= 0 {
			gauge(m.position, float64(at.next))
		}
		stopped := 0.0
		if at.stopped {
			stopped = 1
		}
		gauge(m.stopped, stopped)
	}
}
