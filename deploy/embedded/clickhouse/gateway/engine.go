package gateway

import (
	"errors"
	"fmt"
	"strings"

	"barometer/deploy/embedded/clickhouse/chdb"
)

// Engine opens sessions on one data path and knows which settings exist.
type Engine struct {
	lib      *chdb.Library
	args     []string
	root     *chdb.Conn // keeps the engine up between requests
	settings map[string]bool
	timezone string
}

// OpenEngine starts the engine on a data path with a configuration file. Defaults are `--name=value` for each session.
func OpenEngine(lib *chdb.Library, path, config string, defaults ...string) (*Engine, error) {
	e := &Engine{lib: lib, args: append([]string{"--path=" + path, "--config-file=" + config}, defaults...), settings: map[string]bool{}}
	root, err := lib.Connect(e.args...)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	e.root = root
	rows, err := e.lines("SELECT name FROM system.settings UNION ALL SELECT alias_for FROM system.settings WHERE alias_for != ''")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read the settings that exist: %w", err), e.Close())
	}
	for _, name := range rows {
		e.settings[name] = true
	}
	rows, err = e.lines("SELECT timezone()")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("ask for the time zone: %w", err), e.Close())
	}
	e.timezone = rows[0]
	if _, err := e.lines("CREATE DATABASE IF NOT EXISTS barometer"); err != nil {
		return nil, errors.Join(fmt.Errorf("create the database: %w", err), e.Close())
	}
	return e, nil
}

func (e *Engine) lines(sql string) ([]string, error) {
	result, err := e.root.Query(sql, "TSV", nil)
	if err != nil {
		return nil, err
	}
	defer result.Close()
	return strings.Split(strings.TrimSuffix(string(result.Bytes()), "\n"), "\n"), nil
}

// Close ends the engine; every session must be closed.
func (e *Engine) Close() error {
	e.root.Close()
	return nil
}

// open makes a session of a role. The settings have been checked by the caller.
func (e *Engine) open(role, database string, settings map[string]string) (*chdb.Conn, error) {
	args := append([]string{}, e.args...)
	for name, value := range settings {
		args = append(args, "--"+name+"="+value)
	}
	conn, err := e.lib.Connect(args...)
	if err != nil {
		return nil, exception(452, "A setting of the request has a value that the engine refuses", "SETTING_CONSTRAINT_VIOLATION")
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
	return run(conn, "KILL QUERY WHERE Settings['log_comment'] = "+quoteText(tag)+" ASYNC")
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
