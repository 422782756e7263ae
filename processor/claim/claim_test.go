package claim

import (
	"slices"
	"testing"

	"barometer/ingest/event"
)

var filed = event.Date(2025, 10, 1)

// worked is the claim of the model's page, decided: 120k of debt, 100k insured at 90 %, 12k recovered before.
func worked(t *testing.T) *Claim {
	t.Helper()
	c := New(File{Number: 1, Cause: ByDefault, On: filed, Recovered: 12 * thousand,
		Items: []Item{item("a", 120*thousand, 100*thousand, 9000)}})
	loss, no := c.Examine(Examination{Verdict: event.VerdictAccept}, filed+9)
	if no != NoneRefused {
		t.Fatal(no)
	}
	terms := Terms{EachAndEvery: 5 * thousand, FirstLoss: 6 * thousand, MaximumLiability: 65 * thousand}
	var a Aggregates
	c.Rule(a.Decide("b1/claim-p1-1", PeriodOf(c.LossOn(), 0, 0), loss, &terms), 30)
	return sound(t, c)
}

func sound(t *testing.T, c *Claim) *Claim {
	t.Helper()
	if err := c.Check(); err != nil {
		t.Error(err)
	}
	return c
}

// TestAClaimIsPaid: decided, due thirty days after the examination, paid in parts and never beyond what is due.
func TestAClaimIsPaid(t *testing.T) {
	c := worked(t)
	if next := c.Next(); c.State() != Decided || c.Due() != 65*thousand ||
		next != (Next{StepPay, event.ActorAnalyst, filed + 9 + 30}) {
		t.Errorf("%s, %d due, next %+v", c.State(), c.Due(), next)
	}
	for _, step := range []struct {
		minor int64
		no    Refusal
		state State
	}{{65*thousand + 1, AboveIndemnity, Decided}, {60 * thousand, NoneRefused, Decided}, {5*thousand + 1, AboveIndemnity,
		Decided}, {5 * thousand, NoneRefused, Paid}, {1, AboveIndemnity, Paid}} {
		if no := c.Pay(step.minor); no != step.no || c.State() != step.state {
			t.Errorf("paying %d: %q, %s", step.minor, no, c.State())
		}
		sound(t, c)
	}
	if c.Next() != (Next{}) {
		t.Errorf("paid, next %+v", c.Next())
	}
}

// TestRecourse: 24k after the claim are 20k on the insured part, 18k of them the insurer's; of a fee of 1 000 it bears
// 90 % of the 833.33 on what is insured. It never gets more than it paid, and nobody more than was lost.
func TestRecourse(t *testing.T) {
	c := worked(t)
	got, no := c.Receive(Receipt{ID: "r1", Minor: 24 * thousand, Fee: 1000_00, On: filed + 50})
	want := Recourse{24 * thousand, 20 * thousand, 18 * thousand, 6 * thousand, 1000_00, 749_99, 250_01}
	if got != want || no != NoneRefused {
		t.Errorf("%+v %q, want %+v", got, no, want)
	}
	if _, no := c.Receive(Receipt{ID: "r2", Minor: 84*thousand + 1}); no != AboveDebt || c.Room() != 84*thousand {
		t.Errorf("more than is owed: %q, room %d", no, c.Room())
	}
	got, _ = c.Receive(Receipt{ID: "r2", Minor: 84 * thousand, On: filed + 60})
	if got.Insurer != 47*thousand || got.Policyholder != 37*thousand {
		t.Errorf("the rest: %+v", got)
	}
	if sum := sound(t, c).Shared(); sum.Insurer != 65*thousand ||
		12*thousand+65*thousand+sum.Policyholder != 120*thousand {
		t.Errorf("altogether %+v", sum)
	}
	if got, ok := c.Reverse("r2"); !ok || got.Insurer != -47*thousand || c.Room() != 84*thousand {
		t.Errorf("reversed: %+v %v", got, ok)
	}
	if _, ok := c.Reverse("r2"); ok {
		t.Error("reversed twice")
	}
	sound(t, c)
}

// TestFees: of one of 1 000 on a wholly covered debt at 90 % the insurer bears 900, and nothing before its decision or
// of a refused claim.
func TestFees(t *testing.T) {
	for _, verdict := range []event.ClaimVerdict{event.VerdictAccept, event.VerdictRefuse} {
		c := New(File{Number: 1, Cause: ByDefault, On: filed, Recovered: 10 * thousand, FeesBefore: 1000_00,
			Items: []Item{item("a", 100*thousand, 100*thousand, 9000)}})
		if sum := c.Shared(); sum.FeeInsurer != 0 || sum.FeePolicyholder != 1000_00 {
			t.Errorf("before: %+v", sum)
		}
		want := int64(0)
		if loss, _ := c.Examine(Examination{Verdict: verdict}, filed); loss != nil {
			c.Rule(Indemnify(loss, &Terms{}, Left{}), 30)
			want = 900_00
		}
		if sum := sound(t, c).Shared(); sum.FeeInsurer != want || sum.FeePolicyholder != 1000_00-want {
			t.Errorf("%s: %+v", verdict, sum)
		}
	}
}

