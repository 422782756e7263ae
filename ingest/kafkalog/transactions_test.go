package kafkalog_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"barometer/deploy/kafkatest"
	"barometer/ingest/kafkalog"

	"github.com/twmb/franz-go/pkg/kgo"
)

// producer is another client, with transactions.
func producer(t testing.TB, addr, topic, id string) *kgo.Client {
	t.Helper()
	p, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.TransactionalID(id), kgo.DefaultProduceTopic(topic),
		kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.TransactionTimeout(30*time.Second),
		kgo.MetadataMinAge(20*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func transact(t testing.TB, p *kgo.Client, end kgo.TransactionEndTry, values ...string) {
	t.Helper()
	ctx := within(t, 30*time.Second)
	if err := p.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	send(t, ctx, p, values...)
	if err := p.EndTransaction(ctx, end); err != nil {
		t.Fatal(err)
	}
}

func send(t testing.TB, ctx context.Context, p *kgo.Client, values ...string) {
	t.Helper()
	for _, v := range values {
		if err := p.ProduceSync(ctx, kgo.StringRecord(v)).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatIsNotCommittedIsNotRead(t *testing.T) {
	addr := kafkatest.Start(t)
	c := open(t, addr)
	name := topic(t, c, 1, nil)
	ctx := within(t, 60*time.Second)
	a, b := producer(t, addr, name, name+"-a"), producer(t, addr, name, name+"-b")

	transact(t, a, kgo.TryCommit, "a1", "a2")
	transact(t, a, kgo.TryAbort, "not1", "not2")
	mustAppend(t, c, name, 0, numbered(0, 2))
	// Two transactions between each other: b's is aborted, a's is committed after it.
	if err := a.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	send(t, ctx, a, "a3")
	transact(t, b, kgo.TryAbort, "not3")
	send(t, ctx, a, "a4")
	if err := a.EndTransaction(ctx, kgo.TryCommit); err != nil {
		t.Fatal(err)
	}
	transact(t, b, kgo.TryCommit, "b1")
	transact(t, b, kgo.TryAbort, "not4")

	awaitRead(t, c, name, 0, "a1 a2 v0 v1 a3 a4 b1")
	awaitRead(t, c, name, 4, "v0 v1 a3 a4 b1") // from the middle of an aborted transaction
	last, err := c.Last(ctx, name, 0)
	if err != nil || string(last.Value) != "b1" {
		t.Errorf("last is %v, %v", last, err)
	}

	// What is under way hides all that comes after it.
	if err := a.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	send(t, ctx, a, "open")
	mustAppend(t, c, name, 0, numbered(9, 1))
	before, err := c.Offsets(ctx, name, 0)
	if err != nil {
		t.Fatal(err)
	}
	f, err := c.Fetch(ctx, name, 0, before.End, kafkalog.FetchOptions{MaxWait: 300 * time.Millisecond})
	if err != nil || len(f.Records) != 0 || f.Next != before.End || f.End != before.End {
		t.Errorf("behind an open transaction: %q, next %d, end %d, %v; the stable end was %d", values(f.Records), f.Next,
			f.End, err, before.End)
	}
	if err := a.EndTransaction(ctx, kgo.TryAbort); err != nil {
		t.Fatal(err)
	}
	awaitRead(t, c, name, before.End, "v9")
}

// awaitRead fails unless that is soon what can be read: a broker writes the end of a transaction after it has answered.
func awaitRead(t testing.TB, c *kafkalog.Client, topic string, from int64, want string) {
	t.Helper()
	var got string
	for range 50 {
		if got = readFrom(t, c, topic, from); got == want {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Errorf("from offset %d read %q, want %q", from, got, want)
}

// readFrom gives the values from an offset to the stable end, and fails if the reader does not get there.
func readFrom(t testing.TB, c *kafkalog.Client, topic string, from int64) (all string) {
	t.Helper()
	ctx := within(t, 30*time.Second)
	bounds, err := c.Offsets(ctx, topic, 0)
	if err != nil {
		t.Fatal(err)
	}
	for from < bounds.End {
		b, err := c.Fetch(ctx, topic, 0, from, kafkalog.FetchOptions{MaxBytes: 200, MaxWait: 100 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range b.Records {
			if all != "" {
				all += " "
			}
			all += string(r.Value)
		}
		from = b.Next
	}
	return all
}

func TestEveryCompressionIsRead(t *testing.T) {
	addr := kafkatest.Start(t)
	c := open(t, addr)
	name := topic(t, c, 1, nil)
	want := ""
	for i, codec := range []kgo.CompressionCodec{kgo.GzipCompression(), kgo.SnappyCompression(), kgo.Lz4Compression(),
		kgo.ZstdCompression()} {
		p, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.DefaultProduceTopic(name), kgo.ProducerBatchCompression(codec))
		if err != nil {
			t.Fatal(err)
		}
		var rs []*kgo.Record
		for j := range 50 {
			v := fmt.Sprintf("compressed-%d-%d", i, j)
			rs = append(rs, kgo.StringRecord(v))
			want += " " + v
		}
		if err := p.ProduceSync(within(t, 30*time.Second), rs...).FirstErr(); err != nil {
			t.Fatal(err)
		}
		p.Close()
	}
	if got := readFrom(t, c, name, 0); " "+got != want {
		t.Errorf("read %d bytes, not %d: %.200s", len(got), len(want), got)
	}
}
