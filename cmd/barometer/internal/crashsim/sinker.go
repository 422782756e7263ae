package crashsim

import (
	"errors"
	"fmt"

	"barometer/ingest/kafkalog"
	"barometer/storage"
)

// sinker drives the sink of one partition.
type sinker struct {
	w       *world
	t       *tenant
	u       *unit
	p       int
	sink    *storage.Sink
	next    int64 // of risk.decisions
	inserts []*storage.Insert
	storing *storage.Storing
	asked   bool
	after   storage.Place // the batch
}

func (w *world) beginSink(u *unit, p int) func(t *tenant) actor {
	return func(t *tenant) actor {
		place := w.house.place(uint32(p))
		if err := place.Check(w.broker.at(kafkalog.TopicLog, p).end(), w.broker.at(kafkalog.TopicDecisions,
			p).end()); err != nil {
			a := &sinker{w: w, t: t, u: u}
			a.stop(err)
			return nil
		}
		w.note("%s goes on after cut %d", t.name, place.Cut)
		return &sinker{w: w, t: t, u: u, p: p, sink: storage.NewSink(uint32(p), w.opened, parseModel, place),
			next: place.DecisionsNext}
	}
}

func (a *sinker) stop(err error) {
	a.w.note("%s stops: %v", a.t.name, err)
	a.u.stopped, a.t.gone = err, true
	if !errors.Is(err, storage.ErrMismatch) || !a.w.torn {
		a.w.fail("%s stops: %v", a.t.name, err)
	}
}

func (a *sinker) moves() int { return 2 }

func (a *sinker) step(move int) bool {
	if a.inserts != nil {
		return a.store()
	}
	if move == 0 {
		return a.take()
	}
	return a.takeLog()
}

// take takes decisions until they end a batch.
func (a *sinker) take() bool {
	if next, end := a.sink.NeedsLog(); next < end {
		return a.takeLog()
	}
	records, _ := a.w.broker.at(kafkalog.TopicDecisions, a.p).read(a.next, 1+a.w.r.IntN(20))
	for _, r := range records {
		a.next = r.Offset + 1
		ended, err := a.sink.Decision(r.Offset, r.Value)
		if err != nil {
			a.stop(err)
			return true
		}
		if ended {
			if next, end := a.sink.NeedsLog(); next >= end {
				a.batch()
			}
			break
		}
	}
	return len(records) > 0
}

func (a *sinker) takeLog() bool {
	next, end := a.sink.NeedsLog()
	if next >= end {
		return false
	}
	records, _ := a.w.broker.at(kafkalog.TopicLog, a.p).read(next, min(1+a.w.r.IntN(20), int(end-next)))
	for _, r := range records {
		if err := a.sink.Log(r.Offset, r.Value); err != nil {
			a.stop(err)
			return true
		}
	}
	if next, end := a.sink.NeedsLog(); next >= end {
		a.batch()
	}
	return len(records) > 0
}

func (a *sinker) batch() {
	inserts, err := a.sink.Batch()
	if err != nil {
		a.stop(err)
		return
	}
	a.w.plant(progressFirst, func() {
		last := len(inserts) - 1
		inserts[0], inserts[last] = inserts[last], inserts[0]
	})
	a.inserts, a.after = inserts, a.sink.After()
}

// store stores the inserts of the batch, one after the other.
func (a *sinker) store() bool {
	if a.asked {
		return false
	}
	if a.storing == nil {
		a.storing = storage.NewStoring(a.inserts)
	}
	s := a.storing
	var held []bool
	ask, of := s.Ask()
	what := fmt.Sprintf("%s of %d, %s (%d rows)", [...]string{"nothing", "insert", "look", "insert anyway"}[ask], len(of),
		of[0].Token, of[0].Rows)
	a.asked = true
	after := a.after
	a.w.request(a.t, what, func() error {
		switch ask {
		case storage.AskHolds:
			for _, in := range of {
				held = append(held, a.w.house.holds(in) || a.w.o.Planted == trustsTokens)
			}
			return nil
		default:
			return a.w.house.insert(of[0], ask == storage.AskInsert, after)
		}
	}, func(err error) {
		a.asked = false
		_ = s.Answer(held, err) // an error is one that passes
		if ask, _ := s.Ask(); ask == storage.AskNothing {
			a.sink.Stored(a.inserts)
			a.inserts, a.storing = nil, nil
		}
	})
	return true
}

func (a *sinker) leave() {}
