package processor

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// rules is an analyst's verdict on a review of a key.
func (s *story) rules(key, suffix, analyst string, approve bool) {
	id := key + "/" + suffix
	s.says(fmt.Sprintf("%s decides on %s: %v", analyst, id, approve), &event.Event{Kind: event.KindReviewDecided, Key: key,
		Text: true, Body: &event.ReviewDecided{Review: id, Approve: approve, Analyst: analyst}})
}

// caps sends a cap with those who stand for it.
func (s *story) caps(amount int64, currency, analyst, second string) {
	s.says(fmt.Sprintf("a cap of %d %s by %q and %q", amount, currency, analyst, second),
		&event.Event{Kind: event.KindCountryCapSet, Key: "country/BE", Body: &event.CountryCapSet{Country: "BE",
			Amount: event.Amount{Minor: amount * 100, Currency: currency}, Analyst: analyst, SecondAnalyst: second}})
}

// activates sends a model, whose version is its content, with those who stand for it.
func (s *story) activates(content, analyst, second string) {
	s.says(fmt.Sprintf("the model %s by %q and %q", content, analyst, second), modelBy(content, analyst, second))
}

// enters is web news that one of the insurer's people enters, about b1 or the companies of a key.
func (s *story) enters(analyst string, category event.Category, p event.Party, key string) {
	s.says(fmt.Sprintf("%s enters web news about %.1s: %s", analyst, key, category), &event.Event{Kind: event.KindNews,
		Key: key, Text: true, Body: &event.News{Buyer: p, Category: category, Outlet: event.Web, Analyst: analyst}})
}

// entersMoratorium is a moratorium that nobody has confirmed, of the insurer's people or, without an analyst, of a
// feed.
func (s *story) entersMoratorium(analyst string, year int) {
	s.says(fmt.Sprintf("%q enters a moratorium of %d", analyst, year), &event.Event{Kind: event.KindIndicator,
		Key: "country/BE", Body: &event.Indicator{Country: "BE", Sector: "*", Name: indicatorMoratorium, ValueE8: oneE8,
			Analyst: analyst, Period: event.Period{First: event.Date(year, 1, 1), Last: event.Date(year, 12, 31)}}})
}

func modelBy(content, analyst, second string) *event.Event {
	return &event.Event{Kind: event.KindModelActivated, Key: "model.activated",
		Body: &event.ModelActivated{Version: content, Content: []byte(content), SHA256: []byte{0xab, 0xcd}, Analyst: analyst,
			SecondAnalyst: second}}
}

func foldBy(version uint32, analyst, second string) *event.Event {
	return &event.Event{Kind: event.KindFoldActivated, Key: "fold.activated", Body: &event.FoldActivated{Version: version,
		Analyst: analyst, SecondAnalyst: second}}
}

