package route

import (
	"fmt"

	"barometer/alerting/notice"
	"barometer/alerting/subscription"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
)

// maxItem is how many changes one item holds, so that its record stays well below the brokers' limit.
const maxItem = 500

// maxStep is how many changes of one step are collected before they are told.
const maxStep = 20_000

// Config bounds a core.
type Config struct {
	Partitions  int // of risk.notifications
	MaxBuffered int // bytes of items that wait or are in flight
	MaxRequest  int // bytes of one produce request
}

// DefaultConfig is the bounds for production.
func DefaultConfig(partitions int) Config {
	return Config{Partitions: partitions, MaxBuffered: 8 << 20, MaxRequest: 800_000}
}

// Validate checks the bounds and their relation.
func (c Config) Validate() error {
	if c.Partitions <= 0 || c.MaxRequest <= 0 || c.MaxBuffered < c.MaxRequest {
		return fmt.Errorf("route: %d partitions, max_buffered %d, max_request %d", c.Partitions, c.MaxBuffered, c.MaxRequest)
	}
	return nil
}

// input is one partition of a topic that is followed.
type input struct {
	steps   []*step // in order; the first has items that are not acknowledged
	commit  int64   // everything below is told
	moved   bool    // since the last Commits
	highest event.Position
	any     bool // highest is set
	open    *collection
}

// step is a stretch of an input whose items are acknowledged together. Invariant: waiting is the number of its items in
// queues.
type step struct {
	end     int64
	waiting int
}

// out is what waits for one partition. Invariant: queue[:inFlight] is the one request in flight.
type out struct {
	queue    []queued
	inFlight int
}

type queued struct {
	record kafkalog.Record
	step   *step
}

// Core routes. It starts anew with every assignment of partitions.
type Core struct {
	cfg      Config
	inputs   map[kafkalog.TopicPartition]*input
	outs     []out
	buffered int
}

// NewCore makes a core that has routed nothing.
func NewCore(cfg Config) (*Core, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	return &Core{cfg: cfg, inputs: map[kafkalog.TopicPartition]*input{}, outs: make([]out, cfg.Partitions)}, nil
}

// Room tells whether the core takes records now.
func (c *Core) Room() bool { return c.buffered < c.cfg.MaxBuffered }

// Feed routes one record of a partition of risk.decisions or risk.subscriptions; records come in order. An error is a
// record that cannot be read: its partition must stop.
func (c *Core) Feed(from kafkalog.TopicPartition, r kafkalog.Record) error {
	in := c.inputs[from]
	if in == nil {
		in = &input{}
		c.inputs[from] = in
	}
	if from.Topic == kafkalog.TopicSubscriptions {
		return c.subscription(in, from, r)
	}
	return c.decision(in, from, r)
}

// Ended tells that a partition has no record before next that was not fed: what compaction took leaves no record to say
// so.
func (c *Core) Ended(from kafkalog.TopicPartition, next int64) {
	in := c.inputs[from]
	if in == nil {
		in = &input{}
		c.inputs[from] = in
	}
	if in.open == nil && next > in.end() {
		in.ended(&step{end: next})
	}
}

// subscription routes a change of a subscription. A record that is none changes nothing.
func (c *Core) subscription(in *input, from kafkalog.TopicPartition, r kafkalog.Record) error {
	s := &step{end: r.Offset + 1}
	holder, id, ok := subscription.SplitKey(string(r.Key))
	if ok {
		item := notice.Item{What: notice.Subscribed, Holder: holder, AtMs: r.TimeMs, Subscription: notice.Subscription{ID: id,
			Ended: true}, Source: event.Source{Topic: event.TopicSubscriptions, Incarnation: 1,
			Partition: uint32(from.Partition), Offset: r.Offset}}
		if len(r.Value) > 0 {
			sub, err := subscription.Parse(string(r.Key), r.Value)
			if err == nil {
				item.Subscription = sub.Notice()
			}
		}
		c.queue(kafkalog.PartitionOf(holder, c.cfg.Partitions), s, holder, item.Encode())
	}
	in.ended(s)
	return nil
}

func (c *Core) decision(in *input, from kafkalog.TopicPartition, r kafkalog.Record) error {
	var d decision.Decision
	if err := decision.Decode(r.Value, &d); err != nil {
		return fmt.Errorf("%s/%d offset %d: %w", from.Topic, from.Partition, r.Offset, err)
	}
	if in.any && d.Position.Compare(in.highest) <= 0 {
		if in.open == nil {
			in.ended(&step{end: r.Offset + 1})
		}
		return nil
	}
	in.highest, in.any = d.Position, true
	if in.open != nil && in.open.at.Offset != d.Position.Offset {
		in.open = nil // a first copy is never incomplete: it was the beginning of a repetition
	}
	if in.open == nil && d.Position.Seq != 0 { // so is what begins in the middle of a step: a session begins between two
		in.ended(&step{end: r.Offset + 1})
		return nil
	}
	if in.open == nil {
		in.open = newCollection(&d)
	}
	if p, ok := d.Body.(*decision.Progress); ok {
		c.progress(in.open, &d, p)
	} else if in.open.add(&d); in.open.changes >= maxStep {
		c.tell(in.open)
	}
	if d.Last {
		c.tell(in.open)
		in.open.step.end = r.Offset + 1
		in.ended(in.open.step)
		in.open = nil
	}
	return nil
}

