package api

import (
	"barometer/dashboard/format"
	"barometer/dashboard/identity"
	"barometer/dashboard/phrase"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
	"barometer/storage/history"
)

// CoverChange is what analysts and policyholders alike see of a change of cover.
type CoverChange struct {
	PolicyID     string   `json:"policy_id"`
	BuyerID      string   `json:"buyer_id"`
	Code         string   `json:"code" enum:"suspended,resumed,binding_order,discretionary,forfeited,restored"`
	InvoiceID    string   `json:"invoice_id,omitempty" doc:"of forfeited and restored; absent: it was open before deliveries were followed"`
	OrderID      string   `json:"order_id,omitempty" doc:"of binding_order"`
	DeliveredOn  string   `json:"delivered_on,omitempty" doc:"of forfeited and restored"`
	Was          string   `json:"was" doc:"covered before: of new deliveries, of the order or of the one delivery"`
	Now          string   `json:"now" doc:"covered now"`
	LimitInForce string   `json:"limit_in_force" doc:"it stays what it is"`
	Currency     string   `json:"currency"`
	FromOn       string   `json:"from_on" doc:"deliveries from this day on are concerned"`
	ToOn         string   `json:"to_on,omitempty" doc:"and up to this day; absent: no end"`
	Evidence     []string `json:"evidence,omitempty" doc:"invoices: overdue ones of a suspension, paid ones of a discretionary limit"`
}

// Cover is a change of what is covered beside a limit, or in spite of it.
type Cover struct {
	CoverChange
	HolderID string  `json:"holder_id"`
	Reason   *Reason `json:"reason,omitempty"`
}

// HolderCover is such a change as its policyholder sees it.
type HolderCover struct {
	CoverChange
	Reason string `json:"reason,omitempty" doc:"of the public vocabulary"`
}

func coverOf(b *decision.Cover) *Cover {
	out := &Cover{CoverChange: coverChangeOf(public.CoverOf(b)), HolderID: b.Holder}
	if b.Reason != 0 || b.ReasonText != "" {
		out.Reason = &Reason{b.Reason, phrase.Of(b.ReasonText)}
	}
	return out
}

func holderCoverOf(c *public.Cover) *HolderCover {
	return &HolderCover{coverChangeOf(*c), c.Reason.Text}
}

func coverChangeOf(c public.Cover) CoverChange {
	said := func(minor int64) string { return format.Amount(minor, c.Currency) }
	return CoverChange{PolicyID: c.Policy, BuyerID: c.Buyer, Code: c.Code.String(), InvoiceID: c.Invoice, OrderID: c.Order,
		DeliveredOn: format.Day(c.DeliveredOn), Was: said(c.Was), Now: said(c.Now), LimitInForce: said(c.Limit),
		Currency: c.Currency, FromOn: format.Day(c.From), ToOn: format.Day(c.To), Evidence: c.Evidence}
}

// madeLimit is the decision that made a limit what it is; where there never was one, the discretionary limit has its
// place.
func madeLimit(st *history.LimitState) Limit {
	l := *limitOf(st.Made(), st.Limit())
	if b := st.Discretionary(); b != nil {
		l.Code, l.Settles = b.Code.String(), false
	}
	return l
}

// madeHolderLimit is the same as its policyholder sees it.
func (s *API) madeHolderLimit(p identity.Principal, st *history.LimitState) HolderLimit {
	l := s.holderLimit(p, st.Made(), st.Limit())
	if b := st.Discretionary(); b != nil {
		l.Code, l.Reason = b.Code.String(), public.CoverOf(b).Reason.Text
	}
	return l
}
