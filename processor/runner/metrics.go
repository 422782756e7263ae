package runner

import "github.com/prometheus/client_golang/prometheus"

// Metrics are the figures of all partitions that one role folds in this process.
type Metrics struct {
	records   *prometheus.CounterVec
	offset    *prometheus.GaugeVec
	outputs   *prometheus.CounterVec
	snapshots prometheus.Counter
	size      prometheus.Gauge
	lanes     [Lanes]prometheus.Counter
}

// NewMetrics registers the metrics of a role: barometer_<role>_….
func NewMetrics(reg prometheus.Registerer, role string) *Metrics {
	m := &Metrics{
		records: prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "barometer", Subsystem: role,
			Name: "records_total", Help: "Log records folded."}, []string{"partition"}),
		offset: prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: "barometer", Subsystem: role,
			Name: "offset", Help: "Offset of the log record that is folded next."}, []string{"partition"}),
		outputs: prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "barometer", Subsystem: role,
			Name: "outputs_total", Help: "Outputs acknowledged."}, []string{"lane"}),
		snapshots: prometheus.NewCounter(prometheus.CounterOpts{Namespace: "barometer", Subsystem: role,
			Name: "snapshots_total", Help: "Snapshots saved."}),
		size: prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "barometer", Subsystem: role,
			Name: "snapshot_bytes", Help: "Size of the newest snapshot of any partition."}),
	}
	reg.MustRegister(m.records, m.offset, m.outputs, m.snapshots, m.size)
	for lane := range Lanes {
		m.lanes[lane] = m.outputs.WithLabelValues(lane.String())
	}
	return m
}

func (m *Metrics) folded(partition string, n int, next int64) {
	m.records.WithLabelValues(partition).Add(float64(n))
	m.offset.WithLabelValues(partition).Set(float64(next))
}

func (m *Metrics) published(lane Lane, n int) { m.lanes[lane].Add(float64(n)) }

func (m *Metrics) snapshot(bytes int) {
	m.snapshots.Inc()
	m.size.Set(float64(bytes))
}
