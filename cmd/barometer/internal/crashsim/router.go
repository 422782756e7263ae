package crashsim

import (
	"fmt"
	"maps"

	"barometer/alerting/route"
	"barometer/ingest/kafkalog"
)

// router is a session of alerting's first half.
type router struct {
	w *world
	t *tenant
	commits
	core     *route.Core
	inputs   []kafkalog.TopicPartition // subscriptions first
	next     map[kafkalog.TopicPartition]int64
	inFlight []bool
}

func (w *world) beginRoute(share string, inputs []kafkalog.TopicPartition) func(t *tenant) actor {
	return func(t *tenant) actor {
		c := w.join(t, "route/"+share)
		n := len(w.broker.topics[kafkalog.TopicNotifications])
		core, err := route.NewCore(route.Config{Partitions: n, MaxBuffered: 20_000, MaxRequest: 300 + w.r.IntN(3000)})
		if err != nil {
			w.fail("route: %v", err)
			return nil
		}
		return &router{w: w, t: t, commits: c, core: core, inputs: inputs,
			next: maps.Clone(c.group.offsets), inFlight: make([]bool, n)}
	}
}

func (a *router) moves() int { return 3 }

func (a *router) step(move int) bool {
	switch move {
	case 0:
		return a.read()
	case 1:
		return a.send()
	default:
		return a.commit()
	}
}

func (a *router) read() bool {
	if !a.core.Room() {
		return false
	}
	first := a.w.r.IntN(len(a.inputs))
	for k := range a.inputs {
		tp := a.inputs[(first+k)%len(a.inputs)]
		if s := a.inputs[0]; s.Topic == kafkalog.TopicSubscriptions && a.next[s] < a.w.broker.at(s.Topic, s.Partition).end() {
			tp = s
		}
		records, next := a.w.broker.at(tp.Topic, tp.Partition).read(a.next[tp], 1+a.w.r.IntN(10))
		if next == a.next[tp] {
			continue
		}
		for _, r := range records {
			if err := a.core.Feed(tp, r); err != nil {
				a.w.fail("%s: %v", a.t.name, err)
			}
		}
		a.next[tp] = next
		return true
	}
	return false
}

func (a *router) send() bool {
	did := false
	for p := range a.inFlight {
		if records := a.core.Request(p); records != nil {
			a.attempt(p, records)
			did = true
		}
	}
	return did
}

func (a *router) attempt(p int, records []kafkalog.Record) {
	a.w.request(a.t, fmt.Sprintf("%d items to %d", len(records), p), func() error {
		a.w.broker.append(kafkalog.TopicNotifications, p, records)
		return nil
	}, func(err error) {
		if err != nil {
			a.attempt(p, records)
			return
		}
		a.core.Acked(p)
	})
}

func (a *router) commit() bool {
	maps.Copy(a.waiting, a.core.Commits())
	a.w.plant(routesOnce, func() {
		for tp, next := range a.next {
			if a.group.offsets[tp] < next {
				a.waiting[tp] = next
			}
		}
	})
	return a.commits.send()
}

func (a *router) leave() { a.commit() }
