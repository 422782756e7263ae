package storage

import (
	"context"

	"barometer/ingest/event"
	"barometer/storage/history"
)

// LimitSums sums the limits in force on a day, by currency.
func (db *DB) LimitSums(ctx context.Context, q history.LimitSumQuery, on event.Day) ([]history.LimitSum, error) {
	var w where
	w.addString("policy_id = ?", q.Policy)
	w.addString("buyer_id = ?", q.Buyer)
	w.addString("buyer_id IN (SELECT buyer_id FROM buyers_now WHERE country = ?)", q.Country)
	var all []history.LimitSum
	err := db.query(ctx, "sums of limits", "SELECT toString(currency), count(), toDecimal128(sum(granted), 4) FROM "+
		"limits_on(day = '"+on.String()+"')"+w.sql()+
		" GROUP BY currency ORDER BY currency", w.args, func(row scanner) error {
		var s history.LimitSum
		err := row.Scan(&s.Currency, &s.Limits, &s.Granted)
		all = append(all, s)
		return err
	})
	return all, err
}
