package storage

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"
)

// put folds a log, stores what follows where store is given, and gives the comparison that expects it.
func put(t *testing.T, db *DB, w *written, store bool) *Comparison {
	t.Helper()
	w.decisions = nil
	w.fold(t)
	s, c := NewSink(0, w.opened, parseTest, Place{}), db.NewComparison(1, 0)
	for offset, record := range w.decisions {
		ended, err := s.Decision(int64(offset), record)
		if err != nil {
			t.Fatal(err)
		}
		if !ended {
			continue
		}
		for next, end := s.NeedsLog(); next < end; next++ {
			if err := s.Log(next, w.log[next]); err != nil {
				t.Fatal(err)
			}
		}
		inserts, err := s.Batch()
		if err != nil {
			t.Fatal(err)
		}
		for _, in := range inserts {
			if !store {
				break
			}
			if err := db.insert(t.Context(), in, true); err != nil {
				t.Fatal(err)
			}
		}
		c.Expect(inserts, s.After())
		s.Stored(inserts)
	}
	return c
}

// TestADayThatIsHeldDifferentlyIsFound: one that was changed, and one that ClickHouse's dates cannot hold.
func TestADayThatIsHeldDifferentlyIsFound(t *testing.T) {
	w := write(t, 5, 0)
	add := func(id string, body event.Body, kind event.Kind, key string) {
		w.log = append(w.log, event.Append(nil, &event.Event{Kind: kind, Key: key, ID: id, AtMs: w.opened.StartMs,
			StampMs: w.opened.StartMs + int64(len(w.log))*9000, Home: true, Source: event.Source{Topic: kind.Topic(),
				Incarnation: 1, Offset: int64(len(w.log))}, Body: body}))
	}
	buyer := func(id string, founded event.Day) {
		add(id, &event.BuyerUpserted{Buyer: event.Party{ID: id, Country: "DE"}, Sector: "46", FoundedOn: founded},
			event.KindBuyerUpserted, id)
	}
	buyer("b1", event.Date(1066, 10, 14))
	buyer("b2", event.Date(1899, 12, 31))
	buyer("b3", 0)
	add("p1", &event.PolicyUpserted{Policy: "p1", Holder: "h1", Currency: "EUR", EffectiveOn: event.Date(2024, 1, 1),
		PeriodTo: event.Date(2999, 12, 31)}, event.KindPolicyUpserted, "policy/p1")
	add("end", &event.Tick{AtMs: w.opened.StartMs + 90_000}, event.KindTick, "tick")
	add("end2", &event.Tick{AtMs: w.opened.StartMs + 180_000}, event.KindTick, "tick")
	db := emptied(t)
	differences := func(store bool) (told []string) {
		t.Helper()
		if err := put(t, db, w, store).Compare(t.Context(), func(table string, _ event.Position,
			what string) {
			told = append(told, table+": "+what)
		}); err != nil {
			t.Fatal(err)
		}
		return told
	}
	beyond := `policies: period_to is "2299-12-31 00:00:00 +0000 UTC", "2999-12-31" follows from the log`
	if told := differences(true); len(told) != 1 || told[0] != beyond {
		t.Fatalf("differences: %q", told)
	}
	rows, err := db.counts(t.Context(), "buyers", "SELECT concat(buyer_id, ' ', ifNull(founded_on, 'not said')), "+
		"toUInt64(1) FROM buyers ORDER BY buyer_id")
	if err != nil || fmt.Sprint(rows) != "[{b1 1066-10-14 1} {b2 1899-12-31 1} {b3 not said 1}]" {
		t.Fatalf("%v (%v)", rows, err)
	}
	exec(t, db, "ALTER TABLE buyers UPDATE founded_on = '1900-01-01' WHERE buyer_id = 'b1' SETTINGS mutations_sync = 1")
	told := differences(false)
	if want := []string{beyond, `buyers: founded_on is "1900-01-01", "1066-10-14" follows from the log`}; fmt.Sprint(
		told) != fmt.Sprint(want) {
		t.Errorf("differences: %q, want %q", told, want)
	}
}

