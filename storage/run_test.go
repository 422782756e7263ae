package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/internal/retry"
	"barometer/storage/history"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/sourcegraph/conc"
)

// topics is a Kafka that holds one partition of each topic.
type topics map[string][]kafkalog.Record

func (k topics) Fetch(ctx context.Context, topic string, _ int, offset int64, _ kafkalog.FetchOptions) (kafkalog.Batch,
	error) {
	all := k[topic]
	end := int64(len(all))
	if offset >= end {
		if !retry.Sleep(ctx, 20*time.Millisecond) {
			return kafkalog.Batch{}, ctx.Err()
		}
		return kafkalog.Batch{Next: offset, End: end}, nil
	}
	to := min(end, offset+50)
	return kafkalog.Batch{Records: all[offset:to], Next: to, End: end}, nil
}

func (k topics) Offsets(_ context.Context, topic string, _ int) (kafkalog.Offsets, error) {
	return kafkalog.Offsets{End: int64(len(k[topic]))}, nil
}

func (k topics) Group(ctx context.Context, cfg kafkalog.GroupConfig, assigned func(g *kafkalog.Generation)) error {
	committed := map[kafkalog.TopicPartition]int64{}
	for _, topic := range cfg.Topics {
		committed[kafkalog.TopicPartition{Topic: topic}] = -1
	}
	assigned(kafkalog.NewGeneration(committed, func(context.Context, map[kafkalog.TopicPartition]int64) error {
		return nil
	}))
	<-ctx.Done()
	return nil
}

func (k topics) add(topic, key string, value any, headers ...kafkalog.Header) {
	b, ok := value.([]byte)
	if !ok {
		b, _ = json.Marshal(value)
	}
	k[topic] = append(k[topic], kafkalog.Record{Offset: int64(len(k[topic])), TimeMs: 1_700_000_000_000, Key: []byte(key),
		Value: b, Headers: headers})
}

func (w *written) topics() topics {
	k := topics{}
	for _, r := range w.log {
		k.add(kafkalog.TopicLog, "", r)
	}
	for _, d := range w.decisions {
		k.add(kafkalog.TopicDecisions, "", d)
	}
	about := func(id string) kafkalog.Header { return kafkalog.Header{Key: "about", Value: []byte(id)} }
	var d event.Decoder
	for _, r := range w.log {
		if e, err := d.Decode(r); err == nil && e.Kind == event.KindBuyerUpserted {
			k.add(kafkalog.TopicTexts, e.Source.String(), map[string]string{"name": "Company " + e.Key}, about(e.Key))
		}
	}
	k.add(kafkalog.TopicDeadLetter, "risk.news/0/1", []byte("not JSON"), kafkalog.Header{Key: "reason",
		Value: []byte("malformed")})
	k.add(kafkalog.TopicDeliveries, "n1", letter{ID: "n1", Holder: "h1", Channel: "webhook", Buyers: []string{"b1"},
		At: time.UnixMilli(1_700_000_000_000)})
	k.add(kafkalog.TopicDeliveries, "n1/state", map[string]any{"id": "n1", "status": "delivered",
		"attempts": []map[string]any{{"at": time.UnixMilli(1_700_000_001_000), "status": 204}}})
	return k
}

