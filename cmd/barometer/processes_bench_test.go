package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"barometer/cmd/barometer/internal/benchfeed"
	"barometer/deploy/kafkatest"
	"barometer/ingest/kafkalog"

	"github.com/twmb/franz-go/pkg/kadm"
)

// processEvents is how many invoices and payments there are.
const processEvents = 1_800_000

// BenchmarkProcesses is a log that is there, folded by one process and by two, until all its decisions are committed:
// what it costs to share the partitions. BAROMETER_TEST_KAFKA=real has it on an Apache Kafka. It always makes one run.
func BenchmarkProcesses(b *testing.B) {
	dir := b.TempDir()
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		b.Fatal(err)
	}
	defer log.Close()
	p := &product{t: b, dir: dir, kafka: kafkatest.New(b).Addr(), log: log}
	p.flags = []string{"--kafka.brokers=" + p.kafka, "--secret_key=a key that the tests share, 32 bytes",
		"--log.partitions=8"}
	c := cluster{product: *p}
	b.Cleanup(func() {
		for _, m := range c.members {
			m.kill()
		}
		if b.Failed() {
			b.Logf("the processes' log ends with:\n%s", p.tail())
		}
	})
	client := p.client()
	c.join("ingest", 0)
	p.eventually(time.Minute, "the topics are there", func() error {
		_, err := client.Ends(b.Context(), kafkalog.TopicRelays)
		return err
	})
	benchfeed.Fill(b, client, "risk.portfolio", benchfeed.MasterData())
	rest(b, client, kafkalog.TopicLog)
	benchfeed.Fill(b, client, "risk.payments", benchfeed.PaymentData(0, processEvents))
	_, records := rest(b, client, kafkalog.TopicLog)
	c.leave()
	for _, n := range []int{1, 2} {
		b.Run(fmt.Sprintf("processes=%d", n), func(b *testing.B) {
			for _, topic := range []string{kafkalog.TopicDecisions, kafkalog.TopicRelays} { // the product makes them again
				p.remake(topic, func(context.Context, *kadm.Client, int) {})
			}
			for i := range n {
				c.join("process", i)
			}
			took, decisions := rest(b, client, kafkalog.TopicDecisions)
			b.ReportMetric(float64(records)/took.Seconds(), "events/s")
			b.ReportMetric(float64(decisions), "decisions")
			c.leave()
			for i := range n {
				if err := os.RemoveAll(filepath.Join(dir, fmt.Sprint("process", i))); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// leave kills all processes.
func (c *cluster) leave() {
	for _, m := range c.members {
		m.kill()
	}
	c.members = nil
}

// rest waits until a topic has not grown for seconds, and tells how many records it has, and how long it grew.
func rest(b *testing.B, client *kafkalog.Client, topic string) (grew time.Duration, records int64) {
	b.Helper()
	var first, last time.Time
	began := int64(-1)
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		ends, err := client.Ends(b.Context(), topic)
		if err != nil {
			continue
		}
		sum := int64(0)
		for _, end := range ends {
			sum += end
		}
		switch now := time.Now(); {
		case began < 0:
			began, records = sum, sum
		case sum > records:
			if records, last = sum, now; first.IsZero() {
				first = now
			}
		case !last.IsZero() && now.Sub(last) > 4*time.Second:
			return last.Sub(first), records
		}
	}
	b.Fatalf("%s does not come to rest", topic)
	return 0, 0
}
