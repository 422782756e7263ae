package historytest

import (
	"context"
	"fmt"
	"time"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"
)

func limitsOn(n int, q history.LimitQuery) func(context.Context, history.Store) (string, error) {
	q.On, q.Limit = day(n), 9
	return func(ctx context.Context, s history.Store) (string, error) { return numbers(s.LimitsOn(ctx, q)) }
}

// states are limits: of which decisions they are made, and what is in force.
func states(q history.LimitQuery) func(context.Context, history.Store) (string, error) {
	q.Limit = 9
	number := func(d *decision.Decision) string {
		if d == nil {
			return "-"
		}
		return fmt.Sprint(d.Position.Offset)
	}
	return func(ctx context.Context, s history.Store) (string, error) {
		all, err := s.LimitStates(ctx, q)
		return joined(all, func(l history.LimitState) string {
			return fmt.Sprintf("%s/%s:%s/%s/%s=%d", l.Policy, l.Buyer, number(l.InForce), number(l.Planned), number(l.Answer),
				l.GrantedMinor)
		}), err
	}
}

func sums(q history.LimitSumQuery) func(context.Context, history.Store) (string, error) {
	return func(ctx context.Context, s history.Store) (string, error) {
		all, err := s.LimitSums(ctx, q, day(today))
		return joined(all, func(l history.LimitSum) string {
			return fmt.Sprint(l.Currency, " ", l.Limits, " ", l.Granted.StringFixed(2))
		}), err
	}
}

func exposures(on int) func(context.Context, history.Store) (string, error) {
	return func(ctx context.Context, s history.Store) (string, error) {
		return numbers(s.Exposures(ctx, history.ExposureQuery{Policies: []string{"P1"}, Buyers: []string{"b1"}, On: day(on)}))
	}
}

// covered is what a delivery is covered up to, by what is known today.
func covered(policy, buyer string, on int) func(context.Context, history.Store) (string, error) {
	return func(ctx context.Context, s history.Store) (string, error) {
		c, err := s.Cover(ctx, policy, buyer, day(on), time.UnixMilli((day(today) + 1).Ms()))
		o := c.Outcome()
		if o.Decision == (event.Position{}) {
			return string(o.Reason), err
		}
		return fmt.Sprint(o.UpToMinor, " ", o.Decision.Offset, " ", o.Reason), err
	}
}

var limitQuestions = []question{
	{"limits on a day", limitsOn(today, history.LimitQuery{Policy: "P1"}), "4 5"},
	{"limits on the day of a cut", limitsOn(20, history.LimitQuery{Policy: "P1"}), "4 10"},
	{"limits of a buyer on a day", limitsOn(3, history.LimitQuery{Buyer: "b2"}), "5 6"},
	{"the next limit on a day", limitsOn(today, history.LimitQuery{Policy: "P1",
		After: &history.LimitCursor{Policy: "P1", Buyer: "b1"}}), "5"},
	{"the limits of a holder", states(history.LimitQuery{Holder: "H1"}), "P1/b1:4/-/4=5000000 P1/b2:5/10/5=2000000"},
	{"the limits of a policy and buyer", states(history.LimitQuery{Policy: "P2", Buyer: "b2"}), "P2/b2:11/-/6=0"},
	{"the limits of some", states(history.LimitQuery{Policies: []string{"P1"}, Buyers: []string{"b1", "b9"}}),
		"P1/b1:4/-/4=5000000"},
	{"a refusal makes no limit", states(history.LimitQuery{Policy: "P2", Buyer: "b3"}), "P2/b3:-/-/8=0"},
	{"a discretionary limit has the place of one", func(ctx context.Context, s history.Store) (string, error) {
		all, err := s.LimitStates(ctx, history.LimitQuery{Policy: "P2", Buyer: "b1", Holder: "H2", Limit: 9})
		return joined(all, func(l history.LimitState) string {
			return fmt.Sprint(l.Made().Position.Offset, " ", l.Limit().GrantedMinor, " ", l.Discretionary().Evidence, " ",
				l.GrantedMinor)
		}), err
	}, "21 500000 [i1 i2] 0"},
	{"sums of limits", sums(history.LimitSumQuery{}), "EUR 2 70000.00"},
	{"sums of a buyer's limits", sums(history.LimitSumQuery{Buyer: "b2"}), "EUR 1 20000.00"},
	{"sums in a country", sums(history.LimitSumQuery{Country: "NL"}), ""},
	{"exposures on a day", exposures(7), "12"},
	{"exposures on a later day", exposures(9), "13"},
	{"cover", covered("P1", "b2", 19), "2000000 5 "},
	{"cover after a cut", covered("P1", "b2", 20), "1000000 10 "},
	{"cover that was cancelled", covered("P2", "b2", 8), "0 11 cancelled"},
	{"cover that was refused", covered("P2", "b3", 8), "refused"},
	{"cover that is suspended", covered("P1", "b1", today), "0 20 overdue"},
	{"cover before that", covered("P1", "b1", today-1), "5000000 4 "},
	{"cover without a limit", covered("P2", "b1", today), "500000 21 "},
	{"cover of an order", covered("P2", "b2", today+1), "700000 22 "},
	{"cover after its last day", covered("P2", "b2", today+2), "0 11 cancelled"},
	{"cover under no policy", covered("P9", "b1", 8), "no_policy"},
}
