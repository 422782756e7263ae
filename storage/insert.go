package storage

import (
	"context"
	"fmt"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// insert sends one insert. Sent again it does nothing within the window of tokens.
func (db *DB) insert(ctx context.Context, in *Insert) error {
	names := make([]string, len(in.columns))
	types := make([]clickhouse.ColumnNameAndType, len(in.columns))
	for i, c := range in.columns {
		name, kind := c.head()
		names[i], types[i] = name, clickhouse.ColumnNameAndType{Name: name, Type: kind}
	}
	options := []clickhouse.QueryOption{clickhouse.WithColumnNamesAndTypes(types)}
	if in.Token != "" {
		options = append(options, clickhouse.WithSettings(clickhouse.Settings{"insert_deduplicate": 1, "insert_deduplication_token": in.Token}))
	}
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
