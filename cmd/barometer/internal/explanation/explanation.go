// Package explanation says what a buyer's score is made of, by folding the buyer's partition of the log up to a
// position: each contribution with its sentence, the indicators behind the economy's, and the records about the buyer.
// It publishes nothing.
package explanation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"barometer/cmd/barometer/internal/refold"
	"barometer/ingest/event"
	"barometer/processor"
	"barometer/processor/decision"
	"barometer/processor/explain"

	"github.com/shopspring/decimal"
)

// ErrPosition is a position at which nothing can be said of the buyer: it is of another partition, or the log ends
// before it.
var ErrPosition = errors.New("no position of this buyer")

// Query says whose score is explained.
type Query struct {
	Buyer    string
	At       *event.Position // the last record that counts; nil: the last one of the log
	Language explain.Language
	Progress refold.Progress
}

// Explanation is what a score is made of, and what is behind that.
type Explanation struct {
	Buyer         string         `json:"buyer_id"`
	Position      string         `json:"position"` // of the last record that counted
	AsOf          string         `json:"as_of"`
	Grade         uint32         `json:"grade"`
	PD            string         `json:"pd"`
	Model         string         `json:"model"`
	Cap           string         `json:"best_grade_held_by,omitempty"`
	Base          int64          `json:"base"`
	Points        int64          `json:"points"`
	Contributions []Contribution `json:"contributions"`
	Economy       []Contribution `json:"economy,omitempty"` // what each indicator adds to the cell by itself
	Events        []Event        `json:"events"`
	Earlier       int            `json:"earlier_events"` // that are not listed
}

// Contribution is one part of the sum.
type Contribution struct {
	Code   string `json:"code"`
	Words  string `json:"words"`
	Points int64  `json:"points"`
	Figure int64  `json:"figure"`
}

// Event is a record of the log about the buyer.
type Event struct {
	Position string `json:"position"`
	Kind     string `json:"kind"`
	ID       string `json:"id"`
	At       string `json:"at"`
}

// mostEvents is how many records about the buyer are listed.
const mostEvents = 40

// Of explains the score of a buyer.
func Of(ctx context.Context, log *refold.Log, q Query) (*Explanation, error) {
	partition, end, err := q.upTo(log)
	if err != nil {
		return nil, err
	}
	x := &Explanation{Buyer: q.Buyer, Position: position(partition, end-1)}
	fold := log.Fold(partition)
	var decoder event.Decoder
	err = log.Read(ctx, partition, end, func(offset int64, record []byte) error {
		if err := fold.Step(offset, record, func(processor.Record) {}); err != nil {
			return err
		}
		if offset%1000 == 0 || offset == end-1 {
			q.Progress(offset+1, end)
		}
		e, err := decoder.Decode(record)
		if err != nil {
			return err
		}
		return x.add(e, position(partition, offset))
	})
	if err != nil {
		return nil, err
	}
	s, base, ok := fold.Explain(q.Buyer)
	if !ok {
		return nil, fmt.Errorf("nothing is known of a buyer %s up to there", q.Buyer)
	}
	x.Grade, x.PD, x.Model, x.Cap, x.Base, x.Points = s.Grade, decimal.New(s.PDPPM, -6).String(), s.Model, s.Cap, base,
		s.PointsMLO
	x.AsOf = event.DayOf(fold.Now()).String()
	x.Contributions = explained(q.Language, s.Contributions)
	x.Economy = explained(q.Language, fold.Economy(s.Country, s.Sector))
	return x, nil
}

func position(partition int, offset int64) string {
	return event.Position{Generation: refold.Generation, Partition: uint32(partition), Offset: offset}.String()
}

// add lists a record that is about the buyer, or carries a message that was found to be.
func (x *Explanation) add(e *event.Event, position string) (err error) {
	if e.Key != x.Buyer {
		return nil
	}
	if v, ok := e.Body.(*event.Relayed); ok {
		if v.Kind != event.RelayForward {
			return nil
		}
		if e, err = new(event.Decoder).Decode(v.Payload); err != nil {
			return err
		}
	}
	x.Events = append(x.Events, Event{position, e.Kind.String(), string([]byte(e.ID)), event.DayOf(e.AtMs).String()})
	if len(x.Events) > mostEvents {
		x.forget()
	}
	return nil
}

// forget leaves out the oldest of the payments, of which there are many; statements and news are what one looks for.
func (x *Explanation) forget() {
	i := slices.IndexFunc(x.Events, func(e Event) bool {
		return strings.HasPrefix(e.Kind, "invoice.") || strings.HasPrefix(e.Kind, "payment.")
	})
	x.Events = slices.Delete(x.Events, max(i, 0), max(i, 0)+1)
	x.Earlier++
}

func explained(language explain.Language, all []decision.Contribution) []Contribution {
	explained := make([]Contribution, len(all))
	for i, c := range all {
		explained[i] = Contribution{c.Code, explain.Sentence(language, c), c.PointsMLO, c.Figure}
	}
	return explained
}
