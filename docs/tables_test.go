package docs

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"barometer/deploy/embedded/clickhouse"
	"barometer/storage"
)

func TestMain(m *testing.M) {
	if clickhouse.IsChild() {
		os.Exit(clickhouse.ChildMain())
	}
	os.Exit(m.Run())
}

// TestTablesAreAsClickHouseHasThem: docs/tables.md is made from the comments of the schema.
func TestTablesAreAsClickHouseHasThem(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts ClickHouse")
	}
	ask := migrated(t)
	var b strings.Builder
	b.WriteString(`# Tables

This page is made from the comments of the schema (` + "`go test ./docs -update`" + `); do not edit it. [history.md](history.md) says how to ask.
Parameterised views (` + "`cover`, `limits_on`" + ` and others) have no columns here, as ClickHouse knows none of them before they are called.
`)
	for table := range strings.Lines(ask("SELECT name, comment FROM system.tables WHERE database = 'barometer' " +
		"ORDER BY name FORMAT TSVRaw")) {
		name, about, _ := strings.Cut(strings.TrimSpace(table), "\t")
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", name, about)
		columns := ask("SELECT name, type, comment FROM system.columns WHERE database = 'barometer' AND table = '" + name +
			"' ORDER BY position FORMAT TSVRaw")
		if columns != "" {
			b.WriteString("\n| column | type | |\n|---|---|---|\n")
		}
		for column := range strings.Lines(columns) {
			f := strings.SplitN(strings.TrimSpace(column), "\t", 3)
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", f[0], f[1], strings.ReplaceAll(f[2], "|", "\\|"))
		}
	}
	asMade(t, "tables.md", b.String())
}

// migrated starts a ClickHouse with the product's tables, and gives what answers statements.
func migrated(t *testing.T) (ask func(statement string) string) {
	t.Helper()
	cfg := clickhouse.Defaults()
	cfg.DataDir, cfg.Listen, cfg.Log = t.TempDir(), "127.0.0.1:0", slog.New(slog.NewTextHandler(io.Discard, nil))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	engine, err := clickhouse.Start(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	db, err := storage.Open(storage.Config{URL: engine.URL(), User: "barometer_writer", Password: engine.WriterSecret()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	address, err := url.Parse(engine.URL())
	if err != nil {
		t.Fatal(err)
	}
	address.User, address.Path, address.RawQuery = nil, "/", "database=barometer"
	return func(statement string) string {
		t.Helper()
		res, err := http.Post(address.String(), "text/plain", strings.NewReader(statement))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s: %s, %v", statement, res.Status, body, err)
		}
		return string(body)
	}
}
