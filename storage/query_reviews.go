package storage

import (
	"context"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"
)

// Reviews lists reviews. Of one that is asked for by its id it does not matter whether it is open.
func (db *DB) Reviews(ctx context.Context, q history.ReviewQuery) ([]history.Review, error) {
	var w where
	w.addString("review_id = ?", q.ID)
	w.addString("buyer_id = ?", q.Buyer)
	order, after := "changed_at DESC, review_id DESC", "(toUnixTimestamp64Milli(changed_at), review_id) < (?, ?)"
	state := "state NOT IN (?)"
	if q.Open {
		order, after, state = "deadline, review_id", "(toUnixTimestamp64Milli(deadline), review_id) > (?, ?)", "state IN (?)"
	}
	if q.ID == "" {
		w.add(state, decision.WaitingStates)
	}
	if q.After != nil {
		w.add(after, q.After.Ms, q.After.ID)
	}
	var all []history.Review
	var sources []string
	err := db.query(ctx, "reviews", "SELECT unhex(record), opened_at, item_sources FROM reviews_now"+w.sql()+" ORDER BY "+
		order+" LIMIT ?", append(w.args, q.Limit),
		func(row scanner) error {
			var record string
			var r history.Review
			var of []string
			if err := row.Scan(&record, &r.OpenedAt, &of); err != nil {
				return err
			}
			var err error
			if r.Decision, err = decoded(record); err != nil {
				return err
			}
			if b, ok := r.Decision.Body.(*decision.Review); ok && b.Verdict.Topic != event.TopicNone {
				of = append(of, b.Verdict.String())
			}
			all, sources = append(all, r), append(sources, of...)
			return nil
		})
	if err != nil {
		return nil, err
	}
	texts, err := db.textsOf(ctx, sources)
	for i := range all {
		all[i].Texts = texts
	}
	return all, err
}

// textsOf reads the words of messages by their sources.
func (db *DB) textsOf(ctx context.Context, sources []string) (map[string]history.Text, error) {
	if len(sources) == 0 {
		return nil, nil
	}
	texts := map[string]history.Text{}
	err := db.query(ctx, "texts",
		`SELECT source, JSONExtractString(said, 'headline'), JSONExtractString(said, 'source_name'), JSONExtractString(said, 'url'),
		JSONExtractString(said, 'reason'), JSONExtractString(said, 'document_name') FROM (SELECT source, argMax(words, version) AS said FROM texts WHERE source IN (?) GROUP BY source)`,
		[]any{sources}, func(row scanner) error {
			var source string
			var t history.Text
			err := row.Scan(&source, &t.Headline, &t.OutletName, &t.URL, &t.Reason, &t.DocumentName)
			texts[source] = t
			return err
		})
	return texts, err
}

// News are the newest reports about a buyer, the newest first.
func (db *DB) News(ctx context.Context, buyer string, limit int) ([]history.NewsItem, error) {
	var all []history.NewsItem
	var sources []string
	err := db.query(ctx, "news",
		`SELECT occurred_at, type, category, outlet, outlet_name, headline, matched, others, source FROM buyer_news
		WHERE buyer_id = ? ORDER BY occurred_at DESC, source DESC LIMIT ?`, []any{buyer, limit}, func(row scanner) error {
			var n history.NewsItem
			var source string
			err := row.Scan(&n.At, &n.Type, &n.Category, &n.Outlet, &n.OutletName, &n.Headline, &n.Matched, &n.Others, &source)
			all, sources = append(all, n), append(sources, source)
			return err
		})
	if err != nil {
		return nil, err
	}
	texts, err := db.textsOf(ctx, sources)
	for i := range all {
		all[i].URL = texts[sources[i]].URL
	}
	return all, err
}
