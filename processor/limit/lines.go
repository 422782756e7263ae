package limit

import (
	"cmp"
	"slices"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"

	"google.golang.org/protobuf/encoding/protowire"
)

// Lines are what all policies have on one buyer. They ascend by policy.
type Lines []Line

func (all Lines) at(policy string) (int, bool) {
	return slices.BinarySearchFunc(all, policy, func(l Line, id string) int { return cmp.Compare(l.policy, id) })
}

// Find is the line of a policy, nil for none.
func (all Lines) Find(policy string) *Line {
	if i, found := all.at(policy); found {
		return &all[i]
	}
	return nil
}

// Followed is the line of a policy whose deliveries are followed, nil for none.
func (all Lines) Followed(policy string) *Line {
	if len(all) == 0 {
		return nil
	}
	if l := all.Find(policy); l != nil && l.Followed() {
		return l
	}
	return nil
}

// Put stores a line in the place of the one of its policy, and gives it as it is stored.
func (all *Lines) Put(l *Line) *Line {
	i, found := all.at(l.policy)
	if !found {
		*all = append(*all, Line{})
		copy((*all)[i+1:], (*all)[i:])
	}
	(*all)[i] = *l
	return &(*all)[i]
}

// Limited tells whether any policy has a limit.
func (all Lines) Limited() bool {
	for i := range all {
		if all[i].Decided().Minor > 0 {
			return true
		}
	}
	return false
}

// InUse is what all policies but one use of the buyer's capacity, in euro cents.
func (all Lines) InUse(but string) int64 {
	var sum int64
	for i := range all {
		if l := &all[i]; l.policy != but {
			sum = Plus(sum, l.Use())
		}
	}
	return sum
}

// Shares shares a capacity out among all lines, by what each is taken to be.
func (all Lines) Shares(capacity int64) []int64 {
	needs := make([]Need, len(all))
	for i := range all {
		needs[i] = Need{Limit: all[i].Taken().Cents, Outstanding: all[i].Totals().Used()}
	}
	return Share(capacity, needs)
}

// ResharePending makes the lines whose cuts wait share what the limits of the others leave of the capacity; what is
// delivered beyond those runs off. Each is taken to be what it is before its cut. It tells whether a share differs from
// what was shown of it by more than the cents allowed. A limit that need not be cut any more waits no longer.
func (all Lines) ResharePending(capacity, allowed int64) (differs bool) {
	var pending []*Line
	var needs []Need
	for i := range all {
		l := &all[i]
		if !l.CutPending() {
			capacity = max(capacity-l.Taken().Cents, 0)
			continue
		}
		pending, needs = append(pending, l), append(needs, Need{Limit: l.Agreed().Cents, Outstanding: l.Totals().Used()})
	}
	for i, share := range Share(capacity, needs) {
		shown := pending[i].proposal.to.Cents
		differs = differs || share-shown > allowed || shown-share > allowed
		pending[i].ResharePending(share)
	}
	return differs
}

// CutPending tells whether a cut of any line waits for its verdict.
func (all Lines) CutPending() bool {
	for i := range all {
		if all[i].CutPending() {
			return true
		}
	}
	return false
}

// RejectCuts preserves the limits whose cuts wait, as Line.RejectCut does.
func (all Lines) RejectCuts(until event.Day, capacity int64) {
	for i := range all {
		if all[i].CutPending() {
			all[i].RejectCut(until, capacity)
		}
	}
}

// ReleaseRejected ends rejections as Line.ReleaseRejected does.
func (all Lines) ReleaseRejected(today event.Day, capacity int64) {
	for i := range all {
		all[i].ReleaseRejected(today, capacity)
	}
}

// Walk walks the fields of a line in a snapshot.
func (l *Line) Walk(w *wire.Wire) {
	w.Str(1, &l.policy)
	w.Str(2, &l.currency)
	w.Msg(3, &l.current)
	wire.Msgs(w, 4, &l.plan)
	l.proposal = optional(w, 5, l.proposal)
	w.Int32(8, (*int32)(&l.validUntil))
	w.Int32(9, (*int32)(&l.since))
	w.Msg(10, &l.cancelled)
	wire.Enum(w, 12, &l.reply.Kind)
	w.Int(13, &l.reply.Minor)
	w.Str(14, &l.reply.Currency)
	w.Int32(15, (*int32)(&l.reply.ValidUntil))
	w.Int(16, &l.reply.AtMs)
	w.Uint(17, &l.reply.Accepted)
	w.Int(18, &l.reply.Grade)
	wire.Enum(w, 19, &l.reply.Code)
	w.Int(20, &l.reply.Granted)
	w.Uint32(21, &l.reply.Reason)
	w.Strs(22, &l.conditions)
	wire.Msgs(w, 23, &l.past)
	wire.Msgs(w, 24, &l.suspensions)
	w.Bool(25, &l.suspensionPublished)
	l.runoff = optional(w, 26, l.runoff)
	w.Bool(27, &l.refused)
	w.Int(28, &l.discretion)
	w.Int32(29, (*int32)(&l.decidedOn))
}

// Walk walks the fields of a planned limit in a snapshot.
func (p *planned) Walk(w *wire.Wire) {
	w.Int32(1, (*int32)(&p.on))
	w.Msg(2, &p.Money)
	p.notice = optional(w, 3, p.notice)
}

// Walk walks the fields of a limit that was in a snapshot.
func (f *former) Walk(w *wire.Wire) {
	w.Int32(1, (*int32)(&f.on))
	w.Msg(2, &f.Money)
	w.Str(3, &f.currency)
}

// optional walks a message that may not be there: nil is none.
func optional[E any, P interface {
	*E
	wire.Walker
}](w *wire.Wire, num protowire.Number, v *E) *E {
	if !w.Decoding() {
		if v != nil {
			w.Msg(num, P(v))
		}
		return v
	}
	var all []E
	if wire.Msgs[E, P](w, num, &all); len(all) == 0 {
		return nil
	}
	return &all[0]
}
