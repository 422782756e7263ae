package records

import (
	"encoding/hex"
	"fmt"
	"path"
	"reflect"
	"time"
	"unicode/utf8"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/explain"

	"github.com/shopspring/decimal"
)

// Body gives the fields of a decision's body by their published names; none of nil.
func Body[T any](body *T) map[string]any {
	if body == nil {
		return nil
	}
	return fields(body)
}

// fields shows the exported fields of a message, a pointer to a struct. It leaves out what says nothing: an empty text,
// list or code, an unknown day, false, and a 0 that stands for none (a grade, a reason, a number of days). It shows
// amounts, points and counts that are 0.
func fields(message any) map[string]any { return fieldsOf(reflect.ValueOf(message).Elem(), "EUR") }

func fieldsOf(v reflect.Value, currency string) map[string]any {
	t := v.Type()
	if own := v.FieldByName("Currency"); own.IsValid() && own.String() != "" {
		currency = own.String()
	}
	out := map[string]any{}
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() {
			continue
		}
		r := shown(path.Base(t.PkgPath()), t.Name(), f.Name, f.Type.Kind() == reflect.String)
		if x := value(v.Field(i), r.as, currency); x != nil {
			out[r.name] = x
		}
	}
	if c, ok := v.Interface().(decision.Contribution); ok && explain.Known(c.Code) {
		out["words"] = explain.Name(explain.English, c.Code)
		if figure := explain.Figure(explain.English, c.Code, c.Figure); figure != "" {
			out["figure_words"] = figure
		}
	}
	return out
}

// value shows one value, nil where it is left out.
func value(v reflect.Value, as form, currency string) any {
	switch as {
	case money:
		return amount(v.Int(), currency)
	case euros:
		return amount(v.Int(), "EUR")
	case share:
		return decimal.New(v.Int(), -6).String()
	case instants:
		if v.Int() == 0 {
			return nil
		}
		return instant(v.Int())
	}
	switch x := v.Interface().(type) {
	case event.Day:
		if x == 0 {
			return nil
		}
		return x.String()
	case event.Source:
		if x.Topic == event.TopicNone {
			return nil
		}
		return x.String()
	case event.Position:
		if x == (event.Position{}) {
			return nil
		}
		return x.String()
	case event.Amount:
		if x.Currency == "" {
			return nil
		}
		return map[string]any{"amount": amount(x.Minor, x.Currency), "currency": x.Currency}
	case []byte:
		return text(string(x))
	case fmt.Stringer:
		return text(x.String())
	}
	switch v.Kind() {
	case reflect.String:
		return text(v.String())
	case reflect.Bool:
		if !v.Bool() {
			return nil
		}
		return true
	case reflect.Slice:
		if v.Len() == 0 {
			return nil
		}
		all := make([]any, 0, v.Len())
		for i := range v.Len() {
			all = append(all, value(v.Index(i), plain, currency))
		}
		return all
	case reflect.Struct:
		if v.IsZero() {
			return nil
		}
		return fieldsOf(v, currency)
	case reflect.Int32, reflect.Uint32:
		if v.IsZero() {
			return nil
		}
		return v.Interface()
	default:
		return v.Interface()
	}
}

// text shows a text, hexadecimal where it is bytes; nil for an empty one.
func text(s string) any {
	switch {
	case s == "":
		return nil
	case !utf8.ValidString(s):
		return hex.EncodeToString([]byte(s))
	}
	return s
}

func amount(minor int64, currency string) string {
	n := int32(event.Decimals(currency))
	return decimal.New(minor, -n).StringFixed(n)
}

func instant(ms int64) string { return time.UnixMilli(ms).UTC().Format(time.RFC3339Nano) }
