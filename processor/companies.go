package processor

import (
	"slices"

	"barometer/ingest/event"
	"barometer/processor/match"
)

// company takes a message about a company without a buyer's id, at the first of its match keys.
func (m *Machine) company(e *event.Event) {
	if len(e.Body.Party().Matches) == 0 {
		m.reject(e, ReasonNotSupported, "a company without an id or match keys")
		return
	}
	m.seek(e, 0)
}

// seek looks for the buyers that have a company's key, of those that are its own the one of that place. Where there is
// none, the message waits there and goes on to the next key; it is the first key that tells what becomes of it.
func (m *Machine) seek(e *event.Event, at int) {
	keys := e.Body.Party().Matches
	key, ok := match.Parse(keys[at].Key)
	if !ok {
		m.reject(e, ReasonNotSupported, "a match key that is none")
		return
	}
	shard := m.matches.Of(key)
	buyers := shard.Buyers(key)
	if v, ok := e.Body.(*event.LimitRequested); ok && v.Kind == event.RequestPreliminary && len(buyers) != 1 {
		m.seekIndication(e, at, len(buyers) > 1)
		return
	}
	if len(buyers) > 0 {
		m.forward(e, at, buyers)
		m.taken(e.Source, keys[:at])
		return
	}
	m.touchMatches(shard)
	if v, ok := e.Body.(*event.NewsWithdrawn); ok {
		if gone := shard.Drop(key, func(w *match.Waiting) bool { return w.ID == v.Withdraws }); len(gone) > 0 {
			for i := range gone {
				m.taken(sourceOf(gone[i].Record), slices.Concat(keys[:at], keys[at+1:]))
			}
			return
		}
	}
	w := match.Waiting{First: at == 0, Until: match.Until(e, m.logDay()), Source: e.Source.String(),
		Record: event.Append(nil, e), Policy: clone(claimant(e))}
	if e.Kind == event.KindNews {
		w.ID = clone(e.ID)
	}
	given, ok := shard.Wait(key, w)
	switch {
	case ok:
		m.wheel.Set(w.Until, timer{class: timerUnmatched, item: key.String()})
	case w.First:
		m.reject(e, ReasonWaitingFull, ReasonUnknownBuyer)
		return
	}
	if given != nil {
		m.displaced(given, key.String())
	}
	if v, ok := e.Body.(*event.LimitRequested); ok && w.First {
		m.investigates(&buyer{}, e.Key, v)
	}
	if at+1 < len(keys) {
		m.step.relay(keys[at+1].Key, &event.Relayed{Kind: event.RelayForward, Key: keys[at+1].Key, Payload: w.Record})
	}
}

// displaced rejects a message that has given way at its first key, so that it waits at no other one any more; at
// another one it waits no longer.
func (m *Machine) displaced(w *match.Waiting, name string) {
	if !w.First {
		return
	}
	e := decoded(w.Record)
	m.rejectOther(e, ReasonWaitingFull, ReasonUnknownBuyer)
	m.taken(e.Source, slices.DeleteFunc(slices.Clone(e.Body.Party().Matches),
		func(k event.Match) bool { return k.Key == name }))
}

// seekIndication looks for the buyer of a preliminary request at its next key. Where there is none, or several are
// found, which is nothing to ask analysts for, it is answered as about any company of which nothing is known.
func (m *Machine) seekIndication(e *event.Event, at int, several bool) {
	keys := e.Body.Party().Matches
	if at+1 < len(keys) && !several {
		m.step.relay(keys[at+1].Key, &event.Relayed{Kind: event.RelayForward, Key: keys[at+1].Key,
			Payload: event.Append(nil, e)})
		return
	}
	b := &buyer{}
	o := m.about(b, e, false)
	if o.fate == fateWaits { // nobody keeps it
		m.reject(e, o.why.needs.kind.reason(), o.why.needs.id)
		return
	}
	m.settle(b, e, o, m.logDay())
}

func sourceOf(record []byte) event.Source { return decoded(record).Source }

// forward hands a message to the buyers that have one of its keys, as if it named each by its id: so it is the same
// whichever key it was found by. By which, and whether there are others, goes with it.
func (m *Machine) forward(e *event.Event, at int, buyers []string) {
	p := e.Body.Party()
	was, key := *p, p.Matches[at]
	for _, id := range buyers {
		*p = event.Party{ID: id}
		to := *e
		to.Key = id
		r := &event.Relayed{Kind: event.RelayForward, Key: id, Subject: id, Matches: []event.Match{key},
			Payload: event.Append(nil, &to)}
		if len(buyers) > 1 {
			r.Names = buyers
		}
		m.step.relay(id, r)
	}
	*p = was
}

// taken tells other keys of a company that a message from a source need not wait there.
func (m *Machine) taken(from event.Source, keys []event.Match) {
	for _, k := range keys {
		m.step.relay(k.Key, &event.Relayed{Kind: event.RelayMatchTaken, Key: k.Key, Subject: from.String()})
	}
}

