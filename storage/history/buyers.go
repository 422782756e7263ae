package history

import (
	"time"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// BuyerQuery narrows Buyers. Zero values do not narrow.
type BuyerQuery struct {
	Search  string // words of the name in any order, without marks and case, or the beginning of the id
	Grade   uint32
	Country string
	After   *BuyerCursor
	Limit   int
}

// BuyerCursor is the last row of the page before.
type BuyerCursor struct {
	Grade uint32
	PDPPM int64
	ID    string
}

// HolderBuyerQuery narrows HolderBuyers. Zero values do not narrow, but of Holder, On and Since.
type HolderBuyerQuery struct {
	Holder  string
	On      event.Day // the day of the limits in force
	Since   time.Time // log time: requests decided from then on count
	ID      string    // this buyer only
	Search  string    // words of the name in any order, without marks and case, or the beginning of the id
	Grade   uint32
	Country string
	After   *HolderBuyerCursor
	Limit   int
}

// HolderBuyerCursor is the last row of the page before.
type HolderBuyerCursor struct {
	Grade uint32
	ID    string
}

// Buyer is a buyer of now. Name is empty where it is not known (or was erased). Score is the newest score.changed, nil
// where there is none yet.
type Buyer struct {
	ID, Name, Country, Sector string
	Score                     *decision.Decision
}

// NewsItem is a report about a buyer. Matched is how the buyer was found, empty where the report names it by id; Others
// are further buyers that it may be about.
type NewsItem struct {
	At                                                         time.Time
	Type, Category, Outlet, OutletName, Headline, URL, Matched string
	Others                                                     []string
}

// Text is what a message says in words, as far as it is known and was not erased.
type Text struct {
	Headline, OutletName, URL string // of news
	Reason                    string // of what an analyst decided
	DocumentName              string
}

// GradeCount is how many buyers have a grade, 1 to 10.
type GradeCount struct {
	Grade  uint32
	Buyers uint64
}

// Cursor is where the buyer stands in the order of a list.
func (b *Buyer) Cursor() BuyerCursor {
	if b.Score != nil {
		if s, ok := b.Score.Body.(*decision.Score); ok {
			return BuyerCursor{s.Grade, s.PDPPM, b.ID}
		}
	}
	return BuyerCursor{ID: b.ID}
}
