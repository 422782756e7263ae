package crashsim

import (
	"barometer/ingest/kafkalog"
)

// tearLog takes the tail from a partition of the log, below what is published or stored, and wants every reader to
// refuse it before it writes anything.
func (w *world) tearLog() {
	p := w.r.IntN(len(w.broker.topics[kafkalog.TopicLog]))
	published, err := w.published(p)
	if err != nil || !published.Any {
		return
	}
	log := w.broker.at(kafkalog.TopicLog, p)
	log.records = log.records[:w.r.Int64N(published.Position.Offset+1)]
	w.torn = true
	before := w.broker.at(kafkalog.TopicDecisions, p).end()
	w.note("risk.log/%d has lost its tail, and ends at %d", p, log.end())
	place := w.house.place(uint32(p))
	for _, u := range w.units {
		if u.begin == nil || u.name != unitName("fold", p) && u.name != unitName("sink", p) {
			continue
		}
		u.current = nil
		w.live(u)
		mayGoOn := u.name == unitName("sink", p) && place.NextOffset <= log.end()
		if u.stopped == nil && !mayGoOn {
			w.fail("%s goes on with a log that ends at %d, below %s", u.name, log.end(), published.Position)
		}
	}
	if w.broker.at(kafkalog.TopicDecisions, p).end() != before {
		w.fail("something was published after the log had lost its tail")
	}
}
