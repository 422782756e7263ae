package storage

import (
	"context"
	"time"
)

// Rates are exchange rates of some currencies, units of it per euro with eight decimals: the latest one, and the latest
// of those that came before an instant of log time, or else the first. A currency without any is left out.
func (db *DB) Rates(ctx context.Context, currencies []string, before time.Time) (map[string][2]int64, error) {
	rates := map[string][2]int64{}
	err := db.query(ctx, "exchange rates", `WITH fromUnixTimestamp64Milli(?, 'UTC') AS since SELECT currency,
		toInt64(argMax(value, (period_to, at)) * 100000000),
		toInt64(if(countIf(at < since) > 0, argMaxIf(value, (period_to, at), at < since), argMin(value, at)) * 100000000)
		FROM indicators WHERE indicator = 'fx_rate' AND currency IN (?) GROUP BY currency`,
		[]any{before.UnixMilli(), currencies}, func(row scanner) error {
			var currency string
			var rate [2]int64
			err := row.Scan(&currency, &rate[0], &rate[1])
			rates[currency] = rate
			return err
		})
	return rates, err
}
