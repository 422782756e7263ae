package processor

import (
	"cmp"
	"slices"

	"barometer/ingest/event/wire"
)

// walkFigures walks figures and rates in a snapshot, and which countries are at home here.
func (m *Machine) walkFigures(w *wire.Wire) {
	figures, rates := m.macro.sortedFigures(), m.macro.sortedRates()
	var homes []string
	var caps []countryCap
	for _, c := range m.macro.sortedCountries() {
		if c.home {
			homes = append(homes, c.code)
		}
		if c.cap != nil {
			caps = append(caps, *c.cap)
		}
	}
	wire.Msgs(w, fieldFigures, &figures)
	wire.Msgs(w, fieldRates, &rates)
	w.Strs(fieldHomes, &homes)
	m.walkPending(w)
	wire.Msgs(w, fieldCaps, &caps)
	if !w.Decoding() {
		return
	}
	for _, f := range figures {
		m.macro.figures[f.key] = f.figure
	}
	for _, f := range rates {
		m.macro.rates[f.key.name] = f.figure
	}
	for _, code := range homes {
		m.macro.countries[code] = &country{code: code, home: true}
	}
	for i := range caps {
		code := caps[i].country
		if m.macro.countries[code] == nil {
			m.macro.countries[code] = &country{code: code}
		}
		m.macro.countries[code].cap = &caps[i]
	}
}

// walkPending walks what waits for a verdict before it acts in all partitions in a snapshot.
func (m *Machine) walkPending(w *wire.Wire) {
	var all []pending
	for _, p := range m.pending {
		all = append(all, *p)
	}
	wire.Msgs(w, fieldReviews, &all)
	if !w.Decoding() {
		return
	}
	m.pending = nil
	for i := range all {
		m.pending = append(m.pending, &all[i])
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
		for j := range p.buyers {
			m.keep(&p.buyers[j])
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
				country, sector := b.home()
				b.cell = nil // as it was decoded: a cell by itself
				m.move(b, country, sector)
				b.cell.epoch = 0 // who is unsettled is not in the state: the first shift looks at all
			}
			for i := range b.lines {
				b.lines[i].Intern(m.intern)
				p := m.book.policies[b.lines[i].Policy()]
				p.buyers = append(p.buyers, b)
			}
			if b.trades != nil {
				for i := range b.trades.all {
					b.trades.all[i].policy = m.intern(b.trades.all[i].policy)
				}
			}
			for _, h := range b.read().waiting {
				m.awaits(b, h.needs)
			}
			if b.payments != nil {
				b.payments.InternPolicies(m.intern)
				b.payments.EachHistory(func(policy string) { m.book.history[policy] = append(m.book.history[policy], b) })
			}
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

// sorted lists the requests of a shard.
func (s *requestShard) sorted() []keptRequest {
	all := make([]keptRequest, 0, len(s.kept))
	for key, r := range s.kept { //fold:sorted
		all = append(all, keptRequest{key, r})
	}
	slices.SortFunc(all, func(a, b keptRequest) int {
		return cmp.Or(cmp.Compare(a.key.policy, b.key.policy), cmp.Compare(a.key.request, b.key.request))
	})
	return all
}

// sortedPolicies lists the policies by id.
func (b *book) sortedPolicies() []*policy {
	ids := make([]string, 0, len(b.policies))
	for id := range b.policies { //fold:sorted
		ids = append(ids, id)
	}
	slices.Sort(ids)
	all := make([]*policy, len(ids))
	for i, id := range ids {
		all[i] = b.policies[id]
	}
	return all
}
