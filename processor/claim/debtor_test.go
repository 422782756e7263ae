package claim

import (
	"bytes"
	"slices"
	"testing"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
)

// TestADebtorComesBackFromASnapshot: equal states are equal bytes, and what is restored goes on as before.
func TestADebtorComesBackFromASnapshot(t *testing.T) {
	var all Debtors
	all.Of("p2")
	d := all.Of("p1")
	d.Dun(1, false, opened-5)
	d.Dun(1, true, opened-2)
	if d.Dun(1, true, opened) {
		t.Error("the same notice twice")
	}
	d.Dun(2, false, opened-1)
	c, no := d.Begin(Open{Kind: event.CaseCollect, On: opened, Reference: "r"}, slices.Values([]uint64{1, 2}))
	if stage, _ := c.Stage(); no != NoneRefused || stage != event.StageFormalNoticeSent || c.Number() != 1 {
		t.Errorf("%q, %s, number %d", no, stage, c.Number())
	}
	c.Join(debt(1, opened-40, 100_00))
	c.Join(debt(2, opened-20, 50_00))
	b := book{}
	b.set(c, 1, 60_00, false)
	b.set(c, 2, 50_00, true)
	c.Follow(b.of, opened+1, opened+1)
	c.Agree(Plan{ID: "plan", Debts: []DebtKey{1}, Instalments: []event.Instalment{{DueOn: opened + 9, Minor: 60_00}}},
		opened, opened+2)
	c.Receive(Receipt{ID: "r1", Minor: 10_00, Fee: 1_00, On: opened + 3, From: "buyer", Digest: 7,
		Shared: 10_00}, 10_00, opened+3)
	c.Document("d1", event.DocumentOrder)
	claim, _ := d.File(File{Cause: ByDefault, On: filed, Items: []Item{item("a", 60_00, 30_00, 9000),
		item("b", 5_00, 0, 9000)}, Recovered: 10_00, FeesBefore: 1_00, Case: 1, Digest: 9, Had: c.Shown()})
	loss, _ := claim.Examine(Examination{Verdict: event.VerdictAccept}, filed)
	var a Aggregates
	claim.Rule(a.Decide("x", Period{1, 400}, loss, &Terms{FirstLoss: 5, MaximumLiability: 1000}), 30)
	claim.SetDecision(event.Position{Generation: 1, Offset: 5, Seq: 2}, Period{1, 400})
	claim.Receive(Receipt{ID: "r2", Minor: 3})
	claim.Examine(Examination{Verdict: event.VerdictRefuse}, filed)
	if err := d.Check(); err != nil {
		t.Fatal(err)
	}
	again := new(Debtor)
	snapshot := wire.Append(nil, d)
	if err := wire.Decode(snapshot, again); err != nil || !bytes.Equal(wire.Append(nil, again), snapshot) {
		t.Fatalf("%v\n%+v\n%+v", err, again, d)
	}
	if err := again.Check(); err != nil || again.ClaimOf(1).State() != Assessed ||
		again.CaseOf(1).Plan().State != PlanWaits ||
		again.ClaimFor("a") == nil || again.ClaimFor("c") != nil || again.CaseOf(2) != nil || again.ClaimOf(0) != nil {
		t.Errorf("%v, %+v", err, again)
	}
	var aggregates Aggregates
	if err := wire.Decode(wire.Append(nil, &a), &aggregates); err != nil ||
		aggregates.Used(Period{1, 400}) != a.Used(Period{1, 400}) {
		t.Errorf("%v, %+v", err, aggregates)
	}
	if all.Find("p1") == nil || all.Find("p3") != nil || all.Find("p2").Newest() != nil {
		t.Error("debtors are not found by their policies")
	}
}

// TestReceiptsAreTakenBack: one that a claim has taken makes that claim's loss larger; a case that it closed goes on.
func TestReceiptsAreTakenBack(t *testing.T) {
	c, _ := begun(t, event.StageCollection)
	if closed, _ := c.Receive(Receipt{ID: "r1", Minor: 150_00, Shared: 150_00}, 150_00, opened+1); !closed || !c.Closed() {
		t.Error("all of it came in")
	}
	if r, claimed, ok := c.Reverse("r1", opened+2); !ok || claimed != 0 || r.Minor != 150_00 || c.Closed() ||
		c.Balance() != 150_00 {
		t.Errorf("%+v %d %v, %d owed", r, claimed, ok, c.Balance())
	}
	c.Receive(Receipt{ID: "r2", Minor: 100_00, Fee: 3_00, Shared: 100_00}, 100_00, opened+3)
	recovered, fees := c.Claim(60_00)
	if _, claimed, _ := c.Reverse("r2", opened+4); claimed != 60_00 || recovered != 60_00 || fees != 3_00 {
		t.Errorf("the claim has taken %d, fees %d; %d", recovered, fees, claimed)
	}
	if _, _, ok := c.Reverse("r2", opened+4); ok {
		t.Error("taken back twice")
	}
	claim := worked(t)
	ask := claim.Unrecover(12 * thousand)
	if ask == nil || ask.Minor != 100*thousand || claim.State() != Assessed {
		t.Fatalf("%+v, %s", ask, claim.State())
	}
	claim.Rule(Indemnify(ask, &Terms{}, Left{}), 30)
	if claim.State() != Decided || claim.Indemnity().Minor != 90*thousand || claim.Corrections() != 1 ||
		claim.PayableOn() != filed+39 {
		t.Errorf("%s, %d, payable on %s", claim.State(), claim.Indemnity().Minor, claim.PayableOn())
	}
	sound(t, claim)
}
