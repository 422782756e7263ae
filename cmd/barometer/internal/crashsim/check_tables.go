package crashsim

import (
	"fmt"
	"maps"
	"slices"

	"barometer/alerting/route"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/storage"

	"barometer/alerting/notice"
)

// checkTables compares the rows of a partition with those of one sink without a stop.
func (w *world) checkTables(p int) {
	calm := &world{f: &faults{w: &world{healed: true}}}
	house := newHouse(calm)
	sink := storage.NewSink(uint32(p), w.opened, parseModel, storage.Place{})
	log := w.broker.at(kafkalog.TopicLog, p).all()
	for _, r := range w.broker.at(kafkalog.TopicDecisions, p).all() {
		ended, err := sink.Decision(r.Offset, r.Value)
		if err != nil {
			w.fail("I3: %v", err)
			return
		}
		if !ended {
			continue
		}
		for next, end := sink.NeedsLog(); next < end; next++ {
			if err := sink.Log(next, log[next].Value); err != nil {
				w.fail("I3: %v", err)
				return
			}
		}
		inserts, err := sink.Batch()
		if err != nil {
			w.fail("I3: %v", err)
			return
		}
		for _, in := range inserts {
			_ = house.insert(in, true, sink.After())
		}
		sink.Stored(inserts)
	}
	w.sameTables(p, house)
}

func (w *world) sameTables(p int, expect *house) {
	names := map[string]bool{}
	for _, h := range []*house{w.house, expect} {
		for name := range h.tables {
			names[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		for at, row := range expect.tables[name] {
			if got, ok := w.house.tables[name][at]; !ok || got != row {
				w.fail("I3: %s has %q at %s, and %q follows", name, got, at, row)
				return
			}
		}
		for at := range w.house.tables[name] {
			if _, ok := expect.tables[name][at]; int(at.Partition) == p && !ok {
				w.fail("I3: %s has a row at %s, which does not follow", name, at)
				return
			}
		}
	}
}

// checkItems compares risk.notifications, through the marks, with what route makes of the decisions without a stop.
func (w *world) checkItems() {
	n := len(w.broker.topics[kafkalog.TopicNotifications])
	core, err := route.NewCore(route.DefaultConfig(n))
	if err != nil {
		w.fail("I4: %v", err)
		return
	}
	feed := func(topic string, p int) {
		for _, r := range w.broker.at(topic, p).all() {
			if err := core.Feed(kafkalog.TopicPartition{Topic: topic, Partition: p}, r); err != nil {
				w.fail("I4: %v", err)
			}
		}
	}
	feed(kafkalog.TopicSubscriptions, 0)
	for p := range n {
		feed(kafkalog.TopicDecisions, p)
	}
	for p := range n {
		var expect []kafkalog.Record
		for records := core.Request(p); records != nil; records = core.Request(p) {
			expect = append(expect, records...)
			core.Acked(p)
		}
		w.sameItems(p, items(expect), items(w.broker.at(kafkalog.TopicNotifications, p).all()))
	}
	for id := range w.inbox.bodies {
		if !w.told[id] {
			w.fail("I4: the receiver got %s, which does not follow", id)
		}
	}
}

// items gives the first copies of each stream, in order.
func items(records []kafkalog.Record) map[event.Stream][]string {
	all, marks := map[event.Stream][]string{}, map[event.Stream]event.Mark{}
	for _, r := range records {
		item, err := notice.DecodeItem(r.Value)
		if err != nil {
			continue // the second fold says so
		}
		stream := item.Source.Stream()
		if mark, known := marks[stream]; known && !item.Source.Mark().Above(mark) {
			continue
		}
		marks[stream] = item.Source.Mark()
		all[stream] = append(all[stream], string(r.Value))
	}
	return all
}

func (w *world) sameItems(p int, expect, got map[event.Stream][]string) {
	for stream, want := range expect {
		if !slices.Equal(want, got[stream]) {
			w.fail("I4: risk.notifications/%d has %d items of %v, %d others follow", p, len(got[stream]), stream, len(want))
		}
	}
	if len(got) > len(expect) {
		w.fail("I4: risk.notifications/%d has items of %s", p, fmt.Sprint(len(got)-len(expect),
			" streams that do not follow"))
	}
}
