package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"

	"github.com/shopspring/decimal"
)

// where gathers conditions and their arguments.
type where struct {
	conditions []string
	args       []any
}

func (w *where) add(condition string, args ...any) {
	w.conditions = append(w.conditions, condition)
	w.args = append(w.args, args...)
}

func (w *where) addString(condition, value string) {
	if value != "" {
		w.add(condition, value)
	}
}

func (w *where) sql() string {
	if len(w.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conditions, " AND ")
}

// scanner is the row that each is called for.
type scanner interface{ Scan(dest ...any) error }

// query calls each for every row; what names the question in errors.
func (db *DB) query(ctx context.Context, what, sql string, args []any, each func(row scanner) error) error {
	rows, err := db.conn.Query(ctx, sql, args...)
	if err != nil {
		return fmt.Errorf("query %s: %w", what, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return fmt.Errorf("read %s: %w", what, err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read %s: %w", what, err)
	}
	return nil
}

// decoded is a stored decision as it was published.
func decoded(record string) (decision.Decision, error) {
	var d decision.Decision
	err := decision.Decode([]byte(record), &d)
	return d, err
}

func (db *DB) counts(ctx context.Context, what, sql string, args ...any) ([]history.Count, error) {
	var all []history.Count
	err := db.query(ctx, what, sql, args, func(row scanner) error {
		var c history.Count
		err := row.Scan(&c.Name, &c.N)
		all = append(all, c)
		return err
	})
	return all, err
}

// Tables counts the rows of the history tables. Rows stored twice and not merged yet count twice.
func (db *DB) Tables(ctx context.Context) ([]history.Count, error) {
	names := make([]string, len(tables))
	for i := range tables {
		names[i] = tables[i].name
	}
	return db.counts(ctx, "counts of tables", `SELECT name, ifNull(total_rows, 0) FROM system.tables
		WHERE database = currentDatabase() AND name IN (?) ORDER BY name`, names)
}

// Rejections counts by reason the inputs that the fold refused since a log time, the most frequent first.
func (db *DB) Rejections(ctx context.Context, since time.Time) ([]history.Count, error) {
	return db.counts(ctx, "rejections", `SELECT toString(reason), count() AS n FROM rejections FINAL
		WHERE at >= fromUnixTimestamp64Milli(?) GROUP BY reason ORDER BY n DESC, reason`, since.UnixMilli())
}

// DeadLetters counts by reason the messages set aside since a wall time, the most frequent first.
func (db *DB) DeadLetters(ctx context.Context, since time.Time) ([]history.Count, error) {
	return db.counts(ctx, "dead letters", `SELECT toString(reason), count() AS n FROM dead_letters FINAL
		WHERE written_at >= fromUnixTimestamp64Milli(?) GROUP BY reason ORDER BY n DESC, reason`, since.UnixMilli())
}

// HolderLanguage is the language (BCP 47) that a policyholder's newest policy names, empty where it has none.
func (db *DB) HolderLanguage(ctx context.Context, holder string) (tag string, err error) {
	err = db.query(ctx, "language of a holder", `SELECT toString(language) FROM policies WHERE holder_id = ?
		ORDER BY at DESC, log_generation DESC, log_offset DESC LIMIT 1`, []any{holder},
		func(row scanner) error { return row.Scan(&tag) })
	return tag, err
}

// HolderPolicies are the policies whose newest version is of a holder, at most limit of them.
func (db *DB) HolderPolicies(ctx context.Context, holder string, limit int) (policies []string, err error) {
	err = db.query(ctx, "policies of a holder", `SELECT policy_id FROM policies
		WHERE policy_id IN (SELECT policy_id FROM policies WHERE holder_id = ?)
		GROUP BY policy_id HAVING argMax(holder_id, tuple(log_generation, log_offset)) = ? ORDER BY policy_id LIMIT ?`,
		[]any{holder, holder, limit}, func(row scanner) error {
			var id string
			err := row.Scan(&id)
			policies = append(policies, id)
			return err
		})
	return policies, err
}

// Preliminaries are the ids of preliminary requests, each with its buyer, of some policies that were decided from an
// instant of log time on, at most limit of each policy.
func (db *DB) Preliminaries(ctx context.Context, policies []string, from time.Time, limit int) (map[string][][2]string,
	error) {
	requests := map[string][][2]string{}
	err := db.query(ctx, "preliminary requests", `SELECT DISTINCT policy_id, request_id, buyer_id FROM limits
		WHERE at >= fromUnixTimestamp64Milli(?, 'UTC') AND request_kind = 'preliminary' AND policy_id IN (?) LIMIT ? BY policy_id`,
		[]any{from.UnixMilli(), policies, limit}, func(row scanner) error {
			var policy string
			var request [2]string
			err := row.Scan(&policy, &request[0], &request[1])
			requests[policy] = append(requests[policy], request)
			return err
		})
	return requests, err
}

// PolicyEnds are the last days of those policies whose period is over on a day, by the version of that day.
func (db *DB) PolicyEnds(ctx context.Context, policies []string, on event.Day) (map[string]event.Day, error) {
	ends := map[string]event.Day{}
	err := db.query(ctx, "policy ends",
		`SELECT policy_id, assumeNotNull(argMax(tuple(period_to), tuple(effective_on, log_generation, log_offset)).1) AS ended FROM policies
		WHERE policy_id IN (?) AND effective_on <= toDate32(?) GROUP BY policy_id
		HAVING isNotNull(argMax(tuple(period_to), tuple(effective_on, log_generation, log_offset)).1) AND ended < toDate32(?)`,
		[]any{policies, on.String(), on.String()}, func(row scanner) error {
			var id string
			var last time.Time
			err := row.Scan(&id, &last)
			ends[id] = event.DayOf(last.UnixMilli())
			return err
		})
	return ends, err
}

// Request is the newest request with this id of a policy, nil for none.
func (db *DB) Request(ctx context.Context, policy, request string) (*history.Request, error) {
	var found *history.Request
	err := db.query(ctx, "request",
		`SELECT policy_id, buyer_id, request_id, toString(kind), amount, toString(currency), valid_until FROM requests
		WHERE policy_id = ? AND request_id = ? ORDER BY log_generation DESC, at DESC, log_offset DESC LIMIT 1`,
		[]any{policy, request}, func(row scanner) error {
			var r history.Request
			var kind string
			var sum decimal.Decimal
			var until *time.Time
			if err := row.Scan(&r.Policy, &r.Buyer, &r.Request, &kind, &sum, &r.Currency, &until); err != nil {
				return err
			}
			r.Kind, _ = event.ParseRequestKind(kind)
			r.Minor = sum.Shift(int32(event.Decimals(r.Currency))).IntPart()
			if until != nil {
				r.ValidUntil = event.DayOf(until.UnixMilli())
			}
			found = &r
			return nil
		})
	return found, err
}

// Progress is one row per partition of the newest generation that has any.
func (db *DB) Progress(ctx context.Context) ([]history.Progress, error) {
	var all []history.Progress
	err := db.query(ctx, "progress",
		`SELECT log_generation, log_partition, argMax(log_offset, cut), argMax(seq, cut), argMax(at, cut), argMax(decisions_next, cut) FROM progress WHERE log_generation = (SELECT max(log_generation) FROM progress)
		GROUP BY log_generation, log_partition ORDER BY log_partition`, nil, func(row scanner) error {
			var p history.Progress
			err := row.Scan(&p.Position.Generation, &p.Position.Partition, &p.Position.Offset, &p.Position.Seq, &p.At, &p.Next)
			all = append(all, p)
			return err
		})
	return all, err
}

const notificationColumns = `SELECT n.id, n.holder_id, n.subscription_id, toString(n.channel), n.target, toString(n.type), n.buyers,
	n.sequence, n.at, if(s.status = '', 'waiting', toString(s.status)) AS state, toString(s.reason), s.attempts,
	n.position, n.version
	FROM (SELECT * FROM notifications FINAL) AS n LEFT JOIN (SELECT * FROM notification_states FINAL) AS s ON s.id = n.id`

func (db *DB) notifications(ctx context.Context, w where, limit int) ([]history.Notification, error) {
	var all []history.Notification
	sql := notificationColumns + w.sql() + " ORDER BY n.at DESC, n.sequence DESC, n.subscription_id DESC LIMIT ?"
	err := db.query(ctx, "notifications", sql, append(w.args, limit), func(row scanner) error {
		var n history.Notification
		var attempts, position string
		if err := row.Scan(&n.ID, &n.Holder, &n.Subscription, &n.Channel, &n.Target, &n.Type, &n.Buyers, &n.Sequence, &n.At,
			&n.State,
			&n.Reason, &attempts, &position, &n.Offset); err != nil {
			return err
		}
		if at, err := event.ParsePosition(position); err == nil {
			n.Partition = int(at.Partition)
		}
		if attempts != "" {
			var stored []struct {
				At     time.Time `json:"at"`
				Status int       `json:"status"`
				Error  string    `json:"error"`
				TookMs int64     `json:"took_ms"`
			}
			if err := json.Unmarshal([]byte(attempts), &stored); err != nil {
				return fmt.Errorf("attempts of %s: %w", n.ID, err)
			}
			for _, a := range stored {
				n.Attempts = append(n.Attempts, history.Attempt{At: a.At, Status: a.Status, Answer: a.Error, TookMs: a.TookMs})
			}
		}
		all = append(all, n)
		return nil
	})
	return all, err
}

// Notifications are the newest first, those of one time by their numbers: an id says nothing, and others' records
// change it.
func (db *DB) Notifications(ctx context.Context, q history.NotificationQuery) ([]history.Notification, error) {
	var w where
	w.addString("n.holder_id = ?", q.Holder)
	w.addString("n.subscription_id = ?", q.Subscription)
	w.addString("has(n.buyers, ?)", q.Buyer)
	w.addString("state = ?", q.State)
	if q.Before != nil {
		w.add("(toUnixTimestamp64Milli(n.at), n.sequence, n.subscription_id) < (?, ?, ?)", q.Before.At.UnixMilli(),
			q.Before.Sequence, q.Before.Subscription)
	}
	return db.notifications(ctx, w, q.Limit)
}

// Notification is one of them, nil for none.
func (db *DB) Notification(ctx context.Context, id string) (*history.Notification, error) {
	var w where
	w.add("n.id = ?", id)
	all, err := db.notifications(ctx, w, 1)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

var _ history.Store = (*DB)(nil)
