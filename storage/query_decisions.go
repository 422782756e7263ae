package storage

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"barometer/processor/decision"
	"barometer/processor/decision/public"
	"barometer/storage/history"
)

// Buyers are the buyers of now, the riskiest first: by grade, then by probability of default, then by id.
func (db *DB) Buyers(ctx context.Context, q history.BuyerQuery) ([]history.Buyer, error) {
	var w where
	w.addSearch(q.Search)
	if q.Grade > 0 {
		w.add("grade = ?", q.Grade)
	}
	w.addString("country = ?", q.Country)
	if q.After != nil {
		w.add("(-toInt64(grade), -toInt64(toDecimal64(pd, 6) * 1000000), buyer_id) > (?, ?, ?)", -int64(q.After.Grade),
			-q.After.PDPPM, q.After.ID)
	}
	return db.buyers(ctx, w, q.Limit)
}

// Buyer is one of them, nil for none.
func (db *DB) Buyer(ctx context.Context, id string) (*history.Buyer, error) {
	var w where
	w.add("buyer_id = ?", id)
	all, err := db.buyers(ctx, w, 1)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

func (db *DB) buyers(ctx context.Context, w where, limit int) ([]history.Buyer, error) {
	var all []history.Buyer
	sql := "SELECT buyer_id, name, country, sector, unhex(score_record) FROM buyers_now" + w.sql() +
		" ORDER BY grade DESC, pd DESC, buyer_id LIMIT ?"
	err := db.query(ctx, "buyers", sql, append(w.args, limit), func(row scanner) error {
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

// Names are the names of buyers as far as they are known.
func (db *DB) Names(ctx context.Context, buyers []string) (map[string]string, error) {
	names := map[string]string{}
	if len(buyers) == 0 {
		return names, nil
	}
	err := db.query(ctx, "names", "SELECT buyer_id, name FROM buyers_now WHERE buyer_id IN (?) AND name != ''",
		[]any{buyers}, func(row scanner) error {
			var id, name string
			err := row.Scan(&id, &name)
			names[id] = name
			return err
		})
	return names, err
}

// Grades counts the buyers of now by grade.
func (db *DB) Grades(ctx context.Context) ([]history.GradeCount, error) {
	var all []history.GradeCount
	err := db.query(ctx, "grades",
		`SELECT toUInt32(newest), count() FROM (SELECT argMax(grade, tuple(log_generation, log_offset, seq)) AS newest
		FROM scores GROUP BY buyer_id) GROUP BY newest ORDER BY newest`, nil, func(row scanner) error {
			var g history.GradeCount
			err := row.Scan(&g.Grade, &g.Buyers)
			all = append(all, g)
			return err
		})
	return all, err
}

// kindsOf are the kinds that can answer q.
func kindsOf(q *history.DecisionQuery) []decision.Kind {
	kinds := q.Kinds
	if len(kinds) == 0 {
		kinds = history.Listed
	}
	var out []decision.Kind
	for _, k := range kinds {
		limits, refused := k == decision.LimitDecided, k == decision.InputRejected
		switch {
		case tableOfDecision(k) == tableNone,
			q.Request != "" && !limits,
			q.Holder != "" && !slices.Contains(public.Kinds, k),
			q.ID != "" && !refused,
			q.Policy != "" && (k == decision.ScoreChanged || k == decision.MacroChanged || k == decision.ReviewRequested),
			q.Buyer != "" && k == decision.MacroChanged:
		default:
			out = append(out, k)
		}
	}
	return out
}

func narrowed(q *history.DecisionQuery, k decision.Kind) (w where) {
	w.addString("buyer_id = ?", q.Buyer)
	w.addString("policy_id = ?", q.Policy)
	if q.Holder != "" {
		w.addConcerns(q.Holder, k)
	}
	if q.Moved && k == decision.ScoreChanged {
		w.add("grade != previous_grade")
	}
	w.addString("request_id = ?", q.Request)
	w.addString("event_id = ?", q.ID)
	if !q.From.IsZero() {
		w.add("at >= fromUnixTimestamp64Milli(?)", q.From.UnixMilli())
	}
	if p := q.Above; p != nil {
		w.add("log_generation = ? AND log_partition = ? AND (log_offset, seq) > (?, ?)", p.Generation, p.Partition, p.Offset,
			p.Seq)
	}
	if c := q.Before; c != nil {
		p := c.Position
		w.add("(toUnixTimestamp64Milli(at), log_generation, log_partition, log_offset, seq) < (?, ?, ?, ?, ?)", c.AtMs,
			p.Generation, p.Partition, p.Offset, p.Seq)
	}
	return w
}

// addConcerns narrows to what package public tells a holder: before the limit, so that a page says nothing by what it
// leaves out.
func (w *where) addConcerns(holder string, k decision.Kind) {
	switch k {
	case decision.ScoreChanged:
		w.add("grade != previous_grade AND has(holders, ?)", holder)
	case decision.InputRejected:
		kinds := make([]string, len(public.OwnKinds))
		for i, k := range public.OwnKinds {
			kinds[i] = k.String()
		}
		w.add("kind IN (?) AND policy_id != '' AND policy_id IN "+ownPolicies, kinds, holder, holder)
	default:
		w.add("holder_id = ?", holder)
	}
}

// Decisions are the newest first, or ascending by position where Above is given.
func (db *DB) Decisions(ctx context.Context, q history.DecisionQuery) ([]decision.Decision, error) {
	order := " ORDER BY at DESC, log_generation DESC, log_partition DESC, log_offset DESC, seq DESC LIMIT ?"
	if q.Above != nil {
		order = " ORDER BY log_offset, seq LIMIT ?"
	}
	var parts []string
	var args []any
	for _, k := range kindsOf(&q) {
		w, ordered := narrowed(&q, k), order
		if q.Moved && k == decision.ScoreChanged { // one with many holders comes in parts
			ordered = strings.Replace(order, " LIMIT", " LIMIT 1 BY log_generation, log_partition, log_offset, as_of, grade, "+
				"previous_grade LIMIT", 1)
		}
		parts = append(parts, fmt.Sprintf("SELECT * FROM (SELECT at, log_generation, log_partition, log_offset, seq, "+
			"record_bytes FROM %s FINAL%s%s)",
			tables[tableOfDecision(k)].name, w.sql(), ordered))
		args = append(append(args, w.args...), q.Limit)
	}
	if len(parts) == 0 {
		return nil, nil
	}
	sql := "SELECT record_bytes FROM (" + strings.Join(parts, " UNION ALL ") + ")" + order
	return db.decisions(ctx, sql, append(args, q.Limit))
}

func (db *DB) decisions(ctx context.Context, sql string, args []any) ([]decision.Decision, error) {
	var all []decision.Decision
	err := db.query(ctx, "decisions", sql, args, func(row scanner) error {
		var record string
		if err := row.Scan(&record); err != nil {
			return err
		}
		d, err := decoded(record)
		all = append(all, d)
		return err
	})
	return all, err
}

func ofLimits(q *history.LimitQuery) (w where) {
	w.addString("policy_id = ?", q.Policy)
	w.addString("buyer_id = ?", q.Buyer)
	w.addString("holder_id = ?", q.Holder)
	if len(q.Buyers) > 0 {
		w.add("policy_id IN (?) AND buyer_id IN (?)", q.Policies, q.Buyers)
	}
	if q.After != nil {
		w.add("(policy_id, buyer_id) > (?, ?)", q.After.Policy, q.After.Buyer)
	}
	return w
}

// LimitsOn are the decisions that made the limits in force on a day what they are, by policy, then buyer.
func (db *DB) LimitsOn(ctx context.Context, q history.LimitQuery) ([]decision.Decision, error) {
	w := ofLimits(&q)
	sql := "SELECT unhex(record) FROM limits_on(day = '" + q.On.String() + "')" + w.sql() +
		" ORDER BY policy_id, buyer_id LIMIT ?"
	return db.decisions(ctx, sql, append(w.args, q.Limit))
}

// Exposures are the newest exposure.changed of each of some policies and some buyers, up to the end of a day.
func (db *DB) Exposures(ctx context.Context, q history.ExposureQuery) ([]decision.Decision, error) {
	return db.decisions(ctx, `SELECT argMax(record_bytes, tuple(log_generation, log_offset, seq)) FROM exposures
		WHERE policy_id IN (?) AND buyer_id IN (?) AND at < fromUnixTimestamp64Milli(?) GROUP BY policy_id, buyer_id ORDER BY policy_id, buyer_id`,
		[]any{q.Policies, q.Buyers, (q.On + 1).Ms()})
}
