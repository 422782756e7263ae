package dashboard

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"barometer/dashboard/api"
	"barometer/dashboard/body"
	"barometer/dashboard/desk"
	"barometer/dashboard/format"
	"barometer/dashboard/identity"
	"barometer/dashboard/opaque"
	"barometer/dashboard/paging"
	"barometer/dashboard/portal"
	"barometer/dashboard/portfolio"
	"barometer/dashboard/problem"
	"barometer/dashboard/quota"
	"barometer/dashboard/reviews"
	"barometer/dashboard/submit"
	"barometer/dashboard/tail"
	"barometer/dashboard/web"
	"barometer/ingest/kafkalog"
	"barometer/internal/retry"
	"barometer/storage/history"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/sourcegraph/conc/pool"
)

const (
	progressEvery  = time.Second
	progressWithin = 10 * time.Second
	startWithin    = 10 * time.Second // until then nothing is wrong where tables are not there yet
)

// following is how waits grow until decisions are followed again.
var following = retry.Pace{First: 500 * time.Millisecond, Most: 5 * time.Second}

// server is one running dashboard.
type server struct {
	cfg      Config
	log      *slog.Logger
	now      func() time.Time
	tail     *tail.Tail
	written  *tail.Written
	gate     *identity.Gate
	api      *api.API
	desk     *desk.Desk
	portal   *portal.Portal
	plain    *web.Pages // those of no room
	unpacker *body.Unpacker
	metrics  *metrics
	began    time.Time
	stopping chan struct{} // closed when serving ends: streams end by it
	ready    atomic.Bool   // the overlay follows
}

// Serve answers until ctx ends: requests in flight are finished, streams are ended, and nothing is left running.
func Serve(ctx context.Context, cfg Config) error {
	if err := cfg.Validate(); err != nil {
		return err
	}
	partitions, err := countPartitions(ctx, &cfg)
	if err != nil {
		return err
	}
	s, err := newServer(cfg, partitions, time.Now)
	if err != nil {
		return err
	}
	listener := cfg.Listener
	if listener == nil {
		if listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.Listen); err != nil {
			return fmt.Errorf("listening on %s for the API: %w", cfg.Listen, err)
		}
	}
	if len(cfg.Tokens) == 0 {
		s.log.WarnContext(ctx, "no tokens are configured: whoever reaches this machine's loopback address is an analyst",
			"listen", listener.Addr().String())
	}
	if cfg.Listening != nil {
		cfg.Listening(listener.Addr().String())
	}
	return s.serve(ctx, listener)
}

// countPartitions waits for the topic of decisions: the broker may be starting.
func countPartitions(ctx context.Context, cfg *Config) (int, error) {
	return retry.Do(ctx, retry.Policy{Pace: following}, func() (int, error) {
		n, err := cfg.Decisions.Partitions(ctx, kafkalog.TopicDecisions)
		if err != nil {
			return 0, fmt.Errorf("counting the partitions of decisions: %w", err)
		}
		return n, nil
	})
}

