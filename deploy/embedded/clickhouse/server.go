package clickhouse

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"

	"github.com/sourcegraph/conc"

	"barometer/deploy/embedded/libchdb"
	"barometer/internal/retry"
)

// Server is a running embedded ClickHouse: the supervisor of the engine's process.
type Server struct {
	log      *slog.Logger
	paths    paths
	orders   orders
	listener *net.TCPListener
	owner    conc.WaitGroup
	cancel   context.CancelFunc
	stopping chan struct{}

	mu     sync.Mutex
	pid    int
	starts int
	last   error // why the child ended last
}

// Start starts the engine and waits until it answers, or ctx ends. The first start may take a second. A child that
// cannot start ends the wait with its reason.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if cfg.Library == "" {
		path, err := libchdb.Locate()
		if err != nil {
			return nil, err
		}
		cfg.Library = path
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.WriterSecret == "" {
		cfg.WriterSecret = rand.Text()
	}
	p, err := pathsIn(cfg.DataDir, cfg.Library)
	if err != nil {
		return nil, err
	}
	listener, err := listen(ctx, cfg.Listen, cfg.Log)
	if err != nil {
		return nil, fmt.Errorf("listen for the embedded ClickHouse: %w", err)
	}
	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s := &Server{
		log: cfg.Log.With("part", "clickhouse"), paths: p, listener: listener.(*net.TCPListener), cancel: cancel,
		stopping: make(chan struct{}),
		orders: orders{cfg.WriterSecret, cfg.ReaderSecret, cfg.MemoryBytes, cfg.QueryMemoryBytes, cfg.Threads,
			cfg.Statements},
	}
	s.owner.Go(func() { s.supervise(life) })
	if err := s.awaitFirst(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("start the embedded ClickHouse: %w", err), s.Stop(ctx))
	}
	return s, nil
}

// URL is the HTTP interface's, without credentials.
func (s *Server) URL() string { return "http://" + s.Addr() }

// Addr is the address that it listens on, and keeps while the engine's process is replaced.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// WriterSecret is the password of barometer_writer.
func (s *Server) WriterSecret() string { return s.orders.WriterSecret }

// PID is the engine's process, or 0 while there is none.
func (s *Server) PID() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pid
}

// Ready waits until the engine answers, or ctx ends.
func (s *Server) Ready(ctx context.Context) error {
	for {
		err := s.ping(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for the embedded ClickHouse: %w", errors.Join(ctx.Err(), err))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// ping asks once, on a connection of its own: a connection to a child that died must not answer for the next.
func (s *Server) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL()+"/ping", nil)
	if err != nil {
		return err
	}
	request.Close = true
	transport := &http.Transport{DisableKeepAlives: true}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = errors.New(response.Status)
	}
	return err
}

// awaitFirst is Ready, but gives up when the child has ended three times.
func (s *Server) awaitFirst(ctx context.Context) error {
	for {
		ready, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
		err := s.Ready(ready)
		cancel()
		if err == nil || ctx.Err() != nil {
			return err
		}
		s.mu.Lock()
		starts, last := s.starts, s.last
		s.mu.Unlock()
		if last != nil && starts > 2 {
			return last
		}
	}
}

// Stop ends the engine: statements that run have five seconds, or until ctx ends if that is sooner.
func (s *Server) Stop(ctx context.Context) error {
	close(s.stopping)
	defer s.cancel()
	halt := context.AfterFunc(ctx, s.cancel)
	defer halt()
	s.owner.Wait()
	if err := s.listener.Close(); err != nil {
		return fmt.Errorf("close the embedded ClickHouse's socket: %w", err)
	}
	return nil
}

// portEvery is about how often an address that is in use is tried again.
const portEvery = 100 * time.Millisecond

// listen waits for an address that is still in use, as long as the engine of a process that was killed may take to end.
func listen(ctx context.Context, address string, log *slog.Logger) (net.Listener, error) {
	said := false
	often := retry.Policy{Pace: retry.Pace{First: portEvery, Most: portEvery}, Patience: graceful}
	return retry.Do(ctx, often, func() (net.Listener, error) {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
		switch {
		case err == nil:
		case !errors.Is(err, syscall.EADDRINUSE):
			err = retry.Permanent(err)
		case !said:
			said = true
			log.Info("the address of the embedded ClickHouse is in use: waiting for it", "listen", address)
		}
		return l, err
	})
}
