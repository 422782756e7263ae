package ingest

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/internal/retry"
)

// Errors that stop an ingester.
var (
	ErrConfiguration = errors.New("configuration_mismatch") // the log was opened with another configuration
	ErrLogMismatch   = errors.New("log_mismatch")           // a partition belongs to another log
	ErrSecret        = errors.New("it was opened with another secret_key")
)

// Control is what Open and the operator's functions need of a Kafka client.
type Control interface {
	Append(ctx context.Context, topic string, partition int, records []kafkalog.Record) (kafkalog.Ack, error)
	ReadAll(ctx context.Context, topic string, each func(partition int, r kafkalog.Record) error) ([]int64, error)
}

// Opening is what a log is opened with, and what a process expects of one that exists.
type Opening struct {
	Partitions     int
	Clock          event.ClockMode
	StartMs        int64 // log time at the beginning
	TickIntervalMs int64 // 0: 10 s
	CutSpanMs      int64 // 0: 1 s, or 500 ms for each partition if that is more
	Fold           uint32
	Normaliser     uint32
	SecretDigest   []byte // SHA-256 of the installation's key
	Model          event.ModelActivated
}

func (o Opening) withDefaults() Opening {
	if o.TickIntervalMs == 0 {
		o.TickIntervalMs = 10_000
	}
	if o.CutSpanMs == 0 {
		o.CutSpanMs = max(1000, 500*int64(o.Partitions))
	}
	return o
}

// Validate checks that a log can be opened so.
func (o Opening) Validate() error {
	switch {
	case o.Partitions < 1 || o.Partitions > 4096:
		return fmt.Errorf("opening: %d log partitions, want 1 to 4096", o.Partitions)
	case o.Clock != event.ClockWall && o.Clock != event.ClockDriven:
		return fmt.Errorf("opening: clock mode %d", o.Clock)
	case o.StartMs <= 0 || o.TickIntervalMs <= 0 || o.CutSpanMs <= 0:
		return errors.New("opening: start, tick interval and cut span must be positive")
	case o.Fold == 0 || o.Normaliser == 0:
		return errors.New("opening: fold and normaliser versions begin at 1")
	case len(o.SecretDigest) != 32:
		return fmt.Errorf("opening: secret digest of %d bytes, want 32", len(o.SecretDigest))
	case o.Model.Version == "" || len(o.Model.Content) == 0:
		return errors.New("opening: no model")
	}
	return nil
}

// Open finds the newest generation of the log in risk.control, or makes the first one. record is log.opened as it
// stands at the beginning of every partition. Of several who make a generation at once the one at the lowest offset
// counts, for all of them. An error that wraps ErrConfiguration names what differs from o.
func Open(ctx context.Context, client Control, o Opening) (opened *event.LogOpened, record []byte, err error) {
	o = o.withDefaults()
	if err := o.Validate(); err != nil {
		return nil, nil, err
	}
	if record, err = findGeneration(ctx, client); err != nil {
		return nil, nil, err
	}
	if record == nil {
		if err := makeGeneration(ctx, client, o); err != nil {
			return nil, nil, err
		}
		if record, err = findGeneration(ctx, client); err != nil {
			return nil, nil, err
		}
		if record == nil {
			return nil, nil, fmt.Errorf("open the log: the generation written to %s cannot be read back", kafkalog.TopicControl)
		}
	}
	if opened, err = decodeOpened(record); err != nil {
		return nil, nil, fmt.Errorf("open the log: %w", err)
	}
	if err := o.compare(opened); err != nil {
		return nil, nil, err
	}
	return opened, record, nil
}

const (
	generationPrefix = "generation/"
	openPatience     = 30 * time.Second // a topic that was made just now may have no leader yet
)

// findGeneration is newestGeneration with patience.
func findGeneration(ctx context.Context, client Control) ([]byte, error) {
	return retry.Do(ctx, retry.Policy{Pace: retry.Requests, Patience: openPatience}, func() ([]byte, error) {
		record, err := newestGeneration(ctx, client)
		if errors.Is(err, kafkalog.ErrNoTopic) || errors.Is(err, ErrLogMismatch) {
			err = retry.Permanent(err)
		}
		return record, err
	})
}

