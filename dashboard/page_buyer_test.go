package dashboard

import (
	"net/http"
	"strings"
	"testing"

	"barometer/processor/decision"
	"barometer/processor/explain"
)

// TestABuyersPageSpeaksFourLanguages: the one that is asked for, else what the browser prefers, else English.
func TestABuyersPageSpeaksFourLanguages(t *testing.T) {
	f := newFake()
	f.names["b1"] = "Van Damme"
	d := score(0, 3, "b1", 6, 0)
	part := decision.Contribution{Code: "days_beyond_terms", PointsMLO: 400, Figure: 215}
	d.Body.(*decision.Score).Contributions = []decision.Contribution{part}
	// of a statement that is too old now
	d.Body.(*decision.Score).Changes = []decision.Contribution{{Code: "revenue_growth", PointsMLO: 175}}
	f.store(d)
	c := start(t, f)
	for _, x := range []struct {
		query, accept string
		want          explain.Language
	}{{"", "", explain.English}, {"", "fr-BE,fr;q=0.9,en;q=0.5", explain.French}, {"?lang=nl", "fr", explain.Dutch},
		{"?lang=de", "", explain.German}, {"?lang=xx", "it", explain.English}} {
		r, err := http.NewRequestWithContext(t.Context(), "GET", c.base+"/buyers/b1"+x.query, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Language", x.accept)
		body := read(t, r)
		if said := strings.ReplaceAll(explain.Sentence(x.want, part), "'", "&#39;"); !strings.Contains(body, said) {
			t.Errorf("%s with %q does not say %q", x.query, x.accept, said)
		}
		if said := strings.ReplaceAll(explain.Gone(x.want, "revenue_growth"), "'", "&#39;"); !strings.Contains(body, said) {
			t.Errorf("%s with %q does not say %q of what counts no longer", x.query, x.accept, said)
		}
	}
}

func read(t *testing.T, r *http.Request) string {
	t.Helper()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var b strings.Builder
	if err := answer.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
