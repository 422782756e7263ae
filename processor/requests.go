package processor

import (
	"cmp"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/engine"
	"barometer/processor/limit"
	"barometer/processor/score"

	"github.com/cespare/xxhash/v2"
)

const (
	requestDays = 30             // a request's id is remembered so long
	answerMs    = 24 * 3_600_000 // the same request gets the same answer so long
)

// requestKey names a request.
type requestKey struct{ policy, request string }

// remembered is a request whose id is remembered.
type remembered struct {
	digest uint64
	until  event.Day
}

// requestShards is into how many parts the remembered requests fall, so that a Capture can take them one by one.
const requestShards = 256

// requestShard is a part of the remembered requests.
type requestShard struct {
	kept  map[requestKey]remembered
	taken engine.Taken
}

// shard gives the part that a request belongs to.
func (b *book) shard(k requestKey) *requestShard {
	return &b.requests[xxhash.Sum64String(k.request)%requestShards]
}

// asked is what a request asks for: what two requests must share to be the same one asked again.
type asked struct {
	kind       event.RequestKind
	minor      int64
	currency   string
	validUntil event.Day
}

// answer is the last answer to a request of a policy about a buyer.
type answer struct {
	asked    asked
	atMs     int64
	accepted uint64 // messages on the buyer, this request included
	grade    int64
	code     decision.LimitCode
	granted  int64 // minor units
	reason   uint32
}

// requested answers a policyholder's request.
func (m *Machine) requested(b *buyer, e *event.Event, v *event.LimitRequested, again bool) outcome {
	if v.Kind == event.RequestNone || v.Kind > event.RequestPreliminary {
		return refused(ReasonBadValue, "kind of request")
	}
	if !again {
		key := requestKey{v.Policy, v.Request}
		if old, ok := m.book.shard(key).kept[key]; ok {
			if old.digest == e.Digest() {
				return repeated
			}
			return refused(ReasonIDReused, "")
		}
		m.remember(key, e.Digest())
	}
	if n := m.missing(b, v); n.kind != needNothing {
		if !again && n.kind != needKeys && b.hasRoom(e) {
			m.investigates(b, cmp.Or(b.id, e.Key), v)
		}
		return waits(n)
	}
	wanted, needs, ok := m.euro(v.Amount)
	switch {
	case needs.kind != needNothing:
		return waits(needs)
	case !ok:
		return refused(ReasonAmountTooLarge, "")
	case wantsMore(v.Kind) && wanted <= 0:
		return refused(ReasonOutOfRange, "amount")
	case v.ValidUntil != 0 && v.ValidUntil < m.logDay():
		return refused(ReasonOutOfRange, "valid_until "+v.ValidUntil.String())
	case v.Kind != event.RequestReduction && v.Kind != event.RequestCancellation &&
		m.book.policies[v.Policy].endedOn(m.logDay()):
		return refused(ReasonPolicyEnded, "on "+m.terms(v.Policy).PeriodTo.String())
	}
	if v.Kind == event.RequestPreliminary {
		return m.indicates(b, cmp.Or(b.id, e.Key), v, money{v.Amount.Minor, wanted})
	}
	return m.answers(b, v, wanted, again)
}

// missing is what a request must wait for.
func (m *Machine) missing(b *buyer, v *event.LimitRequested) need {
	if _, known := m.book.policies[v.Policy]; !known {
		return need{kind: needPolicy, id: v.Policy}
	}
	if !b.master.known && v.Kind != event.RequestPreliminary {
		return need{kind: needBuyer}
	}
	if b.less().unnoted > 0 {
		return need{kind: needKeys}
	}
	if b.less().review.open() {
		return need{kind: needReview}
	}
	if _, known := m.macro.rate(v.Amount.Currency); !known {
		return need{kind: needRate, id: v.Amount.Currency}
	}
	return need{}
}

func (m *Machine) remember(k requestKey, digest uint64) {
	k = requestKey{clone(k.policy), clone(k.request)}
	until := m.logDay() + requestDays
	s := m.book.shard(k)
	m.touchRequests(s)
	s.kept[k] = remembered{digest, until}
	m.wheel.Set(until, timer{class: timerForget, policy: k.policy, item: k.request})
}

// forget forgets the id of a request.
func (m *Machine) forget(k requestKey, day event.Day) {
	s := m.book.shard(k)
	if r, ok := s.kept[k]; ok && r.until <= day {
		m.touchRequests(s)
		delete(s.kept, k)
	}
}