// newestGeneration is the record of the highest generation at the lowest offset, nil where there is none.
func newestGeneration(ctx context.Context, client Control) ([]byte, error) {
	var newest []byte
	var highest uint64
	_, err := client.ReadAll(ctx, kafkalog.TopicControl, func(_ int, r kafkalog.Record) error {
		rest, ok := strings.CutPrefix(string(r.Key), generationPrefix)
		if !ok || len(r.Value) == 0 {
			return nil
		}
		number, _, _ := strings.Cut(rest, "/")
		n, err := strconv.ParseUint(number, 10, 32)
		if err != nil {
			return fmt.Errorf("%w: %s has the key %q", ErrLogMismatch, kafkalog.TopicControl, r.Key)
		}
		if n > highest {
			highest, newest = n, bytes.Clone(r.Value)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("find the generation of the log: %w", err)
	}
	return newest, nil
}

func makeGeneration(ctx context.Context, client Control, o Opening) error {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails
	e := &event.Event{
		Source: event.Source{Topic: event.TopicControl, Incarnation: 1}, StampMs: o.StartMs, Kind: event.KindLogOpened,
		Key: event.KindLogOpened.String(), AtMs: o.StartMs, Home: true,
		Body: &event.LogOpened{LogID: hex.EncodeToString(id[:]), Generation: 1, Partitions: uint32(o.Partitions),
			Clock: o.Clock, StartMs: o.StartMs, TickIntervalMs: o.TickIntervalMs, CutSpanMs: o.CutSpanMs, Fold: o.Fold,
			Normaliser: o.Normaliser, SecretDigest: o.SecretDigest, Model: o.Model},
	}
	key := generationPrefix + "1/" + hex.EncodeToString(id[:])
	_, err := client.Append(ctx, kafkalog.TopicControl, 0,
		[]kafkalog.Record{{Key: []byte(key), Value: event.Append(nil, e)}})
	if err != nil {
		return fmt.Errorf("make the first generation of the log: %w", err)
	}
	return nil
}

// decodeOpened reads a log.opened. Its strings alias record.
func decodeOpened(record []byte) (*event.LogOpened, error) {
	e, err := new(event.Decoder).Decode(record)
	if err != nil {
		return nil, err
	}
	opened, ok := e.Body.(*event.LogOpened)
	if !ok {
		return nil, fmt.Errorf("%w: a log begins with %s, want %s", ErrLogMismatch, e.Kind, event.KindLogOpened)
	}
	return opened, nil
}

// otherSecret is ErrSecret among what differs.
type otherSecret struct{ error }

func (e *otherSecret) Unwrap() []error { return []error{e.error, ErrSecret} }

// compare refuses a log that was opened otherwise. Intervals and the model are the log's own: they are taken from it.
func (o Opening) compare(opened *event.LogOpened) error {
	var differs []string
	if int(opened.Partitions) != o.Partitions {
		differs = append(differs, fmt.Sprintf("it has %d partitions, log.partitions is %d", opened.Partitions, o.Partitions))
	}
	if opened.Clock != o.Clock {
		differs = append(differs, fmt.Sprintf("its clock is %s, clock is %s", opened.Clock, o.Clock))
	}
	if !bytes.Equal(opened.SecretDigest, o.SecretDigest) {
		differs = append(differs, ErrSecret.Error())
	}
	if opened.Normaliser != o.Normaliser {
		differs = append(differs, fmt.Sprintf("its names are normalised by version %d, this binary's is %d",
			opened.Normaliser, o.Normaliser))
	}
	if len(differs) > 0 {
		err := fmt.Errorf("%w: log %s, generation %d: %s", ErrConfiguration, opened.LogID, opened.Generation,
			strings.Join(differs, "; "))
		if !bytes.Equal(opened.SecretDigest, o.SecretDigest) {
			return &otherSecret{err}
		}
		return err
	}
	return nil
}
