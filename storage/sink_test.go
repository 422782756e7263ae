package storage

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"barometer/ingest/event"
	"barometer/processor"
	"barometer/processor/decision"
)

// written is a log, what its fold published, and what of it lies before the last cut.
type written struct {
	opened    *event.LogOpened
	log       [][]byte
	decisions [][]byte
	rows      map[string]int // by table, what the log implies
	cuts      int
}

const day0 = 20_000

// write folds a random log of one partition with the real fold.
func write(t testing.TB, seed uint64, records int) *written {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	now := event.Day(day0).Ms()
	w := &written{rows: map[string]int{}, opened: &event.LogOpened{LogID: fmt.Sprintf("%032x", seed), Generation: 1,
		Partitions: 8, Clock: event.ClockWall, StartMs: now, TickIntervalMs: 10_000, CutSpanMs: 4000, Fold: 1, Normaliser: 1,
		Model: event.ModelActivated{Version: "m1", Content: []byte("one")}}}
	offsets := map[event.Topic]int64{}
	add := func(e *event.Event) {
		topic := e.Kind.Topic()
		e.Source, e.StampMs, e.Home = event.Source{Topic: topic, Incarnation: 1, Offset: offsets[topic]}, now, true
		offsets[topic]++
		w.log = append(w.log, event.Append(nil, e))
	}
	add(&event.Event{Kind: event.KindLogOpened, Key: "log", Body: w.opened})
	party := func() event.Party { return event.Party{ID: fmt.Sprintf("b%d", r.IntN(5))} }
	for n := range records {
		now += r.Int64N(1500)
		if r.IntN(records/3+1) == 0 {
			now += 20 * 24 * 3_600_000 // over the end of a month
		}
		ref := event.InvoiceRef{Buyer: party(), Policy: "p1", Invoice: fmt.Sprintf("i%d", n)}
		sum := event.Amount{Minor: 1 + r.Int64N(9_000_000), Currency: []string{"EUR", "JPY"}[r.IntN(2)]}
		day, id := event.DayOf(now), fmt.Sprintf("e%d", n)
		switch r.IntN(10) {
		case 0:
			add(&event.Event{Kind: event.KindTick, Key: "tick", AtMs: now, Body: &event.Tick{AtMs: now}})
		case 1:
			w.log = append(w.log, w.log[len(w.log)-1]) // a repetition, which a mark skips
		case 2:
			add(&event.Event{Kind: event.KindInvoicePaid, Key: ref.Buyer.ID, ID: id, AtMs: now,
				Body: &event.InvoicePaid{Ref: ref, Amount: sum, PaidOn: day}})
		case 3:
			add(&event.Event{Kind: event.KindNews, Key: ref.Buyer.ID, ID: id, AtMs: now, Body: &event.News{Buyer: ref.Buyer,
				Category: event.Judgment, Outlet: event.Web}})
		case 4:
			add(&event.Event{Kind: event.KindPolicyUpserted, Key: "policy/p1", ID: id, AtMs: now,
				Body: &event.PolicyUpserted{Policy: "p1", Holder: "h1", Language: "nl", Currency: "EUR", EffectiveOn: day}})
		case 5:
			add(&event.Event{Kind: event.KindBuyerUpserted, Key: ref.Buyer.ID, ID: id, AtMs: now, Text: true,
				Body: &event.BuyerUpserted{Buyer: event.Party{ID: ref.Buyer.ID, Country: "DE"}, Sector: "46"}})
		case 6:
			add(&event.Event{Kind: event.KindLimitRequested, Key: ref.Buyer.ID, ID: id, AtMs: now,
				Body: &event.LimitRequested{Request: id, Policy: "p1", Buyer: ref.Buyer, Kind: event.RequestNew,
					Amount: event.Amount{Minor: sum.Minor, Currency: "EUR"}}})
		case 7:
			add(&event.Event{Kind: event.KindStatementFiled, Key: ref.Buyer.ID, ID: id, AtMs: now,
				Body: &event.StatementFiled{Buyer: ref.Buyer, PeriodEnd: day - 100, Months: 12, Currency: "EUR",
					TotalAssets: sum.Minor, Given: event.GivenTotalAssets}})
		case 8:
			add(&event.Event{Kind: event.KindDocumentAdded, Key: ref.Buyer.ID, ID: id, AtMs: now,
				Body: &event.DocumentAdded{Case: ref.Buyer.ID + "/case-p1-1", Document: id, Kind: event.DocumentInvoice,
					SHA256: make([]byte, 32), Size: 1 + sum.Minor%100}})
		default:
			add(&event.Event{Kind: event.KindInvoiceIssued, Key: ref.Buyer.ID, ID: id, AtMs: now,
				Body: &event.InvoiceIssued{Ref: ref, Amount: sum, DeliveredOn: day, DueOn: day + 30}})
		}
	}
	w.fold(t)
	return w
}

