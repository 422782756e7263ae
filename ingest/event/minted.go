package event

import (
	"strconv"
	"strings"
)

// PolicyOfMinted is the policy of a case or a claim, by the id that Barometer minted for it: the key that it belongs
// to, "/", what it is, the policy percent-encoded, and a number. b-7/case-P%2F1-2 is the second case of policy P/1.
// Empty: the id is of nothing that has a policy.
func PolicyOfMinted(id string) string {
	slash := strings.LastIndexByte(id, '/')
	what, rest, _ := strings.Cut(id[slash+1:], "-")
	end := strings.LastIndexByte(rest, '-')
	if slash <= 0 || what != "case" && what != "claim" || end <= 0 || !isNumber(rest[end+1:]) {
		return ""
	}
	return percentDecoded(rest[:end])
}

// MintedID is the id of a case or a claim: what it is ("case", "claim"), of which policy, and its number.
func MintedID(key, what, policy string, number uint32) string {
	return key + "/" + what + "-" + percentEncoded(policy) + "-" + strconv.FormatUint(uint64(number), 10)
}

// NumberOfMinted is the number in the id of a case or a claim, 0 where it has none.
func NumberOfMinted(id string) uint32 {
	n, err := strconv.ParseUint(id[strings.LastIndexByte(id, '-')+1:], 10, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}

// percentEncoded is RFC 3986's percent-encoding of all but unreserved characters.
func percentEncoded(s string) string {
	var out strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '.', c == '_', c == '~':
			out.WriteByte(c)
		default:
			out.WriteByte('%')
			out.WriteByte(hexCapitals[c>>4])
			out.WriteByte(hexCapitals[c&15])
		}
	}
	return out.String()
}

const hexCapitals = "0123456789ABCDEF"

// isNumber tells whether s is digits.
func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// percentDecoded reads RFC 3986's percent-encoding, empty where s is not in it.
func percentDecoded(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			out.WriteByte(s[i])
			continue
		}
		if i+2 >= len(s) {
			return ""
		}
		high, low := strings.IndexByte(hexDigits, lower(s[i+1])), strings.IndexByte(hexDigits, lower(s[i+2]))
		if high < 0 || low < 0 {
			return ""
		}
		out.WriteByte(byte(high<<4 | low))
		i += 2
	}
	return out.String()
}

const hexDigits = "0123456789abcdef"

// lower makes a capital ASCII letter a small one.
func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}
