package decode

import (
	"slices"

	"barometer/ingest/event"
)

// Terms of a policy that does not state them, by custom of the trade.
const (
	waitingPeriodDays        = 180
	noticeDays               = 0 // withdrawals of cover act at once
	maximumExtensionDays     = 60
	notificationDeadlineDays = 90
	claimDeadlineDays        = 360
	discretionaryUnits       = 20_000 // whole units of the policy's currency
)

func walkPolicyUpserted(w *walk, b *event.PolicyUpserted) {
	required(w, "policy_id", &b.Policy, ident, "The policy.")
	w.nested("holder", true, "The policyholder.", func() {
		required(w, "id", &b.Holder, ident, "Its id.")
		w.text("name", "holder_name", name, false, "Its name.")
		optional(w, "language", &b.Language, tongue, "The language that it is addressed in.")
	})
	required(w, "currency", &b.Currency, currency, "The currency of the policy's amounts.")
	required(w, "insured_percentage", &b.InsuredPPM, percentage, "The share of a loss that is paid out, usually 85 to 95.")
	amount := amountOf(b.Currency, unsigned)
	discretionary := int64(discretionaryUnits)
	for range event.Decimals(b.Currency) {
		discretionary *= 10
	}
	byDefault(w, "discretionary_limit", &b.DiscretionaryMinor, amount, discretionary,
		"What is insured per buyer without asking.")
	optional(w, "maximum_liability", &b.MaximumLiabilityMinor, amount,
		"The most that is paid out in a period. Without it there is no ceiling.")
	optional(w, "minimum_retention", &b.MinimumRetentionMinor, amount, "What the policyholder bears of every loss.")
	objects(w, "deductibles", &b.Deductibles, 16, "What is deducted from losses.", func(d *event.Deductible) {
		required(w, "kind", &d.Kind, deductible, "The kind.")
		required(w, "amount", &d.Minor, amount, "The amount, in the policy's currency.")
	})
	list(w, "indemnity_order", &b.IndemnityOrder, lossStep, 0, 16, "The order of the steps of an indemnity.")
	byDefault(w, "waiting_period_days", &b.WaitingPeriodDays, days, waitingPeriodDays,
		"From the original due date to protracted default.")
	byDefault(w, "notice_days", &b.NoticeDays, days, noticeDays, "What passes before a withdrawal of cover takes effect.")
	byDefault(w, "notice_from", &b.NoticeFromDelivery, noticeFrom, false, "When the notice begins.")
	byDefault(w, "maximum_extension_days", &b.MaximumExtensionDays, days, maximumExtensionDays,
		"From the original due date to the stop of cover for new deliveries.")
	byDefault(w, "notification_deadline_days", &b.NotificationDeadlineDays, days, notificationDeadlineDays,
		"From the original due date to the last day of reporting an overdue.")
	byDefault(w, "claim_deadline_days", &b.ClaimDeadlineDays, days, claimDeadlineDays,
		"From the original due date to the last day of a claim.")
	required(w, "effective_on", &b.EffectiveOn, day, "From when these terms apply.")
	optional(w, "period_from", &b.PeriodFrom, day, "The first day of the policy's period.")
	optional(w, "period_to", &b.PeriodTo, lastDayOf, "The last day of the policy's period. Without one it is the "+
		"calendar year.")
	w.check(b.PeriodTo == 0 || b.PeriodFrom <= b.PeriodTo, BadField, "period_to", "a day not before period_from")
	if w.mode == reading && b.IndemnityOrder == nil {
		b.IndemnityOrder = slices.Clone(indemnityOrder)
	}
}

func walkBuyerUpserted(w *walk, b *event.BuyerUpserted) {
	required(w, "buyer_id", &b.Buyer.ID, buyer, "The buyer's id.")
	called := w.text("name", "name", name, true, "Its name.")
	required(w, "country", &b.Buyer.Country, country, "The country where it is registered.")
	var numbers []registered
	if w.mode != printing {
		w.registrations(&numbers)
	}
	if w.mode == reading && w.err == nil {
		if numbers != nil {
			w.say("registrations", numbers)
		}
		b.Buyer.Matches = w.match.of(called, b.Buyer.Country, numbers)
	}
	required(w, "sector", &b.Sector, sector, "Its sector.")
	optional(w, "founded_on", &b.FoundedOn, founding, "The day that it was founded.")
	optional(w, "group_id", &b.Group, ident, "The group that it belongs to.")
	optional(w, "parent_id", &b.Parent, ident, "The company that owns it.")
	optional(w, "natural_person", &b.NaturalPerson, boolean, "A person, not a company.")
}

