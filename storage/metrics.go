package storage

import (
	"github.com/prometheus/client_golang/prometheus"
)

// Metrics are the figures of the sink.
type Metrics struct {
	batches prometheus.Counter
	rows    *prometheus.CounterVec
	seconds *prometheus.HistogramVec
	retries prometheus.Counter
}

// followed are the tables that belong to no cut.
var followed = []string{"texts", "dead_letters", "notifications", "notification_states"}

// NewMetrics registers the metrics.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	opts := func(name, help string) prometheus.Opts {
		return prometheus.Opts{Namespace: "barometer", Subsystem: "store", Name: name, Help: help}
	}
	m := &Metrics{
		batches: prometheus.NewCounter(prometheus.CounterOpts(opts("batches_total", "Batches stored, progress included."))),
		rows: prometheus.NewCounterVec(prometheus.CounterOpts(opts("rows_total", "Rows stored, by table.")),
			[]string{"table"}), seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "barometer",
			Subsystem: "store", Name: "insert_seconds", Help: "Time of one insert, by table.",
			Buckets: prometheus.ExponentialBuckets(0.001, 2, 15)}, []string{"table"}),
		retries: prometheus.NewCounter(prometheus.CounterOpts(opts("retries_total",
			"Inserts that failed and are repeated."))),
	}
	reg.MustRegister(m.batches, m.rows, m.seconds, m.retries)
	for t := range tables {
		m.open(tables[t].name)
	}
	for _, name := range followed {
		m.open(name)
	}
	return m
}

func (m *Metrics) open(table string) {
	m.rows.WithLabelValues(table)
	m.seconds.WithLabelValues(table)
}