// TestExaminations: what is missing leaves the claim open, a part limits the loss, and what cannot be is refused.
func TestExaminations(t *testing.T) {
	open := func() *Claim {
		return New(File{Number: 1, Cause: ByInsolvency, On: filed,
			Items: []Item{item("a", 120*thousand, 100*thousand, 9000)}})
	}
	for _, c := range []struct {
		name string
		x    Examination
		no   Refusal
		want State
	}{
		{"accepted", Examination{Verdict: event.VerdictAccept}, NoneRefused, Assessed},
		{"in part", Examination{Verdict: event.VerdictPartly, HasAmount: true, Minor: 40 * thousand}, NoneRefused, Assessed},
		{"all of it as a part", Examination{Verdict: event.VerdictPartly, HasAmount: true, Minor: 100 * thousand},
			NoneRefused, Assessed},
		{"more than was lost", Examination{Verdict: event.VerdictPartly, HasAmount: true, Minor: 100*thousand + 1},
			AboveLoss, Filed},
		{"a part without an amount", Examination{Verdict: event.VerdictPartly}, BadValue, Filed},
		{"all with an amount", Examination{Verdict: event.VerdictAccept, HasAmount: true, Minor: 1}, BadValue, Filed},
		{"less than nothing", Examination{Verdict: event.VerdictPartly, HasAmount: true, Minor: -1}, BadValue, Filed},
		{"refused", Examination{Verdict: event.VerdictRefuse}, NoneRefused, Refused},
		{"without a document", Examination{Verdict: event.VerdictAccept,
			Missing: []event.DocumentKind{event.DocumentOrder}}, NoneRefused, DocumentsMissing},
	} {
		claim := open()
		loss, no := claim.Examine(c.x, filed)
		if no != c.no || claim.State() != c.want || (loss != nil) != (c.want == Assessed) {
			t.Errorf("%s: %q, %s, %v", c.name, no, claim.State(), loss)
		}
		if c.x.HasAmount && loss != nil && loss.Minor != c.x.Minor {
			t.Errorf("%s: a loss of %d", c.name, loss.Minor)
		}
		sound(t, claim)
	}
	claim := open()
	claim.Examine(Examination{Verdict: event.VerdictAccept}, filed)
	if _, no := claim.Examine(Examination{Verdict: event.VerdictAccept}, filed); no != NotOpen {
		t.Errorf("while it is decided: %q", no)
	}
	if no := claim.Pay(1); no != NotOpen {
		t.Errorf("paid while it is decided: %q", no)
	}
}

// TestDocuments: whose turn it is follows from what is missing, which depends on cause and cover.
func TestDocuments(t *testing.T) {
	v := item("a", 100, 100, 9000)
	v.Discretionary = true
	c := New(File{Number: 1, Cause: ByInsolvency, On: filed, Items: []Item{v},
		Had: []event.DocumentKind{event.DocumentInvoice, event.DocumentOther}})
	want := []event.DocumentKind{event.DocumentDeliveryNote, event.DocumentOrder, event.DocumentStatementOfAccount,
		event.DocumentCorrespondence, event.DocumentDiscretionaryEvidence, event.DocumentProofOfDebt}
	if got := c.Missing(); !slices.Equal(got, want) ||
		c.Next() != (Next{Step: StepDocuments, By: event.ActorPolicyholder}) {
		t.Errorf("missing %v, next %+v", got, c.Next())
	}
	for _, kind := range want {
		c.Document(kind.String(), kind)
	}
	if c.Next() != (Next{Step: StepExamine, By: event.ActorAnalyst}) {
		t.Errorf("all there, next %+v", c.Next())
	}
	c.Examine(Examination{Verdict: event.VerdictAccept, Missing: []event.DocumentKind{event.DocumentProofOfDebt}}, filed)
	if got := c.Missing(); !slices.Equal(got, want[5:]) || c.Next().By != event.ActorPolicyholder {
		t.Errorf("one did not do: %v, next %+v", got, c.Next())
	}
	c.Document("another", event.DocumentProofOfDebt)
	if c.State() != DocumentsMissing || c.Next().By != event.ActorAnalyst {
		t.Errorf("%s, next %+v", c.State(), c.Next())
	}
	sound(t, c)
}

// TestACorrectionIsAnotherDecision: what was paid and shared stands until it is decided again, and what is too much is
// to be paid back.
func TestACorrectionIsAnotherDecision(t *testing.T) {
	c := worked(t)
	c.Pay(65 * thousand)
	c.Receive(Receipt{ID: "r1", Minor: 24 * thousand, On: filed + 50})
	loss, no := c.Examine(Examination{Verdict: event.VerdictPartly, HasAmount: true, Minor: 50 * thousand}, filed+60)
	if no != NoneRefused || c.Indemnity().Minor != 65*thousand || c.Shared().Insurer != 18*thousand {
		t.Errorf("asked again: %q, %d, %+v", no, c.Indemnity().Minor, c.Shared())
	}
	sound(t, c)
	c.Rule(Indemnify(loss, &Terms{}, Left{}), 30)
	if c.State() != Decided || c.Due() != -20*thousand || c.Next().Step != StepPayBack {
		t.Errorf("%s, %d due, next %+v", c.State(), c.Due(), c.Next())
	}
	sound(t, c)
	loss, _ = c.Examine(Examination{Verdict: event.VerdictRefuse}, filed+70)
	if loss == nil || loss.Minor != 0 {
		t.Fatalf("what was used is to be given back: %+v", loss)
	}
	c.Rule(Indemnify(loss, &Terms{}, Left{}), 30)
	if c.State() != Refused || c.Due() != -65*thousand || c.Shared().Insurer != 0 || c.Indemnity().Minor != 0 {
		t.Errorf("%s, %d due, %+v", c.State(), c.Due(), c.Shared())
	}
	if sound(t, c); c.Rule(Indemnity{}, 30) {
		t.Error("ruled what was not asked")
	}
}
