package storage

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"
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
		input(&event.PolicyUpserted{Policy: policy, Holder: holder, Currency: "EUR"}, event.KindPolicyUpserted)
	}
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
