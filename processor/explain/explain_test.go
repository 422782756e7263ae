package explain

import (
	"strings"
	"testing"

	"barometer/processor/decision"
	"barometer/processor/score"
)

func TestSentences(t *testing.T) {
	for _, c := range []struct {
		l      Language
		code   string
		figure int64
		want   string
	}{
		{English, "days_beyond_terms", 341, "It pays 34.1 days late on average"},
		{English, "days_beyond_terms", -10, "It pays 1.0 day early on average"},
		{German, "days_beyond_terms", 341, "Es wird im Mittel 34,1 Tage nach Fälligkeit gezahlt"},
		{Dutch, "payment_trend", -120, "De laatste tijd wordt 12,0 dagen eerder betaald dan op langere termijn"},
		{French, "equity_ratio", -51_000, "Les capitaux propres font −5,1 % du total du bilan"},
		{German, "fraud", 1, "Ein Betrug wurde gemeldet, vor 1 Tag"},
		{English, "suppliers_in_arrears", 2, "2 suppliers wait for more than 30 days for what is overdue"},
		{French, "company_size", 123_456_789_00, "Son chiffre d'affaires est de 123\u202f456\u202f789 EUR par an"},
		{English, "economic_cell", -475, "The economy of its country and sector is better than usual, −475 points"},
		{English, "something_new", 3, "something new"},
	} {
		if got := Sentence(c.l, decision.Contribution{Code: c.code, Figure: c.figure}); got != c.want {
			t.Errorf("%s %s %d: %q, want %q", c.l, c.code, c.figure, got, c.want)
		}
	}
	if got := Figure(German, "equity_ratio", 180_000); got != "18,0 %" {
		t.Errorf("figure %q", got)
	}
	if got := Figure(English, "statement_age", 1); got != "1 month" {
		t.Errorf("figure %q", got)
	}
}

// TestEveryComponentHasWords in every language, other ones in each but where languages share a word.
func TestEveryComponentHasWords(t *testing.T) {
	for c := score.ComponentNone + 1; c < score.ComponentEnd; c++ {
		code := c.String()
		if !Known(code) {
			t.Errorf("%s has no words", code)
			continue
		}
		said := map[string]Language{}
		for _, l := range Languages {
			s := Sentence(l, decision.Contribution{Code: code, Figure: 2})
			if Name(l, code) == "" || s == "" || strings.ContainsAny(s, "{}|") {
				t.Errorf("%s in %s: %q", code, l, s)
			}
			if other, twice := said[s]; twice {
				t.Errorf("%s in %s and %s: %q", code, l, other, s)
			}
			said[s] = l
			if l != English && components[code].in(l).name == "" {
				t.Errorf("%s has no name in %s", code, l)
			}
		}
	}
	if len(components) != int(score.ComponentEnd)-1 {
		t.Errorf("%d components have words, there are %d", len(components), score.ComponentEnd-1)
	}
}
