package event

import "barometer/ingest/event/wire"

// ReviewDecided is an analyst's verdict on a review. Its reason is words.
type ReviewDecided struct {
	Review  string
	Approve bool
	Analyst string
}

// Walk walks the fields of barometer.v1.ReviewDecided.
func (b *ReviewDecided) Walk(w *wire.Wire) {
	w.Str(1, &b.Review)
	w.Bool(2, &b.Approve)
	w.Str(3, &b.Analyst)
}

// UnderwriterDecided overrules the model for a buyer, or sets one limit where Policy is given.
type UnderwriterDecided struct {
	Buyer                  Party
	Policy                 string
	GradeFloor             uint32 // 0: none
	GradeCeiling           uint32
	Block                  bool
	HasAmount              bool
	Amount                 Amount
	MaxTermsDays           int32
	Security               string
	InsolvencyOnly         bool
	ValidUntil             Day
	Analyst, SecondAnalyst string
}

// Walk walks the fields of barometer.v1.UnderwriterDecided.
func (b *UnderwriterDecided) Walk(w *wire.Wire) {
	w.Msg(1, &b.Buyer)
	w.Str(2, &b.Policy)
	w.Uint32(3, &b.GradeFloor)
	w.Uint32(4, &b.GradeCeiling)
	w.Bool(5, &b.Block)
	w.Bool(6, &b.HasAmount)
	w.Msg(7, &b.Amount)
	w.Int32(8, &b.MaxTermsDays)
	w.Str(9, &b.Security)
	w.Bool(10, &b.InsolvencyOnly)
	w.Int32(11, (*int32)(&b.ValidUntil))
	w.Str(12, &b.Analyst)
	w.Str(13, &b.SecondAnalyst)
}

// BindingOrderAccepted is an order that stays covered after its limit is gone.
type BindingOrderAccepted struct {
	Policy    string
	Buyer     Party
	Order     string
	Amount    Amount
	DeliverBy Day
	Analyst   string // who accepted it, empty: not said
}

// Walk walks the fields of barometer.v1.BindingOrderAccepted.
func (b *BindingOrderAccepted) Walk(w *wire.Wire) {
	w.Str(1, &b.Policy)
	w.Msg(2, &b.Buyer)
	w.Str(3, &b.Order)
	w.Msg(4, &b.Amount)
	w.Int32(5, (*int32)(&b.DeliverBy))
	w.Str(6, &b.Analyst)
}

// NoticeServed tells that a policyholder had notice of what a limit is to become, by another way than a notification.
// How is words.
type NoticeServed struct {
	Policy   string
	Buyer    Party
	ServedOn Day // 0: the day of the record
	Analyst  string
}

// Walk walks the fields of barometer.v1.NoticeServed.
func (b *NoticeServed) Walk(w *wire.Wire) {
	w.Str(1, &b.Policy)
	w.Msg(2, &b.Buyer)
	w.Int32(3, (*int32)(&b.ServedOn))
	w.Str(4, &b.Analyst)
}

// CountryCapSet bounds the sum of limits on one country's buyers. Without an analyst it is from a producer that needs
// no second person.
type CountryCapSet struct {
	Country                string
	Amount                 Amount
	Analyst, SecondAnalyst string
}

// Walk walks the fields of barometer.v1.CountryCapSet.
func (b *CountryCapSet) Walk(w *wire.Wire) {
	w.Str(1, &b.Country)
	w.Msg(2, &b.Amount)
	w.Str(3, &b.Analyst)
	w.Str(4, &b.SecondAnalyst)
}

// ModelActivated carries a whole model file. Without an analyst it is from a producer that needs no second person.
type ModelActivated struct {
	Version                string
	Content                []byte
	SHA256                 []byte
	Analyst, SecondAnalyst string
}

// Walk walks the fields of barometer.v1.ModelActivated.
func (b *ModelActivated) Walk(w *wire.Wire) {
	w.Str(1, &b.Version)
	w.Blob(2, &b.Content)
	w.Blob(3, &b.SHA256)
	w.Str(4, &b.Analyst)
	w.Str(5, &b.SecondAnalyst)
}

// FoldActivated raises the fold version. Without an analyst it is from a producer that needs no second person.
type FoldActivated struct {
	Version                uint32
	Analyst, SecondAnalyst string
}

// Walk walks the fields of barometer.v1.FoldActivated.
func (b *FoldActivated) Walk(w *wire.Wire) {
	w.Uint32(1, &b.Version)
	w.Str(2, &b.Analyst)
	w.Str(3, &b.SecondAnalyst)
}
