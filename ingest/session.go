package ingest

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"barometer/ingest/decode"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/internal/retry"

	"github.com/sourcegraph/conc/pool"
)

// commitGap is the least time between two commits of drained sources.
const commitGap = 5 * time.Millisecond

// session is one generation's work: it begins at the committed offsets with an empty appender, and gives up all sources
// together. Only run touches the appender.
type session struct {
	role *role
	cfg  Config
	g    *kafkalog.Generation
	core *Appender

	sources  []*reader
	intake   chan intake
	lanes    [Targets][]chan []kafkalog.Record
	answers  chan answer
	inFlight int

	commits     chan map[int]int64
	committed   chan commitDone
	committing  bool
	uncommitted map[int]int64 // by source: what may be committed and is not on its way
	drained     map[int]int64 // by source: where it was at its end when last heard of
	lastCommit  time.Time
	refused     bool // the last commit failed: the next one waits for its turn

	records atomic.Uint64 // source records taken, ticks left out
}

// intake is a batch of a source on its way to the appender.
type intake struct {
	source  int
	batch   Batch
	drained bool // the source had nothing after it
}

// answer is what became of a request.
type answer struct {
	lane Lane
	err  error
}

type commitDone struct {
	offsets map[int]int64
	err     error
}

// newSession prepares the work on a generation's partitions. Where an incarnation was raised it commits the new
// beginning.
func (r *role) newSession(ctx context.Context, g *kafkalog.Generation) (*session, error) {
	s := &session{role: r, cfg: r.cfg, g: g, intake: make(chan intake), commits: make(chan map[int]int64, 1),
		committed: make(chan commitDone, 1), uncommitted: map[int]int64{}, drained: map[int]int64{}}
	from := make([]int64, len(g.Assigned))
	ids := map[string]kafkalog.TopicID{}
	for i, tp := range g.Assigned {
		topic, _ := event.ParseTopic(tp.Topic)
		rd := &reader{session: s, index: i, tp: tp, incarnation: r.control.incarnation(tp.Topic)}
		begin := func() (err error) {
			id, known := ids[tp.Topic]
			if !known {
				if id, err = r.cfg.Client.TopicID(ctx, tp.Topic); err != nil {
					return err
				}
				ids[tp.Topic] = id
			}
			rd.id = id
			rd.next, err = r.beginning(ctx, g, rd)
			return err
		}
		if err := r.retry(ctx, "begin "+partitionName(tp), begin); err != nil {
			return nil, err
		}
		rd.committed.Store(rd.next)
		rd.end.Store(-1)
		rd.preparer = NewPreparer(topic, uint32(tp.Partition), rd.incarnation, decode.New(r.cfg.Secret), r.partitions)
		s.sources = append(s.sources, rd)
		from[i] = max(0, rd.next)
	}
	r.cfg.Positions.Assign(g)
	for _, rd := range s.sources {
		r.cfg.Positions.Resume(rd.tp)
		r.cfg.Positions.Reached(rd.tp, max(0, rd.next))
	}
	core, err := NewAppender(AppenderConfig{Sources: len(from), Partitions: r.partitions, MaxBuffered: r.cfg.MaxBuffered,
		MaxRequest: r.cfg.MaxRequest}, from)
	if err != nil {
		return nil, err
	}
	s.core = core
	n := 0
	for t := range Targets {
		s.lanes[t] = make([]chan []kafkalog.Record, r.partitions[t])
		for p := range s.lanes[t] {
			s.lanes[t][p] = make(chan []kafkalog.Record, 1)
			n++
		}
	}
	s.answers = make(chan answer, n) // one in flight for each lane: a send never blocks
	return s, nil
}

// run works until ctx is done, then waits for what is in flight and commits.
func (s *session) run(ctx context.Context) {
	s.cfg.Logger.Info("reading sources", "partitions", len(s.sources))
	// Requests and commits may finish for a while after the sources were given up.
	outCtx, stopOut := context.WithCancel(context.WithoutCancel(ctx))
	defer stopOut()
	sources, outs := pool.New(), pool.New()
	for _, rd := range s.sources {
		sources.Go(func() { rd.run(ctx) })
		if rd.tp.Topic == kafkalog.TopicClock && rd.tp.Partition == 0 {
			sources.Go(func() { s.keepClock(ctx) })
		}
	}
	for t := range Targets {
		for p, requests := range s.lanes[t] {
			outs.Go(func() { s.produce(outCtx, Lane{t, p}, requests) })
		}
	}
	outs.Go(func() { s.commit(outCtx) })

	s.loop(ctx)
	sources.Wait()
	s.finish()
	for t := range Targets {
		for _, requests := range s.lanes[t] {
			close(requests)
		}
	}
	close(s.commits)
	if s.inFlight > 0 || s.committing {
		stopOut() // they had their time
	}
	outs.Wait()
	s.cfg.Metrics.idle()
}

func (s *session) loop(ctx context.Context) {
	every := time.NewTicker(s.cfg.CommitEvery)
	defer every.Stop()
	var soon <-chan time.Time
	for {
		s.send()
		taking := s.intake
		if !s.core.Room() {
			taking = nil
		}
		due := false
		select {
		case in := <-taking:
			s.take(in)
		case a := <-s.answers:
			s.answered(a)
		case done := <-s.committed:
			s.wasCommitted(done)
		case <-every.C:
			due = true
			s.cfg.Metrics.buffered.Set(float64(s.core.Buffered()))
			s.lag()
		case <-soon:
			soon = nil
		case <-ctx.Done():
			return
		}
		if urgent := s.gather(); due {
			s.startCommit()
		} else if urgent && !s.committing && !s.refused && soon == nil {
			if wait := commitGap - time.Since(s.lastCommit); wait > 0 {
				soon = time.After(wait)
			} else {
				s.startCommit()
			}
		}
	}
}

