package processor

import (
	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/match"
	"barometer/processor/score"
)

// buyerPage is a page of buyers. Decoding it keeps its bytes, and unpack makes the buyers: pages may be unpacked at once.
type buyerPage struct {
	buyers []buyer
	packed []byte
}

// Walk keeps the bytes of a page.
func (p *buyerPage) Walk(w *wire.Wire) { p.packed = w.Bytes() }

// unpack makes the buyers of a page.
func (p *buyerPage) unpack() error {
	var all page[buyer, *buyer]
	if err := wire.Decode(p.packed, &all); err != nil {
		return err
	}
	for i := range all.all {
		all.all[i].name(all.all[i].id)
	}
	p.buyers = all.all
	return nil
}

// Walk walks the fields of a buyer in a snapshot. Its cell and its cache are made anew.
func (b *buyer) Walk(w *wire.Wire) {
	w.Str(1, &b.id)
	w.Bool(2, &b.master.known)
	w.Str(3, &b.master.country)
	w.Str(4, &b.master.sector)
	w.Int32(5, (*int32)(&b.master.foundedOn))
	w.Fixed(6, &b.master.digest)
	w.Msg(7, &sourceWalk{&b.master.texts})
	wire.Msgs(w, 8, &b.statements)
	w.Msg(9, &b.payments)
	b.walkNews(w)
	w.Msg(12, &ratingWalk{&b.rating})
	w.Int(13, &b.own)
	w.Int(14, &b.ownBest)
	w.Bool(15, &b.insolvent)
	w.Bool(16, &b.hadStatement)
	w.Bool(17, &b.hadPayments)
	wire.Msgs(w, 18, &b.published)
	wire.Msgs(w, 19, &b.covers)
	w.Uint(20, &b.accepted)
	wire.Msgs(w, 21, &b.waiting)
	w.Int32(22, (*int32)(&b.ageing))
	w.Int32(23, (*int32)(&b.due))
	b.walkKeys(w)
	w.Uint32(25, &b.unnoted)
	has := b.review != nil
	if w.Bool(26, &has); !has {
		return
	}
	if b.review == nil {
		b.review = &review{}
	}
	w.Msg(27, b.review)
}

// walkKeys walks a buyer's match keys, one after the other in one field.
func (b *buyer) walkKeys(w *wire.Wire) {
	size := len(match.Key{})
	all := make([]byte, 0, len(b.keys)*size)
	for _, k := range b.keys {
		all = append(all, k[:]...)
	}
	if w.Blob(24, &all); !w.Decoding() {
		return
	}
	if len(all)%size != 0 {
		w.Fail("match keys of %d bytes", len(all))
		return
	}
	for ; len(all) > 0; all = all[size:] {
		b.keys = append(b.keys, match.Key(all[:size]))
	}
}

// walkNews walks a buyer's news, where it has any, in fields 10 and 11.
func (b *buyer) walkNews(w *wire.Wire) {
	has := b.news != nil
	if w.Bool(10, &has); !has {
		return
	}
	if b.news == nil {
		b.news = &score.News{}
	}
	w.Msg(11, b.news)
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

// Walk walks the fields of a cover in a snapshot.
func (c *cover) Walk(w *wire.Wire) {
	w.Str(1, &c.policy)
	w.Str(2, &c.currency)
	w.Int(3, &c.decided.minor)
	w.Int(4, &c.decided.cents)
	w.Int(5, &c.before.minor)
	w.Int(6, &c.before.cents)
	w.Int32(7, (*int32)(&c.noticeOn))
	w.Int32(8, (*int32)(&c.validUntil))
	w.Int(9, &c.peakCents)
	w.Int(10, &c.lost.minor)
	w.Int(11, &c.lost.cents)
	wire.Enum(w, 12, &c.last.asked.kind)
	w.Int(13, &c.last.asked.minor)
	w.Str(14, &c.last.asked.currency)
	w.Int32(15, (*int32)(&c.last.asked.validUntil))
	w.Int(16, &c.last.atMs)
	w.Uint(17, &c.last.accepted)
	w.Int(18, &c.last.grade)
	wire.Enum(w, 19, &c.last.code)
	w.Int(20, &c.last.granted)
	w.Uint32(21, &c.last.reason)
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
