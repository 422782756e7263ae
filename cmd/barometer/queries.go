package main

import (
	"context"
	"time"

	"barometer/dashboard"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage"
)

// store shows storage's queries to the dashboard in the dashboard's own types, which have the same fields.
type store struct{ db *storage.DB }

func (s store) Buyers(ctx context.Context, q dashboard.BuyerQuery) ([]dashboard.Buyer, error) {
	rows, err := s.db.Buyers(ctx, storage.BuyerQuery{Search: q.Search, Grade: q.Grade, Country: q.Country,
		After: (*storage.BuyerCursor)(q.After), Limit: q.Limit})
	return each(rows, func(b storage.Buyer) dashboard.Buyer { return dashboard.Buyer(b) }), err
}

func (s store) HolderBuyers(ctx context.Context, q dashboard.HolderBuyerQuery) ([]dashboard.Buyer, error) {
	rows, err := s.db.HolderBuyers(ctx, storage.HolderBuyerQuery{Holder: q.Holder, On: q.On, Since: q.Since, ID: q.ID,
		Search: q.Search, Grade: q.Grade, Country: q.Country, After: (*storage.HolderBuyerCursor)(q.After), Limit: q.Limit})
	return each(rows, func(b storage.Buyer) dashboard.Buyer { return dashboard.Buyer(b) }), err
}

func (s store) HolderLanguage(ctx context.Context, holder string) (string, error) {
	return s.db.HolderLanguage(ctx, holder)
}

func (s store) Buyer(ctx context.Context, id string) (*dashboard.Buyer, error) {
	b, err := s.db.Buyer(ctx, id)
	return (*dashboard.Buyer)(b), err
}

func (s store) Names(ctx context.Context, buyers []string) (map[string]string, error) {
	return s.db.Names(ctx, buyers)
}

func (s store) Decisions(ctx context.Context, q dashboard.DecisionQuery) ([]decision.Decision, error) {
	return s.db.Decisions(ctx, storage.DecisionQuery{Kinds: q.Kinds, Buyer: q.Buyer, Policy: q.Policy, Holder: q.Holder,
		Moved: q.Moved, Request: q.Request, ID: q.ID, Above: q.Above, From: q.From,
		Before: (*storage.DecisionCursor)(q.Before), Limit: q.Limit})
}

func (s store) LimitsNow(ctx context.Context, q dashboard.LimitQuery) ([]decision.Decision, error) {
	return s.db.LimitsNow(ctx, storage.LimitQuery{Policy: q.Policy, Buyer: q.Buyer, Holder: q.Holder, Policies: q.Policies,
		Buyers: q.Buyers, On: q.On, After: (*storage.LimitCursor)(q.After), Limit: q.Limit})
}

func (s store) LimitSums(ctx context.Context, q dashboard.LimitSumQuery, on event.Day) ([]dashboard.LimitSum, error) {
	rows, err := s.db.LimitSums(ctx, storage.LimitSumQuery(q), on)
	return each(rows, func(l storage.LimitSum) dashboard.LimitSum { return dashboard.LimitSum(l) }), err
}

func (s store) LimitStates(ctx context.Context, q dashboard.LimitQuery) ([]dashboard.LimitState, error) {
	rows, err := s.db.LimitStates(ctx, storage.LimitQuery{Policy: q.Policy, Buyer: q.Buyer, Holder: q.Holder,
		Policies: q.Policies, Buyers: q.Buyers, After: (*storage.LimitCursor)(q.After), Limit: q.Limit})
	return each(rows, func(l storage.LimitState) dashboard.LimitState { return dashboard.LimitState(l) }), err
}

func (s store) Orders(ctx context.Context, q dashboard.OrderQuery) ([]dashboard.Order, error) {
	rows, err := s.db.Orders(ctx, storage.OrderQuery{Types: q.Types, ID: q.ID, Policy: q.Policy, Buyer: q.Buyer,
		Country: q.Country, Review: q.Review, Who: q.Who, Before: (*storage.OrderCursor)(q.Before), Limit: q.Limit})
	return each(rows, func(o storage.Order) dashboard.Order { return dashboard.Order(o) }), err
}

func (s store) Exposures(ctx context.Context, q dashboard.ExposureQuery) ([]decision.Decision, error) {
	return s.db.Exposures(ctx, storage.ExposureQuery(q))
}

func (s store) Reviews(ctx context.Context, q dashboard.ReviewQuery) ([]dashboard.Review, error) {
	rows, err := s.db.Reviews(ctx, storage.ReviewQuery{ID: q.ID, Buyer: q.Buyer, Open: q.Open,
		After: (*storage.ReviewCursor)(q.After), Limit: q.Limit})
	return each(rows, reviewOf), err
}

func (s store) News(ctx context.Context, buyer string, limit int) ([]dashboard.NewsItem, error) {
	rows, err := s.db.News(ctx, buyer, limit)
	return each(rows, func(n storage.NewsItem) dashboard.NewsItem { return dashboard.NewsItem(n) }), err
}

func (s store) Cover(ctx context.Context, policy, buyer string, deliveredOn event.Day,
	knownAt time.Time) (dashboard.Cover, error) {
	c, err := s.db.Cover(ctx, policy, buyer, deliveredOn, knownAt)
	return dashboard.Cover{UpTo: c.UpTo, Currency: c.Currency, Percentage: c.Percentage, Decision: c.Decision,
		Reason: c.Reason, Limit: dashboard.CoverLimit(c.Limit), StoppedBy: c.StoppedBy, Refused: c.Refused,
		AtWill: dashboard.CoverOrder(c.AtWill),
		Orders: each(c.Orders, func(o storage.CoverOrder) dashboard.CoverOrder { return dashboard.CoverOrder(o) }),
		Ended:  c.Ended, Delivered: c.Delivered, Disputed: c.Disputed, Late: c.Late}, err
}

