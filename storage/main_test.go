package storage

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"barometer/deploy/embedded/clickhouse"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if clickhouse.IsChild() {
		os.Exit(clickhouse.ChildMain())
	}
	goleak.VerifyTestMain(stopsAfter{m})
}

// stopsAfter runs the tests and then stops the engine that they shared.
type stopsAfter struct{ *testing.M }

func (m stopsAfter) Run() int {
	code := m.M.Run()
	for _, end := range common.close {
		if err := end(); err != nil {
			fmt.Fprintln(os.Stderr, "end the engine:", err)
			code = 1
		}
	}
	return code
}

// common is the engine of all tests that need none of their own.
var common struct {
	sync.Mutex
	engine *clickhouse.Server
	db     *DB
	filled []string       // tables that the schema itself fills
	close  []func() error // in the order of their ends
}

// emptied opens the common engine as the writer, with the schema and nothing in its tables. The next test waits for it.
// Tests of it ask one thing after another: -short, which the race detector comes with, leaves them out.
func emptied(t *testing.T) *DB {
	t.Helper()
	if testing.Short() {
		t.Skip("what ClickHouse answers, asked by one goroutine")
	}
	common.Lock()
	t.Cleanup(common.Unlock)
	if common.db == nil {
		dir, err := os.MkdirTemp("", "storage")
		if err != nil {
			t.Fatal(err)
		}
		common.engine = start(t, dir)
		common.db = open(t, common.engine)
		common.close = []func() error{
			common.db.Close,
			func() error { return common.engine.Stop(context.Background()) },
			func() error { return os.RemoveAll(dir) },
		}
		common.filled = filled(t)
		return common.db
	}
	for _, name := range filled(t) {
		if !slices.Contains(common.filled, name) {
			exec(t, common.db, "TRUNCATE TABLE "+name)
		}
	}
	return common.db
}

// filled are the tables of the common engine that have rows.
func filled(t *testing.T) (names []string) {
	t.Helper()
	err := common.db.query(t.Context(), "tables", "SELECT name FROM system.tables WHERE database = currentDatabase() AND "+
		"total_rows > 0", nil, func(row scanner) error {
		names = append(names, "")
		return row.Scan(&names[len(names)-1])
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// start starts an embedded ClickHouse in dir.
func start(t *testing.T, dir string) *clickhouse.Server {
	t.Helper()
	cfg := clickhouse.Defaults()
	cfg.DataDir, cfg.Listen, cfg.Log = dir, "127.0.0.1:0", quiet()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	s, err := clickhouse.Start(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// engine starts a ClickHouse for one test in dir.
func engine(t *testing.T, dir string) *clickhouse.Server {
	t.Helper()
	s := start(t, dir)
	t.Cleanup(func() {
		if err := s.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// open opens an engine as the writer, with the schema.
func open(t *testing.T, s *clickhouse.Server) *DB {
	t.Helper()
	u, err := url.Parse(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword("barometer_writer", s.WriterSecret())
	db, err := Open(Config{URL: u.String()})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

// database opens an engine for one test.
func database(t *testing.T, s *clickhouse.Server) *DB {
	t.Helper()
	db := open(t, s)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}
