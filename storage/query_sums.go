package storage

import (
	"context"

	"barometer/ingest/event"

	"github.com/shopspring/decimal"
)

// LimitSum is what limits of one currency come to.
type LimitSum struct {
	Currency string
	Limits   uint64
	Granted  decimal.Decimal
}

// CountryLimits sums the limits in force on a day on the buyers of a country, by currency.
func (db *DB) CountryLimits(ctx context.Context, country string, on event.Day) ([]LimitSum, error) {
	var all []LimitSum
	err := db.query(ctx, "limits of a country", `SELECT toString(currency), count(), toDecimal128(sum(granted), 4) FROM limits_on(day = '`+on.String()+`')
		WHERE buyer_id IN (SELECT buyer_id FROM buyers_now WHERE country = ?) GROUP BY currency ORDER BY currency`, []any{country}, func(row scanner) error {
		var s LimitSum
		err := row.Scan(&s.Currency, &s.Limits, &s.Granted)
		all = append(all, s)
		return err
	})
	return all, err
}
