package configs

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"

	"barometer/internal/loopback"
)

// validate checks values and their relations. Errors name the key, and where it was set if it was.
func (c *Config) validate(origins map[string]string) []error {
	var errs []error
	fail := func(key, format string, args ...any) {
		where := "default"
		if o := origins[key]; o != "" {
			where = o
		}
		errs = append(errs, fmt.Errorf("%s: %s: %w", where, key, fmt.Errorf(format, args...)))
	}
	oneOf := func(key, value string, allowed ...string) {
		if !slices.Contains(allowed, value) {
			fail(key, "%q is none of %q", value, allowed)
		}
	}
	if c.DataDir == "" {
		fail("data_dir", "want a path")
	}
	oneOf("clock", c.Clock, "wall", "driven")
	if c.SecretKey != "" && len(c.SecretKey) < 32 {
		fail("secret_key", "want at least 32 characters")
	}
	if c.SecretKey == "" && len(c.Kafka.Brokers) > 0 {
		fail("secret_key", "is needed where kafka.brokers are named: all processes of one installation must have the same")
	}
	c.validateKafka(fail, oneOf)
	if u, err := url.Parse(c.ClickHouse.URL); c.ClickHouse.URL != "" && (err != nil || u.Host == "" ||
		u.Scheme != "http" && u.Scheme != "https") {
		fail("clickhouse.url", "want http(s)://user:password@host:port/")
	}
	if err := local(c.Embedded.KafkaListen); err != nil {
		fail("embedded.kafka_listen", "%w", err)
	}
	if err := local(c.Embedded.ClickHouseListen); err != nil {
		fail("embedded.clickhouse_listen", "%w", err)
	}
	c.validateHTTP(fail)
	if _, _, err := net.SplitHostPort(c.Admin.Listen); c.Admin.Listen != "" && err != nil {
		fail("admin.listen", "want host:port")
	}
	if c.Log.Partitions < 0 || c.Log.Partitions > 4096 {
		fail("log.partitions", "want 1 to 4096, or 0 for the default")
	}
	if err := bucketURL(c.Snapshots.URL); err != nil {
		fail("snapshots.url", "%w", err)
	}
	if err := bucketURL(c.Documents.URL); err != nil {
		fail("documents.url", "%w", err)
	}
	if c.Snapshots.Every < time.Second || c.Snapshots.Every > 24*time.Hour {
		fail("snapshots.every", "want 1s to 24h")
	}
	if u, err := url.Parse(c.Alerting.SMTPURL); c.Alerting.SMTPURL != "" && (err != nil || u.Host == "" ||
		u.Scheme != "smtp" && u.Scheme != "smtps") {
		fail("alerting.smtp_url", "want smtp(s)://user:password@host:port")
	}
	if _, err := mail.ParseAddress(c.Alerting.From); err != nil {
		fail("alerting.from", "want an e-mail address: %w", err)
	}
	oneOf("logging.level", c.Logging.Level, "debug", "info", "warn", "error")
	oneOf("logging.format", c.Logging.Format, "text", "json")
	return errs
}

func (c *Config) validateKafka(fail func(key, format string, args ...any),
	oneOf func(key, value string, allowed ...string)) {
	for _, b := range c.Kafka.Brokers {
		if _, _, err := net.SplitHostPort(b); err != nil {
			fail("kafka.brokers", "%q: want host:port", b)
		}
	}
	oneOf("kafka.sasl.mechanism", c.Kafka.SASL.Mechanism, "", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
	if c.Kafka.SASL.Mechanism != "" && (c.Kafka.SASL.User == "" || c.Kafka.SASL.Password == "") {
		fail("kafka.sasl.user", "user and password are needed with a mechanism")
	}
	if (c.Kafka.TLS.Cert == "") != (c.Kafka.TLS.Key == "") {
		fail("kafka.tls.cert", "cert and key come together")
	}
}

// BucketSchemes are the stores that snapshots.url and documents.url may name.
var BucketSchemes = []string{"file", "s3", "gs", "azblob"}

// bucketURL refuses what no store would take, and a path, which object stores leave unread.
func bucketURL(address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	switch {
	case err != nil || !slices.Contains(BucketSchemes, u.Scheme):
		return errors.New("want a URL that begins with file://, s3://, gs:// or azblob://")
	case u.Scheme == "file" && u.Path == "":
		return errors.New("want file:///path")
	case u.Scheme != "file" && u.Host == "":
		return fmt.Errorf("want %s://bucket", u.Scheme)
	case u.Scheme != "file" && strings.Trim(u.Path, "/") != "":
		return fmt.Errorf("a path is not read: %s://%s?prefix=%s/ puts it there", u.Scheme, u.Host,
			strings.Trim(u.Path, "/"))
	}
	return nil
}

// local refuses an address that others than this machine can reach.
func local(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return errors.New("want host:port")
	}
	if !loopback.Is(host) {
		return fmt.Errorf("%q is not a loopback address", host)
	}
	return nil
}