// take gives a batch to the appender.
func (s *session) take(in intake) {
	s.core.Add(in.source, in.batch)
	if in.drained {
		s.drained[in.source] = in.batch.Next
	}
	rd := s.sources[in.source]
	s.cfg.Metrics.read(rd.tp.Topic, in.batch.Items)
	s.cfg.Logger.Debug("source records read", "topic", rd.tp.Topic, "partition", rd.tp.Partition, "records",
		len(in.batch.Items), "next", in.batch.Next)
	if rd.tp.Topic != kafkalog.TopicClock {
		s.records.Add(uint64(len(in.batch.Items)))
	}
}

// send starts every request that can be in flight.
func (s *session) send() {
	for t := range Targets {
		for p, requests := range s.lanes[t] {
			if records := s.core.Request(Lane{t, p}); records != nil {
				s.inFlight++
				requests <- records // capacity 1, one in flight: never blocks
			}
		}
	}
}

func (s *session) answered(a answer) {
	s.inFlight--
	if a.err != nil {
		s.cfg.Metrics.failures[a.lane.Target].Inc()
	}
	switch {
	case errors.Is(a.err, kafkalog.ErrTooLarge):
		if !s.core.Refused(a.lane) {
			s.role.troubles.tell("a record is above its topic's max.message.bytes and waits until an operator raises that",
				"topic", a.lane.Target.Topic())
		}
		return
	case a.err != nil:
		s.core.Failed(a.lane)
		return
	}
	s.cfg.Metrics.appended[a.lane.Target].Add(float64(s.core.Acked(a.lane)))
}

// produce makes one attempt of each request of a lane. After a failure it waits before it says so, longer each time.
func (s *session) produce(ctx context.Context, to Lane, requests <-chan []kafkalog.Record) {
	wait := retry.Requests.Waits()
	for records := range requests {
		_, err := s.cfg.Client.Produce(ctx, to.Target.Topic(), to.Partition, records)
		if err == nil {
			wait.Reset()
		} else if ctx.Err() == nil {
			s.role.troubles.tell("the broker did not take records; they are sent again", "topic", to.Target.Topic(), "partition",
				to.Partition,
				"records", len(records), "error", err)
			retry.Sleep(ctx, wait.Next())
		}
		s.answers <- answer{to, err}
	}
}

// gather collects what may be committed, and tells whether a drained source is among it.
func (s *session) gather() (urgent bool) {
	for i := range s.sources {
		if offset, moved := s.core.Committable(i); moved {
			s.uncommitted[i] = offset
		}
	}
	for i, offset := range s.uncommitted {
		if end, ok := s.drained[i]; ok && end == offset {
			return true
		}
	}
	return false
}

// startCommit sends off what is gathered, unless a commit is on its way already.
func (s *session) startCommit() {
	if s.committing || len(s.uncommitted) == 0 {
		return
	}
	s.committing, s.lastCommit = true, time.Now()
	s.commits <- s.uncommitted // capacity 1, one in flight: never blocks
	s.uncommitted = map[int]int64{}
}

// commit makes the commits, and notes how far they are.
func (s *session) commit(ctx context.Context) {
	noted := notes{map[int]int64{}, map[int]time.Time{}}
	for offsets := range s.commits {
		byPartition := map[kafkalog.TopicPartition]int64{}
		for i, offset := range offsets {
			byPartition[s.sources[i].tp] = offset
		}
		err := s.g.Commit(ctx, byPartition)
		if err == nil {
			for i, offset := range offsets {
				s.sources[i].committed.Store(offset)
			}
		}
		s.committed <- commitDone{offsets, err}
		noted.write(ctx, s, false)
	}
	noted.write(ctx, s, true)
}

func (s *session) wasCommitted(done commitDone) {
	s.committing, s.refused = false, done.err != nil
	if done.err != nil {
		// The next commit says more. Where the generation is over, the next one begins where this one has committed.
		s.cfg.Logger.Debug("offsets not committed", "error", done.err)
		for i, offset := range done.offsets {
			if _, newer := s.uncommitted[i]; !newer {
				s.uncommitted[i] = offset
			}
		}
	}
}

// finish waits for what is in flight and commits it. Nothing new is sent.
func (s *session) finish() {
	grace := time.NewTimer(s.cfg.Grace)
	defer grace.Stop()
	final := false
	for {
		s.gather()
		if s.inFlight == 0 && !s.committing {
			if final || len(s.uncommitted) == 0 {
				return
			}
			final = true
			s.startCommit()
		}
		select {
		case a := <-s.answers:
			s.answered(a)
		case done := <-s.committed:
			s.wasCommitted(done)
		case <-grace.C:
			s.cfg.Logger.Warn("sources given up with requests on their way; they are read again from the committed offsets",
				"requests", s.inFlight)
			return
		}
	}
}

// lag says how far the sources are committed.
func (s *session) lag() {
	for _, rd := range s.sources {
		s.cfg.Positions.Ends(rd.tp, rd.end.Load())
		s.cfg.Positions.Reached(rd.tp, max(0, rd.committed.Load()))
	}
}

// remember puts what the session committed into its generation, for another session of the same one.
func (s *session) remember() {
	for _, rd := range s.sources {
		s.g.Committed[rd.tp] = rd.committed.Load()
	}
}
