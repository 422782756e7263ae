package kafkalog_test

import (
	"context"
	"testing"
	"time"

	"barometer/deploy/kafkatest"
	"barometer/ingest/kafkalog"
)

// member takes part in a group until stop is called; its generations come out of the channel.
func member(t testing.TB, c *kafkalog.Client, group string, topics ...string) (generations <-chan *kafkalog.Generation,
	stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	got := make(chan *kafkalog.Generation, 100)
	done := make(chan error, 1)
	go func() {
		done <- c.Group(ctx, kafkalog.GroupConfig{ID: group, Topics: topics}, func(g *kafkalog.Generation) { got <- g })
	}()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Group returns %v", err)
		}
	}
	t.Cleanup(stop)
	return got, stop
}

// until waits for a generation with so many partitions.
func until(t testing.TB, generations <-chan *kafkalog.Generation, partitions int) *kafkalog.Generation {
	t.Helper()
	deadline := time.After(30 * time.Second)
	for {
		select {
		case g := <-generations:
			if len(g.Assigned) == partitions {
				return g
			}
		case <-deadline:
			t.Fatalf("no generation with %d partitions", partitions)
		}
	}
}

func TestGroupHandsPartitionsOver(t *testing.T) {
	addr := kafkatest.Start(t)
	c, d := open(t, addr), open(t, addr)
	name := topic(t, c, 4, nil)
	group := name + "-group"
	mustAppend(t, c, name, 0, numbered(0, 5))
	ctx := within(t, 90*time.Second)

	first, stopFirst := member(t, c, group, name)
	g := until(t, first, 4)
	p0 := kafkalog.TopicPartition{Topic: name}
	if g.Committed[p0] != -1 {
		t.Errorf("committed before any commit: %v", g.Committed)
	}
	if err := g.Commit(ctx, map[kafkalog.TopicPartition]int64{p0: 3}); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Committed(ctx, group, name); err != nil || len(got) != 4 || got[0] != 3 || got[1] != -1 {
		t.Errorf("Committed gives %v, %v", got, err)
	}

	second, _ := member(t, d, group, name)
	mine, theirs := until(t, first, 2), until(t, second, 2)
	held := map[kafkalog.TopicPartition]bool{}
	for _, g := range []*kafkalog.Generation{mine, theirs} {
		for _, tp := range g.Assigned {
			if held[tp] {
				t.Errorf("%v is assigned twice", tp)
			}
			held[tp] = true
			if want := map[bool]int64{true: 3, false: -1}[tp == p0]; g.Committed[tp] != want {
				t.Errorf("%v is handed over at %d, not %d", tp, g.Committed[tp], want)
			}
		}
	}
	if err := g.Commit(ctx, map[kafkalog.TopicPartition]int64{p0: 1}); err == nil {
		t.Error("a generation that is over commits")
	}

	// A member that ends leaves: the other does not wait for its session to run out.
	left := time.Now()
	stopFirst()
	until(t, second, 4)
	if took := time.Since(left); took > 8*time.Second {
		t.Errorf("hand-over took %v", took)
	} else {
		t.Logf("hand-over took %v", took)
	}
}

func TestGroupWaitsForItsTopicAndOutlivesTheBroker(t *testing.T) {
	k := kafkatest.New(t)
	c := open(t, k.Addr())
	name := "later-" + t.Name()
	generations, _ := member(t, c, name+"-group", name)
	select {
	case g := <-generations:
		t.Fatalf("a generation without a topic: %+v", g)
	case <-time.After(300 * time.Millisecond):
	}
	if err := c.EnsureTopics(within(t, 30*time.Second), []kafkalog.TopicSpec{{Name: name, Partitions: 2}}); err != nil {
		t.Fatal(err)
	}
	g := until(t, generations, 2)
	if err := g.Commit(within(t, 10*time.Second),
		map[kafkalog.TopicPartition]int64{{Topic: name, Partition: 1}: 0}); err != nil {
		t.Fatal(err)
	}
	k.Restart(t)
	g = until(t, generations, 2)
	if got := g.Committed[kafkalog.TopicPartition{Topic: name, Partition: 1}]; got != 0 {
		t.Errorf("after the restart %d is committed", got)
	}
}
