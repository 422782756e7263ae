package event

import (
	"reflect"
	"testing"
)

// TestABodySaysWhomItIsAbout: whichever kind has a company, a policy or an analyst among its fields says so, and no
// other does.
func TestABodySaysWhomItIsAbout(t *testing.T) {
	for k := KindIndicator; k < KindEnd; k++ {
		body := NewBody(k)
		fields := reflect.ValueOf(body).Elem()
		if ref := fields.FieldByName("Ref"); ref.IsValid() {
			fields = ref
		}
		var party *Party
		if f := fields.FieldByName("Buyer"); f.IsValid() {
			party = f.Addr().Interface().(*Party)
		}
		if body.Party() != party {
			t.Errorf("%s: its Party is not its own", k)
		}
		policy := fields.FieldByName("Policy")
		if policy.IsValid() {
			policy.SetString("p")
		}
		if got := body.PolicyID(); (got == "p") != policy.IsValid() {
			t.Errorf("%s: its policy is %q", k, got)
		}
		analyst := reflect.ValueOf(body).Elem().FieldByName("Analyst")
		if analyst.IsValid() {
			analyst.SetString("a")
		}
		if got := body.EnteredBy(); (got == "a") != analyst.IsValid() {
			t.Errorf("%s: it was entered by %q", k, got)
		}
	}
}
