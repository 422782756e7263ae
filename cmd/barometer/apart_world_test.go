package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"barometer/configs"
	"barometer/ingest"
	"barometer/ingest/decode"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor"
	"barometer/processor/decision"
	"barometer/processor/model"
)

// The holders of the tests of non-interference: what one of them is told must not change with what the other does.
const (
	ownHolder   = "h-own"
	otherHolder = "h-other"
	ownPolicy   = "P-own"
	otherPolicy = "P-other"
	worldBuyers = 5
)

// message is one message of a world, at its time; other says that it is the other holder's.
type message struct {
	other bool
	at    time.Time
	topic string
	body  map[string]any
}

// script is a world: its messages in order, the same for a seed.
type script struct {
	r        *rand.Rand
	n        int
	messages []message
	start    time.Time
	invoices map[string][]string // that were issued, by policy and buyer
}

func buyerName(i int) string { return fmt.Sprint("b-", i) }

func (s *script) put(other bool, at time.Time, topic, kind string, body map[string]any) {
	s.n++
	body["id"], body["type"], body["at"] = fmt.Sprintf("m-%d", s.n), kind, at.Format(time.RFC3339)
	s.messages = append(s.messages, message{other, at, topic, body})
}

// randomScript is some months of two holders with limits on the same buyers. Where grades are pinned, an underwriter
// says them now and then, so that they do not follow the other's payments, which are bad; else the other's payments
// are good. storm is how often the other moves scores at the end without moving a grade.
func randomScript(seed uint64, days, storm int, pinned bool) []message {
	s := &script{r: rand.New(rand.NewPCG(seed, 17)), start: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC),
		invoices: map[string][]string{}}
	at := s.start
	for _, p := range [][2]string{{ownPolicy, ownHolder}, {otherPolicy, otherHolder}} {
		s.put(p[1] == otherHolder, at, "risk.portfolio", "policy.upserted", map[string]any{"policy_id": p[0],
			"holder": map[string]any{"id": p[1], "name": "The " + p[1], "language": "de"}, "currency": "EUR",
			"insured_percentage":  90,
			"discretionary_limit": "10000.00", "notice_days": 10, "effective_on": "2025-01-01"})
	}
	s.put(false, at, "risk.indicators", "indicator", map[string]any{"country": "NL", "sector": "*",
		"indicator": "gdp_growth", "period": "2025", "value": "1.4"})
	for i := range worldBuyers {
		s.put(false, at, "risk.portfolio", "buyer.upserted", map[string]any{"buyer_id": buyerName(i),
			"name": "Buyer " + fmt.Sprint(i), "country": "NL", "sector": "46",
			"founded_on": fmt.Sprintf("%d-03-01", 2025-i*i*4), "registrations": []any{}})
		if i < 4 {
			s.accounts(at, i)
		}
		if pinned {
			s.pin(at, i)
		}
	}
	for day := range days {
		at = s.start.AddDate(0, 0, day+1)
		s.messages = append(s.messages, message{false, at, "risk.clock", map[string]any{"type": "tick",
			"at": at.Format(time.RFC3339)}})
		for range 4 {
			at = at.Add(time.Duration(1+s.r.IntN(60)) * time.Minute)
			s.any(at, pinned)
		}
	}
	for n := range storm {
		at = at.Add(time.Minute)
		s.storm(at, 0, n)
	}
	return s.messages
}

// any adds a message of the insurer, of one holder or of the other.
func (s *script) any(at time.Time, pinned bool) {
	i := s.r.IntN(worldBuyers)
	switch k := s.r.IntN(20); {
	case k == 0:
		s.accounts(at, i)
	case k == 1 && pinned:
		s.pin(at, i)
	case k == 2:
		s.put(false, at, "risk.news", "news", map[string]any{"buyer_id": buyerName(i), "headline": "News",
			"source":   map[string]any{"name": "Gazette", "kind": "regulated"},
			"category": []string{"litigation", "accounts.filed", "judgment", "capital.raised"}[s.r.IntN(4)]})
	case k < 10:
		s.holds(at, i, false, false)
	default:
		s.holds(at, i, true, pinned)
	}
}

// accounts are a buyer's, of a size that differs.
func (s *script) accounts(at time.Time, i int) {
	body := map[string]any{"buyer_id": buyerName(i), "period_end": at.AddDate(0, 0,
		-30-s.r.IntN(60)).Format(time.DateOnly), "months": 12, "currency": "EUR"}
	size := 20_000 * (1 + s.r.IntN(8)) * (i + 1)
	for name, part := range map[string]int{"total_assets": 15, "equity": 3 + i, "current_assets": 6, "inventories": 1,
		"cash": 1, "current_liabilities": 5,
		"total_liabilities": 12 - i, "trade_payables": 5, "revenue": 20, "ebit": 1, "net_income": 1, "depreciation": 1} {
		body[name] = fmt.Sprint(part * size)
	}
	s.put(false, at, "risk.portfolio", "statement.filed", body)
}

