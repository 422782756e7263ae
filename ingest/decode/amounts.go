package decode

import (
	"fmt"
	"maps"

	"barometer/ingest/event"
)

// sign says which amounts make sense.
type sign bool

const (
	unsigned sign = false
	signed   sign = true
)

// amounts are the amounts of currencies, by the number of their decimals.
var amounts = func() (of [maxDecimals + 1]struct{ unsigned, signed value[int64] }) {
	for decimals := range of {
		of[decimals].unsigned, of[decimals].signed = newAmount(decimals, unsigned), newAmount(decimals, signed)
	}
	return of
}()

// maxDecimals is the largest number of decimals of a currency.
const maxDecimals = 4

// newAmount makes an amount in minor units, which is a decimal string. The schema does not know the currency's
// decimals.
func newAmount(decimals int, s sign) value[int64] {
	name, pattern, want := "amount", `^(0|[1-9][0-9]{0,16})(\.[0-9]{1,4})?$`, "a decimal string, not negative,"
	if s == signed {
		name, pattern, want = "signed_amount", `^-?(0|[1-9][0-9]{0,16})(\.[0-9]{1,4})?$`, "a decimal string"
	}
	v := word(name, want+" with no more decimals than the currency has, within ±92 233 720 368 547 758.07",
		map[string]any{"pattern": pattern}, func(text string) (int64, bool) { return parseAmount(text, decimals, bool(s)) },
		func(n int64) string { return printDecimal(n, decimals) })
	v.want = fmt.Sprintf("%s with at most %d decimals, within ±92 233 720 368 547 758.07", want, decimals)
	v.reason = BadAmount
	return v
}

// amountOf is an amount of a currency.
func amountOf(currency string, s sign) value[int64] {
	if s == signed {
		return amounts[event.Decimals(currency)].signed
	}
	return amounts[event.Decimals(currency)].unsigned
}

// positive is an amount of a currency that is above 0, for members of which 0 would say the same as their absence.
func positive(currency string) value[int64] {
	v := amountOf(currency, unsigned)
	v.name, v.want = "positive_amount", v.want+", above 0"
	read := v.read
	v.read = func(raw any) (int64, bool) {
		n, ok := read(raw)
		return n, ok && n > 0
	}
	v.schema = maps.Clone(v.schema)
	v.schema["not"] = map[string]any{"pattern": "^[0.]+$"}
	return v
}

// sum walks the members amount and currency.
func (w *walk) sum(a *event.Amount, about string) {
	required(w, "currency", &a.Currency, currency, "The currency of the amount.")
	required(w, "amount", &a.Minor, amountOf(a.Currency, unsigned), about)
}

// maybeSum walks the members amount and currency where an amount may be left out.
func (w *walk) maybeSum(has *bool, a *event.Amount, about string) {
	if w.mode == reading {
		_, *has = w.get("amount", "", false)
	}
	switch {
	case w.mode == describing:
		w.describe("currency", w.define(currency.name, currency.schema), "The currency of the amount.", false)
		amount := amountOf("", unsigned)
		w.describe("amount", w.define(amount.name, amount.schema), about, false)
		w.rule(func() map[string]any {
			return map[string]any{"if": given("amount"), "then": given("currency")}
		})
	case *has:
		w.sum(a, about)
	case w.mode == reading: // a currency alone says nothing, but it is one
		var alone string
		optional(w, "currency", &alone, currency, "")
	}
}

// figureOf walks one figure of a statement, whose bit in given tells whether it is there.
func (w *walk) figureOf(name string, minor *int64, given *uint32, bit uint32, currency string, s sign, about string) {
	of := amountOf(currency, s)
	switch {
	case w.mode == reading:
		if _, ok := w.get(name, "", false); ok {
			*given |= bit
			readInto(w, name, minor, of, true)
		}
	case w.mode == printing && *given&bit != 0:
		w.at.members[name] = of.print(*minor)
	case w.mode == describing:
		w.describe(name, w.define(of.name, of.schema), about, false)
	}
}
