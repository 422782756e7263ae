package gateway

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"barometer/deploy/embedded/clickhouse/chdb"
)

// Engine opens sessions on one data path and knows which settings exist.
type Engine struct {
	lib      *chdb.Library
	args     []string
	root     *chdb.Conn // keeps the engine up between requests
	settings map[string]bool
	timezone string
	reader   int64 // bytes of memory that a reader's statement may take

	// Names of the engine's functions in small letters.
	functions, aggregates, tableFunctions map[string]bool

	parsing sync.Mutex // of parser
	parser  *chdb.Conn // classifies and formats statements; runs none of a client's, and has no setting of one
}

// OpenEngine starts the engine on a data path with a configuration file. Defaults are `--name=value` for each session.
func OpenEngine(lib *chdb.Library, path, config string, defaults ...string) (*Engine, error) {
	e := &Engine{lib: lib, args: append([]string{"--path=" + path, "--config-file=" + config}, defaults...),
		settings: map[string]bool{}}
	root, err := lib.Connect(e.args...)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	e.root = root
	rows, err := e.lines("SELECT name FROM system.settings UNION ALL SELECT alias_for FROM system.settings WHERE " +
		"alias_for != ''")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read the settings that exist: %w", err), e.Close())
	}
	for _, name := range rows {
		e.settings[name] = true
	}
	for sql, into := range map[string]*map[string]bool{
		"SELECT lower(name) FROM system.functions":                    &e.functions,
		"SELECT lower(name) FROM system.functions WHERE is_aggregate": &e.aggregates,
		"SELECT lower(name) FROM system.table_functions":              &e.tableFunctions,
	} {
		names, err := e.lines(sql)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("read the functions that exist: %w", err), e.Close())
		}
		*into = map[string]bool{}
		for _, name := range names {
			(*into)[name] = true
		}
	}
	if e.parser, err = lib.Connect(append(e.args, fmt.Sprintf("--max_query_size=%d", 3*maxSQL))...); err != nil {
		return nil, errors.Join(fmt.Errorf("open a connection to parse with: %w", err), e.Close())
	}
	rows, err = e.lines("SELECT timezone()")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("ask for the time zone: %w", err), e.Close())
	}
	e.timezone = rows[0]
	rows, err = e.lines(fmt.Sprintf("SELECT least(intDiv(toUInt64(value), %d), toUInt64(getSetting('max_memory_usage')))"+
		" FROM system.server_settings WHERE name = 'max_server_memory_usage'", readerShare))
	if err == nil {
		e.reader, err = strconv.ParseInt(rows[0], 10, 64)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read the engine's memory: %w", err), e.Close())
	}
	if _, err := e.lines("CREATE DATABASE IF NOT EXISTS barometer"); err != nil {
		return nil, errors.Join(fmt.Errorf("create the database: %w", err), e.Close())
	}
	return e, nil
}

func (e *Engine) lines(sql string) ([]string, error) { return lines(e.root, sql) }

func lines(conn *chdb.Conn, sql string) ([]string, error) {
	result, err := conn.Query(sql, "TSV", nil)
	if err != nil {
		return nil, err
	}
	defer result.Close()
	return strings.Split(strings.TrimSuffix(string(result.Bytes()), "\n"), "\n"), nil
}

// Close ends the engine; every session must be closed.
func (e *Engine) Close() error {
	if e.parser != nil {
		e.parser.Close()
	}
	e.root.Close()
	return nil
}

// classify says how many statements a text holds and what the most restricted of them may do, by the engine's parser.
func (e *Engine) classify(sql string) (int, chdb.Class, error) {
	e.parsing.Lock()
	defer e.parsing.Unlock()
	return e.parser.Classify(sql)
}

// format is one statement as the engine writes what it parsed: without comments, names and texts quoted in one way.
func (e *Engine) format(sql string) (string, error) {
	e.parsing.Lock()
	defer e.parsing.Unlock()
	result, err := e.parser.Query("SELECT formatQuerySingleLine("+quoteText(sql)+")", "RawBLOB", nil)
	if err != nil {
		return "", err
	}
	defer result.Close()
	return string(result.Bytes()), nil
}

// open makes a session of a role. The settings have been checked by the caller.
// The tag finds its statements again.
func (e *Engine) open(role, database, tag string, settings map[string]string) (*chdb.Conn, error) {
	args := append(append([]string{}, e.args...), "--"+tagSetting+"="+tag)
	for name, value := range settings {
		args = append(args, "--"+name+"="+value)
	}
	if role == Reader {
		args = append(args, fmt.Sprintf("--max_memory_usage=%d", e.reader))
	}
	conn, err := e.lib.Connect(args...)
	if err != nil {
		return nil, exception(452, "A setting of the request has a value that the engine refuses",
			"SETTING_CONSTRAINT_VIOLATION")
	}
	statements := []string{"SET ROLE " + role}
	if database != "" {
		statements = append([]string{"USE " + quoteName(database)}, statements...)
	}
	for _, sql := range statements {
		if err := run(conn, sql); err != nil {
			conn.Close()
			return nil, err
		}
	}
	return conn, nil
}

// kill ends the statements that carry a tag.
func (e *Engine) kill(tag string) error {
	conn, err := e.lib.Connect(e.args...)
	if err != nil {
		return err
	}
	defer conn.Close()
	return run(conn, "KILL QUERY WHERE Settings['"+tagSetting+"'] = "+quoteText(tag)+" ASYNC")
}

func run(conn *chdb.Conn, sql string) error {
	result, err := conn.Query(sql, "Null", nil)
	if err == nil {
		result.Close()
	}
	return err
}

func quoteName(s string) string {
	return "`" + strings.NewReplacer("\\", "\\\\", "`", "\\`").Replace(s) + "`"
}

func quoteText(s string) string {
	return "'" + strings.NewReplacer("\\", "\\\\", "'", "\\'").Replace(s) + "'"
}
