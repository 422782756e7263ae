package group

import (
	"fmt"
	"testing"

	"barometer/alerting/notice"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/runner"
)

// TestWhatASubscriptionIsToldBeforeAndAfterItIsConfirmed, while it is disabled, and of tests; a snapshot changes
// nothing.
func TestWhatASubscriptionIsToldBeforeAndAfterItIsConfirmed(t *testing.T) {
	state := func(offset int64, unconfirmed, paused bool, tests uint32) *notice.Item {
		item := subscribed(offset, "h1", "s", notice.Info, false, decision.LimitDecided)
		item.Subscription.Unconfirmed, item.Subscription.Paused, item.Subscription.Tests = unconfirmed, paused, tests
		item.Subscription.Channel = notice.Email
		return item
	}
	items := []*notice.Item{
		state(0, true, false, 0), // it is asked
		changed(0, 1, "h1", cancelled("b1")),
		state(1, true, false, 1), // nobody is sent a test before
		state(2, true, false, 1), // and asked again it is not
		state(3, false, false, 1),
		changed(0, 2, "h1", cancelled("b2")),
		state(3, false, false, 2), // appended twice
		state(4, false, false, 3),
		state(5, false, true, 3),
		changed(0, 3, "h1", cancelled("b3")), // disabled meanwhile
		state(6, false, true, 4),
		state(7, false, false, 4),
		changed(0, 4, "h1", cancelled("b4")),
	}
	for snapshot := range items {
		var got []string
		f := NewFold(config)
		for i, item := range items {
			if i == snapshot {
				again := NewFold(config)
				if err := again.RestoreState(encoded(f.Capture())); err != nil {
					t.Fatal(err)
				}
				f = again
			}
			err := f.Step(int64(i), item.Encode(), func(o runner.Output) {
				n, err := notice.DecodeNotification(o.Value)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, fmt.Sprint(i, " ", n.Type(), " ", n.Sequence))
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		want := "[0 subscription.confirmation 1 5 limit.decided 2 7 subscription.test 3 12 limit.decided 4]"
		if fmt.Sprint(got) != want {
			t.Errorf("snapshot before %d: %v, want %s", snapshot, got, want)
		}
	}
	if _, err := notice.DecodeNotification((&notice.Notification{ID: "x", Purpose: 9, Source: event.Source{Offset: 1}}).
		Encode()); err == nil {
		t.Error("an unknown purpose is taken")
	}
}
