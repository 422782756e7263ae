package processor

import (
	"fmt"
	"slices"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// weak says the master data and accounts of a company of grade 7, that bears 270 000.
func (s *story) weak(id string) {
	s.buyer(id, "46", event.Date(1990, 5, 1))
	s.weakAccounts(id, -278)
}

func (s *story) weakAccounts(id string, endDay int64) {
	e := accounts(id, event.Day(day0+endDay), 100)
	v := e.Body.(*event.StatementFiled)
	v.TotalAssets, v.Equity, v.TotalLiabilities = 100_000_000_00, 5_000_000_00, 95_000_000_00
	v.CurrentAssets, v.Inventories, v.Cash, v.CurrentLiabilities = 35_000_000_00, 10_000_000_00, 500_000_00, 50_000_000_00
	v.TradePayables, v.Revenue, v.NetIncome, v.Depreciation = 20_000_000_00, 40_000_000_00, 0, 0
	s.says(id+" files the accounts of a weak company", e)
}

// owes says that a supplier has so much open for more than 90 days, and nothing else.
func (s *story) owes(policy, buyer string, open int64) {
	s.says(fmt.Sprintf("%s has %d open on %s, more than 90 days late", policy, open, buyer),
		&event.Event{Kind: event.KindExperience, Key: buyer, Body: &event.Experience{Buyer: party(buyer), Policy: policy,
			AsOf: event.Day(day0 + s.day), Currency: "EUR", D90up: open * 100}})
}

func (s *story) policies(n int) {
	for i := range n {
		s.policy(fmt.Sprint("p", i+1), fmt.Sprint("holder-", i+1), 30)
	}
}

func init() {
	stories["one_suppliers_word_is_not_enough"] = func(s *story) {
		s.policies(2)
		s.weak("b1")
		s.asks("p1", "b1", event.RequestNew, 80_000)
		s.owes("p2", "b1", 50_000) // 8, though the score says 9; the limit stays
		s.owes("p2", "b1", 60_000) // still
		s.restart()
		s.wait(1)
		s.decides("b1/payments-1", true)
		s.decides("b1/payments-1", true)
		s.weak("b2")
		s.asks("p1", "b2", event.RequestNew, 80_000)
		s.owes("p2", "b2", 50_000)
		s.wait(2) // nobody has looked: the grade follows
	}
	stories["one_suppliers_word_is_left_out"] = func(s *story) {
		s.policies(2)
		s.weak("b1")
		s.asks("p1", "b1", event.RequestNew, 80_000)
		s.invoice("b1", "p1", "i1", 1_000, 30)
		s.pays("b1", "p1", "i1", 1_000)
		s.owes("p2", "b1", 50_000)
		s.decides("b1/payments-1", false)
		s.owes("p2", "b1", 90_000) // counts in nothing
		s.invoice("b1", "p1", "i2", 1_000, 30)
		s.pays("b1", "p1", "i2", 1_000)
		s.restart()
		s.wait(89)
		s.owes("p2", "b1", 70_000)
		s.wait(1)
		s.wait(1) // 90 days are over: it counts again, and the question is put again
		s.decides("b1/payments-2", false)
		s.wait(91)
	}
	stories["more_than_one_supplier_says_so"] = func(s *story) {
		s.policies(3)
		s.weak("b1")
		s.owes("p3", "b1", 1_000) // in arrears already
		s.decides("b1/payments-1", true)
		s.weak("b2")
		s.owes("p2", "b2", 50_000) // alone
		s.owes("p3", "b2", 10)     // not alone any more
		s.decides("b2/payments-1", true)
		s.weak("b3")
		s.owes("p2", "b3", 50_000)
		s.says("p2 corrects what it has told", &event.Event{Kind: event.KindExperience, Key: "b3",
			Body: &event.Experience{Buyer: party("b3"), Policy: "p2", AsOf: event.Day(day0 + s.day), Currency: "EUR",
				Current: 50_000_00}})
	}
	stories["something_else_speaks_for_a_supplier"] = func(s *story) {
		s.policies(2)
		s.weak("b1")
		s.news("b1", event.OfficerLeft, event.Regulated) // adds nothing, as nobody says which
		s.says("the finance director leaves", &event.Event{Kind: event.KindNews, Key: "b1",
			Body: &event.News{Buyer: party("b1"), Category: event.OfficerLeft,
				Outlet: event.Regulated, Role: "CFO"}})
		s.owes("p2", "b1", 50_000) // 9 at once
		s.weak("b2")
		s.news("b2", event.Judgment, event.Web)
		s.owes("p2", "b2", 50_000)                   // the web's word counts for nothing here
		s.news("b2", event.Judgment, event.Register) // but the register's does
		s.buyer("b3", "46", event.Date(1990, 5, 1))
		s.statement("b3", -278, 500)
		s.owes("p2", "b3", 50_000)
		s.weakAccounts("b3", -1) // told after what p2 has told: 9 at once
		s.restart()
		s.news("b1", event.InsolvencyOpened, event.Register)
		s.weak("b4")
		s.owes("p2", "b4", 50_000)
		s.news("b4", event.InsolvencyOpened, event.Register) // nothing is left to decide
	}
}

// TestAHeldGradeSaysWhoseWordItIs: the review names the supplier, and the score says 9 while the grade is 8.
func TestAHeldGradeSaysWhoseWordItIs(t *testing.T) {
	s := newStory(t)
	s.policies(2)
	s.weak("b1")
	s.owes("p2", "b1", 50_000)
	n := len(s.decided)
	sc, r := s.decided[n-2].Body.(*decision.Score), s.decided[n-1].Body.(*decision.Review)
	if sc.Grade != 8 || sc.PointsMLO < -1516 || r.Kind != "payments" || r.Review != "b1/payments-1" || len(r.Terms) != 1 ||
		r.Terms[0] != "policy=p2" {
		t.Errorf("%+v, %+v", sc, r)
	}
}

// TestTheWeightiestWordIsAskedAbout: of two suppliers that were paid late, neither of them in arrears, the review is
// about whose payments weigh most, and stays about it.
func TestTheWeightiestWordIsAskedAbout(t *testing.T) {
	s := newStory(t)
	s.policies(2)
	s.weak("b1")
	paid := func(policy string, amount, days int64) {
		id := fmt.Sprint("i", s.n)
		s.says("an invoice", &event.Event{Kind: event.KindInvoiceIssued, Key: "b1", History: true,
			Body: &event.InvoiceIssued{Ref: ref("b1", policy, id), Amount: event.Amount{Minor: amount * 100, Currency: "EUR"},
				DeliveredOn: event.Day(day0 + s.day - days - 30), DueOn: event.Day(day0 + s.day - days)}})
		s.pays("b1", policy, id, amount)
	}
	for range 7 {
		paid("p1", 500, 100)
		paid("p2", 500, 100) // it has told more
		paid("p2", 500, 100)
	}
	var about []string
	for i := range s.decided {
		if r, is := s.decided[i].Body.(*decision.Review); is {
			about = append(about, r.State+" "+r.Terms[0])
		}
	}
	b := s.fold.machine.book.buyers.get("b1")
	if b.rating.Grade != 8 || !slices.Equal(about, []string{"requested policy=p2"}) {
		t.Errorf("grade %d, %v", b.rating.Grade, about)
	}
}
