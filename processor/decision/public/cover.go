package public

import (
	"slices"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// CoverReasons are the reasons of a change of cover that policyholders are notified of, and so all that a channel needs
// words for.
var CoverReasons = []string{"overdue", "no_longer_overdue", "late_notification", "reported_in_time"}

// discretionReasons are those for which there is no discretionary limit.
var discretionReasons = []string{"policy_ended", "not_agreed", "weak_buyer", "off_cover", "paid_late", "open_late",
	"no_experience"}

// Cover is a change of what is covered beside a limit of the policyholder, or in spite of it; amounts are in minor
// units of Currency. All of it is of its own policy, orders and invoices.
type Cover struct {
	Policy, Buyer   string
	Code            decision.CoverCode
	Invoice, Order  string    // empty: none, or not known
	DeliveredOn     event.Day // 0: it is about no single delivery
	Was, Now, Limit int64
	Currency        string
	From, To        event.Day // deliveries of these days are concerned; To 0: no end
	Reason          Reason
	Evidence        []string // invoices
}

// CoverOf is what the policyholder is told of a change of cover.
func CoverOf(b *decision.Cover) Cover {
	c := Cover{Policy: b.Policy, Buyer: b.Buyer, Code: b.Code, Invoice: b.Invoice, Order: b.Order,
		DeliveredOn: b.DeliveredOn, Was: b.WasMinor, Now: b.NowMinor, Limit: b.LimitMinor, Currency: b.Currency,
		From: b.From, To: b.To, Evidence: b.Evidence}
	if slices.Contains(CoverReasons, b.ReasonText) || slices.Contains(discretionReasons, b.ReasonText) {
		c.Reason = Reason{b.Reason, b.ReasonText}
	}
	return c
}
