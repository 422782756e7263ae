package storage

import (
	"context"
	"fmt"
	"time"

	"barometer/ingest/event"
)

// Stored is how far a partition is stored: its newest row of progress. An error that wraps ErrMismatch is another log's
// history.
func (db *DB) Stored(ctx context.Context, opened *event.LogOpened, partition int) (Place, error) {
	rows, err := db.conn.Query(ctx,
		`SELECT cut, log_offset, seq, next_offset, decisions_next, at, tick, log_id FROM progress
		WHERE log_generation = ? AND log_partition = ? ORDER BY cut DESC LIMIT 1`, opened.Generation, uint32(partition))
	if err != nil {
		return Place{}, fmt.Errorf("read the progress of partition %d: %w", partition, err)
	}
	defer rows.Close()
	p := Place{}
	for rows.Next() {
		var at, tick time.Time
		var logID string
		if err := rows.Scan(&p.Cut, &p.Position.Offset, &p.Position.Seq, &p.NextOffset, &p.DecisionsNext, &at, &tick,
			&logID); err != nil {
			return Place{}, fmt.Errorf("read the progress of partition %d: %w", partition, err)
		}
		if logID != opened.LogID {
			return Place{}, fmt.Errorf("%w: it is %s, and this one is %s; name another database, or the brokers that have "+
				"that log",
				ErrAnotherLog, logID, opened.LogID)
		}
		p.Position.Generation, p.Position.Partition = opened.Generation, uint32(partition)
		p.TimeMs, p.TickMs = at.UnixMilli(), tick.UnixMilli()
	}
	if err := rows.Err(); err != nil {
		return Place{}, fmt.Errorf("read the progress of partition %d: %w", partition, err)
	}
	return p, nil
}
