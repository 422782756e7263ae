package storage

import (
	"strings"
	"testing"

	"barometer/storage/history"
)

// TestBuyersAreListedByGradeFirst: whom an underwriter put at a grade stands there, whatever the figures say; pages go
// on where they ended.
func TestBuyersAreListedByGradeFirst(t *testing.T) {
	db := emptied(t)
	if err := db.conn.Exec(t.Context(),
		`INSERT INTO scores (log_generation, log_offset, at, buyer_id, grade, pd) VALUES (1, 1, '2026-03-01 00:00:00', 'weak', 4, 0.0055),
		(1, 2, '2026-03-01 00:00:00', 'weaker', 4, 0.0056), (1, 3, '2026-03-01 00:00:00', 'held', 8, 0.0001), (1, 4, '2026-03-01 00:00:00', 'also', 8, 0.0001)`); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, after := range []*history.BuyerCursor{nil, {Grade: 8, PDPPM: 100, ID: "also"}, {Grade: 8, PDPPM: 100,
		ID: "held"}, {Grade: 4, PDPPM: 5600, ID: "weaker"}} {
		page, err := db.Buyers(t.Context(), history.BuyerQuery{After: after, Limit: 1})
		if err != nil || len(page) != 1 {
			t.Fatalf("after %v: %+v (%v)", after, page, err)
		}
		ids = append(ids, page[0].ID)
	}
	if got := strings.Join(ids, " "); got != "also held weaker weak" {
		t.Errorf("the order is %s", got)
	}
}
