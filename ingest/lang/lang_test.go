package lang

import "testing"

// TestATagIsReadAsPeopleWriteIt: case and underscores make no difference.
func TestATagIsReadAsPeopleWriteIt(t *testing.T) {
	for said, want := range map[string][2]string{"nl-BE": {"nl-BE", "nl"}, "nl_BE": {"nl-BE", "nl"}, "NL": {"nl", "nl"},
		"NL_be": {"nl-BE", "nl"},
		"nld":   {"nl", "nl"}, "zh_hant_tw": {"zh-Hant-TW", "zh"}, "de-CH-1996": {"de-CH-1996", "de"}} {
		tag, ok := Parse(said)
		base, sure := Base(said)
		if !ok || !sure || tag != want[0] || base != want[1] {
			t.Errorf("%s is %s %v, %s %v", said, tag, ok, base, sure)
		}
	}
	for _, said := range []string{"", "x", "nl-", "nl_", "_", "no such"} {
		if tag, ok := Parse(said); ok {
			t.Errorf("%q is %s", said, tag)
		}
		if base, ok := Base(said); ok {
			t.Errorf("%q is %s", said, base)
		}
	}
}
