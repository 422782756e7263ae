package limit

import (
	"cmp"
	"slices"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
)

// Insured is a delivery as a case or a claim sees it: what of what is open is covered.
type Insured struct {
	Delivery
	Covered int64     // in euro cents
	Reason  Uncovered // why nothing is, empty where something is
}

// Insured is what of a delivery is covered, false for one that is not followed.
func (l *Line) Insured(at Moment, key uint64) (v Insured, ok bool) {
	if l.runoff == nil {
		return v, false
	}
	d := l.runoff.Find(key)
	if d == nil {
		return v, false
	}
	v.Delivery = *d
	if _, v.Covered = l.runoff.Outstanding(key); v.Disputed {
		v.Covered = 0
	}
	if v.Covered == 0 && v.Open > 0 {
		v.Reason = l.uncovered(at, d)
	}
	return v, true
}

// uncovered is why nothing is covered of a delivery.
func (l *Line) uncovered(at Moment, v *Delivery) Uncovered {
	switch {
	case v.NoConsent:
		return NoConsent
	case v.Forfeited:
		return LateNotification
	case v.Disputed:
		return InDispute
	case v.Limit > 0:
		return LimitUsed
	case at.Terms.EndedOn(v.DeliveredOn):
		return PolicyEnded
	case l.suspendedOn(v.DeliveredOn):
		return Overdue
	case l.limitedBefore(v.DeliveredOn):
		return Cancelled
	case l.refused:
		return Refused
	default:
		return NoLimit
	}
}

// limitedBefore tells whether there was a limit by a day.
func (l *Line) limitedBefore(day event.Day) bool {
	return l.since != 0 && l.since <= day || len(l.past) > 0 && l.past[0].on <= day
}

// EachDue calls do for each delivery with something open that was due after one day and up to another.
func (l *Line) EachDue(after, to event.Day, do func(v *Delivery)) {
	for due, ok := l.runoff.NextDue(after); ok && due <= to; due, ok = l.runoff.NextDue(due) {
		for v := range l.runoff.OpenDueOn(due) {
			do(&v)
		}
	}
}

// Receive lets money that the collector received settle the oldest due, by its id. It is taken back as a payment is.
func (l *Line) Receive(recovery string, cents int64, today event.Day) {
	l.Pay("", recovery, cents, today)
}

// ForfeitByPlan ends the cover of invoices with a payment plan that the insurer has refused, and RestoreByPlan gives
// it back where consent comes after all.
func (l *Line) ForfeitByPlan(at Moment, keys []uint64) (changes []CoverChanged) {
	for _, key := range keys {
		if v := l.runoff.Find(key); v != nil && !v.Forfeited {
			_, covered := l.runoff.Outstanding(key)
			v.Forfeited, v.NoConsent = true, true
			l.runoff.Update(v)
			l.runoff.changed()
			changes = l.changeCover(at, changes, v, decision.Forfeited, covered, 0)
		}
	}
	return changes
}

// RestoreByPlan gives back the cover that ForfeitByPlan has ended.
func (l *Line) RestoreByPlan(at Moment, keys []uint64) (changes []CoverChanged) {
	for _, key := range keys {
		if v := l.runoff.Find(key); v != nil && v.NoConsent {
			v.Forfeited, v.NoConsent = false, false
			l.runoff.Update(v)
			l.runoff.changed()
			_, covered := l.runoff.Outstanding(key)
			changes = l.changeCover(at, changes, v, decision.Restored, 0, covered)
		}
	}
	return changes
}

// net is an invoice's amount without VAT, both in minor units of its currency.
type net struct {
	key           uint64
	minor, amount int64
}

// NoteNet notes the amount without VAT of a delivery that is followed.
func (l *Line) NoteNet(key uint64, minor, amount int64) {
	r := l.runoff
	i, found := r.netAt(key)
	if !found {
		r.nets = slices.Insert(r.nets, i, net{})
	}
	r.nets[i] = net{key, minor, amount}
}

// Net is the amount without VAT of a delivery, and that with it; 0 where its invoice does not say.
func (l *Line) Net(key uint64) (minor, amount int64) {
	if i, found := l.runoff.netAt(key); found {
		return l.runoff.nets[i].minor, l.runoff.nets[i].amount
	}
	return 0, 0
}

func (r *runoff) netAt(key uint64) (int, bool) {
	return slices.BinarySearchFunc(r.nets, key, func(n net, key uint64) int { return cmp.Compare(n.key, key) })
}

// forgetNets drops those of deliveries that are followed no longer.
func (r *runoff) forgetNets() {
	r.nets = slices.DeleteFunc(r.nets, func(n net) bool { return r.Find(n.key) == nil })
}

// Walk walks the fields of a net amount in a snapshot.
func (n *net) Walk(w *wire.Wire) {
	w.Fixed(1, &n.key)
	w.Int(2, &n.minor)
	w.Int(3, &n.amount)
}
