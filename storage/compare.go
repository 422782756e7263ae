package storage

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"barometer/ingest/event"
)

// Comparison gathers rows that a partition must have and compares them with those that it has. Rows that stand twice and say the
// same, as after a server was killed, are one row: tables replace by position, and merge when they like.
type Comparison struct {
	db     *DB
	tables [tableEnd]expected
	rows   int
	Rows   [tableEnd]int // compared so far, by table
}

// expected are rows of one table, ascending.
type expected struct {
	columns     []column
	rows        []rowAt
	first, last *Insert // the first and last insert that rows came from, as they were
}

type rowAt struct {
	at  event.Position
	row []string
}

// NewComparison begins a comparison with nothing expected.
func (db *DB) NewComparison() *Comparison { return &Comparison{db: db} }

// Waiting is how many rows wait to be compared.
func (c *Comparison) Waiting() int { return c.rows }

// Tables are the names of the tables, in the order of Rows.
func Tables() []string {
	names := make([]string, tableEnd)
	for t := range tables {
		names[t] = tables[t].name
	}
	return names
}

// Expect adds the rows of a batch.
func (c *Comparison) Expect(inserts []*Insert) {
	for _, in := range inserts {
		x := &c.tables[in.table]
		edge := *in
		if x.first == nil {
			x.first, x.columns = &edge, tables[in.table].columns()
		}
		x.last = &edge
		in.Each(func(at event.Position, fields []any) {
			x.rows = append(x.rows, rowAt{at, printed(fields)})
			c.rows++
		})
	}
}

// Compare reads what there is in the place of what was expected since the last call, and tells each difference.
func (c *Comparison) Compare(ctx context.Context, tell func(table string, at event.Position, what string)) error {
	for t := range c.tables {
		x := &c.tables[t]
		if len(x.rows) == 0 {
			continue
		}
		name := tables[t].name
		if err := c.compare(ctx, name, x, tell); err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		c.Rows[t] += len(x.rows)
		*x = expected{}
	}
	c.rows = 0
	return nil
}

func (c *Comparison) compare(ctx context.Context, table string, x *expected, tell func(string, event.Position, string)) error {
	names := make([]string, len(x.columns))
	for i, column := range x.columns {
		names[i], _ = column.head()
	}
	first, last := x.rows[0].at, x.rows[len(x.rows)-1].at
	rows, err := c.db.conn.Query(ctx, "SELECT `"+strings.Join(names, "`, `")+"` FROM "+table+` WHERE log_generation = ? AND log_partition = ?
		AND at BETWEEN fromUnixTimestamp64Milli(?, 'UTC') AND fromUnixTimestamp64Milli(?, 'UTC')
		AND (log_offset, seq) >= (?, ?) AND (log_offset, seq) <= (?, ?) ORDER BY log_offset, seq`,
		first.Generation, first.Partition, x.first.fromMs, x.last.toMs, first.Offset, first.Seq, last.Offset, last.Seq)
	if err != nil {
		return err
	}
	defer rows.Close()
	next := 0
	var before event.Position
	for rows.Next() {
		targets := make([]any, len(x.columns))
		for i, column := range x.columns {
			targets[i] = reflect.New(reflect.TypeOf(column.values()).Elem()).Interface()
		}
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		fields := make([]any, len(targets))
		for i := range targets {
			fields[i] = reflect.ValueOf(targets[i]).Elem().Interface()
		}
		at := positionOf(fields)
		for next < len(x.rows) && x.rows[next].at.Compare(at) < 0 {
			if x.rows[next].at != before {
				tell(table, x.rows[next].at, "is missing")
			}
			next++
		}
		if next == len(x.rows) || x.rows[next].at != at {
			tell(table, at, "does not follow from the log")
			continue
		}
		before = at
		if column := differing(names, x.rows[next].row, printed(fields)); column != "" {
			tell(table, at, column)
		}
	}
	for ; next < len(x.rows); next++ {
		if x.rows[next].at != before {
			tell(table, x.rows[next].at, "is missing")
		}
	}
	return rows.Err()
}

func positionOf(fields []any) event.Position {
	return event.Position{Generation: fields[0].(uint32), Partition: fields[1].(uint32), Offset: fields[2].(int64), Seq: fields[3].(uint32)}
}

func differing(names, want, got []string) string {
	for i := range want {
		if want[i] != got[i] {
			return fmt.Sprintf("%s is %q, %q follows from the log", names[i], got[i], want[i])
		}
	}
	return ""
}

// printed makes fields comparable: ClickHouse gives back other zones, exponents and nil than it was sent.
func printed(fields []any) []string {
	row := make([]string, len(fields))
	for i, f := range fields {
		v := reflect.ValueOf(f)
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				row[i] = "none"
				continue
			}
			f = v.Elem().Interface()
		}
		row[i] = fmt.Sprint(f)
	}
	return row
}

// Stored is how far each partition is stored: the newest cut.
func (db *DB) Stored(ctx context.Context, opened *event.LogOpened, partition int) (Place, error) {
	return db.place(ctx, opened, partition)
}