// newServer composes a server of its parts.
func newServer(cfg Config, partitions int, now func() time.Time) (*server, error) {
	sealer, err := opaque.New(cfg.Secret)
	if err != nil {
		return nil, err
	}
	m, err := newMetrics(cfg.Registerer)
	if err != nil {
		return nil, fmt.Errorf("dashboard: %w", err)
	}
	s := &server{cfg: cfg, log: cfg.Logger, now: now, metrics: m, began: now(), stopping: make(chan struct{}),
		unpacker: body.NewUnpacker(), written: tail.NewWritten(partitions, cfg.Decisions, cfg.Logger),
		tail: tail.New(partitions, cfg.MaxOverlay, maxOverlayBytes, now)}
	quotas := quota.New(cfg.PreliminaryPerDay, cfg.Store, cfg.Driven, now)
	s.tail.Each = quotas.Saw
	s.gate = identity.NewGate(identity.Config{Listen: cfg.Listen, TLS: cfg.TLS != nil,
		TrustedProxies: cfg.TrustedProxies, Tokens: cfg.Tokens, Public: portal.Public, Now: now, Log: s.log,
		Form: func(w http.ResponseWriter, status int, f identity.LoginForm) { s.plain.Alone(w, status, "login", f) }})
	cursors, reader := paging.NewCursors(sealer), portfolio.NewReader(cfg.Store, s.tail, s.log)
	sender := submit.NewSender(cfg.Producer, cfg.Secret, func() time.Time { return s.tail.Clock(cfg.Driven) })
	queue := reviews.NewQueue(cfg.Store, s.tail, cursors, sender, s.log)
	s.api = api.New(api.Config{Store: cfg.Store, Ingested: cfg.Decisions, Tail: s.tail, Written: s.written, Sealer: sealer,
		Cursors: cursors, Sender: sender, Portfolio: reader, Reviews: queue, Quotas: quotas,
		Subscriptions: cfg.Subscriptions, Redeliverer: cfg.Redeliverer, Documents: cfg.Documents, GradePD: cfg.GradePD,
		Stopping: s.stopping, Now: now,
		Log: s.log})
	site := &web.Site{Open: s.gate.Open, Driven: cfg.Driven, LogTime: s.logTime, Log: s.log}
	if s.plain, err = site.Pages(nil, nil); err != nil {
		return nil, err
	}
	if s.portal, err = portal.New(portal.Config{Subscriptions: cfg.Subscriptions, Site: site, Log: s.log}); err != nil {
		return nil, err
	}
	s.desk, err = desk.New(desk.Config{Store: cfg.Store, Tail: s.tail, Sealer: sealer, Cursors: cursors, Portfolio: reader,
		Reviews: queue, Redeliverer: cfg.Redeliverer, Mailbox: cfg.Mailbox, Lag: cfg.Lag, Addresses: cfg.Addresses,
		Driven: cfg.Driven, Ready: s.ready.Load, GoesOn: s.gate.GoesOn, Stopping: s.stopping, Site: site, Now: now,
		Log: s.log})
	if err != nil {
		return nil, err
	}
	return s, nil
}

func (s *server) serve(ctx context.Context, listener net.Listener) error {
	web := &http.Server{Handler: s.handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn)}
	p := pool.New().WithContext(ctx).WithCancelOnError()
	p.Go(s.follow)
	p.Go(s.watchProgress)
	p.Go(s.reload)
	web.TLSConfig = s.cfg.TLS
	p.Go(func(context.Context) error {
		serve := web.Serve
		if s.cfg.TLS != nil {
			serve = func(l net.Listener) error { return web.ServeTLS(l, "", "") }
		}
		if err := serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serving the API: %w", err)
		}
		return nil
	})
	p.Go(func(ctx context.Context) error {
		<-ctx.Done()
		close(s.stopping)
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownWait)
		defer cancel()
		if web.Shutdown(closing) != nil {
			return web.Close() // what has not ended by now is cut off
		}
		return nil
	})
	if err := p.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// handler is everything that is answered.
func (s *server) handler() http.Handler {
	mux := http.NewServeMux()
	s.api.Register(mux)
	s.desk.Register(mux)
	s.portal.Register(mux)
	web.Assets(mux)
	mux.HandleFunc("GET /login", s.gate.LoginPage)
	mux.HandleFunc("POST /login", s.gate.Login)
	mux.HandleFunc("POST /logout", s.gate.Logout)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", s.readyz)
	if s.cfg.Gatherer != nil {
		mux.Handle("GET /metrics", promhttp.HandlerFor(s.cfg.Gatherer, promhttp.HandlerOpts{}))
	} else {
		mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
			problem.Write(w, http.StatusNotImplemented, "this process gathers no metrics")
		})
	}
	guarded := http.NewCrossOriginProtection().
		Handler(s.gate.Authenticate(s.unpacker.Handler(body.Legible(s.elsewhere(mux)))))
	return s.gate.Forwarded(s.measured(mux, headers(guarded)))
}

