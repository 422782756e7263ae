package gateway

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"barometer/deploy/embedded/clickhouse/chdb"
)

// TestWordsAreNotJudged: a reader may say file in comments, texts, aliases, names of columns and tables.
func TestWordsAreNotJudged(t *testing.T) {
	for _, sql := range []string{
		"-- file: models/limits.sql\nSELECT 1",
		"/* Metabase:: userID: 1 queryType: native file: a */ SELECT 1",
		"SELECT 1 /*route='/file/',traceparent='00-5bd'*/",
		"# file('/etc/passwd')\nSELECT 1",
		"SELECT count() FROM system.one WHERE 'a file' LIKE '%file%'",
		"SELECT 1 AS file",
		"SELECT 1 AS `file`, 2 AS \"File\"",
		"SELECT file FROM (SELECT 1 AS file) WHERE file = 1 AND NOT file IN (2, 3) ORDER BY file",
		"SELECT max(file), count(DISTINCT file), sum(file) OVER (PARTITION BY file), toString(file), (file, 1), [file], " +
			"-file FROM (SELECT 1 AS file) GROUP BY file",
		"SELECT f.file, arrayMap(x -> x + f.file, [1]) FROM (SELECT 1 AS file) AS f",
		"SELECT file.number FROM numbers(1) AS file",
		"WITH file AS (SELECT 1 AS a) SELECT a FROM file",
		"SELECT name FROM system.settings WHERE name LIKE '%file%' LIMIT 1",
		"SELECT '\\x66ile', $a$ file('x') $a$",
		"SELECT format('{} {}', 'file', 'default')",
		"SELECT * FROM format(JSONEachRow, 'a UInt8', '{\"a\":1}')",
		"SELECT * FROM values('file String, b Int8', ('default', 1), ('b', -2))",
		"SELECT * FROM generateRandom('a UInt8') LIMIT 1",
		"EXPLAIN SELECT 1 AS file",
		"SHOW TABLES LIKE '%file%'",
		"DESCRIBE TABLE system.one",
		"SELECT 1 SETTINGS max_threads = 1, log_comment = 'file'",
		"WITH 1 AS a SELECT a",
		"(SELECT 1) UNION ALL (SELECT 2)",
	} {
		if body, status := ask(t, sql, nil); status != http.StatusOK {
			t.Errorf("%s: %d %q", sql, status, body)
		}
	}
	want(t, "SELECT {x:String} = 'a file'", with("param_x", "a file"), "1\n")
}

