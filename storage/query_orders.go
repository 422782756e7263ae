package storage

import (
	"context"
	"fmt"
	"time"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"

	"github.com/shopspring/decimal"
)

// Orders are what the insurer's people decided, the newest first.
func (db *DB) Orders(ctx context.Context, q history.OrderQuery) ([]history.Order, error) {
	var w where
	if len(q.Types) > 0 {
		w.add("type IN (?)", q.Types)
	}
	w.addString("event_id = ?", q.ID)
	w.addString("policy_id = ?", q.Policy)
	if q.Buyer != "" { // a review, case or claim is named after its buyer
		w.add(`(buyer_id = ? OR arrayExists(id -> startsWith(id, concat(?, '/')) AND position(substring(id, length(?) + 2), '/') = 0,
			[review_id, case_id, claim_id]))`, q.Buyer, q.Buyer, q.Buyer)
	}
	w.addString("country = ?", q.Country)
	w.addString("review_id = ?", q.Review)
	if q.Who != "" {
		w.add("(analyst = ? OR second_analyst = ?)", q.Who, q.Who)
	}
	if c := q.Before; c != nil {
		p := c.Position
		w.add("(toUnixTimestamp64Milli(at), log_generation, log_partition, log_offset) < (?, ?, ?, ?)", c.AtMs, p.Generation,
			p.Partition, p.Offset)
	}
	var all []history.Order
	err := db.query(ctx, "orders",
		`SELECT log_generation, log_partition, log_offset, seq, at, occurred_at, event_id, toString(type), policy_id, buyer_id, toString(country), review_id, order_id, claim_id, case_id, plan_id, toString(verdict), toString(stage), toString(outcome), analyst, second_analyst, reason, amount,
		toString(currency), grade_floor, grade_ceiling, block, insolvency_only, max_terms_days, toString(security), until, served_on, paid_on, documents, version, refused
		FROM orders`+w.sql()+" ORDER BY at DESC, log_generation DESC, log_partition DESC, log_offset DESC LIMIT ?",
		append(w.args, q.Limit),
		func(row scanner) error {
			var o history.Order
			var floor, ceiling uint8
			var until, served, paid *time.Time
			p := &o.Position
			err := row.Scan(&p.Generation, &p.Partition, &p.Offset, &p.Seq, &o.At, &o.OccurredAt, &o.ID, &o.Type, &o.Policy,
				&o.Buyer, &o.Country, &o.Review,
				&o.Order, &o.Claim, &o.Case, &o.Plan, &o.Verdict, &o.Stage, &o.Outcome, &o.Analyst, &o.SecondAnalyst, &o.Reason,
				&o.Amount, &o.Currency,
				&floor, &ceiling,
				&o.Block, &o.InsolvencyOnly, &o.MaxTermsDays, &o.Security, &until, &served, &paid,
				&o.Documents, &o.Version, &o.Refused)
			o.GradeFloor, o.GradeCeiling = uint32(floor), uint32(ceiling)
			o.Until, o.ServedOn, o.PaidOn = dayOf(until), dayOf(served), dayOf(paid)
			all = append(all, o)
			return err
		})
	return all, err
}

func dayOf(t *time.Time) event.Day {
	if t == nil {
		return 0
	}
	return event.DayOf(t.UnixMilli())
}

// LimitStates are the limits of now, by policy, then buyer. q.On is not looked at.
func (db *DB) LimitStates(ctx context.Context, q history.LimitQuery) ([]history.LimitState, error) {
	w := ofLimits(&q)
	var all []history.LimitState
	err := db.query(ctx, "limits", "SELECT policy_id, buyer_id, granted, decided, unhex(record), unhex(planned_record), "+
		"unhex(last_record) FROM limits_now"+w.sql()+
		" ORDER BY policy_id, buyer_id LIMIT ?", append(w.args, q.Limit), func(row scanner) error {
		var s history.LimitState
		var granted decimal.Decimal
		var decided bool
		var base, planned, answer string
		if err := row.Scan(&s.Policy, &s.Buyer, &granted, &decided, &base, &planned, &answer); err != nil {
			return err
		}
		into := &s.Newest
		if decided {
			into = &s.InForce
		}
		for _, r := range []struct {
			record string
			into   **decision.Decision
		}{{base, into}, {planned, &s.Planned}, {answer, &s.Answer}} {
			if r.record == "" {
				continue
			}
			d, err := decoded(r.record)
			if err != nil {
				return fmt.Errorf("limit of %s on %s: %w", s.Policy, s.Buyer, err)
			}
			*r.into = &d
		}
		if s.InForce != nil {
			s.GrantedMinor = granted.Shift(int32(event.Decimals(s.InForce.Body.(*decision.Limit).Currency))).IntPart()
		}
		all = append(all, s)
		return nil
	})
	return all, err
}
