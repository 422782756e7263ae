package quota

import (
	"strconv"
	"testing"
	"time"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// TestADayOfPreliminaryRequestsTurns with log time, and what is remembered is bounded.
func TestADayOfPreliminaryRequestsTurns(t *testing.T) {
	q := &Quotas{perDay: 2}
	q.heard(100, []string{"P1"}, map[string][][2]string{"P1": {{"a"}, {"b"}, {"c"}}})
	if q.preliminary("P1", [2]string{"d"}) || !q.preliminary("P1", [2]string{"a"}) {
		t.Error("the day's are not counted")
	}
	if unread, _ := q.unread(100, []string{"P1", "P2"}); len(unread) != 1 {
		t.Errorf("asked again about %q", unread)
	}
	if _, day := q.unread(99, nil); day != 100 {
		t.Errorf("the day went back to %v", day)
	}
	late := decision.Decision{AtMs: event.Day(99).Ms(), Kind: decision.LimitDecided,
		Body: &decision.Limit{Policy: "P9", Request: "x", RequestKind: event.RequestPreliminary}}
	q.Saw(&late)
	if q.asked["P9"] != nil {
		t.Error("the day before is counted")
	}
	q.unread(101, nil)
	if !q.preliminary("P1", [2]string{"d"}) {
		t.Error("the next day begins with the last one's")
	}
	for i := range mostAskers + 10 {
		q.preliminary(strconv.Itoa(i), [2]string{"a"})
		q.minute(strconv.Itoa(i), time.Now())
	}
	if len(q.asked) > mostAskers || len(q.minutes) > mostAskers {
		t.Errorf("%d and %d are remembered", len(q.asked), len(q.minutes))
	}
}

// TestRequestsOfAMinute: sixty of a policy in any minute.
func TestRequestsOfAMinute(t *testing.T) {
	var q Quotas
	now := time.Now()
	for i := range requestsPerMinute {
		if wait := q.minute("P1", now.Add(time.Duration(i)*time.Second/2)); wait != 0 {
			t.Fatalf("request %d waits %v", i, wait)
		}
	}
	if wait := q.minute("P1", now.Add(30*time.Second)); wait != 30*time.Second {
		t.Errorf("one more waits %v", wait)
	}
	if q.minute("P2", now) != 0 || q.minute("P1", now.Add(time.Minute)) != 0 || q.minute("P1", now.Add(time.Minute)) == 0 {
		t.Error("another policy waits, or the first minute's end frees not one")
	}
}
