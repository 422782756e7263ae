package decode

import (
	"barometer/ingest/event"
)

// registered is a registration as a message gives it.
type registered struct {
	Scheme string `json:"scheme"`
	Value  string `json:"value"`
}

const maxRegistrations = 16

// party walks buyer_id, or company in its place. Where both are given the id counts.
func (w *walk) party(p *event.Party) {
	optional(w, "buyer_id", &p.ID, buyer, "The buyer's id.")
	var named string
	var numbers []registered
	var in string
	there := false
	if w.mode != printing {
		there = w.nested("company", false, "The company, where it has no buyer_id.", func() {
			named, numbers = w.company(&in, "company_name", "company_registrations", p.ID == "")
		})
	}
	w.rule(func() map[string]any {
		return map[string]any{"anyOf": []any{given("buyer_id"), given("company")}}
	})
	if w.mode != reading || w.err != nil || p.ID != "" {
		return
	}
	w.check(there, MissingField, "buyer_id", "buyer_id or company")
	p.Country = in
	p.Matches = w.match.of(named, in, numbers)
}

// company walks what identifies a company: its country, and its name or registrations.
func (w *walk) company(in *string, nameKey, numbersKey string, keep bool) (string, []registered) {
	words := w.words
	var numbers []registered
	called := w.text("name", nameKey, name, false, "Its name.")
	required(w, "country", in, country, "The country where it is registered.")
	w.registrations(&numbers)
	w.rule(func() map[string]any {
		return map[string]any{"anyOf": []any{given("name"), map[string]any{"required": []string{"registrations"},
			"properties": map[string]any{"registrations": map[string]any{"type": "array", "minItems": 1}}}}}
	})
	w.check(called != "" || numbers != nil, MissingField, "name", "name or registrations")
	if !keep {
		w.words = words
	} else if w.mode == reading && numbers != nil {
		w.say(numbersKey, numbers)
	}
	return called, numbers
}

func (w *walk) registrations(numbers *[]registered) {
	objects(w, "registrations", numbers, 0, maxRegistrations, "Its numbers in registers, the most telling first.",
		func(r *registered) {
			required(w, "scheme", &r.Scheme, scheme, "The register or kind of number, such as be-kbo, vat or lei.")
			required(w, "value", &r.Value, registration, "The number.")
		})
}

// invoiceOf walks what names an invoice.
func (w *walk) invoiceOf(r *event.InvoiceRef) {
	w.party(&r.Buyer)
	required(w, "policy_id", &r.Policy, ident, "The supplier's policy.")
	required(w, "invoice_id", &r.Invoice, ident, "The invoice, unique per policy and buyer.")
}
