package decode

import (
	"cmp"
	"math"
	"sync"

	"barometer/ingest/classify"
	"barometer/ingest/event"
)

const oneE8 = 1e8

func walkIndicator(w *walk, b *event.Indicator) {
	required(w, "country", &b.Country, anywhere, "The country; * for a rate of no one country.")
	required(w, "sector", &b.Sector, cell, "The sector, * for the whole economy.")
	required(w, "indicator", &b.Name, measure, "Its name: one of the built-in indicators, or of the model file.")
	required(w, "period", &b.Period, period, "The time that the figure is about.")
	required(w, "value", &b.ValueE8, figure, "The figure.")
	optional(w, "currency", &b.Currency, currency, "Of a rate: the figure is units of it per euro.")
	optional(w, "confirmed", &b.Confirmed, boolean, "Not a forecast or first estimate.")
	w.text("source", "source", line, false, "Who published it.")
	optional(w, "analyst", &b.Analyst, ident, "Of the insurer's people: who enters it, and approves no moratorium that "+
		"it reports.")

	rate := b.Name == "fx_rate"
	w.check(rate || b.Country != "*", BadField, "country", country.want)
	w.check(!rate || b.Currency != "", MissingField, "currency", currency.want+" for fx_rate")
	w.check(!rate || b.ValueE8 > 0, BadField, "value", "a rate above 0")
	w.rule(func() map[string]any {
		return map[string]any{"if": where("indicator", "fx_rate"),
			"then": map[string]any{"allOf": []any{given("currency"), valueLike(`^[0-9.]*[1-9][0-9.]*$`)}},
			"else": map[string]any{"properties": map[string]any{"country": map[string]any{"not": map[string]any{"const": "*"}}}}}
	})
	w.classes(b, "country_risk_class", 7, `^([0-7]|-0)(\.0+)?$`)
	w.classes(b, "transfer_moratorium", 1, `^([01]|-0)(\.0+)?$`)
}

// classes bounds an indicator that is a whole number from 0.
func (w *walk) classes(b *event.Indicator, name string, highest int64, pattern string) {
	fits := b.ValueE8%oneE8 == 0 && 0 <= b.ValueE8 && b.ValueE8/oneE8 <= highest
	w.check(b.Name != name || fits, BadField, "value", "a class of "+name)
	w.rule(func() map[string]any {
		return map[string]any{"if": where("indicator", name), "then": valueLike(pattern)}
	})
}

func valueLike(pattern string) map[string]any {
	return map[string]any{"properties": map[string]any{"value": map[string]any{"pattern": pattern}}}
}

func walkInvoiceIssued(w *walk, b *event.InvoiceIssued) {
	w.invoiceOf(&b.Ref)
	w.sum(&b.Amount, "What is owed.")
	required(w, "delivered_on", &b.DeliveredOn, day, "The day of the delivery.")
	required(w, "due_on", &b.DueOn, day, "The day that it is due.")
	optional(w, "net_amount", &b.NetMinor, positive(b.Amount.Currency), "What is owed without VAT, for a claim under a "+
		"policy that does not insure VAT.")
	w.check(b.NetMinor <= b.Amount.Minor, BadAmount, "net_amount", "an amount not above amount")
}

func walkInvoicePaid(w *walk, b *event.InvoicePaid) {
	w.invoiceOf(&b.Ref)
	w.sum(&b.Amount, "What was paid.")
	required(w, "paid_on", &b.PaidOn, day, "The day of the payment.")
}

func walkInvoiceDisputed(w *walk, b *event.InvoiceDisputed) {
	w.invoiceOf(&b.Ref)
	required(w, "disputed", &b.Disputed, boolean, "Whether a dispute begins, or ends.")
}

func walkInvoiceCancelled(w *walk, b *event.InvoiceCancelled) { w.invoiceOf(&b.Ref) }

func walkInvoiceExtended(w *walk, b *event.InvoiceExtended) {
	w.invoiceOf(&b.Ref)
	required(w, "due_on", &b.DueOn, day, "The new due date.")
}

func walkPaymentReversed(w *walk, b *event.PaymentReversed) {
	w.invoiceOf(&b.Ref)
	required(w, "payment_id", &b.Payment, ident, "The id of the invoice.paid message.")
}

