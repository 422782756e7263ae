package storage

import (
	"testing"
	"time"
)

// TestTheBarometerCountsWhatIsInForce: a cut from its effective day on, a limit up to its last, a refusal and an
// investigation not at all.
func TestTheBarometerCountsWhatIsInForce(t *testing.T) {
	db := emptied(t)
	for _, insert := range []string{
		`INSERT INTO progress (log_generation, log_partition, log_offset, at) VALUES (1, 0, 9, '2025-03-10 00:00:00')`,
		`INSERT INTO scores (log_generation, log_offset, at, buyer_id, grade, pd) VALUES (1, 1, '2025-03-01 00:00:00', 'b1', 5, 0.01), (1, 2, '2025-03-01 00:00:00', 'b2', 8, 0.10),
			(1, 8, '2025-03-08 12:00:00', 'b1', 6, 0.02)`,
		`INSERT INTO limits (log_generation, log_offset, at, policy_id, buyer_id, holder_id, code, granted, currency, effective_on, valid_until) VALUES
			(1, 3, '2025-03-01 10:00:00', 'p1', 'b1', 'h1', 'approved', 300, 'EUR', '2025-03-01', NULL),
			(1, 4, '2025-03-02 10:00:00', 'p1', 'b2', 'h1', 'partly_approved', 100, 'EUR', '2025-03-02', '2025-03-05'),
			(1, 5, '2025-03-03 10:00:00', 'p1', 'b1', 'h1', 'reduced', 200, 'EUR', '2025-03-07', NULL),
			(1, 6, '2025-03-04 10:00:00', 'p1', 'b1', 'h1', 'not_approved', 200, 'EUR', NULL, NULL),
			(1, 7, '2025-03-04 11:00:00', 'p1', '', 'h1', 'still_investigating', 0, 'EUR', NULL, NULL)`,
	} {
		if err := db.conn.Exec(t.Context(), insert); err != nil {
			t.Fatal(err)
		}
	}
	days, err := db.Barometers(t.Context(), "p1", time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC))
	if err != nil || len(days) != 10 {
		t.Fatalf("%d days (%v)", len(days), err)
	}
	for i, want := range []struct {
		exposure int64
		grade    int // with most exposure
		limits   uint64
	}{{300, 5, 1}, {400, 5, 2}, {400, 5, 2}, {400, 5, 2}, {400, 5, 2}, {300, 5, 1}, {200, 5, 1}, {200, 6, 1}, {200, 6, 1},
		{200, 6, 1}} {
		b := days[i]
		if b.Exposure.IntPart() != want.exposure || b.Limits != want.limits ||
			b.ExposureByGrade[want.grade-1].IntPart() < 200 || b.Currency != "EUR" {
			t.Errorf("%s: %+v, want %+v", b.Day.Format(time.DateOnly), b, want)
		}
	}
	if b := days[1]; b.ConcentrationHHI != 0.625 || b.Largest.IntPart() != 300 || b.BuyersByGrade[7] != 1 ||
		b.ExposureByGrade[7].IntPart() != 100 {
		t.Errorf("concentration: %+v", b)
	}
	if m, err := db.Model(t.Context()); m != nil || err != nil {
		t.Errorf("before there is any: %+v (%v)", m, err)
	}
	exec(t, db, `INSERT INTO models (log_generation, log_offset, at, version, loss_given_default, grade_pd) VALUES (1, 0, '2025-03-01 00:00:00', 'm1', 0.6, [0.0003, 0.0008]),
		(1, 7, '2025-03-07 00:00:00', 'waits', 0.1, [0.5])`)
	exec(t, db, `INSERT INTO scores (log_generation, log_offset, at, buyer_id, grade, pd, model) VALUES (1, 9, '2025-03-09 00:00:00', 'b1', 6, 0.02, 'm1')`)
	m, err := db.Model(t.Context())
	if err != nil || m == nil || m.Version != "m1" || m.LossGivenDefault.String() != "0.6" || len(m.GradePD) != 2 {
		t.Errorf("the model that is active: %+v (%v)", m, err)
	}
}