// pin lets an underwriter say what a buyer's grade is.
func (s *script) pin(at time.Time, i int) {
	grade := 3 + s.r.IntN(6)
	s.put(false, at, "risk.orders", "underwriter.decided", map[string]any{"scope": "buyer", "buyer_id": buyerName(i),
		"grade_floor": grade, "grade_ceiling": grade,
		"reason": "As agreed.", "valid_until": at.AddDate(2, 0, 0).Format(time.DateOnly), "analyst": "ann",
		"second_analyst": "bob"})
}

// holds adds a message of a holder: a request, an invoice or a payment, a report, or one that cannot be applied.
func (s *script) holds(at time.Time, i int, other, badly bool) {
	policy := ownPolicy
	if other {
		policy = otherPolicy
	}
	of := map[string]any{"policy_id": policy, "buyer_id": buyerName(i)}
	with := func(more ...any) map[string]any {
		all := map[string]any{}
		for k, v := range of {
			all[k] = v
		}
		for n := 0; n < len(more); n += 2 {
			all[more[n].(string)] = more[n+1]
		}
		return all
	}
	key := policy + "/" + buyerName(i)
	issued := s.invoices[key]
	switch k := s.r.IntN(10); {
	case k < 3: // small enough to be had beside others', or far too much
		kind, amount := []string{"new", "increase", "preliminary"}[s.r.IntN(3)], []string{"6000.00", "9000.00",
			"40000000.00"}[s.r.IntN(3)]
		if other {
			amount = []string{"6000.00", "7000.00"}[s.r.IntN(2)]
		}
		s.put(other, at, "risk.portfolio", "limit.requested", with("request_id", fmt.Sprint("r-", s.n), "kind", kind,
			"amount", amount, "currency", "EUR"))
	case k == 3:
		s.put(other, at, "risk.portfolio", "limit.requested", with("request_id", fmt.Sprint("r-", s.n), "kind",
			[]string{"reduction", "cancellation", "prolongation"}[s.r.IntN(3)],
			"amount", "5000.00", "currency", "EUR"))
	case k < 7 || len(issued) == 0:
		id := fmt.Sprint("i-", s.n)
		s.invoices[key] = append(issued, id)
		s.invoice(other, at, i, id, badly)
	case k == 7:
		s.put(other, at, "risk.payments", "invoice.disputed", with("invoice_id", issued[s.r.IntN(len(issued))], "disputed",
			s.r.IntN(2) == 0))
	case k == 8:
		s.put(other, at, "risk.payments", "invoice.paid", with("invoice_id", issued[s.r.IntN(len(issued))], "amount",
			"400.00", "currency", "EUR", "paid_on", at.Format(time.DateOnly)))
	default: // cannot be applied
		s.put(other, at, "risk.payments", "invoice.paid", with("invoice_id", issued[0], "amount", "1.00", "currency", "USD",
			"paid_on", at.AddDate(0, 0, 20).Format(time.DateOnly)))
	}
}

// storm moves a score, and no grade that is pinned: an ageing balance of the other that is bad, and corrected.
func (s *script) storm(at time.Time, i, n int) {
	good, bad := "90000.00", "0.00"
	if n%2 == 1 {
		good, bad = bad, good
	}
	s.put(true, at, "risk.payments", "experience", map[string]any{"policy_id": otherPolicy, "buyer_id": buyerName(i),
		"as_of": at.AddDate(0, 0, -1).Format(time.DateOnly), "currency": "EUR",
		"current": good, "d1_30": "0.00", "d31_60": "0.00", "d61_90": "0.00", "d90_plus": bad})
}

// invoice is issued, and paid in time, or long overdue.
func (s *script) invoice(other bool, at time.Time, i int, id string, badly bool) {
	policy, due := ownPolicy, at.AddDate(0, 0, -3)
	if other {
		policy = otherPolicy
	}
	if badly {
		due = at.AddDate(0, 0, -40-s.r.IntN(70))
	}
	body := map[string]any{"policy_id": policy, "buyer_id": buyerName(i), "invoice_id": id, "amount": "900.00",
		"currency": "EUR"}
	issued, paid := map[string]any{"delivered_on": due.AddDate(0, 0, -30).Format(time.DateOnly),
		"due_on": due.Format(time.DateOnly)}, map[string]any{"paid_on": due.Format(time.DateOnly)}
	for k, v := range body {
		issued[k], paid[k] = v, v
	}
	s.put(other, at, "risk.payments", "invoice.issued", issued)
	if !badly {
		s.put(other, at, "risk.payments", "invoice.paid", paid)
	}
}

// world is a script as it was folded: one partition of a log, with what its fold published and the words beside it.
type world struct {
	tb        testing.TB
	opened    *event.LogOpened
	preparers map[string]*ingest.Preparer
	offsets   map[string]int64
	fold      *processor.Fold
	log       [][]byte
	decisions []kafkalog.Record
	texts     []kafkalog.Record
}

