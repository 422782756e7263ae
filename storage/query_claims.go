package storage

import (
	"context"

	"barometer/processor/decision"
	"barometer/storage/history"
)

// Cases are the newest decisions on cases, those opened last first, then by id.
func (db *DB) Cases(ctx context.Context, q history.CaseQuery) ([]decision.Decision, error) {
	f := files{table: "cases", id: "case_id", since: "opened_on"}
	f.within.addString("case_id = ?", q.ID)
	f.within.addString("policy_id = ?", q.Policy)
	f.within.addString("buyer_id = ?", q.Buyer)
	f.within.addString("case_id IN (SELECT case_id FROM cases WHERE trigger = ?)", q.Trigger)
	switch q.State {
	case history.CaseOpen:
		f.now.add("newest.2 != 'closed'")
	case history.CaseClosed:
		f.now.add("newest.2 = 'closed'")
	}
	f.newest = "holder_id, toString(stage)"
	return db.files(ctx, f, q.Holder, q.After, q.Limit)
}

// Claims are the newest decisions on claims, those filed last first, then by id.
func (db *DB) Claims(ctx context.Context, q history.ClaimQuery) ([]decision.Decision, error) {
	f := files{table: "claims", id: "claim_id", since: "filed_on"}
	f.within.addString("claim_id = ?", q.ID)
	f.within.addString("policy_id = ?", q.Policy)
	f.within.addString("buyer_id = ?", q.Buyer)
	f.within.addString("case_id = ?", q.Case)
	f.within.addString("claim_id IN (SELECT claim_id FROM claims WHERE trigger = ?)", q.Trigger)
	f.now.addString("newest.2 = ?", q.State)
	f.newest = "holder_id, toString(state)"
	return db.files(ctx, f, q.Holder, q.After, q.Limit)
}

// files says what is read of a table of cases or claims: which rows, and which of them by what the newest row says.
type files struct {
	table, id, since, newest string
	within, now              where
}

// files reads the newest decisions. What they say is read of those alone that are answered.
func (db *DB) files(ctx context.Context, f files, holder string, after *history.FileCursor,
	limit int) ([]decision.Decision, error) {
	f.within.addString(f.id+" IN (SELECT "+f.id+" FROM "+f.table+" WHERE holder_id = ?)", holder)
	f.now.addString("newest.1 = ?", holder)
	if after != nil {
		f.now.add("(-toInt32(newest.3), id) > (?, ?)", -int32(after.On), after.ID)
	}
	sql := "SELECT record_bytes FROM " + f.table + " WHERE (" + f.id + ", log_generation, log_offset, seq) IN (" +
		"SELECT id, place.1, place.2, place.3 FROM (SELECT " + f.id + " AS id, max(tuple(log_generation, log_offset, seq)) " +
		"AS place, argMax(tuple(" + f.newest + ", toInt32(ifNull(" + f.since + ", toDate32(0)))), tuple(log_generation, " +
		"log_offset, seq)) AS newest FROM " + f.table + f.within.sql() + " GROUP BY id)" + f.now.sql() +
		" ORDER BY newest.3 DESC, id LIMIT ?) ORDER BY " + f.since + " DESC, " + f.id + " LIMIT 1 BY " + f.id
	return db.decisions(ctx, sql, append(append(f.within.args, f.now.args...), limit))
}
