package tail

import (
	"sync"
	"time"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"
)

// rateSeconds is how far back rates are kept.
const rateSeconds = 300

// Rates count what was folded and decided, by the wall clock of this process, in a ring of seconds. Events are told by
// the fold's progress, so they come in steps of a cut.
type Rates struct {
	now func() time.Time

	mu        sync.Mutex
	seconds   [rateSeconds]second
	events    [event.KindEnd]uint64 // since the start of this process
	decisions [decision.KindEnd]uint64
}

type second struct {
	at        int64
	events    uint64
	decisions uint64
}

func newRates(now func() time.Time) *Rates { return &Rates{now: now} }

func (r *Rates) saw(d *decision.Decision) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.second(r.now().Unix())
	progress, ok := d.Body.(*decision.Progress)
	if !ok {
		s.decisions++
		r.decisions[d.Kind]++
		return
	}
	for _, c := range progress.Counts {
		// Broadcasts are folded once per partition and ticks are no news: neither says how much is flowing.
		if c.Event == event.KindNone || c.Event >= event.KindEnd || c.Event == event.KindTick ||
			c.Event == event.KindLogOpened {
			continue
		}
		s.events += c.N
		r.events[c.Event] += c.N
	}
}

func (r *Rates) second(at int64) *second {
	s := &r.seconds[at%rateSeconds]
	if s.at != at {
		*s = second{at: at}
	}
	return s
}

// PerSecond is the average of the last whole seconds.
func (r *Rates) PerSecond(last int) (events, decisions float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now().Unix()
	for at := now - int64(last); at < now; at++ {
		s := r.second(at)
		events += float64(s.events)
		decisions += float64(s.decisions)
	}
	return events / float64(last), decisions / float64(last)
}

// ByTopic is how many events of each source topic came since this process started.
func (r *Rates) ByTopic() []history.Count {
	r.mu.Lock()
	defer r.mu.Unlock()
	sums := map[event.Topic]uint64{}
	for k, n := range r.events {
		sums[event.Kind(k).Topic()] += n
	}
	var out []history.Count
	for _, t := range []event.Topic{event.TopicIndicators, event.TopicPayments, event.TopicNews, event.TopicPortfolio,
		event.TopicOrders} {
		out = append(out, history.Count{Name: t.String(), N: sums[t]})
	}
	return out
}

// Series is the events of each second of the last n whole ones, the oldest first.
func (r *Rates) Series(n int) []uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now().Unix()
	out := make([]uint64, 0, n)
	for at := now - int64(n); at < now; at++ {
		if s := r.seconds[at%rateSeconds]; s.at == at {
			out = append(out, s.events)
		} else {
			out = append(out, 0)
		}
	}
	return out
}
