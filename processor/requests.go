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
	case v.Analyst != "" && m.shortens(b, v):
		return refused(ReasonOutOfRange, "valid_until "+v.ValidUntil.String()+" is before the limit's last day")
	case v.Kind != event.RequestReduction && v.Kind != event.RequestCancellation &&
		m.book.policies[v.Policy].EndedOn(m.logDay()):
		return refused(ReasonPolicyEnded, "on "+m.terms(v.Policy).PeriodTo.String())
	}
	if v.Kind == event.RequestPreliminary {
		return m.indicates(b, cmp.Or(b.id, e.Key), v, limit.Money{Minor: v.Amount.Minor, Cents: wanted})
	}
	return m.answers(b, v, wanted, again)
}

// shortens tells whether what is asked for would end a limit before its last day. Of the insurer's people one alone
// does not do that in its policyholder's name: it is an underwriter's decision, which has notice.
func (m *Machine) shortens(b *buyer, v *event.LimitRequested) bool {
	l := b.lines.Find(v.Policy)
	return l != nil && l.Decided().Minor > 0 && v.ValidUntil != 0 && (l.ValidUntil() == 0 || v.ValidUntil < l.ValidUntil())
}

// missing is what a request must wait for.
func (m *Machine) missing(b *buyer, v *event.LimitRequested) need {
	if _, known := m.book.policies[v.Policy]; !known {
		return need{kind: needPolicy, id: v.Policy}
	}
	if !b.master.known && v.Kind != event.RequestPreliminary {
		return need{kind: needBuyer}
	}
	if b.read().unnoted > 0 {
		return need{kind: needKeys}
	}
	if b.read().match.open() {
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
	l := limit.NewLine(v.Policy, v.Amount.Currency)
	if now := b.lines.Find(v.Policy); now != nil && v.Kind != event.RequestPreliminary &&
		now.InForce(m.logDay()).Minor > 0 {
		l = now
	}
	e := l.Describe(decision.StillInvestigating, m.logDay())
	e.Was = e.Granted
	d := m.decision(b, l, e)
	m.ask(d, v)
	m.step.decide(decision.LimitDecided, key, d)
}

// answers judges a request, all of whose parts are known.
func (m *Machine) answers(b *buyer, v *event.LimitRequested, wanted int64, again bool) outcome {
	l := m.lineOf(b, v)
	a := limit.Requested{Kind: v.Kind, Minor: v.Amount.Minor, Currency: v.Amount.Currency, ValidUntil: v.ValidUntil}
	if d := m.sameAgain(b, l, v, a); d != nil {
		l.RecordRepeat(m.logDay())
		m.step.decide(decision.LimitDecided, b.id, d)
		return outcome{fate: fateAnsweredBefore}
	}
	m.bringUpToDate(b)
	amount := limit.Money{Minor: v.Amount.Minor, Cents: wanted}
	if o, done := m.reviewIncrease(b, l, v, amount, again); done {
		return o
	}
	was, currency := l.InForce(m.logDay()), l.Currency()
	d, o := m.judge(b, l, v, amount)
	if d == nil {
		return o
	}
	m.ask(d, v)
	d.PreviousMinor = m.exchange(was.Minor, currency, d.Currency)
	a.Currency = clone(a.Currency)
	l.RecordReply(m.logDay(), limit.Reply{Requested: a, AtMs: m.clock.NowMs, Accepted: b.accepted + 1,
		Grade: b.rating.Grade, Code: d.Code, Granted: d.GrantedMinor, Reason: d.Reason})
	l = m.put(b, l)
	m.step.decide(decision.LimitDecided, b.id, d)
	if v.Kind == event.RequestProlongation && d.EffectiveOn == m.logDay() {
		for _, e := range l.AnnounceAgain(m.moment(b, v.Policy)) {
			m.publishCut(b, l, e)
		}
	}
	return answered
}

// lineOf is what a policy has on a buyer, or a new one, which is put there once there is an answer.
func (m *Machine) lineOf(b *buyer, v *event.LimitRequested) *limit.Line {
	if l := b.lines.Find(v.Policy); l != nil {
		return l
	}
	return limit.NewLine(m.intern(v.Policy), m.intern(v.Amount.Currency))
}

// sameAgain is the answer to a request asked again within a day, nil where anything has happened that may change it.
func (m *Machine) sameAgain(b *buyer, l *limit.Line, v *event.LimitRequested, a limit.Requested) *decision.Limit {
	r := l.Reply()
	if r.Code == decision.LimitNone || r.Requested != a || r.Accepted != b.accepted || r.Grade != b.rating.Grade ||
		m.clock.NowMs-r.AtMs >= answerMs {
		return nil
	}
	e := l.Describe(r.Code, m.logDay())
	e.Was = l.InForce(m.logDay()).Minor
	if !limit.LeavesLimit(r.Code) { // else the answer is what is in force now: a cut's day may have come meanwhile
		e.Granted = r.Granted
	}
	d := m.decision(b, l, e)
	m.ask(d, v)
	d.Reason, d.ReasonText = r.Reason, limit.ReasonText(r.Reason)
	return d
}

// judge decides a request and does it; without a decision the outcome says why.
func (m *Machine) judge(b *buyer, l *limit.Line, v *event.LimitRequested, wanted limit.Money) (*decision.Limit,
	outcome) {
	switch v.Kind {
	case event.RequestReduction:
		return m.reduces(b, l, v, wanted)
	case event.RequestCancellation:
		if l.InForce(m.logDay()).Minor == 0 {
			return nil, refused(ReasonNoLimit, "")
		}
		return m.decision(b, l, l.Cancel(m.moment(b, v.Policy))), answered
	case event.RequestProlongation:
		if l.Agreed().Minor == 0 {
			return nil, refused(ReasonNoLimit, "")
		}
		return m.prolongs(b, l, v), answered
	default:
		return m.grants(b, l, v, wanted), answered
	}
}

// wantsMore tells whether a request of a kind is one for cover.
func wantsMore(k event.RequestKind) bool {
	return k == event.RequestNew || k == event.RequestIncrease || k == event.RequestPreliminary
}

// reduces lowers a limit as its policyholder wants it, at once.
func (m *Machine) reduces(b *buyer, l *limit.Line, v *event.LimitRequested, wanted limit.Money) (*decision.Limit,
	outcome) {
	switch now := l.InForce(m.logDay()); {
	case now.Minor == 0:
		return nil, refused(ReasonNoLimit, "")
	case v.Amount.Currency != l.Currency():
		return nil, refused(score.OtherCurrency.String(), l.Currency())
	case wanted.Minor <= 0 || wanted.Minor >= now.Minor || wanted.Minor > l.Agreed().Minor:
		return nil, refused(ReasonOutOfRange, "")
	}
	e := l.Reduce(m.moment(b, v.Policy), wanted, v.ValidUntil)
	if v.ValidUntil != 0 {
		m.validity(b, l)
	}
	return m.decision(b, l, e), answered
}

// available is what a policy may have of a buyer's capacity, beside what binding orders cover; nothing where what is
// delivered already exceeds it, or an underwriter blocks the buyer.
func (m *Machine) available(b *buyer, l *limit.Line) int64 {
	if b.read().ruled.block {
		return 0
	}
	available, delivered := m.capacity(b).Cents-b.lines.InUse(l.Policy()), l.Totals()
	if delivered.Used() > available {
		return 0
	}
	return available - delivered.Ordered
}

// prolongs gives a limit another last day if it still fits.
func (m *Machine) prolongs(b *buyer, l *limit.Line, v *event.LimitRequested) *decision.Limit {
	if l.Agreed().Cents > m.available(b, l) {
		d := m.decision(b, l, l.Describe(decision.NotApproved, m.logDay()))
		m.explains(d, m.facts(b, l))
		return d
	}
	e := l.Prolong(m.moment(b, v.Policy), v.ValidUntil)
	m.validity(b, l)
	return m.decision(b, l, e)
}

// grants judges a request for more.
func (m *Machine) grants(b *buyer, l *limit.Line, v *event.LimitRequested, wanted limit.Money) *decision.Limit {
	a := m.judgement(b, l, v, wanted)
	f := m.facts(b, l)
	f.FullGranted, f.OthersUse = a.Code == decision.Approved, f.OthersUse || b.capped() != nil &&
		b.capped().left(capShare) < capShare
	var e limit.Decided
	if a.Code == decision.NotApproved {
		l.Refuse()
		e = l.Describe(a.Code, m.logDay())
	} else {
		granted := wanted
		if a.Code == decision.PartlyApproved {
			granted = m.rounded(a.Granted, wanted, v.Amount.Currency)
		}
		e = l.Grant(m.moment(b, v.Policy), a.Code, m.intern(v.Amount.Currency), granted, v.ValidUntil)
		l = m.put(b, l)
		m.validity(b, l)
	}
	d := m.decision(b, l, e)
	m.explains(d, f)
	return d
}

// rounded is a part granted, in the currency of the request.
func (m *Machine) rounded(cents int64, wanted limit.Money, currency string) limit.Money {
	rate, _ := m.macro.rate(currency)
	minor, ok := score.FromEuro(cents, rate, currency)
	if !ok || minor > wanted.Minor {
		return wanted
	}
	return limit.Money{Minor: minor, Cents: cents}
}
