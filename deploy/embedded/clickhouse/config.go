package clickhouse

import (
	"errors"
	"fmt"
	"log/slog"
	"net"

	"barometer/internal/loopback"
)

// Config of the embedded ClickHouse.
type Config struct {
	// DataDir holds the tables and the engine's own files. It is made if missing.
	DataDir string
	// Listen is a loopback address, such as 127.0.0.1:8123; port 0 takes a free one.
	Listen string
	// Library is the path of libchdb.so; empty asks libchdb.Locate.
	Library string
	// WriterSecret is barometer_writer's password; empty makes a random one, which WriterSecret of the server tells.
	WriterSecret string
	// ReaderSecret is barometer_reader's password; empty asks readers for none.
	ReaderSecret string
	// MemoryBytes bounds the engine, QueryMemoryBytes each statement; a reader's has no more than an eighth of
	// MemoryBytes. Formats that are not streamed may overshoot.
	MemoryBytes, QueryMemoryBytes int64
	// Threads bounds one statement, Statements how many of the writer run at once. Readers have four slots beside them.
	Threads, Statements int
	// Log takes the supervisor's lines and the child's. Nil is slog.Default.
	Log *slog.Logger
}

// Defaults are what a small machine carries: 2 GB, 1 GB a statement, two threads, 16 statements of the writer at once.
func Defaults() Config {
	return Config{Listen: "127.0.0.1:8123", MemoryBytes: 2 << 30, QueryMemoryBytes: 1 << 30, Threads: 2, Statements: 16}
}

// Validate says what is wrong with a configuration.
func (c Config) Validate() error {
	var errs []error
	if c.DataDir == "" {
		errs = append(errs, errors.New("a data directory is needed"))
	}
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil || !loopback.IsAddress(host) {
		errs = append(errs, fmt.Errorf("%q is not a loopback address with a port", c.Listen))
	}
	if c.MemoryBytes < 256<<20 || c.QueryMemoryBytes < 16<<20 || c.QueryMemoryBytes > c.MemoryBytes {
		errs = append(errs, errors.New("memory must be at least 256 MB, and a statement's between 16 MB and all of it"))
	}
	if c.Threads < 1 || c.Statements < 1 {
		errs = append(errs, errors.New("threads and statements must be at least 1"))
	}
	if len(errs) > 0 {
		return fmt.Errorf("embedded ClickHouse: %w", errors.Join(errs...))
	}
	return nil
}