// headers are on every answer. The pages have neither inline scripts nor anything from elsewhere.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "+
			"connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'self'; base-uri 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

func (s *server) readyz(w http.ResponseWriter, r *http.Request) {
	if !s.ready.Load() {
		problem.Write(w, http.StatusServiceUnavailable, "decisions are not followed yet")
		return
	}
	if s.cfg.Ready != nil {
		if err := s.cfg.Ready(r.Context()); err != nil {
			problem.Write(w, http.StatusServiceUnavailable, err.Error())
			return
		}
	}
	fmt.Fprintln(w, "ready")
}

// logTime is log time as the pages show it, empty while there is none.
func (s *server) logTime() string {
	if ms := s.tail.LogTimeMs(); ms != 0 {
		return format.When(ms)
	}
	return ""
}

// follow feeds the tail from ClickHouse's progress on, for as long as ctx lasts.
func (s *server) follow(ctx context.Context) error {
	_, err := retry.Do(ctx, retry.Policy{Pace: following}, func() (struct{}, error) {
		progress, err := s.progress(ctx)
		if err == nil {
			from := make([]int64, s.tail.Partitions())
			for _, p := range progress {
				if int(p.Position.Partition) < len(from) {
					from[p.Position.Partition] = max(p.Next, 0)
				}
			}
			s.written.Progressed(progress)
			s.tail.Prune(progress)
			s.ready.Store(true)
			err = s.cfg.Decisions.Follow(ctx, kafkalog.TopicDecisions, from, func(partition int, r kafkalog.Record) error {
				return s.tail.Add(partition, r.Value)
			})
		}
		if err == nil && ctx.Err() == nil {
			err = errors.New("following ended by itself")
		}
		if ctx.Err() != nil {
			return struct{}{}, nil
		}
		s.log.Log(ctx, s.gravity(), "decisions are not followed for now", "error", err)
		return struct{}{}, err
	})
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// gravity is how grave it is that ClickHouse does not answer: at the start its tables may be in the making.
func (s *server) gravity() slog.Level {
	if !s.ready.Load() && s.now().Sub(s.began) < startWithin {
		return slog.LevelInfo
	}
	return slog.LevelWarn
}

func (s *server) progress(ctx context.Context) ([]history.Progress, error) {
	ctx, cancel := context.WithTimeout(ctx, progressWithin)
	defer cancel()
	p, err := s.cfg.Store.Progress(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading ClickHouse's progress: %w", err)
	}
	return p, nil
}

// watchProgress prunes the tail as ClickHouse goes on.
func (s *server) watchProgress(ctx context.Context) error {
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	const nothing = slog.LevelDebug
	said := nothing // how gravely it was said that ClickHouse is away
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		progress, err := s.progress(ctx)
		if err != nil {
			if level := s.gravity(); level > said && ctx.Err() == nil {
				s.log.Log(ctx, level, "ClickHouse does not answer: what is decided is kept in memory meanwhile", "error", err)
				said = level
			}
			continue
		}
		said = nothing
		s.written.Progressed(progress)
		s.tail.Prune(progress)
		s.metrics.observe(s.tail)
	}
}

// reload puts tokens in force as they come, until ctx ends.
func (s *server) reload(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case tokens := <-s.cfg.Reload:
			if err := s.gate.Replace(tokens); err != nil {
				s.log.ErrorContext(ctx, "the old tokens stay in force", "error", err)
				continue
			}
			s.log.InfoContext(ctx, "tokens are read again", "tokens", len(tokens))
		}
	}
}

func (m *metrics) observe(o *tail.Tail) {
	m.overlay.Set(float64(o.Count()))
	m.streams.Set(float64(o.Streams()))
}