// relayed gives what another fold tells its meaning.
func (m *Machine) relayed(e *event.Event, v *event.Relayed) {
	key, isKey := match.Parse(v.Key)
	switch {
	case v.Kind == event.RelayForward && v.Subject != "":
		m.forwarded(v)
	case v.Kind == event.RelayCountryUse:
		m.countryUsed(e, v)
	case v.Kind == event.RelayClaimAssessed:
		m.decidesClaim(e, v)
	case v.Kind == event.RelayClaimDecided:
		m.claimDecided(e, v)
	case v.Kind == event.RelayConfirmed:
		m.confirmed(v)
	case v.Kind == event.RelayMatchNoted:
		m.noted(v)
	case !isKey:
		m.reject(e, ReasonNotSupported, "a relay")
	case v.Kind == event.RelayForward:
		inner := decoded(v.Payload)
		m.step.cause = trigger(inner)
		m.seek(inner, slices.IndexFunc(inner.Body.Party().Matches, func(k event.Match) bool { return k.Key == v.Key }))
	case v.Kind == event.RelayMatchKeys:
		m.keyed(key, v.Key, clone(v.Subject))
	case v.Kind == event.RelayMatchGone:
		shard := m.matches.Of(key)
		m.touchMatches(shard)
		shard.Remove(key, v.Subject)
	case v.Kind == event.RelayMatchTaken:
		shard := m.matches.Of(key)
		m.touchMatches(shard)
		shard.Drop(key, func(w *match.Waiting) bool { return w.Source == v.Subject })
	default:
		m.reject(e, ReasonNotSupported, "a relay")
	}
}

// decoded reads a record that a fold wrote.
func decoded(record []byte) *event.Event {
	e, err := new(event.Decoder).Decode(record)
	if err != nil {
		panic("processor: a record that a fold wrote does not decode: " + err.Error())
	}
	return e
}

// keyed notes that a buyer has a key, hands it what has waited for it, and tells it that this is done.
func (m *Machine) keyed(key match.Key, name, buyer string) {
	shard := m.matches.Of(key)
	m.touchMatches(shard)
	for _, w := range shard.Add(key, buyer) {
		e := decoded(w.Record)
		keys := e.Body.Party().Matches
		at := slices.IndexFunc(keys, func(k event.Match) bool { return k.Key == name })
		m.forward(e, at, []string{buyer})
		m.taken(e.Source, slices.Concat(keys[:at], keys[at+1:]))
	}
	m.step.relay(buyer, &event.Relayed{Kind: event.RelayMatchNoted, Key: buyer, Subject: name})
}

// unmatched fires the end of what waited for a key in vain.
func (m *Machine) unmatched(name string, day event.Day) {
	key, _ := match.Parse(name)
	shard := m.matches.Of(key)
	m.touchMatches(shard)
	for _, w := range shard.Drop(key, func(w *match.Waiting) bool { return w.Until <= day }) {
		if w.First {
			m.reject(decoded(w.Record), ReasonUnknownBuyer, "no buyer has its registrations or name")
		}
	}
}

// forwarded takes a message that was found to be about a buyer here. Grave news that may be about others too waits for
// a verdict as such; anything else that may waits with it.
func (m *Machine) forwarded(v *event.Relayed) {
	e := decoded(v.Payload)
	m.step.cause = trigger(e)
	b := m.edit(v.Subject)
	m.step.found = found{v.Matches[0].Kind, others(v.Names, b.id)}
	if len(v.Names) > 1 && !grave(e) {
		if b.hasRoom(e) {
			m.asks(b, e)
		}
		m.settle(b, e, waits(need{kind: needVerdict}), m.logDay())
		return
	}
	m.settle(b, e, m.about(b, e, false), m.logDay())
}

// found says how the buyer of a message was found; nothing where it names the buyer.
type found struct {
	by     event.MatchKind
	others []string // further buyers that have the key
}

// certain tells whether the message is as certain to be about the buyer as one that names it.
func (f *found) certain() bool { return f.by != event.MatchName && len(f.others) == 0 }

// others are the buyers but one that a message may be about.
func others(names []string, but string) []string {
	var all []string
	for _, id := range names {
		if id != but {
			all = append(all, clone(id))
		}
	}
	return all
}

// matchKeys are match keys in a row, in as little memory as there is.
type matchKeys string

func (all matchKeys) has(k match.Key) bool {
	for i := 0; i < len(all); i += len(k) {
		if string(all[i:i+len(k)]) == string(k[:]) {
			return true
		}
	}
	return false
}

// each calls do with each key.
func (all matchKeys) each(do func(match.Key)) {
	for i := 0; i < len(all); i += len(match.Key{}) {
		do(match.Key([]byte(all[i : i+len(match.Key{})])))
	}
}

// hasKeys notes which keys a buyer has from now on, and tells their partitions what is new.
func (m *Machine) hasKeys(b *buyer, keys []event.Match) {
	var now []byte
	for _, k := range keys {
		if key, ok := match.Parse(k.Key); ok && !matchKeys(now).has(key) {
			now = append(now, key[:]...)
		}
	}
	before := b.keys
	b.keys = matchKeys(now)
	before.each(func(k match.Key) {
		if !b.keys.has(k) {
			m.step.relay(k.String(), &event.Relayed{Kind: event.RelayMatchGone, Key: k.String(), Subject: b.id})
		}
	})
	b.keys.each(func(k match.Key) {
		if !before.has(k) {
			m.step.relay(k.String(), &event.Relayed{Kind: event.RelayMatchKeys, Key: k.String(), Subject: b.id})
			b.edit().unnoted++
		}
	})
}

// noted tells a buyer that one of its keys is noted: when all are, whatever was known of it before is here.
func (m *Machine) noted(v *event.Relayed) {
	b := m.book.buyers.get(v.Key)
	if b == nil || b.read().unnoted == 0 {
		return
	}
	m.mark(b)
	if b.seldom.unnoted--; b.seldom.unnoted == 0 {
		m.wakeBuyer(b, need{kind: needKeys})
		b.tidy()
	}
}
