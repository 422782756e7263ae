package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"barometer/cmd/barometer/internal/admin"
	"barometer/configs"
	"barometer/ingest"
	"barometer/ingest/kafkalog"

	"github.com/prometheus/client_golang/prometheus"
)

// Sizes of the benchmark: invoices and their payments, of suppliers with many buyers.
const (
	pipelineEvents   = 600_000
	pipelinePast     = 400_000 // before them, so that payers are known
	pipelineBuyers   = 20_000
	pipelinePolicies = 20
)

// BenchmarkPipeline is the embedded default in one process, broker and ClickHouse included: from payments that lie in
// the source topic to the decisions that follow from them, with ClickHouse written along. It always makes one run.
func BenchmarkPipeline(b *testing.B) {
	in := benchInstallation(b)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 3)
	start := func(ctx context.Context, run func(context.Context, *installation) error) {
		go func() { ended <- run(ctx, in) }()
	}
	start(ctx, runProcess)
	start(ctx, runStore)
	first, stop := context.WithCancel(ctx)
	start(first, runIngest)
	fill(b, in.kafka, "risk.portfolio", masterData())
	fill(b, in.kafka, "risk.payments", paymentData(0, pipelinePast))
	of := in.registry // process registers its metrics here
	settle(b, in, of)
	waitFor(b, "ClickHouse has the past", func() bool { return stored(b, in) == pipelinePast })
	stop()
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
	fill(b, in.kafka, "risk.payments", paymentData(pipelinePast, pipelinePast+pipelineEvents))
	in.registry = prometheus.NewRegistry() // ingest registers its metrics anew
	runtime.GC()

	b.ResetTimer()
	started := time.Now()
	start(ctx, runIngest)
	settle(b, in, of)
	took := time.Since(started)
	b.StopTimer()
	b.ReportMetric(pipelineEvents/took.Seconds(), "events/s")
	b.ReportMetric(float64(stored(b, in)-pipelinePast)/pipelineEvents, "stored-by-then")
	waitFor(b, "ClickHouse has every payment", func() bool { return stored(b, in) == pipelinePast+pipelineEvents })
	b.ReportMetric(peakMiB(b), "peak-MiB")
	cancel()
	for range 3 {
		<-ended
	}
}

func benchInstallation(b *testing.B) *installation {
	b.Helper()
	cfg := configs.Default()
	cfg.DataDir = b.TempDir()
	cfg.Embedded.KafkaListen, cfg.Embedded.ClickHouseListen = freeAddress(b), freeAddress(b)
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	base := &infra{}
	b.Cleanup(func() {
		if err := base.close(); err != nil {
			b.Error(err)
		}
	})
	u := usedBy(allRoles)
	err := base.lock(&cfg, u)
	if err == nil {
		err = base.open(b.Context(), &cfg, u, log)
	}
	if err != nil {
		b.Fatal(err)
	}
	if err := base.db.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	in := &installation{infra: base, cfg: &cfg, log: log, registry: prometheus.NewRegistry(), health: admin.NewHealth(log)}
	in.watch(u, allRoles)
	opening, err := in.opening()
	if err != nil {
		b.Fatal(err)
	}
	if in.opened, in.record, err = ingest.Open(b.Context(), in.kafka, opening); err != nil {
		b.Fatal(err)
	}
	return in
}

type feed func(yield func(key, value string) bool)

func masterData() feed {
	return func(yield func(key, value string) bool) {
		for p := range pipelinePolicies {
			yield("p", fmt.Sprintf(
				`{"type":"policy.upserted","id":"p-%d","at":"2026-01-01T00:00:00Z","policy_id":"P-%d","holder":{"id":"H-%d","name":"Holder","language":"en"},"currency":"EUR","insured_percentage":90,"effective_on":"2026-01-01"}`, p, p, p))
		}
		for i := range pipelineBuyers {
			yield(strconv.Itoa(i),
				fmt.Sprintf(
					`{"type":"buyer.upserted","id":"b-%d","at":"2026-01-01T00:00:00Z","buyer_id":"B-%06d","name":"Buyer %d","country":"NL","sector":"46"}`, i, i, i))
		}
	}
}

