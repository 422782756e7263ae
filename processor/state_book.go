package processor

import (
	"cmp"
	"slices"

	"barometer/ingest/event/wire"
)

// walkBook walks buyers, figures and requests in a snapshot, and after decoding makes again what follows from them.
func (m *Machine) walkBook(w *wire.Wire) {
	figures, rates := m.macro.sortedFigures(), m.macro.sortedRates()
	var homes []string
	for _, c := range m.macro.sortedCountries() {
		if c.home {
			homes = append(homes, c.code)
		}
	}
	requests, pages := m.book.sortedRequests(), m.book.pages()
	wire.Msgs(w, 15, &figures)
	wire.Msgs(w, 16, &rates)
	w.Strs(17, &homes)
	wire.Msgs(w, 18, &requests)
	wire.Msgs(w, 19, &pages)
	if !w.Decoding() {
		return
	}
	for _, f := range figures {
		m.macro.figures[f.key] = f.figure
	}
	for _, f := range rates {
		m.macro.rates[f.key.name] = f.figure
	}
	for _, r := range requests {
		m.book.requests[r.key] = r.remembered
	}
	m.unpack(w, pages)
	for _, code := range homes {
		m.macro.countries[code] = &country{code: code, home: true}
	}
}

// unpack makes the buyers of all pages and keeps them, in their order.
func (m *Machine) unpack(w *wire.Wire, pages []buyerPage) {
	errs := make([]error, len(pages))
	m.parallel(len(pages), func(i int) { errs[i] = pages[i].unpack() })
	n := 0
	for i := range pages {
		n += len(pages[i].buyers)
	}
	m.book.buyers.grow(n)
	for i, p := range pages {
		if errs[i] != nil {
			w.Fail("buyers: %v", errs[i])
			return
		}
		for _, b := range p.buyers {
			m.keep(b)
		}
	}
}

// resume makes again what follows from a restored state and its model: countries, cells, who waits for what.
func (m *Machine) resume() {
	for _, c := range m.macro.sortedCountries() {
		m.political(c)
	}
	for _, slot := range m.book.slots {
		for _, b := range slot {
			if b.master.known {
				m.move(b)
			}
			for i := range b.covers {
				b.covers[i].policy, b.covers[i].currency = m.intern(b.covers[i].policy), m.intern(b.covers[i].currency)
			}
			for _, h := range b.waiting {
				m.awaits(b, h.needs)
			}
			b.payments.InternPolicies(m.intern)
		}
	}
}

func (x *macro) sortedFigures() []keptFigure {
	all := make([]keptFigure, 0, len(x.figures))
	for key, f := range x.figures { //fold:sorted
		all = append(all, keptFigure{key, f})
	}
	slices.SortFunc(all, func(a, b keptFigure) int { return a.key.compare(b.key) })
	return all
}

// sortedRates gives the rates as figures named by their currency.
func (x *macro) sortedRates() []keptFigure {
	all := make([]keptFigure, 0, len(x.rates))
	for currency, f := range x.rates { //fold:sorted
		all = append(all, keptFigure{figureKey{name: currency}, f})
	}
	slices.SortFunc(all, func(a, b keptFigure) int { return a.key.compare(b.key) })
	return all
}

func (b *book) sortedRequests() []keptRequest {
	all := make([]keptRequest, 0, len(b.requests))
	for key, r := range b.requests { //fold:sorted
		all = append(all, keptRequest{key, r})
	}
	slices.SortFunc(all, func(a, b keptRequest) int {
		return cmp.Or(cmp.Compare(a.key.policy, b.key.policy), cmp.Compare(a.key.request, b.key.request))
	})
	return all
}

// pages gives all buyers by id.
func (b *book) pages() []buyerPage {
	all := b.buyers.all()
	slices.SortFunc(all, func(x, y *buyer) int { return cmp.Compare(x.id, y.id) })
	var pages []buyerPage
	for page := range slices.Chunk(all, buyersPerPage) {
		pages = append(pages, buyerPage{buyers: page})
	}
	return pages
}
