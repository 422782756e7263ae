package history

import (
	"cmp"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// CaseQuery narrows Cases. Empty values do not narrow.
type CaseQuery struct {
	ID      string
	Policy  string
	Buyer   string
	Holder  string // as the newest decision names it
	State   string // CaseOpen or CaseClosed
	Trigger string // id of a message that a decision on the case was caused by
	After   *FileCursor
	Limit   int
}

// States of cases in a CaseQuery.
const (
	CaseOpen   = "open"
	CaseClosed = "closed"
)

// ClaimQuery narrows Claims. Empty values do not narrow.
type ClaimQuery struct {
	ID      string
	Policy  string
	Buyer   string
	Holder  string // as the newest decision names it
	Case    string
	State   string // of the claim, such as filed
	Trigger string // id of a message that a decision on the claim was caused by
	After   *FileCursor
	Limit   int
}

// FileCursor is where a case or a claim stands in its list: by the day on which it was opened or filed, the newest
// first, then by its id.
type FileCursor struct {
	On event.Day
	ID string
}

// Compare orders cursors as the lists are.
func (c FileCursor) Compare(d FileCursor) int {
	return cmp.Or(cmp.Compare(d.On, c.On), cmp.Compare(c.ID, d.ID))
}

// CaseCursor is where a case stands.
func CaseCursor(b *decision.Case) FileCursor { return FileCursor{b.OpenedOn, b.Case} }

// ClaimCursor is where a claim stands.
func ClaimCursor(b *decision.Claim) FileCursor { return FileCursor{b.FiledOn, b.Claim} }

// Includes tells whether a case, as it stands now, is of the list, from the cursor on. It does not look at Trigger.
func (q *CaseQuery) Includes(b *decision.Case) bool {
	return (q.ID == "" || q.ID == b.Case) && (q.Policy == "" || q.Policy == b.Policy) &&
		(q.Buyer == "" || q.Buyer == b.Buyer) && (q.Holder == "" || q.Holder == b.Holder) &&
		(q.State == "" || (q.State == CaseClosed) == (b.Stage == CaseClosed)) &&
		(q.After == nil || q.After.Compare(CaseCursor(b)) < 0)
}

// Includes tells whether a claim, as it stands now, is of the list, from the cursor on. It does not look at Trigger.
func (q *ClaimQuery) Includes(b *decision.Claim) bool {
	return (q.ID == "" || q.ID == b.Claim) && (q.Policy == "" || q.Policy == b.Policy) &&
		(q.Buyer == "" || q.Buyer == b.Buyer) && (q.Holder == "" || q.Holder == b.Holder) &&
		(q.Case == "" || q.Case == b.Case) && (q.State == "" || q.State == b.State) &&
		(q.After == nil || q.After.Compare(ClaimCursor(b)) < 0)
}
