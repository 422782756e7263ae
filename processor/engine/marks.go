package engine

import (
	"cmp"
	"slices"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"

	"google.golang.org/protobuf/encoding/protowire"
)

// Marks hold the highest place folded of each stream of sources. The zero value has folded nothing.
type Marks struct {
	of map[event.Stream]*event.Mark

	// The stream of the source before, and its mark: sources come in runs. A nil mark: there was none before.
	stream event.Stream
	mark   *event.Mark
}

// Advance moves the mark of a source's stream to the source. False: the mark covers it, so that its record was folded
// before; nothing changes then.
func (m *Marks) Advance(s event.Source) bool {
	if stream := s.Stream(); m.mark == nil || m.stream != stream {
		m.stream, m.mark = stream, m.find(stream)
	}
	at := s.Mark()
	if !at.Above(*m.mark) {
		return false
	}
	*m.mark = at
	return true
}

// find returns the mark of a stream, a new one below every source where nothing of it was folded.
func (m *Marks) find(stream event.Stream) *event.Mark {
	mark := m.of[stream]
	if mark == nil {
		mark = &event.Mark{Offset: -1}
		if m.of == nil {
			m.of = map[event.Stream]*event.Mark{}
		}
		m.of[stream] = mark
	}
	return mark
}

// Walk walks the marks as the messages of one field of a snapshot, in the order of their streams.
func (m *Marks) Walk(w *wire.Wire, field protowire.Number) {
	marks := m.sorted()
	wire.Msgs(w, field, &marks)
	if !w.Decoding() {
		return
	}
	for _, at := range marks {
		*m.find(at.Source.Stream()) = at.Source.Mark()
	}
}

func (m *Marks) sorted() []event.StreamMark {
	all := make([]event.StreamMark, 0, len(m.of))
	for s, at := range m.of { //fold:sorted
		all = append(all, event.StreamMark{Source: event.Source{Topic: s.Topic, Incarnation: s.Incarnation,
			Partition: s.Partition, Offset: at.Offset, Seq: at.Seq}})
	}
	slices.SortFunc(all, func(a, b event.StreamMark) int {
		return cmp.Or(cmp.Compare(a.Source.Topic, b.Source.Topic), cmp.Compare(a.Source.Incarnation, b.Source.Incarnation),
			cmp.Compare(a.Source.Partition, b.Source.Partition))
	})
	return all
}
