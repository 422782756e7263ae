package storage

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"barometer/storage/history"

	"golang.org/x/text/unicode/norm"
)

// foldAlike: a search is folded here and the names there, and both must come to the same.
func foldAlike(t *testing.T, db *DB) {
	folded := map[string]string{
		"Plain & Sons 1 %_\\' Ltd": "plain & sons 1 %_\\' ltd",
		"Müller Stahl GmbH":        "muller stahl gmbh",
		"Ångström Mätteknik AB":    "angstrom matteknik ab",
		"GROẞE STRAẞE Straße":      "grosse strasse strasse",
		"Ærø Østerløkken Þór Eð":   "aero osterlokken thor ed",
		"ŁÓDŹ Łódź żółw Đuro đuro": "lodz lodz zolw duro duro",
		"Œuvre cœur L’Oréal ÇA":    "oeuvre coeur l’oreal ca",
		"İstanbul Diyarbakır ĦŦ":   "istanbul diyarbakir ht",
		"Αθήνας ΑΘΗΝΑΣ Ἀθῆναι ΣΑΣ": "αθηνασ αθηνασ αθηναι σασ",
		"Йошкар ЁЛКА їжак":         "иошкар елка іжак",
		"株式会社ガンダム ｶﾞﾝﾀﾞﾑ ＡＢＣ":      "株式会社カンタム カンタム abc",
		"삼성 ﬁne ㎏ ½ Å K Ǆ":         "",
		"":                         "",
	}
	for name, want := range folded {
		for _, written := range []string{name, norm.NFD.String(name), norm.NFC.String(name)} {
			got := ""
			row := func(row scanner) error { return row.Scan(&got) }
			if err := db.query(t.Context(), "fold", "SELECT "+foldedSQL("name")+" FROM (SELECT ? AS name)", []any{written},
				row); err != nil {
				t.Fatal(err)
			}
			if here := Folded(written); got != here || want != "" && norm.NFC.String(here) != want {
				t.Errorf("%q is %q here and %q there, want %q", written, here, got, want)
			}
		}
	}
}

// TestSearchesFold: marks, case and the order of words do not matter, signs of patterns are signs, ids match by their
// beginning.
func TestSearchesFold(t *testing.T) {
	db := emptied(t)
	t.Run("here and there", func(t *testing.T) { foldAlike(t, db) })
	names := map[string]string{"b-1": "Müller Stahl 1 GmbH", "b-2": "Ångström Mätteknik AB", "b-3": `100% a_b c\d`,
		"c-4": "Mu\u0308ller Holz", "d-5": "plain"}
	for id, name := range names {
		words, _ := json.Marshal(map[string]string{"name": name})
		for _, row := range [][]any{{"INSERT INTO texts (source, words, version) VALUES (?, ?, 1)", "said/" + id,
			string(words)},
			{"INSERT INTO buyers (log_generation, log_offset, at, buyer_id, source) VALUES (1, 1, '2026-03-01 00:00:00', ?, ?)",
				id, "said/" + id},
			{`INSERT INTO scores (log_generation, log_offset, at, buyer_id, grade, previous_grade, pd)
				VALUES (1, 2, '2026-03-01 00:00:00', ?, 4, 3, 0.0055)`, id},
			{`INSERT INTO limits (log_generation, log_offset, at, buyer_id, policy_id, holder_id, request_id, request_kind, code)
				VALUES (1, 3, '2026-03-01 00:00:00', ?, 'P1', 'H1', 'r', 'new', 'approved')`, id}} {
			if err := db.conn.Exec(t.Context(), row[0].(string), row[1:]...); err != nil {
				t.Fatal(err)
			}
		}
	}
	for search, want := range map[string][]string{
		"muller": {"b-1", "c-4"}, "MULLER": {"b-1", "c-4"}, "Müller": {"b-1", "c-4"}, "Mu\u0308ller": {"b-1", "c-4"},
		"Stahl Müller":   {"b-1"},
		"Muller Stahl 1": {"b-1"}, " muller\u00a0 gmb ": {"b-1"}, "muller muller stahl": {"b-1"}, "angstrom": {"b-2"},
		"Å": {"b-1", "b-2", "b-3", "d-5"},
		"_": {"b-3"}, "%": {"b-3"}, `\`: {"b-3"}, `c\d 100%`: {"b-3"}, "'": nil, "B-": {"b-1", "b-2", "b-3"}, "-1": nil,
		"\u0308": nil, "muller holz stahl": nil,
	} {
		all, err := db.Buyers(t.Context(), history.BuyerQuery{Search: search, Limit: 9})
		if got := idsOf(all); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q finds %v, want %v (%v)", search, got, want, err)
		}
		all, err = db.HolderBuyers(t.Context(), history.HolderBuyerQuery{Holder: "H1", On: 20513, Since: time.UnixMilli(0),
			Search: search, Limit: 9})
		if got := idsOf(all); err != nil || !slices.Equal(got, want) {
			t.Errorf("a policyholder's %q finds %v, want %v (%v)", search, got, want, err)
		}
	}
}

func idsOf(all []history.Buyer) (ids []string) {
	for i := range all {
		ids = append(ids, all[i].ID)
	}
	return ids
}
