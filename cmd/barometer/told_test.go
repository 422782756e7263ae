package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"barometer/alerting/delivery"
	"barometer/alerting/notice"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
)

// compareNotifications wants the receiver to have each change of its holder once, under one id, whatever was refused,
// and nothing that does not follow from the log (I4).
func (a *audit) compareNotifications(hooks *receiver) {
	a.t.Helper()
	follow, cut := a.changes()
	if len(cut) < 10 {
		a.t.Errorf("%d changes for the holder: this run showed nothing", len(cut))
	}
	a.p.eventually(60*time.Second, "the receiver has each change once", func() error {
		taken, _ := hooks.changes(a.t, hooks.bodies)
		for c, n := range cut {
			if len(taken[c]) < n {
				return fmt.Errorf("%+v was taken under %v, want %d times", c, taken[c], n)
			}
		}
		return nil
	})
	sent, sequences := hooks.changes(a.t, hooks.seen)
	for c, ids := range sent {
		if len(ids) > follow[c] {
			a.t.Errorf("%+v follows %d times and came under %d ids: %v", c, follow[c], len(ids), ids)
		}
	}
	for n, ids := range sequences {
		if len(ids) > 1 {
			a.t.Errorf("sequence %d came under the ids %v", n, ids)
		}
	}
	a.compareDeliveries(hooks)
	hooks.mu.Lock()
	defer hooks.mu.Unlock()
	if len(hooks.wrong) > 0 {
		a.t.Errorf("the receiver complains: %v", hooks.wrong)
	}
	a.t.Logf("%d changes in %d notifications, %d requests", len(sent), len(hooks.bodies), hooks.requests)
}

// changes are those of the holder, with how often each follows from the log: all, and those up to the last cut, which
// have to be told by now.
func (a *audit) changes() (follow, cut map[change]int) {
	follow, cut = map[change]int{}, map[change]int{}
	for p := range a.logs {
		for _, r := range a.logs[p].expect {
			var d decision.Decision
			if err := decision.Decode(r.Value, &d); err != nil {
				a.t.Fatal(err)
			}
			c, holders := notice.From(&d)
			if !slices.Contains(holders, holder) {
				continue
			}
			key := said(&c)
			if follow[key]++; d.Position.Offset < a.logs[p].next {
				cut[key]++
			}
		}
	}
	return follow, cut
}

// said is what a webhook is to say of a change.
func said(c *notice.Change) change {
	at := time.UnixMilli(c.AtMs).UTC().Format("2006-01-02T15:04:05.000Z")
	k := change{Type: c.Kind.String(), Buyer: c.Buyer, At: at}
	switch c.Kind {
	case decision.LimitDecided:
		k.Policy, k.Code, k.Request = c.Limit.Policy, c.Limit.Code.String(), c.Limit.Request
	case decision.CoverChanged:
		k.Policy, k.Code = c.Cover.Policy, c.Cover.Code.String()
	case decision.DeadlineNear:
		k.Policy = c.Deadline.Policy
	case decision.CaseChanged:
		k.Policy = c.Case.Policy
	case decision.ClaimDecided:
		k.Policy = c.Claim.Policy
	}
	return k
}

// compareDeliveries wants every letter of risk.deliveries to be delivered, stored with one content, and the receiver to
// have got exactly those of its holder, with the bytes that are stored.
func (a *audit) compareDeliveries(hooks *receiver) {
	a.t.Helper()
	a.p.eventually(30*time.Second, "every letter is delivered", func() error {
		letters, states := a.deliveries()
		return delivered(letters, states, hooks)
	})
}

func (a *audit) deliveries() (letters map[string]delivery.Letter, states map[string]delivery.State) {
	letters, states = map[string]delivery.Letter{}, map[string]delivery.State{}
	_, err := a.client.ReadAll(a.context(), kafkalog.TopicDeliveries, func(_ int, r kafkalog.Record) error {
		id, isState := strings.CutSuffix(string(r.Key), "/state")
		if isState {
			var s delivery.State
			err := json.Unmarshal(r.Value, &s)
			states[id] = s
			return err
		}
		var l delivery.Letter
		if err := json.Unmarshal(r.Value, &l); err != nil {
			return err
		}
		if before, ok := letters[id]; ok && before.Body != l.Body {
			a.t.Errorf("letter %s is stored with two contents", id)
		}
		letters[id] = l
		return nil
	})
	if err != nil {
		a.t.Fatal(err)
	}
	return letters, states
}

func delivered(letters map[string]delivery.Letter, states map[string]delivery.State, hooks *receiver) error {
	hooks.mu.Lock()
	defer hooks.mu.Unlock()
	for id, l := range letters {
		if s := states[id]; s.Status != delivery.Delivered {
			return fmt.Errorf("letter %s is %q %s", id, s.Status, s.Reason)
		}
		if l.Target == hooks.url && hooks.bodies[id] != l.Body {
			return fmt.Errorf("letter %s is marked as delivered, and the receiver has %q of it", id, hooks.bodies[id])
		}
	}
	for id := range hooks.seen {
		if _, ok := letters[id]; !ok {
			return fmt.Errorf("the receiver was told %s, which risk.deliveries do not hold", id)
		}
	}
	return nil
}

// TestADeliveryThatIsMissingIsFound shows that the comparison can fail.
func TestADeliveryThatIsMissingIsFound(t *testing.T) {
	hooks := &receiver{url: "u", bodies: map[string]string{"1": "b"}, seen: map[string]string{"1": "b"}}
	letters := map[string]delivery.Letter{"1": {Target: "u", Body: "b"}}
	states := map[string]delivery.State{"1": {Status: delivery.Delivered}}
	if err := delivered(letters, states, hooks); err != nil {
		t.Error(err)
	}
	hooks.seen["2"] = "b" // a second id for the same
	if delivered(letters, states, hooks) == nil {
		t.Error("an id that is not stored is taken")
	}
	delete(hooks.seen, "2")
	letters["3"] = delivery.Letter{Target: "u", Body: "c"}
	states["3"] = delivery.State{Status: delivery.Delivered}
	if delivered(letters, states, hooks) == nil {
		t.Error("a letter that nobody got is taken as delivered")
	}
}
