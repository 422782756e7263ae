package dashboard

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics of this package. Routes are the mux's patterns, so their number is bounded.
type metrics struct {
	requests *prometheus.HistogramVec
	overlay  prometheus.Gauge
	streams  prometheus.Gauge
}

func newMetrics(r prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "barometer_http_request_seconds",
			Help:    "Time to answer a request, by route and class of status. Streams are left out.",
			Buckets: []float64{.001, .005, .02, .1, .5, 2, 10}}, []string{"route", "status"}),
		overlay: prometheus.NewGauge(prometheus.GaugeOpts{Name: "barometer_http_overlay_decisions",
			Help: "Decisions kept in memory because ClickHouse does not have them yet."}),
		streams: prometheus.NewGauge(prometheus.GaugeOpts{Name: "barometer_http_streams",
			Help: "Readers of the live stream."}),
	}
	if r == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.requests, m.overlay, m.streams} {
		if err := r.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// statusWriter remembers the status. Unwrap lets streams flush and set deadlines.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// measured counts requests by the pattern that the mux finds for them.
func (s *server) measured(mux *http.ServeMux, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, route := mux.Handler(r)
		if route == "" {
			route = "none"
		}
		start, sw := time.Now(), &statusWriter{ResponseWriter: w}
		next.ServeHTTP(sw, r)
		if sw.Header().Get("Content-Type") == "text/event-stream" {
			return
		}
		class := strconv.Itoa(max(sw.status, 200)/100) + "xx"
		took := time.Since(start)
		s.metrics.requests.WithLabelValues(route, class).Observe(took.Seconds())
		s.log.DebugContext(r.Context(), "answered", "route", route, "status", max(sw.status, 200), "took_ms",
			took.Milliseconds())
	})
}
