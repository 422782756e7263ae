package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"barometer/cmd/barometer/internal/app"
	"barometer/deploy/embedded/broker"
	"barometer/deploy/embedded/clickhouse"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// apart is an installation whose roles run each in a process of its own, on a broker and an engine of the test's.
type apart struct {
	product
	broker     *broker.Broker
	brokerData string
	engine     *clickhouse.Server
	history    string // clickhouse.url
	members    map[string]*member
	admin      map[string]string // address by role
}

func newApart(t *testing.T) *apart {
	t.Helper()
	a := &apart{brokerData: t.TempDir(), members: map[string]*member{}, admin: map[string]string{}}
	a.product = product{t: t, dir: t.TempDir(), kafka: freeAddress(t), http: freeAddress(t)}
	a.startBroker()
	var err error
	if a.log, err = os.Create(filepath.Join(a.dir, "log")); err != nil {
		t.Fatal(err)
	}
	a.flags = []string{"--kafka.brokers=" + a.kafka, "--log.partitions=3",
		"--secret_key=a key that the tests share, 32 bytes", "--snapshots.every=1s"}
	t.Cleanup(func() {
		for _, m := range a.members {
			m.kill()
		}
		_ = a.broker.Stop(context.Background())
		a.log.Close()
		if t.Failed() {
			t.Logf("the processes' log ends with:\n%s", a.tail())
		}
	})
	return a
}

