package verify

import (
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"

	"github.com/cespare/xxhash/v2"
)

// route is from one fold to the log partition of another.
type route struct{ from, to int }

// relays are what was sent and what arrived on a route, in order: fingerprints.
type relays struct{ sent, arrived []uint64 }

// fingerprint is of a relay without its stamp.
func fingerprint(e *event.Event) uint64 {
	x := *e
	x.StampMs, x.Home = 0, true
	return xxhash.Sum64(event.Append(nil, &x))
}

// sent notes a relay that a fold gives.
func (r *run) sent(from int, record []byte) error {
	e, err := new(event.Decoder).Decode(record)
	if err != nil {
		return err
	}
	print := fingerprint(e)
	r.mu.Lock()
	defer r.mu.Unlock()
	for to := range r.report.Partitions {
		if e.Key == "" || to == kafkalog.PartitionOf(e.Key, r.report.Partitions) {
			on := r.relaysOn(route{from, to})
			on.sent = append(on.sent, print)
		}
	}
	return nil
}

// arrived notes a relay that is in the log.
func (r *run) arrived(to int, e *event.Event) {
	print := fingerprint(e)
	r.mu.Lock()
	defer r.mu.Unlock()
	on := r.relaysOn(route{int(e.Source.Partition), to})
	on.arrived = append(on.arrived, print)
}

func (r *run) relaysOn(on route) *relays {
	if r.relays[on] == nil {
		r.relays[on] = &relays{}
	}
	return r.relays[on]
}

// endRelays compares what has arrived with the beginning of what was sent: the rest may be on its way, or was sent
// later than what was folded here.
func (r *run) endRelays() {
	for on, x := range r.relays {
		n := min(len(x.sent), len(x.arrived))
		for i := range n {
			if x.sent[i] != x.arrived[i] {
				r.differ(checkRelays, "from partition %d to %d: the %d. of %d that arrived is not the one that was sent", on.from,
					on.to, i+1, len(x.arrived))
				break
			}
		}
		r.compared(checkRelays, n)
	}
}
