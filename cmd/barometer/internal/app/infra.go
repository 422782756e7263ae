package app

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"time"

	"barometer/configs"
	"barometer/deploy/embedded/broker"
	"barometer/deploy/embedded/clickhouse"
	"barometer/deploy/embedded/datadir"
	"barometer/ingest/kafkalog"
	"barometer/storage"

	"gocloud.dev/blob"
)

// infra is what the roles stand on: the data directory, brokers, ClickHouse, buckets. Where the configuration names
// no server, the embedded one is started.
type infra struct {
	secret     []byte
	dir        *datadir.Dir // nil: nothing is kept on this machine
	broker     *broker.Broker
	engine     *clickhouse.Server
	kafka      *kafkalog.Client
	db         *storage.DB
	snapshots  *blob.Bucket
	documents  *blob.Bucket
	kafkaAt    string
	clickhouse string // URL without credentials
}

// lock takes the data directory, where something is going to be kept there.
func (in *infra) lock(cfg *configs.Config, u use) (err error) {
	here := len(cfg.Kafka.Brokers) == 0 || cfg.SecretKey == "" || u.history && cfg.ClickHouse.URL == "" ||
		u.snapshots && cfg.Snapshots.URL == "" || u.mail && cfg.Alerting.SMTPURL == ""
	if here {
		in.dir, err = datadir.Lock(cfg.DataDir)
	}
	return err
}

// open starts or reaches all that is used. What was started is the caller's to close, also after an error.
func (in *infra) open(ctx context.Context, cfg *configs.Config, u use, log *slog.Logger) (err error) {
	if in.secret, err = secretKey(cfg, in.dir); err != nil {
		return err
	}
	if u.snapshots { // before what takes seconds: a URL may be wrong
		if in.snapshots, err = openBucket(ctx, "snapshots", cfg.Snapshots.URL, cfg.DataDir); err != nil {
			return err
		}
	}
	if u.api {
		if in.documents, err = OpenDocuments(ctx, cfg); err != nil {
			return err
		}
	}
	brokers := cfg.Kafka.Brokers
	if len(brokers) == 0 {
		log.Info("starting the embedded broker", "listen", cfg.Embedded.KafkaListen)
		if in.broker, err = broker.Start(ctx, broker.Config{DataDir: in.dir.Join("kafka"), Listen: cfg.Embedded.KafkaListen,
			Log: log}); err != nil {
			return err
		}
		brokers = []string{in.broker.Addr()}
	}
	in.kafkaAt = strings.Join(brokers, ", ")
	if u.history {
		if err := in.openClickHouse(ctx, cfg, log); err != nil {
			return err
		}
	}
	if in.kafka, err = OpenKafka(cfg, brokers, log); err != nil {
		return err
	}
	specs := Topics(cfg)
	if err := in.kafka.EnsureTopics(ctx, specs); err != nil {
		return err
	}
	if err := in.kafka.CheckTopics(ctx, specs); err != nil && !cfg.Kafka.AllowUnsafeTopics {
		return fmt.Errorf("%w\nkafka.allow_unsafe_topics starts all the same, for tests", err)
	}
	return nil
}

func (in *infra) openClickHouse(ctx context.Context, cfg *configs.Config, log *slog.Logger) (err error) {
	db := storage.Config{URL: cfg.ClickHouse.URL}
	if cfg.ClickHouse.URL == "" {
		log.Info("starting the embedded ClickHouse", "listen", cfg.Embedded.ClickHouseListen)
		ch := clickhouse.Defaults()
		ch.DataDir, ch.Listen, ch.Log = in.dir.Join("clickhouse"), cfg.Embedded.ClickHouseListen, log
		if in.engine, err = clickhouse.Start(ctx, ch); err != nil {
			return err
		}
		db = storage.Config{URL: in.engine.URL(), User: "barometer_writer", Password: in.engine.WriterSecret()}
	}
	in.clickhouse = WithoutLogin(db.URL)
	in.db, err = storage.Open(db)
	return err
}

// WithoutLogin is a URL as it may be shown.
func WithoutLogin(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	u.User, u.RawQuery = nil, ""
	return u.String()
}

// close stops everything in the order in which it is used; the broker last.
func (in *infra) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	var errs []error
	for _, bucket := range []*blob.Bucket{in.snapshots, in.documents} {
		if bucket != nil {
			errs = append(errs, bucket.Close())
		}
	}
	if in.db != nil {
		errs = append(errs, in.db.Close())
	}
	if in.engine != nil {
		errs = append(errs, in.engine.Stop(ctx))
	}
	if in.kafka != nil {
		errs = append(errs, in.kafka.Close())
	}
	if in.broker != nil {
		errs = append(errs, in.broker.Stop(ctx))
	}
	if in.dir != nil {
		errs = append(errs, in.dir.Close())
	}
	return errors.Join(errs...)
}

func secretPath(dir *datadir.Dir) string { return dir.Join("secret_key") }

// secretKey is the configured key, else the one of the data directory, which is made at the first start: where there is
// a log, it was opened with a key, and another one reads nothing of it.
func secretKey(cfg *configs.Config, dir *datadir.Dir) ([]byte, error) {
	if cfg.SecretKey != "" {
		return []byte(cfg.SecretKey), nil
	}
	path := secretPath(dir)
	key, err := os.ReadFile(path)
	if log := dir.Join("kafka"); errors.Is(err, fs.ErrNotExist) && holds(log) {
		return nil, fmt.Errorf("%s is missing, and %s holds a log that was opened with it: put that file back, from a backup",
			path, log)
	}
	if errors.Is(err, fs.ErrNotExist) {
		key = []byte(rand.Text() + rand.Text())
		err = os.WriteFile(path, key, 0o600)
	}
	if err != nil {
		return nil, fmt.Errorf("the installation's key: %w", err)
	}
	if len(key) < 32 {
		return nil, fmt.Errorf("the installation's key in %s is too short", path)
	}
	return key, nil
}

// holds tells whether a folder has something in it.
func holds(folder string) bool {
	entries, err := os.ReadDir(folder)
	return err == nil && len(entries) > 0
}

// OpenKafka makes a client of brokers.
func OpenKafka(cfg *configs.Config, brokers []string, log *slog.Logger) (*kafkalog.Client, error) {
	k := kafkalog.Config{Brokers: brokers, ClientID: "barometer", Logger: log,
		SASL: kafkalog.SASL{Mechanism: cfg.Kafka.SASL.Mechanism, User: cfg.Kafka.SASL.User,
			Password: cfg.Kafka.SASL.Password}}
	if cfg.Kafka.TLS.Enabled {
		k.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
		if cfg.Kafka.TLS.CA != "" {
			k.TLS.RootCAs = x509.NewCertPool()
			if !k.TLS.RootCAs.AppendCertsFromPEM([]byte(cfg.Kafka.TLS.CA)) {
				return nil, Usage(errors.New("kafka.tls.ca holds no certificate"))
			}
		}
		if cfg.Kafka.TLS.Cert != "" {
			pair, err := tls.X509KeyPair([]byte(cfg.Kafka.TLS.Cert), []byte(cfg.Kafka.TLS.Key))
			if err != nil {
				return nil, Usage(fmt.Errorf("kafka.tls.cert: %w", err))
			}
			k.TLS.Certificates = []tls.Certificate{pair}
		}
	}
	return kafkalog.Open(k)
}

// Topics are the topics of an installation, as its configuration wants them.
func Topics(cfg *configs.Config) []kafkalog.TopicSpec {
	return kafkalog.Topics(cfg.Partitions(), len(cfg.Kafka.Brokers) == 0)
}
