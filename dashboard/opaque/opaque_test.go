package opaque

import (
	"strings"
	"testing"
)

const secret = "sixteen bytes and more"

type shown struct {
	ID string
	N  int
}

func sealer(t *testing.T, secret string) *Sealer {
	t.Helper()
	s, err := New([]byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestATokenOpensForItsPurposeAndReader, and for nothing else.
func TestATokenOpensForItsPurposeAndReader(t *testing.T) {
	s := sealer(t, secret)
	want := shown{"b1", 7}
	for name, token := range map[string]string{"sealed": s.Seal("cursor", "ACME", want),
		"fresh": s.Fresh("cursor", "ACME", want)} {
		var got shown
		if err := s.Open("cursor", "ACME", token, &got); err != nil || got != want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		turned := "A"
		if strings.HasPrefix(token, turned) {
			turned = "B"
		}
		for what, err := range map[string]error{
			"another purpose": s.Open("position", "ACME", token, &got), "another reader": s.Open("cursor", "ZETA", token, &got),
			"the insurer":     s.Open("cursor", "", token, &got),
			"another secret":  sealer(t, secret+"!").Open("cursor", "ACME", token, &got),
			"one turned sign": s.Open("cursor", "ACME", turned+token[1:], &got),
			"a part":          s.Open("cursor", "ACME", token[:8], &got), "nothing": s.Open("cursor", "ACME", "", &got),
			"no base64": s.Open("cursor", "ACME", "%%%", &got)} {
			if err == nil {
				t.Errorf("%s opens for %s", name, what)
			}
		}
	}
	var got shown
	if err := sealer(t, secret).Open("cursor", "ACME", s.Seal("cursor", "ACME", want), &got); err != nil {
		t.Errorf("another server of the same secret: %v", err)
	}
}

// TestATokenSaysNothing but what it is for: equal content is equal where it is sealed, never where it is fresh, and
// lengths come in steps.
func TestATokenSaysNothing(t *testing.T) {
	s := sealer(t, secret)
	first, again := s.Seal("p", "r", 1), s.Seal("p", "r", 1)
	if first != again || first == s.Seal("p", "r", 2) {
		t.Error("what is sealed is not its content's alone")
	}
	first, again = s.Fresh("p", "r", 1), s.Fresh("p", "r", 1)
	if first == again {
		t.Error("a fresh token came twice")
	}
	if a, b := s.Seal("p", "r", "1-0-7-0"), s.Seal("p", "r", "12-7-88213000-14"); len(a) != len(b) {
		t.Errorf("%d and %d characters tell positions apart", len(a), len(b))
	}
}
