package processor

import (
	"fmt"
	"testing"

	"barometer/ingest/event"
)

func (s *story) moratorium(year int, value int64, confirmed bool) {
	s.says(fmt.Sprintf("a moratorium of %d: %d, confirmed %v", year, value, confirmed),
		&event.Event{Kind: event.KindIndicator, Key: "country/BE", Body: &event.Indicator{Country: "BE", Sector: "*",
			Name: indicatorMoratorium, Confirmed: confirmed, ValueE8: value * oneE8,
			Period: event.Period{First: event.Date(year, 1, 1), Last: event.Date(year, 12, 31)}}})
}

func (s *story) onCountry(n int, analyst string, approve bool) {
	id := fmt.Sprintf("country/BE/country-%d", n)
	s.says(fmt.Sprintf("%s decides on %s: %v", analyst, id, approve), &event.Event{Kind: event.KindReviewDecided,
		Key: "country/BE", Body: &event.ReviewDecided{Review: id, Approve: approve, Analyst: analyst}})
}

func init() {
	stories["a_moratorium_nobody_has_confirmed"] = func(s *story) {
		s.policy("p1", "holder-1", 30)
		s.policy("p2", "holder-2", 0)
		s.buyer("b1", "46", event.Date(2001, 1, 1))
		s.statement("b1", -278, 500)
		s.asks("p1", "b1", event.RequestNew, 100_000)
		s.asks("p2", "b1", event.RequestNew, 50_000)
		s.moratorium(2023, 1, false)
		s.moratorium(2023, 1, false)
		s.moratorium(2024, 1, false) // it joins
		s.onCountry(1, "ann", true)
		s.onCountry(1, "ann", true) // a second one is needed
		s.restart()
		s.moratorium(2024, 0, false) // there is none after all
		s.onCountry(1, "bea", true)
		s.moratorium(2024, 1, false)
		s.onCountry(3, "ann", true)
		s.onCountry(2, "ann", false)
		s.moratorium(2024, 1, false)
		s.onCountry(3, "ann", true)
		s.wait(30)                  // it has no deadline
		s.onCountry(3, "bea", true) // both limits are cut, by the message
		s.moratorium(2024, 0, true)
	}
}

func (s *story) cap(amount int64) {
	s.says(fmt.Sprintf("a cap of %d", amount), &event.Event{Kind: event.KindCountryCapSet, Key: "country/BE",
		Body: &event.CountryCapSet{Country: "BE", Amount: event.Amount{Minor: amount * 100, Currency: "EUR"}}})
}

// elsewhere is what another partition tells of its limits.
func (s *story) elsewhere(euros int64) {
	s.n++
	s.add(&event.Event{Kind: event.KindRelayed, StampMs: at(s.day, int64(s.n)), Home: true,
		Source: event.Source{Topic: event.TopicRelays, Incarnation: 1, Partition: 7, Offset: int64(s.n)},
		Body: &event.Relayed{Kind: event.RelayCountryUse, Subject: "BE", Amount: event.Amount{Minor: euros * 100,
			Currency: "EUR"}}})
	s.play(fmt.Sprintf("elsewhere %d are in use", euros))
}

func init() {
	stories["a_country_has_a_cap"] = func(s *story) {
		s.policy("p1", "holder-1", 30)
		s.policy("p2", "holder-2", 0)
		s.buyer("b1", "46", event.Date(2001, 1, 1))
		s.statement("b1", -278, 500) // it bears 300 000
		s.asks("p1", "b1", event.RequestNew, 40_000)
		s.elsewhere(10_000) // it has heard of the cap earlier
		s.cap(1_000_000)
		s.cap(1_000_000)
		s.asks("p1", "b1", event.RequestPreliminary, 300_000) // plenty is left
		s.elsewhere(860_000)                                  // 100 000 of a million: half of what is available
		s.asks("p2", "b1", event.RequestNew, 300_000)
		s.restart()
		s.wait(1)
		s.asks("p1", "b1", event.RequestIncrease, 60_000) // nothing is left
		s.cap(2_000_000)
		s.asks("p1", "b1", event.RequestIncrease, 61_000)
		s.cap(0) // closed for what is new; what there is stays
		s.asks("p1", "b1", event.RequestIncrease, 70_000)
		s.asks("p1", "b1", event.RequestProlongation, 0)
		s.wait(1)
	}
}

// TestOnlyItsHomeReviewsACountry: elsewhere a moratorium that is not confirmed changes nothing until it is.
func TestOnlyItsHomeReviewsACountry(t *testing.T) {
	s := newStory(t)
	v := &event.Indicator{Country: "BE", Sector: "*", Name: indicatorMoratorium, ValueE8: oneE8,
		Period: event.Period{First: event.Date(2024, 1, 1), Last: event.Date(2024, 12, 31)}}
	e := &event.Event{Kind: event.KindIndicator, Key: "country/BE", ID: "m", StampMs: at(0, 1), Body: v}
	s.add(e)
	s.play("a moratorium, elsewhere")
	if c := s.fold.machine.macro.countries["BE"]; len(s.fold.machine.pending) > 0 || c.offCover {
		t.Fatalf("%+v", c)
	}
	confirmed := *e
	body := *v
	body.Confirmed, confirmed.Body = true, &body
	s.add(&event.Event{Kind: event.KindRelayed, StampMs: at(0, 2), Body: &event.Relayed{Kind: event.RelayConfirmed,
		Subject: "BE", Payload: event.Append(nil, &confirmed)}})
	s.play("it is confirmed")
	if !s.fold.machine.macro.countries["BE"].offCover {
		t.Error("the country is on cover")
	}
}