func init() {
	stories["one_of_the_insurers_people_shortens_no_limit"] = func(s *story) {
		s.policy("p1", "holder-1", 30)
		s.buyer("b1", "46", event.Date(2001, 1, 1))
		s.statement("b1", -278, 500)
		enters := func(kind event.RequestKind, amount int64, until event.Day, analyst string) {
			s.request(&event.LimitRequested{Request: fmt.Sprint("r", s.n+1), Policy: "p1", Buyer: party("b1"), Kind: kind,
				Amount: event.Amount{Minor: amount * 100, Currency: "EUR"}, ValidUntil: until, Analyst: analyst})
		}
		enters(event.RequestNew, 10_000, 0, "ann")
		enters(event.RequestProlongation, 10_000, day0+2, "ann") // it has no end
		enters(event.RequestIncrease, 10_001, day0+2, "ann")
		enters(event.RequestProlongation, 10_000, day0+90, "") // its policyholder's own wish
		enters(event.RequestProlongation, 10_000, day0+60, "ann")
		enters(event.RequestIncrease, 12_000, day0+60, "ann")
		enters(event.RequestProlongation, 10_000, day0+120, "ann")
		s.wait(1)
	}
	stories["an_override_beyond_the_authority_of_one"] = func(s *story) {
		s.shared(0, 0, 0)
		s.overrules("no better than 7", &event.UnderwriterDecided{GradeFloor: 7, ValidUntil: day0 + 30})
		s.overrules("no better than 7", &event.UnderwriterDecided{GradeFloor: 7, ValidUntil: day0 + 30}) // it waits already
		// who asked does not approve
		s.rules("b1", "override-1", "ann", true)
		s.restart()
		s.rules("b1", "override-2", "bea", true)
		s.rules("b1", "override-1", "bea", true)
		s.rules("b1", "override-1", "cas", true) // it is over
		s.overrules("nothing any more", &event.UnderwriterDecided{})
		s.sets("p1", 90_000, event.UnderwriterDecided{}) // one policy's does not take the place of the other's
		s.rules("b1", "override-3", "ann", false)        // who asked may take it back
		s.rules("b1", "override-2", "bea", true)         // a cut, after notice
		s.bears("b1", -278, 1500)
		s.sets("p2", 500_000, event.UnderwriterDecided{Security: "bank_guarantee"})
		s.overrules("no worse than 3", &event.UnderwriterDecided{GradeCeiling: 3})
		s.wait(6)
		s.restart()
		s.wait(1) // nobody has decided: nothing is done
		s.rules("b1", "override-4", "bea", true)
	}
	stories["a_cap_that_one_analyst_sets"] = func(s *story) {
		s.policy("p1", "holder-1", 30)
		s.buyer("b1", "46", event.Date(2001, 1, 1))
		s.statement("b1", -278, 500)
		s.asks("p1", "b1", event.RequestNew, 40_000)
		s.caps(50_000, "USD", "ann", "") // no rate
		s.rate("USD", 200)
		s.caps(100_000, "USD", "ann", "")
		s.caps(100_000, "USD", "ann", "")
		s.rules("country/BE", "cap-1", "ann", true)
		s.restart()
		s.rate("USD", 400)                          // what was shown is what acts
		s.rules("country/BE", "cap-1", "bea", true) // 50 000 euro: a fifth is left
		s.asks("p1", "b1", event.RequestIncrease, 60_000)
		s.caps(60_000, "EUR", "bea", "")
		s.caps(80_000, "EUR", "ann", "") // instead
		s.rules("country/BE", "cap-2", "ann", true)
		s.rules("country/BE", "cap-3", "bea", false)
		s.caps(80_000, "EUR", "ann", "")
		s.caps(90_000, "EUR", "", "") // from a producer that needs nobody else
		s.caps(95_000, "EUR", "ann", "bea")
		s.rules("country/BE", "cap-4", "bea", true)
		s.caps(95_000, "EUR", "ann", "") // as it is
	}
	stories["activations_by_one_analyst"] = func(s *story) {
		s.policy("p1", "holder-1", 30)
		s.buyer("b1", "46", event.Date(2001, 1, 1))
		s.bears("b1", -278, 800)
		s.activates("bad", "ann", "")
		s.activates("careful", "ann", "")
		s.asks("p1", "b1", event.RequestNew, 100_000) // the old model: it is not careful yet
		s.restart()
		s.rules("model.activated", "activation-1", "ann", true)
		s.rules("model.activated", "activation-1", "bea", true)
		s.asks("p1", "b1", event.RequestIncrease, 200_000)
		s.activates("two", "ann", "")
		s.activates("three", "bea", "")
		s.rules("model.activated", "activation-2", "bea", true)
		s.activates("one", "", "") // from a producer that needs nobody else
		s.rules("model.activated", "activation-3", "ann", true)
		s.activates("careful", "ann", "bea")
		s.says("ann activates a version that is not the next", foldBy(FoldVersion(), "ann", ""))
		s.says("ann activates the next version", foldBy(FoldVersion()+1, "ann", ""))
		s.rules("fold.activated", "activation-1", "ann", true)
		s.rules("fold.activated", "activation-1", "bea", false)
		s.rules("policy/p1", "activation-1", "bea", false)
	}
	stories["nobody_approves_what_he_entered"] = func(s *story) {
		s.master("b1", called("c"))
		s.master("b2", called("c"))
		s.bears("b1", -278, 800)
		s.enters("ann", event.InsolvencyOpened, party("b1"), "b1")
		s.rules("b1", "match-1", "ann", true)
		s.news("b1", event.FraudConfirmed, event.Web) // a feed's joins
		s.rules("b1", "match-1", "ann", true)
		s.enters("bea", event.Restructuring, party("b1"), "b1")
		s.restart()
		s.rules("b1", "match-1", "ann", true)
		s.rules("b1", "match-1", "bea", true)
		s.says("bea takes hers back", &event.Event{Kind: event.KindNewsWithdrawn, Key: "b1",
			Body: &event.NewsWithdrawn{Buyer: party("b1"), Withdraws: fmt.Sprintf("m%d", s.n-2), Analyst: "bea"}})
		s.rules("b1", "match-1", "ann", true)
		s.rules("b1", "match-1", "bea", true) // nothing of hers waits any more
		s.enters("ann", event.InsolvencyOpened, nameless(called("c")), matchKey("c"))
		s.rules("b2", "match-1", "ann", true)
		s.rules("b2", "match-1", "ann", false) // who entered it may take it back
		s.says("ann files accounts of a company that may be two", &event.Event{Kind: event.KindStatementFiled,
			Key: matchKey("c"), Text: true, Body: &event.StatementFiled{Buyer: nameless(called("c")), PeriodEnd: day0 - 100,
				Months: 12, Currency: "EUR", Equity: 7_000_000, Given: event.GivenEquity, Analyst: "ann"}})
		s.rules("b2", "match-2", "ann", true)
		s.rules("b2", "match-2", "bea", true)
	}
	stories["a_moratorium_that_an_analyst_enters"] = func(s *story) {
		s.policy("p1", "holder-1", 30)
		s.buyer("b1", "46", event.Date(2001, 1, 1))
		s.statement("b1", -278, 500)
		s.asks("p1", "b1", event.RequestNew, 100_000)
		s.entersMoratorium("", 2022)
		s.rules("country/BE", "country-1", "bea", true)
		s.entersMoratorium("ann", 2023) // in its place, and nobody has approved it
		s.rules("country/BE", "country-1", "ann", true)
		s.rules("country/BE", "country-1", "bea", true)
		s.rules("country/BE", "country-1", "ann", true)
		s.restart()
		s.rules("country/BE", "country-1", "ann", true)
		s.entersMoratorium("", 2024) // a feed's: anybody may be one of the two
		s.rules("country/BE", "country-1", "ann", true)
		s.rules("country/BE", "country-1", "bea", false)
		s.entersMoratorium("ann", 2024)
		s.rules("country/BE", "country-2", "bea", true)
		s.rules("country/BE", "country-2", "ann", true)
		s.rules("country/BE", "country-2", "cas", true)
	}
}

