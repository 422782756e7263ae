package clickhouse

import (
	"log/slog"
	"net"
	"testing"
	"time"
)

// TestAnAddressThatIsLetGoOf: the engine of a process that was killed holds its socket for a moment.
func TestAnAddressThatIsLetGoOf(t *testing.T) {
	held, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	let := time.AfterFunc(300*time.Millisecond, func() { _ = held.Close() })
	defer let.Stop()
	l, err := listen(t.Context(), held.Addr().String(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	if _, err := listen(t.Context(), "127.0.0.1:nowhere", slog.New(slog.DiscardHandler)); err == nil {
		t.Error("it listens nowhere")
	}
}
