package public

import (
	"reflect"
	"strings"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// TestWhatIsListedOfCasesAndClaims: lists are told as they are published, so every field of their items is one that a
// policyholder may know. A new field is to be looked at, and named here.
func TestWhatIsListedOfCasesAndClaims(t *testing.T) {
	for item, want := range map[any]string{
		decision.CasePart{}: "On Amount", decision.CaseRate{}: "From RatePPM", decision.CaseInstalment{}: "DueOn Minor",
		decision.CaseReceipt{}:   "Recovery Minor FeeMinor On From",
		decision.WaterfallLine{}: "Step Minor TakenMinor TermMinor PercentPPM",
		decision.ClaimInvoice{}: "Invoice DeliveredOn DueOn LossOn AmountMinor OpenMinor InsuredMinor Reason PercentPPM " +
			"Discretionary Late LossMinor",
		decision.Shares{}: "Minor InsuredMinor InsurerMinor PolicyholderMinor FeeMinor FeeInsurerMinor FeePolicyholderMinor",
	} {
		listed(t, reflect.TypeOf(item), want)
	}
	listed(t, reflect.TypeOf(decision.CaseDebt{}), "Invoice DueOn OriginalDueOn AmountMinor OpenMinor Own Interest "+
		"Disputed "+
		"InsuredMinor Reason PercentPPM LossOn Claim Parts DeliveredOn Discretionary")
}

func listed(t *testing.T, item reflect.Type, want string) {
	t.Helper()
	var names []string
	for f := range item.Fields() {
		names = append(names, f.Name)
	}
	if got := strings.Join(names, " "); got != want {
		t.Errorf("%s has %q, told is %q", item.Name(), got, want)
	}
}

// TestCasesAndClaimsAreTheirHolders: nobody else is told of them, who of the insurer's people acted is not told, and
// all the rest is.
func TestCasesAndClaimsAreTheirHolders(t *testing.T) {
	for _, c := range []struct {
		kind decision.Kind
		body func() decision.Body
		kept []string // of the decision's fields
	}{
		{decision.CaseChanged, func() decision.Body { return &decision.Case{Holder: "h"} },
			[]string{"Holder", "Analyst", "Texts"}},
		{decision.ClaimDecided, func() decision.Body { return &decision.Claim{Holder: "h"} },
			[]string{"Holder", "Analyst", "Texts"}},
	} {
		plain := decision.Decision{Kind: c.kind, Body: c.body()}
		if _, ok := For(&plain, "another", nil); ok {
			t.Errorf("%s is told to another", c.kind)
		}
		was, ok := For(&plain, "h", nil)
		if !ok {
			t.Fatalf("%s is not told to its holder", c.kind)
		}
		for f := range reflect.TypeOf(plain.Body).Elem().Fields() {
			body := c.body()
			fill(reflect.ValueOf(body).Elem().FieldByIndex(f.Index))
			now, _ := For(&decision.Decision{Kind: c.kind, Body: body}, "h", nil)
			kept := false
			for _, name := range c.kept {
				kept = kept || name == f.Name
			}
			if same := reflect.DeepEqual(was, now); same != kept {
				t.Errorf("%s: %s is told: %t", c.kind, f.Name, !same)
			}
		}
		for kind, told := range map[event.Kind]string{event.KindClaimFiled: "m", event.KindClaimExamined: ""} {
			plain.Trigger = decision.Trigger{Kind: kind, ID: "m"}
			now, _ := For(&plain, "h", nil)
			if now.Case != nil && now.Case.Trigger != told || now.Claim != nil && now.Claim.Trigger != told {
				t.Errorf("%s: the trigger of %s is told as %+v", c.kind, kind, now)
			}
		}
	}
}

// fill gives a field another value than its zero; Holder keeps the one that it has.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if v.String() == "" {
			v.SetString("x")
		}
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
	case reflect.Struct:
		fill(v.Field(0))
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(1)
	default:
		v.SetInt(1)
	}
}