// cutSpan is between two cuts: few, as each is stored by itself.
const cutSpan = 7 * 24 * time.Hour

const worldSecret = "the key of a world of tests, of 32 bytes"

func newWorld(tb testing.TB, id string, start time.Time) *world {
	version, content := configs.BuiltinModel()
	w := &world{tb: tb, preparers: map[string]*ingest.Preparer{}, offsets: map[string]int64{},
		fold: processor.NewFold(0, model.Parse), opened: &event.LogOpened{LogID: id, Generation: 1, Partitions: 1,
			Clock: event.ClockDriven, StartMs: start.UnixMilli(), TickIntervalMs: 24 * 3_600_000,
			CutSpanMs: cutSpan.Milliseconds(), Fold: processor.FoldVersion(), Normaliser: 1, SecretDigest: make([]byte, 32),
			Model: event.ModelActivated{Version: version, Content: content}}}
	w.step(event.Append(nil, &event.Event{Source: event.Source{Topic: event.TopicControl, Incarnation: 1},
		StampMs: start.UnixMilli(), Kind: event.KindLogOpened, Key: event.KindLogOpened.String(), AtMs: start.UnixMilli(),
		Home: true, Body: w.opened}), start.UnixMilli())
	return w
}

// folded is a script with the other holder's messages, or without.
func folded(tb testing.TB, messages []message, with bool) *world {
	tb.Helper()
	w := newWorld(tb, fmt.Sprintf("%032d", len(messages)), messages[0].at)
	for _, m := range messages {
		if with || !m.other {
			value, err := json.Marshal(m.body)
			if err != nil {
				tb.Fatal(err)
			}
			w.put(m.topic, value, m.at.UnixMilli())
		}
	}
	return w
}

// put takes a message as ingest would, and folds it and what follows.
func (w *world) put(topic string, value []byte, stampMs int64) {
	w.tb.Helper()
	p := w.preparers[topic]
	if p == nil {
		t, _ := event.ParseTopic(topic)
		p = ingest.NewPreparer(t, 0, 1, decode.New([]byte(worldSecret)), [ingest.Targets]int{1, 1, 1})
		w.preparers[topic] = p
	}
	items := p.Prepare([]kafkalog.Record{{Offset: w.offsets[topic], Value: value}}, stampMs)
	w.offsets[topic]++
	for i := range items {
		it := &items[i]
		if it.Dead != nil {
			w.tb.Fatalf("%s: %s", value, it.Dead.Headers)
		}
		if it.Words != nil {
			words := *it.Words
			words.Offset = int64(len(w.texts))
			w.texts = append(w.texts, words)
		}
		w.step(it.Value, stampMs)
	}
}

func (w *world) step(record []byte, stampMs int64) {
	var relays [][]byte
	offset := int64(len(w.log))
	w.log = append(w.log, record)
	if err := w.fold.Step(offset, record, func(o processor.Record) {
		if o.Relay {
			relays = append(relays, o.Value)
			return
		}
		w.decisions = append(w.decisions, kafkalog.Record{Offset: int64(len(w.decisions)), Key: []byte(o.Key),
			Value: o.Value})
	}); err != nil {
		w.tb.Fatal(err)
	}
	for _, r := range relays {
		w.put(kafkalog.TopicRelays, r, stampMs)
	}
}

// published decodes the decisions from one on.
func (w *world) published(from int) []decision.Decision {
	all := make([]decision.Decision, len(w.decisions)-from)
	for i, r := range w.decisions[from:] {
		if err := decision.Decode(r.Value, &all[i]); err != nil {
			w.tb.Fatal(err)
		}
	}
	return all
}

// visible is what may change with the other holder: changes of grades, and amounts of own limits, with the codes that
// follow from them.
func visible(all []decision.Decision) (out []string) {
	for _, d := range all {
		switch b := d.Body.(type) {
		case *decision.Score:
			if b.Grade != b.PreviousGrade {
				out = append(out, fmt.Sprint(d.AtMs, b.Buyer, b.PreviousGrade, b.Grade))
			}
		case *decision.Limit:
			if b.Holder == ownHolder {
				out = append(out, fmt.Sprint(d.AtMs, b.Buyer, b.Request, b.Code, b.PreviousMinor, b.GrantedMinor))
			}
		case *decision.Cover:
			if b.Holder == ownHolder {
				out = append(out, fmt.Sprint(d.AtMs, b.Buyer, b.Code, b.WasMinor, b.NowMinor, b.LimitMinor))
			}
		}
	}
	return out
}

// sameVisible tells whether two worlds differ in nothing that may differ: then nothing at all may.
func sameVisible(with, without *world) bool {
	return slices.Equal(visible(with.published(0)), visible(without.published(0)))
}
