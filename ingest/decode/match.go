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

// Normaliser is the version of the normaliser of names and registrations, which log.opened fixes: another result for
// any name is another version.
const Normaliser = 1

// matchSize is the length of a fingerprint, in bytes; a match key is it in hexadecimal.
const matchSize = 16

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
		add(event.MatchName, "name", country, normaliseName(name, country))
	}
	return out
}

// key is the fingerprint of parts, none of which holds a zero byte.
func (m *matcher) key(parts []string) string {
	m.mac.Reset()
	m.mac.Write([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(m.mac.Sum(nil)[:matchSize])
}
