package ingest

import (
	"fmt"

	"barometer/ingest/kafkalog"
)

// Target is a topic that an appender writes to.
type Target uint8

// Targets.
const (
	ToLog Target = iota
	ToTexts
	ToDeadLetter
	Targets // the number of targets
)

// Topic is the name of the target's topic.
func (t Target) Topic() string {
	return [...]string{kafkalog.TopicLog, kafkalog.TopicTexts, kafkalog.TopicDeadLetter}[t]
}

// Lane is one partition of a target: at most one request of it is in flight.
type Lane struct {
	Target    Target
	Partition int
}

// Everywhere as Item.To is every log partition.
const Everywhere = -1

// Item is one source record as it is to be written. Its bytes are the appender's to keep.
type Item struct {
	Offset int64            // in its source partition
	Dead   *kafkalog.Record // a dead letter: nothing but its partition and reason counts besides
	DeadTo int
	Reason string // why it is one, for those who count

	To    int    // log partition, or Everywhere
	Home  int    // of a broadcast: the partition that gets Value, where the others get Copy
	Value []byte // the log record
	Copy  []byte

	Words   *kafkalog.Record // to be acknowledged before the log record is sent; nil: none
	WordsTo int              // partition of Words
}

// Batch is a run of a source's records. Offsets that it leaves out hold nothing that counts.
type Batch struct {
	Items  []Item
	Next   int64 // the offset that follows the batch
	TimeMs int64 // of the log records, so that a request repeated is the same
}

// AppenderConfig bounds an appender and says how many partitions there are.
type AppenderConfig struct {
	Sources     int // source partitions, numbered from 0
	Partitions  [Targets]int
	MaxBuffered int // bytes that wait or are in flight, all lanes together
	MaxRequest  int // bytes of one produce request; a single record may be larger
}

// Validate checks the bounds and their relation.
func (c AppenderConfig) Validate() error {
	for t, n := range c.Partitions {
		if n <= 0 {
			return fmt.Errorf("ingest: %s has %d partitions", Target(t).Topic(), n)
		}
	}
	if c.MaxRequest <= 0 || c.MaxBuffered < c.MaxRequest {
		return fmt.Errorf("ingest: max_buffered %d below max_request %d", c.MaxBuffered, c.MaxRequest)
	}
	return nil
}

// source is what an appender knows of one source partition.
type source struct {
	next  int64    // offsets below it were added
	spans []*span  // batches in order; the first one is not acknowledged in full
	done  int64    // everything below it is acknowledged
	moved bool     // done moved since it was last asked for
	held  [][]held // by log partition: records that wait for words, and what came after them, in order
}

// span is one batch on its way.
type span struct {
	source  *source
	next    int64
	timeMs  int64
	pending int // records that are not acknowledged yet
}

// words are those of one item. They are acknowledged once, for all copies of the item.
type words struct{ acked bool }

// held is a log record that may not be sent yet, as its words are not acknowledged. A record without words is held if
// one before it is, to keep their order.
type held struct {
	value []byte
	span  *span
	words *words
}

// sent is what the acknowledgement of a queued record sets free.
type sent struct {
	span  *span
	words *words // of risk.texts
}

// lane is what waits for one partition. Invariant: queue[:inFlight] is the one request in flight.
type lane struct {
	queue    []kafkalog.Record
	sent     []sent // one for each of queue
	inFlight int
	failed   bool // the request in flight has to be sent again
}

// Appender decides what is written next and what may be committed. It belongs to one goroutine.
type Appender struct {
	cfg      AppenderConfig
	sources  []source
	lanes    [Targets][]lane
	buffered int
	pending  int
}

// NewAppender makes an appender whose sources begin at the given offsets, one for each.
func NewAppender(cfg AppenderConfig, from []int64) (*Appender, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if len(from) != cfg.Sources {
		return nil, fmt.Errorf("ingest: %d sources, %d offsets to begin at", cfg.Sources, len(from))
	}
	a := &Appender{cfg: cfg, sources: make([]source, cfg.Sources)}
	for i, offset := range from {
		a.sources[i] = source{next: offset, done: offset, held: make([][]held, cfg.Partitions[ToLog])}
	}
	for t, n := range cfg.Partitions {
		a.lanes[t] = make([]lane, n)
	}
	return a, nil
}

// Room tells whether the appender takes a batch now.
func (a *Appender) Room() bool { return a.buffered < a.cfg.MaxBuffered }

// Buffered is the bytes that wait or are in flight.
func (a *Appender) Buffered() int { return a.buffered }

// Settled tells whether everything added is acknowledged.
func (a *Appender) Settled() bool { return a.pending == 0 }

// Add takes the next batch of a source. Batches of one source come in order.
func (a *Appender) Add(from int, b Batch) {
	s := &a.sources[from]
	sp := &span{source: s, next: b.Next, timeMs: b.TimeMs}
	for i := range b.Items {
		it := &b.Items[i]
		if it.Offset < s.next || it.Offset >= b.Next {
			panic(fmt.Sprintf("ingest: source %d: offset %d where [%d, %d) is due", from, it.Offset, s.next, b.Next))
		}
		s.next = it.Offset + 1
		a.take(s, sp, it)
	}
	s.next = b.Next
	s.spans = append(s.spans, sp)
	a.pending += sp.pending
	s.settle()
}

// take queues or holds what is to be written of an item.
func (a *Appender) take(s *source, sp *span, it *Item) {
	if it.Dead != nil {
		a.queue(Lane{ToDeadLetter, it.DeadTo}, *it.Dead, sent{span: sp})
		return
	}
	var w *words
	if it.Words != nil {
		w = &words{}
		a.queue(Lane{ToTexts, it.WordsTo}, *it.Words, sent{span: sp, words: w})
	}
	if it.To != Everywhere {
		a.route(s, it.To, held{it.Value, sp, w})
		return
	}
	for p := range a.lanes[ToLog] {
		value := it.Copy
		if p == it.Home {
			value = it.Value
		}
		a.route(s, p, held{value, sp, w})
	}
}

