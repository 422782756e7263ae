package desk

import (
	"context"
	"fmt"
	"time"

	"barometer/dashboard/format"
	"barometer/dashboard/phrase"
	"barometer/dashboard/portfolio"
	"barometer/processor/decision"
	"barometer/processor/explain"
)

// names looks up the names of the buyers of decisions.
func (s *Desk) names(ctx context.Context, ds []decision.Decision) map[string]string {
	var ids []string
	for i := range ds {
		if id := portfolio.BuyerOf(&ds[i]); id != "" {
			ids = append(ids, id)
		}
	}
	return s.cfg.Portfolio.Names(ctx, ids)
}

// row is a decision on a page.
type row struct {
	Position, At, Kind, Buyer, Name string
	Score                           *decision.Score
	Limit                           *decision.Limit
	Cover                           *decision.Cover
	Rejection                       *decision.Rejection
	Review                          *decision.Review
	Trigger                         string
	Day                             string
}

func rowsOf(ds []decision.Decision, names map[string]string) []row {
	out := make([]row, len(ds))
	for i := range ds {
		d := &ds[i]
		r := row{Position: d.Position.String(), At: format.When(d.AtMs), Kind: d.Kind.String(), Buyer: portfolio.BuyerOf(d),
			Trigger: triggerWords(&d.Trigger), Day: format.Instant(d.AtMs).Format(time.DateOnly)}
		r.Name = names[r.Buyer]
		switch b := d.Body.(type) {
		case *decision.Score:
			r.Score = b
		case *decision.Limit:
			r.Limit = b
		case *decision.Cover:
			r.Cover = b
		case *decision.Rejection:
			r.Rejection = b
		case *decision.Review:
			r.Review = b
		}
		out[i] = r
	}
	return out
}

func triggerWords(t *decision.Trigger) string {
	switch {
	case t.ID != "":
		return t.Kind.String() + " " + t.ID
	case t.Timer != "":
		return "timer: " + phrase.Of(t.Timer)
	default:
		return t.Kind.String()
	}
}

// effective says from when on a limit is in force.
func effective(b *decision.Limit) string {
	if b.OnDelivery {
		return fmt.Sprintf("%d days after delivery", b.NoticeDays)
	}
	return format.Day(b.EffectiveOn)
}
func rate(v float64) string {
	if v > 0 && v < 10 {
		return fmt.Sprintf("%.1f", v)
	}
	return explain.English.Number(fmt.Sprintf("%.0f", v))
}

func short(s string) string {
	if r := []rune(s); len(r) > 120 {
		return string(r[:120]) + "…"
	}
	return s
}
