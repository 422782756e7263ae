package storage

import (
	"context"
	"time"

	"barometer/processor/decision"
)

// ReviewQuery narrows Reviews. Zero values do not narrow.
type ReviewQuery struct {
	ID, Buyer string
	Open      bool // those that wait for a verdict, the most urgent first; else those that are over, the newest first
	After     *ReviewCursor
	Limit     int
}

// ReviewCursor is the last row of the page before: its deadline where it is open, else when it changed, in milliseconds.
type ReviewCursor struct {
	Ms int64
	ID string
}

// Review is a review as it is now: the newest decision on it.
type Review struct {
	Decision  decision.Decision
	OpenedAt  time.Time
	Headlines map[string]string // of its items, by their sources; of all reviews of an answer
}

// Reviews lists reviews. Of one that is asked for by its id it does not matter whether it is open.
func (db *DB) Reviews(ctx context.Context, q ReviewQuery) ([]Review, error) {
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
	var all []Review
	var sources []string
	err := db.query(ctx, "reviews", "SELECT record, opened_at, item_sources FROM reviews_now"+w.sql()+" ORDER BY "+order+" LIMIT ?", append(w.args, q.Limit),
		func(row scanner) error {
			var record string
			var r Review
			var of []string
			if err := row.Scan(&record, &r.OpenedAt, &of); err != nil {
				return err
			}
			var err error
			r.Decision, err = decoded(record)
			all, sources = append(all, r), append(sources, of...)
			return err
		})
	if err != nil || len(sources) == 0 {
		return all, err
	}
	headlines := map[string]string{}
	err = db.query(ctx, "headlines", "SELECT source, argMax(JSONExtractString(words, 'headline'), version) FROM texts WHERE source IN (?) GROUP BY source",
		[]any{sources}, func(row scanner) error {
			var source, headline string
			err := row.Scan(&source, &headline)
			headlines[source] = headline
			return err
		})
	for i := range all {
		all[i].Headlines = headlines
	}
	return all, err
}

// NewsItem is a report about a buyer.
type NewsItem struct {
	At                                                    time.Time // the item's own
	Type, Category, Outlet, OutletName, Headline, Matched string
	Others                                                []string
}

// News are the newest reports about a buyer, the newest first.
func (db *DB) News(ctx context.Context, buyer string, limit int) ([]NewsItem, error) {
	var all []NewsItem
	err := db.query(ctx, "news", `SELECT occurred_at, type, category, outlet, outlet_name, headline, matched, others FROM buyer_news
		WHERE buyer_id = ? ORDER BY occurred_at DESC, source DESC LIMIT ?`, []any{buyer, limit}, func(row scanner) error {
		var n NewsItem
		err := row.Scan(&n.At, &n.Type, &n.Category, &n.Outlet, &n.OutletName, &n.Headline, &n.Matched, &n.Others)
		all = append(all, n)
		return err
	})
	return all, err
}
