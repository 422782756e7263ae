package gateway

import (
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	chcompress "github.com/ClickHouse/ch-go/compress"
	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"

	"github.com/google/uuid"

	"barometer/deploy/embedded/clickhouse/chdb"
)

// answer writes one response: headers with the first bytes, then the body through its encodings.
type answer struct {
	w        *pacedWriter
	q        *request
	timezone string
	tag      string // of a failure in mid-stream, so that data cannot forge one
	started  time.Time
	counts   chdb.Counts
	sent     bool
	body     io.Writer
	close    []func() error
	native   *native
}

func newAnswer(w http.ResponseWriter, timezone string, step time.Duration) *answer {
	paced := &pacedWriter{ResponseWriter: w, control: http.NewResponseController(w), step: step}
	return &answer{w: paced, timezone: timezone, started: time.Now(), tag: strings.ReplaceAll(uuid.NewString(), "-",
		"")[:16]}
}

// headers are those of every answer.
func (a *answer) headers() {
	h := a.w.Header()
	h.Set("X-ClickHouse-Timezone", a.timezone)
	h.Set("X-ClickHouse-Server-Display-Name", "barometer")
	h.Set("X-ClickHouse-Exception-Tag", a.tag)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Type", "text/plain; charset=UTF-8")
}

func (a *answer) begin(q *request) {
	a.q = q
	a.w.Header().Set("X-ClickHouse-Query-Id", q.queryID)
}

// format is told before the first bytes.
func (a *answer) format(q *request) {
	a.w.Header().Set("X-ClickHouse-Format", q.format)
	a.w.Header().Set("Content-Type", contentType(q.format))
	if q.format == "Native" && q.revision > 0 {
		a.native = &native{revision: q.revision}
	}
}

func contentType(format string) string {
	switch {
	case strings.HasPrefix(format, "JSONEachRow") || strings.HasPrefix(format, "JSONCompactEachRow"):
		return "application/x-ndjson; charset=UTF-8"
	case strings.HasPrefix(format, "JSON"):
		return "application/json; charset=UTF-8"
	case strings.HasPrefix(format, "CSV"):
		return "text/csv; charset=UTF-8; header=absent"
	case strings.HasPrefix(format, "TabSeparated"), strings.HasPrefix(format, "TSV"):
		return "text/tab-separated-values; charset=UTF-8"
	case format == "Native", strings.HasPrefix(format, "RowBinary"), strings.HasPrefix(format, "Arrow"),
		format == "Parquet", format == "ORC":
		return "application/octet-stream"
	}
	return "text/plain; charset=UTF-8"
}

func (a *answer) count(c chdb.Counts) {
	a.counts.RowsRead, a.counts.BytesRead = a.counts.RowsRead+c.RowsRead, a.counts.BytesRead+c.BytesRead
	a.counts.RowsWritten, a.counts.BytesWritten = a.counts.RowsWritten+c.RowsWritten, a.counts.BytesWritten+c.BytesWritten
	a.counts.ResultRows, a.counts.ResultBytes = a.counts.ResultRows+c.ResultRows, a.counts.ResultBytes+c.ResultBytes
}

// write sends a chunk, encoded for the client. The bytes may be the engine's: they are not kept.
func (a *answer) write(data []byte) error {
	if len(data) == 0 {
		return nil
	}
	if a.native != nil {
		encoded, err := a.native.encode(data)
		if err != nil {
			return err
		}
		data = encoded
	}
	if err := a.send(); err != nil {
		return err
	}
	if _, err := a.body.Write(data); err != nil {
		return fmt.Errorf("send the answer: %w", err)
	}
	return nil
}

// send sends the headers once and sets the encodings up.
func (a *answer) send() error {
	if a.sent {
		return nil
	}
	a.sent = true
	a.w.Header().Set("X-ClickHouse-Summary", summary(a.counts, time.Since(a.started)))
	a.body = a.w
	if a.q.encoding != "" {
		encoder, err := encode(a.w, a.q.encoding)
		if err != nil {
			return err
		}
		a.w.Header().Set("Content-Encoding", a.q.encoding)
		a.body, a.close = encoder, append(a.close, encoder.Close)
	}
	if a.q.framed {
		method := chcompress.LZ4
		if a.q.frames == "ZSTD" {
			method = chcompress.ZSTD
		}
		a.body = &frames{w: a.body, compressor: chcompress.NewWriter(chcompress.LevelZero, method)}
	}
	return nil
}

func (a *answer) end() error {
	if err := a.send(); err != nil {
		return err
	}
	for _, shut := range a.close {
		if err := shut(); err != nil {
			return fmt.Errorf("end the answer: %w", err)
		}
	}
	return nil
}

// finish gives what the server still holds of the answer its time to go.
func (a *answer) finish() {
	a.w.until = time.Time{}
	_ = a.w.extend() // a connection that takes no deadline is closed
}

// fail says an error: as a response of its own, or within a body that has begun, whose connection it then breaks.
func (a *answer) fail(err error) {
	text, code, status := describe(err)
	a.w.until = time.Time{} // the statement has ended
	if !a.sent {
		a.w.Header().Set("X-ClickHouse-Exception-Code", strconv.Itoa(code))
		a.w.Header().Set("Content-Type", "text/plain; charset=UTF-8")
		a.w.WriteHeader(status)
		_, _ = io.WriteString(a.w, text+"\n")
		return
	}
	_, failed := fmt.Fprintf(a.body, "\r\n__exception__\r\n%s\r\n%s\n%d %s\r\n__exception__\r\n", a.tag, text, len(text)+1,
		a.tag)
	for _, shut := range a.close {
		failed = errors.Join(failed, shut())
	}
	if failed == nil {
		_ = a.w.control.Flush()
	}
	panic(http.ErrAbortHandler)
}

// frames writes ClickHouse's own compressed blocks.
type frames struct {
	w          io.Writer
	compressor *chcompress.Writer
}

func (f *frames) Write(p []byte) (int, error) {
	const size = 1 << 20
	for rest := p; len(rest) > 0; {
		n := min(len(rest), size)
		if err := f.compressor.Compress(rest[:n]); err != nil {
			return 0, err
		}
		if _, err := f.w.Write(f.compressor.Data); err != nil {
			return 0, err
		}
		rest = rest[n:]
	}
	return len(p), nil
}

// accepted is the first encoding of Accept-Encoding that encode knows.
func accepted(header string) string {
	for part := range strings.SplitSeq(header, ",") {
		name, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		switch name {
		case "gzip", "deflate", "br", "zstd", "lz4":
			return name
		}
	}
	return ""
}

func encode(w io.Writer, encoding string) (io.WriteCloser, error) {
	switch encoding {
	case "gzip":
		return gzip.NewWriterLevel(w, gzip.BestSpeed)
	case "deflate":
		return zlib.NewWriterLevel(w, zlib.BestSpeed)
	case "br":
		return brotli.NewWriterLevel(w, 3), nil
	case "zstd":
		return zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	case "lz4":
		return lz4.NewWriter(w), nil
	}
	panic("gateway: encoding " + encoding)
}
