package crashsim

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"barometer/alerting/delivery"
	"barometer/alerting/group"
	"barometer/ingest/kafkalog"
	"barometer/processor/runner"

	"github.com/google/uuid"
)

// sender is the second fold of one partition of risk.notifications, and the attempts at what it makes.
type sender struct {
	*folder
	partition int
	queue     *delivery.Core
	watched   int64 // of risk.deliveries
}

// sendFold may be given a planted fault.
type sendFold struct {
	*group.Fold
	altered func(o *runner.Output)
}

func (f sendFold) Step(offset int64, record []byte, emit func(runner.Output)) error {
	return f.Fold.Step(offset, record, func(o runner.Output) {
		if f.altered != nil {
			f.altered(&o)
		}
		emit(o)
	})
}

func (w *world) newSendFold(p int) runner.Fold {
	return group.NewFold(group.Config{LogID: w.opened.LogID, Generation: 1, Partition: uint32(p)})
}

func (w *world) beginSend(u *unit, p int) func(t *tenant) actor {
	return func(t *tenant) actor {
		a := &sender{folder: &folder{w: w, t: t, u: u, log: w.broker.at(kafkalog.TopicNotifications, p)}, partition: p}
		a.queue = delivery.NewCore(3)
		a.p = runner.Partition{Name: t.name, Version: group.StateVersion, LogID: w.opened.LogID, Logger: quietLog,
			Config: runner.Config{MaxBuffered: 12_000, MaxRequest: 500 + w.r.IntN(4000)}, Log: logOf{a.log},
			Store: w.store.of(u.name),
			Fold: func() runner.Fold {
				f := sendFold{Fold: w.newSendFold(p).(*group.Fold)}
				w.plant(idFromClock, func() {
					f.altered = func(o *runner.Output) { o.Key = uuid.NewSHA1(uuid.Nil, fmt.Append(nil, w.steps, o.Key)).String() }
				})
				return f
			}}
		a.p.Out = outOf{func() (runner.Published, error) {
			past, err := delivery.Load(context.Background(), w.broker, p, delivery.Horizon{})
			if err != nil {
				return runner.Published{}, err
			}
			for _, letter := range past.Open() {
				a.queue.Add(letter)
			}
			a.watched = past.Next
			return past.Published, nil
		}}
		a.folder.publish = func(_ runner.Lane, outputs []runner.Output) { a.store(outputs) }
		a.folder.acked = func(_ runner.Lane, outputs []runner.Output) { a.enqueue(outputs) }
		if a.folder.recover() == nil {
			return nil
		}
		return a
	}
}

// letter renders an output.
func (a *sender) letter(o *runner.Output) *delivery.Letter {
	l, n, err := delivery.NewLetter(o)
	if err != nil {
		a.w.fail("%s: %v", a.t.name, err)
		return &delivery.Letter{}
	}
	l.ID = o.Key
	l.Body = hex.EncodeToString(n.Encode())
	a.w.plant(rendersAgain, func() { l.Body += fmt.Sprint(a.w.steps) })
	return l
}

// store appends letters to risk.deliveries.
func (a *sender) store(outputs []runner.Output) {
	var records []kafkalog.Record
	for i := range outputs {
		records = append(records, a.letter(&outputs[i]).Record())
	}
	a.w.broker.append(kafkalog.TopicDeliveries, a.partition, records)
}

// enqueue hands letters that are stored to the attempts. Which of its copies an offset names does not matter.
func (a *sender) enqueue(outputs []runner.Output) {
	for i := range outputs {
		l := a.letter(&outputs[i])
		p := l.Pending(a.partition, 0)
		p.Body = []byte(l.Body)
		a.queue.Add(p)
	}
}

func (a *sender) moves() int { return a.folder.moves() + 2 }

func (a *sender) step(move int) bool {
	switch move - a.folder.moves() {
	case 0:
		return a.attempts()
	case 1:
		return a.watch()
	default:
		return a.folder.step(move)
	}
}

// attempts begins what is due. In a healed world everything is.
func (a *sender) attempts() bool {
	now := time.UnixMilli(a.w.now())
	if due, any := a.queue.Wake(); a.w.healed && any && due.After(now) {
		now = due
	}
	letters := a.queue.Start(now)
	for _, p := range letters {
		a.try(p, now)
	}
	return len(letters) > 0
}

func (a *sender) try(p *delivery.Pending, now time.Time) {
	if p.Body == nil {
		p.Body = []byte(letterOf(a.read(p.ID)).Body)
	}
	body := string(p.Body)
	finish := func(err error) {
		s := a.queue.Done(p, delivery.Result{OK: err == nil, Error: fmt.Sprint(err)}, now)
		if s == nil {
			a.queue.Written(p)
			return
		}
		a.state(p, s)
	}
	if a.w.o.Planted == marksFirst {
		s := a.queue.Done(p, delivery.Result{OK: true}, now)
		a.state(p, s)
		finish = func(error) {}
	}
	a.w.request(a.t, "attempt of "+p.ID, func() error { a.w.inbox.take(p.ID, body); return nil }, finish)
}

// watch takes what is stored of letters, by this owner or another.
func (a *sender) watch() bool {
	at := a.w.broker.at(kafkalog.TopicDeliveries, a.partition)
	records, next := at.read(a.watched, 5)
	for _, r := range records {
		if strings.HasSuffix(string(r.Key), "/state") {
			state := stateOf(r.Value)
			a.queue.Saw(a.partition, &state)
		}
	}
	did := next > a.watched
	if a.watched = next; next < at.end() {
		return did
	}
	for _, id := range a.queue.Judge(a.partition) {
		l := letterOf(a.read(id))
		a.queue.Add(l.Pending(a.partition, 0))
		did = true
	}
	return did
}

// read finds the record of a letter that is stored.
func (a *sender) read(id string) []byte {
	for _, r := range a.w.broker.at(kafkalog.TopicDeliveries, a.partition).all() {
		if string(r.Key) == id {
			return r.Value
		}
	}
	a.w.fail("%s: letter %s is attempted and is not in risk.deliveries", a.t.name, id)
	return nil
}

// state stores what became of an attempt, until it is acknowledged.
func (a *sender) state(p *delivery.Pending, s *delivery.State) {
	a.w.request(a.t, fmt.Sprintf("state of %s: %s", s.ID, s.Status), func() error {
		a.w.broker.append(kafkalog.TopicDeliveries, a.partition, []kafkalog.Record{s.Record()})
		return nil
	}, func(err error) {
		if err != nil {
			a.state(p, s)
			return
		}
		a.queue.Written(p)
	})
}

// inbox is the receiver of every subscription.
type inbox struct {
	w      *world
	bodies map[string]string // by id
}

func (i *inbox) take(id, body string) {
	if before, ok := i.bodies[id]; ok && before != body {
		i.w.fail("I4: the receiver got %s with two contents", id)
	}
	i.bodies[id] = body
}
