package delivery

import (
	"time"

	"barometer/alerting/notice"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics are the figures of the deliveries.
type Metrics struct {
	attempts map[string]map[string]prometheus.Counter // by channel and outcome
	seconds  map[string]prometheus.Observer
	waiting  prometheus.Gauge
}

// outcomes of an attempt.
var outcomes = []string{"delivered", "retrying", "gave_up"}

// NewMetrics registers the metrics.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	attempts := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "barometer", Subsystem: "send",
		Name: "attempts_total", Help: "Attempts to deliver a notification, by what came of it."},
		[]string{"channel", "outcome"})
	seconds := prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "barometer", Subsystem: "send",
		Name: "attempt_seconds", Help: "How long an attempt took.", Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1,
			2.5, 5, 10, 20}}, []string{"channel"})
	m := &Metrics{attempts: map[string]map[string]prometheus.Counter{}, seconds: map[string]prometheus.Observer{},
		waiting: prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "barometer", Subsystem: "send", Name: "waiting",
			Help: "Notifications that have not ended."})}
	reg.MustRegister(attempts, seconds, m.waiting)
	for c := notice.Webhook; c <= notice.Email; c++ {
		m.seconds[c.String()] = seconds.WithLabelValues(c.String())
		m.attempts[c.String()] = map[string]prometheus.Counter{}
		for _, o := range outcomes {
			m.attempts[c.String()][o] = attempts.WithLabelValues(c.String(), o)
		}
	}
	return m
}

func (m *Metrics) attempted(channel string, status Status, took time.Duration) {
	if m.attempts[channel] == nil {
		return // of a stored letter of a channel that this binary does not know
	}
	m.attempts[channel][string(status)].Inc()
	m.seconds[channel].Observe(took.Seconds())
}
