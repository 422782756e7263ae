package historytest

import (
	"context"
	"fmt"
	"time"

	"barometer/ingest/event"
	"barometer/storage/history"
)

// notes are what two policyholders are told, by ids that say nothing of their order.
func notes() []history.Notification {
	note := func(id, holder, subscription string, n int, sequence uint64, state string,
		buyers ...string) history.Notification {
		return history.Notification{ID: id, Holder: holder, Subscription: subscription, Channel: "webhook",
			Type: "score.changed", Buyers: buyers, Sequence: sequence, At: time.UnixMilli(day(n).Ms()).UTC(), State: state}
	}
	all := []history.Notification{note("n4", "H1", "s1", 1, 1, "delivered", "b1"), note("n1", "H2", "s2", 2, 1, "waiting",
		"b2"), note("n3", "H1", "s1", 2, 2, "gave_up", "b1", "b2"), note("n2", "H1", "s3", 2, 2, "retrying", "b2"),
		note("n5", "H1", "s1", 3, 3, "waiting", "b3")}
	all[2].Reason = "time_up"
	all[2].Attempts = []history.Attempt{{At: time.UnixMilli(day(2).Ms() + 7).UTC(), Status: 503, Answer: "away",
		TookMs: 12}}
	return all
}

func notifications(q history.NotificationQuery) func(context.Context, history.Store) (string, error) {
	if q.Limit == 0 {
		q.Limit = 9
	}
	return func(ctx context.Context, s history.Store) (string, error) {
		all, err := s.Notifications(ctx, q)
		return joined(all, func(n history.Notification) string { return n.ID }), err
	}
}

var holderQuestions = []question{
	{"notifications, the newest first", notifications(history.NotificationQuery{}), "n5 n2 n3 n1 n4"},
	{"notifications of a holder", notifications(history.NotificationQuery{Holder: "H2"}), "n1"},
	{"notifications of a subscription", notifications(history.NotificationQuery{Subscription: "s1"}), "n5 n3 n4"},
	{"notifications about a buyer", notifications(history.NotificationQuery{Buyer: "b2"}), "n2 n3 n1"},
	{"notifications that wait", notifications(history.NotificationQuery{State: "waiting"}), "n5 n1"},
	{"the next notifications", notifications(history.NotificationQuery{Limit: 2, Before: &history.NotificationCursor{
		At: time.UnixMilli(day(2).Ms()), Sequence: 2, Subscription: "s3"}}), "n3 n1"},
	{"a notification", func(ctx context.Context, s history.Store) (string, error) {
		n, err := s.Notification(ctx, "n3")
		none, wrong := s.Notification(ctx, "n9")
		if n == nil {
			return "none", err
		}
		return fmt.Sprint(n.State, " ", n.Reason, " ", n.Buyers, " ", n.Attempts, " ", none == nil, wrong), err
	}, "gave_up time_up [b1 b2] [{2026-03-02 00:00:00.007 +0000 UTC 503 away 12}] true <nil>"},
	{"languages of holders", func(ctx context.Context, s history.Store) (string, error) {
		tag, err := s.HolderLanguage(ctx, "H1")
		none, wrong := s.HolderLanguage(ctx, "H9")
		return fmt.Sprintf("%q %q %v", tag, none, wrong), err
	}, `"nl" "" <nil>`},
	{"ends of policies", func(ctx context.Context, s history.Store) (string, error) {
		ends, err := s.PolicyEnds(ctx, []string{"P1", "P3", "P9"}, day(today))
		return fmt.Sprint(ends), err
	}, "map[P3:2026-03-09]"},
	{"a policy on its last day", func(ctx context.Context, s history.Store) (string, error) {
		ends, err := s.PolicyEnds(ctx, []string{"P3"}, day(today-1))
		return fmt.Sprint(ends), err
	}, "map[]"},
	{"ends of other policies", func(ctx context.Context, s history.Store) (string, error) {
		ends, err := s.PolicyEnds(ctx, []string{"P1"}, day(today))
		return fmt.Sprint(ends), err
	}, "map[]"},
	{"exchange rates", func(ctx context.Context, s history.Store) (string, error) {
		rates, err := s.Rates(ctx, []string{"USD", "XXX"}, time.UnixMilli(RatesMoveOn.Ms()))
		return fmt.Sprint(rates), err
	}, "map[USD:[109000000 100000000]]"},
	{"names of some buyers", func(ctx context.Context, s history.Store) (string, error) {
		names, err := s.Names(ctx, []string{"b2", "b9"})
		return fmt.Sprint(names), err
	}, "map[b2:Stahl Müller GmbH]"},
}

// RatesMoveOn is the day from which the later one of two exchange rates counts.
var RatesMoveOn event.Day = day(5)