// TestAttacks are ways that somebody tried to read a file, write one, reach an address or leave the reader's bounds.
// Each is refused by the gateway: the role and the sandbox would hold most of them too.
func TestAttacks(t *testing.T) {
	const status = "/proc/self/status"
	for _, sql := range []string{
		"SELECT file('" + status + "')",
		"SELECT FILE('" + status + "')",
		"SELECT \"f\\x69le\"('" + status + "')",
		"SELECT `file`/* */('" + status + "')",
		"SELECT “file”('" + status + "')",
		"SELECT file\n('" + status + "')",
		"SELECT $a$'$a$, file($a$" + status + "$a$), ''",
		"SELECT arrayMap(file, ['" + status + "'])",
		"SELECT arrayMap((file), ['" + status + "'])",
		"SELECT arrayMap(((file)) AS f, ['" + status + "'])",
		"SELECT arrayMap(`file`, ['" + status + "'])",
		"SELECT arrayFold(file, ['" + status + "'], '')",
		"SELECT * APPLY file FROM (SELECT '" + status + "' AS a)",
		"SELECT * APPLY(file) FROM (SELECT '" + status + "' AS a)",
		"SELECT f.* APPLY(`file`) FROM (SELECT '" + status + "' AS a) AS f",
		"SELECT COLUMNS('a') APPLY(x -> file(x)) FROM (SELECT '" + status + "' AS a)",
		"WITH x -> file(x) AS f SELECT f('" + status + "')",
		"SELECT (SELECT arrayMap(file, ['" + status + "']))",
		"EXPLAIN SELECT file('" + status + "')",
		"SHOW TABLES WHERE length(file('" + status + "')) > 0",
		"DESCRIBE TABLE file('" + status + "', 'TSV')",
		"SELECT * FROM view(SELECT file('" + status + "'))",
		"SELECT * FROM file('" + status + "', 'LineAsString')",
		"SELECT 1 IN file('" + status + "', 'LineAsString')",
		"SELECT * FROM eval('SELECT 1')",
		"SELECT * FROM eval('SELECT fi' || 'le(1)') SETTINGS allow_experimental_eval_table_function = 1",
		"SELECT * FROM url('http://127.0.0.1:1/', 'TSV', 'a String')",
		"SELECT * FROM executable('cat', 'TSV', 'a String')",
		"SELECT * FROM icebergLocal('/proc/self')",
		"SELECT * FROM arrowstream('1')",
		"SELECT * FROM Python('x')",
		"SELECT * FROM format(JSONEachRow, 'x String, y String DEFAULT fi' || 'le(x)', '{\"x\":\"" + status + "\"}')",
		"SELECT * FROM format(JSONEachRow, 'x String, y String DEFAULT concat(x, x)', '{\"x\":\"a\"}')",
		"SELECT * FROM format(JSONEachRow, 'x String, y String ALIAS x', '{\"x\":\"a\"}')",
		"SELECT * FROM format(Values, 'x String', '(concat(1, 2))')",
		"SELECT * FROM format('Val' || 'ues', 'x String', '(1)')",
		"SELECT * FROM values('x String, y String default(concat(x, x))', 'a')",
		"SELECT * FROM values(concat('x String'), 'a')",
		"SELECT * FROM generateRandom('x String MATERIALIZED a')",
		"SELECT 1 INTO OUTFILE 'a'",
		"SELECT 1 INTO OUTFILE 'a' TRUNCATE FORMAT TSV",
		"SELECT 1 SETTINGS additional_result_filter = 'length(fi' || 'le(1))'",
		"SELECT 1 SETTINGS additional_result_filter = '1'",
		"SELECT * FROM format(TSV, 'a UInt8', 'b') SETTINGS input_format_record_errors_file_path = 'err', " +
			"input_format_allow_errors_num = 10",
		"SELECT 1 SETTINGS max_memory_usage = 0",
		"SELECT 1 SETTINGS max_untracked_memory = 100000000000",
		"SELECT 1 SETTINGS allow_introspection_functions = 1",
		"SELECT 1 SETTINGS send_logs_source_regexp = 'another tag'",
		"SELECT 1 SETTINGS compatibility = '20.1'",
		"SELECT 1 FORMAT Template SETTINGS format_template_row = '" + status + "'",
		"SELECT 1\x00; SET ROLE ALL",
		"SELECT 1; SET ROLE ALL",
		"SET ROLE barometer_engine",
		"EXECUTE AS barometer_engine SELECT 1",
		"CREATE TEMPORARY TABLE a (b UInt8)",
		"INSERT INTO FUNCTION file('a', 'TSV', 'a UInt8') SELECT 1",
		"INSERT INTO system.one VALUES (1)",
		"KILL QUERY WHERE 1",
	} {
		if body, code := ask(t, sql, nil); code == http.StatusOK || strings.Contains(body, "Umask") {
			t.Errorf("%s: %d %q", sql, code, body)
		}
	}
	for _, name := range refusedSettings {
		if body, code := ask(t, "SELECT 1", with(name, "1")); code != http.StatusForbidden {
			t.Errorf("a reader's URL may say %s: %d %q", name, code, body)
		}
	}
	for _, value := range []string{"file", "FILE", `f\x69le`, "`file`"} {
		if body, code := ask(t, "SELECT arrayMap({f:Identifier}, ['"+status+"'])",
			with("param_f", value)); code == http.StatusOK {
			t.Errorf("a parameter names a function: %q", body)
		}
	}
	want(t, "SELECT {f:Identifier} FROM (SELECT 1 AS file)", with("param_f", "file"), "1\n")
	for _, structure := range []string{"a UInt8, b String DEFAULT file('" + status + "')", "a UInt8 DEFAULT 1",
		"a UInt8) ENGINE = File(TSV) --", "a UInt8, b ALIAS a"} {
		form := "--x\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\n1\r\n--x--\r\n"
		response, err := http.Post(server.URL+"/?"+with("query", "SELECT * FROM t", "t_structure", structure).Encode(),
			"multipart/form-data; boundary=x", strings.NewReader(form))
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode == http.StatusOK {
			t.Errorf("an external table of %s is taken", structure)
		}
	}
}

