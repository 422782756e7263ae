package event

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Position is where a decision stands: generation, partition and offset of the log record whose step made it, and its
// number within that step. It orders all decisions of one partition.
type Position struct {
	Generation uint32
	Partition  uint32
	Offset     int64
	Seq        uint32
}

// String prints p as users see it: 1-17-88213-0.
func (p Position) String() string {
	return fmt.Sprintf("%d-%d-%d-%d", p.Generation, p.Partition, p.Offset, p.Seq)
}

// Sortable prints p with fixed width, so that positions of one partition sort as bytes: the header of risk.decisions.
func (p Position) Sortable() string {
	return fmt.Sprintf("%010d-%010d-%019d-%010d", p.Generation, p.Partition, p.Offset, p.Seq)
}

// ParsePosition reads what String or Sortable printed.
func ParsePosition(s string) (Position, error) {
	parts := strings.Split(s, "-")
	if len(parts) != 4 {
		return Position{}, fmt.Errorf("position %q: want generation-partition-offset-seq", s)
	}
	var n [4]uint64
	for i, bits := range [4]int{32, 32, 63, 32} {
		v, err := strconv.ParseUint(parts[i], 10, bits)
		if err != nil {
			return Position{}, fmt.Errorf("position %q: %w", s, err)
		}
		n[i] = v
	}
	return Position{uint32(n[0]), uint32(n[1]), int64(n[2]), uint32(n[3])}, nil
}

// Compare orders positions by generation, partition, offset, seq.
func (p Position) Compare(q Position) int {
	return cmp.Or(cmp.Compare(p.Generation, q.Generation), cmp.Compare(p.Partition, q.Partition),
		cmp.Compare(p.Offset, q.Offset), cmp.Compare(p.Seq, q.Seq))
}

// Source names the record of a source topic that a log record was made from. For a relay it is the position of the fold
// that sent it: its partition, offset and relay number within the step.
type Source struct {
	Topic       Topic
	Incarnation uint32 // raised by an operator when a topic was recreated
	Partition   uint32
	Offset      int64
	Seq         uint32 // relays only
}

// Stream is a source without its place: what a mark is kept for.
type Stream struct {
	Topic       Topic
	Incarnation uint32
	Partition   uint32
}

// Stream is the stream that s belongs to.
func (s Source) Stream() Stream { return Stream{s.Topic, s.Incarnation, s.Partition} }

// Mark is the highest place seen of one stream.
type Mark struct {
	Offset int64
	Seq    uint32
}

// Mark is the place of s in its stream.
func (s Source) Mark() Mark { return Mark{s.Offset, s.Seq} }

// Above tells whether m is a later place than n.
func (m Mark) Above(n Mark) bool { return m.Offset > n.Offset || m.Offset == n.Offset && m.Seq > n.Seq }

// String prints a source as it keys risk.texts: topic/incarnation/partition/offset.
func (s Source) String() string {
	out := s.Topic.String() + "/" + strconv.FormatUint(uint64(s.Incarnation), 10) + "/" +
		strconv.FormatUint(uint64(s.Partition), 10) + "/" + strconv.FormatInt(s.Offset, 10)
	if s.Seq != 0 {
		out += "/" + strconv.FormatUint(uint64(s.Seq), 10)
	}
	return out
}

// ParseSource reads what String printed.
func ParseSource(s string) (Source, error) {
	parts := strings.Split(s, "/")
	if len(parts) != 4 && len(parts) != 5 {
		return Source{}, fmt.Errorf("source %q: want topic/incarnation/partition/offset", s)
	}
	topic, ok := ParseTopic(parts[0])
	if !ok {
		return Source{}, fmt.Errorf("source %q: unknown topic", s)
	}
	var n [4]uint64
	for i, p := range parts[1:] {
		v, err := strconv.ParseUint(p, 10, [4]int{32, 32, 63, 32}[i])
		if err != nil {
			return Source{}, fmt.Errorf("source %q: %w", s, err)
		}
		n[i] = v
	}
	return Source{topic, uint32(n[0]), uint32(n[1]), int64(n[2]), uint32(n[3])}, nil
}
