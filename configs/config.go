package configs

import (
	"strings"
	"time"
)

// Config is the configuration of all roles. configs/barometer.yaml says what each key means.
type Config struct {
	DataDir    string     `koanf:"data_dir"`
	Clock      string     `koanf:"clock"`
	SecretKey  string     `koanf:"secret_key"`
	Kafka      Kafka      `koanf:"kafka"`
	ClickHouse ClickHouse `koanf:"clickhouse"`
	Embedded   Embedded   `koanf:"embedded"`
	HTTP       HTTP       `koanf:"http"`
	Admin      Admin      `koanf:"admin"`
	Log        Log        `koanf:"log"`
	Model      Model      `koanf:"model"`
	Snapshots  Snapshots  `koanf:"snapshots"`
	Documents  Documents  `koanf:"documents"`
	Alerting   Alerting   `koanf:"alerting"`
	Logging    Logging    `koanf:"logging"`
}

// Kafka says where the brokers are; no brokers is the embedded one.
type Kafka struct {
	Brokers           []string `koanf:"brokers"`
	TLS               TLS      `koanf:"tls"`
	SASL              SASL     `koanf:"sasl"`
	AllowUnsafeTopics bool     `koanf:"allow_unsafe_topics"`
}

// TLS is how to talk to the brokers; certificates and keys are PEM.
type TLS struct {
	Enabled bool   `koanf:"enabled"`
	CA      string `koanf:"ca"`
	Cert    string `koanf:"cert"`
	Key     string `koanf:"key"`
}

// SASL is how to log in to the brokers.
type SASL struct {
	Mechanism string `koanf:"mechanism"`
	User      string `koanf:"user"`
	Password  string `koanf:"password"`
}

// ClickHouse says where the history is kept; no URL is the embedded engine.
type ClickHouse struct {
	URL string `koanf:"url"`
}

// Embedded is for what runs on this machine where no servers are named.
type Embedded struct {
	KafkaListen      string `koanf:"kafka_listen"`
	ClickHouseListen string `koanf:"clickhouse_listen"`
}

// HTTP is for the API and the pages.
type HTTP struct {
	Listen            string   `koanf:"listen"`
	TLS               HTTPTLS  `koanf:"tls"`
	TrustedProxies    []string `koanf:"trusted_proxies"` // networks in CIDR form
	Tokens            []Token  `koanf:"tokens"`
	PreliminaryPerDay int      `koanf:"preliminary_per_day"`
	PublicURL         string   `koanf:"public_url"` // empty: see Reached
}

// HTTPTLS is the certificate that the API shows, with its chain, and its key, as PEM; none: plain HTTP.
type HTTPTLS struct {
	Cert string `koanf:"cert"`
	Key  string `koanf:"key"`
}

// Reached is the address at which receivers of messages reach the API, with which links begin: what is configured, else
// on this machine where it listens. Empty: there is none that others could use.
func (h HTTP) Reached() string {
	if h.PublicURL != "" || local(h.Listen) != nil {
		return strings.TrimRight(h.PublicURL, "/")
	}
	if h.TLS.Cert != "" {
		return "https://" + h.Listen
	}
	return "http://" + h.Listen
}

// Admin is for health and metrics.
type Admin struct {
	Listen string `koanf:"listen"` // empty: AdminAlone; with barometer run the API's
}

// AdminAlone is where a role that runs alone serves health and metrics unless it is told otherwise.
const AdminAlone = "127.0.0.1:9464"

// Token is a bearer token, by its hash, and whom it stands for.
type Token struct {
	SHA256 string `koanf:"sha256"`
	Role   string `koanf:"role"` // analyst or policyholder
	Holder string `koanf:"holder"`
	Name   string `koanf:"name"` // of an analyst, as verdicts bear it
	// Roles are what it may do: of a policyholder view, request, declare, manage; else analyst, underwriter, collector,
	// operator. None: all of its side.
	Roles []string `koanf:"roles"`
}

// Log is fixed when a log is opened.
type Log struct {
	Partitions int `koanf:"partitions"` // 0: 8 embedded, 64 else
}

// Model is the first model of a log that is opened now; without a file it is the built-in one.
type Model struct {
	Path string `koanf:"path"`
}

// Snapshots says where snapshots are kept: a bucket's URL, empty for the data directory.
type Snapshots struct {
	URL   string        `koanf:"url"`
	Every time.Duration `koanf:"every"`
}

// Documents says where documents of cases and claims are kept: a bucket's URL, empty for the data directory.
type Documents struct {
	URL string `koanf:"url"`
}

// Alerting is for webhooks and e-mail.
type Alerting struct {
	SMTPURL             string `koanf:"smtp_url"`
	From                string `koanf:"from"`
	AllowPrivateTargets bool   `koanf:"allow_private_targets"`
}

// Logging is for the log lines on standard error.
type Logging struct {
	Level  string `koanf:"level"`
	Format string `koanf:"format"`
}

// Default is the configuration without any source.
func Default() Config {
	return Config{
		DataDir:   "./barometer-data",
		Clock:     "wall",
		Embedded:  Embedded{KafkaListen: "127.0.0.1:9092", ClickHouseListen: "127.0.0.1:8123"},
		HTTP:      HTTP{Listen: "127.0.0.1:8080", PreliminaryPerDay: 20},
		Snapshots: Snapshots{Every: time.Minute},
		Alerting:  Alerting{From: "Barometer <barometer@localhost>"},
		Logging:   Logging{Level: "info", Format: "text"},
	}
}

// Partitions is the number of log partitions to open a log with.
func (c *Config) Partitions() int {
	switch {
	case c.Log.Partitions > 0:
		return c.Log.Partitions
	case len(c.Kafka.Brokers) == 0:
		return 8
	default:
		return 64
	}
}
