package storage

import (
	"errors"
	"testing"
)

func TestSchema(t *testing.T) {
	t.Parallel()
	db := database(t, engine(t, t.TempDir()))
	t.Run("migrating again does nothing", func(t *testing.T) {
		if err := errors.Join(db.Migrate(t.Context()), db.Ready(t.Context())); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("every table, view and column is described", func(t *testing.T) {
		missing, err := db.counts(t.Context(), "comments", `SELECT concat(table, '.', name), toUInt64(1) FROM system.columns
			WHERE database = 'barometer' AND comment = ''
			UNION ALL SELECT name, toUInt64(1) FROM system.tables WHERE database = 'barometer' AND comment = ''`)
		if err != nil || len(missing) > 0 {
			t.Fatalf("without a comment: %v (%v)", missing, err)
		}
	})
	t.Run("the sink fills every column of its tables", func(t *testing.T) {
		for i := range tables {
			want, err := db.counts(t.Context(), "columns", "SELECT name, toUInt64(position) FROM system.columns WHERE "+
				"database = 'barometer' AND table = ? AND default_kind != 'ALIAS' ORDER BY position", tables[i].name)
			if err != nil {
				t.Fatal(err)
			}
			has := map[string]bool{}
			for _, c := range tables[i].columns() {
				name, _ := c.head()
				has[name] = true
			}
			for _, c := range want {
				if !has[c.Name] {
					t.Errorf("%s.%s is never filled", tables[i].name, c.Name)
				}
			}
			if len(want) != len(has) {
				t.Errorf("%s: %d columns, the sink has %d", tables[i].name, len(want), len(has))
			}
		}
	})
	t.Run("views answer", func(t *testing.T) {
		for _, view := range []string{"buyers_now", "limits_now", "grade_migration", "barometer_daily", "buyer_news",
			"reviews_now", "exposures_now", "orders", "reviews", "cases_now", "claims_now", "loss_ratio"} {
			if err := db.conn.Exec(t.Context(), "SELECT * FROM "+view+" FORMAT Null"); err != nil {
				t.Errorf("%s: %v", view, err)
			}
		}
	})
	t.Run("a changed migration is refused", func(t *testing.T) {
		if err := db.conn.Exec(t.Context(), "ALTER TABLE migrations DELETE WHERE name = '0004_views.sql' SETTINGS "+
			"mutations_sync = 1"); err != nil {
			t.Fatal(err)
		}
		if err := db.conn.Exec(t.Context(),
			"INSERT INTO migrations (name, checksum) VALUES ('0004_views.sql', 'other')"); err != nil {
			t.Fatal(err)
		}
		if err := db.Migrate(t.Context()); !errors.Is(err, ErrChanged) {
			t.Fatalf("got %v, want %v", err, ErrChanged)
		}
	})
}
