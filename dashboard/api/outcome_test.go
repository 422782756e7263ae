package api_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"barometer/dashboard/api"
	"barometer/dashboard/dashboardtest"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
)

// TestWhatBecomesOfMessages is told to whoever waits for it: by the decisions of each message's own step, or that
// nothing is known yet.
func TestWhatBecomesOfMessages(t *testing.T) {
	f := dashboardtest.New()
	f.Policies = []dashboardtest.Policy{{ID: "P1", Holder: "ACME"}}
	for range 5 {
		f.Log(1, &event.Event{Kind: event.KindTick, Body: &event.Tick{}})
	}
	n := int64(0)
	f.OnSend = func(_ string, r kafkalog.Record) { // each is logged behind a copy of another's that is no home
		var m struct{ ID string }
		_ = json.Unmarshal(r.Value, &m)
		source := event.Source{Topic: event.TopicPayments, Incarnation: 1,
			Partition: uint32(kafkalog.PartitionOf(string(r.Key), dashboardtest.Partitions)), Offset: n}
		n++
		e := &event.Event{Kind: event.KindInvoiceDisputed, ID: m.ID, Key: "b1", Home: true, Source: source,
			Body: &event.InvoiceDisputed{}}
		if m.ID == "lost" {
			return
		}
		at := f.Log(1, e)
		switch m.ID {
		case "fine":
			d := dashboardtest.Exposed(1, at, "P1", "ACME", "b1", 1, 1)
			d.Last = true
			f.Publish(d)
		case "bad":
			for seq, of := range []event.Source{{Topic: event.TopicPayments, Partition: source.Partition, Offset: 99}, source} {
				f.Publish(decision.Decision{Position: event.Position{Generation: 1, Partition: 1, Offset: at, Seq: uint32(seq)},
					Kind: decision.InputRejected, Last: seq == 1, Body: &decision.Rejection{Reason: "overpaid", Detail: "by 10.00",
						Policy: "P1", Buyer: "b1", ID: m.ID, Source: of}})
			}
		case "late":
			d := dashboardtest.Exposed(1, at, "P1", "ACME", "b1", 2, 2)
			f.Log(1, &event.Event{Kind: event.KindTick, Body: &event.Tick{}})
			d.Last, d.Position.Offset = true, at+1
			f.Publish(d)
		}
	}
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople)
	said := func(id string) string {
		return strings.Replace(`{`+dashboardtest.OrderHead+dashboardtest.DisputedSaid+`}`, `"o1"`, fmt.Sprintf("%q", id), 1)
	}
	list := `[` + said("fine") + `,{"id":1},` + said("bad") + `,` + said("quiet") + `,` + said("late") + `]`
	for _, who := range []string{"ann", "acme"} {
		began := time.Now()
		status, answer, _ := c.As(who).Do("POST", "/v1/events?topic=risk.payments&wait=300ms", list)
		var a api.EventsAnswer
		if err := json.Unmarshal([]byte(answer), &a); err != nil || status != 200 || len(a.Outcomes) != 4 {
			t.Fatalf("%s: %d %s", who, status, answer)
		}
		for i, want := range []api.Outcome{{Index: 0, Status: "accepted"},
			{Index: 2, Status: "refused", Reason: "overpaid", Detail: "by 10.00"},
			{Index: 3, Status: "accepted"}, {Index: 4, Status: "accepted"}} {
			if who == "acme" {
				want.Detail = ""
			}
			if got := a.Outcomes[i]; got != want {
				t.Errorf("%s, message %d: %+v, want %+v", who, i, got, want)
			}
		}
		if took := time.Since(began); took > 250*time.Millisecond {
			t.Errorf("%s waited %v", who, took)
		}
	}
	status, answer, _ := c.As("acme").Do("POST", "/v1/events?topic=risk.payments&wait=100ms",
		`[`+said("quiet")+`,`+said("lost")+`]`)
	if status != 200 || strings.Count(answer, `"pending"`) != 2 {
		t.Errorf("of what nothing is known: %d %s", status, answer)
	}
	if _, answer, _ := c.As("acme").Do("POST", "/v1/events?topic=risk.payments", said("fine")); strings.Contains(answer,
		"outcomes") {
		t.Errorf("without waiting: %s", answer)
	}
	if status, _, _ := c.Do("POST", "/v1/events?topic=risk.payments&wait=soon", said("fine")); status != 401 {
		t.Errorf("nobody waits: %d", status)
	}
	if status, _, _ := c.As("ann").Do("POST", "/v1/events?topic=risk.payments&wait=soon", said("fine")); status != 400 {
		t.Errorf("a wait that is none: %d", status)
	}
}
