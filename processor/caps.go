package processor

import (
	"cmp"
	"slices"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
	"barometer/processor/limit"
	"barometer/processor/score"
)

// countryCap bounds the limits on a country's buyers: the nearer their sum comes, the less of a buyer's capacity is
// there for requests. The sum is that of all partitions, as each told it at its last midnight.
type countryCap struct {
	country string
	set     bool // what another partition uses may be told before the cap comes
	cents   int64
	told    int64 // by this partition
	sent    precedence
	uses    []partitionUse
}

// partitionUse is what limits use in a partition, in euro cents.
type partitionUse struct {
	partition uint32
	cents     int64
}

// used is what limits use in all partitions.
func (c *countryCap) used() (sum int64) {
	for _, u := range c.uses {
		sum = limit.Plus(sum, u.cents)
	}
	return sum
}

// capShare is one in so many of the cap: with less of it left, requests get less.
const capShare = 5

// left is the part of an availability that a cap leaves to requests: min(1, 5 (C − U) / C) of it.
func (c *countryCap) left(available int64) int64 {
	switch head := c.cents - c.used(); {
	case available <= 0 || head <= 0:
		return min(available, 0)
	case head >= c.cents/capShare+min(c.cents%capShare, 1):
		return available
	default:
		part, _ := score.MulDiv(available, head*capShare, c.cents)
		return part
	}
}

// caps sets a country's cap. It is broadcast, and every partition tells at once what limits use in it.
func (m *Machine) caps(e *event.Event, b *event.CountryCapSet) {
	cents, needs, ok := m.euro(b.Amount)
	switch {
	case needs.kind != needNothing:
		m.reject(e, ReasonNoRate, b.Amount.Currency)
		return
	case !ok:
		m.reject(e, ReasonAmountTooLarge, "")
		return
	case cents < 0:
		m.reject(e, ReasonOutOfRange, "amount")
		return
	}
	if alone(b.Analyst, b.SecondAnalyst) {
		if e.Home {
			m.proposeCap(e, b, cents)
		}
		return
	}
	c := m.country(b.Country)
	c.home = c.home || e.Home
	if !m.admits(&c.capping().sent, e) {
		m.reject(e, ReasonOvertaken, "another cap was sent later")
		return
	}
	if e.Home {
		m.supersede(decision.ReviewCap, countryKey+c.code)
	}
	switch x := c.capping(); {
	case !x.set:
		m.wheel.Set(m.logDay()+1, timer{class: timerCountryUse, item: c.code})
	case x.cents == cents:
		m.batch.Repeat()
		return
	}
	c.cap.set, c.cap.cents = true, cents
	m.relayUse(c)
	m.publishCap(c)
}

// proposeCap lets a cap that one analyst has sent wait for another. What is shown, and acts when it is approved, is in
// euro at the rate of now.
func (m *Machine) proposeCap(e *event.Event, b *event.CountryCapSet, cents int64) {
	c := m.country(b.Country)
	c.home = true
	if c.cap != nil && c.cap.set && c.cap.cents == cents {
		m.batch.Repeat()
		return
	}
	inEuro := *b
	inEuro.Amount = event.Amount{Minor: cents, Currency: "EUR"}
	proposal := *e
	proposal.Body = &inEuro
	m.propose(decision.ReviewCap, decoded(event.Append(nil, &proposal)), b.Analyst)
}

// describeCap says what a cap that waits is about.
func (m *Machine) describeCap(d *decision.Review, v *event.CountryCapSet) {
	d.Country = v.Country
	p := decision.Proposal{ToMinor: v.Amount.Minor, Currency: v.Amount.Currency}
	if c := m.macro.countries[v.Country]; c != nil && c.cap != nil && c.cap.set {
		p.FromMinor = c.cap.cents
	} else {
		d.Terms = []string{"before=none"}
	}
	d.Proposals = []decision.Proposal{p}
}

// useTold fires the midnight of a country that has a cap.
func (m *Machine) useTold(code string, day event.Day) {
	m.relayUse(m.macro.countries[code])
	m.wheel.Set(day+1, timer{class: timerCountryUse, item: code})
}

// relayUse tells all partitions what limits use in this one, where that is not what was told before.
func (m *Machine) relayUse(c *country) {
	var sum int64
	for _, x := range c.cells {
		for _, b := range x.concerned(nil, m.model.parsed, change{all: true}) {
			sum = limit.Plus(sum, b.lines.InUse(""))
		}
	}
	if sum == c.cap.told {
		return
	}
	c.cap.told = sum
	m.step.relay("", &event.Relayed{Kind: event.RelayCountryUse, Subject: c.code, Amount: event.Amount{Minor: sum,
		Currency: "EUR"}, Day: m.today()})
}

// countryUsed notes what limits use in a partition.
func (m *Machine) countryUsed(e *event.Event, v *event.Relayed) {
	c := m.country(v.Subject)
	x, u := c.capping(), partitionUse{e.Source.Partition, v.Amount.Minor}
	i, found := slices.BinarySearchFunc(x.uses, u, func(a, b partitionUse) int {
		return cmp.Compare(a.partition,
			b.partition)
	})
	if !found {
		x.uses = slices.Insert(x.uses, i, u)
	}
	if x.uses[i] = u; x.set {
		m.publishCap(c)
	}
}

// capping is what is known of a country's cap, to be changed.
func (c *country) capping() *countryCap {
	if c.cap == nil {
		c.cap = &countryCap{country: c.code, told: -1}
	}
	return c.cap
}

// publishCap publishes, at home, a country's cap and what is used of it.
func (m *Machine) publishCap(c *country) {
	if c.home {
		m.step.decide(decision.MacroChanged, countryKey+c.code, m.macroOf(c, wholeEconomy))
	}
}

// capped is the cap of a buyer's country, nil for none.
func (b *buyer) capped() *countryCap {
	if b.cell == nil || b.cell.country.cap == nil || !b.cell.country.cap.set {
		return nil
	}
	return b.cell.country.cap
}

// Walk walks the fields of a country's cap in a snapshot.
func (c *countryCap) Walk(w *wire.Wire) {
	w.Str(1, &c.country)
	w.Int(2, &c.cents)
	w.Int(3, &c.told)
	wire.Msgs(w, 4, &c.uses)
	w.Bool(5, &c.set)
	w.Msg(6, &c.sent)
}

// Walk walks the fields of what limits use in a partition in a snapshot.
func (u *partitionUse) Walk(w *wire.Wire) {
	w.Uint32(1, &u.partition)
	w.Int(2, &u.cents)
}