// TestOnlyItsHomeHoldsWhatWaits: elsewhere a message that one analyst alone stands for does nothing at all, until its
// home relays it.
func TestOnlyItsHomeHoldsWhatWaits(t *testing.T) {
	s := newStory(t)
	before := len(s.decided)
	all := []*event.Event{modelBy("careful", "ann", ""), modelBy("bad", "ann", ""), foldBy(FoldVersion()+1, "ann", ""),
		{Kind: event.KindCountryCapSet, Key: "country/BE", Body: &event.CountryCapSet{Country: "BE",
			Amount: event.Amount{Minor: 7, Currency: "EUR"}, Analyst: "ann"}}}
	for _, e := range all {
		e.StampMs = at(0, 1)
		s.add(e)
		s.play(e.Kind.String())
	}
	m := s.fold.machine
	if len(m.pending) > 0 || len(s.decided) > before || m.model.version != "m1" || m.macro.countries["BE"] != nil {
		t.Fatalf("%d wait, %d decisions, model %s", len(m.pending), len(s.decided)-before, m.model.version)
	}
	for _, e := range []*event.Event{all[0], all[3]} {
		setSecond(e, "bea")
		s.add(&event.Event{Kind: event.KindRelayed, StampMs: at(0, 2), Body: &event.Relayed{Kind: event.RelayConfirmed,
			Subject: e.Key, Payload: event.Append(nil, e)}})
		s.play("it is approved")
	}
	if c := m.macro.countries["BE"].cap; m.model.version != "careful" || c == nil || c.cents != 7 {
		t.Errorf("model %s, cap %+v", m.model.version, c)
	}
	next := foldBy(FoldVersion()+1, "ann", "bea")
	s.add(&event.Event{Kind: event.KindRelayed, StampMs: at(0, 3), Body: &event.Relayed{Kind: event.RelayConfirmed,
		Subject: next.Key, Payload: event.Append(nil, next)}})
	n := len(s.records) - 1
	if err, want := s.fold.Step(int64(n), s.records[n], func(Record) {}), new(VersionError); !errors.As(err, &want) {
		t.Errorf("a version that this binary does not know, approved: %v", err)
	}
}