func (a *apart) startBroker() {
	a.t.Helper()
	b, err := broker.Start(context.Background(), broker.Config{DataDir: a.brokerData, Listen: a.kafka,
		MinFreeBytes: 1 << 20, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		a.t.Fatal(err)
	}
	a.broker = b
}

// startEngine starts a ClickHouse that has no tables.
func (a *apart) startEngine() {
	a.t.Helper()
	cfg := clickhouse.Defaults()
	cfg.DataDir, cfg.Listen, cfg.WriterSecret = a.t.TempDir(), freeAddress(a.t), "the writer's password"
	engine, err := clickhouse.Start(a.t.Context(), cfg)
	if err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(func() { _ = engine.Stop(context.Background()) })
	a.engine, a.clickhouse = engine, cfg.Listen
	at := url.URL{Scheme: "http", Host: cfg.Listen, User: url.UserPassword("barometer_writer", cfg.WriterSecret)}
	a.history = "--clickhouse.url=" + at.String()
}

// join starts a process of a role with no more than it needs.
func (a *apart) join(role string, flags ...string) {
	a.t.Helper()
	a.admin[role] = freeAddress(a.t)
	m := &member{role: role, command: slices.Concat(flags, []string{"--data_dir=" + a.dataDir(role),
		"--admin.listen=" + a.admin[role], role})}
	a.members[role] = m
	m.cmd, m.ended = a.begin(m.command)
}

func (a *apart) dataDir(role string) string { return filepath.Join(a.dir, role) }

func (a *apart) get(role, path string) (int, string, error) {
	res, err := http.Get("http://" + a.admin[role] + path)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return res.StatusCode, string(body), err
}

// leaves ends a role in good order, so that nobody waits for its session to end.
func (a *apart) leaves(role string) {
	a.t.Helper()
	m := a.members[role]
	m.signal(syscall.SIGINT)
	if err := <-m.ended; err != nil {
		a.t.Errorf("%s ended with %v", role, err)
	}
	m.ended <- nil
}

// answers waits until a role's probe has a status and says something.
func (a *apart) answers(role string, status int, says string) {
	a.t.Helper()
	a.eventually(20*time.Second, fmt.Sprintf("%s answers /readyz with %d %s", role, status, says), func() error {
		got, body, err := a.get(role, "/readyz")
		if err == nil && (got != status || !strings.Contains(body, says)) {
			err = fmt.Errorf("%d %q", got, body)
		}
		return err
	})
	if _, body, _ := a.get(role, "/readyz"); strings.Contains(body, a.kafka) || a.clickhouse != "" &&
		strings.Contains(body, a.clickhouse) {
		a.t.Errorf("%s tells strangers %q", role, body)
	}
}

// TestRolesApartOpenWhatTheyUseAndCanBeWatched starts each role alone, with no more than it needs, and looks at its
// probes and its lag as Kafka's own tools do.
func TestRolesApartOpenWhatTheyUseAndCanBeWatched(t *testing.T) {
	anyBroker(t)
	long(t)
	a := newApart(t)
	snapshots := "--snapshots.url=" + objectStore(t, "snapshots")
	a.join("ingest")
	a.join("process", snapshots)
	a.join("alert", snapshots, "--alerting.smtp_url=smtp://127.0.0.1:1")
	for _, role := range []string{"ingest", "process", "alert"} {
		a.answers(role, http.StatusOK, "ready")
		if status, body, err := a.get(role, "/healthz"); status != http.StatusOK {
			t.Errorf("%s: /healthz: %d %q %v", role, status, body, err)
		}
		if status, _, err := a.get(role, "/debug/pprof/heap?debug=1"); status != http.StatusOK {
			t.Errorf("%s: pprof: %d %v", role, status, err)
		}
		if _, err := os.Stat(a.dataDir(role)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s keeps nothing here, and made a data directory: %v", role, err)
		}
	}
	a.startEngine()
	a.join("store", a.history)
	a.join("serve", a.history, "--http.listen="+a.http)
	a.answers("store", http.StatusServiceUnavailable, "barometer migrate makes them")
	a.answers("serve", http.StatusServiceUnavailable, "barometer migrate makes them")
	flags := a.flags
	a.flags = append(slices.Clone(flags), a.history)
	if said := a.command("migrate"); !strings.Contains(said, "the tables are up to date") {
		t.Errorf("migrate says %q", said)
	}
	a.flags = flags
	a.answers("store", http.StatusOK, "ready")
	a.answers("serve", http.StatusOK, "ready")

	for role := range a.members {
		_, metrics, err := a.get(role, "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		if problems, err := promlint.New(strings.NewReader(metrics)).Lint(); err != nil || len(problems) > 0 {
			t.Errorf("metrics of %s: %v %v", role, problems, err)
		}
		if !strings.Contains(metrics, "barometer_build_info{") {
			t.Errorf("metrics of %s have no barometer_build_info", role)
		}
	}
	a.send("risk.portfolio", buyer("B-1"), buyer("B-2"), buyer("B-3"))
	a.graded("B-2", "6")
	a.lagIsTold()

	a.eventually(20*time.Second, "a process takes over from the snapshots of another", func() error {
		a.leaves("process")
		a.join("process", snapshots)
		a.answers("process", http.StatusOK, "ready")
		said, err := os.ReadFile(a.log.Name())
		if err == nil && !recoveredFrom.Match(said) {
			err = errors.New("it folds from the beginning")
		}
		return err
	})
	if err := a.broker.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	for role := range a.members {
		a.answers(role, http.StatusServiceUnavailable, "kafka does not answer")
	}
	a.startBroker()
	for role := range a.members {
		a.answers(role, http.StatusOK, "ready")
	}
	a.leaves("ingest")
	a.send("risk.portfolio", buyer("B-4"))
	a.eventually(10*time.Second, "Kafka's tools see what ingest has not read",
		func() error { return a.lagOf(1, "barometer-ingest") })
	a.join("ingest")
	a.graded("B-4", "6")
	a.lagIsTold()
}

// recoveredFrom is a log line of a partition that began beyond the start of the log.
var recoveredFrom = regexp.MustCompile(`partition recovered.* offset=[1-9]`)

// groups are the consumer groups of the roles, with what their metrics are called.
var groups = map[string]string{"barometer-ingest": "ingest", "barometer-process": "process", "barometer-store": "store",
	"barometer-route": "route",
	"barometer-send":  "send"}

// lagIsTold waits until all groups have committed the ends of their topics, and metrics and the live page say the same.
func (a *apart) lagIsTold() {
	a.t.Helper()
	for group, name := range groups {
		if name != "store" { // whose batches end when the log is quiet for a minute, or by what comes next
			a.eventually(5*time.Second, group+" has committed all", func() error { return a.lagOf(0, group) })
		}
		role := map[string]string{"route": "alert", "send": "alert"}[name]
		if role == "" {
			role = name
		}
		_, metrics, err := a.get(role, "/metrics")
		if !strings.Contains(metrics, "barometer_"+name+"_lag{") ||
			!strings.Contains(metrics, "barometer_"+name+"_position{") {
			a.t.Errorf("metrics of %s say nothing of its lag (%v)", role, err)
		}
		for line := range strings.Lines(metrics) {
			if name != "store" && strings.HasPrefix(line, "barometer_"+name+"_lag{") && !strings.HasSuffix(line, " 0\n") {
				a.t.Errorf("Kafka's tools see no lag, the metrics: %s", line)
			}
		}
	}
	a.eventually(20*time.Second, "the live page says the same", func() error { // ticks come and are committed meanwhile
		lags, err := app.NewLags(a.client()).Read(a.t.Context())
		for _, l := range lags {
			if l.Role != "store" && (l.Records > 0 || l.Unknown) {
				return fmt.Errorf("it says %+v", l)
			}
		}
		if err != nil || len(lags) == 0 {
			return fmt.Errorf("it says %v: %v", lags, err)
		}
		return nil
	})
}

// lagOf is nil where a group is at least so far behind, or 0: not at all, as Kafka's own tools see it.
func (a *apart) lagOf(atLeast int64, group string) error {
	client, err := kgo.NewClient(kgo.SeedBrokers(a.kafka))
	if err != nil {
		return err
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(a.t.Context(), 5*time.Second)
	defer cancel()
	lags, err := kadm.NewClient(client).Lag(ctx, group)
	if err != nil {
		return err
	}
	l := lags[group]
	if err := l.Error(); err != nil {
		return err
	}
	for topic, partitions := range l.Lag {
		for p, m := range partitions {
			if m.Lag < 0 && m.End.Offset > m.Start.Offset || m.Err != nil {
				return fmt.Errorf("%s/%d: %v, committed %d of %d", topic, p, m.Err, m.Commit.At, m.End.Offset)
			}
		}
	}
	if total := l.Lag.Total(); total < atLeast || atLeast == 0 && total > 0 {
		return fmt.Errorf("it is %d behind", total)
	}
	return nil
}

// TestAPortThatIsInUseIsSaidBeforeAnythingStarts, each by its key.
func TestAPortThatIsInUseIsSaidBeforeAnythingStarts(t *testing.T) {
	anyBroker(t)
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, key := range []string{"http.listen", "admin.listen", "embedded.kafka_listen", "embedded.clickhouse_listen"} {
		p := newProduct(t)
		p.flags = append(p.flags, "--"+key+"="+taken.Addr().String())
		began := time.Now()
		p.start("run")
		if said := p.fails(1); !strings.Contains(said, key+": "+taken.Addr().String()+" is in use by another process") ||
			strings.Contains(said, "starting the embedded") {
			t.Errorf("%s: it says\n%s", key, said)
		}
		if took := time.Since(began); took > 8*time.Second {
			t.Errorf("%s: it says so after %s", key, took)
		}
		if _, err := os.Stat(filepath.Join(p.dir, "data", "kafka")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: a broker was begun: %v", key, err)
		}
	}
}

// objectStore is a server that speaks S3, with a bucket; it gives the snapshots.url for it.
func objectStore(t *testing.T, bucket string) (snapshotsURL string) {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket(bucket); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	return fmt.Sprintf("s3://%s?endpoint=%s&use_path_style=true&region=eu-central-1&anonymous=true&prefix=barometer/",
		bucket, server.URL)
}
