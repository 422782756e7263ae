package storage

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
	"barometer/storage/history"
	"barometer/storage/history/historytest"
)

// TestHistoryAnswersAsWritten holds ClickHouse to the answers that history's questions have, on rows as the sink writes
// them.
func TestHistoryAnswersAsWritten(t *testing.T) {
	db := emptied(t)
	w := historytest.Happened()
	cut := w.Decisions[len(w.Decisions)-1]
	cut.Kind, cut.Body = decision.ProgressMade, &decision.Progress{Cut: 1, TimeMs: cut.AtMs}
	b := batch{sink: &Sink{cut: &cut}}
	var encoder decision.Encoder
	for i := range w.Decisions {
		d := &w.Decisions[i]
		b.put(tableOfDecision(d.Kind), entry{position: d.Position, atMs: d.AtMs, decision: d,
			record: slices.Clone(encoder.Append(nil, d))})
	}
	offset := int64(0)
	input := func(body event.Body, kind event.Kind) {
		offset++
		e := &event.Event{Kind: kind, Home: true, Body: body, AtMs: w.Decisions[0].AtMs,
			Source: event.Source{Topic: event.TopicPortfolio, Offset: offset}}
		b.put(tableOfEvent(e), entry{position: event.Position{Generation: 1, Offset: -offset}, atMs: e.AtMs, event: e})
	}
	for id, name := range w.Names {
		input(&event.BuyerUpserted{Buyer: event.Party{ID: id, Country: "BE"}}, event.KindBuyerUpserted)
		words, _ := json.Marshal(map[string]string{"name": name})
		exec(t, db, fmt.Sprintf("INSERT INTO texts (source, words, version) VALUES ('%s', '%s', 1)",
			sourceText(event.Source{Topic: event.TopicPortfolio, Offset: offset}), words))
	}
	for policy, holder := range w.Holders {
		input(&event.PolicyUpserted{Policy: policy, Holder: holder, Currency: "EUR", Language: w.Languages[holder],
			PeriodTo: w.Ends[policy]}, event.KindPolicyUpserted)
	}
	for currency, rates := range w.Rates {
		for i, atMs := range []int64{w.Decisions[len(w.Decisions)-1].AtMs, w.Decisions[0].AtMs} {
			offset++
			e := &event.Event{Kind: event.KindIndicator, Home: true, AtMs: atMs,
				Source: event.Source{Topic: event.TopicIndicators, Offset: offset},
				Body: &event.Indicator{Name: "fx_rate", Currency: currency, ValueE8: rates[i],
					Period: event.Period{First: event.DayOf(atMs), Last: event.DayOf(atMs)}}}
			b.put(tableOfEvent(e), entry{position: event.Position{Generation: 1, Offset: -offset}, atMs: atMs, event: e})
		}
	}
	insertNotes(t, db, w.Notes)
	for _, r := range w.Requests {
		input(&event.LimitRequested{Policy: r.Policy, Buyer: event.Party{ID: r.Buyer}, Request: r.Request, Kind: r.Kind,
			Amount: event.Amount{Minor: r.Minor, Currency: r.Currency}}, event.KindLimitRequested)
	}
	for _, d := range w.Documents {
		kind, _ := event.ParseDocumentKind(d.Kind)
		sha, _ := hex.DecodeString(d.SHA256)
		offset++
		e := &event.Event{Kind: event.KindDocumentAdded, AtMs: d.At.UnixMilli(),
			Source: event.Source{Topic: event.TopicPortfolio, Offset: offset},
			Body:   &event.DocumentAdded{Case: d.Case, Claim: d.Claim, Document: d.ID, Kind: kind, SHA256: sha, Size: d.Bytes}}
		b.put(tableOfEvent(e), entry{position: d.Position, atMs: e.AtMs, event: e})
		if d.Name != "" {
			words, _ := json.Marshal(map[string]string{"document_name": d.Name})
			exec(t, db, "INSERT INTO texts (source, words, version) VALUES (?, ?, 1)", sourceText(e.Source), string(words))
		}
	}
	b.put(tableProgress, entry{position: cut.Position, atMs: cut.AtMs, decision: &cut})
	for _, inserts := range b.inserts {
		for _, in := range inserts {
			if err := db.insert(t.Context(), in, false); err != nil {
				t.Fatal(err)
			}
		}
	}
	historytest.Run(t, db)
}

// insertNotes inserts notifications as alerting stores them.
func insertNotes(t *testing.T, db *DB, notes []history.Notification) {
	t.Helper()
	k := topics{}
	for _, n := range notes {
		k.add(kafkalog.TopicDeliveries, n.ID, letter{ID: n.ID, Holder: n.Holder, Subscription: n.Subscription,
			Channel: n.Channel, Type: n.Type, Sequence: n.Sequence, Buyers: n.Buyers, At: n.At, Position: "1-0-1-0"})
		if n.State == "waiting" {
			continue
		}
		attempts := []map[string]any{}
		for _, a := range n.Attempts {
			attempts = append(attempts, map[string]any{"at": a.At, "status": a.Status, "error": a.Answer, "took_ms": a.TookMs})
		}
		k.add(kafkalog.TopicDeliveries, n.ID+"/state", map[string]any{"id": n.ID, "status": n.State, "reason": n.Reason,
			"attempts": attempts})
	}
	for _, in := range rowsOf(kafkalog.TopicDeliveries, k[kafkalog.TopicDeliveries]) {
		if err := db.insert(t.Context(), in, false); err != nil {
			t.Fatal(err)
		}
	}
}
