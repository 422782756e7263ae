package reviews

import (
	"testing"
	"time"

	"barometer/dashboard/submit"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"
)

// TestWhoMayApprove: nobody what that one asked for, entered or has approved already; everybody may reject.
func TestWhoMayApprove(t *testing.T) {
	waiting := decision.Review{State: decision.ReviewOpened, Asked: "eve",
		Items: []decision.ReviewItem{{ID: "n1", Analyst: "fay"}}}
	first := decision.Review{State: decision.ReviewSeconding, Analyst: "ann"}
	over := decision.Review{State: decision.ReviewApproved, Analyst: "ann"}
	for _, x := range []struct {
		review       decision.Review
		analyst      string
		approve      bool
		given, taken bool
	}{
		{waiting, "ann", true, false, true}, {waiting, "eve", true, false, false}, {waiting, "fay", true, false, false},
		{waiting, "eve", false, false, true}, {waiting, "fay", false, false, true},
		{first, "ann", true, false, false}, {first, "bob", true, false, true}, {first, "ann", false, false, true},
		{over, "ann", true, true, true}, {over, "ann", false, false, false}, {over, "bob", true, false, false},
	} {
		v := Verdict{Approve: x.approve, Analyst: x.analyst}
		given, err := v.refusedBy(&history.Review{Decision: decision.Decision{Body: &x.review}})
		if given != x.given || (err == nil) != x.taken {
			t.Errorf("%s on %s, %s: given %t, %v", x.analyst, x.review.State, v.word(), given, err)
		}
	}
}

// TestAVerdictIsOneMessage however often it is given, and another one for another verdict.
func TestAVerdictIsOneMessage(t *testing.T) {
	q := &Queue{sender: submit.NewSender(nil, []byte("sixteen bytes and more"), time.Now)}
	ids := map[string]bool{}
	for _, v := range []Verdict{{"b1/cut-1", true, "ann", "seen"}, {"b1/cut-1", true, "ann", "seen again"},
		{"b1/cut-1", false, "ann", "seen"}, {"b1/cut-1", true, "bob", "seen"}, {"b1/cut-2", true, "ann", "seen"}} {
		m, err := q.message(t.Context(), &v)
		if err != nil || m.Key != "b1" {
			t.Fatalf("%+v: key %q, %v", v, m.Key, err)
		}
		decoded, err := q.sender.Decode(event.TopicOrders, m.Value)
		if err != nil {
			t.Fatal(err)
		}
		ids[decoded.Event.ID] = true
	}
	if len(ids) != 4 {
		t.Errorf("%d messages: %v", len(ids), ids)
	}
}
