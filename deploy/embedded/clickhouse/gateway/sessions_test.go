package gateway

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestSettingsOfAURLAreTheQuerys: the next query of the session is as if the one before had not been.
func TestSettingsOfAURLAreTheQuerys(t *testing.T) {
	const rows = "SELECT count() FROM (SELECT number FROM numbers(30))"
	plain := func(session string) url.Values { return with("session_id", session) }
	also := func(session string, pairs ...string) url.Values { return with(append(pairs, "session_id", session)...) }
	for _, s := range []struct{ name, value string }{{"max_block_size", "7"}, {"limit", "10"}, {"offset", "3"},
		{"log_comment", "mine"},
		{"max_result_rows", "1000"}, {"session_timezone", "Asia/Tokyo"}, {"bool_true_representation", `it's \ true`},
		{"max_threads", "1"}} {
		session := "settings-" + s.name
		ask0 := "SELECT value, changed FROM system.settings WHERE name = '" + s.name + "' SETTINGS limit = 0, offset = 0"
		before, _ := ask(t, ask0, plain(session))
		during, status := ask(t, "SELECT toString(getSetting('"+s.name+"')) SETTINGS limit = 0, offset = 0 FORMAT TSVRaw",
			also(session, s.name, s.value))
		if status != http.StatusOK || s.name != "limit" && s.name != "offset" && during != s.value+"\n" {
			t.Errorf("%s: %d %q", s.name, status, during)
		}
		if after, _ := ask(t, ask0, plain(session)); after != before {
			t.Errorf("%s: %q after, %q before", s.name, after, before)
		}
	}
	count := func(query url.Values) int {
		body, _ := ask(t, "SELECT number FROM numbers(30)", query)
		return strings.Count(body, "\n")
	}
	if got := []int{count(plain("rows")), count(also("rows", "limit", "10")), count(plain("rows")),
		count(with())}; fmt.Sprint(got) != "[30 10 30 30]" {
		t.Errorf("rows with a limit in between: %v", got)
	}
	for _, readonly := range []string{"1", "2"} {
		want(t, rows, also("readonly", "readonly", readonly), "30\n")
		want(t, rows, plain("readonly"), "30\n")
		want(t, rows, also("readonly", "max_threads", "1"), "30\n")
	}
	for _, query := range []url.Values{with("user", Writer, "readonly", "1"), with("user", Writer, "readonly", "2",
		"session_id", "w")} {
		if body, _ := ask(t, "CREATE TABLE barometer.not_made (a UInt8) ENGINE = Memory", query); !strings.HasPrefix(body,
			"Code: 164.") {
			t.Errorf("a writer that says readonly writes: %q", body)
		}
	}
	want(t, "SELECT currentDatabase()", also("database", "database", "system"), "system\n")
	want(t, "SELECT currentDatabase()", plain("database"), "default\n")
}

// TestWhatASessionSetsStaysItsOwn: of readers within bounds, and whatever URLs say in between.
func TestWhatASessionSetsStaysItsOwn(t *testing.T) {
	for _, user := range []string{Reader, Writer} {
		own := func(pairs ...string) url.Values { return with(append(pairs, "session_id", "own", "user", user)...) }
		want(t, "SET max_block_size = 11, log_comment = 'a ''b'''", own(), "")
		want(t, "SELECT getSetting('max_block_size'), getSetting('log_comment')", own(), "11\ta \\'b\\'\n")
		want(t, "SELECT getSetting('max_block_size'), getSetting('log_comment')", own("max_block_size", "12", "log_comment",
			"c"), "12\tc\n")
		want(t, "SELECT getSetting('max_block_size'), getSetting('log_comment')", own(), "11\ta \\'b\\'\n")
		want(t, "SELECT getSetting('max_block_size') = 11", with("session_id", "other", "user", user), "0\n")
		want(t, "SET max_block_size = DEFAULT", own(), "")
		want(t, "USE system", own(), "")
		want(t, "SELECT currentDatabase()", own(), "system\n")
	}
	for _, sql := range []string{"SET max_memory_usage = 0", "SET readonly = 0, additional_result_filter = 'a'",
		"SET dialect = 'kusto'", "SET ROLE ALL", "SET DEFAULT ROLE ALL TO default",
		"SET param_a = 1, allow_experimental_eval_table_function = 1", "SET limit = (SELECT 1)",
		"USE barometer; SET ROLE ALL"} {
		if body, status := ask(t, sql, with("session_id", "bad")); status == http.StatusOK {
			t.Errorf("a reader may %s: %q", sql, body)
		}
	}
}

