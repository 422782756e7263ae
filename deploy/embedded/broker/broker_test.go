package broker_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"barometer/deploy/embedded/broker"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"go.uber.org/goleak"
)

// childVariable makes this test binary a broker on the directory that it names, until it is killed; it cleans as often
// as cleanVariable says.
const (
	childVariable = "BROKER_TEST_CHILD"
	cleanVariable = "BROKER_TEST_CLEAN"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childVariable); dir != "" {
		every, _ := time.ParseDuration(os.Getenv(cleanVariable)) // 0, the default, where there is none
		b, err := broker.Start(context.Background(), broker.Config{DataDir: dir, Listen: "127.0.0.1:0", MinFreeBytes: 1,
			CleanEvery: every})
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(b.Addr())
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

func start(t testing.TB, cfg broker.Config) *broker.Broker {
	t.Helper()
	if cfg.DataDir == "" {
		cfg.DataDir = t.TempDir()
	}
	if cfg.MinFreeBytes == 0 {
		cfg.MinFreeBytes = 1
	}
	cfg.Listen = "127.0.0.1:0"
	b, err := broker.Start(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, b) })
	return b
}

func stop(t testing.TB, b *broker.Broker) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := b.Stop(ctx); err != nil {
		t.Error(err)
	}
}

func client(t testing.TB, addr string, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	c, err := kgo.NewClient(append(opts, kgo.SeedBrokers(addr), kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.MetadataMinAge(20*time.Millisecond))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func within(t testing.TB, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

func create(t testing.TB, addr, topic string, settings map[string]*string) {
	t.Helper()
	if _, err := kadm.NewClient(client(t, addr)).CreateTopic(within(t, 10*time.Second), 1, -1, settings,
		topic); err != nil {
		t.Fatal(err)
	}
}

func TestConfigIsRefusedForWhatIsWrongWithIt(t *testing.T) {
	for want, cfg := range map[string]broker.Config{
		"data directory": {Listen: "127.0.0.1:0"},
		"host:port":      {DataDir: "x", Listen: "9092"},
		"loopback only":  {DataDir: "x", Listen: "0.0.0.0:9092"},
	} {
		if _, err := broker.Start(context.Background(), cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", cfg, err)
		}
	}
}

// TestKillLosesNothing kills a broker in the middle of intake, again and again, and reads back all that it
// acknowledged: records, committed offsets and settings.
func TestKillLosesNothing(t *testing.T) {
	dir := t.TempDir()
	acknowledged := 0
	for round := range 3 {
		addr, kill := child(t, dir)
		if round == 0 {
			keep := "-1"
			create(t, addr, "log", map[string]*string{"retention.ms": &keep})
		}
		sendUntilKilled(t, addr, kill, func() *kgo.Record { // sizes from nothing to more than a page
			return &kgo.Record{Topic: "log", Value: append(strconv.AppendInt(nil, int64(acknowledged), 10),
				make([]byte, acknowledged*37%9000)...)}
		}, func() { acknowledged++ })

		addr, kill = child(t, dir)
		ctx := within(t, 30*time.Second)
		seen := readAll(t, addr, "log")
		// The last one before the kill may be stored without an acknowledgement that arrived.
		if len(seen) != acknowledged && len(seen) != acknowledged+1 {
			t.Errorf("round %d: %d records are acknowledged, %d are there", round, acknowledged, len(seen))
		}
		for i, v := range seen {
			if digits, _, _ := strings.Cut(v, "\x00"); digits != strconv.Itoa(i) {
				t.Fatalf("round %d: record %d says %.20q", round, i, v)
			}
		}
		acknowledged = len(seen)
		admin := kadm.NewClient(client(t, addr))
		if round > 0 {
			got, err := admin.FetchOffsets(ctx, "group")
			if o, ok := got.Lookup("log", 0); err != nil || !ok || o.At != int64(round) {
				t.Errorf("round %d: committed offset is %+v, %v", round, o, err)
			}
		}
		if err := admin.CommitAllOffsets(ctx, "group",
			kadm.OffsetsFromRecords(kgo.Record{Topic: "log", Offset: int64(round)})); err != nil {
			t.Error(err)
		}
		kill()
	}
	t.Logf("%d records over three kills", acknowledged)
}

// sendUntilKilled sends one record after the other, a batch each, and kills the broker soon after it has acknowledged
// some tens of them.
func sendUntilKilled(t *testing.T, addr string, kill func(), next func() *kgo.Record, acknowledged func()) {
	t.Helper()
	c := client(t, addr, kgo.DisableIdempotentWrite(), kgo.MaxProduceRequestsInflightPerBroker(1), kgo.RecordRetries(0))
	defer c.CloseAllowingRebalance()
	ctx, cancel := context.WithCancel(within(t, 60*time.Second))
	defer cancel()
	killed := make(chan struct{})
	for n := 0; ; n++ {
		if n == 25 {
			go func() {
				time.Sleep(rand.N(50 * time.Millisecond))
				kill()
				cancel()
				close(killed)
			}()
		}
		if err := c.ProduceSync(ctx, next()).FirstErr(); err != nil {
			if n < 25 {
				kill()
				t.Fatalf("record %d: %v", n, err)
			}
			<-killed
			return
		}
		acknowledged()
	}
}

// child is a broker in a process of its own; kill is a SIGKILL.
func child(t *testing.T, dir string, environment ...string) (addr string, kill func()) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(append(os.Environ(), childVariable+"="+dir), environment...)
	c.Stderr = os.Stderr
	stdin, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	kill = func() {
		c.Process.Kill()
		c.Wait()
		stdin.Close()
	}
	t.Cleanup(func() { c.Process.Kill() })
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "127.") {
		t.Fatalf("the child says %q, %v", line, err)
	}
	return strings.TrimSpace(line), kill
}

func readAll(t testing.TB, addr, topic string) (values []string) {
	t.Helper()
	for _, r := range readRecords(t, addr, topic) {
		values = append(values, string(r.Value))
	}
	return values
}

// readRecords reads the records that a topic of one partition still has.
func readRecords(t testing.TB, addr, topic string) (records []*kgo.Record) {
	t.Helper()
	ctx := within(t, 30*time.Second)
	c := client(t, addr, kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: {0: kgo.NewOffset().AtStart()}}))
	ends, err := kadm.NewClient(c).ListEndOffsets(ctx, topic)
	if err != nil {
		t.Fatal(err)
	}
	end, _ := ends.Lookup(topic, 0)
	for end.Offset > 0 && (len(records) == 0 || records[len(records)-1].Offset < end.Offset-1) {
		fs := c.PollFetches(ctx)
		if err := fs.Err(); err != nil {
			t.Fatal(err)
		}
		records = append(records, fs.Records()...)
	}
	return records
}

