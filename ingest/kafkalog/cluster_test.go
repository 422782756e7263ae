package kafkalog_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"barometer/ingest/kafkalog"

	"github.com/twmb/franz-go/pkg/kfake"
	"go.uber.org/goleak"
)

func TestLeadersAreFoundAndFollowed(t *testing.T) {
	cluster, err := kfake.NewCluster(kfake.NumBrokers(3))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	c := open(t, strings.Join(cluster.ListenAddrs()[:1], ","))
	name := topic(t, c, 6, nil)
	leaders := map[int32]bool{}
	for p := range 6 {
		leaders[cluster.LeaderFor(name, int32(p))] = true
		mustAppend(t, c, name, p, numbered(p, 1))
	}
	if len(leaders) < 2 {
		t.Fatalf("the leaders are %v: this shows nothing", leaders)
	}
	ctx := within(t, 30*time.Second)
	for round := range int32(3) {
		for p := range int32(6) {
			if err := cluster.MoveTopicPartition(name, p, (p+round)%3); err != nil {
				t.Fatal(err)
			}
		}
		for p := range 6 {
			mustAppend(t, c, name, p, numbered(p, 1))
			b, err := c.Fetch(ctx, name, p, 0, kafkalog.FetchOptions{})
			if err != nil || len(b.Records) != int(round)+2 {
				t.Errorf("round %d: partition %d gives %q, %v", round, p, values(b.Records), err)
			}
		}
	}
}

func TestWhatMustBeKeptNeedsTwoReplicas(t *testing.T) {
	cluster, err := kfake.NewCluster(kfake.NumBrokers(3))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	c := open(t, cluster.ListenAddrs()[0])
	if err := c.EnsureTopics(within(t, 30*time.Second), kafkalog.Topics(2, true)); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{kafkalog.TopicLog: true, kafkalog.TopicDecisions: true,
		kafkalog.TopicRelays: false} {
		got := cluster.TopicInfo(name).Configs["min.insync.replicas"]
		if (got != nil && *got == "2") != want {
			t.Errorf("%s has min.insync.replicas %v", name, got)
		}
	}
}

func TestCloseLeavesNothingBehind(t *testing.T) {
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, "x"))
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Close()
	before := goleak.IgnoreCurrent()
	c, err := kafkalog.Open(kafkalog.Config{Brokers: cluster.ListenAddrs()})
	if err != nil {
		t.Fatal(err)
	}
	mustAppend(t, c, "x", 0, numbered(0, 1))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() {
		done <- c.Group(ctx, kafkalog.GroupConfig{ID: "g", Topics: []string{"x"}}, func(*kafkalog.Generation) {})
	}()
	go func() { done <- c.Follow(ctx, "x", nil, func(int, kafkalog.Record) error { return nil }) }()
	// A fetch that waits long ends with the client.
	go func() {
		_, err := c.Fetch(ctx, "x", 0, 1, kafkalog.FetchOptions{MaxWait: time.Hour})
		if err == nil {
			t.Error("a fetch outlives its client")
		}
		done <- nil
	}()
	time.Sleep(200 * time.Millisecond)
	cancel()
	c.Close()
	for range 3 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	goleak.VerifyNone(t, before, goleak.IgnoreAnyFunction("github.com/twmb/franz-go/pkg/kfake.(*clientConn).read"),
		goleak.IgnoreAnyFunction("github.com/twmb/franz-go/pkg/kfake.(*clientConn).write"))
}
