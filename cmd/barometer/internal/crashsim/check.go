package crashsim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"barometer/alerting/delivery"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
	"barometer/processor/runner"
)

// check holds what is there when the world has come to rest against what an uninterrupted run of the same input makes
// of it:
//
//   - ingest: each log partition holds, through the marks, what was written to the sources, each once, in order
//     (check_source.go);
//   - I1, I2: risk.decisions, through the position filter, and the relays, through theirs, are byte for byte what one
//     fold of the log gives without a stop;
//   - I3: every row of every table is what one sink without a stop writes, and there are no others (check_tables.go);
//   - I4: risk.notifications are what route without a stop makes of the decisions; the receiver has exactly the ids and
//     bytes that the second fold gives without a stop, one id for each subscription and step, and each is marked as
//     delivered;
//   - I5: nobody has stopped, and every message that cannot be read is a dead letter with its bytes.
//
// On the way (I2) an owner that publishes what was published before it began, (I4) a second content for an id, (I7)
// buffers beyond their bounds, and a log record without its words are breaches too.
func (w *world) check() {
	for _, u := range w.units {
		if u.stopped != nil {
			w.fail("I5: %s has stopped: %v", u.name, u.stopped)
		}
	}
	w.checkSources()
	for p := range w.broker.topics[kafkalog.TopicLog] {
		w.checkFold(p)
		w.checkTables(p)
		w.checkLetters(p)
	}
	w.checkItems()
	if w.house.conflict != nil {
		w.fail("%v", w.house.conflict)
	}
}

// unbroken folds a partition of the log without a stop.
func (w *world) unbroken(p int) (made [runner.Lanes][]runner.Output) {
	fold := w.newMachine(uint32(p))
	for _, r := range w.broker.at(kafkalog.TopicLog, p).all() {
		err := fold.Step(r.Offset, r.Value, func(o runner.Output) { made[o.Lane] = append(made[o.Lane], o) })
		if err != nil {
			w.fail("folding %d-%d: %v", p, r.Offset, err)
		}
	}
	return made
}

// checkFold compares what was published with what follows.
func (w *world) checkFold(p int) {
	expect := w.unbroken(p)
	var decisions, relays []kafkalog.Record
	var last event.Position
	for i, r := range w.broker.at(kafkalog.TopicDecisions, p).all() {
		var d decision.Decision
		if err := decision.Decode(r.Value, &d); err != nil {
			w.fail("I2: a decision does not decode: %v", err)
			return
		}
		if i == 0 || d.Position.Compare(last) > 0 {
			decisions, last = append(decisions, r), d.Position
		}
	}
	var mark event.Mark
	for i, r := range w.broker.at(kafkalog.TopicRelays, p).all() {
		e, err := new(event.Decoder).Decode(r.Value)
		if err != nil {
			w.fail("I2: a relay does not decode: %v", err)
			return
		}
		if m := e.Source.Mark(); i == 0 || m.Above(mark) {
			relays, mark = append(relays, r), m
		}
	}
	w.same(fmt.Sprint("I2: decisions of ", p), expect[runner.Decisions], decisions)
	w.same(fmt.Sprint("I2: relays of ", p), expect[runner.Relays], relays)
}

func (w *world) same(what string, expect []runner.Output, got []kafkalog.Record) {
	for i := range max(len(expect), len(got)) {
		switch {
		case i >= len(got):
			w.fail("%s: %s is missing, the first of %d", what, expect[i].Position, len(expect)-len(got))
		case i >= len(expect):
			w.fail("%s: %d more than follow from the log", what, len(got)-len(expect))
		case !bytes.Equal(expect[i].Value, got[i].Value) || expect[i].Key != string(got[i].Key):
			w.fail("%s: the %d. is not %s as the fold gives it", what, i+1, expect[i].Position)
		default:
			continue
		}
		return
	}
}

// checkLetters compares letters and what was received with an uninterrupted second fold.
func (w *world) checkLetters(p int) {
	fold := w.newSendFold(p)
	expect := map[string]string{} // body by id
	for _, r := range w.broker.at(kafkalog.TopicNotifications, p).all() {
		err := fold.Step(r.Offset, r.Value, func(o runner.Output) {
			l, n, err := delivery.NewLetter(&o)
			if err != nil {
				w.fail("I4: %v", err)
				return
			}
			expect[l.ID] = fmt.Sprintf("%x", n.Encode())
			what := fmt.Sprint(n.Subscription, " ", n.Source)
			if before, ok := w.ids[what]; ok {
				w.fail("I4: %s is told under %s and under %s", what, before, l.ID)
			}
			w.ids[what] = l.ID
		})
		if err != nil {
			w.fail("I4: folding notifications %d-%d: %v", p, r.Offset, err)
		}
	}
	delivered := map[string]bool{}
	for _, r := range w.broker.at(kafkalog.TopicDeliveries, p).all() {
		id, isState := strings.CutSuffix(string(r.Key), "/state")
		switch body, known := expect[id]; {
		case !known:
			w.fail("I4: letter %s does not follow from risk.notifications/%d", id, p)
		case isState:
			delivered[id] = stateOf(r.Value).Status == delivery.Delivered // the last counts
		case letterOf(r.Value).Body != body:
			w.fail("I4: letter %s has another content than its fold gives", id)
		}
	}
	for id, body := range expect {
		w.told[id] = true
		if got, ok := w.inbox.bodies[id]; !ok || got != body {
			w.fail("I4: %s of partition %d was not received as it follows", id, p)
		}
		if !delivered[id] {
			w.fail("I4: %s is not marked as delivered", id)
		}
	}
}

func letterOf(value []byte) (l delivery.Letter) {
	_ = json.Unmarshal(value, &l)
	return l
}

func stateOf(value []byte) (s delivery.State) {
	_ = json.Unmarshal(value, &s)
	return s
}

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}
