package body

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestLargeBodiesTakeTurns, packed or not, however they say their length; small ones do not wait.
func TestLargeBodiesTakeTurns(t *testing.T) {
	under, free := make(chan struct{}), make(chan struct{})
	handler := NewUnpacker().Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Header.Get("Hold") != "" {
			under <- struct{}{}
			<-free
		}
		fmt.Fprint(w, len(body))
	}))
	large, small := bytes.Repeat([]byte{' '}, 2<<20), []byte("[]")
	packed := func(plain []byte) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write(plain)
		_ = z.Close()
		return b.Bytes()
	}
	send := func(body []byte, coding string, chunked, hold bool) *httptest.ResponseRecorder {
		return sendBody(handler, body, coding, chunked, hold)
	}
	done := make(chan *httptest.ResponseRecorder)
	for i := range mostLarge {
		go func() {
			body, coding := large, ""
			if i%2 == 1 {
				body, coding = packed(large), "gzip"
			}
			done <- send(body, coding, i == 2, true)
		}()
	}
	for range mostLarge {
		<-under
	}
	for _, x := range []struct {
		body    []byte
		coding  string
		chunked bool
		status  int
	}{
		{large, "", false, 503}, {large, "", true, 503}, {packed(large), "gzip", false, 503},
		{packed(large), "gzip", true, 503},
		{small, "", false, 200}, {small, "", true, 200}, {packed(small), "gzip", false, 200},
	} {
		got := send(x.body, x.coding, x.chunked, false)
		if got.Code != x.status || x.status == 503 && got.Header().Get("Retry-After") == "" {
			t.Errorf("%d bytes %q, chunked %t: %d %s", len(x.body), x.coding, x.chunked, got.Code, got.Body)
		}
	}
	close(free)
	for range mostLarge {
		if got := <-done; got.Code != 200 || got.Body.String() != fmt.Sprint(len(large)) {
			t.Errorf("a large body: %d %s", got.Code, got.Body)
		}
	}
	for _, coding := range []string{"", "gzip"} { // refused ones give their places back
		body := make([]byte, MaxBytes+1)
		if coding != "" {
			body = packed(body)
		}
		for range mostLarge + 1 {
			if got := send(body, coding, true, false); got.Code != http.StatusRequestEntityTooLarge {
				t.Fatalf("too large, %q: %d %s", coding, got.Code, got.Body)
			}
		}
	}
	if got := send(large, "", false, false); got.Code != 200 {
		t.Errorf("afterwards: %d", got.Code)
	}
}

func sendBody(handler http.Handler, body []byte, coding string, chunked, hold bool) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/v1/events", bytes.NewReader(body))
	if chunked {
		r.ContentLength = -1
	}
	if coding != "" {
		r.Header.Set("Content-Encoding", coding)
	}
	if hold {
		r.Header.Set("Hold", "1")
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}
