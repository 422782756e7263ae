package history

import (
	"cmp"

	"github.com/shopspring/decimal"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// LimitQuery narrows LimitStates and LimitsOn. Zero values do not narrow. With Holder, what only answers preliminary
// requests is no limit.
type LimitQuery struct {
	Policy, Buyer, Holder string
	Policies, Buyers      []string
	On                    event.Day // of LimitsOn alone
	After                 *LimitCursor
	Limit                 int
}

// LimitCursor is the last row of the page before.
type LimitCursor struct{ Policy, Buyer string }

// LimitSumQuery narrows LimitSums. Zero values do not narrow.
type LimitSumQuery struct{ Country, Policy, Buyer string }

// LimitSum is what limits of one currency come to.
type LimitSum struct {
	Currency string
	Limits   uint64
	Granted  decimal.Decimal
}

// LimitState is the limit of a policy on a buyer now, by log time: three decisions, each nil for none.
type LimitState struct {
	Policy, Buyer string
	// InForce made what is in force. A limit may be 0, or over: Granted says.
	InForce *decision.Decision
	// Granted is what is in force, in minor units of InForce's currency.
	GrantedMinor int64
	// Planned says what the limit becomes next, from its EffectiveOn on; 0: OnDelivery, when its policyholder has had
	// notice.
	Planned *decision.Decision
	// Answer answers the last request, preliminary ones apart. It may be InForce, or one that left the limit as it is.
	Answer *decision.Decision
	// Newest is the newest decision where there never was a limit, nil where there was one. It may be on the discretionary
	// limit, and then its body is a *decision.Cover.
	Newest *decision.Decision
}

// ExposureQuery says whose exposures, and up to when.
type ExposureQuery struct {
	Policies, Buyers []string
	On               event.Day
}

// Compare orders limits by policy, then buyer.
func (c LimitCursor) Compare(o LimitCursor) int {
	return cmp.Or(cmp.Compare(c.Policy, o.Policy), cmp.Compare(c.Buyer, o.Buyer))
}

// Includes tells whether a decision is on a limit, or on what it is used for, of those that q of one policy asks for.
func (q *LimitQuery) Includes(d *decision.Decision) bool {
	var policy, buyer, holder string
	switch b := d.Body.(type) {
	case *decision.Limit:
		policy, buyer, holder = b.Policy, b.Buyer, b.Holder
		if b.RequestKind == event.RequestPreliminary || b.Buyer == "" {
			return false // it makes no relation
		}
	case *decision.Cover:
		policy, buyer, holder = b.Policy, b.Buyer, b.Holder
	case *decision.Exposure:
		policy, buyer, holder = b.Policy, b.Buyer, b.Holder
	default:
		return false
	}
	return policy == q.Policy && (q.Buyer == "" || buyer == q.Buyer) && (q.Holder == "" || holder == q.Holder) &&
		(q.After == nil || LimitCursor{policy, buyer}.Compare(*q.After) > 0)
}

// Made is the decision that made what is in force, or the newest where there never was a limit; nil: there is neither.
func (s *LimitState) Made() *decision.Decision { return cmp.Or(s.InForce, s.Newest) }

// Discretionary is the discretionary limit where nothing else was decided since, nil for none.
func (s *LimitState) Discretionary() *decision.Cover {
	if d := s.Made(); d != nil {
		if b, ok := d.Body.(*decision.Cover); ok {
			return b
		}
	}
	return nil
}

// Limit is what Made says of the limit: of a discretionary one a limit of no code, which grants what may be delivered.
// It is nil where there is nothing.
func (s *LimitState) Limit() *decision.Limit {
	switch d := s.Made(); {
	case d == nil:
		return nil
	case s.Discretionary() != nil:
		b := s.Discretionary()
		return &decision.Limit{Policy: b.Policy, Buyer: b.Buyer, Holder: b.Holder, GrantedMinor: b.NowMinor,
			PreviousMinor: b.WasMinor, Currency: b.Currency, Reason: b.Reason, ReasonText: b.ReasonText, EffectiveOn: b.From,
			ValidUntil: b.To, Texts: b.Texts}
	default:
		return d.Body.(*decision.Limit)
	}
}

// Take makes a decision on the limit, or on the discretionary one, part of the state, if it is newer than all that the
// state is made of.
func (s *LimitState) Take(d *decision.Decision, today event.Day) {
	for _, has := range []*decision.Decision{s.InForce, s.Planned, s.Answer, s.Newest} {
		if has != nil && has.Position.Compare(d.Position) >= 0 {
			return
		}
	}
	l, ok := d.Body.(*decision.Limit)
	if !ok {
		if s.InForce == nil {
			s.Newest = d
		}
		return
	}
	if l.Request != "" {
		s.Answer = d
	}
	switch {
	case l.EffectiveOn != 0 && l.EffectiveOn <= today:
		s.InForce, s.Planned, s.Newest = d, nil, nil
		s.GrantedMinor = l.GrantedMinor
		s.Expire(today)
	case l.EffectiveOn != 0:
		if p := s.Planned; p == nil || p.Body.(*decision.Limit).OnDelivery ||
			p.Body.(*decision.Limit).EffectiveOn >= l.EffectiveOn {
			s.Planned = d
		}
	case l.OnDelivery:
		if p := s.Planned; p == nil || p.Body.(*decision.Limit).OnDelivery {
			s.Planned = d
		}
	}
	if s.InForce == nil {
		s.Newest = d
	}
}

// Turn makes a decision that was planned for a day that has come the one in force: log time may be past midnight before
// ClickHouse is.
func (s *LimitState) Turn(today event.Day) {
	if s.Planned != nil {
		if l := s.Planned.Body.(*decision.Limit); l.EffectiveOn != 0 && l.EffectiveOn <= today {
			s.InForce, s.Planned, s.Newest, s.GrantedMinor = s.Planned, nil, nil, l.GrantedMinor
		}
	}
	s.Expire(today)
}

// Expire makes the limit 0 where its last day is before today.
func (s *LimitState) Expire(today event.Day) {
	if s.InForce == nil {
		return
	}
	if l := s.InForce.Body.(*decision.Limit); l.ValidUntil != 0 && l.ValidUntil < today {
		s.GrantedMinor = 0
	}
}
