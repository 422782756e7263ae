package storage

import (
	"slices"
	"testing"

	"barometer/processor/decision"
	"barometer/processor/explain"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// TestSentencesInClickHouse holds the view that says a score's parts in words to the words that everybody else uses.
func TestSentencesInClickHouse(t *testing.T) {
	db := emptied(t)
	figures := []int64{0, 1, -1, 2, 9, 10, -10, 11, 499, 500, -500, 999, 1000, 1499, 1500, -1500, 12_345, 99_950, 100_000,
		123_456, -123_456, 1_000_000, 1_234_567, -1_234_567,
		999_999_999, 205_215_770_000}
	var parts []decision.Contribution
	for _, term := range explain.Terms() {
		if term.Language == explain.English {
			for _, f := range figures {
				parts = append(parts, decision.Contribution{Code: term.Code, PointsMLO: 25, Figure: f})
			}
		}
	}
	parts = append(parts, decision.Contribution{Code: "of_a_later_version", PointsMLO: 1, Figure: 7})
	var codes []string
	var values []int64
	for _, c := range parts {
		codes, values = append(codes, c.Code), append(values, c.Figure)
	}
	if err := db.conn.Exec(t.Context(),
		`INSERT INTO scores (buyer_id, at, contribution_codes, contribution_points, contribution_figures)
		SELECT 'b1', now64(3), ?, arrayMap(x -> toDecimal64(0.025, 3), ?), ?`, codes, codes, values); err != nil {
		t.Fatal(err)
	}
	for _, language := range explain.Languages {
		ctx := clickhouse.Context(t.Context(), clickhouse.WithParameters(clickhouse.Parameters{"language": string(language)}))
		rows, err := db.conn.Query(ctx, "SELECT code, figure, name, sentence FROM score_parts(language = {language:String})")
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for rows.Next() {
			var code, name, sentence string
			var figure int64
			if err := rows.Scan(&code, &figure, &name, &sentence); err != nil {
				t.Fatal(err)
			}
			want := explain.Sentence(language, decision.Contribution{Code: code, Figure: figure})
			if sentence != want || name != explain.Name(language, code) {
				t.Errorf("%s, %s of %d: %q (%q), want %q (%q)", language, code, figure, sentence, name, want,
					explain.Name(language, code))
			}
			n++
		}
		if err := rows.Err(); err != nil || n != len(parts) {
			t.Errorf("%s: %d parts of %d (%v)", language, n, len(parts), err)
		}
	}
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, err := db.counts(t.Context(), "words", "SELECT 'rows', count() FROM components FINAL"); err != nil ||
		n[0].N != uint64(len(explain.Terms())) {
		t.Errorf("words after migrating twice: %v (%v)", n, err)
	}
	if err := db.conn.Exec(t.Context(),
		"ALTER TABLE components DELETE WHERE language = 'nl' SETTINGS mutations_sync = 1"); err != nil {
		t.Fatal(err)
	}
	if terms := explain.Terms(); !slices.ContainsFunc(terms, func(t explain.Term) bool { return t.Negative != "" }) {
		t.Error("no term has a sentence for figures below 0: this test shows less than it should")
	}
}
