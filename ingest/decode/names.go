package decode

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// legalForms are what Dutch, French, German, English, Spanish, Italian and Polish names end in or carry, as normalised
// words: short ones first, then written out, then the state that a register adds to a name.
var legalForms = sequences(
	`bv|bvba|nv|cv|cvba|cvoa|vof|vzw|commv|gcv|ebvba|b v|n v|v o f`,
	`sa|sas|sasu|sarl|sa rl|s a r l|eurl|snc|scs|sca|scrl|scop|asbl|gie|sprl|srl|s a|s a s|s r l`,
	`gmbh|mbh|ug|ug haftungsbeschrankt|ag|kg|kgaa|ohg|gbr|ek|e k|eu|ev|eg|se|gesmbh`,
	`ltd|limited|plc|llp|llc|lp|inc|incorporated|corp|corporation|co|company`,
	`sl|slu|sau|sll|slne|sad|s l|s coop|scoop|sociedad anonima|sociedad limitada|sociedad de responsabilidad limitada`,
	`spa|s p a|srls|sapa|scarl|s c a r l|s n c|sas di|societa per azioni|societa a responsabilita limitata`,
	`sp z oo|sp z o o|spzoo|sp j|sp k|sp p|ska|psa|spolka akcyjna|spolka jawna|spolka komandytowa|spolka z ograniczona odpowiedzialnoscia`,
	`besloten vennootschap|naamloze vennootschap|societe anonyme|societe a responsabilite limitee|aktiengesellschaft`,
	`gesellschaft mit beschrankter haftung|public limited company|limited liability company|private limited company`,
	`in liquidation|in liquidatie|en liquidation|en liquidacion|in liquidazione|w likwidacji|w upadlosci|in administration|in insolvenz`,
	`aps|a s|ab|oy|oyj|asa|sro|s r o|kft|zrt|doo|d o o`)

// joining are the words that join others in a name, which are left out as often as written.
var joining = sequences(`and|und|et|en|y|e|i`)

// sequences splits lists of alternatives into words, the longest alternative first.
func sequences(lists ...string) [][]string {
	var all [][]string
	for _, list := range lists {
		for _, alternative := range strings.Split(list, "|") {
			all = append(all, strings.Fields(alternative))
		}
	}
	slices.SortStableFunc(all, func(a, b []string) int { return len(b) - len(a) })
	return all
}

// letters are those that do not come apart into a letter and a mark.
var letters = strings.NewReplacer("ß", "ss", "ẞ", "ss", "æ", "ae", "Æ", "ae", "œ", "oe", "Œ", "oe", "ø", "o", "Ø", "o",
	"ł", "l", "Ł", "l", "đ", "d", "Đ", "d",
	"ð", "d", "þ", "th", "ı", "i")

// umlauts are how German writes its vowels where there are no marks.
var umlauts = strings.NewReplacer("ae", "a", "oe", "o", "ue", "u")

// normaliseName makes the names of a country's companies comparable: without case, marks, punctuation, legal forms and
// joining words, its words sorted. A name of nothing else keeps it.
func normaliseName(s, country string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(letters.Replace(norm.NFC.String(s))) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		case r == '.' || r == '\'' || r == '’' || unicode.Is(unicode.Mn, r): // S.A. is SA, L'Oréal is loreal
		default:
			b.WriteByte(' ')
		}
	}
	plain := b.String()
	switch country {
	case "DE", "AT", "CH", "LI", "LU":
		plain = umlauts.Replace(plain)
	}
	words := without(without(strings.Fields(plain), legalForms), joining)
	slices.Sort(words)
	return strings.Join(words, " ")
}

// without takes sequences of words out, the longest that fits at each place, unless nothing would be left.
func without(words []string, taken [][]string) []string {
	var kept []string
	for i := 0; i < len(words); {
		at := slices.IndexFunc(taken, func(t []string) bool {
			return len(t) <= len(words)-i && slices.Equal(words[i:i+len(t)],
				t)
		})
		if at < 0 {
			kept = append(kept, words[i])
			i++
			continue
		}
		i += len(taken[at])
	}
	if kept == nil {
		return words
	}
	return kept
}
