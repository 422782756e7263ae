package api

import (
	"context"
	"errors"
	"time"

	"barometer/dashboard/identity"
	"barometer/dashboard/submit"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
)

// Outcome is what became of a stored message in the fold.
type Outcome struct {
	Index  int    `json:"index" doc:"its place in the list, from 0"`
	Status string `json:"status" enum:"accepted,refused,waiting,pending" doc:"accepted: the fold has read it and not refused it: it counts, was known already, or is kept until what it refers to comes (if that does not come within seven days, input.rejected says so); refused: it counts for nothing; waiting: a limit request that waits for what it refers to, or for a review; pending: it is not known yet, which says nothing of it"`
	Reason string `json:"reason,omitempty" doc:"why it was refused"`
	Detail string `json:"detail,omitempty"`
}

// Statuses of an outcome.
const (
	statusAccepted = "accepted"
	statusRefused  = "refused"
	statusWaiting  = "waiting"
	statusPending  = "pending"
)

// mostWatches bounds the requests of one process that read the log for what became of their messages; further ones are
// not told.
const mostWatches = 16

// watch reads the log from before some messages are stored. The zero watch tells of nothing.
type watch struct {
	s     *API
	until time.Time
	ends  []int64 // of the log
	held  bool    // one of mostWatches
}

// watch begins to wait for so long from now on; 0 for not at all.
func (s *API) watch(ctx context.Context, wait time.Duration) (*watch, error) {
	w := &watch{s: s, until: time.Now().Add(wait)}
	if wait == 0 {
		return w, nil
	}
	select {
	case s.watches <- struct{}{}:
		w.held = true
	default:
		return w, nil
	}
	var err error
	if w.ends, err = s.cfg.Ingested.Ends(ctx, kafkalog.TopicLog); err != nil {
		w.end()
		return nil, s.failed(ctx, "reading how far the log is", err)
	}
	return w, nil
}

func (w *watch) end() {
	if w.held {
		w.held = false
		<-w.s.watches
	}
}

var errAllFound = errors.New("all are found")

// outcomes are those of messages that stood at places of a list, and were stored at places of a topic. It takes no
// longer than was said.
func (w *watch) outcomes(ctx context.Context, p identity.Principal, topic event.Topic, at []int,
	places []submit.Place) []Outcome {
	out := make([]Outcome, len(at))
	open := map[submit.Place]int{}
	for i := range at {
		out[i] = Outcome{Index: at[i], Status: statusPending}
		open[places[i]] = i
	}
	if !w.held || len(at) == 0 {
		return out
	}
	ctx, cancel := context.WithDeadline(ctx, w.until)
	defer cancel()
	logged := make([]event.Position, len(at)) // in the log; Offset -1: not found
	for i := range logged {
		logged[i].Offset = -1
	}
	var decoder event.Decoder
	_ = w.s.cfg.Ingested.Follow(ctx, kafkalog.TopicLog, w.ends, func(partition int, r kafkalog.Record) error {
		e, err := decoder.Decode(r.Value)
		if err != nil {
			return nil // the fold will say
		}
		stands := submit.Place{Partition: e.Source.Partition, Offset: e.Source.Offset}
		if i, wanted := open[stands]; wanted && e.Source.Topic == topic && e.Home {
			logged[i] = event.Position{Partition: uint32(partition), Offset: r.Offset}
			if delete(open, stands); len(open) == 0 {
				return errAllFound
			}
		}
		return nil
	}) // what it did not find in time is pending
	left := len(at) - len(open)
	w.s.cfg.Tail.Wait(ctx, func() bool {
		for i := range out {
			if logged[i].Offset < 0 || out[i].Status != statusPending {
				continue
			}
			if decided, done := w.s.cfg.Tail.Step(int(logged[i].Partition), logged[i].Offset); done {
				out[i].settle(p, decided, topic, places[i])
				left--
			}
		}
		return left == 0
	})
	return out
}

// settle tells from the decisions of a message's step what became of it.
func (o *Outcome) settle(p identity.Principal, decided []decision.Decision, topic event.Topic, at submit.Place) {
	o.Status = statusAccepted
	for i := range decided {
		switch b := decided[i].Body.(type) {
		case *decision.Rejection:
			if b.Source.Topic != topic || b.Source.Partition != at.Partition || b.Source.Offset != at.Offset {
				continue // of another message, which had waited for this one
			}
			o.Status, o.Reason, o.Detail = statusRefused, b.Reason, b.Detail
			if !p.Analyst() { // without its free text, which may name somebody else
				o.Reason, o.Detail = public.RejectionReason(b.Reason), ""
			}
			return
		case *decision.Limit:
			if b.Code == decision.StillInvestigating {
				o.Status = statusWaiting
			}
		}
	}
}
