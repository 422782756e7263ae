package storage

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// insert sends one insert. With its token, sent again it does nothing within the window of tokens; without, it is
// stored however often it is sent.
func (db *DB) insert(ctx context.Context, in *Insert, token bool) error {
	names := make([]string, len(in.columns))
	types := make([]clickhouse.ColumnNameAndType, len(in.columns))
	for i, c := range in.columns {
		name, kind := c.head()
		names[i], types[i] = name, clickhouse.ColumnNameAndType{Name: name, Type: kind}
	}
	options := []clickhouse.QueryOption{clickhouse.WithColumnNamesAndTypes(types)}
	settings := clickhouse.Settings{"insert_deduplicate": 1, "insert_deduplication_token": in.Token,
		"insert_allow_materialized_columns": 1} // what SELECT * leaves out
	// a token of its own: without any, ClickHouse takes the rows' hash for one, though insert_deduplicate is 0
	if !token || !checked {
		settings["insert_deduplication_token"] = rand.Text()
	}
	options = append(options, clickhouse.WithSettings(settings))
	batch, err := db.conn.PrepareBatch(clickhouse.Context(ctx, options...),
		"INSERT INTO "+in.Table+" (`"+strings.Join(names, "`, `")+"`)")
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

// holds tells of which inserts every row is stored. The rows of one are all that its table may hold between their
// positions, and they are there all or none, as one insert is one block; where it was stored twice, there are twice as
// many.
func (db *DB) holds(ctx context.Context, inserts []*Insert) ([]bool, error) {
	var queries []string
	var args []any
	for i, in := range inserts {
		queries = append(queries,
			"SELECT toUInt32(? AS n), count() FROM "+in.Table+` WHERE log_generation = ? AND log_partition = ?
			AND at BETWEEN fromUnixTimestamp64Milli(?, 'UTC') AND fromUnixTimestamp64Milli(?, 'UTC')
			AND (log_offset, seq) >= (?, ?) AND (log_offset, seq) <= (?, ?)`)
		args = append(args, i, in.first.Generation, in.first.Partition, in.fromMs, in.toMs, in.first.Offset, in.first.Seq,
			in.last.Offset, in.last.Seq)
	}
	rows, err := db.conn.Query(ctx, strings.Join(queries, " UNION ALL "), args...)
	if err != nil {
		return nil, fmt.Errorf("look for what was inserted: %w", err)
	}
	defer rows.Close()
	held := make([]bool, len(inserts))
	for rows.Next() {
		var i uint32
		var n uint64
		if err := rows.Scan(&i, &n); err != nil {
			return nil, fmt.Errorf("look for what was inserted: %w", err)
		}
		held[i] = n >= uint64(inserts[i].Rows)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("look for what was inserted: %w", err)
	}
	return held, nil
}