// TestASETIsTheSessionsForItsLaterQueries, whichever setting it is, and nobody else's.
func TestASETIsTheSessionsForItsLaterQueries(t *testing.T) {
	for _, user := range []string{Reader, Writer} {
		as := func(session string, pairs ...string) url.Values {
			return with(append(pairs, "session_id", session, "user", user)...)
		}
		const rows, zone, nulls = "SELECT number FROM numbers(5)", "SELECT toString(toDateTime(0), timezone()), timezone()",
			"SELECT b.c FROM (SELECT 1 AS a) AS x LEFT JOIN (SELECT 2 AS a, 3 AS c) AS b USING (a)"
		was, _ := ask(t, zone, with("user", user))
		want(t, "SET limit = 2, session_timezone = 'Asia/Tokyo'", as("sets"), "")
		want(t, "SET join_use_nulls = 1, format_csv_null_representation = 'a, b = ''\t'", as("sets"), "")
		for range 2 {
			want(t, rows, as("sets"), "0\n1\n")
			want(t, zone, as("sets"), "1970-01-01 09:00:00\tAsia/Tokyo\n")
			want(t, nulls, as("sets"), "\\N\n")
			want(t, "SELECT getSetting('format_csv_null_representation') = 'a, b = ''\t'", as("sets"), "1\n")
		}
		want(t, rows, as("sets", "limit", "1"), "0\n")
		want(t, rows, as("sets"), "0\n1\n")
		for _, other := range []url.Values{as("sets-not"), with("user", user)} {
			want(t, rows, other, "0\n1\n2\n3\n4\n")
			want(t, zone, other, was)
			want(t, nulls, other, "0\n")
		}
		want(t, "SET limit = DEFAULT, join_use_nulls = 0", as("sets"), "")
		want(t, rows, as("sets"), "0\n1\n2\n3\n4\n")
		want(t, nulls, as("sets"), "0\n")
		if body, status := ask(t, "SET limit = 3, no_such_setting = 1", as("sets")); status == http.StatusOK {
			t.Errorf("an unknown setting: %q", body)
		}
		want(t, rows, as("sets"), "0\n1\n2\n3\n4\n")
		if body, status := ask(t, "SET log_comment = '"+strings.Repeat("x", maxSetBytes)+"'",
			as("sets")); status == http.StatusOK {
			t.Errorf("a text without bounds: %q", body)
		}
	}
}

// TestTablesOfARequestAreItsOwn: a session's next request may bring another of that name.
func TestTablesOfARequestAreItsOwn(t *testing.T) {
	for _, rows := range []string{"1\n2\n", "3\n"} {
		var form bytes.Buffer
		w := multipart.NewWriter(&form)
		part, err := w.CreateFormFile("ids", "ids")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, rows); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		query := with("session_id", "external", "query", "SELECT groupArray(a) FROM ids", "ids_structure", "a UInt8")
		response, err := http.Post(server.URL+"/?"+query.Encode(), w.FormDataContentType(), &form)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if want := "[" + strings.ReplaceAll(strings.TrimSpace(rows), "\n", ",") + "]\n"; string(body) != want {
			t.Errorf("%q, want %q", body, want)
		}
	}
}

// TestTheLeastRecentlyUsedSessionGoes where a new one finds the table full.
func TestTheLeastRecentlyUsedSessionGoes(t *testing.T) {
	session := func(n int) url.Values {
		return with("session_id", fmt.Sprintf("full-%d", n), "session_timeout", "3600")
	}
	for n := range maxSessions {
		if n == 2 {
			want(t, "SELECT getSetting('max_block_size')", session(0), "77\n") // used again: 1 is the oldest now
		}
		want(t, "SET max_block_size = 77", session(n), "")
	}
	want(t, "SET max_block_size = 77", session(maxSessions), "")
	want(t, "SELECT getSetting('max_block_size') = 77", session(0), "1\n")
	want(t, "SELECT getSetting('max_block_size') = 77", session(1), "0\n")
	if body, status := ask(t, "SELECT 1", with("session_id", "never-made", "session_check",
		"1")); status != http.StatusNotFound {
		t.Errorf("%d %q", status, body)
	}
}
