package ingest

import (
	"barometer/ingest/decode"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics are the figures of ingest in this process.
type Metrics struct {
	records  map[string]prometheus.Counter // by source topic
	dead     map[string]prometheus.Counter // by reason
	appended [Targets]prometheus.Counter
	failures [Targets]prometheus.Counter
	buffered prometheus.Gauge
	reset    map[string]prometheus.Gauge   // by source topic
	torn     map[string]prometheus.Counter // by source topic
	clock    [clockStates]prometheus.Gauge
	tick     prometheus.Gauge
}

// NewMetrics registers the metrics: barometer_ingest_….
func NewMetrics(reg prometheus.Registerer) *Metrics {
	counters := func(name, help, label string) *prometheus.CounterVec {
		v := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "barometer", Subsystem: "ingest", Name: name,
			Help: help}, []string{label})
		reg.MustRegister(v)
		return v
	}
	gauges := func(name, help string, labels ...string) *prometheus.GaugeVec {
		v := prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: "barometer", Subsystem: "ingest", Name: name, Help: help},
			labels)
		reg.MustRegister(v)
		return v
	}
	records := counters("records_total", "Source records read.", "topic")
	dead := counters("dead_letters_total", "Source records that went to the dead letters.", "reason")
	appended := counters("appended_total", "Records acknowledged.", "topic")
	failures := counters("append_failures_total", "Requests without a clear answer, sent again.", "topic")
	reset := gauges("source_reset", "Partitions that stopped because their topic ends below what was committed.", "topic")
	torn := counters("torn_records_total", "Source offsets that retention took before they were read.", "topic")
	clock := gauges("clock_state", "1 for the state that the clock is in.", "state")
	m := &Metrics{records: map[string]prometheus.Counter{}, dead: map[string]prometheus.Counter{},
		reset:    map[string]prometheus.Gauge{},
		torn:     map[string]prometheus.Counter{},
		buffered: gauges("buffered_bytes", "Bytes that wait or are in flight.").WithLabelValues(),
		tick: gauges("last_tick_timestamp_seconds", "The time of the last tick written, in seconds since 1970.").
			WithLabelValues(),
	}
	for _, topic := range SourceTopics() {
		name := topic.String()
		m.records[name], m.reset[name], m.torn[name] = records.WithLabelValues(name), reset.WithLabelValues(name),
			torn.WithLabelValues(name)
	}
	for _, reason := range decode.Reasons() {
		m.dead[string(reason)] = dead.WithLabelValues(string(reason))
	}
	for t := range Targets {
		m.appended[t], m.failures[t] = appended.WithLabelValues(t.Topic()), failures.WithLabelValues(t.Topic())
	}
	for s := range clockStates {
		m.clock[s] = clock.WithLabelValues(s.String())
	}
	m.setClock(ClockElsewhere)
	return m
}

// read counts source records, and the dead letters among them.
func (m *Metrics) read(topic string, items []Item) {
	m.records[topic].Add(float64(len(items)))
	for i := range items {
		if items[i].Dead != nil {
			if c := m.dead[items[i].Reason]; c != nil {
				c.Inc()
			}
		}
	}
}

func (m *Metrics) setClock(state ClockState) {
	for s := range clockStates {
		value := 0.0
		if s == state {
			value = 1
		}
		m.clock[s].Set(value)
	}
}

// idle is when all sources were given up.
func (m *Metrics) idle() {
	m.setClock(ClockElsewhere)
	m.buffered.Set(0)
}
