package decode

import (
	"cmp"
	"slices"
	"strings"

	"barometer/ingest/event"
)

// Terms of a policy that does not state them, by custom of the trade.
const (
	waitingPeriodDays        = 180
	noticeDays               = 0 // withdrawals of cover act at once
	maximumExtensionDays     = 60
	notificationDeadlineDays = 90
	claimDeadlineDays        = 360
	collectionAfterDays      = 30 // days from the end of the maximum extension to the hand-over to collection
	indemnityDays            = 30
	discretionaryUnits       = 20_000 // whole units of the policy's currency
	mostWarnDays             = 16
)

// warnDays are the days before a date of the policy's clock on which a policyholder is warned, where a policy has none.
var warnDays = []int32{14, 7, 1}

func walkPolicyUpserted(w *walk, b *event.PolicyUpserted) {
	required(w, "policy_id", &b.Policy, ident, "The policy.")
	w.nested("holder", true, "The policyholder.", func() {
		required(w, "id", &b.Holder, ident, "Its id.")
		w.text("name", "holder_name", name, false, "Its name.")
		optional(w, "language", &b.Language, tongue, "The language that it is addressed in.")
	})
	required(w, "currency", &b.Currency, currency, "The currency of the policy's amounts.")
	required(w, "insured_percentage", &b.InsuredPPM, percentage, "The share of a loss that is paid out, usually 85 to 95.")
	w.indemnityTerms(b)
	w.clockTerms(b)
	byDefault(w, "notice_days", &b.NoticeDays, days, noticeDays, "What passes before a withdrawal of cover takes effect.")
	byDefault(w, "notice_from", &b.NoticeFromDelivery, noticeFrom, false, "When the notice begins.")
	required(w, "effective_on", &b.EffectiveOn, day, "From when these terms apply.")
	optional(w, "period_from", &b.PeriodFrom, day, "The first day of the policy's period.")
	optional(w, "period_to", &b.PeriodTo, lastDayOf, "The last day of the policy's period. Without one it is the "+
		"calendar year.")
	w.check(b.PeriodTo == 0 || b.PeriodFrom <= b.PeriodTo, BadField, "period_to", "a day not before period_from")
}

// indemnityTerms walks what a loss is paid by.
func (w *walk) indemnityTerms(b *event.PolicyUpserted) {
	amount := amountOf(b.Currency, unsigned)
	discretionary := int64(discretionaryUnits)
	for range event.Decimals(b.Currency) {
		discretionary *= 10
	}
	byDefault(w, "discretionary_limit", &b.DiscretionaryMinor, amount, discretionary,
		"What is insured per buyer without asking.")
	derived(w, "insured_percentage_discretionary", &b.DiscretionaryPPM, percentage, b.InsuredPPM,
		"The share of a loss under the discretionary limit that is paid out. Without it insured_percentage.")
	w.check(b.DiscretionaryPPM <= b.InsuredPPM, BadField, "insured_percentage_discretionary",
		"a percentage not above insured_percentage")
	optional(w, "late_report_percentage", &b.LateReportPPM, percentage,
		"The share of a loss that is paid out where the overdue was reported late. Without it cover is forfeited.")
	w.check(b.LateReportPPM <= b.InsuredPPM, BadField, "late_report_percentage",
		"a percentage not above insured_percentage")
	byDefault(w, "vat_insured", &b.VATInsured, boolean, false, "VAT is part of what is insured.")
	optional(w, "maximum_liability", &b.MaximumLiabilityMinor, positive(b.Currency),
		"The most that is paid out in a period. Without it there is no ceiling.")
	optional(w, "minimum_retention", &b.MinimumRetentionMinor, amount, "What the policyholder bears of every loss.")
	kinds := map[event.DeductibleKind]bool{}
	objects(w, "deductible", &b.Deductibles, 0, 16, "What is deducted from losses, each kind once.",
		func(d *event.Deductible) {
			required(w, "kind", &d.Kind, deductible, "The kind.")
			required(w, "amount", &d.Minor, amount, "The amount, in the policy's currency.")
			w.check(!kinds[d.Kind], BadField, "kind", "each kind once")
			kinds[d.Kind] = true
		})
	_, plural := w.at.members["deductibles"] // as it was called once: to ignore it would pay more than is agreed
	w.check(!plural, BadField, "deductibles", "its name to be deductible")
	w.rule(func() map[string]any { return map[string]any{"not": given("deductibles")} })
	qualifies := !b.EqualDisqualifies
	byDefault(w, "equal_qualifies", &qualifies, boolean, true, "A loss equal to a non_qualifying deductible is insured.")
	b.EqualDisqualifies = !qualifies
	listByDefault(w, "indemnity_order", &b.IndemnityOrder, lossStep, len(indemnityOrder), indemnityOrder,
		"The order of the steps of an indemnity, each step once.")
	w.check(permutes(b.IndemnityOrder, indemnityOrder), BadField, "indemnity_order",
		"each of the steps once: "+strings.Join(indemnityOrder, ", "))
	byDefault(w, "indemnity_days", &b.IndemnityDays, days, indemnityDays,
		"From the later of the date of loss and the examination that accepts a claim to its payment.")
	if w.mode == printing && b.Assignee == "" {
		return
	}
	w.nested("assignee", false, "Whom indemnities are paid to, such as a bank. Without one the policyholder.", func() {
		required(w, "id", &b.Assignee, ident, "Its id.")
		w.text("name", "assignee_name", name, false, "Its name.")
	})
}

