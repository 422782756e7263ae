package kafkatest

import (
	"context"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"barometer/deploy/embedded/broker"
)

// Variable is the environment variable that chooses; Real is its value for an Apache Kafka.
const (
	Variable = "BAROMETER_TEST_KAFKA"
	Real     = "real"
)

const (
	cleanEvery  = 200 * time.Millisecond
	stopTimeout = 20 * time.Second
)

// Broker is a running Kafka.
type Broker interface {
	// Addr is host:port, and stays over restarts.
	Addr() string
	// Restart ends the broker and starts it again on the same data: an Apache Kafka by kill -9, the embedded one, which
	// lives in the test's process, by Stop.
	Restart(t testing.TB)
}

// shared is the Apache Kafka of a package with Main.
var shared struct {
	sync.Mutex
	wanted bool
	kafka  *apache
}

// Main runs a package's tests with one Apache Kafka for all; it is the body of TestMain.
func Main(m *testing.M) { os.Exit(Run(m)) }

// Run is Main for a TestMain that has more to do: it returns the exit status.
func Run(m *testing.M) int {
	shared.wanted = true
	defer func() {
		shared.Lock()
		defer shared.Unlock()
		if shared.kafka != nil {
			shared.kafka.remove()
		}
	}()
	return m.Run()
}

// IsReal tells whether New gives an Apache Kafka.
func IsReal() bool { return os.Getenv(Variable) == Real }

// Start gives a test the address of a Kafka that lives as long as the test.
func Start(t testing.TB) string { return New(t).Addr() }

// New is Start for tests that restart the broker.
func New(t testing.TB) Broker {
	t.Helper()
	if !IsReal() {
		return embedded(t)
	}
	if !shared.wanted {
		k, err := startApache()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(k.remove)
		return k
	}
	shared.Lock()
	defer shared.Unlock()
	if shared.kafka == nil {
		k, err := startApache()
		if err != nil {
			t.Fatal(err)
		}
		shared.kafka = k
	}
	return shared.kafka
}

// Embedded gives a test the address of an embedded broker, whatever the environment says.
func Embedded(t testing.TB) string { return embedded(t).Addr() }

type inProcess struct {
	config broker.Config
	broker *broker.Broker
}

func embedded(t testing.TB) *inProcess {
	t.Helper()
	e := &inProcess{config: broker.Config{
		DataDir: t.TempDir(), Listen: "127.0.0.1:0", MinFreeBytes: 1 << 20, CleanEvery: cleanEvery,
		Log: slog.New(slog.DiscardHandler),
	}}
	e.start(t)
	e.config.Listen = e.broker.Addr()
	t.Cleanup(func() { e.stop(t) })
	return e
}

func (e *inProcess) Addr() string { return e.broker.Addr() }

func (e *inProcess) Restart(t testing.TB) {
	t.Helper()
	e.stop(t)
	e.start(t)
}

func (e *inProcess) start(t testing.TB) {
	t.Helper()
	b, err := broker.Start(context.Background(), e.config)
	if err != nil {
		t.Fatal(err)
	}
	e.broker = b
}

func (e *inProcess) stop(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	if err := e.broker.Stop(ctx); err != nil {
		t.Error(err)
	}
}
