package gateway

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

const (
	maxReaders   = 4        // statements of readers at once
	readerShare  = 8        // a reader's statement has this part of the engine's memory: all readers together have half
	maxForm      = 8 << 20  // bytes of a reader's form
	beforeASlot  = 64 << 10 // bytes of a reader's request that are read before it has a slot
	writtenAtOne = 1 << 20  // bytes of an answer that have bounds.progress to go
)

// bounds are times that nobody who asks may exceed.
type bounds struct {
	wait      time.Duration // of a reader for a slot
	statement time.Duration // of a reader's statement, from its slot to the end of its answer
	progress  time.Duration // in which something of a reader's request must come, and something of an answer must go
}

func defaultBounds() bounds {
	return bounds{wait: 5 * time.Second, statement: time.Minute, progress: 30 * time.Second}
}

// hurry gives a request and its answer their first deadlines: also what is refused unread may not keep its connection.
func (g *Gateway) hurry(r *http.Request, out *answer) error {
	if r.Body != http.NoBody {
		if err := out.w.control.SetReadDeadline(time.Now().Add(g.bounds.progress)); err != nil {
			return err
		}
	}
	return out.w.extend()
}

// admit gives a reader's request a slot and its time, and its body and answer their deadlines. Of the body no more than
// beforeASlot bytes are held before. The function that it returns gives the slot back.
func (g *Gateway) admit(r *http.Request, out *answer) (context.Context, func(), error) {
	body := &pacedBody{ReadCloser: r.Body, deadline: out.w.control.SetReadDeadline, step: g.bounds.progress}
	if r.Body != http.NoBody {
		body.until = time.Now().Add(g.bounds.progress)
		start, err := io.ReadAll(io.LimitReader(body, beforeASlot))
		if err != nil {
			return nil, nil, readFailure("read the request", err)
		}
		r.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(start), body), body}
	}
	full := time.NewTimer(g.bounds.wait)
	defer full.Stop()
	select {
	case g.readers <- struct{}{}:
	case <-full.C:
		return nil, nil, exception(202, fmt.Sprintf("Too many simultaneous queries of readers. Maximum: %d", cap(g.readers)),
			"TOO_MANY_SIMULTANEOUS_QUERIES")
	case <-r.Context().Done():
		return nil, nil, r.Context().Err()
	}
	until := time.Now().Add(g.bounds.statement)
	body.until, out.w.until = until, until
	ctx, cancel := context.WithDeadline(r.Context(), until)
	return ctx, func() { cancel(); <-g.readers }, nil
}

// timedOut is the failure of a statement whose time ended before its client went; otherwise err.
func (g *Gateway) timedOut(ctx context.Context, r *http.Request, err error) error {
	if err == nil || !errors.Is(ctx.Err(), context.DeadlineExceeded) || r.Context().Err() != nil {
		return err
	}
	return exception(159, fmt.Sprintf("Timeout exceeded: a reader's statement may take %s", g.bounds.statement),
		"TIMEOUT_EXCEEDED")
}

// readFailure is the failure to read a request: one of its own where the client was too slow.
func readFailure(doing string, err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return exception(209, "Timeout exceeded: the request comes too slowly", "SOCKET_TIMEOUT")
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// pacedBody reads a request of which something must come in each step, and all until a moment.
type pacedBody struct {
	io.ReadCloser
	deadline func(time.Time) error
	step     time.Duration
	until    time.Time
}

func (b *pacedBody) Read(p []byte) (int, error) {
	if err := b.deadline(sooner(time.Now().Add(b.step), b.until)); err != nil {
		return 0, err
	}
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) { // what is read from here on only watches whether the client is there
		if err := b.deadline(time.Time{}); err != nil {
			return n, err
		}
	}
	return n, err
}

// pacedWriter writes an answer of which something must go in each step, and all until a moment if there is one.
type pacedWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	step    time.Duration
	until   time.Time
}

// Write sends p in pieces, each with a deadline of its own.
func (w *pacedWriter) Write(p []byte) (int, error) {
	written := 0
	for {
		if err := w.extend(); err != nil {
			return written, err
		}
		n, err := w.ResponseWriter.Write(p[written:min(len(p), written+writtenAtOne)])
		if written += n; err != nil || written == len(p) {
			return written, err
		}
	}
}

// extend gives what is written next its time.
func (w *pacedWriter) extend() error {
	return w.control.SetWriteDeadline(sooner(time.Now().Add(w.step), w.until))
}

// Unwrap is for http.ResponseController.
func (w *pacedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func sooner(a, b time.Time) time.Time {
	if !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
