package processor

import (
	"strconv"
	"strings"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
)

// countryReview is the review of a moratorium of transfers that nobody has confirmed. A country has one at a time, without a deadline, in
// the partition where it is at home; it needs two different analysts.
type countryReview struct {
	country string
	number  uint32 // how many there were
	record  []byte // the message that waits, empty: it is over
	first   string // the analyst who has approved it, empty: none yet
}

func (r *countryReview) open() bool { return len(r.record) > 0 }

const countryKey = "country/"

func (r *countryReview) id() string {
	return countryKey + r.country + "/" + decision.ReviewCountry + "-" + strconv.FormatUint(uint64(r.number), 10)
}

// doubts lets a moratorium that is not confirmed wait for its verdict, in the place of one that waits already.
func (m *Machine) doubts(c *country, e *event.Event, b *event.Indicator) {
	if !e.Home {
		return
	}
	if c.review == nil {
		c.review = &countryReview{country: c.code}
	}
	r, state := c.review, decision.ReviewJoined
	if r.open() {
		if old := decoded(r.record).Body.(*event.Indicator); before(old.Period, b.Period) || b.Period == old.Period {
			m.cut.repeated++
			return
		}
	} else {
		r.number++
		state = decision.ReviewOpened
	}
	r.record, r.first = event.Append(nil, e), "" // who has approved it has not seen this one
	m.tellCountry(r, state, "")
}

func (m *Machine) tellCountry(r *countryReview, state, analyst string) {
	waits := decoded(r.record)
	m.step.decide(decision.ReviewRequested, countryKey+r.country, &decision.Review{Review: r.id(), Kind: decision.ReviewCountry, Country: r.country, State: state,
		Analyst: analyst, Items: []decision.ReviewItem{{Kind: waits.Kind, ID: waits.ID, Source: waits.Source}}})
}

// undoubted closes the review of a country where a moratorium of the same period or a later one is confirmed, or is none.
func (m *Machine) undoubted(c *country, p event.Period) {
	r := c.review
	if r == nil || !r.open() || before(decoded(r.record).Body.(*event.Indicator).Period, p) {
		return
	}
	m.tellCountry(r, decision.ReviewWithdrawn, "")
	r.record = nil
}

// countryDecided takes an analyst's verdict on a country. Approved by two, the message goes to every partition as if it had been
// confirmed.
func (m *Machine) countryDecided(e *event.Event, v *event.ReviewDecided, code string) {
	c := m.macro.countries[code]
	suffix, _ := strings.CutPrefix(v.Review, countryKey+code+"/"+decision.ReviewCountry+"-")
	n, err := strconv.ParseUint(suffix, 10, 32)
	if c == nil || c.review == nil || err != nil || n == 0 || n > uint64(c.review.number) {
		m.reject(e, ReasonUnknownReview, v.Review)
		return
	}
	switch r := c.review; {
	case n < uint64(r.number) || !r.open():
		m.reject(e, ReasonReviewClosed, v.Review)
	case !v.Approve:
		m.tellCountry(r, decision.ReviewRejected, v.Analyst)
		r.record = nil
	case r.first == "":
		r.first = clone(v.Analyst)
		m.tellCountry(r, decision.ReviewSeconding, v.Analyst)
	case r.first == v.Analyst:
		m.reject(e, ReasonSecondAnalyst, v.Review)
	default:
		m.tellCountry(r, decision.ReviewApproved, v.Analyst)
		confirmed := decoded(r.record)
		confirmed.Home = false
		confirmed.Body.(*event.Indicator).Confirmed = true
		m.step.relay("", &event.Relayed{Kind: event.RelayConfirmed, Subject: code, Payload: event.Append(nil, confirmed)})
		r.record = nil
	}
}

// Walk walks the fields of a country's review in a snapshot.
func (r *countryReview) Walk(w *wire.Wire) {
	w.Str(1, &r.country)
	w.Uint32(2, &r.number)
	w.Blob(3, &r.record)
	w.Str(4, &r.first)
}