// paymentData is an invoice and its payment in turn, over all buyers, each as late as it usually is, give or take a
// day.
func paymentData(from, to int) feed {
	today := time.Now().UTC()
	day := func(ago int) string { return today.AddDate(0, 0, -ago).Format(time.DateOnly) }
	return func(yield func(key, value string) bool) {
		for i := from / 2; i < to/2; i++ {
			n := i * 7919 % pipelineBuyers
			buyer, policy := fmt.Sprintf("B-%06d", n), i%pipelinePolicies
			due := 10 + i%30
			yield(buyer,
				fmt.Sprintf(
					`{"type":"invoice.issued","id":"i-%d","at":"%sT09:00:00Z","policy_id":"P-%d","buyer_id":"%s","invoice_id":"I-%d","amount":"%d.50","currency":"EUR","delivered_on":"%s","due_on":"%s"}`, i, day(due+30), policy, buyer, i, 500+i%9000, day(due+30), day(due)))
			yield(buyer,
				fmt.Sprintf(
					`{"type":"invoice.paid","id":"m-%d","at":"%sT09:00:00Z","policy_id":"P-%d","buyer_id":"%s","invoice_id":"I-%d","amount":"%d.50","currency":"EUR","paid_on":"%s"}`, i, day(0), policy, buyer, i, 500+i%9000, day(max(0, due-n%9-i%2))))
		}
	}
}

// fill appends messages to a topic, spread by their keys.
func fill(b *testing.B, client *kafkalog.Client, topic string, messages feed) {
	b.Helper()
	n, err := client.Partitions(b.Context(), topic)
	if err != nil {
		b.Fatal(err)
	}
	batches := make([][]kafkalog.Record, n)
	flush := func(p int) {
		if _, err := client.Append(b.Context(), topic, p, batches[p]); err != nil {
			b.Fatal(err)
		}
		batches[p] = batches[p][:0]
	}
	messages(func(key, value string) bool {
		p := kafkalog.PartitionOf(key, n)
		if batches[p] = append(batches[p], kafkalog.Record{Key: []byte(key), Value: []byte(value)}); len(batches[p]) == 2000 {
			flush(p)
		}
		return true
	})
	for p := range batches {
		if len(batches[p]) > 0 {
			flush(p)
		}
	}
}

// settle waits until ingest has committed all that was sent, and the folds have committed nothing less than the log.
func settle(b *testing.B, in *installation, of prometheus.Gatherer) {
	b.Helper()
	reader := newLags(in.kafka)
	waitFor(b, "everything is decided", func() bool {
		reader.at = time.Time{}
		behind, err := reader.read(b.Context())
		if err != nil {
			return false
		}
		for _, l := range behind {
			if l.Role == "ingest" && l.Records > 0 {
				return false
			}
		}
		return decided(b, in, of)
	})
}

// decided tells whether the folds have reached the end of the log.
func decided(b *testing.B, in *installation, of prometheus.Gatherer) bool {
	families, err := of.Gather()
	if err != nil {
		b.Fatal(err)
	}
	var folded, end float64
	for _, f := range families {
		if f.GetName() == "barometer_process_offset" {
			for _, m := range f.GetMetric() {
				folded += m.GetGauge().GetValue()
			}
		}
	}
	ends, err := in.kafka.Ends(b.Context(), kafkalog.TopicLog)
	for _, e := range ends {
		end += float64(e)
	}
	return err == nil && folded >= end
}

func waitFor(b *testing.B, what string, holds func() bool) {
	b.Helper()
	for end := time.Now().Add(3 * time.Minute); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			b.Fatalf("%s: not within three minutes", what)
		}
	}
}

func stored(b *testing.B, in *installation) int {
	b.Helper()
	res, err := http.Post(in.clickhouse+"/?database=barometer", "text/plain",
		strings.NewReader("SELECT count() FROM payments"))
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.Fatal(err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(body)))
	if err != nil {
		b.Fatalf("%s", body)
	}
	return n
}

// peakMiB is the most that this process had resident; the engine has a process of its own.
func peakMiB(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "VmHWM:" {
			kib, _ := strconv.Atoi(f[1])
			return float64(kib) / 1024
		}
	}
	return 0
}
