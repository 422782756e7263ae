package storage

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"
	"time"

	"barometer/processor/explain"

	"github.com/ClickHouse/clickhouse-go/v2"
)

//go:embed schema/*.sql
var schema embed.FS

// ErrChanged is a migration that was applied with another content than this binary has.
var ErrChanged = errors.New("an applied migration has changed")

const createMigrations = `CREATE TABLE IF NOT EXISTS migrations (
    name String COMMENT 'File of the migration',
    checksum String COMMENT 'SHA-256 of the file, hexadecimal',
    applied_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When it was applied'
) ENGINE = ReplacingMergeTree ORDER BY (name, checksum) COMMENT 'Migrations of the schema that were applied'`

// Codes of ClickHouse's errors.
const (
	unknownTable    = 60
	unknownDatabase = 81
)

// says tells whether an error is ClickHouse's of a code; over HTTP there may be its name alone.
func says(err error, code int32, name string) bool {
	var refused *clickhouse.Exception
	if errors.As(err, &refused) {
		return refused.Code == code
	}
	return err != nil && strings.Contains(err.Error(), name)
}

type migration struct {
	name, checksum string
	statements     []string
}

// changed is the error where another content was applied.
func (m *migration) changed(applied string) error {
	return fmt.Errorf("%w: %s has checksum %s, ClickHouse has %s", ErrChanged, m.name, m.checksum, applied)
}

// migrations are the files in the order of their numbers.
func migrations() ([]migration, error) {
	files, err := schema.ReadDir("schema")
	if err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	all := make([]migration, 0, len(files))
	for _, f := range files {
		text, err := schema.ReadFile(path.Join("schema", f.Name()))
		if err != nil {
			return nil, fmt.Errorf("read the schema: %w", err)
		}
		sum := sha256.Sum256(text)
		m := migration{name: f.Name(), checksum: hex.EncodeToString(sum[:])}
		for s := range strings.SplitSeq(string(text), ";\n") {
			if s = strings.TrimSpace(s); s != "" {
				m.statements = append(m.statements, s)
			}
		}
		all = append(all, m)
	}
	return all, nil
}

// Migrate applies the migrations that were not applied yet. Several processes may do so at once: every statement does
// nothing where it was done.
func (db *DB) Migrate(ctx context.Context) error {
	if err := db.createDatabase(ctx); err != nil {
		return err
	}
	if err := db.conn.Exec(ctx, createMigrations); err != nil {
		return fmt.Errorf("create table migrations: %w", err)
	}
	applied, err := db.applied(ctx)
	if err != nil {
		return err
	}
	all, err := migrations()
	if err != nil {
		return err
	}
	for _, m := range all {
		switch applied[m.name] {
		case m.checksum:
			continue
		case "":
			if err := db.apply(ctx, m); err != nil {
				return err
			}
		default:
			return m.changed(applied[m.name])
		}
	}
	return db.putWords(ctx)
}

// wordsName is the name that migrations has for the words of a version of this binary.
const wordsName = "words"

// putWords fills components, where it does not have the words of this binary.
func (db *DB) putWords(ctx context.Context) error {
	terms := explain.Terms()
	sum := sha256.New()
	for _, t := range terms {
		fmt.Fprintf(sum, "%q\n", t)
	}
	checksum := hex.EncodeToString(sum.Sum(nil))
	had, err := db.counts(ctx, "words", "SELECT checksum, toUInt64(toUnixTimestamp64Milli(applied_at)) FROM migrations "+
		"WHERE name = ? ORDER BY applied_at DESC LIMIT 1", wordsName)
	if err != nil || len(had) > 0 && had[0].Name == checksum {
		return err
	}
	batch, err := db.conn.PrepareBatch(ctx, "INSERT INTO components (language, code, name, unit, sentence, negative, "+
		"version)")
	if err != nil {
		return fmt.Errorf("fill table components: %w", err)
	}
	defer batch.Close()
	version := uint64(time.Now().UnixMilli())
	for _, t := range terms {
		if err := batch.Append(string(t.Language), t.Code, t.Name, t.Unit, t.Sentence, t.Negative, version); err != nil {
			return fmt.Errorf("fill table components: %w", err)
		}
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("fill table components: %w", err)
	}
	if err := db.conn.Exec(ctx, "INSERT INTO migrations (name, checksum) VALUES (?, ?)", wordsName, checksum); err != nil {
		return fmt.Errorf("note the words: %w", err)
	}
	return nil
}

func (db *DB) apply(ctx context.Context, m migration) error {
	for i, s := range m.statements {
		// A view that asks one with parameters says whose it is: such names are not looked up where the view is.
		s = strings.ReplaceAll(s, "{{database}}", "`"+strings.ReplaceAll(db.options.Auth.Database, "`", "")+"`")
		done, err := db.done(ctx, s)
		if err != nil {
			return fmt.Errorf("migration %s, statement %d: %w", m.name, i+1, err)
		}
		if done {
			continue
		}
		if err := db.conn.Exec(ctx, s); err != nil {
			return fmt.Errorf("migration %s, statement %d: %w", m.name, i+1, err)
		}
	}
	if err := db.conn.Exec(ctx, "INSERT INTO migrations (name, checksum) VALUES (?, ?)", m.name, m.checksum); err != nil {
		return fmt.Errorf("note migration %s: %w", m.name, err)
	}
	return nil
}

// unless is the comment before a statement that cannot be done twice, such as a renaming: "-- only where TABLE has no
// COLUMN".
var unless = regexp.MustCompile(`(?m)^-- only where (\w+) has no (\w+)$`)

// done tells whether a statement says by which column it is seen that it was done, and that column is there.
func (db *DB) done(ctx context.Context, statement string) (bool, error) {
	m := unless.FindStringSubmatch(statement)
	if m == nil {
		return false, nil
	}
	found, err := db.counts(ctx, "columns", "SELECT name, toUInt64(1) FROM system.columns WHERE database = "+
		"currentDatabase() AND table = ? AND name = ?", m[1], m[2])
	return len(found) > 0, err
}

func (db *DB) applied(ctx context.Context) (map[string]string, error) {
	rows, err := db.conn.Query(ctx, "SELECT name, checksum FROM migrations")
	if err != nil {
		return nil, fmt.Errorf("read table migrations: %w", err)
	}
	defer rows.Close()
	applied := map[string]string{}
	for rows.Next() {
		var name, checksum string
		if err := rows.Scan(&name, &checksum); err != nil {
			return nil, fmt.Errorf("read table migrations: %w", err)
		}
		applied[name] = checksum
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read table migrations: %w", err)
	}
	return applied, nil
}

// createDatabase makes the database where a server does not have it yet.
func (db *DB) createDatabase(ctx context.Context) error {
	err := db.conn.Ping(ctx)
	switch {
	case err == nil:
		return nil
	case !says(err, unknownDatabase, "UNKNOWN_DATABASE"):
		return fmt.Errorf("reach ClickHouse: %w", err)
	}
	o := *db.options
	o.Auth.Database = "default"
	admin, err := clickhouse.Open(&o)
	if err != nil {
		return fmt.Errorf("open ClickHouse: %w", err)
	}
	defer admin.Close()
	if err := admin.Exec(ctx, "CREATE DATABASE IF NOT EXISTS `"+strings.ReplaceAll(db.options.Auth.Database, "`",
		"")+"`"); err != nil {
		return fmt.Errorf("create database %s: %w", db.options.Auth.Database, err)
	}
	return nil
}
