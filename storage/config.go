package storage

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Config says where ClickHouse is.
type Config struct {
	// URL is its HTTP interface, such as http://user:pass@host:8123/barometer. The path is the database; none is
	// barometer.
	URL string
	// User and Password are used where the URL has none.
	User, Password string
}

const (
	dialTimeout  = 5 * time.Second
	readTimeout  = 5 * time.Minute
	databaseName = "barometer"
)

// Validate says what is wrong with a configuration.
func (c Config) Validate() error {
	_, err := c.options()
	return err
}

func (c Config) options() (*clickhouse.Options, error) {
	u, err := url.Parse(c.URL)
	if err != nil {
		return nil, errors.New("clickhouse.url is not a URL") // the error would print the password
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errors.New("clickhouse.url must be like http://user:password@host:8123/barometer")
	}
	if u.Port() == "" {
		u.Host += map[string]string{"http": ":8123", "https": ":8443"}[u.Scheme]
	}
	if u.User == nil && c.User != "" {
		u.User = url.UserPassword(c.User, c.Password)
	}
	if strings.Trim(u.Path, "/") == "" {
		u.Path = "/" + databaseName
	}
	o, err := clickhouse.ParseDSN(u.String())
	if err != nil {
		return nil, errors.New("clickhouse.url has a parameter that the driver does not understand")
	}
	o.Protocol = clickhouse.HTTP
	o.Compression = &clickhouse.Compression{Method: clickhouse.CompressionLZ4}
	o.DialTimeout, o.ReadTimeout = dialTimeout, readTimeout
	o.MaxOpenConns, o.MaxIdleConns = 16, 16
	return o, nil
}

// DB is a ClickHouse with Barometer's tables. It is safe for use by several goroutines.
type DB struct {
	conn    driver.Conn
	options *clickhouse.Options
}

// Open makes a DB. It connects on first use, so it succeeds while ClickHouse is away.
func Open(cfg Config) (*DB, error) {
	o, err := cfg.options()
	if err != nil {
		return nil, err
	}
	conn, err := clickhouse.Open(o)
	if err != nil {
		return nil, fmt.Errorf("open ClickHouse: %w", err)
	}
	return &DB{conn, o}, nil
}

// Close frees the connections.
func (db *DB) Close() error {
	if err := db.conn.Close(); err != nil {
		return fmt.Errorf("close ClickHouse: %w", err)
	}
	return nil
}

// ErrSchema is a ClickHouse whose tables are not made yet, or older than this binary wants them.
var ErrSchema = errors.New("the tables in ClickHouse are not up to date: barometer migrate makes them")

// Ping tells whether ClickHouse answers, and lets us in; the database need not be there yet.
func (db *DB) Ping(ctx context.Context) error {
	if err := db.conn.Ping(ctx); err != nil && !says(err, unknownDatabase, "UNKNOWN_DATABASE") {
		return fmt.Errorf("reach ClickHouse: %w", err)
	}
	return nil
}

// Ready tells whether ClickHouse answers and has the newest schema: else it is an error that wraps ErrSchema or
// ErrChanged.
func (db *DB) Ready(ctx context.Context) error {
	all, err := migrations()
	if err != nil {
		return err
	}
	applied, err := db.applied(ctx)
	switch {
	case err != nil && (says(err, unknownDatabase, "UNKNOWN_DATABASE") || says(err, unknownTable, "UNKNOWN_TABLE")):
		return ErrSchema
	case err != nil:
		return err
	}
	for _, m := range all {
		switch applied[m.name] {
		case m.checksum:
		case "":
			return fmt.Errorf("%w (%s is missing)", ErrSchema, m.name)
		default:
			return m.changed(applied[m.name])
		}
	}
	return nil
}
