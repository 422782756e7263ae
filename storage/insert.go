package storage

import (
	"context"
	"fmt"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// insert sends one insert. With its token, sent again it does nothing within the window of tokens; without, it is stored
// however often it is sent.
func (db *DB) insert(ctx context.Context, in *Insert, token bool) error {
	names := make([]string, len(in.columns))
	types := make([]clickhouse.ColumnNameAndType, len(in.columns))
	for i, c := range in.columns {
		name, kind := c.head()
		names[i], types[i] = name, clickhouse.ColumnNameAndType{Name: name, Type: kind}
	}
	options := []clickhouse.QueryOption{clickhouse.WithColumnNamesAndTypes(types)}
	settings := clickhouse.Settings{"insert_deduplicate": 0}
	if token {
		settings = clickhouse.Settings{"insert_deduplicate": 1, "insert_deduplication_token": in.Token}
	}
	options = append(options, clickhouse.WithSettings(settings))
	batch, err := db.conn.PrepareBatch(clickhouse.Context(ctx, options...), "INSERT INTO "+in.Table+" (`"+strings.Join(names, "`, `")+"`)")
	if err != nil {
		return fmt.Errorf("insert into %s: %w", in.Table, err)
	}
	defer batch.Close()
	for i, c := range in.columns {
		if err := batch.Column(i).Append(c.values()); err != nil {
			return fmt.Errorf("insert into %s, column %s: %w", in.Table, names[i], err)
		}
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("insert into %s: %w", in.Table, err)
	}
	return nil
}

// holds tells whether every row of an insert is stored. Its rows are all that the table may hold between their positions.
func (db *DB) holds(ctx context.Context, in *Insert) (bool, error) {
	var rows uint64
	err := db.conn.QueryRow(ctx, "SELECT uniqExact(log_offset, seq) FROM "+in.Table+` WHERE log_generation = ? AND log_partition = ?
		AND at BETWEEN fromUnixTimestamp64Milli(?, 'UTC') AND fromUnixTimestamp64Milli(?, 'UTC')
		AND (log_offset, seq) >= (?, ?) AND (log_offset, seq) <= (?, ?)`,
		in.first.Generation, in.first.Partition, in.fromMs, in.toMs, in.first.Offset, in.first.Seq, in.last.Offset, in.last.Seq).Scan(&rows)
	if err != nil {
		return false, fmt.Errorf("count the rows of %s: %w", in.Table, err)
	}
	return rows == uint64(in.Rows), nil
}

// ask does what a storing asks of ClickHouse, and gives its answer.
func (db *DB) ask(ctx context.Context, s *Storing) error {
	switch s.Ask() {
	case AskInsert:
		return s.Answer(false, db.insert(ctx, s.Insert, s.Insert.Token != ""))
	case AskInsertAnyway:
		return s.Answer(false, db.insert(ctx, s.Insert, false))
	case AskHolds:
		held, err := db.holds(ctx, s.Insert)
		return s.Answer(held, err)
	}
	return nil
}
