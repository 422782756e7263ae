package storage

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"barometer/ingest/event"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// daily is a table that is kept by day: view works its rows out from the history, for some partitions and days.
type daily struct{ table, view string }

// dailies are the tables that are kept by day.
var dailies = []daily{{"portfolio_days", "portfolio_sums"}}

// A partition is summed once a minute where days are over, and sooner, though not at every batch, where log time runs
// fast and many are: the days since are worked out when somebody asks.
const (
	sumGap   = time.Minute
	fastGap  = 15 * time.Second
	manyDays = 31
)

// sums brings the daily tables of a partition up to date.
type sums struct {
	db         *DB
	generation uint32
	partition  int
	last       map[string]event.Day // by table
	at         time.Time            // of the last sum
}

// newSums reads how far the daily tables of a partition are, and notes where they begin. start is the first day of its
// log.
func (db *DB) newSums(ctx context.Context, generation uint32, partition int, start event.Day) (*sums, error) {
	s := &sums{db: db, generation: generation, partition: partition, last: map[string]event.Day{}}
	for _, d := range dailies {
		last, err := db.summed(ctx, d, generation, partition)
		if err == nil && last == 0 {
			last = start - 1
			err = db.noteSummed(ctx, d, generation, partition, last)
		}
		if err != nil {
			return nil, err
		}
		s.last[d.table] = last
	}
	return s, nil
}

// summed is up to which day a daily table holds those of a partition; 0: it was never begun.
func (db *DB) summed(ctx context.Context, d daily, generation uint32, partition int) (last event.Day, err error) {
	err = db.query(ctx, "days_summed", "SELECT max(last_day) FROM days_summed WHERE name = ? AND log_generation = ? AND "+
		"log_partition = ? HAVING count() > 0",
		[]any{d.table, generation, uint32(partition)}, func(row scanner) error {
			var day time.Time
			err := row.Scan(&day)
			last = event.DayOf(day.UnixMilli())
			return err
		})
	return last, err
}

// noteSummed says that a daily table holds all days of a partition up to one. Without such a note all days are worked
// out anew.
func (db *DB) noteSummed(ctx context.Context, d daily, generation uint32, partition int, last event.Day) error {
	err := db.conn.Exec(ctx, fmt.Sprintf("INSERT INTO days_summed (name, log_generation, log_partition, last_day) "+
		"VALUES ('%s', %d, %d, '%s')", d.table, generation, partition, last))
	if err != nil {
		return fmt.Errorf("note that %s of partition %d is summed up to %s: %w", d.table, partition, last, err)
	}
	return nil
}

// due tells whether days are over that are not summed, of a partition that is stored up to a place.
func (s *sums) due(place Place) bool {
	since, over := time.Since(s.at), event.Day(0)
	for _, d := range dailies {
		over = max(over, event.DayOf(place.TimeMs)-1-s.last[d.table])
	}
	return over > 0 && since >= sumGap || over >= manyDays && since >= fastGap
}

// sum sums the days that are over. What is stored up to place says all about them, whatever is stored behind it:
// decisions of a later day.
func (s *sums) sum(ctx context.Context, place Place) error {
	s.at = time.Now()
	for _, d := range dailies {
		for s.last[d.table]+1 < event.DayOf(place.TimeMs) {
			from := s.last[d.table] + 1
			to := min(endOfMonth(from), event.DayOf(place.TimeMs)-1)
			if err := s.db.sumDays(ctx, d, s.generation, s.partition, from, to); err != nil {
				return err
			}
			s.last[d.table] = to
		}
	}
	return nil
}

// sumDays puts the rows of some days of one month into a daily table, and notes that they are there. Doing it again
// changes nothing.
func (db *DB) sumDays(ctx context.Context, d daily, generation uint32, partition int, from, to event.Day) error {
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"insert_deduplication_token": rand.Text()}))
	err := db.conn.Exec(ctx, fmt.Sprintf("INSERT INTO %s SELECT %d, %d, * FROM %s", d.table, generation, partition,
		d.sums(partition, from, to)))
	if err != nil {
		return fmt.Errorf("sum %s of partition %d from %s to %s: %w", d.table, partition, from, to, err)
	}
	return db.noteSummed(ctx, d, generation, partition, to)
}

func endOfMonth(d event.Day) event.Day {
	year, month, _ := d.Civil()
	return event.Date(year, month, 1).AddMonths(1) - 1
}

// sums is what works out the rows of a partition from one day to another.
func (d daily) sums(partition int, from, to event.Day) string {
	return fmt.Sprintf("%s(low = %d, high = %d, from = '%s', to = '%s')", d.view, partition, partition, from, to)
}

// putModel stores the model that the log was opened with, where a partition was stored up to a place by a sink that did
// not keep models.
func (db *DB) putModel(ctx context.Context, opened *event.LogOpened, parse func(content []byte) (*event.Model, error),
	partition int, place Place) error {
	if place.NextOffset == 0 {
		return nil // its sink will
	}
	had, err := db.counts(ctx, "models", "SELECT toString(version), count() FROM models WHERE log_generation = ? AND "+
		"log_partition = ? AND log_offset = 0 GROUP BY version",
		opened.Generation, uint32(partition))
	m := activatedBy(&event.Event{Body: opened}, parse)
	if err != nil || len(had) > 0 || m == nil {
		return err
	}
	in := &Insert{Table: tables[tableModels].name, table: tableModels, columns: models()}
	in.put(&entry{position: event.Position{Generation: opened.Generation, Partition: uint32(partition)},
		atMs: opened.StartMs, model: m})
	return db.insert(ctx, in, false)
}

// comparedMonths is how many months are compared at once: what they follow from is read once for all of them.
const comparedMonths = 3

// CompareDays works out again what the daily tables hold of a partition, and tells of days that differ. It gives the
// number of days compared.
func (db *DB) CompareDays(ctx context.Context, opened *event.LogOpened, partition int,
	tell func(table string, day event.Day, what string)) (compared int, err error) {
	for _, d := range dailies {
		last, err := db.summed(ctx, d, opened.Generation, partition)
		if err != nil {
			return compared, err
		}
		for from := event.DayOf(opened.StartMs); from <= last; {
			to := min(endOfMonth(from.AddMonths(comparedMonths-1)), last)
			sql := fmt.Sprintf(`SELECT toDateTime64(day, 3, 'UTC'), concat(policy_id, ' ', currency), held FROM
				(
					SELECT * EXCEPT (side), count() AS n, toUInt64(min(side)) AS held FROM
					(
						SELECT * EXCEPT (log_generation, log_partition), 1 AS side FROM %s FINAL
						WHERE log_generation = %d AND log_partition = %d AND day BETWEEN '%s' AND '%s'
						UNION ALL SELECT *, 0 AS side FROM %s
					)
					GROUP BY ALL
				)
				WHERE n = 1 ORDER BY ALL`, d.table, opened.Generation, partition, from, to, d.sums(partition, from, to))
			err := db.query(ctx, d.table, sql, nil, func(row scanner) error {
				var day time.Time
				var what string
				var held uint64
				if err := row.Scan(&day, &what, &held); err != nil {
					return err
				}
				if held == 1 {
					what += " does not follow from the history"
				} else {
					what += " is missing"
				}
				tell(d.table, event.DayOf(day.UnixMilli()), what)
				return nil
			})
			if err != nil {
				return compared, err
			}
			compared += int(to-from) + 1
			from = to + 1
		}
	}
	return compared, nil
}