func walkExperience(w *walk, b *event.Experience) {
	w.party(&b.Buyer)
	required(w, "policy_id", &b.Policy, ident, "The supplier's policy, or a bureau's name.")
	required(w, "as_of", &b.AsOf, day, "The day of the balance.")
	required(w, "currency", &b.Currency, currency, "The currency of the amounts.")
	amount := amountOf(b.Currency, unsigned)
	required(w, "current", &b.Current, amount, "What is not due yet.")
	required(w, "d1_30", &b.D1to30, amount, "What is 1 to 30 days past due.")
	required(w, "d31_60", &b.D31to60, amount, "What is 31 to 60 days past due.")
	required(w, "d61_90", &b.D61to90, amount, "What is 61 to 90 days past due.")
	required(w, "d90_plus", &b.D90up, amount, "What is more than 90 days past due.")
	total, fits := int64(0), true
	for _, part := range []int64{b.Current, b.D1to30, b.D31to60, b.D61to90, b.D90up} {
		fits = fits && part <= math.MaxInt64-total
		total += part
	}
	w.check(fits, BadAmount, "current", "amounts whose sum is within ±92 233 720 368 547 758.07")
}

func walkHistoryClosed(w *walk, b *event.HistoryClosed) {
	required(w, "policy_id", &b.Policy, ident, "The policy whose history is complete.")
}

func walkNews(w *walk, b *event.News) {
	w.party(&b.Buyer)
	headline := w.text("headline", "headline", line, true, "The headline.")
	text := w.text("body", "body", prose, false, "The text.")
	w.text("url", "url", line, false, "Where it can be read.")
	w.nested("source", true, "Who reports it.", func() {
		w.text("name", "source_name", line, true, "Its name.")
		required(w, "kind", &b.Outlet, outlet, "How far it is trusted.")
	})
	optional(w, "language", &b.Language, tongue, "The language of the text.")
	optional(w, "category", &b.Category, category, "What is reported; without it the text is classified.")
	w.nested("details", false, "Figures of the category.", func() {
		optional(w, "notches", &b.Notches, notches, "rating.changed: by how many notches, below 0 is down.")
		optional(w, "days", &b.Days, days, "accounts.late: by how many days.")
		optional(w, "role", &b.Role, ident, "officer.left: the role.")
		optional(w, "outcome", &b.Outcome, outcome, "insolvency.closed: how it ended; without it the closing waits for a "+
			"review.")
		w.maybeSum(&b.HasAmount, &b.Amount, "How much it is about.")
	})
	optional(w, "analyst", &b.Analyst, ident, "Of the insurer's people: who enters it, and may not approve it.")
	w.detail(event.RatingChanged, b.Category, "notches", b.Notches != 0, 0)
	w.detail(event.AccountsLate, b.Category, "days", b.Days != 0, 0)
	w.detail(event.OfficerLeft, b.Category, "role", b.Role != "", "")
	if w.mode == reading && w.err == nil && b.Category == event.CategoryNone {
		classified(b, headline, text)
	}
}

var rules = sync.OnceValue(classify.Builtin)

// classified says what a report without a category is about. What the sender says in details stays.
func classified(b *event.News, headline, text string) {
	x := rules().Classify(b.Language, headline, text)
	b.Category, b.Classifier, b.Phrases = x.Category, rules().Version(), x.Phrases
	b.Notches, b.Days, b.Role = cmp.Or(b.Notches, x.Notches), cmp.Or(b.Days, x.Days), cmp.Or(b.Role, x.Role)
}

// detail demands the detail without which a category says nothing.
func (w *walk) detail(of, is event.Category, name string, there bool, nothing any) {
	w.check(of != is || there, MissingField, "details."+name, "it for "+of.String())
	w.rule(func() map[string]any {
		member := map[string]any{"required": []string{name}, "properties": map[string]any{
			name: map[string]any{"not": map[string]any{"enum": []any{nil, nothing}}}}}
		return map[string]any{"if": where("category", of.String()),
			"then": map[string]any{"required": []string{"details"}, "properties": map[string]any{
				"details": map[string]any{"type": "object", "allOf": []any{member}}}}}
	})
}

func walkNewsWithdrawn(w *walk, b *event.NewsWithdrawn) {
	w.party(&b.Buyer)
	required(w, "withdraws", &b.Withdraws, ident, "The id of the report.")
	optional(w, "analyst", &b.Analyst, ident, "Of the insurer's people: who takes it back.")
}

func walkTick(w *walk, b *event.Tick) {
	if w.mode == reading {
		b.AtMs = w.event.AtMs
	}
}
