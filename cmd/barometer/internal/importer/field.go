package importer

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"go.yaml.in/yaml/v3"
)

// Field makes one field of a message.
type Field struct {
	Value    Template          `yaml:"value"`
	Date     Template          `yaml:"date"`      // how the text writes a date
	PlusDays int               `yaml:"plus_days"` // added to the date
	Instant  bool              `yaml:"instant"`   // the date becomes its beginning in UTC
	Table    map[string]string `yaml:"table"`
	Case     string            `yaml:"case"` // upper or lower
	Decimals *int32            `yaml:"decimals"`
	Minus    Template          `yaml:"minus"` // a number to take off
	// columns: the difference from the row before with the same text in them
	ChangeWithin []string `yaml:"change_within"`
	As           string   `yaml:"as"` // text, number, boolean, list
	Optional     bool     `yaml:"optional"`
}

// UnmarshalYAML takes a text for a field of just a value.
func (f *Field) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		f.Value = Template(n.Value)
		return nil
	}
	if n.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: a field is a text or a mapping", n.Line)
	}
	for i := 0; i < len(n.Content); i += 2 { // a node's decoder does not refuse unknown keys
		if k := n.Content[i]; !slices.Contains(fieldKeys, k.Value) {
			return fmt.Errorf("line %d: field %s is no key here", k.Line, k.Value)
		}
	}
	type plain Field
	return n.Decode((*plain)(f))
}

var fieldKeys = []string{"value", "date", "plus_days", "instant", "table", "case", "decimals", "minus", "change_within",
	"as", "optional"}

func (f *Field) check() error {
	switch {
	case f.Value == "":
		return errors.New("value: a field needs one")
	case !slices.Contains([]string{"", "upper", "lower"}, f.Case):
		return fmt.Errorf("case: %q is neither upper nor lower", f.Case)
	case !slices.Contains([]string{"", "text", "number", "boolean", "list"}, f.As):
		return fmt.Errorf("as: %q is none of text, number, boolean, list", f.As)
	case f.Date == "" && (f.Instant || f.PlusDays != 0):
		return errors.New("instant and plus_days need date")
	case f.Decimals != nil && (*f.Decimals < 0 || *f.Decimals > 18):
		return errors.New("decimals: want 0 to 18")
	}
	return nil
}

// numeric tells whether the field works on a number.
func (f *Field) numeric() bool { return f.Decimals != nil || f.Minus != "" || len(f.ChangeWithin) > 0 }

// make is the field's value of a row; nil leaves it out.
func (f *Field) make(row Row, before *decimal.Decimal) (any, error) {
	text := strings.TrimSpace(f.Value.fill(row))
	if text == "" {
		if f.Optional {
			return nil, nil
		}
		return nil, fmt.Errorf("%s is empty", f.Value)
	}
	if f.Table != nil {
		to, ok := f.Table[text]
		if !ok {
			return nil, fmt.Errorf("%q is not in the table", clip(text))
		}
		text = to
	}
	switch f.Case {
	case "upper":
		text = strings.ToUpper(text)
	case "lower":
		text = strings.ToLower(text)
	}
	if f.Date != "" {
		return f.date(text, f.Date.fill(row))
	}
	if f.numeric() {
		n, err := f.number(text, row, before)
		if err != nil {
			return nil, err
		}
		text = n.String()
	}
	return f.typed(text)
}

// dateParts are what a date's form is made of, the longer ones first, with what package time calls them.
var dateParts = strings.NewReplacer("YYYY", "2006", "YY", "06", "MM", "01", "M", "1", "DD", "02", "D", "2", "hh", "15",
	"mm", "04", "ss", "05")

func (f *Field) date(text, form string) (any, error) {
	t, err := time.Parse(dateParts.Replace(form), text)
	if err != nil {
		return nil, fmt.Errorf("%q is no date of the form %s", clip(text), form)
	}
	t = t.AddDate(0, 0, f.PlusDays)
	if f.Instant {
		return t.Format(time.RFC3339), nil
	}
	return t.Format(time.DateOnly), nil
}

func (f *Field) number(text string, row Row, before *decimal.Decimal) (decimal.Decimal, error) {
	n, err := parseNumber(text)
	if err != nil {
		return n, err
	}
	if f.Minus != "" {
		less, err := parseNumber(f.Minus.fill(row))
		if err != nil {
			return n, err
		}
		n = n.Sub(less)
	}
	if before != nil {
		n = n.Sub(*before)
	}
	if f.Decimals != nil {
		n = n.RoundBank(*f.Decimals)
	}
	return n, nil
}

// parseNumber takes no number whose exponent would make its digits fill the memory.
func parseNumber(text string) (decimal.Decimal, error) {
	n, err := decimal.NewFromString(text)
	if err != nil || len(text) > 64 || n.Exponent() < -64 || n.Exponent() > 64 {
		return decimal.Decimal{}, fmt.Errorf("%q is no number", clip(text))
	}
	return n, nil
}

func (f *Field) typed(text string) (any, error) {
	switch f.As {
	case "number":
		n, err := parseNumber(text)
		return jsonNumber(n.String()), err
	case "boolean":
		switch strings.ToLower(text) {
		case "true", "yes", "1":
			return true, nil
		case "false", "no", "0":
			return false, nil
		}
		return nil, fmt.Errorf("%q is neither true nor false", clip(text))
	case "list":
		list := []string{}
		for part := range strings.SplitSeq(text, ",") {
			if part = strings.TrimSpace(part); part != "" {
				list = append(list, part)
			}
		}
		return list, nil
	default:
		return text, nil
	}
}

// jsonNumber is printed as it is.
type jsonNumber string

// MarshalJSON makes it a number.
func (n jsonNumber) MarshalJSON() ([]byte, error) { return []byte(n), nil }

// clip keeps quotations short.
func clip(text string) string {
	if r := []rune(text); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return text
}
