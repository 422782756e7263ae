package kafkalog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Names of the topics that Barometer writes. The source topics are those of event.Topic.
const (
	TopicLog           = "risk.log"
	TopicDecisions     = "risk.decisions"
	TopicRelays        = "risk.relays"
	TopicTexts         = "risk.texts"
	TopicDeadLetter    = "risk.deadletter"
	TopicNotifications = "risk.notifications"
	TopicDeliveries    = "risk.deliveries"
	TopicControl       = "risk.control"
	TopicSubscriptions = "risk.subscriptions"
	TopicClock         = "risk.clock"
)

// Errors. Others are passing ones, wrapped with what was being done.
var (
	ErrNoTopic  = errors.New("topic does not exist")
	ErrTooLarge = errors.New("record too large") // the broker refuses its size: repeating it is of no use
	// of a form that its topic does not take: no key where it is compacted
	ErrRefused    = errors.New("record refused")
	ErrOutOfRange = errors.New("offset out of range")   // wrapped by *RangeError
	ErrUnsafe     = errors.New("unsafe topic settings") // wrapped by CheckTopics
)

// RangeError is a fetch below the start or above the end of a partition.
type RangeError struct {
	Topic      string
	Partition  int
	Offset     int64
	Start, End int64
}

// Error names the offset that was asked for and the bounds.
func (e *RangeError) Error() string {
	return fmt.Sprintf("fetching offset %d of %s/%d, which has %d to %d: %v", e.Offset, e.Topic, e.Partition, e.Start,
		e.End,
		ErrOutOfRange)
}

// Unwrap makes errors.Is(err, ErrOutOfRange) hold.
func (e *RangeError) Unwrap() error { return ErrOutOfRange }

// Header is one header of a record.
type Header struct {
	Key   string
	Value []byte
}

// Record is one record of a partition. Offset and TimeMs are given by the broker on reading; a zero TimeMs on writing
// is now, and best: brokers delete by it, and refuse a time of more than an hour ahead.
type Record struct {
	Offset  int64
	TimeMs  int64
	Key     []byte
	Value   []byte
	Headers []Header
}

// Batch is what a fetch found.
type Batch struct {
	Records []Record
	Next    int64 // where to fetch next: beyond the last record, and beyond what was stepped over
	Start   int64 // first offset of the partition
	End     int64 // last stable offset: everything below it is committed or aborted
}

// FetchOptions bound a fetch. Zero values are 1 MiB and 500 ms.
type FetchOptions struct {
	MaxBytes int
	MaxWait  time.Duration
	// Topic is the identity that the topic must have, else ErrRecreated; zero: any.
	Topic TopicID
	// ValuesOnly leaves keys, times and headers away: the cheap way to read the log.
	ValuesOnly bool
}

// Ack is the broker's answer to an append: the offset of the first record, and the broker's clock then, which it tells
// of topics with message.timestamp.type LogAppendTime only (risk.control); -1 else.
type Ack struct{ Base, AppendMs int64 }

// Offsets are the bounds of a partition.
type Offsets struct{ Start, End int64 }

// TopicPartition names a partition.
type TopicPartition struct {
	Topic     string
	Partition int
}

func (a TopicPartition) compare(b TopicPartition) int {
	return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Partition, b.Partition))
}

// TopicSpec is a topic with the settings that its place in the architecture asks for.
type TopicSpec struct {
	Name       string
	Partitions int
	Settings   map[string]string // cleanup.policy, retention.ms, max.message.bytes, …
}

// GroupConfig names a consumer group and what it shares out.
type GroupConfig struct {
	ID     string
	Topics []string
}

// Generation is what a member of a group holds between two rebalances.
type Generation struct {
	Assigned []TopicPartition
	// Committed are the group's offsets of the assigned partitions; -1 where there is none.
	Committed map[TopicPartition]int64
	commit    func(ctx context.Context, offsets map[TopicPartition]int64) error
}

// NewGeneration makes one for whoever shares partitions out without a group.
func NewGeneration(committed map[TopicPartition]int64, commit func(ctx context.Context,
	offsets map[TopicPartition]int64) error) *Generation {
	g := &Generation{Committed: committed, commit: commit}
	for tp := range committed {
		g.Assigned = append(g.Assigned, tp)
	}
	slices.SortFunc(g.Assigned, TopicPartition.compare)
	return g
}

// Commit stores the next offsets to read. It fails when the generation is over.
func (g *Generation) Commit(ctx context.Context, offsets map[TopicPartition]int64) error {
	return g.commit(ctx, offsets)
}
