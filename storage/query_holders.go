package storage

import (
	"context"

	"barometer/storage/history"
)

// known are the buyers whose grade a holder may know: it has a limit in force, or had a request decided that was no
// preliminary one. The policies come first, so that who holds a policy now counts.
const known = `(SELECT buyer_id FROM limits WHERE holder_id = ? AND request_id != '' AND request_kind != 'preliminary' AND code != 'still_investigating'
		AND at >= fromUnixTimestamp64Milli(?)
	UNION ALL
	SELECT buyer_id FROM
	(
		SELECT buyer_id, argMax(tuple(holder_id, granted, valid_until), tuple(log_generation, log_offset, seq)) AS newest
		FROM limits
		WHERE policy_id IN (SELECT policy_id FROM limits WHERE holder_id = ?) AND effective_on <= toDate32(?)
		GROUP BY policy_id, buyer_id
		HAVING newest.1 = ? AND newest.2 > 0 AND (isNull(newest.3) OR newest.3 >= toDate32(?))
	))`

func (w *where) addKnown(q *history.HolderBuyerQuery) {
	on := q.On.String()
	w.add("buyer_id IN "+known, q.Holder, q.Since.UnixMilli(), q.Holder, on, q.Holder, on)
	w.addString("buyer_id = ?", q.ID)
}

// HolderBuyers are the buyers whose grade a holder may know, by grade, the worst first, then by id. Score is the
// newest change of the grade: a score that keeps it is told to nobody, and neither moves nor orders anything here.
func (db *DB) HolderBuyers(ctx context.Context, q history.HolderBuyerQuery) ([]history.Buyer, error) {
	var buyers, grades, w where
	buyers.addKnown(&q)
	buyers.addSearch(q.Search)
	buyers.addString("country = ?", q.Country)
	grades.add("grade != previous_grade")
	grades.addKnown(&q)
	if q.Grade > 0 {
		w.add("g.newest.1 = ?", q.Grade)
	}
	if q.After != nil {
		w.add("(-toInt32(g.newest.1), n.buyer_id) > (?, ?)", -int32(q.After.Grade), q.After.ID)
	}
	sql := `SELECT n.buyer_id, n.name, n.country, n.sector, g.newest.2 FROM (SELECT buyer_id, name, country, sector FROM buyers_now` + buyers.sql() + `) AS n
		LEFT JOIN (SELECT buyer_id, argMax(tuple(grade, record_bytes), tuple(log_generation, log_offset, seq)) AS newest
			FROM scores` + grades.sql() + ` GROUP BY buyer_id) AS g ON g.buyer_id = n.buyer_id` + w.sql() +
		` ORDER BY g.newest.1 DESC, n.buyer_id LIMIT ?`
	var all []history.Buyer
	args := append(append(append(buyers.args, grades.args...), w.args...), q.Limit)
	err := db.query(ctx, "a holder's buyers", sql, args, func(row scanner) error {
		var b history.Buyer
		var record string
		if err := row.Scan(&b.ID, &b.Name, &b.Country, &b.Sector, &record); err != nil {
			return err
		}
		if record != "" {
			d, err := decoded(record)
			if err != nil {
				return err
			}
			b.Score = &d
		}
		all = append(all, b)
		return nil
	})
	return all, err
}

// ownPolicies are those whose newest version names a holder.
const ownPolicies = `(SELECT policy_id FROM policies WHERE policy_id IN (SELECT policy_id FROM policies WHERE holder_id = ?)
	GROUP BY policy_id HAVING argMax(holder_id, tuple(log_generation, log_offset)) = ?)`
