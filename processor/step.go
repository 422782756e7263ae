package processor

import (
	"strings"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// step is what belongs to one record: the numbering of its decisions, and what made them. It holds one decision back,
// so that the last one can say that it is.
type step struct {
	m         *Machine
	out       Output
	offset    int64
	seq       uint32
	relays    uint32
	held      *decision.Decision
	asOf      event.Day // the day of the timer that fires, 0: none fires
	cause     decision.Trigger
	found     found
	raise     increaseVerdict // of the request that is being answered
	asked     string          // the analyst who asked for what the record does, empty: none
	verdict   event.Source    // of the record, where it is an analyst's verdict
	confirmed bool            // it relays a message that analysts have approved
}

// begin makes it the step of a record. Nothing is held back of the one before.
func (s *step) begin(out Output, offset int64) {
	s.out, s.offset, s.seq, s.relays, s.asOf = out, offset, 0, 0, 0
	s.raise, s.asked, s.verdict, s.confirmed = increaseOpen, "", event.Source{}, false
	if s.found.by != 0 || s.found.others != nil {
		s.found = found{}
	}
}

// trigger makes e the cause of the decisions that follow. Its strings alias the record.
func (s *step) trigger(e *event.Event) {
	s.asOf = 0
	s.cause = trigger(e)
}

func trigger(e *event.Event) decision.Trigger {
	return decision.Trigger{Kind: e.Kind, ID: e.ID, Source: e.Source}
}

// next is the position of the decision that is emitted next.
func (s *step) next() event.Position {
	return event.Position{Generation: s.m.generation(), Partition: s.m.partition, Offset: s.offset, Seq: s.seq}
}

// decide emits a decision about key.
func (s *step) decide(kind decision.Kind, key string, body decision.Body) {
	if s.held != nil {
		s.out.Decision(s.held)
	}
	asOf := s.asOf
	if asOf == 0 {
		asOf = s.m.day
	}
	s.held = &decision.Decision{
		Position: s.next(),
		AtMs:     s.m.clock.NowMs, AsOf: asOf, Kind: kind, Key: key, Trigger: s.cause, Body: body,
	}
	s.seq++
	if kind != decision.ProgressMade {
		s.m.batch.Decide(kind)
	}
}

// relay tells the fold of another partition, or of all where key is empty.
func (s *step) relay(key string, body *event.Relayed) {
	s.out.Relay(&event.Event{
		Source: event.Source{Topic: event.TopicRelays, Incarnation: s.m.generation(), Partition: s.m.partition,
			Offset: s.offset, Seq: s.relays}, Kind: event.KindRelayed, Key: key, AtMs: s.m.clock.NowMs, Body: body,
	})
	s.relays++
}

// end emits the decision held back, as the last one of the step.
func (s *step) end() {
	if s.held != nil {
		s.held.Last = true
		s.out.Decision(s.held)
		s.held = nil
	}
	s.out = nil
}

func (m *Machine) generation() uint32 {
	if m.opened == nil {
		return 0
	}
	return m.opened.Generation
}

// clone copies a string that the state keeps, so that it does not hold the record's bytes.
func clone(s string) string { return strings.Clone(s) }
