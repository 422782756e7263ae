package storage

import "testing"

// TestGroupsAddUpTheirCompanies: the newest master data says which group a company is of, the newest limit decision
// what is used of it.
func TestGroupsAddUpTheirCompanies(t *testing.T) {
	db := emptied(t)
	for _, insert := range []string{
		`INSERT INTO buyers (log_generation, log_partition, log_offset, at, buyer_id, country, group_id, parent_id) VALUES
			(1, 0, 1, '2025-03-01 00:00:00', 'b1', 'NL', 'G', ''), (1, 1, 1, '2025-03-01 00:00:00', 'b2', 'BE', 'H', 'b1'), (1, 1, 2, '2025-03-02 00:00:00', 'b2', 'BE', 'G', 'b1'),
			(1, 2, 1, '2025-03-01 00:00:00', 'b3', 'DE', 'G', 'b2'), (1, 2, 2, '2025-03-01 00:00:00', 'b4', 'DE', '', ''), (1, 3, 1, '2025-03-01 00:00:00', 'b5', 'DE', 'H', '')`,
		`INSERT INTO scores (log_generation, log_offset, at, buyer_id, grade) VALUES (1, 3, '2025-03-01 00:00:00', 'b1', 5), (1, 4, '2025-03-02 00:00:00', 'b1', 4), (1, 3, '2025-03-01 00:00:00', 'b2', 7)`,
		`INSERT INTO limits (log_generation, log_partition, log_offset, at, policy_id, buyer_id, code, in_use, capacity) VALUES
			(1, 0, 5, '2025-03-01 10:00:00', 'p1', 'b1', 'approved', 300, 500), (1, 0, 6, '2025-03-02 10:00:00', 'p2', 'b1', 'partly_approved', 450.5, 500),
			(1, 0, 7, '2025-03-03 10:00:00', 'p2', 'b1', 'still_investigating', 0, 0), (1, 1, 5, '2025-03-01 10:00:00', 'p1', 'b2', 'approved', 100, 200),
			(1, 2, 5, '2025-03-01 10:00:00', 'p1', 'b4', 'approved', 9000, 9000)`,
		`INSERT INTO limits (log_generation, log_offset, at, policy_id, buyer_id, request_kind, code, in_use, capacity) VALUES
			(1, 8, '2025-03-04 10:00:00', 'p3', 'b1', 'preliminary', 'not_approved', 450.5, 400)`,
	} {
		if err := db.conn.Exec(t.Context(), insert); err != nil {
			t.Fatal(err)
		}
	}
	groups, err := db.Groups(t.Context(), "", nil, 10)
	if err != nil || len(groups) != 2 {
		t.Fatalf("%+v (%v)", groups, err)
	}
	if g := groups[0]; g.ID != "G" || g.Buyers != 3 || g.BuyersInUse != 2 || g.InUse.String() != "550.5" ||
		g.Capacity.String() != "700" || g.WorstGrade != 7 || g.LargestBuyer != "b1" || g.Largest.String() != "450.5" {
		t.Errorf("%+v", g)
	}
	if g := groups[1]; g.ID != "H" || g.Buyers != 1 || !g.InUse.IsZero() {
		t.Errorf("%+v", g)
	}
	for buyer, want := range map[string]string{"b2": "G", "b5": "H", "b4": "", "b9": ""} {
		if group, err := db.GroupOf(t.Context(), buyer); err != nil || group != want {
			t.Errorf("the group of %s: %q (%v)", buyer, group, err)
		}
	}
	for group, want := range map[string]int{"G": 3, "H": 1, "I": 0} { // b2 was of H before
		if members, err := db.GroupMembers(t.Context(), group, 10); err != nil || len(members) != want {
			t.Errorf("group %s: %+v (%v)", group, members, err)
		}
	}
	members, err := db.GroupMembers(t.Context(), "G", 2)
	if err != nil || len(members) != 2 || members[0].Buyer != "b1" || members[0].Policies != 2 || members[0].Grade != 4 ||
		members[1].Buyer != "b2" || members[1].Parent != "b1" {
		t.Errorf("%+v (%v)", members, err)
	}
	if one, err := db.Groups(t.Context(), "H", nil, 1); err != nil || len(one) != 1 || one[0].ID != "H" {
		t.Errorf("%+v (%v)", one, err)
	}
}
