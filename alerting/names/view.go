// Package names knows the names of buyers, by following risk.texts.
//
// It keeps one name per message that named a buyer, about 150 bytes: a million buyers are 150 MB. It refuses to guess:
// a name that is not there when everything written before the question was read is not known.
package names

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
)

// Kafka is what a View needs of *kafkalog.Client.
type Kafka interface {
	Offsets(ctx context.Context, topic string, partition int) (kafkalog.Offsets, error)
	Partitions(ctx context.Context, topic string) (int, error)
	Fetch(ctx context.Context, topic string, partition int, offset int64, o kafkalog.FetchOptions) (kafkalog.Batch, error)
}

// patience bounds how long a question waits for the topic to be read.
const patience = 10 * time.Second

// View is a view of the buyers' names.
type View struct {
	kafka Kafka

	mu       sync.Mutex
	bySource map[event.Source]string
	next     []int64       // by partition: everything below is in the view
	moved    chan struct{} // closed and replaced when next moves
}

// New makes a view that is empty until Run has read the topic.
func New(kafka Kafka) *View {
	return &View{kafka: kafka, bySource: map[event.Source]string{}, moved: make(chan struct{})}
}

// Name tells the name of the buyer that the message at source named. It waits until what was written before the call is
// read, up to a bound.
func (v *View) Name(ctx context.Context, source event.Source) (string, bool) {
	if name, known := v.look(source); known {
		return name, true
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := v.catchUp(ctx, source); err != nil {
		return "", false
	}
	return v.look(source)
}

func (v *View) look(source event.Source) (string, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	name, known := v.bySource[source]
	return name, known
}

// catchUp waits until the partition of a source is read to the end that it has now.
func (v *View) catchUp(ctx context.Context, source event.Source) error {
	partitions := 0
	for partitions == 0 {
		v.mu.Lock()
		moved := v.moved
		partitions = len(v.next)
		v.mu.Unlock()
		if partitions == 0 {
			if err := wait(ctx, moved); err != nil {
				return err
			}
		}
	}
	partition := kafkalog.PartitionOf(source.String(), partitions)
	o, err := v.kafka.Offsets(ctx, kafkalog.TopicTexts, partition)
	if err != nil {
		return fmt.Errorf("end of %s: %w", kafkalog.TopicTexts, err)
	}
	for {
		v.mu.Lock()
		next, moved := v.next[partition], v.moved
		v.mu.Unlock()
		if next >= o.End {
			return nil
		}
		if err := wait(ctx, moved); err != nil {
			return err
		}
	}
}

func wait(ctx context.Context, moved <-chan struct{}) error {
	select {
	case <-moved:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// see takes the records of a batch.
func (v *View) see(partition int, b *kafkalog.Batch) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for i := range b.Records {
		v.take(&b.Records[i])
	}
	v.next[partition] = b.Next
	close(v.moved)
	v.moved = make(chan struct{})
}

// take keeps the name that a record has for a buyer; everything else is not ours.
func (v *View) take(r *kafkalog.Record) {
	source, err := event.ParseSource(string(r.Key))
	if err != nil {
		return
	}
	if len(r.Value) == 0 {
		delete(v.bySource, source)
		return
	}
	var words struct {
		Name    string `json:"name"`
		Company string `json:"company_name"`
	}
	if json.Unmarshal(r.Value, &words) != nil {
		return
	}
	if words.Name == "" {
		words.Name = words.Company
	}
	if words.Name != "" {
		v.bySource[source] = strings.Clone(words.Name)
	}
}
