package clickhouse

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReaderReadsAndNothingElse(t *testing.T) {
	s := start(t, t.TempDir())
	defer stop(t, s)
	must(t, s, writer, "CREATE TABLE barometer.t (a UInt8) ENGINE = MergeTree ORDER BY a", "")
	must(t, s, writer, "INSERT INTO barometer.t VALUES (1), (2)", "")
	must(t, s, writer, "CREATE VIEW barometer.v AS SELECT a FROM barometer.t WHERE a = {x:UInt8}", "")
	for _, user := range []string{"", "default", "barometer_reader"} {
		must(t, s, user, "SELECT sum(a) FROM barometer.t", "3\n")
		must(t, s, user, "SELECT * FROM barometer.v(x = 2)", "2\n")
		must(t, s, user, "SELECT count() > 0 FROM system.tables", "1\n")
	}
	secret, outside := filepath.Join(t.TempDir(), "secret"), filepath.Join(t.TempDir(), "out")
	if err := os.WriteFile(secret, []byte("42\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{
		"SELECT * FROM file('" + secret + "', 'TSV', 'a String')",
		"SELECT file('" + secret + "')",
		"SELECT * FROM `" + secret + "`",
		"SELECT * FROM `/etc/hostname`",
		"SELECT * FROM fileCluster('default', '" + secret + "', 'TSV', 'a String')",
		"DESCRIBE file('" + secret + "', 'TSV')",
		"SELECT * FROM filesystem('/etc')",
		"SELECT * FROM merge(currentDatabase(), '.*') WHERE a IN (SELECT a FROM file('" + secret + "', 'TSV', 'a UInt8'))",
		"SELECT 1 INTO OUTFILE '" + outside + "'",
		"SELECT * FROM url('http://127.0.0.1:1/', 'TSV', 'a String')",
		"SELECT * FROM s3('http://127.0.0.1:1/bucket/a', 'TSV', 'a String')",
		"SELECT * FROM remote('127.0.0.1:9000', 'system.one')",
		"SELECT * FROM mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')",
		"SELECT * FROM postgresql('127.0.0.1:1', 'a', 'b', 'c', 'd')",
		"SELECT * FROM sqlite('" + secret + "', 'a')",
		"SELECT * FROM executable('cat', 'TSV', 'a String')",
		"SELECT * FROM hdfs('hdfs://127.0.0.1:1/a', 'TSV', 'a String')",
		"INSERT INTO barometer.t VALUES (3)",
		"INSERT INTO FUNCTION file('" + outside + "', 'TSV', 'a UInt8') SELECT 1",
		"CREATE TABLE barometer.x (a UInt8) ENGINE = Memory",
		"CREATE DATABASE other",
		"DROP TABLE barometer.t",
		"TRUNCATE TABLE barometer.t",
		"ALTER TABLE barometer.t DELETE WHERE 1",
		"KILL QUERY WHERE 1",
		"SYSTEM SHUTDOWN",
		"SYSTEM FLUSH LOGS",
		"SET ROLE barometer_engine",
		"SET ROLE ALL",
		"SET max_memory_usage = 0",
		"SELECT 1; SET ROLE ALL",
		"SELECT 1; SELECT 2",
		"SELECT 1 PARALLEL WITH SELECT 2",
		"CREATE FUNCTION f AS (x) -> x",
		"BACKUP DATABASE barometer TO File('" + outside + "')",
		"GRANT ALL ON *.* TO default",
		"SELECT `file`('/proc/self/status')",
		"SELECT \"f\\x69le\"('/proc/self/status')",
		"SELECT “file”('/proc/self/status')",
		"SELECT arrayMap(file, ['/proc/self/status'])",
		"SELECT $a$'$a$, file($a$/proc/self/status$a$), ''",
		"SELECT 1 SETTINGS additional_result_filter = 'length(file(''/proc/self/status'')) > 0'",
		"SELECT 1 SETTINGS max_memory_usage = 0",
		"SELECT 1 SETTINGS max_memory_usage = 900000000000",
		"SELECT 1 FORMAT Template SETTINGS format_template_row = '/proc/self/status'",
		"EXECUTE AS barometer_engine SELECT 1",
	} {
		body, response := ask(t, s, "", sql, nil)
		if response.StatusCode == http.StatusOK || strings.Contains(body, "42") && !strings.Contains(body, "Code: ") {
			t.Errorf("a reader may %s: %s %q", sql, response.Status, body)
		}
	}
	for setting, value := range map[string]string{"additional_result_filter": "length(file('/proc/self/status')) > 0",
		"max_memory_usage": "0", "format_template_row": "/proc/self/status"} {
		if body, response := ask(t, s, "", "SELECT 1", url.Values{setting: {value}}); response.StatusCode == http.StatusOK {
			t.Errorf("a reader may set %s to %s: %q", setting, value, body)
		}
	}
	if _, err := os.Stat(outside); !os.IsNotExist(err) {
		t.Errorf("a reader wrote a file: %v", err)
	}
	must(t, s, "", "SELECT sum(a) FROM barometer.t", "3\n")
}

// The sandbox is the wall behind the roles: what the engine may do by its grants, the kernel denies.
func TestSandboxHoldsTheWriter(t *testing.T) {
	s := start(t, t.TempDir())
	defer stop(t, s)
	for _, sql := range []string{"SELECT * FROM file('/etc/hostname', 'TSV', 'a String')",
		"SELECT 1 INTO OUTFILE '/tmp/barometer-escape'",
		"SELECT file('/etc/hostname')", "SET ROLE barometer_engine", "SET ROLE ALL",
		"SELECT * FROM url('http://127.0.0.1:1/', 'TSV', 'a String')",
		"CREATE DATABASE other", "CREATE TABLE barometer.f (a String) ENGINE = File(TSV)"} {
		if body, response := ask(t, s, writer, sql, nil); response.StatusCode == http.StatusOK {
			t.Errorf("the writer may %s: %q", sql, body)
		}
	}
	status, err := os.ReadFile("/proc/" + itoa(s.PID()) + "/status")
	if err == nil && !strings.Contains(string(status), "NoNewPrivs:\t1") {
		t.Error("the child runs without its sandbox")
	}
}

func TestCredentials(t *testing.T) {
	s := start(t, t.TempDir())
	defer stop(t, s)
	for _, query := range []url.Values{
		{"user": {writer}}, {"user": {writer}, "password": {"wrong"}}, {"user": {"root"}},
		{"user": {"default"}, "password": {"x"}},
	} {
		if body, response := ask(t, s, "", "SELECT 1", query); response.StatusCode != http.StatusForbidden ||
			!strings.HasPrefix(body, "Code: 516.") {
			t.Errorf("%v: %s %q", query, response.Status, body)
		}
	}
	body, response := ask(t, s, "", "SELECT currentRoles()", url.Values{"user": {writer}, "password": {s.WriterSecret()}})
	if body != "['barometer_writer']\n" {
		t.Errorf("writer by URL: %s %q", response.Status, body)
	}
}
