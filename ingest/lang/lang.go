// Package lang reads language tags (BCP 47) as people write them: in any case, and with the underscores of locales.
package lang

import "golang.org/x/text/language"

// Pattern is the shape of what Parse takes, for schemas.
const Pattern = `^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$`

// Parse reads a tag and gives its canonical form: nl-BE for nl_BE and NL-be. False: it is none.
func Parse(s string) (string, bool) {
	tag, err := language.Parse(s)
	return tag.String(), err == nil
}

// Base is the language of a tag by its shortest ISO 639 code, whatever the region: nl for nl_BE. False: it names none.
func Base(s string) (string, bool) {
	tag, err := language.Parse(s)
	if err != nil {
		return "", false
	}
	base, sure := tag.Base()
	return base.String(), sure == language.Exact
}
