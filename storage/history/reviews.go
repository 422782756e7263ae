package history

import (
	"cmp"
	"slices"
	"time"

	"barometer/processor/decision"
)

// ReviewQuery narrows Reviews. Zero values do not narrow.
type ReviewQuery struct {
	ID    string // whether it is open or not
	Buyer string
	Open  bool
	After *ReviewCursor
	Limit int
}

// ReviewCursor is the last row of the page before: its deadline where it is open, else when it changed.
type ReviewCursor struct {
	Ms int64
	ID string
}

// Review is the newest decision on a review.
type Review struct {
	Decision decision.Decision
	OpenedAt time.Time
	Texts    map[string]Text // of its items and of its verdict, by source
}

// CursorOf is where a review stands in the order of the list.
func (q *ReviewQuery) CursorOf(r *Review) ReviewCursor {
	b := r.Decision.Body.(*decision.Review)
	if q.Open {
		return ReviewCursor{b.DeadlineMs, b.Review}
	}
	return ReviewCursor{r.Decision.AtMs, b.Review}
}

// Compare orders the list: what waits, by its deadline; what is over, the newest first.
func (q *ReviewQuery) Compare(a, b ReviewCursor) int {
	if q.Open {
		return cmp.Or(cmp.Compare(a.Ms, b.Ms), cmp.Compare(a.ID, b.ID))
	}
	return cmp.Or(cmp.Compare(b.Ms, a.Ms), cmp.Compare(b.ID, a.ID))
}

// Includes tells whether a review is of the list, from the cursor on.
func (q *ReviewQuery) Includes(r *Review) bool {
	b := r.Decision.Body.(*decision.Review)
	return slices.Contains(decision.WaitingStates, b.State) == q.Open && (q.After == nil || q.Compare(q.CursorOf(r),
		*q.After) > 0)
}