// TestOverridesThatWaitAreBounded: of one buyer as many wait as messages do.
func TestOverridesThatWaitAreBounded(t *testing.T) {
	s := newStory(t)
	s.shared(0, 0, 0)
	s.bears("b1", -278, 1500)
	for i := range maxWaiting + 1 {
		p := fmt.Sprintf("x%02d", i)
		s.policy(p, "holder-1", 30)
		s.sets(p, 251_000, event.UnderwriterDecided{})
	}
	if n := len(s.fold.machine.book.buyers.get("b1").seldom.overruling); n != maxWaiting {
		t.Errorf("%d wait, want %d", n, maxWaiting)
	}
	if d, ok := s.decided[len(s.decided)-1].Body.(*decision.Rejection); !ok || d.Reason != ReasonWaitingFull {
		t.Errorf("one more: %+v", s.decided[len(s.decided)-1].Body)
	}
}

// TestTheLaterOneCountsEverywhere: what is sent to act at once and what a home relays come to partitions in different
// orders; all end up with what was sent later, and the same orders of one way end with the last.
func TestTheLaterOneCountsEverywhere(t *testing.T) {
	cap := func(minor, sent int64) *event.Event {
		return &event.Event{Kind: event.KindCountryCapSet, Key: "country/BE", AtMs: at(0, sent), StampMs: at(0, 1),
			Body: &event.CountryCapSet{Country: "BE", Amount: event.Amount{Minor: minor, Currency: "EUR"}}}
	}
	model := func(content string, sent int64) *event.Event {
		e := modelBy(content, "", "")
		e.AtMs, e.StampMs = at(0, sent), at(0, 1)
		return e
	}
	n := int64(0)
	relayed := func(e *event.Event) *event.Event {
		setSecond(e, "bea")
		n++
		return &event.Event{Kind: event.KindRelayed, StampMs: at(0, 1),
			Source: event.Source{Topic: event.TopicRelays, Incarnation: 1, Partition: 7, Offset: n},
			Body:   &event.Relayed{Kind: event.RelayConfirmed, Subject: e.Key, Payload: event.Append(nil, e)}}
	}
	for _, c := range []struct {
		direct, relayed int64
		cents           int64
		model           string
	}{{100, 200, 2, "two"}, {200, 100, 1, "one"}, {200, 200, 1, "one"}} {
		for _, directFirst := range []bool{true, false} {
			s := newStory(t)
			all := []*event.Event{cap(1, c.direct), model("one", c.direct), relayed(cap(2, c.relayed)),
				relayed(model("two", c.relayed))}
			if !directFirst {
				all = slices.Concat(all[2:], all[:2])
			}
			for _, e := range all {
				s.add(e)
				s.play(e.Kind.String())
				s.restart()
			}
			if m := s.fold.machine; m.macro.countries["BE"].cap.cents != c.cents || m.model.version != c.model {
				t.Errorf("%+v, direct first %v: cap %d, model %s", c, directFirst, m.macro.countries["BE"].cap.cents,
					m.model.version)
			}
		}
	}
	s := newStory(t)
	for i, e := range []*event.Event{cap(1, 200), cap(2, 100), relayed(cap(3, 250)), relayed(cap(4, 240))} {
		s.add(e)
		s.play(e.Kind.String())
		if got := s.fold.machine.macro.countries["BE"].cap.cents; got != int64(i+1) {
			t.Errorf("after %d of one way in their order: %d", i+1, got)
		}
	}
}