// stored runs the sink, which during meanwhile may be disturbed, until ClickHouse holds all cuts.
func (w *written) stored(t *testing.T, db *DB, meanwhile func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var work conc.WaitGroup
	defer work.Wait()
	defer cancel()
	cfg := SinkConfig{Client: w.topics(), DB: db, Opened: w.opened, Parse: parseTest,
		Metrics: NewMetrics(prometheus.NewRegistry()), Logger: quiet(), Positions: kafkalog.NewPositions(nil, "store")}
	work.Go(func() {
		if err := Run(ctx, cfg); err != nil {
			t.Error(err)
		}
	})
	meanwhile()
	deadline := time.Now().Add(2 * time.Minute) // a slow machine stores five cuts a second
	for {
		p, err := db.Stored(ctx, w.opened, 0)
		n, errN := db.Notifications(ctx, history.NotificationQuery{State: "delivered", Limit: 10})
		letters, errL := db.DeadLetters(ctx, time.UnixMilli(0))
		if err == nil && errN == nil && errL == nil && p.Cut == uint64(w.cuts) && len(n) == 1 && len(letters) == 1 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("stored up to cut %d of %d (%v), %d notifications (%v), dead letters %v (%v)", p.Cut, w.cuts, err, len(n),
				errN, letters, errL)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (db *DB) rows(t *testing.T) map[string]int {
	t.Helper()
	got := map[string]int{}
	for i := range tables {
		counts, err := db.counts(t.Context(), "rows", "SELECT '', count() FROM "+tables[i].name+" FINAL")
		if err != nil {
			t.Fatal(err)
		}
		if n := int(counts[0].N); n > 0 {
			got[tables[i].name] = n
		}
	}
	return got
}

func TestTheEmbeddedEngineHoldsWhatTheLogImplies(t *testing.T) {
	t.Parallel()
	s := engine(t, t.TempDir())
	db := database(t, s)
	w := write(t, 7, 300)
	w.stored(t, db, func() {
		for range 2 { // kill the engine in mid-run
			time.Sleep(700 * time.Millisecond)
			if pid := s.PID(); pid > 0 {
				if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
					t.Error(err)
				}
			}
		}
	})
	if got := db.rows(t); !maps.Equal(got, w.rows) {
		t.Fatalf("rows %v, the log implies %v", got, w.rows)
	}
	t.Run("everything once more", func(t *testing.T) {
		if err := db.conn.Exec(t.Context(),
			"ALTER TABLE progress DELETE WHERE cut > 5 SETTINGS mutations_sync = 1"); err != nil {
			t.Fatal(err)
		}
		sink := NewSink(0, w.opened, parseTest, Place{})
		for range 5 {
			inserts, err := feed(w, sink, sink.Place().DecisionsNext)
			if err != nil {
				t.Fatal(err)
			}
			for _, in := range inserts {
				if err := db.insert(t.Context(), in, true); err != nil {
					t.Fatal(err)
				}
			}
			sink.Stored(inserts)
		}
		tables, err := db.Tables(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range tables {
			if want := w.rows[c.Name]; c.Name != "progress" && int(c.N) != want {
				t.Errorf("%s holds %d rows, want %d: a token was not known", c.Name, c.N, want)
			}
		}
	})
	t.Run("a token without its rows", func(t *testing.T) {
		// As an engine leaves it that is killed after it wrote the token down and before the rows were in their place.
		sink := NewSink(0, w.opened, parseTest, Place{})
		inserts, err := feed(w, sink, 0)
		if err != nil {
			t.Fatal(err)
		}
		for i, in := range inserts {
			where := fmt.Sprintf("log_offset BETWEEN %d AND %d", in.first.Offset, in.last.Offset)
			if err := db.conn.Exec(t.Context(),
				"ALTER TABLE "+in.Table+" DELETE WHERE "+where+" SETTINGS mutations_sync = 1"); err != nil {
				t.Fatal(err)
			}
			if held, err := db.holds(t.Context(), []*Insert{in}); err != nil || held[0] {
				t.Fatalf("%s is held after it was deleted: %v", in.Table, err)
			}
			if i == 0 { // this is what it is about: the token alone would lose the rows
				if err := db.insert(t.Context(), in, true); err != nil {
					t.Fatal(err)
				}
				if held, err := db.holds(t.Context(), []*Insert{in}); err != nil || held[0] {
					t.Fatalf("%s took the rows of a token that it knows: %v", in.Table, err)
				}
			}
		}
		for range 2 {
			storeAll(t, db, inserts)
		}
		compares(t, db, inserts, sink.After())
		got, want := db.rows(t), maps.Clone(w.rows)
		delete(got, "progress") // most of it is gone since the test before
		delete(want, "progress")
		if !maps.Equal(got, want) {
			t.Errorf("rows %v, the log implies %v", got, want)
		}
	})
	t.Run("queries", func(t *testing.T) { answers(t, db) })
	t.Run("a reader by plain HTTP", func(t *testing.T) {
		reads(t, s.URL(), "SELECT count() FROM barometer.payments FINAL", fmt.Sprint(w.rows["payments"]))
		reads(t, s.URL(), "SELECT count() > 0 FROM barometer.buyers_now WHERE name = concat('Company ', buyer_id)", "1")
		reads(t, s.URL(), "SELECT count() > 0 FROM barometer.barometer_daily WHERE exposure > 0", "1")
	})
}

func reads(t *testing.T, base, sql, want string) {
	t.Helper()
	response, err := http.Get(base + "/?query=" + url.QueryEscape(sql))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	defer http.DefaultClient.CloseIdleConnections()
	body, err := io.ReadAll(response.Body)
	if err != nil || strings.TrimSpace(string(body)) != want {
		t.Errorf("%s: %s (%v), want %s", sql, body, err, want)
	}
}

// storeAll does what the storing of a batch asks for.
func storeAll(t *testing.T, db *DB, inserts []*Insert) {
	t.Helper()
	for s := NewStoring(inserts); ; {
		ask, of := s.Ask()
		var held []bool
		var err error
		switch ask {
		case AskNothing:
			return
		case AskHolds:
			held, err = db.holds(t.Context(), of)
		default:
			err = db.insert(t.Context(), of[0], ask == AskInsert)
		}
		if err := s.Answer(held, err); err != nil {
			t.Fatal(err)
		}
	}
}

// compares wants nothing to differ, and then a row that is gone, one that is changed, and one that is too many.
func compares(t *testing.T, db *DB, inserts []*Insert, after Place) {
	t.Helper()
	differences := func() (all []string) {
		c := db.NewComparison(1, 0)
		c.Expect(inserts, after)
		if err := c.Compare(t.Context(), func(table string, at event.Position, what string) {
			all = append(all, fmt.Sprint(table, " ", at, " ", what))
		}); err != nil {
			t.Fatal(err)
		}
		return all
	}
	if all := differences(); len(all) > 0 {
		t.Fatalf("%d differences: %s", len(all), all[0])
	}
	changeable := map[string]string{"payments": "invoice_id", "scores": "model", "buyers": "sector",
		"statements": "currency", "rejections": "reason"}
	for _, in := range inserts {
		column := changeable[in.Table]
		if column == "" || in.Rows < 2 {
			continue
		}
		var at []event.Position
		in.Each(func(p event.Position, _ []any) { at = append(at, p) })
		alter := func(what string, p event.Position) {
			sql := fmt.Sprintf("ALTER TABLE %s %s WHERE log_offset = %d AND seq = %d SETTINGS mutations_sync = 1", in.Table,
				what, p.Offset, p.Seq)
			if err := db.conn.Exec(t.Context(), sql); err != nil {
				t.Fatal(err)
			}
		}
		alter("DELETE", at[0])
		alter("UPDATE "+column+" = 'other'", at[1])
		if all := differences(); len(all) != 2 || !strings.Contains(all[0], "is missing") ||
			!strings.Contains(all[1], column+` is "other"`) {
			t.Errorf("of a row that is gone and one that is another these are found: %q", all)
		}
		alter("DELETE", at[1])
		storeAll(t, db, inserts)
		return
	}
	t.Error("no table has two rows to change")
}
