package processor

import (
	"reflect"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

func init() {
	stories["asking_is_not_harvesting"] = func(s *story) {
		s.policy("p1", "holder-1", 0)
		s.policy("p2", "holder-2", 0)
		s.policy("p3", "holder-3", 0)
		s.buyer("b1", "46", event.Date(1990, 5, 1))
		s.bears("b1", -278, 2_710)
		s.asks("p1", "b1", event.RequestNew, 50_000)
		s.asks("p2", "b1", event.RequestPreliminary, 4_000_000) // two digits of the 1 250 000 that are left
		s.asks("p2", "b1", event.RequestPreliminary, 123_456)
		// whom nobody knows: as about any company of which nothing is known
		s.asks("p2", "b9", event.RequestPreliminary, 9_000)
		s.asks("p3", "b1", event.RequestNew, 90_000_000) // refused: it is one of those that asked
		s.restart()
		s.news("b1", event.FraudConfirmed, event.Register)   // told to holder-1 and holder-3
		s.wait(364)                                          // of 2024-10-04
		s.news("b1", event.InsolvencyOpened, event.Register) // to holder-3, within twelve months, though nobody has a limit
		s.wait(10)
		s.asks("p1", "b1", event.RequestCancellation, 0)
		s.wait(30)
		s.news("b1", event.InsolvencyClosed, event.Register) // to nobody: more than twelve months have passed
	}
}

// indication folds what was said before a preliminary request of p1 on buyer b1, and gives its answer and the fold.
func indication(t *testing.T, amount int64, before ...*event.Event) (*decision.Limit, *Fold) {
	t.Helper()
	s := newScript(event.ClockDriven)
	s.add(about("policy/p1", event.KindPolicyUpserted, "p", &event.PolicyUpserted{Policy: "p1", Holder: "holder",
		Currency: "EUR", EffectiveOn: day0}))
	for _, e := range before {
		s.add(e)
	}
	s.add(about("b1", event.KindLimitRequested, "ask", &event.LimitRequested{Request: "r", Policy: "p1",
		Buyer: party("b1"), Kind: event.RequestPreliminary, Amount: event.Amount{Minor: amount * 100, Currency: "EUR"}}))
	f := NewFold(0, anyModel)
	all := decisions(t, s, f)
	d, is := all[len(all)-1].Body.(*decision.Limit)
	if !is || d.Request != "r" {
		t.Fatalf("the last decision is %+v", all[len(all)-1])
	}
	return d, f
}

// TestAPreliminaryAnswerDoesNotTellWhoIsKnown: about a buyer that nobody has named it is that about one of which
// nothing but its name is known.
func TestAPreliminaryAnswerDoesNotTellWhoIsKnown(t *testing.T) {
	for _, amount := range []int64{4_000, 9_000, 12_345, 5_000_000} {
		known, _ := indication(t, amount, about("b1", event.KindBuyerUpserted, "b", &event.BuyerUpserted{Buyer: party("b1"),
			Sector: "46"}))
		unknown, f := indication(t, amount)
		known.Texts = unknown.Texts // who has words, for analysts
		if !reflect.DeepEqual(known, unknown) {
			t.Errorf("%d: of a known one %+v, of an unknown one %+v", amount, known, unknown)
		}
		if b := f.machine.book.buyers.get("b1"); b != nil {
			t.Errorf("%d: the unknown one is kept", amount)
		}
	}
}

// TestAPreliminaryRequestMakesNoRelation: it leaves what is known of a buyer as it was, and another one is answered
// alike.
func TestAPreliminaryRequestMakesNoRelation(t *testing.T) {
	before := []*event.Event{about("b1", event.KindBuyerUpserted, "b", &event.BuyerUpserted{Buyer: party("b1"),
		Sector: "46"}), accounts("b1", day0-278, 2_177)}
	d, f := indication(t, 1_257_000, before...)
	b := f.machine.book.buyers.get("b1")
	if len(b.lines) != 0 || b.accepted != 2 || len(f.machine.holders(b)) != 0 {
		t.Errorf("%d covers, %d messages, %v are told", len(b.lines), b.accepted, f.machine.holders(b))
	}
	if d.Code != decision.Preliminary || d.GrantedMinor != 1_200_000_00 || d.EffectiveOn != 0 || d.PreviousMinor != 0 {
		t.Errorf("%+v", d)
	}
}

// TestAPreliminaryRequestAboutACompanyAsksNobody: found by no key, or by one that several have, it is answered at once;
// nothing of it waits.
func TestAPreliminaryRequestAboutACompanyAsksNobody(t *testing.T) {
	s := newStory(t)
	s.policy("p1", "holder-1", 0)
	s.master("b1", called("a"), registration("b"))
	s.master("b2", called("a"))
	asks := func(keys ...event.Match) *decision.Limit {
		from := len(s.decided)
		s.n++
		e := &event.Event{Kind: event.KindLimitRequested, Key: keys[0].Key, ID: matchKey("m")[:s.n], Home: true,
			StampMs: at(s.day, int64(s.n)), AtMs: at(s.day, 0), Body: &event.LimitRequested{Request: matchKey("r")[:s.n],
				Policy: "p1", Buyer: nameless(keys...), Kind: event.RequestPreliminary, Amount: event.Amount{Minor: 9_000_00,
					Currency: "EUR"}}}
		s.add(e)
		s.play("p1 asks")
		var answer *decision.Limit
		for _, d := range s.decided[from:] {
			if l, is := d.Body.(*decision.Limit); is && answer == nil {
				answer = l
			} else if d.Kind != decision.ProgressMade {
				t.Errorf("it decides %+v", d.Body)
			}
		}
		return answer
	}
	for name, keys := range map[string][]event.Match{"nobody": {registration("c"), called("d")},
		"one of several": {registration("c"), called("a")},
		"b1":             {registration("c"), registration("b")}} {
		if d := asks(keys...); d == nil || d.Code != decision.Preliminary || d.GrantedMinor != 9_000_00 {
			t.Errorf("%s: %+v", name, d)
		}
	}
	if m := s.fold.machine; m.book.buyers.get("b1").read().match.open() || m.book.buyers.get("") != nil {
		t.Error("something waits")
	}
}
