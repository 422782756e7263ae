package history

import (
	"time"

	"barometer/ingest/event"
)

// DocumentQuery narrows Documents. Empty values do not narrow, but for ID.
type DocumentQuery struct {
	ID     string
	About  string // a case or a claim
	Holder string // of the policy now
	Limit  int
}

// Document is one that was added to a case or to a claim.
type Document struct {
	Position    event.Position
	At          time.Time // log time
	Case, Claim string    // one of them is empty
	Policy      string    // of the case or claim, as its id says
	ID, Kind    string
	SHA256      string // hexadecimal
	Bytes       int64
	Name        string // a text; empty: it has none, or it is erased
}

// About is the id of the case or of the claim.
func (d *Document) About() string { return d.Case + d.Claim }