func (w *written) fold(t testing.TB) {
	t.Helper()
	f := processor.NewFold(0, parseTest)
	pending := map[string]int{}
	for offset, record := range w.log {
		err := f.Step(int64(offset), record, func(r processor.Record) {
			if r.Relay {
				return
			}
			w.decisions = append(w.decisions, r.Value)
			var d decision.Decision
			if err := decision.Decode(r.Value, &d); err != nil {
				t.Fatal(err)
			}
			if p, ok := d.Body.(*decision.Progress); ok {
				for _, c := range p.Counts {
					if table := tableOf(c); table != tableNone {
						w.rows[tables[table].name] += int(c.N)
					}
					if c.Event == event.KindLogOpened || c.Event == event.KindModelActivated {
						w.rows["models"] += int(c.N)
					}
				}
				w.cuts++
				w.rows["progress"]++
				return
			}
			pending[d.Kind.String()]++
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func tableOf(c decision.Count) tableID {
	if c.Decision != decision.KindNone {
		return tableOfDecision(c.Decision)
	}
	return tableOfEvent(&event.Event{Kind: c.Event, Home: true})
}

// house is ClickHouse as the core may count on it: it drops a token that it knows within its window, and rows replace
// themselves by position.
type house struct {
	tokens []string
	window int
	rows   map[string]map[event.Position]string
	place  Place
}

func (h *house) insert(t *testing.T, s *Sink, in *Insert) {
	t.Helper()
	for _, token := range h.tokens[max(0, len(h.tokens)-h.window):] {
		if token == in.Token {
			return
		}
	}
	h.tokens = append(h.tokens, in.Token)
	if h.rows[in.Table] == nil {
		h.rows[in.Table] = map[event.Position]string{}
	}
	at := func(i int) any { return in.columns[i].values() }
	months := map[string]bool{}
	for i := range in.Rows {
		p := event.Position{Generation: at(0).([]uint32)[i], Partition: at(1).([]uint32)[i], Offset: at(2).([]int64)[i],
			Seq: at(3).([]uint32)[i]}
		row := fmt.Sprint(in.columns[4].(*columnOf[time.Time]).vals[i])
		months[row[:7]] = true
		if old, known := h.rows[in.Table][p]; known && old != row {
			t.Fatalf("%s %s stored as %s, before as %s", in.Table, p, row, old)
		}
		h.rows[in.Table][p] = row
	}
	if len(months) > 1 {
		t.Fatalf("%s spans months: %v", in.Token, months)
	}
	if in.table == tableProgress {
		b := s.cut.Body.(*decision.Progress)
		h.place = Place{b.Cut, s.cut.Position, b.Next, s.cutNext, b.TimeMs, s.after.TickMs}
	}
}

// TestAfterCrashesTheRowsAreWhatTheLogImplies crashes the sink before, between and after its inserts (I3).
func TestAfterCrashesTheRowsAreWhatTheLogImplies(t *testing.T) {
	for seed := range uint64(40) {
		w := write(t, seed, 400)
		r := rand.New(rand.NewPCG(seed, 2))
		h := &house{window: 1 + r.IntN(20), rows: map[string]map[event.Position]string{}}
		for h.place.Cut < uint64(w.cuts) {
			s := NewSink(0, w.opened, parseTest, h.place)
			for h.place.Cut < uint64(w.cuts) {
				inserts, err := feed(w, s, s.Place().DecisionsNext-r.Int64N(s.Place().DecisionsNext+1))
				if err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
				crash := r.IntN(len(inserts) * 6)
				for _, in := range inserts[:min(crash, len(inserts))] {
					h.insert(t, s, in)
				}
				if crash < len(inserts) {
					break
				}
				s.Stored(inserts)
			}
		}
		got := map[string]int{}
		for table, rows := range h.rows {
			got[table] = len(rows)
		}
		if !maps.Equal(got, w.rows) {
			t.Fatalf("seed %d: rows %v, the log implies %v", seed, got, w.rows)
		}
	}
}

// feed gives a sink what it needs for its next batch, its decisions from an offset that may lie before.
func feed(w *written, s *Sink, from int64) ([]*Insert, error) {
	for offset := from; ; offset++ {
		ended, err := s.Decision(offset, w.decisions[offset])
		if err != nil {
			return nil, err
		}
		if ended {
			break
		}
	}
	for next, end := s.NeedsLog(); next < end; next, end = s.NeedsLog() {
		if err := s.Log(next, w.log[next]); err != nil {
			return nil, err
		}
	}
	return s.Batch()
}

func TestForeignLogsAreRefused(t *testing.T) {
	w := write(t, 1, 200)
	t.Run("another log", func(t *testing.T) {
		other := *w.opened
		other.LogID = strings.Repeat("f", 32)
		if _, err := feed(w, NewSink(0, &other, parseTest, Place{}), 0); !errors.Is(err, ErrMismatch) {
			t.Errorf("got %v, want %v", err, ErrMismatch)
		}
	})
	t.Run("a log that its progress does not count", func(t *testing.T) {
		changed := *w
		changed.log = append([][]byte{}, w.log...)
		changed.log[1] = w.log[0]
		s := NewSink(0, w.opened, parseTest, Place{})
		if _, err := feed(&changed, s, 0); !errors.Is(err, ErrForeign) {
			t.Errorf("got %v, want %v", err, ErrForeign)
		}
	})
}