// permutes tells whether a has the elements of b, each as often.
func permutes(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// clockTerms walks the terms of the policy's clock, in the order in which their dates come.
func (w *walk) clockTerms(b *event.PolicyUpserted) {
	byDefault(w, "maximum_extension_days", &b.MaximumExtensionDays, days, maximumExtensionDays,
		"From the original due date to the stop of cover for new deliveries.")
	derived(w, "collection_deadline_days", &b.CollectionDeadlineDays, days,
		min(b.MaximumExtensionDays+collectionAfterDays, mostDays), "From the original due date to the last day of handing "+
			"the buyer's whole balance over to collection. Without it maximum_extension_days and 30 days more.")
	w.check(b.CollectionDeadlineDays >= b.MaximumExtensionDays, BadField, "collection_deadline_days",
		"no fewer days than maximum_extension_days")
	byDefault(w, "notification_deadline_days", &b.NotificationDeadlineDays, days, notificationDeadlineDays,
		"From the original due date to the last day of reporting an overdue.")
	byDefault(w, "waiting_period_days", &b.WaitingPeriodDays, days, waitingPeriodDays,
		"From the original due date, or the report, to protracted default.")
	byDefault(w, "waiting_period_from", &b.WaitingFromReport, waitingFrom, false,
		"What the waiting period counts from. Counted from the report, there is no protracted default without one.")
	byDefault(w, "claim_deadline_days", &b.ClaimDeadlineDays, days, claimDeadlineDays,
		"From the original due date to the last day of a claim.")
	w.check(b.NotificationDeadlineDays <= b.ClaimDeadlineDays, BadField, "claim_deadline_days",
		"no fewer days than notification_deadline_days")
	w.check(b.WaitingFromReport || b.WaitingPeriodDays <= b.ClaimDeadlineDays, BadField, "claim_deadline_days",
		"no fewer days than waiting_period_days")
	byDefault(w, "insolvency_claim_days", &b.InsolvencyClaimDays, days, 0,
		"Of an insolvency: from the day on which it was known here to the last day of a claim, where claim_deadline_days "+
			"end later. 0: none.")
	listByDefault(w, "warn_days", &b.WarnDays, warning, mostWarnDays, warnDays,
		"How many days before a date of the policy's clock its policyholder is warned; on the day it always is.")
	if w.mode == reading {
		slices.SortFunc(b.WarnDays, func(x, y int32) int { return cmp.Compare(y, x) })
	}
	w.check(len(slices.Compact(slices.Clone(b.WarnDays))) == len(b.WarnDays), BadField, "warn_days",
		"each number of days once")
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
