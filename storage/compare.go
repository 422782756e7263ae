package storage

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"barometer/ingest/event"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Comparison gathers rows that a partition must have and compares them with those that it has. Rows that stand twice
// and say the same, as after a server was killed, are one row: tables replace by position, and merge when they like.
type Comparison struct {
	db        *DB
	partition uint32
	rows      [tableEnd][]rowAt // ascending
	waiting   int
	from, to  event.Position // of the cut before what is gathered, and of its last cut
}

type rowAt struct {
	at  event.Position
	row []string
}

// NewComparison begins the comparison of a partition, with nothing expected.
func (db *DB) NewComparison(generation, partition uint32) *Comparison {
	return &Comparison{db: db, partition: partition, from: event.Position{Generation: generation, Partition: partition}}
}

// Waiting is how many rows wait to be compared.
func (c *Comparison) Waiting() int { return c.waiting }

// Expect adds the rows of the next batch, which ends at a place.
func (c *Comparison) Expect(inserts []*Insert, after Place) {
	for _, in := range inserts {
		in.Each(func(at event.Position, fields []any) {
			c.rows[in.table] = append(c.rows[in.table], rowAt{at, printed(fields)})
			c.waiting++
		})
	}
	c.to = after.Position
}

// Compare reads all that the tables hold of the batches that were expected since the last call, and tells each
// difference.
func (c *Comparison) Compare(ctx context.Context, tell func(table string, at event.Position, what string)) error {
	if c.to == (event.Position{}) {
		return nil
	}
	for t := range c.rows {
		if err := c.compare(ctx, tableID(t), tell); err != nil {
			return fmt.Errorf("read %s: %w", tables[t].name, err)
		}
		c.rows[t] = nil
	}
	c.from, c.to, c.waiting = c.to, event.Position{}, 0
	return nil
}

func (c *Comparison) compare(ctx context.Context, t tableID, tell func(string, event.Position, string)) error {
	table, columns, expected := tables[t].name, tables[t].columns(), c.rows[t]
	names := make([]string, len(columns))
	for i, column := range columns {
		names[i], _ = column.head()
	}
	// A batch begins with the record that cut the one before; the cut itself is at its place too, and belongs to the one
	// before.
	within := "(log_offset, seq) >= (?, ?) AND (log_offset, seq) < (?, ?)"
	if t == tableProgress {
		within = "(log_offset, seq) > (?, ?) AND (log_offset, seq) <= (?, ?)"
	}
	rows, err := c.db.conn.Query(ctx, "SELECT `"+strings.Join(names, "`, `")+"` FROM "+table+
		" WHERE log_generation = ? AND log_partition = ? AND "+within+" ORDER BY log_offset, seq",
		c.from.Generation, c.partition, c.from.Offset, c.from.Seq, c.to.Offset, c.to.Seq)
	if err != nil {
		return err
	}
	defer rows.Close()
	next, held := 0, false // the row that is expected next, and whether it is there
	pass := func() {
		if !held {
			tell(table, expected[next].at, "is missing")
		}
		next, held = next+1, false
	}
	for rows.Next() {
		fields, err := scan(rows, columns)
		if err != nil {
			return err
		}
		at := positionOf(fields)
		for next < len(expected) && expected[next].at.Compare(at) < 0 {
			pass()
		}
		if next == len(expected) || expected[next].at != at {
			tell(table, at, "does not follow from the log")
			continue
		}
		held = true
		if column := differing(names, expected[next].row, printed(fields)); column != "" {
			tell(table, at, column)
		}
	}
	for next < len(expected) {
		pass()
	}
	return rows.Err()
}

// scan reads a row into values of the types that it was sent as.
func scan(rows driver.Rows, columns []column) ([]any, error) {
	targets, fields := make([]any, len(columns)), make([]any, len(columns))
	for i, column := range columns {
		targets[i] = reflect.New(reflect.TypeOf(column.values()).Elem()).Interface()
	}
	if err := rows.Scan(targets...); err != nil {
		return nil, err
	}
	for i := range targets {
		fields[i] = reflect.ValueOf(targets[i]).Elem().Interface()
	}
	return fields, nil
}

func positionOf(fields []any) event.Position {
	return event.Position{Generation: fields[0].(uint32), Partition: fields[1].(uint32), Offset: fields[2].(int64),
		Seq: fields[3].(uint32)}
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
		if v.Kind() != reflect.Slice || v.Type().Elem().Kind() != reflect.Pointer {
			row[i] = printedValue(v)
			continue
		}
		values := make([]string, v.Len())
		for j := range values {
			values[j] = printedValue(v.Index(j))
		}
		row[i] = fmt.Sprint(values)
	}
	return row
}

func printedValue(v reflect.Value) string {
	if v.Kind() != reflect.Pointer {
		return fmt.Sprint(v.Interface())
	}
	if v.IsNil() {
		return "none"
	}
	return fmt.Sprint(v.Elem().Interface())
}
