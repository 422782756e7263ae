package gateway

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

const sleeps = "SELECT sum(sleepEachRow(1)) FROM numbers(60) SETTINGS max_block_size = 1, max_threads = 1, " +
	"max_execution_time = 600"

// bounded serves a gateway of its own bounds, with two slots of the writer, in place of the one that the tests share.
func bounded(t *testing.T, b bounds) *Gateway {
	t.Helper()
	g := New(engine, Users{WriterSecret: secret}, 2, slog.New(slog.NewTextHandler(io.Discard, nil)))
	g.bounds = b
	shared := server
	server = httptest.NewServer(g)
	t.Cleanup(func() {
		server.Close()
		server = shared
		g.Close()
	})
	return g
}

func await(t *testing.T, what string, within time.Duration, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(within); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within %s", what, within)
		}
	}
}

// fill has every slot of readers at work.
func fill(t *testing.T, g *Gateway) <-chan string {
	t.Helper()
	answers := make(chan string, maxReaders)
	for range maxReaders {
		go func() {
			response, err := http.Post(server.URL, "text/plain", strings.NewReader(sleeps))
			if err != nil {
				answers <- err.Error()
				return
			}
			defer response.Body.Close()
			body, _ := io.ReadAll(response.Body)
			answers <- response.Status + " " + string(body)
		}()
	}
	await(t, "all slots of readers are taken", 5*time.Second, func() bool { return len(g.readers) == maxReaders })
	return answers
}

