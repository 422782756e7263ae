package admin

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// process serves what a process would.
type process struct {
	t      *testing.T
	health *Health
	log    strings.Builder
	at     string
	client *http.Client
}

func start(t *testing.T) *process {
	p := &process{t: t, client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
	log := slog.New(slog.NewTextHandler(&p.log, nil))
	p.health = NewHealth(log)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.at = l.Addr().String()
	registry := prometheus.NewRegistry()
	registry.MustRegister(prometheus.NewGauge(prometheus.GaugeOpts{Name: "barometer_something", Help: "Something."}))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, l, p.health, registry, slog.New(slog.DiscardHandler)) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return p
}

func (p *process) get(path, host string) (int, string) {
	p.t.Helper()
	r, err := http.NewRequest(http.MethodGet, "http://"+p.at+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	r.Host = host
	res, err := p.client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(body)
}

func (p *process) want(path string, status int, says string) {
	p.t.Helper()
	if got, body := p.get(path, ""); got != status || !strings.Contains(body, says) {
		p.t.Errorf("%s: %d %q, want %d %q", path, got, body, status, says)
	}
}

// later lets the answer of a moment ago grow old.
func (h *Health) later() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = time.Time{}
}

// TestReadinessSaysWhatIsWrongAndNoAddresses: why goes to the log, once for each change.
func TestReadinessSaysWhatIsWrongAndNoAddresses(t *testing.T) {
	p := start(t)
	p.want("/healthz", http.StatusOK, "ok")
	p.want("/readyz", http.StatusServiceUnavailable, "starting")
	var broker, fold error
	p.health.Add(func(context.Context) error { return broker })
	p.health.Add(func(context.Context) error { return fold })
	p.want("/readyz", http.StatusOK, "ready")
	broker, fold = Hidden("kafka does not answer", errors.New("dial tcp 10.1.2.3:9092: refused")),
		errors.New("process: risk.log/3 stands still")
	p.want("/readyz", http.StatusOK, "ready") // it was asked just now
	p.health.later()
	p.want("/readyz", http.StatusServiceUnavailable, "kafka does not answer\nprocess: risk.log/3 stands still")
	if _, body := p.get("/readyz", ""); strings.Contains(body, "10.1.2.3") {
		t.Errorf("it tells strangers %q", body)
	}
	p.health.later()
	p.want("/readyz", http.StatusServiceUnavailable, "kafka does not answer")
	broker, fold = nil, nil
	p.health.later()
	p.want("/readyz", http.StatusOK, "ready")
	if said := p.log.String(); strings.Count(said, "not ready") != 1 || !strings.Contains(said, "10.1.2.3") ||
		strings.Count(said, "ready again") != 1 {
		t.Errorf("the log says\n%s", said)
	}
}

// TestACheckThatHangsIsAnAnswerToo: a probe waits three seconds for it, not for ever.
func TestACheckThatHangsIsAnAnswerToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHealth(slog.New(slog.DiscardHandler))
		h.Add(func(ctx context.Context) error { <-ctx.Done(); return errors.New("it hangs") })
		if err := h.Ready(t.Context()); err == nil || !strings.Contains(err.Error(), "it hangs") {
			t.Errorf("got %v", err)
		}
	})
}

func TestProfilesAreForThisMachineOnly(t *testing.T) {
	p := start(t)
	p.want("/metrics", http.StatusOK, "barometer_something 0")
	p.want("/debug/pprof/", http.StatusOK, "goroutine")
	for _, host := range []string{"evil.example:9464", "barometer.internal"} {
		if status, _ := p.get("/metrics", host); status != http.StatusForbidden {
			t.Errorf("for %s it answers %d", host, status)
		}
	}
	everywhere := Handler(p.health, prometheus.NewRegistry(), false)
	for path, want := range map[string]int{"/metrics": http.StatusOK, "/debug/pprof/": http.StatusNotFound,
		"/debug/pprof/heap": http.StatusNotFound} {
		w := httptest.NewRecorder()
		everywhere.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://10.0.0.1:9464"+path, nil))
		if w.Code != want {
			t.Errorf("beyond loopback %s answers %d, want %d", path, w.Code, want)
		}
	}
}
