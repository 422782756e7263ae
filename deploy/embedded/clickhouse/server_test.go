package clickhouse

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

func start(t *testing.T, dir string) *Server {
	t.Helper()
	cfg := Defaults()
	cfg.DataDir, cfg.Listen = dir, "127.0.0.1:0"
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	s, err := Start(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func stop(t *testing.T, s *Server) {
	t.Helper()
	if err := s.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
}

var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

// ask posts a statement; user "" is a client that names none.
func ask(t *testing.T, s *Server, user, sql string, query url.Values) (string, *http.Response) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+"/?"+query.Encode(), strings.NewReader(sql))
	if err != nil {
		t.Fatal(err)
	}
	if user != "" {
		r.SetBasicAuth(user, map[string]string{"barometer_writer": s.WriterSecret()}[user])
	}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body), response
}

func must(t *testing.T, s *Server, user, sql, want string) {
	t.Helper()
	got, response := ask(t, s, user, sql, nil)
	if response.StatusCode != http.StatusOK || got != want {
		t.Fatalf("%s: %s: %s %q, want %q", user, sql, response.Status, got, want)
	}
}

const writer = "barometer_writer"

func TestDataOutlivesTheChild(t *testing.T) {
	s := start(t, t.TempDir())
	defer stop(t, s)
	must(t, s, writer, "CREATE TABLE barometer.t (a UInt8) ENGINE = MergeTree ORDER BY a", "")
	must(t, s, writer, "INSERT INTO barometer.t VALUES (1), (2)", "")
	must(t, s, writer, "SELECT value FROM system.merge_tree_settings WHERE name IN ('fsync_after_insert', "+
		"'fsync_part_directory')", "1\n1\n")
	first := s.PID()
	if err := syscall.Kill(first, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for s.PID() == first || s.PID() == 0 {
		time.Sleep(10 * time.Millisecond)
	}
	if err := s.Ready(ctx); err != nil {
		t.Fatal(err)
	}
	must(t, s, "", "SELECT sum(a) FROM barometer.t", "3\n")
}

// TestConnectionsAreBounded: one more than the child holds is answered, and the one that has been silent longest ends.
func TestConnectionsAreBounded(t *testing.T) {
	s := start(t, t.TempDir())
	defer stop(t, s)
	held := make([]net.Conn, maxConnections+1)
	for i := range held {
		conn, err := net.Dial("tcp", s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		held[i] = conn
	}
	must(t, s, writer, "SELECT 1", "1\n")
	for i, ends := range map[int]bool{0: true, 1: true, 100: false, maxConnections: false} {
		if err := held[i].SetReadDeadline(time.Now().Add(300 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		_, err := held[i].Read(make([]byte, 1))
		if silent := errors.Is(err, os.ErrDeadlineExceeded); silent == ends {
			t.Errorf("connection %d: %v", i, err)
		}
	}
}

// TestBusyConnectionsStay: a new one ends where none is silent.
func TestBusyConnectionsStay(t *testing.T) {
	c := newConnections(2)
	ended := func(conn net.Conn) bool {
		_ = conn.SetReadDeadline(time.Now().Add(-time.Second))
		_, err := conn.Read(make([]byte, 1))
		return !errors.Is(err, os.ErrDeadlineExceeded)
	}
	var conns [4]net.Conn
	for i := range conns {
		conn, other := net.Pipe()
		defer other.Close()
		defer conn.Close()
		conns[i] = conn
	}
	for _, conn := range conns[:2] {
		c.state(conn, http.StateNew)
		c.state(conn, http.StateActive)
	}
	c.state(conns[2], http.StateNew)
	c.state(conns[1], http.StateIdle)
	c.state(conns[3], http.StateNew)
	for i, ends := range []bool{false, true, true, false} {
		if ended(conns[i]) != ends {
			t.Errorf("connection %d", i)
		}
	}
}
