package storage

import (
	"context"
	"io"
	"log/slog"
	"net/url"
	"os"
	"testing"
	"time"

	"barometer/deploy/embedded/clickhouse"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if clickhouse.IsChild() {
		os.Exit(clickhouse.ChildMain())
	}
	goleak.VerifyTestMain(m)
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// engine starts an embedded ClickHouse in dir.
func engine(t *testing.T, dir string) *clickhouse.Server {
	t.Helper()
	cfg := clickhouse.Defaults()
	cfg.DataDir, cfg.Listen, cfg.Log = dir, "127.0.0.1:0", quiet()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	s, err := clickhouse.Start(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// database opens the engine as the writer, with the schema.
func database(t *testing.T, s *clickhouse.Server) *DB {
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
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}
