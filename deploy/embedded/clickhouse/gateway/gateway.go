package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/sourcegraph/conc"

	"barometer/deploy/embedded/clickhouse/chdb"
)

// Gateway is the http.Handler.
type Gateway struct {
	engine   *Engine
	users    Users
	sessions *sessions
	writers  chan struct{} // statements of the writer at once
	readers  chan struct{} // statements of readers at once
	bounds   bounds
	log      *slog.Logger
}

// New makes a handler on an engine. At most `statements` of the writer run at once; others wait. Readers have slots of
// their own.
func New(engine *Engine, users Users, statements int, log *slog.Logger) *Gateway {
	return &Gateway{engine: engine, users: users, sessions: newSessions(engine), writers: make(chan struct{}, statements),
		readers: make(chan struct{}, maxReaders), bounds: defaultBounds(), log: log}
}

// Close ends the sessions that clients kept; no request may be under way.
func (g *Gateway) Close() { g.sessions.close() }

func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out := newAnswer(w, g.engine.timezone, g.bounds.progress)
	defer out.finish()
	if err := g.hurry(r, out); err != nil {
		g.log.Warn("a connection takes no deadline", "error", err)
		panic(http.ErrAbortHandler)
	}
	if why := fromOutside(r); why != "" {
		http.Error(w, "Refused: "+why, http.StatusForbidden)
		return
	}
	_, asked := r.URL.Query()["query"]
	bodyless := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case r.URL.Path == "/ping" || r.URL.Path == "/" && bodyless && !asked:
		_, _ = io.WriteString(w, "Ok.\n")
		return
	case r.URL.Path != "/" && r.URL.Path != "/query":
		http.Error(w, "There is no handler "+r.URL.Path, http.StatusNotFound)
		return
	case !bodyless && r.Method != http.MethodPost:
		http.Error(w, "Only GET, HEAD and POST are understood", http.StatusMethodNotAllowed)
		return
	}
	out.headers()
	role, ok := g.users.role(r)
	if !ok {
		w.Header().Set("WWW-Authenticate", `Basic realm="ClickHouse server HTTP API"`)
		out.fail(exception(516, "Authentication failed: password is incorrect, or there is no user with such name",
			"AUTHENTICATION_FAILED"))
		return
	}
	started := time.Now()
	err := g.answer(r, role, out)
	g.log.Debug("statement", "user", role, "elapsed", time.Since(started), "error", err)
	if err != nil {
		out.fail(err)
	}
}

// answer reads a request and runs its statement in a slot: a reader's is taken before its body is read, the writer's
// after.
func (g *Gateway) answer(r *http.Request, role string, out *answer) error {
	ctx := r.Context()
	if role == Reader {
		bounded, release, err := g.admit(r, out)
		if err != nil {
			return err
		}
		defer release()
		ctx = bounded
	} else if err := out.w.control.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	q, err := g.parse(r, role)
	if err != nil {
		return g.timedOut(ctx, r, err)
	}
	if q.queryID == "" {
		q.queryID = uuid.NewString()
	}
	out.begin(q)
	q.readonly = q.readonly || r.Method == http.MethodGet || r.Method == http.MethodHead
	if role != Reader {
		select {
		case g.writers <- struct{}{}:
			defer func() { <-g.writers }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return g.timedOut(ctx, r, g.serve(ctx, q, out))
}

// serve runs one request's statement on its session.
func (g *Gateway) serve(ctx context.Context, q *request, out *answer) error {
	if err := g.permit(q); err != nil {
		return err
	}
	conn, tag, release, err := g.sessions.take(q)
	if err != nil {
		return err
	}
	defer release()
	if err := g.load(conn, q); err != nil {
		return err
	}
	return g.cancellable(ctx, tag, func() error {
		if q.st.rows {
			return insert(ctx, conn, q, out)
		}
		err := query(conn, q, out)
		q.set = q.sets != nil && err == nil
		return err
	})
}

// cancellable runs work and kills its statement when the client goes.
func (g *Gateway) cancellable(ctx context.Context, tag string, work func() error) error {
	ctx, done := context.WithCancel(ctx)
	var watch conc.WaitGroup
	defer watch.Wait()
	defer done()
	finished := make(chan struct{})
	defer close(finished)
	watch.Go(func() {
		for {
			select {
			case <-finished:
				return
			case <-ctx.Done():
			}
			select {
			case <-finished:
				return
			default:
			}
			if err := g.engine.kill(tag); err != nil {
				g.log.Warn("a statement whose client went could not be ended", "error", err)
			}
			select {
			case <-finished:
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	})
	return work()
}

// streamed are the formats whose chunks are a document together.
var streamed = map[string]bool{"TSV": true, "TabSeparated": true, "CSV": true, "JSONEachRow": true, "RowBinary": true,
	"Native": true}

func query(conn *chdb.Conn, q *request, out *answer) error {
	if q.st.format != "" {
		q.format = q.st.format
	}
	out.format(q)
	if !streamed[q.format] || q.st.verb != "SELECT" && q.st.verb != "WITH" {
		result, err := conn.Query(q.sql, q.format, q.params)
		if err != nil {
			return err
		}
		defer result.Close()
		out.count(result.Counts())
		if err := out.write(result.Bytes()); err != nil {
			return err
		}
		return out.end()
	}
	rows, err := conn.Stream(q.sql, q.format, q.params)
	if err != nil {
		return err
	}
	defer rows.Close()
	for {
		chunk, err := rows.Next()
		if err != nil {
			return err
		}
		if chunk == nil {
			return out.end()
		}
		out.count(chunk.Counts())
		err = out.write(chunk.Bytes())
		chunk.Close()
		if err != nil {
			return err
		}
	}
}

func insert(ctx context.Context, conn *chdb.Conn, q *request, out *answer) error {
	in, err := conn.Insert(q.sql, q.st.format, q.params)
	if err != nil {
		return err
	}
	defer in.Close()
	buffer := make([]byte, 1<<20)
	for {
		n, err := io.ReadFull(q.rows, buffer)
		if n > 0 {
			if failed := in.Append(buffer[:n]); failed != nil {
				return failed
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) && ctx.Err() == nil {
			break
		}
		if err != nil {
			in.Cancel()
			return fmt.Errorf("read the rows: %w", err)
		}
	}
	counts, err := in.Done()
	if err != nil {
		return err
	}
	out.count(counts)
	return out.end()
}

// summary is X-ClickHouse-Summary.
func summary(c chdb.Counts, elapsed time.Duration) string {
	text, err := json.Marshal(map[string]string{
		"read_rows": fmt.Sprint(c.RowsRead), "read_bytes": fmt.Sprint(c.BytesRead),
		"written_rows": fmt.Sprint(c.RowsWritten), "written_bytes": fmt.Sprint(c.BytesWritten), "total_rows_to_read": "0",
		"result_rows": fmt.Sprint(c.ResultRows), "result_bytes": fmt.Sprint(c.ResultBytes),
		"elapsed_ns": fmt.Sprint(elapsed.Nanoseconds()),
	})
	if err != nil {
		panic(err)
	}
	return string(text)
}
