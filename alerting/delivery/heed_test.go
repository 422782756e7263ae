package delivery

import (
	"fmt"
	"testing"
	"time"
)

// TestAReceiverThatAsksForTimeGetsIt: neither the letter that it answered nor another one to it is attempted before,
// and it costs no letter more than its three days.
func TestAReceiverThatAsksForTimeGetsIt(t *testing.T) {
	begin := time.Unix(1_700_000_000, 0)
	c, now := NewCore(4), begin
	for n := range 2 {
		c.Add(&Pending{ID: fmt.Sprint("n", n), Subscription: "s", Target: "busy", Buyers: []string{fmt.Sprint("b", n)}})
	}
	c.Add(&Pending{ID: "other", Subscription: "s2", Target: "idle", Buyers: []string{"b"}})
	started := c.Start(now)
	if len(started) != 3 {
		t.Fatalf("%d start", len(started))
	}
	for _, p := range started {
		result := Result{OK: true}
		if p.Target == "busy" {
			result = Result{Status: 429, RetryAfter: time.Minute}
		}
		c.Done(p, result, now)
		c.Written(p)
	}
	c.Add(&Pending{ID: "new", Subscription: "s", Target: "busy", Buyers: []string{"b9"}})
	for _, later := range []time.Duration{0, 10 * time.Second, 59 * time.Second} {
		if early := c.Start(begin.Add(later)); len(early) > 0 {
			t.Errorf("%s is attempted after %v", early[0].ID, later)
		}
	}
	if due, any := c.Wake(); !any || due.Before(begin.Add(time.Minute)) || due.After(begin.Add(time.Minute)) {
		t.Errorf("it wakes at %v", due)
	}
	if again := c.Start(begin.Add(time.Minute)); len(again) != 1 {
		t.Errorf("%d attempts to a receiver that failed, want one", len(again))
	}
}

// TestWhatAReceiverAsksForIsBounded: a day at most, and one last attempt when the three days are over.
func TestWhatAReceiverAsksForIsBounded(t *testing.T) {
	c, begin := NewCore(1), time.Unix(1_700_000_000, 0)
	c.Add(&Pending{ID: "n", Subscription: "s", Target: "t", Buyers: []string{"b"}})
	now, waits := begin, []time.Duration{}
	for {
		start := c.Start(now)
		if len(start) != 1 {
			t.Fatalf("nothing starts after %v", now.Sub(begin))
		}
		s := c.Done(start[0], Result{Status: 503, RetryAfter: 1000 * time.Hour}, now)
		c.Written(start[0])
		if s.Ended() {
			if s.Reason != ReasonTimeUp || now.Sub(begin) != giveUpAfter {
				t.Errorf("%s after %v", s.Reason, now.Sub(begin))
			}
			break
		}
		waits, now = append(waits, s.NextAt.Sub(now)), *s.NextAt
	}
	if fmt.Sprint(waits) != "[24h0m0s 24h0m0s 24h0m0s]" {
		t.Errorf("it waits %v", waits)
	}
}

// TestAChannelWithABoundKeepsIt, and takes letters in the order of their coming.
func TestAChannelWithABoundKeepsIt(t *testing.T) {
	c, now := NewCore(100), time.Unix(0, 0)
	c.Bound("email", 3)
	for n := range 20 {
		c.Add(&Pending{ID: fmt.Sprint("mail", n), Channel: "email", Subscription: "s", Target: fmt.Sprint("t", n%7),
			Buyers: []string{fmt.Sprint(n)}})
	}
	for n := range 5 {
		c.Add(&Pending{ID: fmt.Sprint("hook", n), Channel: "webhook", Subscription: "s", Target: "h",
			Buyers: []string{fmt.Sprint("h", n)}})
	}
	var order []string
	flight := c.Start(now)
	if len(flight) != 8 {
		t.Fatalf("%d start, want three mails and five webhooks", len(flight))
	}
	for len(flight) > 0 {
		p := flight[0]
		flight = flight[1:]
		if p.Channel == "email" {
			order = append(order, p.ID)
		}
		c.Done(p, Result{OK: true}, now)
		c.Written(p)
		flight = append(flight, c.Start(now)...)
		mails := 0
		for _, p := range flight {
			if p.Channel == "email" {
				mails++
			}
		}
		if mails > 3 {
			t.Fatalf("%d mails at once", mails)
		}
	}
	if len(order) != 20 || order[5] != "mail5" || order[19] != "mail19" || c.Len() != 0 {
		t.Errorf("sent %v, %d left", order, c.Len())
	}
}
