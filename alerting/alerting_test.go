package alerting

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"barometer/alerting/delivery"
	"barometer/alerting/email"
	"barometer/alerting/route"
	"barometer/alerting/subscription"
	"barometer/ingest/kafkalog"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// TestAnInsolvencyReachesWebhookAndMailbox is the whole way, from what the fold decided to a verified webhook and an
// e-mail.
func TestAnInsolvencyReachesWebhookAndMailbox(t *testing.T) {
	i := install(t)
	i.name("Vermeer Bouw BV")
	_, secret := i.subscribe(subscription.Draft{Channel: "webhook", Target: i.receiver.URL})
	i.subscribe(subscription.Draft{Channel: "email", Target: "credit@example.com", Language: "nl",
		MinimumSeverity: "critical", Vouched: true})
	defer i.start()()
	i.decide(insolvency()...)
	i.receiver.wait(t)

	got := i.receiver.all()[0]
	hook, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	if err := hook.Verify(got.body, got.header); err != nil {
		t.Errorf("the library refuses the signature: %v", err)
	}
	var body struct {
		Type string
		Data struct {
			Sequence int
			Changes  []map[string]any
		}
	}
	if err := json.Unmarshal(got.body, &body); err != nil {
		t.Fatal(err)
	}
	if body.Type != "score.changed" || body.Data.Sequence != 1 || len(body.Data.Changes) != 2 ||
		body.Data.Changes[0]["grade"] != 10.0 ||
		body.Data.Changes[0]["scale"] != "1 (best) to 10 (insolvent)" || body.Data.Changes[1]["code"] != "cancelled" ||
		body.Data.Changes[1]["buyer_name"] != "Vermeer Bouw BV" {
		t.Errorf("body %s", got.body)
	}
	for _, secret := range []string{"47114", "81551", "42246", "holder-2", "capacity", "overhang"} {
		if strings.Contains(string(got.body), secret) {
			t.Errorf("the body tells %q: %s", secret, got.body)
		}
	}
	var mails []email.Entry
	eventually(t, "an e-mail", func() bool {
		mails, err = email.List(i.cfg.Folder, 10)
		return err != nil || len(mails) > 0
	})
	if err != nil || len(mails) != 1 || !strings.HasPrefix(mails[0].Subject, "Insolventie, score 10") ||
		!strings.Contains(mails[0].Subject, "Vermeer Bouw BV") || mails[0].To != "<credit@example.com>" {
		t.Errorf("e-mail %+v, %v", mails, err)
	}
	eventually(t, "both delivered", func() bool {
		list := i.notifications.List("holder-1", "", 10)
		return len(list) == 2 && list[0].State.Status == delivery.Delivered && list[1].State.Status == delivery.Delivered
	})
}

// TestABadRecordStopsItsPartitionAlone: one of the decisions, and one of the letters; the other partition's reach their
// receivers, the role goes on, and an operator sees which are stopped.
func TestABadRecordStopsItsPartitionAlone(t *testing.T) {
	i := install(t)
	i.name("Acme")
	i.subscribe(subscription.Draft{Channel: "webhook", Target: i.receiver.URL})
	home := kafkalog.PartitionOf("holder-1", partitions)
	bad := map[string]int{kafkalog.TopicDecisions: 1, kafkalog.TopicDeliveries: 1 - home}
	for topic, partition := range bad {
		record := kafkalog.Record{Key: []byte("b1"), Value: []byte("\xff\xffnot one of ours")}
		if _, err := i.client.Append(t.Context(), topic, partition, []kafkalog.Record{record}); err != nil {
			t.Fatal(err)
		}
	}
	var said strings.Builder
	i.cfg.Logger = slog.New(slog.NewTextHandler(&said, nil))
	i.cfg.Routed, i.cfg.Sent = kafkalog.NewPositions(nil, "route"), kafkalog.NewPositions(nil, Role)
	stop := i.start()
	routed, sent := kafkalog.TopicPartition{Topic: kafkalog.TopicDecisions, Partition: 1},
		kafkalog.TopicPartition{Topic: kafkalog.TopicNotifications, Partition: 1 - home}
	eventually(t, "both partitions stop", func() bool { return i.cfg.Routed.Stopped(routed) && i.cfg.Sent.Stopped(sent) })
	i.decide(insolvency()...)
	i.receiver.wait(t)
	if err := i.cfg.Routed.Ready(); err == nil || !strings.Contains(err.Error(), "risk.decisions/1 is stopped") {
		t.Errorf("ready says %v", err)
	}
	stop()
	if n := strings.Count(said.String(), "partition stopped; it needs an operator"); n != 2 {
		t.Errorf("the log tells of %d partitions:\n%s", n, said.String())
	}
}

// TestTheGroupsSeeHowFarAlertingIs: both commit the ends of what they read, within seconds.
func TestTheGroupsSeeHowFarAlertingIs(t *testing.T) {
	i := install(t)
	i.subscribe(subscription.Draft{Channel: "webhook", Target: i.receiver.URL})
	defer i.start()()
	i.decide(insolvency()...)
	i.receiver.wait(t)
	for group, topic := range map[string]string{route.Group: kafkalog.TopicDecisions, Group: kafkalog.TopicNotifications} {
		eventually(t, group+" has committed the ends of "+topic, func() bool {
			ends, err := i.client.Ends(t.Context(), topic)
			committed, cerr := i.client.Committed(t.Context(), group, topic)
			for p := range ends {
				if err != nil || cerr != nil || ends[p] > 0 && committed[p] != ends[p] {
					return false
				}
			}
			return err == nil && slices.Max(ends) > 0
		})
	}
}