// queue appends a record to a lane.
func (a *Appender) queue(to Lane, r kafkalog.Record, owner sent) {
	l := a.lane(to)
	l.queue = append(l.queue, r)
	l.sent = append(l.sent, owner)
	owner.span.pending++
	a.buffered += size(&r)
}

// route queues a log record, or holds it behind words that are not acknowledged.
func (a *Appender) route(s *source, to int, h held) {
	r := kafkalog.Record{Value: h.value, TimeMs: h.span.timeMs}
	if h.words == nil && len(s.held[to]) == 0 {
		a.queue(Lane{ToLog, to}, r, sent{span: h.span})
		return
	}
	s.held[to] = append(s.held[to], h)
	h.span.pending++
	a.buffered += size(&r)
}

// release queues what is no longer held, in order.
func (a *Appender) release(s *source) {
	for p := range s.held {
		waiting := s.held[p]
		n := 0
		for n < len(waiting) && (waiting[n].words == nil || waiting[n].words.acked) {
			r := kafkalog.Record{Value: waiting[n].value, TimeMs: waiting[n].span.timeMs}
			a.buffered -= size(&r)
			waiting[n].span.pending--
			a.queue(Lane{ToLog, p}, r, sent{span: waiting[n].span})
			n++
		}
		if s.held[p] = waiting[n:]; n == len(waiting) {
			s.held[p] = nil
		}
	}
}

// size is what a record counts for: its bytes and an allowance for what is around them.
func size(r *kafkalog.Record) int {
	n := len(r.Key) + len(r.Value) + 128
	for i := range r.Headers {
		n += len(r.Headers[i].Key) + len(r.Headers[i].Value)
	}
	return n
}

func (a *Appender) lane(l Lane) *lane { return &a.lanes[l.Target][l.Partition] }

// Request gives the request that a lane is to send now, nil for none: a new one where none is in flight, the same again
// after Failed. Its records must not be changed.
func (a *Appender) Request(of Lane) []kafkalog.Record {
	l := a.lane(of)
	if l.inFlight > 0 {
		if !l.failed {
			return nil
		}
		l.failed = false
		return l.queue[:l.inFlight:l.inFlight]
	}
	bytes := 0
	for i := range l.queue {
		if bytes += size(&l.queue[i]); i > 0 && bytes > a.cfg.MaxRequest {
			break
		}
		l.inFlight++
	}
	if l.inFlight == 0 {
		return nil
	}
	return l.queue[:l.inFlight:l.inFlight]
}

// Failed tells that the request in flight of a lane has no clear answer: it is to be sent again, unchanged.
func (a *Appender) Failed(of Lane) {
	l := a.lane(of)
	if l.inFlight == 0 {
		panic(fmt.Sprintf("ingest: failure without a request in flight: %s/%d", of.Target.Topic(), of.Partition))
	}
	l.failed = true
}

// Refused tells that the broker refused the request in flight of a lane for its size, a clear answer: it is made
// smaller. Of several records fewer go at once; a dead letter alone loses half of its value, and says so. It returns
// false where nothing is left to make smaller; the request is then to be sent again, for an operator may raise the
// topic's limit.
func (a *Appender) Refused(of Lane) bool {
	a.Failed(of)
	l := a.lane(of)
	if l.inFlight > 1 {
		l.inFlight /= 2
		return true
	}
	if of.Target != ToDeadLetter || len(l.queue[0].Value) == 0 {
		return false
	}
	a.buffered -= size(&l.queue[0])
	// In a new queue: what was handed out is never written again.
	l.queue = append([]kafkalog.Record{cutInHalf(l.queue[0])}, l.queue[1:]...)
	a.buffered += size(&l.queue[0])
	return true
}

// Acked tells that the request in flight of a lane was acknowledged, and returns how many records it had.
func (a *Appender) Acked(of Lane) int {
	l := a.lane(of)
	if l.inFlight == 0 {
		panic(fmt.Sprintf("ingest: acknowledgement without a request in flight: %s/%d", of.Target.Topic(), of.Partition))
	}
	n := l.inFlight
	for i, owner := range l.sent[:n] {
		a.buffered -= size(&l.queue[i])
		owner.span.pending--
		a.pending--
		if owner.words != nil {
			owner.words.acked = true
		}
	}
	owners := l.sent[:n]
	l.queue, l.sent, l.inFlight, l.failed = l.queue[n:], l.sent[n:], 0, false
	if len(l.queue) == 0 {
		l.queue, l.sent = nil, nil
	}
	a.settle(owners)
	return n
}

// settle looks at the sources of what was acknowledged: what may be sent, and what may be committed.
func (a *Appender) settle(owners []sent) {
	var last *source
	for _, owner := range owners {
		s := owner.span.source
		if s == last {
			continue
		}
		if owner.words != nil {
			a.release(s)
		}
		s.settle()
		last = s
	}
}

func (s *source) settle() {
	n := 0
	for n < len(s.spans) && s.spans[n].pending == 0 {
		s.done, s.moved = s.spans[n].next, true
		n++
	}
	s.spans = s.spans[n:]
}

// Committable is the offset of a source below which everything is acknowledged, and whether it moved since it was last
// asked for.
func (a *Appender) Committable(of int) (offset int64, moved bool) {
	s := &a.sources[of]
	moved, s.moved = s.moved, false
	return s.done, moved
}
