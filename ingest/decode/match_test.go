package decode

import (
	"testing"

	"pgregory.net/rapid"
)

func TestNamesThatAreTheSame(t *testing.T) {
	for _, c := range []struct{ one, two, normal string }{
		{"Société Générale de Béton S.A.", "SA BETON (de) Societe Generale", "beton de generale societe"},
		{"Müller & Söhne GmbH", "MULLER, SOHNE", "muller sohne"},
		{"L'Oréal", "LOREAL NV", "loreal"},
		{"Acme Co. Ltd", "acme", "acme"},
		{"ﬁrma", "Firma B.V.", "firma"},
		{"S.A.", "SA", "sa"}, // nothing but a legal form stays
	} {
		if one, two := normaliseName(c.one), normaliseName(c.two); one != c.normal || two != c.normal {
			t.Errorf("%q is %q, %q is %q, want %q", c.one, one, c.two, two, c.normal)
		}
	}
	if one := normaliseNumber("BE 0417.497.106"); one != "be0417497106" {
		t.Errorf("number %q", one)
	}
}

func TestNormalisingIsDoneOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[A-Za-zéüßŁ'.& -]{1,30}`).Draw(t, "name")
		once := normaliseName(s)
		if twice := normaliseName(once); twice != once {
			t.Fatalf("%q, then %q", once, twice)
		}
	})
}

func TestFingerprintsNeedTheSecret(t *testing.T) {
	numbers := []registered{{"BE-KBO", "0417.497.106"}, {"be-kbo", "0417497106"}, {"vat", "0417497106"}}
	one, two := newMatcher([]byte("a")).of("Acme", "BE", numbers), newMatcher([]byte("b")).of("Acme", "BE", numbers)
	if len(one) != 3 || len(one[0].Key) != 2*matchSize || one[0].Key == one[1].Key {
		t.Errorf("keys %v: want one per number that differs, then the name's", one)
	}
	if one[0].Key == two[0].Key || one[2].Key == two[2].Key {
		t.Error("another secret gives the same keys")
	}
	if abroad := newMatcher([]byte("a")).of("Acme", "FR", nil); abroad[0].Key == one[2].Key {
		t.Error("another country gives the same name key")
	}
}
