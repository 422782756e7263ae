package storage

import (
	"encoding/hex"
	"fmt"
	"slices"
	"testing"
	"time"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"
)

// TestWhatConcernsAHolder: which buyers' grades it may know, in which order, and which decisions concern it; on rows
// as the sink writes them.
func TestWhatConcernsAHolder(t *testing.T) {
	db := emptied(t)
	exec := func(sql string) {
		t.Helper()
		if err := db.conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	day := event.Date(2026, 3, 1)
	offset := int64(0)
	record := func(at event.Day, kind decision.Kind, body decision.Body) (string, string) {
		d := decision.Decision{Position: event.Position{Generation: 1, Offset: offset}, AtMs: at.Ms(), Kind: kind, Body: body}
		var e decision.Encoder
		return fmt.Sprintf("1, 0, %d, 0, '%s'", offset, at), "unhex('" + hex.EncodeToString(e.Append(nil, &d)) + "')"
	}
	limit := func(at event.Day, l decision.Limit) {
		offset++
		place, bytes := record(at, decision.LimitDecided, &l)
		until := "NULL"
		if l.ValidUntil != 0 {
			until = "'" + l.ValidUntil.String() + "'"
		}
		exec(fmt.Sprintf(
			`INSERT INTO limits (log_generation, log_partition, log_offset, seq, at, record_bytes, policy_id, buyer_id, holder_id, request_id, request_kind, code, granted,
			effective_on, valid_until) SETTINGS insert_allow_materialized_columns = 1 VALUES (%s, %s, '%s', '%s', '%s', '%s', '%s', '%s', %d, '%s', %s)`, place, bytes, l.Policy, l.Buyer, l.Holder, l.Request, l.RequestKind,
			l.Code, l.GrantedMinor, at, until))
	}
	score := func(at event.Day, seq int, s decision.Score) {
		if seq == 0 {
			offset++
		}
		_, bytes := record(at, decision.ScoreChanged, &s)
		place := fmt.Sprintf("1, 0, %d, %d, '%s'", offset, seq, at)
		holders := "[]"
		if len(s.Holders) > 0 {
			holders = "['" + s.Holders[0] + "']"
		}
		exec(fmt.Sprintf(
			`INSERT INTO scores (log_generation, log_partition, log_offset, seq, at, as_of, record_bytes, buyer_id, grade, previous_grade, pd, holders)
			SETTINGS insert_allow_materialized_columns = 1 VALUES (%s, '%s', %s, '%s', %d, %d, 0.5, %s)`, place, at, bytes,
			s.Buyer, s.Grade, s.PreviousGrade, holders))
	}
	granted := decision.Limit{Policy: "p1", Holder: "h", Request: "r", RequestKind: event.RequestNew,
		Code: decision.Approved, GrantedMinor: 100}
	of := func(buyer string, edit func(*decision.Limit)) decision.Limit {
		l := granted
		l.Buyer = buyer
		edit(&l)
		return l
	}
	for _, policy := range []string{"p1", "p2"} {
		exec(`INSERT INTO policies (log_generation, log_offset, at, policy_id, holder_id) VALUES (1, 1, '2020-01-01', '` +
			policy + `', 'h')`)
	}
	// sold
	exec(`INSERT INTO policies (log_generation, log_offset, at, policy_id, holder_id) VALUES (1, 2, '2021-01-01', 'p2', 'z')`)
	old := day - 800
	limit(old, of("in force", func(*decision.Limit) {}))
	limit(old, of("ended", func(l *decision.Limit) { l.ValidUntil = day - 10 }))
	limit(old, of("cancelled", func(*decision.Limit) {}))
	limit(day-500, of("cancelled", func(l *decision.Limit) {
		l.Request, l.RequestKind, l.Code, l.GrantedMinor = "", 0, decision.Cancelled, 0
	}))
	limit(old, of("sold", func(l *decision.Limit) { l.Policy = "p2" }))
	limit(day-700, of("sold", func(l *decision.Limit) { l.Policy, l.Holder = "p2", "z" }))
	limit(day-100, of("refused", func(l *decision.Limit) { l.Code, l.GrantedMinor = decision.NotApproved, 0 }))
	limit(day-400, of("refused long ago", func(l *decision.Limit) { l.Code, l.GrantedMinor = decision.NotApproved, 0 }))
	limit(day-5, of("investigated", func(l *decision.Limit) { l.Code, l.GrantedMinor = decision.StillInvestigating, 0 }))
	limit(day-5, of("only asked", func(l *decision.Limit) {
		l.Code, l.RequestKind = decision.Preliminary, event.RequestPreliminary
	}))
	limit(day-5, of("only asked", func(l *decision.Limit) {
		l.Code, l.RequestKind, l.GrantedMinor = decision.NotApproved, event.RequestPreliminary, 0
	}))
	limit(day-5, of("foreign", func(l *decision.Limit) { l.Policy, l.Holder = "p9", "z" }))
	score(day-9, 0, decision.Score{Buyer: "in force", Grade: 4, PreviousGrade: 5, Holders: []string{"z"}})
	// another part of it
	score(day-9, 1, decision.Score{Buyer: "in force", Grade: 4, PreviousGrade: 5, Holders: []string{"h"}})
	for range 5 {
		score(day-8, 0, decision.Score{Buyer: "in force", Grade: 4, PreviousGrade: 4})
	}
	score(day-9, 0, decision.Score{Buyer: "refused", Grade: 6})
	score(day-9, 0, decision.Score{Buyer: "foreign", Grade: 6, Holders: []string{"z"}})

	q := history.HolderBuyerQuery{Holder: "h", On: day, Since: time.UnixMilli((day - 365).Ms()), Limit: 10}
	read := func(q history.HolderBuyerQuery) (ids []string) {
		t.Helper()
		all, err := db.HolderBuyers(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range all {
			if sc, ok := b.Score.Body.(*decision.Score); !ok || sc.Grade == sc.PreviousGrade {
				t.Errorf("%s has %+v, which changes no grade", b.ID, b.Score.Body)
			}
			ids = append(ids, b.ID)
		}
		return ids
	}
	if got := read(q); !slices.Equal(got, []string{"refused", "in force"}) {
		t.Errorf("it may know %q", got)
	}
	one, after, asked, only := q, q, q, []string{"in force"}
	one.ID = only[0]
	after.After = &history.HolderBuyerCursor{Grade: 6, ID: "refused"}
	asked.ID = "only asked"
	if a, b, c := read(one), read(after), read(asked); !slices.Equal(a, only) || !slices.Equal(b, only) ||
		c != nil {
		t.Errorf("one %q, after the first %q, one that was only asked about %q", a, b, c)
	}
	limits, err := db.LimitStates(t.Context(), history.LimitQuery{Holder: "h", Limit: 20})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range limits {
		if b := l.Buyer; b == "only asked" || b == "foreign" || b == "sold" {
			t.Errorf("it has a limit on %q", b)
		}
	}
	for i, kind := range []string{"invoice.paid", "underwriter.decided", "invoice.paid"} {
		offset++
		place, bytes := record(day, decision.InputRejected, &decision.Rejection{ID: fmt.Sprint(i)})
		policy := []string{"p1", "p1", "p2"}[i]
		exec(fmt.Sprintf("INSERT INTO rejections (log_generation, log_partition, log_offset, seq, at, record_bytes, "+
			"policy_id, kind) SETTINGS insert_allow_materialized_columns = 1 VALUES (%s, %s, '%s', '%s')", place, bytes, policy,
			kind))
	}
	concerns, err := db.Decisions(t.Context(), history.DecisionQuery{Holder: "h", Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	counts := map[decision.Kind]int{}
	for _, d := range concerns {
		counts[d.Kind]++
	}
	if counts[decision.ScoreChanged] != 1 || counts[decision.InputRejected] != 1 || counts[decision.LimitDecided] != 10 {
		t.Errorf("what concerns it: %v", counts)
	}
	moved, err := db.Decisions(t.Context(), history.DecisionQuery{Kinds: []decision.Kind{decision.ScoreChanged},
		Buyer: "in force",
		Moved: true, Limit: 2})
	if err != nil || len(moved) != 1 {
		t.Errorf("%d changes of a grade (%v), want 1: it came in two parts, and what came after it keeps it", len(moved), err)
	}
	if own, err := db.HolderPolicies(t.Context(), "h", 10); err != nil || !slices.Equal(own, []string{"p1"}) {
		t.Errorf("its policies %q (%v)", own, err)
	}
}
