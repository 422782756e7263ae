package gateway

import (
	"bufio"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	chcompress "github.com/ClickHouse/ch-go/compress"
	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"

	"barometer/deploy/embedded/clickhouse/chdb"
)

const (
	maxSQL      = 4 << 20  // bytes of SQL text that is not an INSERT with rows
	maxExternal = 64 << 20 // bytes of all external tables of a request
	maxWindow   = 8 << 20  // bytes that a zstd request may make its decoder look back
)

// request is a client's question in the gateway's words.
type request struct {
	sql       string // the statement, without an INSERT's rows
	st        statement
	rows      io.Reader // an INSERT's rows
	role      string
	database  string
	format    string // of the answer, if the statement names none
	params    []chdb.Param
	settings  map[string]string
	sets      map[string]string // of a SET: values as SQL
	set       bool              // they are the session's now
	external  []external
	queryID   string
	sessionID string
	sessionS  int    // seconds that a session lives unused
	checkOnly bool   // the session must exist
	readonly  bool   // only a pure read is run
	revision  uint64 // of the client's Native protocol
	framed    bool   // answer in ClickHouse's own compression frames
	frames    string // LZ4 or ZSTD
	encoding  string // answer's Content-Encoding
}

// external is a table that comes with the request.
type external struct {
	name, structure, format string
	data                    []byte
}

// own are URL names that are neither settings nor parameters.
var own = map[string]bool{"query": true, "database": true, "default_format": true, "user": true, "password": true,
	"query_id":   true,
	"session_id": true, "session_timeout": true, "session_check": true, "quota_key": true, "compress": true,
	"decompress":              true,
	"client_protocol_version": true, "stacktrace": true, "buffer_size": true, "wait_end_of_query": true, "role": true,
	"network_compression_method": true, "network_zstd_compression_level": true, "enable_http_compression": true,
	"close_session": true}

func (g *Gateway) parse(r *http.Request, role string) (*request, error) {
	query := r.URL.Query()
	first := func(key, header string) string {
		if v := query.Get(key); v != "" || header == "" {
			return v
		}
		return r.Header.Get(header)
	}
	q := &request{
		role: role, settings: map[string]string{},
		database: first("database", "X-ClickHouse-Database"), format: first("default_format", "X-ClickHouse-Format"),
		queryID: query.Get("query_id"), sessionID: query.Get("session_id"), checkOnly: query.Get("session_check") == "1",
		framed: query.Get("compress") == "1", frames: strings.ToUpper(query.Get("network_compression_method")), sessionS: 60,
	}
	if q.format == "" {
		q.format = "TabSeparated"
	}
	if n, err := strconv.Atoi(query.Get("session_timeout")); err == nil {
		q.sessionS = min(max(n, 1), 3600)
	}
	q.revision, _ = strconv.ParseUint(query.Get("client_protocol_version"), 10, 64)
	if query.Get("enable_http_compression") == "1" && !q.framed {
		q.encoding = accepted(r.Header.Get("Accept-Encoding"))
	}
	if err := g.names(query, q); err != nil {
		return nil, err
	}
	body, err := decoded(r)
	if err != nil {
		return nil, err
	}
	kind, extra, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case kind == "multipart/form-data":
		return q, q.multipart(query, body, extra["boundary"])
	default:
		return q, q.text(query.Get("query"), body)
	}
}

// names sorts the URL's names into parameters and settings.
func (g *Gateway) names(query url.Values, q *request) error {
	tables := map[string]bool{}
	for name := range query {
		if table, ok := strings.CutSuffix(name, "_structure"); ok {
			tables[table] = true
		}
	}
	for name, values := range query {
		if param, ok := strings.CutPrefix(name, "param_"); ok {
			q.params = append(q.params, chdb.Param{Name: param, Value: values[0]})
			continue
		}
		if own[name] || partOf(name, tables) {
			continue
		}
		if !g.engine.settings[name] {
			return exception(115, "Setting "+name+" is neither a builtin setting nor a parameter of the HTTP interface",
				"UNKNOWN_SETTING")
		}
		if name == "readonly" { // ours to hold: a session that has it set could never change a setting again
			q.readonly = values[0] != "0"
			continue
		}
		q.settings[name] = values[0]
	}
	return nil
}

func partOf(name string, tables map[string]bool) bool {
	for _, suffix := range []string{"_structure", "_format", "_types"} {
		if table, ok := strings.CutSuffix(name, suffix); ok && tables[table] {
			return true
		}
	}
	return false
}

// text takes the statement from the URL, the body, or both: then the body continues the statement, or is an INSERT's
// rows.
func (q *request) text(sql string, body io.Reader) error {
	if sql != "" {
		if q.st = scan(sql); q.st.rows {
			q.sql, q.rows = sql[:q.st.head], io.MultiReader(strings.NewReader(sql[q.st.data:]), body)
			return nil
		}
		sql += "\n"
	}
	buffered := bufio.NewReaderSize(body, 256<<10)
	start, err := buffered.Peek(256 << 10)
	if err != nil && !errors.Is(err, io.EOF) {
		return readFailure("read the request", err)
	}
	if st := scan(sql + string(start)); st.rows {
		_, _ = buffered.Discard(st.data - len(sql))
		q.st, q.sql, q.rows = st, (sql + string(start))[:st.head], buffered
		return nil
	}
	rest, err := io.ReadAll(io.LimitReader(buffered, maxSQL+1))
	if err != nil {
		return readFailure("read the request", err)
	}
	if len(rest) > maxSQL {
		return exception(62, "The statement is longer than 4 MB", "SYNTAX_ERROR")
	}
	q.sql = strings.TrimSpace(sql + string(rest))
	if q.sql == "" {
		return exception(62, "Empty query", "SYNTAX_ERROR")
	}
	q.st = scan(q.sql)
	return nil
}

// decoded undoes the request's encoding and ClickHouse's own frames.
func decoded(r *http.Request) (io.Reader, error) {
	var body io.Reader = r.Body
	var err error
	switch encoding := r.Header.Get("Content-Encoding"); encoding {
	case "", "identity":
	case "gzip", "x-gzip":
		body, err = gzip.NewReader(r.Body)
	case "deflate":
		body, err = zlib.NewReader(r.Body)
	case "br":
		body = brotli.NewReader(r.Body)
	case "zstd":
		body, err = zstd.NewReader(r.Body, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
	case "lz4":
		body = lz4.NewReader(r.Body)
	default:
		return nil, exception(48, "Unknown Content-Encoding "+encoding, "NOT_IMPLEMENTED")
	}
	if err != nil {
		return nil, fmt.Errorf("decode the request: %w", err)
	}
	if r.URL.Query().Get("decompress") == "1" {
		body = chcompress.NewReader(bufio.NewReader(body))
	}
	return body, nil
}
