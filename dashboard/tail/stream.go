package tail

import (
	"barometer/ingest/event"
	"barometer/processor/decision"
)

// streamBuffer is how far a reader of the live stream may be behind before it is cut off; it resumes by Last-Event-ID.
const streamBuffer = 4096

// maxStreams bounds the live readers of one process.
const maxStreams = 256

// Stream is one reader of the live stream.
type Stream struct {
	Decisions chan decision.Decision // closed when the reader was too slow
	wanted    func(d *decision.Decision) bool
	closed    bool
}

// offer never blocks; the tail's lock is held.
func (s *Stream) offer(d *decision.Decision) {
	if s.closed || !s.wanted(d) {
		return
	}
	select {
	case s.Decisions <- *d:
	default:
		s.closed = true
		close(s.Decisions)
	}
}

// Subscribe starts a stream, with what the tail has above the positions given, by partition in order, and the floors
// that tell what must come from the Store. Others than wanted neither come nor count for who is too slow. nil where
// there are too many.
func (o *Tail) Subscribe(after []event.Position, wanted func(*decision.Decision) bool) (s *Stream,
	memory []decision.Decision, floors []event.Position) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.streams) >= maxStreams {
		return nil, nil, nil
	}
	s = &Stream{Decisions: make(chan decision.Decision, streamBuffer), wanted: wanted}
	o.streams[s] = struct{}{}
	for i := range o.parts {
		floors = append(floors, o.parts[i].floor)
	}
	if after == nil {
		return s, nil, floors
	}
	for i := range o.parts {
		for _, e := range o.parts[i].entries {
			if (i >= len(after) || e.Position.Compare(after[i]) > 0) && wanted(&e.Decision) {
				memory = append(memory, e.Decision)
			}
		}
	}
	return s, memory, floors
}

func (o *Tail) Unsubscribe(s *Stream) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.streams, s)
}

// Streams is how many streams there are.
func (o *Tail) Streams() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.streams)
}
