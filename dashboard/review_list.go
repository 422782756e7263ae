package dashboard

import (
	"context"
	"slices"

	"barometer/dashboard/format"
	"barometer/dashboard/tail"
	"barometer/processor/decision"
	"barometer/storage/history"
)

// reviews is a page of reviews with the names of their buyers: ClickHouse's, and over them what it does not have yet.
// Where a page begins and ends is by ClickHouse, so what is decided meanwhile is on one page or on none, and never on
// two.
func (s *server) reviews(ctx context.Context, q history.ReviewQuery, limit int) (answers []ReviewAnswer, next string,
	err error) {
	fresh := s.freshReviews(q.Buyer) // before ClickHouse is asked, so that what is pruned in between is not missed
	stored, err := s.cfg.Store.Reviews(ctx, q)
	if err != nil {
		return nil, "", err
	}
	stored, next = page(s, ctx, "reviews", stored, limit, func(r history.Review) any { return q.CursorOf(&r) })
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
			if all, err := s.review(ctx, id); err != nil {
				return nil, "", err
			} else if all != nil {
				rows[id] = *all // with when it was opened, and its words
			}
		}
	}
	var shown []history.Review
	for _, r := range rows {
		if waiting(r.Decision.Body.(*decision.Review)) == q.Open {
			shown = append(shown, r)
		}
	}
	slices.SortFunc(shown, func(a, b history.Review) int { return q.Compare(q.CursorOf(&a), q.CursorOf(&b)) })
	answers, err = s.namedReviews(ctx, shown)
	return answers, next, err
}

// namedReviews are reviews with the names of their buyers.
func (s *server) namedReviews(ctx context.Context, rows []history.Review) ([]ReviewAnswer, error) {
	ids, answers := []string{}, make([]ReviewAnswer, len(rows))
	for i := range rows {
		answers[i] = reviewOf(&rows[i])
		if answers[i].BuyerID != "" {
			ids = append(ids, answers[i].BuyerID)
		}
	}
	names, err := s.cfg.Store.Names(ctx, ids)
	for i := range answers {
		answers[i].BuyerName = names[answers[i].BuyerID]
	}
	return answers, err
}

// freshReviews are the newest decisions on reviews that the tail has, by their ids; of one buyer, where one is
// named.
func (s *server) freshReviews(buyer string) map[string]history.Review {
	all := map[string]history.Review{}
	for p := range s.tail.Partitions() {
		for _, d := range s.tail.Find(tail.OfReviews(p)) {
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

// review is the newest decision on a review, nil for none.
func (s *server) review(ctx context.Context, id string) (*history.Review, error) {
	fresh := s.tail.Find(tail.OfReview(id))
	stored, err := s.cfg.Store.Reviews(ctx, history.ReviewQuery{ID: id, Limit: 1})
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
