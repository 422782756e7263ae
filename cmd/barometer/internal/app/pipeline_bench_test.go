package app

import (
	"context"
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
	"barometer/cmd/barometer/internal/benchfeed"
	"barometer/configs"
	"barometer/ingest"
	"barometer/ingest/kafkalog"

	"github.com/prometheus/client_golang/prometheus"
)

// Sizes of the benchmark: invoices and their payments.
const (
	pipelineEvents = 600_000
	pipelinePast   = 400_000 // before them, so that payers are known
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
	benchfeed.Fill(b, in.kafka, "risk.portfolio", benchfeed.MasterData())
	benchfeed.Fill(b, in.kafka, "risk.payments", benchfeed.PaymentData(0, pipelinePast))
	of := in.registry // process registers its metrics here
	settle(b, in, of)
	waitFor(b, "ClickHouse has the past", func() bool { return stored(b, in) == pipelinePast })
	stop()
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
	benchfeed.Fill(b, in.kafka, "risk.payments", benchfeed.PaymentData(pipelinePast, pipelinePast+pipelineEvents))
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
	u := usedBy(Roles)
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
	in.watch(u, Roles)
	opening, err := in.opening()
	if err != nil {
		b.Fatal(err)
	}
	if in.opened, in.record, err = ingest.Open(b.Context(), in.kafka, opening); err != nil {
		b.Fatal(err)
	}
	return in
}

// settle waits until ingest has committed all that was sent, and the folds have committed nothing less than the log.
func settle(b *testing.B, in *installation, of prometheus.Gatherer) {
	b.Helper()
	reader := NewLags(in.kafka)
	waitFor(b, "everything is decided", func() bool {
		reader.at = time.Time{}
		behind, err := reader.Read(b.Context())
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
