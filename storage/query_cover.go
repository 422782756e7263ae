package storage

import (
	"context"
	"fmt"
	"strings"
	"time"

	"barometer/ingest/event"
	"barometer/processor/limit"
	"barometer/storage/history"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/shopspring/decimal"
)

// parameter writes a value as ClickHouse reads it in the parameters of a query: as a field of tab-separated text.
func parameter(value string) string {
	return strings.NewReplacer("\\", `\\`, "\n", `\n`, "\t", `\t`, "\r", `\r`, "\x00", `\0`).Replace(value)
}

// Cover reads what the view of that name goes by.
func (db *DB) Cover(ctx context.Context, policy, buyer string, deliveredOn event.Day, knownAt time.Time) (history.Cover,
	error) {
	c, _, err := db.cover(ctx, policy, buyer, deliveredOn, knownAt)
	return c, err
}

// coverOutcome is what the view says that deliveries are covered up to.
type coverOutcome struct {
	upTo                       decimal.Decimal
	currency, decision, reason string
}

func (db *DB) cover(ctx context.Context, policy, buyer string, deliveredOn event.Day,
	knownAt time.Time) (c history.Cover,
	out coverOutcome, err error) {
	ctx = clickhouse.Context(ctx, clickhouse.WithParameters(clickhouse.Parameters{"policy": parameter(policy),
		"buyer": parameter(buyer), "delivered_on": deliveredOn.String(),
		"known_at": knownAt.UTC().Format("2006-01-02 15:04:05.000")}))
	found := false
	err = db.query(ctx, "cover",
		`SELECT covered_up_to, currency, insured_percentage, decision, reason, limit_decided, limit_valid_until, limit_decision, stop_decision, was_refused, discretionary_amount, discretionary_currency, discretionary_decision, order_currencies, order_amounts, order_decisions, ended, delivered, in_dispute, late
		FROM cover(policy = {policy:String}, buyer = {buyer:String}, delivered_on = {delivered_on:Date32}, known_at = {known_at:DateTime64(3, 'UTC')})`, nil,
		func(row scanner) error {
			found = true
			c.On = deliveredOn
			var until *time.Time
			var amount, atWill decimal.Decimal
			var limited, suspended, discretionary, currency string
			var currencies, decisions []string
			var amounts []decimal.Decimal
			err := row.Scan(&out.upTo, &out.currency, &c.Percentage, &out.decision, &out.reason, &amount,
				&until, &limited, &suspended, &c.Refused, &atWill, &currency, &discretionary, &currencies, &amounts, &decisions,
				&c.Ended, &c.Delivered, &c.Disputed, &c.Late)
			if err != nil {
				return err
			}
			c.NoPolicy, c.Currency = out.reason == "no_policy", out.currency
			c.Limit, err = ground(amount, out.currency, limited)
			if until != nil && limited != "" {
				c.Limit.ValidUntil = dayOf(until)
			}
			if suspended != "" && err == nil {
				c.Suspended, err = event.ParsePosition(suspended)
			}
			if err == nil {
				c.AtWill, err = ground(atWill, currency, discretionary)
			}
			for i := range decisions {
				var order limit.Ground
				if err == nil {
					order, err = ground(amounts[i], currencies[i], decisions[i])
				}
				c.Orders = append(c.Orders, order)
			}
			return err
		})
	if err == nil && !found {
		err = fmt.Errorf("query cover: no answer")
	}
	return c, out, err
}

// ground is what the view says of a decision; the zero Ground where it has none.
func ground(amount decimal.Decimal, currency, position string) (limit.Ground, error) {
	if position == "" {
		return limit.Ground{}, nil
	}
	at, err := event.ParsePosition(position)
	return limit.Ground{Minor: amount.Shift(int32(event.Decimals(currency))).IntPart(), Currency: currency,
		Decision: at}, err
}
