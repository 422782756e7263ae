package storage

import (
	"context"
	"fmt"
	"strings"
	"time"

	"barometer/ingest/event"
	"barometer/storage/history"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/shopspring/decimal"
)

// parameter writes a value as ClickHouse reads it in the parameters of a query: as a field of tab-separated text.
func parameter(value string) string {
	return strings.NewReplacer("\\", `\\`, "\n", `\n`, "\t", `\t`, "\r", `\r`, "\x00", `\0`).Replace(value)
}

// Cover asks the view of that name.
func (db *DB) Cover(ctx context.Context, policy, buyer string, deliveredOn event.Day,
	knownAt time.Time) (c history.Cover,
	err error) {
	ctx = clickhouse.Context(ctx, clickhouse.WithParameters(clickhouse.Parameters{"policy": parameter(policy),
		"buyer": parameter(buyer), "delivered_on": deliveredOn.String(),
		"known_at": knownAt.UTC().Format("2006-01-02 15:04:05.000")}))
	found := false
	err = db.query(ctx, "cover",
		`SELECT covered_up_to, currency, insured_percentage, decision, reason, limit_decided, limit_valid_until, limit_decision, stop_decision, was_refused, discretionary_amount, discretionary_currency, discretionary_decision, order_currencies, order_amounts, order_decisions, ended, delivered, in_dispute, late
		FROM cover(policy = {policy:String}, buyer = {buyer:String}, delivered_on = {delivered_on:Date32}, known_at = {known_at:DateTime64(3, 'UTC')})`, nil,
		func(row scanner) error {
			found = true
			var until *time.Time
			var currencies, decisions []string
			var amounts []decimal.Decimal
			err := row.Scan(&c.UpTo, &c.Currency, &c.Percentage, &c.Decision, &c.Reason, &c.Limit.Amount, &until,
				&c.Limit.Decision, &c.StoppedBy,
				&c.Refused, &c.AtWill.Amount, &c.AtWill.Currency, &c.AtWill.Decision, &currencies, &amounts, &decisions, &c.Ended,
				&c.Delivered, &c.Disputed, &c.Late)
			for i := range decisions {
				c.Orders = append(c.Orders, history.CoverOrder{Amount: amounts[i], Currency: currencies[i], Decision: decisions[i]})
			}
			if until != nil && c.Limit.Decision != "" {
				c.Limit.ValidUntil = event.DayOf(until.UnixMilli())
			}
			return err
		})
	if err == nil && !found {
		err = fmt.Errorf("query cover: no answer")
	}
	return c, err
}
