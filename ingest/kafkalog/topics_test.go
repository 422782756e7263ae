package kafkalog_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"barometer/deploy/kafkatest"
	"barometer/ingest/kafkalog"

	"github.com/segmentio/kafka-go"
)

// prefixed makes specs whose names are the test's own keep their meaning: CheckTopics knows topics by their names.
func specsOf(names ...string) (specs []kafkalog.TopicSpec) {
	for _, s := range kafkalog.Topics(2, !kafkatest.IsReal()) {
		for _, n := range names {
			if s.Name == n {
				specs = append(specs, s)
			}
		}
	}
	return specs
}

func TestTopicsAreCreatedAsTheyAreChecked(t *testing.T) {
	c := open(t, kafkatest.Start(t))
	ctx := within(t, 60*time.Second)
	all := kafkalog.Topics(2, !kafkatest.IsReal())
	if err := c.EnsureTopics(ctx, all); err != nil {
		t.Fatal(err)
	}
	if err := c.EnsureTopics(ctx, all); err != nil {
		t.Fatalf("a second time: %v", err)
	}
	if err := c.CheckTopics(ctx, all); err != nil {
		t.Errorf("what was just created: %v", err)
	}
	if n, err := c.Partitions(ctx, kafkalog.TopicLog); err != nil || n != 2 {
		t.Errorf("the log has %d partitions, %v", n, err)
	}

	// The topics as another operator might have left them.
	log, relays := specsOf(kafkalog.TopicLog)[0], specsOf(kafkalog.TopicRelays)[0]
	log.Settings["retention.ms"] = "1"
	err := c.CheckTopics(ctx, []kafkalog.TopicSpec{log, relays})
	if !errors.Is(err, kafkalog.ErrUnsafe) || !strings.Contains(err.Error(), "risk.log has retention.ms=-1, not 1") {
		t.Errorf("another retention of the log: %v", err)
	}
	relays.Settings["retention.ms"], relays.Partitions = "1", 3
	err = c.CheckTopics(ctx, []kafkalog.TopicSpec{relays})
	if err == nil || errors.Is(err, kafkalog.ErrUnsafe) || !strings.Contains(err.Error(), "3") ||
		!strings.Contains(err.Error(), "retention.ms") {
		t.Errorf("another retention and count of the relays: %v", err)
	}
	payments := specsOf("risk.payments")[0]
	payments.Partitions, payments.Settings["retention.ms"] = 77, "77"
	if err := c.CheckTopics(ctx, []kafkalog.TopicSpec{payments}); err != nil {
		t.Errorf("a source topic of other shape: %v", err)
	}
	err = c.CheckTopics(ctx, []kafkalog.TopicSpec{{Name: "missing", Partitions: 1}})
	if !errors.Is(err, kafkalog.ErrNoTopic) || !strings.Contains(err.Error(), "missing") {
		t.Errorf("a missing topic: %v", err)
	}
}

func TestControlHasTheBrokersTime(t *testing.T) {
	c := open(t, kafkatest.Start(t))
	ctx := within(t, 60*time.Second)
	if err := c.EnsureTopics(ctx, specsOf(kafkalog.TopicControl)); err != nil {
		t.Fatal(err)
	}
	ack := mustAppend(t, c, kafkalog.TopicControl, 0, []kafkalog.Record{{TimeMs: 1, Key: []byte("k"), Value: []byte("v")}})
	b, err := c.Fetch(ctx, kafkalog.TopicControl, 0, ack.Base, kafkalog.FetchOptions{})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UnixMilli()
	if got := b.Records[0].TimeMs; got < now-60_000 || got > now+60_000 {
		t.Errorf("the record's time is %d, not near %d", got, now)
	}
	if kafkatest.IsReal() && ack.AppendMs != b.Records[0].TimeMs {
		t.Errorf("the acknowledgement says %d, the record %d", ack.AppendMs, b.Records[0].TimeMs)
	}
}

func TestTopicsHaveWhatTheirPlaceAsksFor(t *testing.T) {
	byName := map[string]kafkalog.TopicSpec{}
	for _, s := range kafkalog.Topics(64, false) {
		byName[s.Name] = s
	}
	if len(byName) != 15 {
		t.Errorf("%d topics", len(byName))
	}
	for _, name := range []string{"risk.log", "risk.decisions"} {
		s := byName[name]
		if s.Partitions != 64 || s.Settings["retention.ms"] != "-1" || s.Settings["retention.bytes"] != "-1" ||
			s.Settings["cleanup.policy"] != "delete" || s.Settings["unclean.leader.election.enable"] != "false" {
			t.Errorf("%+v", s)
		}
	}
	for _, name := range []string{"risk.texts", "risk.deliveries", "risk.subscriptions", "risk.control"} {
		if byName[name].Settings["cleanup.policy"] != "compact" {
			t.Errorf("%+v", byName[name])
		}
	}
	for _, name := range []string{"risk.clock", "risk.control"} {
		if byName[name].Partitions != 1 {
			t.Errorf("%+v", byName[name])
		}
	}
	// The embedded broker reads all that it keeps when it starts.
	for _, s := range kafkalog.Topics(8, true) {
		_, retention := s.Settings["retention.ms"]
		if !retention && s.Settings["cleanup.policy"] != "compact" {
			t.Errorf("%s keeps everything", s.Name)
		}
	}
}

func TestKeysGoWhereJavaProducersPutThem(t *testing.T) {
	java := kafka.Murmur2Balancer{}
	for _, n := range []int{1, 8, 64} {
		var partitions []int
		for p := range n {
			partitions = append(partitions, p)
		}
		for i := range 200 {
			key := strings.Repeat("é", i%3) + fmt.Sprintf("buyer-%d", i*i)
			if got, want := kafkalog.PartitionOf(key, n), java.Balance(kafka.Message{Key: []byte(key)},
				partitions...); got != want {
				t.Errorf("%q of %d goes to %d, not %d", key, n, got, want)
			}
		}
	}
	// Values of Kafka's own UtilsTest.
	for key, hash := range map[string]int32{"21": -973932308, "foobar": -790332482,
		"a-little-bit-long-string": -985981536} {
		if got, want := kafkalog.PartitionOf(key, 1<<30), int(uint32(hash)&0x7fffffff)%(1<<30); got != want {
			t.Errorf("%q hashes to %d, not %d", key, got, want)
		}
	}
}
