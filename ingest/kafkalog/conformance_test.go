package kafkalog_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"barometer/deploy/kafkatest"
	"barometer/ingest/kafkalog"
)

// The suite holds the embedded broker and, with BAROMETER_TEST_KAFKA=real, an Apache Kafka to the same behaviour.
func TestMain(m *testing.M) { kafkatest.Main(m) }

func open(t testing.TB, addr string) *kafkalog.Client {
	t.Helper()
	c, err := kafkalog.Open(kafkalog.Config{Brokers: []string{addr}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func within(t testing.TB, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

// topic makes one of the test's own.
func topic(t testing.TB, c *kafkalog.Client, partitions int, settings map[string]string) string {
	t.Helper()
	name := strings.NewReplacer("/", ".", "_", "-").Replace(t.Name())
	if err := c.EnsureTopics(within(t, 30*time.Second),
		[]kafkalog.TopicSpec{{Name: name, Partitions: partitions, Settings: settings}}); err != nil {
		t.Fatal(err)
	}
	return name
}

func numbered(from, n int) []kafkalog.Record {
	var rs []kafkalog.Record
	for i := from; i < from+n; i++ {
		rs = append(rs, kafkalog.Record{Key: fmt.Appendf(nil, "k%d", i), Value: fmt.Appendf(nil, "v%d", i)})
	}
	return rs
}

func values(rs []kafkalog.Record) string {
	var b bytes.Buffer
	for _, r := range rs {
		fmt.Fprintf(&b, "%d:%s ", r.Offset, r.Value)
	}
	return strings.TrimSpace(b.String())
}

func mustAppend(t testing.TB, c *kafkalog.Client, topic string, partition int, rs []kafkalog.Record) kafkalog.Ack {
	t.Helper()
	ack, err := c.Append(within(t, 60*time.Second), topic, partition, rs)
	if err != nil {
		t.Fatal(err)
	}
	return ack
}

func TestRecordsComeBackInOrderWithAllTheirParts(t *testing.T) {
	c := open(t, kafkatest.Start(t))
	name := topic(t, c, 2, nil)
	ctx := within(t, 30*time.Second)
	first := kafkalog.Record{TimeMs: 1_700_000_000_123, Key: []byte("key"), Value: []byte{},
		Headers: []kafkalog.Header{{"kind", []byte("x")}, {"empty", nil}}}
	null := kafkalog.Record{TimeMs: 1_700_000_000_124}
	if ack := mustAppend(t, c, name, 1, []kafkalog.Record{first, null}); ack.Base != 0 || ack.AppendMs != -1 {
		t.Errorf("first append is acknowledged as %+v", ack)
	}
	// A second file: Apache Kafka begins one where times lie far apart, and a fetch ends with a file.
	if ack := mustAppend(t, c, name, 1, numbered(2, 3)); ack.Base != 2 {
		t.Errorf("second append is acknowledged as %+v", ack)
	}

	b, err := c.Fetch(ctx, name, 1, 0, kafkalog.FetchOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if b.Next == 2 {
		rest, err := c.Fetch(ctx, name, 1, b.Next, kafkalog.FetchOptions{})
		if err != nil {
			t.Fatal(err)
		}
		b.Records, b.Next = append(b.Records, rest.Records...), rest.Next
	}
	if len(b.Records) != 5 || b.Next != 5 || b.Start != 0 || b.End != 5 {
		t.Fatalf("fetched %d records, next %d, bounds %d to %d", len(b.Records), b.Next, b.Start, b.End)
	}
	got := b.Records[0]
	if got.TimeMs != first.TimeMs || string(got.Key) != "key" || got.Value == nil || len(got.Value) != 0 ||
		len(got.Headers) != 2 ||
		got.Headers[0].Key != "kind" || string(got.Headers[0].Value) != "x" || got.Headers[1].Value != nil {
		t.Errorf("first record is %+v", got)
	}
	if got := b.Records[1]; got.TimeMs != null.TimeMs || got.Key != nil || got.Value != nil || got.Headers != nil {
		t.Errorf("record of nothing is %+v", got)
	}
	if now := time.Now().UnixMilli(); b.Records[2].TimeMs < now-60_000 || b.Records[2].TimeMs > now+60_000 {
		t.Errorf("time of a record without one is %d", b.Records[2].TimeMs)
	}

	b, err = c.Fetch(ctx, name, 1, 3, kafkalog.FetchOptions{ValuesOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if values(b.Records) != "3:v3 4:v4" || b.Records[0].Key != nil || b.Records[0].TimeMs != 0 {
		t.Errorf("values alone from the middle of a batch are %q, %+v", values(b.Records), b.Records[0])
	}

	started := time.Now()
	b, err = c.Fetch(ctx, name, 1, 5, kafkalog.FetchOptions{MaxWait: 100 * time.Millisecond})
	if err != nil || len(b.Records) != 0 || b.Next != 5 {
		t.Errorf("at the end: %+v, %v", b, err)
	}
	if waited := time.Since(started); waited > 5*time.Second {
		t.Errorf("a fetch at the end took %v", waited)
	}
	if last, err := c.Last(ctx, name, 1); err != nil || string(last.Value) != "v4" {
		t.Errorf("last is %+v, %v", last, err)
	}
	if last, err := c.Last(ctx, name, 0); err != nil || last != nil {
		t.Errorf("last of nothing is %+v, %v", last, err)
	}
	if err := c.Ready(ctx); err != nil {
		t.Error(err)
	}
}

func TestOffsetsOutsideAPartitionAreNamed(t *testing.T) {
	c := open(t, kafkatest.Start(t))
	name := topic(t, c, 1, nil)
	mustAppend(t, c, name, 0, numbered(0, 3))
	_, err := c.Fetch(within(t, 30*time.Second), name, 0, 9, kafkalog.FetchOptions{})
	var outside *kafkalog.RangeError
	if !errors.As(err, &outside) || !errors.Is(err, kafkalog.ErrOutOfRange) || outside.Start != 0 || outside.End != 3 ||
		outside.Offset != 9 {
		t.Errorf("error is %v", err)
	}
}

func TestAppendGivesUpOnWhatRepetitionDoesNotHelp(t *testing.T) {
	c := open(t, kafkatest.Start(t))
	ctx := within(t, 60*time.Second)
	if _, err := c.Append(ctx, "nowhere", 0, numbered(0, 1)); !errors.Is(err, kafkalog.ErrNoTopic) {
		t.Errorf("a topic that does not exist: %v", err)
	}
	if _, err := c.Fetch(ctx, "nowhere", 0, 0, kafkalog.FetchOptions{}); !errors.Is(err, kafkalog.ErrNoTopic) {
		t.Errorf("fetching from a topic that does not exist: %v", err)
	}
	if _, err := c.Partitions(ctx, "nowhere"); !errors.Is(err, kafkalog.ErrNoTopic) {
		t.Errorf("counting the partitions of a topic that does not exist: %v", err)
	}
	name := topic(t, c, 1, map[string]string{"max.message.bytes": "100000"})
	large := []kafkalog.Record{{Value: make([]byte, 200_000)}}
	_, err := c.Append(ctx, name, 0, large)
	if !errors.Is(err, kafkalog.ErrTooLarge) {
		t.Errorf("a large record: %v", err)
	} else if len(err.Error()) > 500 {
		t.Errorf("the error has %d bytes", len(err.Error()))
	}
	if ack := mustAppend(t, c, name, 0, numbered(0, 1)); ack.Base != 0 {
		t.Errorf("after a refused record the next is at %d", ack.Base)
	}
}

func TestAppendGivesUpOnRecordsThatTheTopicDoesNotTake(t *testing.T) {
	if !kafkatest.IsReal() {
		t.Skip("the embedded broker takes them")
	}
	c := open(t, kafkatest.Start(t))
	name := topic(t, c, 1, map[string]string{"cleanup.policy": "compact"})
	for what, r := range map[string]kafkalog.Record{
		"no key in a compacted topic": {Value: []byte("x")},
		"a time far ahead":            {Key: []byte("k"), TimeMs: time.Now().Add(48 * time.Hour).UnixMilli()},
	} {
		if _, err := c.Append(within(t, 20*time.Second), name, 0, []kafkalog.Record{r}); !errors.Is(err,
			kafkalog.ErrRefused) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestAppendEndsWithItsContext(t *testing.T) {
	c := open(t, "127.0.0.1:1")
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	if _, err := c.Append(ctx, "any", 0, numbered(0, 1)); err == nil || errors.Is(err, kafkalog.ErrNoTopic) {
		t.Errorf("without a broker: %v", err)
	}
	if err := c.Ready(within(t, time.Second)); err == nil {
		t.Error("ready without a broker")
	}
}

func TestAppendsOutliveARestartOfTheBroker(t *testing.T) {
	k := kafkatest.New(t)
	c := open(t, k.Addr())
	name := topic(t, c, 1, nil)
	ctx := within(t, 120*time.Second)
	const total, size = 400, 25
	half := make(chan struct{})
	done := make(chan error, 1)
	go func() {
		for i := range total {
			if i == total/4 {
				close(half)
			}
			if _, err := c.Append(ctx, name, 0, numbered(i*size, size)); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	<-half
	k.Restart(t)
	if err := <-done; err != nil {
		t.Fatal(err)
	}

	// Repetitions may stand twice; nothing may be missing, and first copies are in order.
	seen, highest := 0, -1
	_, err := c.ReadAll(ctx, name, func(_ int, r kafkalog.Record) error {
		var i int
		fmt.Sscanf(string(r.Value), "v%d", &i)
		if i > highest+1 {
			return fmt.Errorf("v%d follows v%d at offset %d", i, highest, r.Offset)
		}
		highest = max(highest, i)
		seen++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if highest != total*size-1 {
		t.Errorf("the last record is v%d", highest)
	}
	t.Logf("%d records stand as %d", total*size, seen)
}

func TestReadAllSeesCompactedTopicsThroughTheirHoles(t *testing.T) {
	c := open(t, kafkatest.Start(t))
	name := topic(t, c, 1, map[string]string{
		"cleanup.policy": "compact", "segment.ms": "100", "segment.bytes": "1048576", "min.cleanable.dirty.ratio": "0.01",
		"delete.retention.ms": "100",
	})
	ctx := within(t, 60*time.Second)
	want := map[string]string{}
	for round := 0; ; round++ {
		// Two of three keys of a batch are overwritten by the next, its last among them.
		rs := []kafkalog.Record{
			{Key: []byte("a"), Value: fmt.Appendf(nil, "a%d", round)},
			{Key: fmt.Appendf(nil, "only%d", round), Value: []byte("kept")},
			{Key: []byte("z"), Value: fmt.Appendf(nil, "z%d", round)},
		}
		for _, r := range rs {
			want[string(r.Key)] = string(r.Value)
		}
		mustAppend(t, c, name, 0, rs)

		got, n := map[string]string{}, 0
		next, err := c.ReadAll(ctx, name, func(_ int, r kafkalog.Record) error {
			got[string(r.Key)] = string(r.Value)
			n++
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if next[0] != int64(3*(round+1)) {
			t.Fatalf("after round %d goes on at %d", round, next[0])
		}
		if len(got) != len(want) || got["a"] != want["a"] || got["z"] != want["z"] || got["only0"] != "kept" {
			t.Fatalf("round %d: read %v, want %v", round, got, want)
		}
		if round > 3 && n < 3*(round+1) {
			t.Logf("%d of %d records are left after round %d", n, 3*(round+1), round)
			return
		}
		select {
		case <-ctx.Done():
			t.Fatal("the broker never compacted")
		case <-time.After(150 * time.Millisecond):
		}
	}
}

func TestFollowGoesOnWhereItWasTold(t *testing.T) {
	c := open(t, kafkatest.Start(t))
	name := topic(t, c, 2, nil)
	mustAppend(t, c, name, 0, numbered(0, 3))
	mustAppend(t, c, name, 1, numbered(100, 2))
	ctx, cancel := context.WithCancel(within(t, 30*time.Second))
	got := make(chan string, 100)
	done := make(chan error, 1)
	go func() {
		done <- c.Follow(ctx, name, []int64{2, 0}, func(p int, r kafkalog.Record) error {
			got <- fmt.Sprintf("%d/%d:%s", p, r.Offset, r.Value)
			return nil
		})
	}()
	seen := map[string]bool{}
	for range 3 {
		seen[<-got] = true
	}
	mustAppend(t, c, name, 0, numbered(7, 1))
	seen[<-got] = true
	if want := "0/2:v2 1/0:v100 1/1:v101 0/3:v7"; len(seen) != 4 {
		t.Errorf("followed %v, want %s", seen, want)
	}
	for _, want := range []string{"0/2:v2", "1/0:v100", "1/1:v101", "0/3:v7"} {
		if !seen[want] {
			t.Errorf("%s is missing in %v", want, seen)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Follow ends with %v", err)
	}
	stop := errors.New("enough")
	if err := c.Follow(within(t, 30*time.Second), name, nil, func(int, kafkalog.Record) error { return stop }); !errors.Is(
		err, stop) {
		t.Errorf("Follow ends with %v", err)
	}
}

func TestClientIsSafeForConcurrentUse(t *testing.T) {
	c := open(t, kafkatest.Start(t))
	name := topic(t, c, 4, nil)
	var wg sync.WaitGroup
	for p := range 4 {
		wg.Go(func() {
			for i := range 20 {
				mustAppend(t, c, name, p, numbered(i*10, 10))
			}
			o, err := c.Offsets(within(t, 30*time.Second), name, p)
			if err != nil || o != (kafkalog.Offsets{Start: 0, End: 200}) {
				t.Errorf("partition %d has %+v, %v", p, o, err)
			}
		})
	}
	wg.Wait()
}
