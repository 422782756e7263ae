package processor

import (
	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/claim"
	"barometer/processor/engine"
	"barometer/processor/limit"
	"barometer/processor/match"
	"barometer/processor/score"

	"google.golang.org/protobuf/encoding/protowire"
)

// buyerPage is a page of buyers. Decoding it keeps its bytes, and unpack makes the buyers: pages may be unpacked at
// once.
type buyerPage struct {
	buyers []buyer
	packed []byte
}

// Walk keeps the bytes of a page.
func (p *buyerPage) Walk(w *wire.Wire) { p.packed = w.Bytes() }

// unpack makes the buyers of a page.
func (p *buyerPage) unpack() error {
	var all engine.Page[buyer, *buyer]
	if err := wire.Decode(p.packed, &all); err != nil {
		return err
	}
	for i := range all.Items {
		all.Items[i].name(all.Items[i].id)
	}
	p.buyers = all.Items
	return nil
}

// Walk walks the fields of a buyer in a snapshot. Its cache is made anew, and its cell: until then it has one by
// itself.
func (b *buyer) Walk(w *wire.Wire) {
	w.Str(1, &b.id)
	w.Bool(2, &b.master.known)
	code, sector := b.home()
	w.Str(3, &code)
	w.Str(4, &sector)
	w.Int32(5, (*int32)(&b.master.foundedOn))
	w.Fixed(6, &b.master.digest)
	w.Msg(7, &sourceWalk{&b.master.texts})
	b.filings = optional(w, 8, b.filings)
	b.payments = optional(w, 9, b.payments)
	b.news = optional(w, 10, b.news)
	w.Msg(12, &ratingWalk{&b.rating})
	w.Int(13, &b.own)
	w.Int(14, &b.ownBest)
	w.Bool(15, &b.insolvent)
	w.Bool(16, &b.hadStatement)
	w.Bool(17, &b.hadPayments)
	wire.Msgs(w, 18, &b.published)
	b.walkLines(w)
	w.Uint(20, &b.accepted)
	w.Int32(22, (*int32)(&b.ageing))
	w.Int32(23, (*int32)(&b.due))
	b.walkKeys(w)
	b.seldom = optional(w, 25, b.seldom)
	b.trades = optional(w, 26, b.trades)
	if w.Decoding() && b.master.known {
		b.cell = &cell{country: &country{code: code}, sector: sector}
	}
}

// optional walks a message that may not be there: nil is none.
func optional[E any, P interface {
	*E
	wire.Walker
}](w *wire.Wire, num protowire.Number, v *E) *E {
	if !w.Decoding() {
		if v != nil {
			w.Msg(num, P(v))
		}
		return v
	}
	var all []E
	if wire.Msgs[E, P](w, num, &all); len(all) == 0 {
		return nil
	}
	return &all[0]
}

// Walk walks the fields of what few buyers have in a snapshot.
func (s *seldom) Walk(w *wire.Wire) {
	wire.Msgs(w, 1, &s.waiting)
	w.Uint32(2, &s.unnoted)
	w.Msg(3, &s.match)
	w.Msg(4, &s.cuts)
	w.Msg(5, &s.ruled)
	w.Msg(6, &s.increase)
	w.Uint32(8, &s.overrides)
	wire.Msgs(w, 9, &s.overruling)
	w.Msg(10, &s.word)
	wire.Msgs(w, 11, &s.clocks)
	w.Msg(12, &s.insolvency)
	debtors := []claim.Debtor(s.debtors)
	wire.Msgs(w, 13, &debtors)
	s.debtors = debtors
	w.Msg(14, &s.adverse)
}

// Walk walks the fields of a review of cuts in a snapshot.
func (r *cutReview) Walk(w *wire.Wire) {
	w.Uint32(1, &r.number)
	w.Int32(2, (*int32)(&r.deadline))
	w.Str(4, &r.requestedBy)
}

// walkLines walks what policies have on a buyer.
func (b *buyer) walkLines(w *wire.Wire) {
	all := []limit.Line(b.lines)
	wire.Msgs(w, 19, &all)
	b.lines = all
}

// walkKeys walks a buyer's match keys, one after the other in one field.
func (b *buyer) walkKeys(w *wire.Wire) {
	keys := []byte(b.keys)
	if w.Blob(24, &keys); !w.Decoding() {
		return
	}
	if b.keys = matchKeys(keys); len(keys)%len(match.Key{}) != 0 {
		w.Fail("match keys of %d bytes", len(keys))
		b.keys = ""
	}
}

// sourceWalk walks a source in a snapshot.
type sourceWalk struct{ *event.Source }

// Walk walks the fields of a source.
func (s *sourceWalk) Walk(w *wire.Wire) {
	wire.Enum(w, 1, &s.Topic)
	w.Uint32(2, &s.Incarnation)
	w.Uint32(3, &s.Partition)
	w.Int(4, &s.Offset)
	w.Uint32(5, &s.Seq)
}

// ratingWalk walks a rating in a snapshot.
type ratingWalk struct{ *score.Rating }

// Walk walks the fields of a rating.
func (r *ratingWalk) Walk(w *wire.Wire) {
	w.Int(1, &r.Grade)
	w.Int(2, &r.PublishedMLO)
	w.Int32(3, (*int32)(&r.BetterSince))
	w.Int32(4, (*int32)(&r.LastWorsened))
}

// Walk walks the fields of both statements in a snapshot.
func (f *filings) Walk(w *wire.Wire) {
	w.Msg(1, &f.newest)
	w.Int32(2, (*int32)(&f.other.PeriodEnd))
	w.Bool(3, &f.other.consolidated)
	w.Bool(4, &f.other.hasRevenue)
	w.Int(5, &f.other.revenue)
	w.Fixed(6, &f.other.digest)
	w.Uint32(7, &f.told)
}

// Walk walks the fields of a statement in a snapshot.
func (s *statement) Walk(w *wire.Wire) {
	w.Int32(1, (*int32)(&s.PeriodEnd))
	w.Bool(2, &s.Consolidated)
	w.Uint32(3, &s.Given)
	w.Int(4, &s.TotalAssets)
	w.Int(5, &s.Equity)
	w.Int(6, &s.CurrentAssets)
	w.Int(7, &s.Inventories)
	w.Int(8, &s.Cash)
	w.Int(9, &s.CurrentLiabilities)
	w.Int(10, &s.TotalLiabilities)
	w.Int(11, &s.TradePayables)
	w.Int(12, &s.Revenue)
	w.Int(13, &s.NetIncome)
	w.Int(14, &s.Depreciation)
	w.Fixed(15, &s.digest)
}

// Walk walks the fields of a figure in a snapshot; a rate is one without country and sector.
func (f *keptFigure) Walk(w *wire.Wire) {
	w.Str(1, &f.key.country)
	w.Str(2, &f.key.sector)
	w.Str(3, &f.key.name)
	w.Int32(4, (*int32)(&f.period.First))
	w.Int32(5, (*int32)(&f.period.Last))
	w.Int(6, &f.valueE8)
	w.Bool(7, &f.missing)
}

// keptFigure is a figure with its key.
type keptFigure struct {
	key figureKey
	figure
}

// Walk walks the fields of a request that is remembered in a snapshot.
func (r *keptRequest) Walk(w *wire.Wire) {
	w.Str(1, &r.key.policy)
	w.Str(2, &r.key.request)
	w.Fixed(3, &r.digest)
	w.Int32(4, (*int32)(&r.until))
}

// keptRequest is a request with its key.
type keptRequest struct {
	key requestKey
	remembered
}
