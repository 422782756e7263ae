package broker_test

import (
	"net"
	"testing"
	"time"

	"barometer/deploy/embedded/broker"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// A member that is killed between asking to join and the answer must not keep partitions for itself.
func TestMemberKilledWhileItJoinsLeavesItsGroup(t *testing.T) {
	t.Parallel()
	b := start(t, broker.Config{})
	admin := kadm.NewClient(client(t, b.Addr()))
	if _, err := admin.CreateTopic(within(t, 10*time.Second), 4, 1, nil, "topic"); err != nil {
		t.Fatal(err)
	}
	living := client(t, b.Addr(), kgo.ConsumerGroup("group"), kgo.ConsumeTopics("topic"),
		kgo.Balancers(kgo.RangeBalancer()), kgo.SessionTimeout(6*time.Second), kgo.HeartbeatInterval(100*time.Millisecond),
		kgo.RebalanceTimeout(3*time.Second))
	go func() {
		for living.PollFetches(t.Context()).Err() == nil {
		}
	}()
	members := func() (n, partitions int) {
		groups, err := admin.DescribeGroups(within(t, 10*time.Second), "group")
		if err != nil {
			t.Fatal(err)
		}
		of := groups["group"]
		if of.State != "Stable" {
			return -1, 0
		}
		for _, m := range of.Members {
			if assigned, ok := m.Assigned.AsConsumer(); ok && m.ClientID != "killed" {
				for _, topic := range assigned.Topics {
					partitions += len(topic.Partitions)
				}
			}
		}
		return len(of.Members), partitions
	}
	await := func(what string, wantMembers, wantPartitions int) {
		t.Helper()
		var n, partitions int
		for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
			if n, partitions = members(); n == wantMembers && partitions == wantPartitions {
				return
			}
		}
		t.Fatalf("%s: %d members, and the living one has %d partitions of 4", what, n, partitions)
	}
	await("alone", 1, 4)

	metadata := kmsg.NewConsumerMemberMetadata()
	metadata.Topics = []string{"topic"}
	join := kmsg.NewPtrJoinGroupRequest()
	join.Version, join.Group, join.ProtocolType = 1, "group", "consumer"
	join.SessionTimeoutMillis, join.RebalanceTimeoutMillis = 6000, 3000
	join.Protocols = []kmsg.JoinGroupRequestProtocol{{Name: "range", Metadata: metadata.AppendTo(nil)}}
	killed, err := net.Dial("tcp", b.Addr())
	if err != nil {
		t.Fatal(err)
	}
	_, err = killed.Write(kmsg.NewRequestFormatter(kmsg.FormatterClientID("killed")).AppendRequest(nil, join, 1))
	if err != nil {
		t.Fatal(err)
	}
	killed.Close()
	await("shared with the killed one", 2, 2)
	await("alone again", 1, 4)
}