func walkStatementFiled(w *walk, b *event.StatementFiled) {
	w.party(&b.Buyer)
	required(w, "period_end", &b.PeriodEnd, day, "The last day of the financial year.")
	required(w, "months", &b.Months, months, "The months that it covers.")
	required(w, "currency", &b.Currency, currency, "The currency of the figures.")
	for i, f := range []struct {
		name  string
		minor *int64
		sign  sign
		about string
	}{
		{"total_assets", &b.TotalAssets, unsigned, "Total assets."},
		{"equity", &b.Equity, signed, "Equity, below 0 where it is used up."},
		{"current_assets", &b.CurrentAssets, unsigned, "Current assets."},
		{"inventories", &b.Inventories, unsigned, "Inventories, part of current assets."},
		{"cash", &b.Cash, unsigned, "Cash and equivalents."},
		{"current_liabilities", &b.CurrentLiabilities, unsigned, "Liabilities due within a year."},
		{"total_liabilities", &b.TotalLiabilities, unsigned, "Total liabilities."},
		{"trade_payables", &b.TradePayables, unsigned, "What is owed to suppliers."},
		{"revenue", &b.Revenue, unsigned, "Revenue of the period."},
		{"ebit", &b.EBIT, signed, "Earnings before interest and taxes."},
		{"net_income", &b.NetIncome, signed, "The result after taxes."},
		{"depreciation", &b.Depreciation, unsigned, "Depreciation of the period."},
	} {
		w.figureOf(f.name, f.minor, &b.Given, event.GivenTotalAssets<<i, b.Currency, f.sign, f.about)
	}
	byDefault(w, "scope", &b.Consolidated, scope, false, "Of the company alone, or of its group.")
	optional(w, "analyst", &b.Analyst, ident, "Of the insurer's people: who enters it, and may not approve it.")
}

func walkLimitRequested(w *walk, b *event.LimitRequested) {
	required(w, "request_id", &b.Request, ident, "Names the request, unique per policy.")
	required(w, "policy_id", &b.Policy, ident, "The policy.")
	w.party(&b.Buyer)
	required(w, "kind", &b.Kind, request, "What is asked for.")
	w.sum(&b.Amount, "The total that is wanted.")
	optional(w, "valid_until", &b.ValidUntil, lastDayOf, "The last day that the limit is needed.")
	optional(w, "analyst", &b.Analyst, ident, "Of the insurer's people: who asks for the policyholder, and may not "+
		"approve it.")
}

func walkOverdueReported(w *walk, b *event.OverdueReported) {
	required(w, "policy_id", &b.Policy, ident, "The policy.")
	w.party(&b.Buyer)
	list(w, "invoices", &b.Invoices, ident, 1, maxInvoices, "The overdue invoices.")
	required(w, "reported_on", &b.ReportedOn, day, "The day of the report.")
	optional(w, "reference", &b.Reference, ident, "The policyholder's own reference.")
}

// maxInvoices bounds the invoices of one report or claim.
const maxInvoices = 1000

func walkDunningSent(w *walk, b *event.DunningSent) {
	required(w, "policy_id", &b.Policy, ident, "The policy.")
	w.party(&b.Buyer)
	required(w, "invoice_id", &b.Invoice, ident, "The invoice.")
	required(w, "kind", &b.Formal, dunning, "What was sent.")
	required(w, "sent_on", &b.SentOn, day, "The day that it was sent.")
}

func walkClaimFiled(w *walk, b *event.ClaimFiled) {
	required(w, "policy_id", &b.Policy, ident, "The policy.")
	w.party(&b.Buyer)
	list(w, "invoices", &b.Invoices, ident, 1, maxInvoices, "The unpaid invoices.")
	required(w, "cause", &b.Insolvency, cause, "The cause of the loss.")
	required(w, "filed_on", &b.FiledOn, day, "The day of the claim.")
	optional(w, "reference", &b.Reference, ident, "The policyholder's own reference.")
}

func walkRecoveryReceived(w *walk, b *event.RecoveryReceived) {
	optional(w, "case_id", &b.Case, minted, "The case that it was recovered in.")
	optional(w, "claim_id", &b.Claim, minted, "The claim that it is for.")
	w.sum(&b.Amount, "What was received.")
	required(w, "received_on", &b.ReceivedOn, day, "The day that it was received.")
	required(w, "from", &b.From, ident, "Whom it came from, as a code or id: debtor, guarantor, estate.")
	w.check(b.Case != "" || b.Claim != "", MissingField, "case_id", "case_id or claim_id")
	w.check(b.Case == "" || b.Claim == "", BadField, "claim_id", "case_id or claim_id, not both")
	w.rule(func() map[string]any {
		return map[string]any{"oneOf": []any{given("case_id"), given("claim_id")}}
	})
}
