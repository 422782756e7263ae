package desk_test

import (
	"net/http"
	"strings"
	"testing"

	"barometer/dashboard/dashboardtest"
	"barometer/processor/decision"
	"barometer/processor/explain"
)

// TestABuyersPageSpeaksFourLanguages: the one that is asked for, else what the browser prefers, else English.
func TestABuyersPageSpeaksFourLanguages(t *testing.T) {
	f := dashboardtest.New()
	f.BuyerNames["b1"] = "Van Damme"
	d := dashboardtest.Score(0, 3, "b1", 6, 0)
	part := decision.Contribution{Code: "days_beyond_terms", PointsMLO: 400, Figure: 215}
	d.Body.(*decision.Score).Contributions = []decision.Contribution{part}
	// of a statement that is too old now
	d.Body.(*decision.Score).Changes = []decision.Contribution{{Code: "revenue_growth", PointsMLO: 175}}
	f.Store(d)
	c := dashboardtest.Start(t, f)
	for _, x := range []struct {
		query, accept string
		want          explain.Language
	}{{"", "", explain.English}, {"", "fr-BE,fr;q=0.9,en;q=0.5", explain.French}, {"?lang=nl", "fr", explain.Dutch},
		{"?lang=de", "", explain.German}, {"?lang=xx", "it", explain.English}} {
		r, err := http.NewRequestWithContext(t.Context(), "GET", c.Base+"/buyers/b1"+x.query, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Language", x.accept)
		body := dashboardtest.Read(t, r)
		if said := strings.ReplaceAll(explain.Sentence(x.want, part), "'", "&#39;"); !strings.Contains(body, said) {
			t.Errorf("%s with %q does not say %q", x.query, x.accept, said)
		}
		if said := strings.ReplaceAll(explain.Gone(x.want, "revenue_growth"), "'", "&#39;"); !strings.Contains(body, said) {
			t.Errorf("%s with %q does not say %q of what counts no longer", x.query, x.accept, said)
		}
	}
}
