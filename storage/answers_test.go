package storage

import (
	"slices"
	"testing"
	"time"

	"barometer/processor/decision"
	"barometer/storage/history"
)

func answers(t *testing.T, db *DB) {
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	all, err := db.Buyers(ctx, history.BuyerQuery{Limit: 10})
	must(err)
	if len(all) != 5 || all[0].Name != "Company "+all[0].ID || all[0].Score == nil || all[0].Country != "DE" {
		t.Fatalf("buyers: %+v", all)
	}
	rest, err := db.Buyers(ctx, history.BuyerQuery{Limit: 10,
		After: &history.BuyerCursor{Grade: all[1].Score.Body.(*decision.Score).Grade,
			PDPPM: all[1].Score.Body.(*decision.Score).PDPPM, ID: all[1].ID}})
	must(err)
	if len(rest) != 3 || rest[0].ID != all[2].ID {
		t.Errorf("after the second buyer: %d of them, want 3", len(rest))
	}
	found, err := db.Buyers(ctx, history.BuyerQuery{Search: "company B1", Limit: 10})
	must(err)
	one, err := db.Buyer(ctx, "b1")
	must(err)
	if len(found) != 1 || one == nil || found[0].ID != one.ID {
		t.Errorf("search: %+v, by id: %+v", found, one)
	}
	first, err := db.Decisions(ctx, history.DecisionQuery{Limit: 10})
	must(err)
	last := first[len(first)-1]
	more, err := db.Decisions(ctx, history.DecisionQuery{Limit: 10, Before: &history.DecisionCursor{AtMs: last.AtMs,
		Position: last.Position}})
	must(err)
	if len(first) != 10 || len(more) != 10 || more[0].Position.Compare(last.Position) >= 0 {
		t.Errorf("pages of %d and %d, the second from %s, the first to %s", len(first), len(more), more[0].Position,
			last.Position)
	}
	above, err := db.Decisions(ctx, history.DecisionQuery{Limit: 1000, Above: &last.Position})
	must(err)
	if len(above) != 9 {
		t.Errorf("%d decisions above the tenth newest, want 9", len(above))
	}
	limits, err := db.LimitStates(ctx, history.LimitQuery{Policy: "p1", Holder: "h1", Limit: 10})
	must(err)
	if len(limits) == 0 {
		t.Fatal("no limits")
	}
	b := limits[0].Made().Body.(*decision.Limit)
	answering, err := db.Decisions(ctx, history.DecisionQuery{Policy: b.Policy, Buyer: b.Buyer, Request: b.Request,
		Limit: 1})
	must(err)
	request, err := db.Request(ctx, b.Policy, b.Request)
	must(err)
	if b.Request != "" && (len(answering) != 1 || request == nil || request.Minor != b.RequestedMinor) {
		t.Errorf("request %s: %+v, answered by %d", b.Request, request, len(answering))
	}
	policies, err := db.HolderPolicies(ctx, "h1", 10)
	must(err)
	if !slices.Contains(policies, "p1") {
		t.Errorf("policies of h1: %q", policies)
	}
	if _, err := db.Preliminaries(ctx, []string{"p1", "p2'"}, time.Unix(0, 0), 3); err != nil {
		t.Errorf("preliminary requests: %v", err)
	}
	if rates, err := db.Rates(ctx, []string{"USD", "X'"}, time.Now()); err != nil || rates["X'"] != [2]int64{} {
		t.Errorf("rates: %v %v", rates, err)
	}
	if tag, err := db.HolderLanguage(ctx, "h1"); err != nil || tag != "nl" {
		t.Errorf("h1 is told in %q (%v), and its policy says nl", tag, err)
	}
	if tag, err := db.HolderLanguage(ctx, "nobody"); err != nil || tag != "" {
		t.Errorf("nobody is told in %q (%v)", tag, err)
	}
	none, err := db.HolderPolicies(ctx, "h1' OR 1", 10)
	must(err)
	if len(none) != 0 {
		t.Errorf("policies of nobody: %q", none)
	}
	grades, err := db.Grades(ctx)
	must(err)
	names, err := db.Names(ctx, []string{"b1", "none"})
	must(err)
	progress, err := db.Progress(ctx)
	must(err)
	_, err = db.Rejections(ctx, time.UnixMilli(0))
	must(err)
	if len(grades) == 0 || len(names) != 1 || len(progress) != 1 {
		t.Errorf("grades %v, names %v, progress %v", grades, names, progress)
	}
	n, err := db.Notification(ctx, "n1")
	must(err)
	if n == nil || n.State != "delivered" || len(n.Attempts) != 1 || n.Attempts[0].Status != 204 {
		t.Errorf("notification: %+v", n)
	}
}
