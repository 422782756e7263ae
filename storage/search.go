package storage

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Letters that do not come apart into a letter and a mark: ligatures become two letters, the others one.
var (
	ligatures  = []string{"ß", "ss", "æ", "ae", "œ", "oe", "þ", "th"}
	letters    = []rune("øłđðıħŧς")
	plain      = []rune("olddihtσ")
	toLigature = strings.NewReplacer(ligatures...)
)

// Folded is a name as searches compare it: decomposed by compatibility (NFKD), without marks, in small letters, with
// plain letters for those of letters and ligatures: "Müller Øst" is "muller ost".
func Folded(name string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(name) {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		r = unicode.ToLower(r)
		if i := slices.Index(letters, r); i >= 0 {
			r = plain[i]
		}
		b.WriteRune(r)
	}
	return toLigature.Replace(b.String())
}

// foldedSQL is Folded of a column. Names of ASCII alone, which are most, take the short way.
func foldedSQL(column string) string {
	fold := `lowerUTF8(replaceRegexpAll(normalizeUTF8NFKD(` + column + `), '\\p{Mn}', ''))`
	for i := 0; i < len(ligatures); i += 2 {
		fold = "replaceAll(" + fold + ", '" + ligatures[i] + "', '" + ligatures[i+1] + "')"
	}
	return "if(length(" + column + ") = lengthUTF8(" + column + "), lower(" + column + "), translateUTF8(" + fold + ", '" +
		string(letters) + "', '" + string(plain) + "'))"
}

// addSearch narrows to buyers whose name has each word of a search, in any order, or whose id begins with the search.
func (w *where) addSearch(search string) {
	if search == "" {
		return
	}
	words := strings.Fields(Folded(search))
	slices.Sort(words)
	words = slices.Compact(words)
	id, args := "startsWith(lowerUTF8(buyer_id), lowerUTF8(?))", []any{}
	if len(words) == 0 {
		w.add(id, search)
		return
	}
	var each []string
	folded := "(" + foldedSQL("name") + " AS folded_name)"
	for _, word := range words {
		each, args = append(each, "position("+folded+", ?) > 0"), append(args, word)
		folded = "folded_name"
	}
	w.add("("+strings.Join(each, " AND ")+" OR "+id+")", append(args, search)...)
}