// TestRestartsDoubleNothing stops and starts the role while decisions come, some of them twice.
func TestRestartsDoubleNothing(t *testing.T) {
	i := install(t)
	i.name("Acme")
	i.subscribe(subscription.Draft{Channel: "webhook", Target: i.receiver.URL})
	const rounds, each = 5, 8
	for round := range rounds {
		stop := i.start()
		for n := range each {
			i.decide(raised(int64(round*each+n+1) * 1000_00))
		}
		if round == rounds-1 {
			eventually(t, "all delivered", func() bool {
				delivered := 0
				for _, n := range i.notifications.List("", "", 1000) {
					if n.State.Status == delivery.Delivered {
						delivered++
					}
				}
				return delivered == rounds*each
			})
		} else {
			time.Sleep(time.Duration(100+50*round) * time.Millisecond)
		}
		stop()
	}
	ids, bodies := map[string]string{}, map[string]string{}
	var sequence []int
	for _, r := range i.receiver.all() {
		var body struct {
			Data struct {
				Sequence int
				Changes  []struct{ Granted string }
			}
		}
		if err := json.Unmarshal(r.body, &body); err != nil {
			t.Fatal(err)
		}
		id, thing := r.header.Get("webhook-id"), body.Data.Changes[0].Granted
		if ids[thing] != "" && ids[thing] != id {
			t.Errorf("a second id for %s", thing)
		}
		if bodies[id] != "" && bodies[id] != string(r.body) {
			t.Errorf("%s was sent with other bytes", id)
		}
		if bodies[id] == "" {
			sequence = append(sequence, body.Data.Sequence)
		}
		ids[thing], bodies[id] = id, string(r.body)
	}
	if len(ids) != rounds*each || !slices.IsSorted(sequence) {
		t.Errorf("%d things told, want %d; in the order %v", len(ids), rounds*each, sequence)
	}
}

// TestGoneDisablesAndFailuresAreRepeated has a receiver that fails once, takes the next, and then is gone.
func TestGoneDisablesAndFailuresAreRepeated(t *testing.T) {
	i := install(t)
	sub, _ := i.subscribe(subscription.Draft{Channel: "webhook", Target: i.receiver.URL})
	i.receiver.answer = func(int) int { return http.StatusGone }
	defer i.start()()
	i.decide(raised(1000_00))
	i.receiver.wait(t)
	eventually(t, "disabled", func() bool {
		s, err := i.subscriptions.Get("holder-1", sub.ID)
		return err == nil && s.Disabled && s.DisabledReason == delivery.ReasonGone
	})
	eventually(t, "given up", func() bool {
		list := i.notifications.List("holder-1", "", 10)
		return len(list) == 1 && list[0].State.Status == delivery.GaveUp && list[0].State.Reason == delivery.ReasonGone
	})
}

// TestRedeliverSendsTheSameBytes asks for a delivered notification again.
func TestRedeliverSendsTheSameBytes(t *testing.T) {
	i := install(t)
	i.subscribe(subscription.Draft{Channel: "webhook", Target: i.receiver.URL})
	defer i.start()()
	i.decide(raised(1000_00))
	i.receiver.wait(t)
	var id string
	eventually(t, "delivered", func() bool {
		list := i.notifications.List("holder-1", "", 10)
		if len(list) == 1 && list[0].State.Status == delivery.Delivered {
			id = list[0].ID
		}
		return id != ""
	})
	if err := i.notifications.Redeliver(t.Context(), "holder-2", id, nil); err == nil {
		t.Error("another holder may redeliver")
	}
	if err := i.notifications.Redeliver(t.Context(), "holder-1", id, nil); err != nil {
		t.Fatal(err)
	}
	i.receiver.wait(t)
	got := i.receiver.all()
	if string(got[0].body) != string(got[1].body) || got[0].header.Get("webhook-id") != got[1].header.Get("webhook-id") {
		t.Errorf("redelivered %s, first %s", got[1].body, got[0].body)
	}
	eventually(t, "two attempts", func() bool {
		list := i.notifications.List("holder-1", "", 10)
		return list[0].State.Status == delivery.Delivered && len(list[0].State.Attempts) == 2
	})
}

// TestLatency prints how long one decision takes to its webhook on an idle installation.
func TestLatency(t *testing.T) {
	i := install(t)
	i.name("Acme")
	i.subscribe(subscription.Draft{Channel: "webhook", Target: i.receiver.URL})
	defer i.start()()
	i.decide(raised(1000_00))
	i.receiver.wait(t)
	var took []time.Duration
	for n := range 40 {
		started := time.Now()
		i.decide(raised(int64(n+2) * 1000_00))
		i.receiver.wait(t)
		took = append(took, time.Since(started))
	}
	slices.Sort(took)
	t.Logf("decision to webhook: p50 %v, p90 %v, most %v", took[len(took)/2], took[len(took)*9/10], took[len(took)-1])
}