// TestTextFormatsHoldText: SELECT * of every table and view is UTF-8, whatever bytes were stored, and gives records in
// hexadecimal or not at all.
func TestTextFormatsHoldText(t *testing.T) {
	t.Parallel()
	s := engine(t, t.TempDir())
	db := database(t, s)
	d := decision.Decision{Position: event.Position{Generation: 1, Offset: 300}, Body: &decision.Limit{Policy: "p1",
		GrantedMinor: 1 << 40}, Kind: decision.LimitDecided}
	record := fmt.Sprintf("unhex('%X')", new(decision.Encoder).Append(nil, &d))
	for _, table := range []string{"scores", "macro", "limits", "exposures", "review_steps", "cases", "claims",
		"rejections"} {
		extra := map[string]string{"scores": ", grade, buyer_id", "limits": ", buyer_id, policy_id, code, effective_on, " +
			"granted", "exposures": ", buyer_id, policy_id", "review_steps": ", review_id"}[table]
		values := map[string]string{"scores": ", 5, 'b1'", "limits": ", 'b1', 'p1', 'approved', '2026-01-01', 5",
			"exposures": ", 'b1', 'p1'", "review_steps": ", 'r1'"}[table]
		exec(t, db, fmt.Sprintf("INSERT INTO %s (log_generation, log_offset, at, record_bytes%s) SETTINGS "+
			"insert_allow_materialized_columns = 1 VALUES (1, 7, '2026-03-04 00:00:00', %s%s)", table, extra, record, values))
	}
	exec(t, db, "INSERT INTO progress (log_generation, log_offset, at) VALUES (1, 8, '2026-03-05 00:00:00')")
	exec(t, db, `INSERT INTO dead_letters (source, message_bytes) SETTINGS insert_allow_materialized_columns = 1 VALUES ('risk.news/0/1', unhex('7B22FF7D'))`)
	ask := func(sql string) string {
		t.Helper()
		r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, s.URL()+"/?database=barometer",
			strings.NewReader(sql))
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s %s (%v)", sql, response.Status, body, err)
		}
		return string(body)
	}
	defer http.DefaultClient.CloseIdleConnections()
	names, err := db.counts(t.Context(), "tables", "SELECT name, toUInt64(engine = 'View' AND match(create_table_query, "+
		"'[{]\\w+:')) FROM system.tables WHERE database = 'barometer'")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		from := name.Name
		if name.N == 1 {
			from += map[string]string{"limits_on": "(day = '2026-03-05')", "score_parts": "(language = 'nl')",
				"portfolio_sums": "(low = 0, high = 7, from = '2026-03-01', to = '2026-03-05')",
				"cover": "(policy = 'p1', buyer = 'b1', delivered_on = '2026-03-05', " +
					"known_at = '2026-03-05 00:00:00')"}[from]
		}
		for _, format := range []string{"JSONEachRow", "CSV", "TSVRaw"} {
			if body := ask("SELECT * FROM " + from + " FORMAT " + format); !utf8.ValidString(body) {
				t.Errorf("%s in %s holds bytes that are no text: %q", from, format, body)
			}
		}
	}
	for _, from := range []string{"limits", "limits_now", "limits_on(day = '2026-03-05')"} {
		if body := ask("SELECT unhex(record) = " + record + " FROM " + from); body != "1\n" {
			t.Errorf("record of %s: %q", from, body)
		}
	}
	if body := ask("SELECT message, hex(message_bytes) FROM dead_letters"); body != "{\"�}\t7B22FF7D\n" {
		t.Errorf("%q", body)
	}
	if _, err := db.Cover(t.Context(), "a\nb\\\t\r'", "c\nd", event.Date(2026, 3, 5), time.Now()); err != nil {
		t.Errorf("a policy's id with a line end: %v", err)
	}
}

// TestAnOlderDirectoryIsMigrated: what was stored by older schemas is there, and a migration that was broken off goes
// on.
func TestAnOlderDirectoryIsMigrated(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := engine(t, dir)
	u, err := url.Parse(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword("barometer_writer", s.WriterSecret())
	db, err := Open(Config{URL: u.String()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	all, err := migrations()
	if err != nil {
		t.Fatal(err)
	}
	exec(t, db, createMigrations)
	for _, m := range all {
		if m.name < "0014" {
			if err := db.apply(t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}
	}
	d := decision.Decision{Position: event.Position{Generation: 1, Offset: 7}, Kind: decision.LimitDecided,
		Body: &decision.Limit{Policy: "p1", Buyer: "b1", Code: decision.Approved, GrantedMinor: 500, Currency: "EUR"}}
	exec(t, db, fmt.Sprintf(
		`INSERT INTO limits (log_generation, log_offset, at, policy_id, buyer_id, code, granted, currency, effective_on, record)
		VALUES (1, 7, '2026-03-04 00:00:00', 'p1', 'b1', 'approved', 5, 'EUR', '2026-03-04', unhex('%X'))`,
		new(decision.Encoder).Append(nil, &d)))
	exec(t, db, `INSERT INTO reviews (log_generation, log_offset, at, review_id, state) VALUES (1, 7, '2026-03-04 00:00:00', 'r1', 'requested')`)
	exec(t, db, `INSERT INTO buyers (log_generation, log_offset, at, buyer_id, founded_on) VALUES (1, 7, '2026-03-04 00:00:00', 'b1', '1950-05-01')`)
	exec(t, db, `INSERT INTO dead_letters (source, message) VALUES ('risk.news/0/1', unhex('7B22FF7D'))`)
	exec(t, db, `INSERT INTO progress (log_generation, log_offset, at, cut) VALUES (1, 8, '2026-03-05 00:00:00', 1)`)
	for _, m := range all {
		for range 2 { // the second time as if the first had been killed before it noted what it did
			if m.name < "0014" {
				break
			}
			if err := db.apply(t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	states, err := db.LimitStates(t.Context(), history.LimitQuery{Limit: 10})
	if err != nil || len(states) != 1 || states[0].GrantedMinor != 500 ||
		states[0].InForce.Body.(*decision.Limit).Policy != "p1" {
		t.Fatalf("%+v (%v)", states, err)
	}
	rows, err := db.counts(t.Context(), "rows",
		`SELECT * FROM (SELECT concat(review_id, ' ', state), toUInt64(1) AS n FROM reviews UNION ALL SELECT founded_on, toUInt64(2) FROM buyers
		UNION ALL SELECT concat(message, hex(message_bytes)), toUInt64(3) FROM dead_letters) ORDER BY n`)
	if err != nil || fmt.Sprint(rows) != "[{r1 requested 1} {1950-05-01 2} {{\"�}7B22FF7D 3}]" {
		t.Fatalf("%v (%v)", rows, err)
	}
}
