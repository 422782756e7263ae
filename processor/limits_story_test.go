package processor

import "barometer/ingest/event"

// until asks for a limit with a last day.
func (s *story) until(kind event.RequestKind, amount, day int64) {
	v := &event.LimitRequested{Request: "until", Policy: "p1", Buyer: party("b1"), Kind: kind,
		Amount:     event.Amount{Minor: amount * 100, Currency: "EUR"},
		ValidUntil: event.Day(day0 + day)}
	v.Request += v.ValidUntil.String()
	s.request(v)
}

func init() {
	stories["a_limit_comes_to_its_end"] = func(s *story) {
		s.policy("p1", "holder-1", 30)
		s.buyer("b1", "46", event.Date(1990, 5, 1))
		s.bears("b1", -278, 800)
		s.until(event.RequestNew, 100_000, 40)
		s.wait(10) // told 30 days before
		s.restart()
		s.until(event.RequestProlongation, 100_000, 60)
		s.wait(20) // told again
		s.wait(10) // the first day is past, and nothing ends
		s.until(event.RequestProlongation, 100_000, 65)
		s.wait(26) // too near to be told of again, and over
		s.until(event.RequestNew, 50_000, 100)
		s.asks("p1", "b1", event.RequestCancellation, 0)
		s.wait(10) // nothing to tell
		s.until(event.RequestNew, 100_000, 90)
		s.sets("p1", 60_000, event.UnderwriterDecided{ValidUntil: day0 + 95}) // planned for a day after its last one
		s.until(event.RequestProlongation, 0, 200)
		s.wait(20)
	}
}
