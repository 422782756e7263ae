package storage

import (
	"encoding/hex"

	"barometer/ingest/event"

	"github.com/shopspring/decimal"
)

// activated is a model that a record brings, and what its file says.
type activated struct {
	*event.ModelActivated
	terms *event.Model
}

// activatedBy is the model of a record, in every partition; nil for none, and for a file that nobody can read, which
// the fold refuses.
func activatedBy(e *event.Event, parse func(content []byte) (*event.Model, error)) *activated {
	var m activated
	switch b := e.Body.(type) {
	case *event.LogOpened:
		m.ModelActivated = &b.Model
	case *event.ModelActivated:
		m.ModelActivated = b
	default:
		return nil
	}
	terms, err := parse(m.Content)
	if err != nil {
		return nil
	}
	m.terms = terms
	return &m
}

func models() []column {
	return position(
		text("version", func(e *entry) string { return e.model.Version }),
		text("sha256", func(e *entry) string { return hex.EncodeToString(e.model.SHA256) }),
		fixed("loss_given_default", "Decimal(9, 6)", 2, func(e *entry) int64 { return e.model.terms.Capacity.LossGivenPct }),
		&columnOf[[]decimal.Decimal]{"grade_pd", "Array(Decimal(9, 6))", func(e *entry) []decimal.Decimal {
			all := make([]decimal.Decimal, len(e.model.terms.GradePD))
			for i, ppm := range e.model.terms.GradePD {
				all[i] = decimal.New(ppm, -6)
			}
			return all
		}, nil},
	)
}
