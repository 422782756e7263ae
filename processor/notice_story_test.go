package processor

import (
	"fmt"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// deliveryPolicy is a policy whose notice counts from delivery.
func (s *story) deliveryPolicy(id string, notice int32) {
	s.says("policy "+id+", notice from delivery", &event.Event{Kind: event.KindPolicyUpserted, Key: "policy/" + id,
		Body: &event.PolicyUpserted{Policy: id, Holder: "holder-" + id, Currency: "EUR", InsuredPPM: 900_000,
			NoticeDays: notice, NoticeFromDelivery: true, MaximumExtensionDays: 60, EffectiveOn: event.Day(day0 + s.day)}})
}

func (s *story) delivers(notices ...event.Notice) {
	s.says(fmt.Sprintf("%d notices are delivered", len(notices)), &event.Event{Kind: event.KindNoticeDelivered,
		Body: &event.NoticeDelivered{Notification: "n", Notices: notices}})
}

func (s *story) serves(on event.Day) {
	s.says("an analyst says that p1 had notice", &event.Event{Kind: event.KindNoticeServed, Key: "b1",
		Body: &event.NoticeServed{Policy: "p1", Buyer: party("b1"), ServedOn: on, Analyst: "ann"}})
}

func init() {
	stories["notice_from_delivery"] = func(s *story) {
		s.deliveryPolicy("p1", 30)
		s.buyer("b1", "46", event.Date(1990, 5, 1))
		s.bears("b1", -278, 800)
		s.asks("p1", "b1", event.RequestNew, 400_000)
		s.serves(0) // nothing waits for it
		s.bears("b1", -3, 300)
		stale := s.notice()
		s.asks("p1", "b1", event.RequestProlongation, 0) // what waits for its delivery is said again
		first := s.notice()
		s.invoice("b1", "p1", "i1", 350_000, 60) // the old limit is in force
		s.wait(40)                               // still
		s.invoice("b1", "p1", "i2", 40_000, 90)
		s.restart()
		other := first
		other.Position.Generation++
		elsewhere := first
		elsewhere.Position.Partition++
		s.delivers(stale, other, elsewhere, event.Notice{Buyer: "b9", Policy: "p1"}, event.Notice{Buyer: "b1", Policy: "p9"})
		s.delivers(first) // effective on day 70
		s.delivers(first) // again: nothing
		s.wait(5)
		s.bears("b1", 40, 200) // a second cut, while the first is in notice
		second := s.notice()
		s.bears("b1", 41, 100) // and a third
		s.wait(5)
		s.delivers(second)
		s.serves(day0 + 30) // before it was decided
		s.serves(day0 + 60) // ahead
		s.serves(day0 + 47) // of the third: it takes the place of what would come later
		s.wait(26)
		s.invoice("b1", "p1", "i3", 10_000, 120)
		s.wait(10)
		s.invoice("b1", "p1", "i4", 10_000, 130)
		s.says("p1 counts from publication", policyEvent("p1", event.Day(day0+s.day), 10))
		s.bears("b1", 80, 50)
	}
	stories["notice_of_a_cancellation"] = func(s *story) {
		s.deliveryPolicy("p1", 0)
		s.buyer("b1", "46", event.Date(1990, 5, 1))
		s.statement("b1", -278, 500)
		s.asks("p1", "b1", event.RequestNew, 50_000)
		bad := accounts("b1", day0-60, 500)
		v := bad.Body.(*event.StatementFiled)
		v.Equity, v.Cash, v.NetIncome, v.CurrentAssets = -v.Equity, 0, -10*v.NetIncome, v.Inventories
		s.says("b1 files bad accounts", bad)
		s.news("b1", event.Judgment, event.Register) // grade 9: gone once it is told
		notice := s.notice()
		s.wait(3)
		s.invoice("b1", "p1", "i1", 20_000, 30) // nobody told its policyholder yet
		s.restart()
		s.delivers(notice)
		s.invoice("b1", "p1", "i2", 20_000, 30)
		s.news("b1", event.InsolvencyOpened, event.Register) // nothing is left to cancel
	}
}

func init() {
	stories["a_refusal_while_a_cut_is_in_notice"] = func(s *story) {
		s.policy("p1", "holder-1", 30)
		s.buyer("b1", "46", event.Date(1990, 5, 1))
		s.bears("b1", -278, 100)
		s.asks("p1", "b1", event.RequestNew, 100_000)
		s.bears("b1", -3, 40) // 40 000 from day 30 on
		dollars := func(kind event.RequestKind, id string) {
			s.request(&event.LimitRequested{Request: id, Policy: "p1", Buyer: party("b1"), Kind: kind,
				Amount: event.Amount{Minor: 500_000_00, Currency: "USD"}})
		}
		s.asks("p1", "b1", event.RequestIncrease, 90_000_000)    // the 100 000 stay
		s.asks("p1", "b1", event.RequestPreliminary, 90_000_000) // nothing would be granted; of what is it says nothing
		dollars(event.RequestIncrease, "usd")                    // waits for a rate, and so does
		dollars(event.RequestPreliminary, "usd-indication")      // an indication
		s.restart()
		s.rate("USD", 110)
		s.wait(29)
		s.n += 50_000 // in the afternoon
		s.asks("p1", "b1", event.RequestIncrease, 80_000_000)
		s.wait(1)
		s.n -= 49_000
		// the same within a day: refused still, and now 40 000 are what stays
		s.asks("p1", "b1", event.RequestIncrease, 80_000_000)
		bad := accounts("b1", day0-2, 5000)
		v := bad.Body.(*event.StatementFiled)
		v.Equity, v.Cash, v.NetIncome, v.CurrentAssets = -v.Equity, 0, -10*v.NetIncome, v.Inventories
		s.says("b1 files bad accounts", bad)
		s.news("b1", event.Judgment, event.Register) // nothing from day 60 on
		s.asks("p1", "b1", event.RequestIncrease, 90_000)
		s.wait(30)
		s.asks("p1", "b1", event.RequestNew, 90_000)
		s.request(&event.LimitRequested{Request: "gbp", Policy: "p1", Buyer: party("b1"), Kind: event.RequestNew,
			Amount: event.Amount{Minor: 70_000_00, Currency: "GBP"}}) // nothing stands: in its own currency
	}
}

// notice is that of the newest decision that counts from its delivery.
func (s *story) notice() event.Notice {
	for i := len(s.decided) - 1; ; i-- {
		if b, ok := s.decided[i].Body.(*decision.Limit); ok && b.OnDelivery {
			return event.Notice{Buyer: b.Buyer, Policy: b.Policy, Position: s.decided[i].Position}
		}
	}
}

// hasNotice delivers the notice of a decision on a policy, or lets an analyst say so.
func (w *covering) hasNotice(policy string) {
	p := w.plain[policy]
	if p == nil || w.r.IntN(3) == 0 {
		w.says(event.KindNoticeServed, "b1", &event.NoticeServed{Policy: policy, Buyer: party("b1"),
			ServedOn: event.Day(w.r.IntN(2)) * event.Day(day0+w.day-w.r.Int64N(5)), Analyst: "ann"})
		return
	}
	var notices []event.Notice
	for _, d := range p.limits {
		if d.OnDelivery && w.r.IntN(2) == 0 {
			notices = append(notices, event.Notice{Buyer: d.Buyer, Policy: d.Policy, Position: w.positions[d]})
		}
	}
	w.says(event.KindNoticeDelivered, "", &event.NoticeDelivered{Notification: "n", Notices: notices})
}