// investigates tells that a request waits for what it refers to, under the key of its buyer or company.
func (m *Machine) investigates(b *buyer, key string, v *event.LimitRequested) {
	c := &cover{policy: v.Policy, currency: v.Amount.Currency}
	preliminary := v.Kind == event.RequestPreliminary
	if now := b.cover(v.Policy); now != nil && !preliminary && now.inForce(m.logDay()).minor > 0 {
		c = now
	}
	d := m.decision(b, c, decision.StillInvestigating, c.inForce(m.logDay()))
	if preliminary {
		d.EffectiveOn = 0
	}
	m.ask(d, v)
	m.step.decide(decision.LimitDecided, key, d)
}

// answers judges a request, all of whose parts are known.
func (m *Machine) answers(b *buyer, v *event.LimitRequested, wanted int64, again bool) outcome {
	c := m.coverOf(b, v)
	a := asked{v.Kind, v.Amount.Minor, v.Amount.Currency, v.ValidUntil}
	if d := m.sameAgain(b, c, v, a); d != nil {
		c.decidedOn = m.logDay()
		m.step.decide(decision.LimitDecided, b.id, d)
		return outcome{fate: fateAnsweredBefore}
	}
	m.evaluate(b)
	if o, done := m.raises(b, c, v, money{v.Amount.Minor, wanted}, again); done {
		return o
	}
	was, currency := c.inForce(m.logDay()), c.currency
	d, o := m.judge(b, c, v, money{v.Amount.Minor, wanted})
	if d == nil {
		return o
	}
	m.ask(d, v)
	d.PreviousMinor = m.exchange(was.minor, currency, d.Currency)
	a.currency = clone(a.currency)
	c.decidedOn = m.logDay()
	c.last = answer{asked: a, atMs: m.clock.NowMs, accepted: b.accepted + 1, grade: b.rating.Grade, code: d.Code,
		granted: d.GrantedMinor, reason: d.Reason}
	b.put(c)
	m.step.decide(decision.LimitDecided, b.id, d)
	if v.Kind == event.RequestProlongation && d.Settles() && d.EffectiveOn == m.logDay() {
		m.plansAgain(b, c)
	}
	m.takesBack(b, v)
	if v.Kind == event.RequestReduction && b.rating.Grade < score.Insolvent {
		m.fit(b) // a cut that waited, or its rejection, is over with what was reduced
	}
	m.idle(b)
	m.exposes(b)
	return answered
}

// plansAgain says what is planned of a limit once more, after a decision that is effective before.
func (m *Machine) plansAgain(b *buyer, c *cover) {
	for _, p := range c.plan {
		if p.on <= m.logDay() {
			continue
		}
		d := m.decision(b, c, decision.Reduced, c.inForce(p.on-1))
		d.GrantedMinor = p.minor
		m.gives(c, d, p.on)
		m.explains(d, limit.Facts{Grade: b.rating.Grade, Cut: true})
		m.step.decide(decision.LimitDecided, b.id, d)
	}
}

// coverOf is what a policy has on a buyer, or a new one, which is put there once there is an answer.
func (m *Machine) coverOf(b *buyer, v *event.LimitRequested) *cover {
	if c := b.cover(v.Policy); c != nil {
		return c
	}
	return &cover{policy: m.intern(v.Policy), currency: m.intern(v.Amount.Currency)}
}

// sameAgain is the answer to a request asked again within a day, nil where anything has happened that may change it.
func (m *Machine) sameAgain(b *buyer, c *cover, v *event.LimitRequested, a asked) *decision.Limit {
	l := &c.last
	if l.code == decision.LimitNone || l.asked != a || l.accepted != b.accepted || l.grade != b.rating.Grade ||
		m.clock.NowMs-l.atMs >= answerMs {
		return nil
	}
	d := m.decision(b, c, l.code, c.inForce(m.logDay()))
	m.ask(d, v)
	if !leaves(l.code) { // else the answer is what is in force now: a cut's day may have come meanwhile
		d.GrantedMinor = l.granted
	}
	d.Reason, d.ReasonText = l.reason, limit.ReasonText(l.reason)
	return d
}

