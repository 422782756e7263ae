package event

import (
	"fmt"
	"net/url"
	"testing"

	"pgregory.net/rapid"
)

func TestAMintedIDNamesItsPolicy(t *testing.T) {
	for id, want := range map[string]string{"b-7/case-P-1-2": "P-1", "b-7/claim-P-1": "P", "b/1/case-p%2Fq-12": "p/q",
		"b/case-%41%7a-1": "Az", "b/case-a%2d1-1": "a-1", "b/cut-3": "", "b/case-P": "", "b/case--1": "", "b/case-P-": "",
		"b/case-P-x": "", "b/case-P-1a": "", "/case-P-1": "", "case-P-1": "", "b/case-P%2-1": "", "b/case-P%zz-1": "",
		"b/case-1": "", "b/casework-P-1": "", "": "", "/": "", "b/": ""} {
		if got := PolicyOfMinted(id); got != want {
			t.Errorf("%q is of policy %q, want %q", id, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		buyer, policy := rapid.StringN(1, -1, 20).Draw(t, "buyer"), rapid.StringN(1, -1, 20).Draw(t, "policy")
		id := fmt.Sprintf("%s/%s-%s-%d", buyer, rapid.SampledFrom([]string{"case", "claim"}).Draw(t, "what"),
			url.PathEscape(policy), rapid.IntRange(1, 1000).Draw(t, "number"))
		if got := PolicyOfMinted(id); got != policy {
			t.Fatalf("%q is of policy %q, want %q", id, got, policy)
		}
		id = MintedID(buyer, "case", policy, 12)
		if got := PolicyOfMinted(id); got != policy || NumberOfMinted(id) != 12 {
			t.Fatalf("%q is %d of policy %q, want 12 of %q", id, NumberOfMinted(id), got, policy)
		}
	})
	if id := MintedID("b/1", "claim", "p/é-~", 3); id != "b/1/claim-p%2F%C3%A9-~-3" || NumberOfMinted("b/case-P-x") != 0 {
		t.Error(id)
	}
}
