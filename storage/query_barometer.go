package storage

import (
	"context"
	"time"

	"barometer/storage/history"
)

// Model is the model of the newest score, nil: there is none yet. One that was activated and waits for a second person
// makes no scores.
func (db *DB) Model(ctx context.Context) (*history.Model, error) {
	var found *history.Model
	err := db.query(ctx, "model", `SELECT toString(version), loss_given_default, grade_pd FROM models
		WHERE version = (SELECT argMax(toString(model), tuple(log_generation, at)) FROM scores)
		ORDER BY log_generation DESC, at DESC, log_offset DESC LIMIT 1`, nil, func(row scanner) error {
		found = new(history.Model)
		return row.Scan(&found.Version, &found.LossGivenDefault, &found.GradePD)
	})
	return found, err
}

// Barometers are those of a policy from a day on, the oldest first.
func (db *DB) Barometers(ctx context.Context, policy string, from time.Time) ([]history.Barometer, error) {
	var all []history.Barometer
	err := db.query(ctx, "barometer",
		`SELECT toDateTime64(day, 3, 'UTC'), toString(currency), exposure, limits_in_force, buyers_by_grade, exposure_by_grade, largest, concentration
		FROM barometer_daily WHERE policy_id = ? AND day >= toDate(?) ORDER BY day, currency`,
		[]any{policy, from.Format(time.DateOnly)}, func(row scanner) error {
			var b history.Barometer
			err := row.Scan(&b.Day, &b.Currency, &b.Exposure, &b.Limits, &b.BuyersByGrade, &b.ExposureByGrade, &b.Largest,
				&b.ConcentrationHHI)
			all = append(all, b)
			return err
		})
	return all, err
}
