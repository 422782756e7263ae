package broker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"barometer/internal/loopback"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"
)

const (
	defaultMinFree    = 1 << 30
	defaultCleanEvery = 10 * time.Minute
	maxMessageBytes   = 1<<20 + 64<<10 // a source message of one mebibyte in its batch; topics may set more
	minSession        = 6 * time.Second
	never             = 100 * 365 * 24 * time.Hour // by kfake itself: the cleaner does it
)

// Config says where the broker keeps its data and where it listens.
type Config struct {
	DataDir      string
	Listen       string        // host:port, loopback; port 0 takes a free one
	MinFreeBytes uint64        // below this much free disk nothing is taken in; 0 is 1 GiB
	CleanEvery   time.Duration // how often retention and compaction run; 0 is ten minutes
	Log          *slog.Logger  // nil: slog.Default()
}

// Validate finds what is missing or not allowed.
func (c *Config) Validate() error {
	if c.DataDir == "" {
		return errors.New("the embedded broker needs a data directory")
	}
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fmt.Errorf("the embedded broker's address %q is not host:port: %w", c.Listen, err)
	}
	if !loopback.Is(host) {
		return fmt.Errorf("the embedded broker listens on loopback only, as it asks nobody for a password: not on %q",
			c.Listen)
	}
	if c.CleanEvery < 0 {
		return fmt.Errorf("the embedded broker cannot clean every %v", c.CleanEvery)
	}
	return nil
}

// Broker is a running broker.
type Broker struct {
	cluster *kfake.Cluster
	intake  *intake
	groups  *groups
	cleaner *cleaner
	addr    string
	stopped atomic.Bool
	gone    chan struct{}
}

// Start reads the data directory, which may take seconds, and serves it.
func Start(ctx context.Context, cfg Config) (*Broker, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if cfg.MinFreeBytes == 0 {
		cfg.MinFreeBytes = defaultMinFree
	}
	if cfg.CleanEvery == 0 {
		cfg.CleanEvery = defaultCleanEvery
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		return nil, fmt.Errorf("making the embedded broker's directory: %w", err)
	}
	cleaner := &cleaner{dir: cfg.DataDir, every: cfg.CleanEvery, log: cfg.Log, last: time.Now()}
	if err := cleaner.recover(); err != nil {
		return nil, fmt.Errorf("starting the embedded broker in %s: %w", cfg.DataDir, err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	cluster, err := kfake.NewCluster(
		kfake.NumBrokers(1), kfake.DataDir(cfg.DataDir), kfake.ClusterID("barometer"),
		// Later ones name topics by identity alone when they produce, which the intake could not tell apart.
		kfake.MaxVersions(kversion.V4_0_0()),
		kfake.ListenFn(func(network, _ string) (net.Listener, error) { return net.Listen(network, cfg.Listen) }),
		kfake.GroupMinSessionTimeout(minSession),
		kfake.WithLogger(logger{cfg.Log}),
		kfake.BrokerConfigs(map[string]string{
			"message.max.bytes":          strconv.Itoa(maxMessageBytes),
			"default.replication.factor": "1",
			"log.cleaner.backoff.ms":     strconv.FormatInt(never.Milliseconds(), 10),
		}),
	)
	if err != nil {
		return nil, fmt.Errorf("starting the embedded broker in %s on %s: %w", cfg.DataDir, cfg.Listen, err)
	}
	b := &Broker{cluster: cluster, addr: cluster.ListenAddrs()[0], gone: make(chan struct{})}
	b.intake = &intake{dir: cfg.DataDir, minFree: cfg.MinFreeBytes, log: cfg.Log, keep: cluster.KeepControl}
	cleaner.clean, cleaner.trim, cleaner.roomy = cluster.Compact, cluster.ApplyRetention,
		func(now time.Time) bool { return !b.intake.nearlyFull(now) }
	b.cleaner = cleaner
	if err := b.intake.learn(ctx, b.addr); err != nil {
		cluster.Close()
		return nil, err
	}
	cluster.ControlKey(int16(kmsg.CreateTopics), b.intake.topicsCreated)
	cluster.ControlKey(int16(kmsg.Produce), func(r kmsg.Request) (kmsg.Response, error, bool) {
		if err := b.cleaner.cleanWhereDue(); err != nil {
			cluster.KeepControl()
			return refusal(r.(*kmsg.ProduceRequest), err.Error()), nil, true
		}
		return b.intake.produced(r)
	})
	cluster.ControlKey(int16(kmsg.Fetch), fetched)
	b.groups = newGroups(b.addr, cfg.Log)
	cluster.ControlKey(int16(kmsg.JoinGroup), b.groups.joined)
	cluster.ControlKey(int16(kmsg.SyncGroup), b.groups.shared)
	return b, nil
}

// Addr is where it listens, host:port.
func (b *Broker) Addr() string { return b.addr }

// Stop answers what is under way, writes everything and ends. When ctx ends before that Stop says so and leaves it
// going on; nothing acknowledged is lost either way.
func (b *Broker) Stop(ctx context.Context) error {
	if !b.stopped.Swap(true) {
		go func() {
			defer close(b.gone)
			b.groups.stop()
			b.cleaner.stop()
			b.cluster.Close()
		}()
	}
	select {
	case <-b.gone:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("waiting for the embedded broker to stop: %w", ctx.Err())
	}
}

// logger passes kfake's warnings on; what it says of each request is for its own tests.
type logger struct{ log *slog.Logger }

func (l logger) Logf(level kfake.LogLevel, format string, args ...any) {
	switch level {
	case kfake.LogLevelError:
		l.log.Error("embedded broker", "says", fmt.Sprintf(format, args...))
	case kfake.LogLevelWarn:
		l.log.Warn("embedded broker", "says", fmt.Sprintf(format, args...))
	}
}
