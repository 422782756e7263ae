package decode

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"barometer/ingest/event"
)

// Normaliser is the version of the normaliser of names and registrations, which log.opened fixes: another result for any
// name is another version.
const Normaliser = 1

// matchSize is the length of a fingerprint, in bytes; a match key is it in hexadecimal.
const matchSize = 16

// legalForms are the words that Dutch, French, German and English names end in or carry, normalised.
var legalForms = func() map[string]bool {
	forms := map[string]bool{}
	for _, f := range strings.Fields(`bv bvba nv cv cvba cvoa vof vzw commv gcv ebvba sprl srl sa sas sasu sarl eurl snc scs sca scrl
		scop asbl gie gmbh mbh ag kg kgaa ohg ug ek gbr se ltd limited plc llp llc lp inc incorporated corp corporation co company`) {
		forms[f] = true
	}
	return forms
}()

// normaliseName makes names comparable: without case, marks, punctuation and legal forms, its words sorted.
func normaliseName(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		case r == '.' || r == '\'' || r == '’' || unicode.Is(unicode.Mn, r): // S.A. is SA, L'Oréal is loreal
		default:
			b.WriteByte(' ')
		}
	}
	words := strings.Fields(b.String())
	if kept := slices.DeleteFunc(slices.Clone(words), func(word string) bool { return legalForms[word] }); len(kept) > 0 {
		words = kept
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

// normaliseNumber makes registration numbers comparable: BE 0417.497.106 is be0417497106.
func normaliseNumber(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKC.String(s))
}

// matcher makes fingerprints with the installation's key.
type matcher struct{ mac hash.Hash }

func newMatcher(secret []byte) *matcher { return &matcher{hmac.New(sha256.New, secret)} }

// of gives the match keys of a company: its registrations in their order, then its name with its country.
func (m *matcher) of(name, country string, numbers []registered) []event.Match {
	var out []event.Match
	add := func(k event.MatchKind, parts ...string) {
		match := event.Match{Kind: k, Key: m.key(parts)}
		if !slices.Contains(out, match) {
			out = append(out, match)
		}
	}
	for _, r := range numbers {
		add(event.MatchRegistration, "registration", strings.ToLower(r.Scheme), normaliseNumber(r.Value))
	}
	if name != "" {
		add(event.MatchName, "name", country, normaliseName(name))
	}
	return out
}

// key is the fingerprint of parts, none of which holds a zero byte.
func (m *matcher) key(parts []string) string {
	m.mac.Reset()
	m.mac.Write([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(m.mac.Sum(nil)[:matchSize])
}