func TestNearlyFullDiskStopsIntakeAndSaysWhy(t *testing.T) {
	var said strings.Builder
	dir := t.TempDir()
	b := start(t, broker.Config{DataDir: dir, MinFreeBytes: math.MaxUint64,
		Log: slog.New(slog.NewTextHandler(&said, nil))})
	create(t, b.Addr(), "sources", nil)
	c := client(t, b.Addr(), kgo.DefaultProduceTopic("sources"), kgo.DisableIdempotentWrite(), kgo.RecordRetries(1))
	for range 3 {
		err := c.ProduceSync(within(t, 300*time.Millisecond), kgo.StringRecord("x")).FirstErr()
		if err == nil {
			t.Fatal("a full disk takes records")
		}
	}
	req := kmsg.NewPtrProduceRequest()
	req.Acks, req.TimeoutMillis, req.Version = -1, 1000, 11
	rt := kmsg.NewProduceRequestTopic()
	rt.Topic = "sources"
	rt.Partitions = append(rt.Partitions, kmsg.NewProduceRequestTopicPartition())
	req.Topics = append(req.Topics, rt)
	raw, err := req.RequestWith(within(t, 10*time.Second), client(t, b.Addr(), kgo.MaxVersions(nil)))
	if err != nil {
		t.Fatal(err)
	}
	p := raw.Topics[0].Partitions[0]
	if err := kerr.ErrorForCode(p.ErrorCode); err != kerr.KafkaStorageError || !kerr.IsRetriable(err) {
		t.Errorf("the answer is %v", err)
	}
	if p.ErrorMessage == nil || !strings.Contains(*p.ErrorMessage, dir) {
		t.Errorf("the answer says %v", p.ErrorMessage)
	}
	if n := strings.Count(said.String(), "takes nothing in"); n != 1 {
		t.Errorf("the log says it %d times:\n%s", n, said.String())
	}
	if got := readAll(t, b.Addr(), "sources"); len(got) != 0 {
		t.Errorf("stored %q", got)
	}
}

func TestMessagesOfAMebibyteAreTaken(t *testing.T) {
	b := start(t, broker.Config{})
	create(t, b.Addr(), "sources", nil)
	c := client(t, b.Addr(), kgo.DefaultProduceTopic("sources"), kgo.ProducerBatchMaxBytes(4<<20),
		kgo.ProducerBatchCompression(kgo.NoCompression()))
	if err := c.ProduceSync(within(t, 10*time.Second), &kgo.Record{Value: make([]byte, 1<<20)}).FirstErr(); err != nil {
		t.Error(err)
	}
	if err := c.ProduceSync(within(t, 10*time.Second), &kgo.Record{Value: make([]byte, 2<<20)}).FirstErr(); !errors.Is(err,
		kerr.MessageTooLarge) {
		t.Errorf("two mebibytes: %v", err)
	}
}

// TestAppendTimeIsTheBrokers also over a restart, where the broker has to find out again which topics have it.
func TestAppendTimeIsTheBrokers(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kafka")
	b := start(t, broker.Config{DataDir: dir})
	appendTime := "LogAppendTime"
	create(t, b.Addr(), "control", map[string]*string{"message.timestamp.type": &appendTime})
	create(t, b.Addr(), "other", nil)
	long := time.UnixMilli(1_000_000)
	for restart := range 2 {
		for _, topic := range []string{"control", "other"} {
			c := client(t, b.Addr(),
				kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: {0: kgo.NewOffset().AtEnd().Relative(-1)}}))
			if err := c.ProduceSync(within(t, 10*time.Second), &kgo.Record{Topic: topic, Value: []byte("x"), Timestamp: long}).
				FirstErr(); err != nil {
				t.Fatal(err)
			}
			rs := c.PollFetches(within(t, 10*time.Second)).Records()
			last := rs[len(rs)-1].Timestamp
			if topic == "other" && !last.Equal(long) {
				t.Errorf("restart %d: %s has %v", restart, topic, last)
			}
			if topic == "control" && time.Since(last).Abs() > time.Minute {
				t.Errorf("restart %d: %s has %v", restart, topic, last)
			}
			c.Close()
		}
		if restart == 0 {
			stop(t, b)
			b = start(t, broker.Config{DataDir: dir})
		}
	}
}
