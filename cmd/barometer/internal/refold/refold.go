package refold

import (
	"context"
	"fmt"
	"strings"
	"time"

	"barometer/ingest"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor"
	"barometer/processor/model"
)

// Generation is the generation of every log: none but the first can be opened yet.
const Generation = 1

// Kafka is what a Log needs of *kafkalog.Client.
type Kafka interface {
	ingest.Control
	Ends(ctx context.Context, topic string) ([]int64, error)
	Fetch(ctx context.Context, topic string, partition int, offset int64, o kafkalog.FetchOptions) (kafkalog.Batch, error)
}

// Log is the log of an installation, up to where it ended when it was opened.
type Log struct {
	Ends  []int64              // by partition: the offset after the last record
	Parse processor.ParseModel // reads model files; the processors' own

	kafka Kafka
	aside map[int]map[int64]string // by partition and offset: what an operator has set aside, and why
}

// Open looks at where the log ends, and which records are set aside.
func Open(ctx context.Context, kafka Kafka) (*Log, error) {
	aside, err := ingest.ReadQuarantined(ctx, kafka, Generation)
	if err != nil {
		return nil, err
	}
	ends, err := kafka.Ends(ctx, kafkalog.TopicLog)
	if err != nil {
		return nil, err
	}
	return &Log{Ends: ends, Parse: model.Parse, kafka: kafka, aside: aside}, nil
}

// Fold makes the fold of a partition, before its first record.
func (l *Log) Fold(partition int) *processor.Fold {
	f := processor.NewFold(uint32(partition), l.Parse)
	f.SetAside(l.aside[partition])
	return f
}

// Read gives the records of a partition below an offset, from the first one on. It ends with the error of each.
func (l *Log) Read(ctx context.Context, partition int, end int64, each func(offset int64, record []byte) error) error {
	for from := int64(0); from < end; {
		b, err := l.kafka.Fetch(ctx, kafkalog.TopicLog, partition, from, kafkalog.FetchOptions{MaxBytes: 1 << 20,
			MaxWait: time.Second, ValuesOnly: true})
		if err != nil {
			return fmt.Errorf("partition %d of the log: %w", partition, err)
		}
		for i := range b.Records {
			if r := &b.Records[i]; r.Offset >= from && r.Offset < end {
				if err := each(r.Offset, r.Value); err != nil {
					return fmt.Errorf("partition %d of the log, offset %d: %w", partition, r.Offset, err)
				}
			}
		}
		if b.Next <= from && b.Next >= b.End {
			return fmt.Errorf("partition %d of the log ends at %d", partition, b.End)
		}
		from = max(from, b.Next)
	}
	return nil
}

// ParseRecord reads the position of a record of the log (1-3-8812), or of a decision that was made on it.
func ParseRecord(text string) (event.Position, error) {
	if strings.Count(text, "-") == 2 {
		text += "-0"
	}
	return event.ParsePosition(text)
}
