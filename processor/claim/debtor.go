package claim

import (
	"cmp"
	"slices"

	"barometer/ingest/event"
)

// Bounds of what one policy has with a buyer.
const (
	maxCases  = 1 << 8
	maxClaims = 1 << 8
	maxDunned = 1 << 12 // invoices that were dunned before there was a case; the oldest make room
)

// Debtor is what one policy collects of a buyer and claims for it.
//
// Invariants: cases and claims have the numbers 1, 2 … in their order; no case but the last one is open; dunned has one
// of each invoice.
type Debtor struct {
	policy string
	dunned []dunned // in the order in which they were dunned first
	cases  []Case
	claims []Claim
}

// dunned is an invoice that the policyholder has dunned.
type dunned struct {
	key              uint64
	reminded, notice event.Day
}

// NewDebtor is one of a policy that has nothing with a buyer yet.
func NewDebtor(policy string) Debtor { return Debtor{policy: policy} }

// Policy is whose debtor it is.
func (d *Debtor) Policy() string { return d.policy }

// Intern replaces the strings that many debtors share.
func (d *Debtor) Intern(intern func(string) string) { d.policy = intern(d.policy) }

// Case is the open case, nil for none.
func (d *Debtor) Case() *Case {
	if c := d.Newest(); c != nil && !c.Closed() {
		return c
	}
	return nil
}

// Newest is the newest case, open or closed, nil for none.
func (d *Debtor) Newest() *Case {
	if len(d.cases) == 0 {
		return nil
	}
	return &d.cases[len(d.cases)-1]
}

// CaseOf is a case by its number, nil for none.
func (d *Debtor) CaseOf(number uint32) *Case {
	if number == 0 || int(number) > len(d.cases) {
		return nil
	}
	return &d.cases[number-1]
}

// Claims are all of them, in order.
func (d *Debtor) Claims() []Claim { return d.claims }

// ClaimOf is a claim by its number, nil for none.
func (d *Debtor) ClaimOf(number uint32) *Claim {
	if number == 0 || int(number) > len(d.claims) {
		return nil
	}
	return &d.claims[number-1]
}

// ClaimFor is the claim that an invoice is in, nil for none. One of a refused claim may be claimed again.
func (d *Debtor) ClaimFor(invoice string) *Claim {
	for i := range d.claims {
		if c := &d.claims[i]; c.state != Refused && c.Has(invoice) {
			return c
		}
	}
	return nil
}

// Begin opens the next case, where none is open, in the stage that reminders of its invoices have brought it to. A
// pointer to a case is good until then.
func (d *Debtor) Begin(o Open, invoices func(yield func(key uint64) bool)) (*Case, Refusal) {
	if len(d.cases) >= maxCases {
		return nil, TooMany
	}
	for key := range invoices {
		o.Stage = max(o.Stage, d.stageOf(key))
	}
	o.Number = uint32(len(d.cases)) + 1
	d.cases = append(d.cases, *Begin(o))
	return d.Newest(), NoneRefused
}

func (d *Debtor) stageOf(key uint64) event.Stage {
	for _, v := range d.dunned {
		switch {
		case v.key != key:
		case v.notice != 0:
			return event.StageFormalNoticeSent
		case v.reminded != 0:
			return event.StageReminderSent
		}
	}
	return event.StageNone
}

// File makes the next claim. A pointer to a claim is good until then.
func (d *Debtor) File(f File) (*Claim, Refusal) {
	if len(d.claims) >= maxClaims {
		return nil, TooMany
	}
	f.Number = uint32(len(d.claims)) + 1
	d.claims = append(d.claims, *New(f))
	return &d.claims[f.Number-1], NoneRefused
}

// Dun notes that an invoice was dunned on a day, false where that is known. A case is the caller's to move.
func (d *Debtor) Dun(key uint64, formal bool, on event.Day) bool {
	i := slices.IndexFunc(d.dunned, func(v dunned) bool { return v.key == key })
	if i < 0 {
		if len(d.dunned) >= maxDunned {
			d.dunned = slices.Delete(d.dunned, 0, 1)
		}
		i, d.dunned = len(d.dunned), append(d.dunned, dunned{key: key})
	}
	day := &d.dunned[i].reminded
	if formal {
		day = &d.dunned[i].notice
	}
	news := *day == 0
	if news {
		*day = on
	}
	return news
}

// Check says which invariant is broken, nil for none.
func (d *Debtor) Check() error {
	for i := range d.cases {
		if err := d.cases[i].Check(); err != nil {
			return err
		}
	}
	for i := range d.claims {
		if err := d.claims[i].Check(); err != nil {
			return err
		}
	}
	return nil
}

// Debtors are those of one buyer. They ascend by policy.
type Debtors []Debtor

// Find is the debtor of a policy, nil for none.
func (all Debtors) Find(policy string) *Debtor {
	i, found := slices.BinarySearchFunc(all, policy, func(d Debtor, id string) int { return cmp.Compare(d.policy, id) })
	if !found {
		return nil
	}
	return &all[i]
}

// Of is the debtor of a policy, a new one where there is none. A pointer to another one is not good any more.
func (all *Debtors) Of(policy string) *Debtor {
	i, found := slices.BinarySearchFunc(*all, policy, func(d Debtor, id string) int { return cmp.Compare(d.policy, id) })
	if !found {
		*all = slices.Insert(*all, i, NewDebtor(policy))
	}
	return &(*all)[i]
}
