package kafkalog_test

import (
	"errors"
	"testing"
	"time"

	"barometer/deploy/kafkatest"
	"barometer/ingest/kafkalog"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// TestATopicThatWasRecreatedIsAnotherOne: its new records, at offsets that were not read yet, are not taken for the old
// ones.
func TestATopicThatWasRecreatedIsAnotherOne(t *testing.T) {
	addr := kafkatest.Start(t)
	c := open(t, addr)
	name := topic(t, c, 1, nil)
	ctx := within(t, 60*time.Second)
	id, err := c.TopicID(ctx, name)
	if err != nil || id == (kafkalog.TopicID{}) {
		t.Fatalf("identity %s: %v", id, err)
	}
	mustAppend(t, c, name, 0, numbered(0, 3))
	by := kafkalog.FetchOptions{Topic: id, MaxWait: 200 * time.Millisecond}
	b, err := c.Fetch(ctx, name, 0, 0, by)
	if err != nil || len(b.Records) != 3 || b.Next != 3 {
		t.Fatalf("%d records, next %d: %v", len(b.Records), b.Next, err)
	}

	raw, err := kgo.NewClient(kgo.SeedBrokers(addr))
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	admin := kadm.NewClient(raw)
	if _, err := admin.DeleteTopic(ctx, name); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		if _, err = admin.CreateTopic(ctx, 1, 1, nil, name); err == nil || time.Now().After(end) {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	mustAppend(t, c, name, 0, numbered(0, 5))

	if b, err := c.Fetch(ctx, name, 0, 3, kafkalog.FetchOptions{}); err != nil || len(b.Records) != 2 {
		t.Errorf("by its name: %d records, %v", len(b.Records), err)
	}
	if b, err := c.Fetch(ctx, name, 0, 3, by); !errors.Is(err, kafkalog.ErrRecreated) {
		t.Errorf("by its old identity: %d records, %v", len(b.Records), err)
	}
	now, err := c.TopicID(ctx, name)
	if err != nil || now == id {
		t.Errorf("the new identity is %s: %v", now, err)
	}
	parsed, err := kafkalog.ParseTopicID(now.String())
	if err != nil || parsed != now {
		t.Errorf("%s reads as %s: %v", now, parsed, err)
	}
	if _, err := c.TopicID(ctx, name+"-none"); !errors.Is(err, kafkalog.ErrNoTopic) {
		t.Errorf("of no topic: %v", err)
	}
}

// TestATopicIsFoundAsSoonAsItIsThere: what was just looked up in vain is not said to be missing from memory.
func TestATopicIsFoundAsSoonAsItIsThere(t *testing.T) {
	addr := kafkatest.Start(t)
	c, other := open(t, addr), open(t, addr)
	ctx := within(t, 60*time.Second)
	const name = "looked-up-too-early"
	if _, err := c.Partitions(ctx, name); !errors.Is(err, kafkalog.ErrNoTopic) {
		t.Fatalf("of no topic: %v", err)
	}
	if err := other.EnsureTopics(ctx, []kafkalog.TopicSpec{{Name: name, Partitions: 1}}); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Partitions(ctx, name); err != nil || n != 1 {
		t.Errorf("%d partitions: %v", n, err)
	}
}
