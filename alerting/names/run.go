package names

import (
	"context"
	"errors"
	"fmt"
	"time"

	"barometer/ingest/kafkalog"
	"barometer/internal/retry"

	"github.com/sourcegraph/conc/pool"
)

// Run reads risk.texts and follows it until ctx ends.
func (v *View) Run(ctx context.Context) error {
	partitions, err := retry.Request(ctx, func() (int, error) { return v.kafka.Partitions(ctx, kafkalog.TopicTexts) })
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("names: %w", err)
	}
	v.mu.Lock()
	v.next = make([]int64, partitions)
	close(v.moved)
	v.moved = make(chan struct{})
	v.mu.Unlock()
	readers := pool.New().WithContext(ctx).WithCancelOnError().WithFirstError()
	for p := range partitions {
		readers.Go(func(ctx context.Context) error { return v.follow(ctx, p) })
	}
	if err := readers.Wait(); err != nil && ctx.Err() == nil {
		return fmt.Errorf("names: %w", err)
	}
	return nil
}

func (v *View) follow(ctx context.Context, partition int) error {
	var offset int64
	for ctx.Err() == nil {
		b, err := retry.Request(ctx, func() (kafkalog.Batch, error) {
			b, err := v.kafka.Fetch(ctx, kafkalog.TopicTexts, partition, offset, kafkalog.FetchOptions{MaxBytes: 1 << 20,
				MaxWait: 5 * time.Second})
			var outside *kafkalog.RangeError
			if errors.As(err, &outside) {
				if offset >= outside.Start {
					return b, retry.Permanent(err)
				}
				offset = outside.Start
			}
			return b, err
		})
		if err != nil {
			return fmt.Errorf("fetch %s/%d: %w", kafkalog.TopicTexts, partition, err)
		}
		offset = max(offset, b.Next)
		v.see(partition, &b)
	}
	return nil
}