// judge decides a request and does it; without a decision the outcome says why.
func (m *Machine) judge(b *buyer, c *cover, v *event.LimitRequested, wanted money) (*decision.Limit, outcome) {
	switch v.Kind {
	case event.RequestReduction:
		return m.reduces(b, c, v, wanted)
	case event.RequestCancellation:
		if c.inForce(m.logDay()).minor == 0 {
			return nil, refused(ReasonNoLimit, "")
		}
		m.set(b, c, c.currency, money{})
		c.validUntil = 0
		return m.decision(b, c, decision.Cancelled, money{}), answered
	case event.RequestProlongation:
		if c.agreed().minor == 0 {
			return nil, refused(ReasonNoLimit, "")
		}
		return m.prolongs(b, c, v), answered
	default:
		return m.grants(b, c, v, wanted), answered
	}
}

// wantsMore tells whether a request of a kind is one for cover.
func wantsMore(k event.RequestKind) bool {
	return k == event.RequestNew || k == event.RequestIncrease || k == event.RequestPreliminary
}

// reduces lowers a limit as its policyholder wants it, at once.
func (m *Machine) reduces(b *buyer, c *cover, v *event.LimitRequested, wanted money) (*decision.Limit, outcome) {
	switch now := c.inForce(m.logDay()); {
	case now.minor == 0:
		return nil, refused(ReasonNoLimit, "")
	case v.Amount.Currency != c.currency:
		return nil, refused(score.OtherCurrency.String(), c.currency)
	case wanted.minor <= 0 || wanted.minor >= now.minor || wanted.minor > c.agreed().minor:
		return nil, refused(ReasonOutOfRange, "")
	}
	m.set(b, c, c.currency, wanted)
	if v.ValidUntil != 0 {
		c.validUntil = v.ValidUntil
		m.validity(b, c)
	}
	return m.decision(b, c, decision.Reduced, money{}), answered
}

// available is what a policy may have of a buyer's capacity, beside what binding orders cover; nothing where what is
// delivered already exceeds it, or an underwriter blocks the buyer.
func (m *Machine) available(b *buyer, c *cover) int64 {
	if b.less().ruled.block {
		return 0
	}
	available, exposed := m.capacity(b).Cents-b.inUse(c.policy), c.exposed()
	if exposed.Used() > available {
		return 0
	}
	return available - exposed.Ordered
}

// prolongs gives a limit another last day if it still fits.
func (m *Machine) prolongs(b *buyer, c *cover, v *event.LimitRequested) *decision.Limit {
	if c.agreed().cents > m.available(b, c) {
		d := m.decision(b, c, decision.NotApproved, money{})
		m.explains(d, m.facts(b, c))
		return d
	}
	old := c.validUntil
	c.validUntil = v.ValidUntil
	m.validity(b, c)
	d := m.decision(b, c, decision.Approved, money{})
	switch n := len(c.plan); {
	case n > 0 && (c.plan[n-1].on == onDelivery || old != 0 && c.plan[n-1].on > old):
		// it would have ended before, or nobody knows: what is in force runs on, and then what is planned
		d.GrantedMinor = c.inForce(m.logDay()).minor
	case n > 0:
		d.EffectiveOn = max(d.EffectiveOn, c.plan[n-1].on) // of what is prolonged: until then what is in force runs on
	}
	return d
}

// grants judges a request for more.
func (m *Machine) grants(b *buyer, c *cover, v *event.LimitRequested, wanted money) *decision.Limit {
	now := c.agreed()
	a := m.judgement(b, c, v, wanted)
	granted, code := now, a.Code
	switch a.Code {
	case decision.Approved:
		granted = wanted
	case decision.PartlyApproved:
		granted = m.rounded(a.Granted, wanted, v.Amount.Currency)
	}
	f := m.facts(b, c)
	f.FullGranted, f.OthersUse = code == decision.Approved, f.OthersUse || b.capped() != nil &&
		b.capped().left(capShare) < capShare
	c.refused = c.refused || code == decision.NotApproved
	if code != decision.NotApproved {
		m.set(b, c, m.intern(v.Amount.Currency), granted)
		c.validUntil = v.ValidUntil
		b.put(c)
		m.validity(b, c)
	}
	if code == decision.Approved && len(c.conditions) > 0 {
		code = decision.Conditional
	}
	d := m.decision(b, c, code, money{})
	m.explains(d, f)
	return d
}

// rounded is a part granted, in the currency of the request.
func (m *Machine) rounded(cents int64, wanted money, currency string) money {
	rate, _ := m.macro.rate(currency)
	minor, ok := score.FromEuro(cents, rate, currency)
	if !ok || minor > wanted.minor {
		return wanted
	}
	return money{minor, cents}
}
