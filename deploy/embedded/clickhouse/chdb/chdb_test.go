package chdb

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"barometer/deploy/embedded/libchdb"
)

// One process has one data path: the tests share a library and a directory.
var (
	library *Library
	path    string
)

func TestMain(m *testing.M) {
	status, err := load(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	os.Exit(status)
}

func load(m *testing.M) (int, error) {
	dir, err := os.MkdirTemp("", "chdb")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	file, err := libchdb.Locate()
	if err != nil {
		return 1, err
	}
	if library, err = Load(file); err != nil {
		return 1, err
	}
	path = dir
	root, err := library.Connect("--path=" + dir) // keeps the engine up between tests
	if err != nil {
		return 1, err
	}
	defer root.Close()
	return m.Run(), nil
}

func connect(t *testing.T, settings ...string) *Conn {
	t.Helper()
	conn, err := library.Connect(append([]string{"--path=" + path}, settings...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	return conn
}

func answer(t *testing.T, conn *Conn, sql string, params ...Param) string {
	t.Helper()
	result, err := conn.Query(sql, "TSV", params)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	defer result.Close()
	return string(result.Bytes())
}

func TestAStatementIsAnswered(t *testing.T) {
	conn := connect(t, "--max_block_size=7")
	if got := answer(t, conn, "SELECT 1, 'ü', getSetting('max_block_size')"); got != "1\tü\t7\n" {
		t.Errorf("%q", got)
	}
	if got := answer(t, conn, "SELECT {a:String}, {b:Array(UInt8)}, {c:String}", Param{"a", `x\ny`}, Param{"b", "[1,2]"},
		Param{"c", ""}); got != `x\ny`+"\t[1,2]\t\n" {
		t.Errorf("%q", got)
	}
	if got := answer(t, conn, "SELECT 1 WHERE 0"); got != "" {
		t.Errorf("%q", got)
	}
	_, err := conn.Query("SELECT nothing", "TSV", nil)
	if own := new(Error); !errors.As(err, &own) || !strings.HasPrefix(own.Message, "Code: 47. DB::Exception: ") {
		t.Errorf("%v", err)
	}
	if got := answer(t, conn, "SELECT 2"); got != "2\n" { // an error leaves the session whole
		t.Errorf("%q", got)
	}
	if got := answer(t, connect(t), "SELECT getSetting('max_block_size') = 7"); got != "0\n" {
		t.Errorf("another session has the setting: %q", got)
	}
}

func TestStatementsAreClassified(t *testing.T) {
	conn := connect(t)
	for _, c := range []struct {
		sql   string
		n     int
		class Class
	}{
		{"SELECT 1", 1, ReadOnly}, {"-- a\nWITH 1 AS a SELECT a", 1, ReadOnly}, {"SHOW TABLES", 1, ReadOnly},
		{"EXPLAIN SELECT 1", 1, ReadOnly},
		{"SELECT 1; SELECT 2", 2, ReadOnly}, {"INSERT INTO t VALUES (1)", 1, Mutating}, {"DROP TABLE t", 1, Mutating},
		{"SET a = 1", 1, Control},
		{"SELECT 1 INTO OUTFILE 'a'", 1, Control}, {"SELECT 1; KILL QUERY WHERE 1", 2, Control}, {"SELECT (", 0, Unknown},
		{"", 0, Unknown},
	} {
		n, class, err := conn.Classify(c.sql)
		if err != nil || class != c.class || class != Unknown && n != c.n {
			t.Errorf("%q: %d statements of class %d, want %d of %d (%v)", c.sql, n, class, c.n, c.class, err)
		}
	}
}

func TestRowsComeAndGoInChunks(t *testing.T) {
	conn := connect(t, "--max_block_size=1000")
	answer(t, conn, "CREATE TEMPORARY TABLE numbers_in (a UInt64, b String)")
	in, err := conn.Insert("INSERT INTO numbers_in", "CSV", nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5000 {
		if err := in.Append(fmt.Appendf(nil, "%d,\"a %d\"\n", i, i)); err != nil {
			t.Fatal(err)
		}
	}
	counts, err := in.Done()
	in.Close()
	if err != nil || counts.RowsWritten != 5000 {
		t.Fatalf("%+v (%v)", counts, err)
	}
	rows, err := conn.Stream("SELECT number FROM numbers(5000)", "TSV", nil)
	if err != nil {
		t.Fatal(err)
	}
	n, chunks := 0, 0
	for {
		chunk, err := rows.Next()
		if err != nil {
			t.Fatal(err)
		}
		if chunk == nil {
			break
		}
		n, chunks = n+strings.Count(string(chunk.Bytes()), "\n"), chunks+1
		chunk.Close()
	}
	rows.Close()
	if n != 5000 || chunks < 2 {
		t.Errorf("%d rows in %d chunks", n, chunks)
	}
	early, err := conn.Stream("SELECT number FROM numbers(1000000)", "TSV", nil)
	if err != nil {
		t.Fatal(err)
	}
	early.Close() // ends the statement
	bad, err := conn.Insert("INSERT INTO numbers_in", "CSV", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = bad.Append([]byte("not a number,a\n"))
	if _, err := bad.Done(); err == nil {
		t.Error("a row that is none is stored")
	}
	bad.Close()
	if got := answer(t, conn, "SELECT count() FROM numbers_in"); got != "5000\n" {
		t.Errorf("%q", got)
	}
}

func TestUseAfterCloseIsAPanic(t *testing.T) {
	conn, err := library.Connect("--path=" + path)
	if err != nil {
		t.Fatal(err)
	}
	result, err := conn.Query("SELECT 1", "TSV", nil)
	if err != nil {
		t.Fatal(err)
	}
	result.Close()
	conn.Close()
	for name, again := range map[string]func(){"Result": result.Close, "Conn": conn.Close} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s is closed twice without a word", name)
				}
			}()
			again()
		}()
	}
}
