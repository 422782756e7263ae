package reviews

import (
	"context"
	"log/slog"
	"slices"

	"barometer/dashboard/format"
	"barometer/dashboard/paging"
	"barometer/dashboard/submit"
	"barometer/dashboard/tail"
	"barometer/processor/decision"
	"barometer/storage/history"
)

// Queue is the four-eyes queue: it reads reviews, and stores what analysts say of them.
type Queue struct {
	store   history.Store
	tail    *tail.Tail
	cursors paging.Cursors
	sender  *submit.Sender
	log     *slog.Logger
}

// NewQueue makes a Queue.
func NewQueue(store history.Store, tail *tail.Tail, cursors paging.Cursors, sender *submit.Sender,
	log *slog.Logger) *Queue {
	return &Queue{store, tail, cursors, sender, log}
}

// List reads a page of reviews with the names of their buyers: ClickHouse's, and over them what it does not have yet.
// Where a page begins and ends is by ClickHouse, so what is decided meanwhile is on one page or on none, and never on
// two.
func (o *Queue) List(ctx context.Context, q history.ReviewQuery, limit int) (answers []ReviewAnswer, next string,
	err error) {
	fresh := o.fresh(q.Buyer) // before ClickHouse is asked, so that what is pruned in between is not missed
	stored, err := o.store.Reviews(ctx, q)
	if err != nil {
		return nil, "", err
	}
	stored, next = paging.Cut(ctx, o.cursors, "reviews", stored, limit,
		func(r history.Review) any { return q.CursorOf(&r) })
	rows := map[string]history.Review{}
	for _, r := range stored {
		rows[r.Decision.Body.(*decision.Review).Review] = r
	}
	for id, r := range fresh {
		row, known := rows[id]
		switch {
		case known && row.Decision.Position.Compare(r.Decision.Position) >= 0:
		case known:
			row.Decision = r.Decision
			rows[id] = row
		case q.Includes(&r) && (next == "" || q.Compare(q.CursorOf(&r), q.CursorOf(&stored[len(stored)-1])) <= 0):
			if all, err := o.Find(ctx, id); err != nil {
				return nil, "", err
			} else if all != nil {
				rows[id] = *all // with when it was opened, and its words
			}
		}
	}
	var shown []history.Review
	for _, r := range rows {
		if Waits(r.Decision.Body.(*decision.Review)) == q.Open {
			shown = append(shown, r)
		}
	}
	slices.SortFunc(shown, func(a, b history.Review) int { return q.Compare(q.CursorOf(&a), q.CursorOf(&b)) })
	answers, err = o.Named(ctx, shown)
	return answers, next, err
}

// Named answers reviews with the names of their buyers.
func (o *Queue) Named(ctx context.Context, rows []history.Review) ([]ReviewAnswer, error) {
	ids, answers := []string{}, make([]ReviewAnswer, len(rows))
	for i := range rows {
		answers[i] = Of(&rows[i])
		if answers[i].BuyerID != "" {
			ids = append(ids, answers[i].BuyerID)
		}
	}
	names, err := o.store.Names(ctx, ids)
	for i := range answers {
		answers[i].BuyerName = names[answers[i].BuyerID]
	}
	return answers, err
}

// fresh returns the newest decisions on reviews that the tail has, by their ids; of one buyer, where one is
// named.
func (o *Queue) fresh(buyer string) map[string]history.Review {
	all := map[string]history.Review{}
	for p := range o.tail.Partitions() {
		for _, d := range o.tail.Find(tail.OfReviews(p)) {
			b := d.Body.(*decision.Review)
			if buyer != "" && b.Buyer != buyer {
				continue
			}
			r, known := all[b.Review]
			if r.Decision = d; !known {
				r.OpenedAt = format.Instant(d.AtMs)
			}
			all[b.Review] = r
		}
	}
	return all
}

// Find returns the newest decision on a review, nil for none.
func (o *Queue) Find(ctx context.Context, id string) (*history.Review, error) {
	fresh := o.tail.Find(tail.OfReview(id))
	stored, err := o.store.Reviews(ctx, history.ReviewQuery{ID: id, Limit: 1})
	if err != nil {
		return nil, err
	}
	var now *history.Review
	if len(stored) > 0 {
		now = &stored[0]
	}
	switch newest := last(fresh); {
	case newest == nil:
	case now == nil:
		now = &history.Review{Decision: *newest, OpenedAt: format.Instant(fresh[0].AtMs)}
	case newest.Position.Compare(now.Decision.Position) > 0:
		now.Decision = *newest
	}
	return now, nil
}

func last(ds []decision.Decision) *decision.Decision {
	if len(ds) == 0 {
		return nil
	}
	return &ds[len(ds)-1]
}