// progress goes to every partition, before the changes of its step.
func (c *Core) progress(open *collection, d *decision.Decision, p *decision.Progress) {
	item := notice.Item{Source: open.source(), What: notice.Progress, AtMs: d.AtMs, Next: p.Next}
	value := item.Encode()
	for partition := range c.outs {
		c.queue(partition, open.step, "", value)
	}
}

// tell queues what was collected, holder by holder.
func (c *Core) tell(open *collection) {
	for _, h := range open.order {
		changes := open.holders[h]
		for len(changes) > 0 {
			n := min(len(changes), maxItem)
			item := notice.Item{Source: open.source(), What: notice.Changes, Holder: h, AtMs: open.atMs, Changes: changes[:n]}
			c.queue(kafkalog.PartitionOf(h, c.cfg.Partitions), open.step, h, item.Encode())
			changes = changes[n:]
		}
	}
	open.reset()
}

func (c *Core) queue(partition int, s *step, key string, value []byte) {
	q := queued{record: kafkalog.Record{Value: value}, step: s}
	if key != "" {
		q.record.Key = []byte(key)
	}
	o := &c.outs[partition]
	o.queue = append(o.queue, q)
	s.waiting++
	c.buffered += q.size()
}

// size is what a record counts for: its bytes and an allowance.
func (q *queued) size() int { return len(q.record.Key) + len(q.record.Value) + 64 }

// Request gives the next produce request of a partition, nil while one is in flight or nothing waits. The caller
// repeats it unchanged until it is acknowledged.
func (c *Core) Request(partition int) []kafkalog.Record {
	o := &c.outs[partition]
	if o.inFlight > 0 || len(o.queue) == 0 {
		return nil
	}
	var records []kafkalog.Record
	bytes := 0
	for i := range o.queue {
		if bytes += o.queue[i].size(); i > 0 && bytes > c.cfg.MaxRequest {
			break
		}
		records = append(records, o.queue[i].record)
	}
	o.inFlight = len(records)
	return records
}

// Acked tells that the request in flight of a partition was acknowledged.
func (c *Core) Acked(partition int) {
	o := &c.outs[partition]
	if o.inFlight == 0 {
		panic(fmt.Sprintf("route: acknowledgement without a request in flight, partition %d", partition))
	}
	for i := range o.queue[:o.inFlight] {
		c.buffered -= o.queue[i].size()
		o.queue[i].step.waiting--
	}
	o.queue = o.queue[o.inFlight:]
	o.inFlight = 0
	if len(o.queue) == 0 {
		o.queue = nil
	}
}

// Settled tells whether everything that was fed is acknowledged, but for steps that are not complete.
func (c *Core) Settled() bool { return c.buffered == 0 }

// Commits gives the offsets that moved since the last call.
func (c *Core) Commits() map[kafkalog.TopicPartition]int64 {
	var moved map[kafkalog.TopicPartition]int64
	for tp, in := range c.inputs {
		if in.advance(); !in.moved {
			continue
		}
		if moved == nil {
			moved = map[kafkalog.TopicPartition]int64{}
		}
		moved[tp], in.moved = in.commit, false
	}
	return moved
}

// ended notes the end of a step.
func (in *input) ended(s *step) {
	in.steps = append(in.steps, s)
	in.advance()
}

// end is where the last step ends.
func (in *input) end() int64 {
	if n := len(in.steps); n > 0 {
		return in.steps[n-1].end
	}
	return in.commit
}

func (in *input) advance() {
	for len(in.steps) > 0 && in.steps[0].waiting == 0 {
		in.commit, in.moved = in.steps[0].end, true
		in.steps = in.steps[1:]
	}
	if len(in.steps) == 0 {
		in.steps = nil
	}
}

// collection is what one step says, by holder.
type collection struct {
	step    *step
	at      event.Position
	atMs    int64
	items   uint32 // made so far
	changes int
	order   []string // holders by their first change
	holders map[string][]notice.Change
}

func newCollection(d *decision.Decision) *collection {
	return &collection{step: &step{}, at: d.Position, atMs: d.AtMs, holders: map[string][]notice.Change{}}
}

func (o *collection) reset() {
	o.changes, o.order, o.holders = 0, nil, map[string][]notice.Change{}
}

func (o *collection) add(d *decision.Decision) {
	change, holders := notice.From(d)
	for _, h := range holders {
		if o.holders[h] == nil {
			o.order = append(o.order, h)
		}
		o.holders[h] = append(o.holders[h], change)
		o.changes++
	}
}

// source numbers the step's items.
func (o *collection) source() event.Source {
	s := event.Source{Topic: event.TopicDecisions, Incarnation: o.at.Generation, Partition: o.at.Partition,
		Offset: o.at.Offset, Seq: o.items}
	o.items++
	return s
}
