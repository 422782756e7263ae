package main

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"barometer/deploy/embedded/clickhouse"
)

// TestClickHouseElsewhere points clickhouse.url at a ClickHouse that another process runs, as one would at a server: no
// engine is started, and the history is there, whoever was away in between.
func TestClickHouseElsewhere(t *testing.T) {
	anyBroker(t)
	long(t)
	cfg := clickhouse.Defaults()
	cfg.DataDir, cfg.Listen, cfg.WriterSecret = t.TempDir(), freeAddress(t), "the writer's password"
	start := func() *clickhouse.Server {
		server, err := clickhouse.Start(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		return server
	}
	server := start()
	t.Cleanup(func() { _ = server.Stop(context.WithoutCancel(t.Context())) })
	at := url.URL{Scheme: "http", Host: cfg.Listen, User: url.UserPassword("barometer_writer", cfg.WriterSecret)}

	p := newProduct(t, "--clickhouse.url="+at.String())
	embedded := p.clickhouse
	p.clickhouse = cfg.Listen
	p.start("run")
	p.ready()
	p.send("risk.portfolio", buyer("B-1"))
	p.graded("B-1", "6")
	if children := p.children(); len(children) != 0 {
		t.Errorf("it started processes %v", children)
	}
	if _, err := os.Stat(filepath.Join(p.dir, "data", "clickhouse")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it made a folder for an engine: %v", err)
	}
	p.clickhouse = embedded
	if rows, err := p.query("SELECT 1"); err == nil {
		t.Errorf("an engine answers at embedded.clickhouse_listen: %v", rows)
	}
	p.clickhouse = cfg.Listen

	if err := server.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.send("risk.news", insolvency("B-1"))
	server = start()
	p.graded("B-1", "10")
	p.stop()
}