func (s store) Barometers(ctx context.Context, policy string, from time.Time) ([]dashboard.Barometer, error) {
	rows, err := s.db.Barometers(ctx, policy, from)
	return each(rows, func(b storage.Barometer) dashboard.Barometer { return dashboard.Barometer(b) }), err
}

func (s store) Model(ctx context.Context) (*dashboard.Model, error) {
	m, err := s.db.Model(ctx)
	return (*dashboard.Model)(m), err
}

func (s store) Groups(ctx context.Context, group string, after *dashboard.GroupCursor, limit int) ([]dashboard.Group,
	error) {
	rows, err := s.db.Groups(ctx, group, (*storage.GroupCursor)(after), limit)
	return each(rows, func(g storage.BuyerGroup) dashboard.Group { return dashboard.Group(g) }), err
}

func (s store) GroupOf(ctx context.Context, buyer string) (string, error) {
	return s.db.GroupOf(ctx, buyer)
}

func (s store) GroupMembers(ctx context.Context, group string, limit int) ([]dashboard.GroupMember, error) {
	rows, err := s.db.GroupMembers(ctx, group, limit)
	return each(rows, func(m storage.GroupMember) dashboard.GroupMember { return dashboard.GroupMember(m) }), err
}

func (s store) PolicyEnds(ctx context.Context, policies []string, on event.Day) (map[string]event.Day, error) {
	return s.db.PolicyEnds(ctx, policies, on)
}

func (s store) HolderPolicies(ctx context.Context, holder string, limit int) ([]string, error) {
	return s.db.HolderPolicies(ctx, holder, limit)
}

func (s store) Preliminaries(ctx context.Context, policies []string, from time.Time, limit int) (map[string][][2]string,
	error) {
	return s.db.Preliminaries(ctx, policies, from, limit)
}

func (s store) Rates(ctx context.Context, currencies []string, before time.Time) (map[string][2]int64, error) {
	return s.db.Rates(ctx, currencies, before)
}

func (s store) Request(ctx context.Context, policy, request string) (*dashboard.Request, error) {
	r, err := s.db.Request(ctx, policy, request)
	return (*dashboard.Request)(r), err
}

func (s store) Grades(ctx context.Context) ([]dashboard.GradeCount, error) {
	rows, err := s.db.Grades(ctx)
	return each(rows, func(c storage.GradeCount) dashboard.GradeCount { return dashboard.GradeCount(c) }), err
}

func (s store) Tables(ctx context.Context) ([]dashboard.Count, error) {
	rows, err := s.db.Tables(ctx)
	return counts(rows), err
}

func (s store) Rejections(ctx context.Context, since time.Time) ([]dashboard.Count, error) {
	rows, err := s.db.Rejections(ctx, since)
	return counts(rows), err
}

func (s store) DeadLetters(ctx context.Context, since time.Time) ([]dashboard.Count, error) {
	rows, err := s.db.DeadLetters(ctx, since)
	return counts(rows), err
}

func (s store) Notifications(ctx context.Context, q dashboard.NotificationQuery) ([]dashboard.Notification, error) {
	rows, err := s.db.Notifications(ctx, storage.NotificationQuery{Holder: q.Holder, Subscription: q.Subscription,
		Buyer: q.Buyer, State: q.State, Before: (*storage.NotificationCursor)(q.Before), Limit: q.Limit})
	return each(rows, notificationOf), err
}

func (s store) Notification(ctx context.Context, id string) (*dashboard.Notification, error) {
	n, err := s.db.Notification(ctx, id)
	if n == nil {
		return nil, err
	}
	found := notificationOf(*n)
	return &found, err
}

func (s store) Progress(ctx context.Context) ([]dashboard.Progress, error) {
	rows, err := s.db.Progress(ctx)
	return each(rows, func(p storage.Progress) dashboard.Progress { return dashboard.Progress(p) }), err
}

func reviewOf(r storage.Review) dashboard.Review {
	texts := map[string]dashboard.Text{}
	for source, t := range r.Texts {
		texts[source] = dashboard.Text(t)
	}
	return dashboard.Review{Decision: r.Decision, OpenedAt: r.OpenedAt, Texts: texts}
}

func notificationOf(n storage.Notification) dashboard.Notification {
	return dashboard.Notification{ID: n.ID, Holder: n.Holder, Subscription: n.Subscription, Channel: n.Channel,
		Target: n.Target, Type: n.Type, Buyers: n.Buyers, Sequence: n.Sequence, At: n.At, State: n.State, Reason: n.Reason,
		Partition: n.Partition, Offset: n.Offset,
		Attempts: each(n.Attempts, func(a storage.Attempt) dashboard.Attempt { return dashboard.Attempt(a) })}
}

func counts(rows []storage.Count) []dashboard.Count {
	return each(rows, func(c storage.Count) dashboard.Count { return dashboard.Count(c) })
}

func each[From, To any](rows []From, to func(From) To) []To {
	var all []To
	for _, r := range rows {
		all = append(all, to(r))
	}
	return all
}