// TestReadersLeaveTheWriterItsSlots: statements that sleep take those of readers only, and end with a reader's time.
func TestReadersLeaveTheWriterItsSlots(t *testing.T) {
	g := bounded(t, bounds{wait: 50 * time.Millisecond, statement: time.Second, progress: 10 * time.Second})
	answers := fill(t, g)
	started := time.Now()
	want(t, "SELECT 1", with("user", Writer), "1\n")
	if body, status := ask(t, "SELECT 1", nil); status != http.StatusTooManyRequests ||
		!strings.HasPrefix(body, "Code: 202.") {
		t.Errorf("one reader more: %d %q", status, body)
	}
	form := strings.Repeat("x", maxForm+1)
	response, err := http.Post(server.URL+"/?query=SELECT+1&t_structure=a+String", "multipart/form-data; boundary=x",
		strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\n"+form+"\r\n--x--\r\n"))
	if err == nil { // else the connection was closed before all had been sent
		if _ = response.Body.Close(); response.StatusCode != http.StatusTooManyRequests {
			t.Errorf("a form is read before it has a slot: %s", response.Status)
		}
	}
	if len(g.readers) != maxReaders {
		t.Error("the readers were gone before the test was")
	}
	for range maxReaders {
		if answer := <-answers; !strings.HasPrefix(answer, "408 ") || !strings.Contains(answer, "Code: 159.") {
			t.Errorf("a statement that sleeps for a minute: %q", answer)
		}
	}
	if took := time.Since(started); took > 6*time.Second {
		t.Errorf("statements of a second took %s", took)
	}
	want(t, "SELECT 1", nil, "1\n")
	if body, status := ask(t, strings.Replace(sleeps, "600", "0.2", 1), nil); status != http.StatusRequestTimeout {
		t.Errorf("a reader's own time: %d %q", status, body)
	}
}

// TestReadersTogetherHaveHalfTheMemory, whatever they say.
func TestReadersTogetherHaveHalfTheMemory(t *testing.T) {
	if engine.reader*maxReaders > 1<<30/2 {
		t.Errorf("%d readers have %d bytes each, of 1 GiB in all", maxReaders, engine.reader)
	}
	want(t, "SELECT getSetting('max_memory_usage')", nil, fmt.Sprintf("%d\n", engine.reader))
	want(t, "SELECT getSetting('max_memory_usage')", with("session_id", "memory"), fmt.Sprintf("%d\n", engine.reader))
	want(t, "SELECT getSetting('max_memory_usage')", with("user", Writer), fmt.Sprintf("%d\n", 256<<20))
	const takes = "SELECT length(groupArray(number)) FROM numbers(8000000)"
	want(t, takes, with("user", Writer), "8000000\n")
	for _, sql := range []string{takes, "SELECT * FROM (SELECT groupArray(number) FROM numbers(8000000)) FORMAT Null",
		"SELECT toString(number) FROM numbers(40000000) FORMAT JSONCompact"} {
		if body, status := ask(t, sql, nil); status == http.StatusOK || !strings.HasPrefix(body, "Code: 241.") {
			t.Errorf("%s: %d %.200q", sql, status, body)
		}
	}
	for _, settings := range []string{"max_memory_usage = 200000000", "`max_memory_usage` = 200000000",
		"profile = 'default'",
		"max_threads = 1, max_memory_usage = DEFAULT"} {
		for _, sql := range []string{takes + " SETTINGS " + settings,
			"SELECT * FROM (" + takes + " SETTINGS " + settings + ")",
			"SET " + settings} {
			if body, status := ask(t, sql, with("session_id", "memory")); status != http.StatusForbidden &&
				status != http.StatusBadRequest {
				t.Errorf("%s: %d %.200q", sql, status, body)
			}
		}
	}
	want(t, "SELECT getSetting('max_memory_usage')", with("session_id", "memory"), fmt.Sprintf("%d\n", engine.reader))
}

// send opens a connection and writes the beginning of a request.
func send(t *testing.T, text string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	return conn
}

// TestAnswersThatNobodyReads give their slots back; those that are read slowly arrive.
func TestAnswersThatNobodyReads(t *testing.T) {
	g := bounded(t, bounds{wait: 5 * time.Second, statement: time.Minute, progress: 300 * time.Millisecond})
	for _, user := range []string{Reader, Writer} {
		slots := map[string]chan struct{}{Reader: g.readers, Writer: g.writers}[user]
		for _, sql := range []string{"SELECT number FROM numbers(100000000) FORMAT TSV",
			"SELECT number FROM numbers(2000000) FORMAT JSONCompact"} {
			query := with("user", user, "query", sql)
			for range cap(slots) {
				send(t, "GET /?"+query.Encode()+" HTTP/1.1\r\nHost: localhost\r\n\r\n")
			}
			await(t, sql+" is at work", 5*time.Second, func() bool { return len(slots) > 0 })
			await(t, sql+" of "+user+" ends", 10*time.Second, func() bool { return len(slots) == 0 })
		}
	}
	response, err := http.Get(server.URL + "/?query=" + url.QueryEscape("SELECT number FROM numbers(8000000) FORMAT TSV"))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	lines, started := 0, time.Now()
	for buffer := make([]byte, 1<<20); err == nil; time.Sleep(10 * time.Millisecond) {
		n := 0
		n, err = io.ReadFull(response.Body, buffer)
		lines += strings.Count(string(buffer[:n]), "\n")
	}
	if lines != 8000000 || time.Since(started) < g.bounds.progress {
		t.Errorf("%d lines in %s: %v", lines, time.Since(started), err)
	}
}

// TestRequestsThatDoNotCome end, whether they have a slot already or not, and none is waited for longer than a
// statement may take.
func TestRequestsThatDoNotCome(t *testing.T) {
	g := bounded(t, bounds{wait: time.Second, statement: 900 * time.Millisecond, progress: 400 * time.Millisecond})
	const head = "POST /?query=SELECT+1&t_structure=a+String%s HTTP/1.1\r\n" +
		"Host: localhost\r\nContent-Length: 60000000\r\n" +
		"Content-Type: multipart/form-data; boundary=x\r\n\r\n" +
		"--x\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\n"
	small, large := strings.Repeat("a", beforeASlot/2), strings.Repeat("a", 4*beforeASlot)
	for _, c := range []struct {
		name, text string
		slot       bool
		drips      bool
		status     []int
	}{
		{"begins", fmt.Sprintf(head, "") + small, false, false, []int{503}},
		{"begins and drips", fmt.Sprintf(head, "") + small, false, true, []int{503}},
		{"goes on", fmt.Sprintf(head, "") + large, true, false, []int{503}},
		{"goes on and drips", fmt.Sprintf(head, "") + large, true, true, []int{408, 503}},
		{"is refused", fmt.Sprintf(head, "&user=nobody") + small, false, true, []int{403}},
	} {
		started, taken := time.Now(), 0
		conn := send(t, c.text)
		ended := make(chan int, 1)
		go func() {
			defer close(ended)
			in := bufio.NewReader(conn)
			response, err := http.ReadResponse(in, nil)
			if err != nil {
				return
			}
			_, _ = io.Copy(io.Discard, response.Body)
			_, _ = in.ReadByte() // until the connection is closed
			ended <- response.StatusCode
		}()
		status := 0
		for over := false; !over; {
			select {
			case status = <-ended:
				over = true
			case <-time.After(20 * time.Millisecond):
				taken = max(taken, len(g.readers))
				if c.drips {
					_, _ = conn.Write([]byte("a"))
				}
			}
			if time.Since(started) > 5*time.Second {
				t.Fatalf("a request that %s is waited for", c.name)
			}
		}
		if fmt.Sprint(c.status) != fmt.Sprint([]int{status}) && (len(c.status) == 1 || status != c.status[0] &&
			status != c.status[1]) {
			t.Errorf("a request that %s: %d, want %v", c.name, status, c.status)
		}
		if (taken > 0) != c.slot {
			t.Errorf("a request that %s takes %d slots", c.name, taken)
		}
	}
	const form = "--x\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\n"
	in, out := io.Pipe()
	go func() {
		_, _ = io.WriteString(out, form+large)
		for range 6 {
			time.Sleep(100 * time.Millisecond)
			_, _ = io.WriteString(out, small)
		}
		_, _ = io.WriteString(out, "\r\n--x--\r\n")
		_ = out.Close()
	}()
	steady, err := http.Post(server.URL+"/?query=SELECT+1&t_structure=a+String", "multipart/form-data; boundary=x", in)
	if err != nil {
		t.Fatal(err)
	}
	if _ = steady.Body.Close(); steady.StatusCode != http.StatusOK {
		t.Errorf("a request that takes longer than a step and goes on: %s", steady.Status)
	}
	want(t, "SELECT sleep(0.7)", nil, "0\n") // longer than a step, after the request has come
	await(t, "all slots are free", time.Second, func() bool { return len(g.readers) == 0 })
	response, err := http.Post(server.URL+"/?query=SELECT+1&t_structure=a+String", "multipart/form-data; boundary=x",
		strings.NewReader(form+strings.Repeat("x", maxForm)+"y\r\n--x--\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _ = response.Body.Close(); response.StatusCode != http.StatusBadRequest {
		t.Errorf("a form of more than %d bytes: %s", maxForm, response.Status)
	}
}
