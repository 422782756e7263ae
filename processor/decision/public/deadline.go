package public

import (
	"slices"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// actions are what a policyholder does about a date of the policy's clock now.
var actions = map[decision.DateKind]string{decision.StopShipment: "collect_or_stop_deliveries",
	decision.HandOver: "hand_over_to_collection", decision.ReportOverdue: "report_overdue",
	decision.ProtractedDefault: "prepare_claim", decision.FileClaim: "file_claim"}

// SettledReasons are why a date needs nothing any more.
var SettledReasons = []string{"paid", "disputed", "no_limit", "not_covered", "handed_over", "reported", "claimed",
	"insolvent"}

// Deadline is what a policyholder has to heed on one buyer, or needs to no more; amounts are in minor units of
// Currency. All of it is of its own policy and invoices.
type Deadline struct {
	Policy, Buyer  string
	Settled        bool
	Currency       string
	Lines          []DeadlineLine
	AtStake, Limit int64
}

// DeadlineLine is one date of one invoice.
type DeadlineLine struct {
	Kind          decision.DateKind
	Invoice       string // empty: not known
	DueOn, On     event.Day
	Open, AtStake int64
	Action        string // what to do now, empty where it is settled
	Why           string // it needs nothing any more, empty where it does
}

// DeadlineOf is what the policyholder is told of dates.
func DeadlineOf(b *decision.Deadline) Deadline {
	d := Deadline{Policy: b.Policy, Buyer: b.Buyer, Settled: b.State == decision.DatesSettled, Currency: b.Currency,
		AtStake: b.AtStakeMinor, Limit: b.LimitMinor}
	for i := range b.Lines {
		l := &b.Lines[i]
		line := DeadlineLine{Kind: l.Kind, Invoice: l.Invoice, DueOn: l.DueOn, On: l.On, Open: l.OpenMinor,
			AtStake: l.AtStakeMinor}
		if !d.Settled {
			line.Action = actions[l.Kind]
		} else if slices.Contains(SettledReasons, l.Why) {
			line.Why = l.Why
		}
		d.Lines = append(d.Lines, line)
	}
	return d
}
