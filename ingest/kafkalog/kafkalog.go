package kafkalog

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
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
	ErrNoTopic    = errors.New("topic does not exist")
	ErrTooLarge   = errors.New("record too large")      // the broker refuses its size: repeating it is of no use
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

// Config says where the brokers are.
type Config struct {
	Brokers  []string
	ClientID string
	TLS      *tls.Config // nil: plain
	SASL     SASL
	Logger   *slog.Logger
}

// SASL is how to log in; an empty Mechanism is without.
type SASL struct{ Mechanism, User, Password string } // PLAIN, SCRAM-SHA-256, SCRAM-SHA-512

// Header is one header of a record.
type Header struct {
	Key   string
	Value []byte
}

// Record is one record of a partition. Offset and TimeMs are given by the broker on reading; a zero TimeMs on writing is now.
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
	// ValuesOnly leaves keys, times and headers away: the cheap way to read the log.
	ValuesOnly bool
}

// Ack is the broker's answer to an append: the offset of the first record, and the broker's clock then, which it tells of
// topics with message.timestamp.type LogAppendTime only (risk.control); -1 else.
type Ack struct{ Base, AppendMs int64 }

// Offsets are the bounds of a partition.
type Offsets struct{ Start, End int64 }

// TopicPartition names a partition.
type TopicPartition struct {
	Topic     string
	Partition int
}

// TopicSpec is a topic with the settings that its place in the architecture asks for.
type TopicSpec struct {
	Name       string
	Partitions int
	Settings   map[string]string // cleanup.policy, retention.ms, max.message.bytes, …
}

// API lists what *Client does; it is here so that the signatures stand in one place.
type api interface {
	// Append writes records to one partition in one request, all acknowledgements, and repeats it unchanged until the
	// broker has answered clearly. It ends without success only for ctx or
	// for an error that wraps ErrTooLarge or ErrNoTopic.
	Append(ctx context.Context, topic string, partition int, records []Record) (Ack, error)
	// Produce is one attempt of Append.
	Produce(ctx context.Context, topic string, partition int, records []Record) (Ack, error)
	// Fetch reads committed records at offset and after it, waiting up to MaxWait for the first. A batch without records
	// is no error. *RangeError where offset is outside.
	Fetch(ctx context.Context, topic string, partition int, offset int64, o FetchOptions) (Batch, error)
	// Offsets are a partition's bounds (End: last stable offset).
	Offsets(ctx context.Context, topic string, partition int) (Offsets, error)
	// Partitions is the number of a topic's partitions; ErrNoTopic.
	Partitions(ctx context.Context, topic string) (int, error)
	// Last is the newest record of a partition, nil for an empty one. Compaction and markers may leave holes before it.
	Last(ctx context.Context, topic string, partition int) (*Record, error)
	// ReadAll reads a topic from its start to the end that it had at the call, partition by partition, and returns where
	// to go on, by partition.
	ReadAll(ctx context.Context, topic string, each func(partition int, r Record) error) (next []int64, err error)
	// Follow fetches all partitions of a topic from the given offsets on (nil: the start) until ctx ends or each fails.
	// each runs in one goroutine.
	Follow(ctx context.Context, topic string, from []int64, each func(partition int, r Record) error) error
	// EnsureTopics creates the topics that are missing.
	EnsureTopics(ctx context.Context, specs []TopicSpec) error
	// CheckTopics compares settings and partition counts with what the brokers say; the error names every difference and
	// wraps ErrUnsafe where one could lose records of the log, decisions, texts or deliveries.
	CheckTopics(ctx context.Context, specs []TopicSpec) error
	// Committed are a group's committed offsets of a topic, by partition; -1 where there is none.
	Committed(ctx context.Context, group, topic string) ([]int64, error)
	// Group takes part in a consumer group until ctx ends. assigned is called with each generation's partitions, in one
	// goroutine, and must return quickly; what it was given stays the caller's until the next call. When ctx ends Group
	// leaves the group and returns nil.
	Group(ctx context.Context, cfg GroupConfig, assigned func(g *Generation)) error
	Ready(ctx context.Context) error // one round to the brokers: can they be reached?
	Close() error
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

// Commit stores the next offsets to read. It fails when the generation is over.
func (g *Generation) Commit(ctx context.Context, offsets map[TopicPartition]int64) error {
	return g.commit(ctx, offsets)
}
