package limit

import (
	"math"
	"slices"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
)

// OnDelivery is the day of a cut whose notice counts from its delivery, and is not delivered yet. It is after every
// other day.
const OnDelivery event.Day = math.MaxInt32

// rejectedPercent of the capacity that a cut was rejected at, or less, end the rejection before its time.
const rejectedPercent = 90

// awaited is the notice of a cut that is not delivered yet.
type awaited struct {
	at    event.Position // of the decision that gives it
	since event.Day      // when it was decided
	days  int32
}

// proposal is a cut that is not made.
type proposal struct {
	to       Money
	until    event.Day // last day that its rejection holds, 0: it waits for its verdict
	capacity int64     // that it was rejected at
}

// Proposal is the limit as a cut proposes it that waits or was rejected; false where there is none.
func (l *Line) Proposal() (Money, bool) {
	if l.proposal == nil {
		return Money{}, false
	}
	return l.proposal.to, true
}

// CutPending tells whether a cut waits for its verdict.
func (l *Line) CutPending() bool { return l.proposal != nil && l.proposal.until == 0 }

// CutRejected tells whether the rejection of a cut preserves the limit.
func (l *Line) CutRejected() bool { return l.proposal != nil && l.proposal.until != 0 }

// RejectedUntil is the last day of a rejection, and the capacity that the cut was rejected at; 0 where there is none.
func (l *Line) RejectedUntil() (event.Day, int64) {
	if !l.CutRejected() {
		return 0, 0
	}
	return l.proposal.until, l.proposal.capacity
}

// Taken is the limit as a capacity is shared: a cut that is not made, as it waits for its verdict or was rejected,
// counts as made, so that others are not cut twice.
func (l *Line) Taken() Money {
	if l.proposal != nil {
		return l.proposal.to
	}
	return l.Agreed()
}

// Propose lets a cut to a share of the capacity wait for its verdict.
func (l *Line) Propose(share int64) { l.proposal = &proposal{to: l.Agreed().Down(share)} }

// ReshareRejected lowers the amount that a rejected cut counts as to a share of the capacity. Its limit stays.
func (l *Line) ReshareRejected(share int64) { l.proposal.to = l.proposal.to.Down(share) }

// ResharePending makes the cut that waits one to a share of the capacity, or ends it where that cuts nothing.
func (l *Line) ResharePending(share int64) {
	if l.proposal.to = l.Agreed().Down(share); l.proposal.to == l.Agreed() {
		l.proposal = nil
	}
}

// RejectCut preserves the limit until a day, or until the capacity is much less than it is now.
func (l *Line) RejectCut(until event.Day, capacity int64) {
	l.proposal.until, l.proposal.capacity = until, capacity
}

// ReleaseRejected ends a rejection whose time is over, or whose buyer can bear much less than when it began. Where it
// could bear nothing then, time alone ends it.
func (l *Line) ReleaseRejected(today event.Day, capacity int64) {
	if p := l.proposal; l.CutRejected() && (today > p.until || capacity < p.capacity &&
		capacity <= p.capacity/100*rejectedPercent) {
		l.proposal = nil
	}
}

// Cut makes the limit a share of the capacity, after the policy's notice.
func (l *Line) Cut(at Moment, share int64) Decided {
	was, on := l.InForce(at.Day), l.afterNotice(at)
	l.schedule(at, l.Agreed().Down(share), on)
	return l.announce(at, Decided{Code: cutCode(l.Agreed()), Was: was.Minor, Granted: l.Agreed().Minor, From: on})
}

func cutCode(to Money) decision.LimitCode {
	if to.Minor == 0 {
		return decision.Cancelled
	}
	return decision.Reduced
}

// afterNotice is the day from which on a cut that is decided now holds.
func (l *Line) afterNotice(at Moment) event.Day {
	t := at.Terms.Current()
	if t.NoticeFromDelivery {
		return OnDelivery
	}
	return at.Day + event.Day(t.NoticeDays)
}

// announce remembers the decision that gives notice of a planned limit, where that waits for its delivery.
func (l *Line) announce(at Moment, d Decided) Decided {
	if d.From != OnDelivery {
		return d
	}
	d.NoticeDays = at.Terms.Current().NoticeDays
	i := slices.IndexFunc(l.plan, func(p planned) bool { return p.on == OnDelivery && p.Minor == d.Granted })
	l.plan = slices.Clone(l.plan)
	l.plan[i].notice = &awaited{at.Next, at.Day, d.NoticeDays}
	return d
}

// AnnounceAgain says each cut in notice once more, after a decision that is effective before. The decisions are to be
// published one after the other.
func (l *Line) AnnounceAgain(at Moment) (all []Decided) {
	for _, p := range l.plan {
		if p.on <= at.Day {
			continue
		}
		all = append(all, l.announce(at, Decided{Code: decision.Reduced, Was: l.InForce(p.on - 1).Minor, Granted: p.Minor,
			From: p.on}))
		at.Next.Seq++
	}
	return all
}

// Awaited finds the cut whose notice a decision gave, -1 where it is over or was delivered before.
func (l *Line) Awaited(by event.Position) int {
	return slices.IndexFunc(l.plan, func(p planned) bool { return p.notice != nil && p.notice.at == by })
}

// LastAwaited finds the cut that is planned last and the day of its decision; false where its notice is not awaited.
func (l *Line) LastAwaited() (i int, since event.Day, ok bool) {
	if i = len(l.plan) - 1; i < 0 || l.plan[i].notice == nil {
		return 0, 0, false
	}
	return i, l.plan[i].notice.since, true
}

// ServeNotice counts the notice of an awaited cut from a day on: earlier ones that would come later are over with it.
func (l *Line) ServeNotice(at Moment, i int, from event.Day) Decided {
	p, was := l.plan[i], l.InForce(at.Day)
	on := max(from+event.Day(p.notice.days), at.Day)
	plan := slices.DeleteFunc(slices.Clone(l.plan[:i]), func(q planned) bool { return q.on >= on })
	plan = append(plan, planned{on: on, Money: p.Money})
	l.plan = append(plan, l.plan[i+1:]...)
	l.reply = Reply{}
	l.pass(at.Day)
	return Decided{Code: cutCode(p.Money), Was: was.Minor, Granted: p.Minor, From: on}
}

// Walk walks the fields of a notice in a snapshot.
func (a *awaited) Walk(w *wire.Wire) {
	w.Uint32(1, &a.at.Generation)
	w.Uint32(2, &a.at.Partition)
	w.Int(3, &a.at.Offset)
	w.Uint32(4, &a.at.Seq)
	w.Int32(5, (*int32)(&a.since))
	w.Int32(6, &a.days)
}

// Walk walks the fields of a cut that is not made in a snapshot.
func (p *proposal) Walk(w *wire.Wire) {
	w.Msg(1, &p.to)
	w.Int32(2, (*int32)(&p.until))
	w.Int(3, &p.capacity)
}
