package storage

import (
	"context"

	"barometer/storage/history"
)

// GroupOf is the group that a buyer is of, empty for none.
func (db *DB) GroupOf(ctx context.Context, buyer string) (group string, err error) {
	err = db.query(ctx, "group of a buyer", "SELECT argMax(group_id, tuple(log_generation, log_offset)) FROM buyers "+
		"WHERE buyer_id = ?", []any{buyer},
		func(row scanner) error { return row.Scan(&group) })
	return group, err
}

// GroupMembers are the companies of a group, those of which most is used first; none: there is no such group. The
// companies that ever were of it are named first, so that no others are added up.
func (db *DB) GroupMembers(ctx context.Context, group string, limit int) ([]history.GroupMember, error) {
	var all []history.GroupMember
	err := db.query(ctx, "group",
		`SELECT group_id, buyer_id, parent_id, country, toUInt32(grade), toDecimal128(in_use, 2), toDecimal128(capacity, 2), policies, decided_at FROM group_members
		WHERE group_id = ? AND buyer_id IN (SELECT buyer_id FROM buyers WHERE group_id = ?) ORDER BY in_use DESC, buyer_id LIMIT ?`,
		[]any{group, group, limit}, func(row scanner) error {
			var m history.GroupMember
			err := row.Scan(&m.Group, &m.Buyer, &m.Parent, &m.Country, &m.Grade, &m.InUse, &m.Capacity, &m.Policies,
				&m.DecidedAt)
			all = append(all, m)
			return err
		})
	return all, err
}

// Groups are those of which most is used first, then by id; a group restricts it to that one, nothing to all.
func (db *DB) Groups(ctx context.Context, group string, after *history.GroupCursor, limit int) ([]history.Group,
	error) {
	var all []history.Group
	var w where
	w.addString("group_id = ?", group)
	if after != nil {
		used := after.InUse.StringFixed(2)
		w.add("(in_use < toDecimal128(?, 2) OR in_use = toDecimal128(?, 2) AND group_id > ?)", used, used, after.ID)
	}
	err := db.query(ctx, "groups",
		`SELECT group_id, largest_buyer, buyers, buyers_in_use, toUInt32(worst_grade), toDecimal128(in_use, 2), toDecimal128(capacity, 2), toDecimal128(largest, 2)
		FROM groups_now`+w.sql()+" ORDER BY in_use DESC, group_id LIMIT ?", append(w.args, limit), func(row scanner) error {
			var g history.Group
			err := row.Scan(&g.ID, &g.LargestBuyer, &g.Buyers, &g.BuyersInUse, &g.WorstGrade, &g.InUse, &g.Capacity, &g.Largest)
			all = append(all, g)
			return err
		})
	return all, err
}