// TestNothingOfTheEngineIsUnjudged: an engine of another version may have settings and functions that somebody has to
// look at.
func TestNothingOfTheEngineIsUnjudged(t *testing.T) {
	names, err := engine.lines("SELECT name FROM system.settings WHERE type IN ('String', 'Map', 'URI', 'Dialect')")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if !refusedSetting(name) && !slices.Contains(harmlessTexts, name) {
			t.Errorf("the setting %s holds a text: is it a reader's to choose?", name)
		}
	}
	for _, name := range slices.Concat(refusedSettings, harmlessTexts) {
		if !engine.settings[name] {
			t.Errorf("the engine has no setting %s", name)
		}
	}
	both := []string{}
	for name := range engine.tableFunctions {
		if engine.functions[name] {
			both = append(both, name)
		}
	}
	if slices.Sort(both); !slices.Equal(both, []string{"file", "format", "fuzzquery"}) {
		t.Errorf("functions that are table functions too: %v", both)
	}
	for name := range harmless {
		if !engine.tableFunctions[name] {
			t.Errorf("the engine has no table function %s", name)
		}
	}
	for name := range valued {
		if !engine.functions[name] {
			t.Errorf("the engine has no function %s", name)
		}
	}
}

// FuzzScan holds the gateway's reading of a statement against the engine's: what is taken for an INSERT with rows is
// one statement that writes, and what a reader may run is one that reads and is no call of what is refused.
func FuzzScan(f *testing.F) {
	for _, sql := range []string{"INSERT", "INSERT INTO t VALUES (1)", "INSERT INTO t (a, `b) VALUES (`) FORMAT CSV\n1,2",
		"insert into t select 1 format TSV", "SELECT 1 -- '\n, 2",
		"INSERT INTO FUNCTION file('x') VALUES (1)", "WITH 1 AS x INSERT INTO t SELECT x",
		"INSERT INTO t SETTINGS a = 1 FORMAT JSONEachRow {}", "/* a */ INSERT INTO t VALUES",
		"SELECT 'a\\'b', `c\\`d`, \"e\"\"f\", $h$ ; $h$", "INSERT INTO t WITH 1 AS x SELECT x", "SET ROLE ALL",
		"SELECT 1; SELECT 2", "SELECT arrayMap(file, [1])",
		"INSERT INTO t VALUES (1); SET ROLE ALL", "INSERT INTO t FORMAT Values (1)", "EXPLAIN INSERT INTO t VALUES (1)",
		"INSERT INTO t FROM INFILE 'a' FORMAT CSV", "# x\nSELECT 1"} {
		f.Add(sql)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		st := scan(sql)
		if st.head < 0 || st.head > st.data || st.data > len(sql) {
			t.Fatalf("%q: head %d, data %d of %d", sql, st.head, st.data, len(sql))
		}
		q := &request{sql: sql, st: st, role: Reader, settings: map[string]string{}}
		if st.rows {
			if q.sql = sql[:st.head]; gateway.permit(q) == nil {
				t.Fatalf("a reader may insert: %q", sql)
			}
			q.role = Writer
			if gateway.permit(q) != nil {
				return
			}
			text := q.sql + " FORMAT " + st.format + "\n"
			if st.format == "Values" {
				text = q.sql + " VALUES"
			}
			if n, class, err := engine.classify(text); err == nil && class != chdb.Unknown &&
				(n != 1 || class == chdb.ReadOnly) {
				t.Fatalf("%q is taken for an INSERT with rows: %d statements of class %d", sql, n, class)
			}
			return
		}
		if gateway.permit(q) != nil {
			return
		}
		n, class, err := engine.classify(sql)
		if err != nil || n != 1 || class != chdb.ReadOnly && class != chdb.Control {
			t.Fatalf("a reader may run %q: %d statements of class %d (%v)", sql, n, class, err)
		}
		written, err := engine.format(sql)
		if err != nil {
			t.Fatalf("a reader may run %q, which the engine does not write: %v", sql, err)
		}
		if again := tokens(written, nil); class == chdb.ReadOnly && engine.judge(again) != "" {
			t.Fatalf("%q", sql)
		}
	})
}
