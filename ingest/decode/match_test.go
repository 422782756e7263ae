package decode

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNamesThatAreTheSame(t *testing.T) {
	for _, c := range []struct{ country, one, two, normal string }{
		{"FR", "Société Générale de Béton S.A.", "SA BETON (de) Societe Generale", "beton de generale societe"},
		{"DE", "Müller & Söhne GmbH", "MUELLER UND SOEHNE", "muller sohne"},
		{"DE", "Straßenbau Weiß GmbH & Co. KG", "Strassenbau Weiss", "strassenbau weiss"},
		{"DE", "Bäckerei Groß UG (haftungsbeschränkt)", "Baeckerei Gross UG", "backerei gross"},
		{"DE", "Krämer GmbH in Liquidation", "Krämer Gesellschaft mit beschränkter Haftung", "kramer"},
		{"FR", "L'Oréal", "LOREAL NV", "loreal"},
		{"FR", "Dupont et Fils S.à r.l.", "SARL Dupont Fils", "dupont fils"},
		{"GB", "Acme Co. Ltd", "acme", "acme"},
		{"GB", "Marks and Spencer plc", "Marks & Spencer Public Limited Company", "marks spencer"},
		{"NL", "ﬁrma", "Firma B.V.", "firma"},
		{"NL", "Jansen en Zonen B.V. in liquidatie", "Jansen & Zonen", "jansen zonen"},
		{"NL", "Boer B.V.", "Boer", "boer"}, // oe is no umlaut in Dutch
		{"ES", "Construcciones Núñez, S.L.U.", "NUNEZ CONSTRUCCIONES SL", "construcciones nunez"},
		{"ES", "Bodegas y Viñedos Ribera Sociedad Anónima", "Bodegas Vinedos Ribera, S.A.", "bodegas ribera vinedos"},
		{"IT", "Fratelli D'Angelo S.p.A.", "Fratelli Dangelo Società per Azioni", "dangelo fratelli"},
		{"IT", "Rossi e Figli S.r.l.", "Rossi Figli SRL", "figli rossi"},
		{"PL", "Żółw Budowa Sp. z o.o.", "Zolw Budowa spółka z ograniczoną odpowiedzialnością", "budowa zolw"},
		{"PL", "Łódź Stal S.A. w upadłości", "Stal Lodz Spółka Akcyjna", "lodz stal"},
		{"DK", "Nørgaard A/S", "NORGAARD", "norgaard"},
		{"FR", "S.A.", "SA", "sa"}, // nothing but a legal form stays
	} {
		if one, two := normaliseName(c.one, c.country), normaliseName(c.two, c.country); one != c.normal || two != c.normal {
			t.Errorf("%q is %q, %q is %q, want %q", c.one, one, c.two, two, c.normal)
		}
	}
	for _, c := range [][2]string{{"Acme North", "Acme South"}, {"Delta 1", "Delta 2"}, {"Bau", "Baum"}} {
		if normaliseName(c[0], "GB") == normaliseName(c[1], "GB") {
			t.Errorf("%q and %q are the same", c[0], c[1])
		}
	}
	if one := normaliseNumber("BE 0417.497.106"); one != "be0417497106" {
		t.Errorf("number %q", one)
	}
}

func TestNormalisingIsDoneOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[A-Za-zéüßŁ'.& -]{1,30}`).Draw(t, "name")
		country := rapid.SampledFrom([]string{"DE", "FR"}).Draw(t, "country")
		order := strings.Fields(normaliseName(s, country))
		if !slices.IsSorted(order) {
			t.Fatalf("%q: %q", s, order)
		}
		if upper := normaliseName(strings.ToUpper(s), country); upper != strings.Join(order, " ") {
			t.Fatalf("%q is %q, in capitals %q", s, order, upper)
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
