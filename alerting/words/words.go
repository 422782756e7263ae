// Package words knows the names of buyers, by following risk.texts.
//
// It keeps one name per message that named a buyer, about 150 bytes: a million buyers are 150 MB. It refuses to guess:
// a name that is not there when everything written before the question was read is not known.
package words

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

// Kafka is what Names needs of *kafkalog.Client.
type Kafka interface {
	Offsets(ctx context.Context, topic string, partition int) (kafkalog.Offsets, error)
	Partitions(ctx context.Context, topic string) (int, error)
	Fetch(ctx context.Context, topic string, partition int, offset int64, o kafkalog.FetchOptions) (kafkalog.Batch, error)
}

// patience bounds how long a question waits for the topic to be read.
const patience = 10 * time.Second

// Names is a view of the buyers' names.
type Names struct {
	kafka Kafka

	mu       sync.Mutex
	bySource map[event.Source]string
	next     []int64       // by partition: everything below is in the view
	moved    chan struct{} // closed and replaced when next moves
}

// New makes a view that is empty until Run has read the topic.
func New(kafka Kafka) *Names {
	return &Names{kafka: kafka, bySource: map[event.Source]string{}, moved: make(chan struct{})}
}

// Name tells the name of the buyer that the message at source named. It waits until what was written before the call is
// read, up to a bound.
func (n *Names) Name(ctx context.Context, source event.Source) (string, bool) {
	if name, known := n.look(source); known {
		return name, true
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := n.catchUp(ctx, source); err != nil {
		return "", false
	}
	return n.look(source)
}

func (n *Names) look(source event.Source) (string, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	name, known := n.bySource[source]
	return name, known
}

// catchUp waits until the partition of a source is read to the end that it has now.
func (n *Names) catchUp(ctx context.Context, source event.Source) error {
	partitions := 0
	for partitions == 0 {
		n.mu.Lock()
		moved := n.moved
		partitions = len(n.next)
		n.mu.Unlock()
		if partitions == 0 {
			if err := wait(ctx, moved); err != nil {
				return err
			}
		}
	}
	partition := kafkalog.PartitionOf(source.String(), partitions)
	o, err := n.kafka.Offsets(ctx, kafkalog.TopicTexts, partition)
	if err != nil {
		return fmt.Errorf("end of %s: %w", kafkalog.TopicTexts, err)
	}
	for {
		n.mu.Lock()
		next, moved := n.next[partition], n.moved
		n.mu.Unlock()
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
func (n *Names) see(partition int, b *kafkalog.Batch) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i := range b.Records {
		n.take(&b.Records[i])
	}
	n.next[partition] = b.Next
	close(n.moved)
	n.moved = make(chan struct{})
}

// take keeps the name that a record has for a buyer; everything else is not ours.
func (n *Names) take(r *kafkalog.Record) {
	source, err := event.ParseSource(string(r.Key))
	if err != nil {
		return
	}
	if len(r.Value) == 0 {
		delete(n.bySource, source)
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
		n.bySource[source] = strings.Clone(words.Name)
	}
}
