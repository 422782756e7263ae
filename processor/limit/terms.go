package limit

import (
	"bytes"
	"cmp"
	"slices"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
)

// Terms are what a policy agrees: its versions by the day from which they hold.
//
// Invariant: versions ascend by EffectiveOn, one for each day; current indexes the one in force, -1 before the first.
type Terms struct {
	versions      []event.PolicyUpserted
	current       int
	discretionary bool // a version agrees a discretionary limit
}

// NewTerms begins with a version that is not in force yet.
func NewTerms() Terms { return Terms{current: -1} }

// Put books a version; of one day the newest message counts. The version is the receiver's to keep.
func (t *Terms) Put(v event.PolicyUpserted) {
	t.discretionary = t.discretionary || v.DiscretionaryMinor > 0
	i, found := slices.BinarySearchFunc(t.versions, v.EffectiveOn, func(w event.PolicyUpserted, day event.Day) int {
		return cmp.Compare(w.EffectiveOn, day)
	})
	if found {
		t.versions[i] = v
		return
	}
	t.versions = slices.Insert(t.versions, i, v)
}

// Has tells whether a version is there already, with the same content.
func (t *Terms) Has(v *event.PolicyUpserted) bool {
	i := slices.IndexFunc(t.versions, func(w event.PolicyUpserted) bool { return w.EffectiveOn == v.EffectiveOn })
	return i >= 0 && bytes.Equal(wire.Append(nil, v), wire.Append(nil, &t.versions[i]))
}

// Turn moves to the version in force on a day.
func (t *Terms) Turn(day event.Day) {
	t.current = -1
	for i := range t.versions {
		if t.versions[i].EffectiveOn <= day {
			t.current = i
		}
	}
}

// Empty tells whether there is no version.
func (t *Terms) Empty() bool { return len(t.versions) == 0 }

// Versions gives all versions, which are not to be changed.
func (t *Terms) Versions() []event.PolicyUpserted { return t.versions }

// AgreesDiscretion tells whether a version agrees a discretionary limit.
func (t *Terms) AgreesDiscretion() bool { return t.discretionary }

// Current is the version in force, or, before the first one is, that.
func (t *Terms) Current() *event.PolicyUpserted { return &t.versions[max(t.current, 0)] }

// On is the version for what is delivered on a day, or, before the first one was in force, that.
func (t *Terms) On(day event.Day) *event.PolicyUpserted {
	i := len(t.versions) - 1
	for i > 0 && t.versions[i].EffectiveOn > day {
		i--
	}
	return &t.versions[i]
}

// EndedOn tells whether the period of the policy is over on a day, by the version of that day.
func (t *Terms) EndedOn(day event.Day) bool {
	last := t.On(day).PeriodTo
	return last != 0 && last < day
}

// suspendsOn is the day from which on a delivery that is open suspends cover.
func (t *Terms) suspendsOn(v *Delivery) event.Day {
	return v.DueOn + event.Day(t.On(v.DeliveredOn).MaximumExtensionDays) + 1
}

// forfeitsOn is the first day on which the cover of a delivery that is open and was not reported is forfeited, false
// where a late report forfeits none.
func (t *Terms) forfeitsOn(v *Delivery) (event.Day, bool) {
	p := t.On(v.DeliveredOn)
	return v.DueOn + event.Day(p.NotificationDeadlineDays) + 1, forfeitsLate(p)
}

// forfeitsLate tells whether a late report forfeits cover under a version of a policy: it has a notification deadline,
// and no lower insured percentage for what is reported after it.
func forfeitsLate(p *event.PolicyUpserted) bool {
	return p.NotificationDeadlineDays > 0 && p.LateReportPPM == 0
}
