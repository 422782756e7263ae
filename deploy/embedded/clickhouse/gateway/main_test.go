package gateway

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"barometer/deploy/embedded/clickhouse/chdb"
	"barometer/deploy/embedded/libchdb"
)

const secret = "of the writer"

// One process has one data path: the tests of this package share an engine, and each uses names of its own.
var (
	engine  *Engine
	gateway *Gateway
	server  *httptest.Server
)

func TestMain(m *testing.M) {
	status, err := serve(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	os.Exit(status)
}

func serve(m *testing.M) (int, error) {
	dir, err := os.MkdirTemp("", "gateway")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	path, err := libchdb.Locate()
	if err != nil {
		return 1, err
	}
	config, err := WriteConfig(dir, 1<<30, 256<<20)
	if err != nil {
		return 1, err
	}
	lib, err := chdb.Load(path)
	if err != nil {
		return 1, err
	}
	if engine, err = OpenEngine(lib, dir+"/store", config); err != nil {
		return 1, err
	}
	gateway = New(engine, Users{WriterSecret: secret}, 8, slog.New(slog.NewTextHandler(io.Discard, nil)))
	server = httptest.NewServer(gateway)
	status := m.Run()
	server.Close()
	gateway.Close()
	return status, engine.Close()
}

// ask posts a statement; the user is the reader unless query says another.
func ask(t testing.TB, sql string, query url.Values) (string, int) {
	t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, server.URL+"/?"+query.Encode(),
		strings.NewReader(sql))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body), response.StatusCode
}

// with makes URL values of pairs; a pair of user writer brings its password.
func with(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	if v.Get("user") == Writer {
		v.Set("password", secret)
	}
	return v
}

func want(t *testing.T, sql string, query url.Values, answer string) {
	t.Helper()
	if got, status := ask(t, sql, query); status != http.StatusOK || got != answer {
		t.Errorf("%s %v: %d %q, want %q", sql, query, status, got, answer)
	}
}
