package crashsim

import (
	"fmt"

	"barometer/ingest"
	"barometer/ingest/decode"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
)

// ingester is a session of ingest with a share of the sources.
type ingester struct {
	w *world
	t *tenant
	commits
	skewMs  int64
	core    *ingest.Appender
	sources []*source
	targets [ingest.Targets]int
}

type source struct {
	tp          kafkalog.TopicPartition
	id          int // of the topic when the session began
	incarnation uint32
	preparer    *ingest.Preparer
	next        int64
}

var secret = []byte("the key of a simulated installation")

// beginIngest begins a session on some source partitions.
func (w *world) beginIngest(share string, sources []kafkalog.TopicPartition) func(t *tenant) actor {
	return func(t *tenant) actor {
		a := &ingester{w: w, t: t, commits: w.join(t, "ingest/"+share)}
		a.skewMs = (w.r.Int64N(3) - 1) * 365 * 24 * 3_600_000
		for target := range ingest.Targets {
			a.targets[target] = len(w.broker.topics[target.Topic()])
		}
		var from []int64
		for _, tp := range sources {
			topic, _ := event.ParseTopic(tp.Topic)
			s := &source{tp: tp, id: w.broker.at(tp.Topic, tp.Partition).id, incarnation: w.input.incarnation(tp.Topic)}
			s.next = w.beginning(a.group, s)
			s.preparer = ingest.NewPreparer(topic, uint32(tp.Partition), s.incarnation, decode.New(secret), a.targets)
			a.sources = append(a.sources, s)
			from = append(from, s.next)
		}
		cfg := ingest.AppenderConfig{Sources: len(from), Partitions: a.targets, MaxBuffered: 40_000,
			MaxRequest: 500 + w.r.IntN(5000)}
		core, err := ingest.NewAppender(cfg, from)
		if err != nil {
			w.fail("appender: %v", err)
			return nil
		}
		a.core = core
		return a
	}
}

// beginning is where a source is read from: the committed offset, or the start of another incarnation.
func (w *world) beginning(g *consumerGroup, s *source) int64 {
	if w.noted[s.tp] < s.incarnation {
		w.noted[s.tp] = s.incarnation
		g.offsets[s.tp] = 0
	}
	return g.offsets[s.tp]
}

func (a *ingester) moves() int { return 4 }

func (a *ingester) step(move int) bool {
	switch move {
	case 0, 1:
		return a.read()
	case 2:
		return a.send()
	default:
		return a.commit()
	}
}

// read gives the core the next records of a source.
func (a *ingester) read() bool {
	did := false
	first := a.w.r.IntN(len(a.sources))
	for k := range a.sources {
		i := (first + k) % len(a.sources)
		s := a.sources[i]
		if s.incarnation != a.w.input.incarnation(s.tp.Topic) && (a.w.healed || a.w.r.IntN(40) == 0) {
			a.w.note("%s begins anew, as %s is of another incarnation", a.t.name, s.tp.Topic)
			a.t.gone = true
			return true
		}
		at := a.w.broker.at(s.tp.Topic, s.tp.Partition)
		if !a.core.Room() || s.next > at.end() || at.id != s.id {
			continue // the last: source_reset
		}
		records, next := at.read(s.next, 1+a.w.r.IntN(6))
		if next == s.next {
			continue
		}
		stamp := a.w.now() + a.skewMs
		a.w.note("%s reads %s/%d from %d to %d", a.t.name, s.tp.Topic, s.tp.Partition, s.next, next)
		items := s.preparer.Prepare(records, stamp)
		a.w.plant(wordsLater, func() { a.forgetWords(items) })
		a.core.Add(i, ingest.Batch{Items: items, Next: next, TimeMs: stamp})
		s.next = next
		if a.core.Buffered() > 40_000+20_000 {
			a.w.fail("I7: ingest holds %d bytes", a.core.Buffered())
		}
		if did = true; !a.w.healed {
			return true
		}
	}
	return did
}

// send starts every request that can be in flight.
func (a *ingester) send() bool {
	did := false
	for target := range ingest.Targets {
		for p := range a.targets[target] {
			lane := ingest.Lane{Target: target, Partition: p}
			records := a.core.Request(lane)
			if records == nil {
				continue
			}
			did = true
			what := fmt.Sprintf("%d records to %s/%d", len(records), target.Topic(), p)
			early := a.w.o.Planted == acksWhenSent && target == ingest.ToLog
			a.w.request(a.t, what, func() error {
				a.w.appendChecked(target, p, records)
				return nil
			}, func(err error) {
				switch {
				case early:
				case err != nil:
					a.core.Failed(lane)
				default:
					a.core.Acked(lane)
				}
			})
			if early {
				a.core.Acked(lane)
			}
		}
	}
	return did
}

// commit commits what is acknowledged, one commit at a time.
func (a *ingester) commit() bool {
	for i, s := range a.sources {
		if offset, moved := a.core.Committable(i); moved {
			a.waiting[s.tp] = offset
		}
		a.w.plant(commitsBefore, func() {
			if a.group.offsets[s.tp] < s.next {
				a.waiting[s.tp] = s.next
			}
		})
	}
	return a.commits.send()
}

func (a *ingester) leave() { a.commit() }

// appendChecked appends to a topic of ingest. A log record whose words are not there yet breaks the order.
func (w *world) appendChecked(to ingest.Target, p int, records []kafkalog.Record) {
	if to == ingest.ToLog {
		for _, r := range records {
			e, err := new(event.Decoder).Decode(r.Value)
			if err != nil {
				w.fail("a record of the log does not decode: %v", err)
				return
			}
			if e.Text && !w.texts[e.Source.String()] {
				w.fail("%s is in the log and its words are not in risk.texts", e.Source)
			}
		}
	}
	if to == ingest.ToTexts {
		for _, r := range records {
			w.texts[string(r.Key)] = true
		}
	}
	w.broker.append(to.Topic(), p, records)
}
