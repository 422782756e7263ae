package storage

import (
	"encoding/hex"
	"slices"

	"barometer/ingest/event"
)

// payment is a message of risk.payments as a row of payments.
type payment struct {
	party                        event.Party
	policy, invoice              string
	amount                       event.Amount
	net                          int64
	delivered, due, paid, asOf   event.Day
	disputed                     bool
	reversed                     string
	current, d30, d60, d90, over int64
}

func paymentOf(e *event.Event) payment {
	p := payment{party: partyOf(e), policy: e.Body.PolicyID()}
	switch b := e.Body.(type) {
	case *event.InvoiceIssued:
		p.invoice = b.Ref.Invoice
		p.amount, p.delivered, p.due, p.net = b.Amount, b.DeliveredOn, b.DueOn, b.NetMinor
	case *event.InvoicePaid:
		p.invoice = b.Ref.Invoice
		p.amount, p.paid = b.Amount, b.PaidOn
	case *event.InvoiceDisputed:
		p.invoice = b.Ref.Invoice
		p.disputed = b.Disputed
	case *event.InvoiceCancelled:
		p.invoice = b.Ref.Invoice
	case *event.InvoiceExtended:
		p.invoice = b.Ref.Invoice
		p.due = b.DueOn
	case *event.PaymentReversed:
		p.invoice = b.Ref.Invoice
		p.reversed = b.Payment
	case *event.Experience:
		p.asOf = b.AsOf
		p.amount = event.Amount{Minor: b.Current + b.D1to30 + b.D31to60 + b.D61to90 + b.D90up, Currency: b.Currency}
		p.current, p.d30, p.d60, p.d90, p.over = b.Current, b.D1to30, b.D31to60, b.D61to90, b.D90up
	}
	return p
}

// partyOf is the company that a message is about, a zero one where it is about none.
func partyOf(e *event.Event) event.Party {
	if p := e.Body.Party(); p != nil {
		return *p
	}
	return event.Party{}
}

func payments() []column {
	balance := func(name string, get func(*payment) int64) column {
		return money(name, func(e *entry) event.Amount {
			return event.Amount{Minor: get(&e.payment), Currency: e.payment.amount.Currency}
		})
	}
	return input(
		text("buyer_id", func(e *entry) string { return e.payment.party.ID }),
		text("company_country", func(e *entry) string { return e.payment.party.Country }),
		text("policy_id", func(e *entry) string { return e.payment.policy }),
		text("type", func(e *entry) string { return e.event.Kind.String() }),
		text("invoice_id", func(e *entry) string { return e.payment.invoice }),
		money("amount", func(e *entry) event.Amount { return e.payment.amount }),
		optionalMoney("net_amount", func(e *entry) (event.Amount, bool) {
			return event.Amount{Minor: e.payment.net, Currency: e.payment.amount.Currency}, e.payment.net != 0
		}),
		text("currency", func(e *entry) string { return e.payment.amount.Currency }),
		optionalDate("delivered_on", func(e *entry) event.Day { return e.payment.delivered }),
		optionalDate("due_on", func(e *entry) event.Day { return e.payment.due }),
		optionalDate("paid_on", func(e *entry) event.Day { return e.payment.paid }),
		optionalDate("as_of", func(e *entry) event.Day { return e.payment.asOf }),
		flag("disputed", func(e *entry) bool { return e.payment.disputed }),
		text("payment_id", func(e *entry) string { return e.payment.reversed }),
		balance("current", func(p *payment) int64 { return p.current }),
		balance("d1_30", func(p *payment) int64 { return p.d30 }),
		balance("d31_60", func(p *payment) int64 { return p.d60 }),
		balance("d61_90", func(p *payment) int64 { return p.d90 }),
		balance("d90_plus", func(p *payment) int64 { return p.over }),
	)
}

func indicators() []column {
	type b = event.Indicator
	return input(
		text("country", in(func(b *b) string { return b.Country })),
		text("sector", in(func(b *b) string { return b.Sector })),
		text("indicator", in(func(b *b) string { return b.Name })),
		date("period_from", in(func(b *b) event.Day { return b.Period.First })),
		date("period_to", in(func(b *b) event.Day { return b.Period.Last })),
		fixed("value", "Decimal(38, 8)", 8, in(func(b *b) int64 { return b.ValueE8 })),
		text("currency", in(func(b *b) string { return b.Currency })),
		flag("confirmed", in(func(b *b) bool { return b.Confirmed })),
	)
}

// newsOf is the report, empty where e withdraws one.
func newsOf(e *entry) *event.News {
	if b, ok := e.event.Body.(*event.News); ok {
		return b
	}
	return new(event.News)
}

func news() []column {
	return input(
		text("buyer_id", func(e *entry) string { return partyOf(e.event).ID }),
		text("company_country", func(e *entry) string { return partyOf(e.event).Country }),
		text("type", func(e *entry) string { return e.event.Kind.String() }),
		text("category", func(e *entry) string { return newsOf(e).Category.String() }),
		text("outlet", func(e *entry) string { return newsOf(e).Outlet.String() }),
		int32s("notches", func(e *entry) int32 { return newsOf(e).Notches }),
		int32s("days", func(e *entry) int32 { return newsOf(e).Days }),
		text("role", func(e *entry) string { return newsOf(e).Role }),
		money("amount", func(e *entry) event.Amount { return newsOf(e).Amount }),
		text("currency", func(e *entry) string { return newsOf(e).Amount.Currency }),
		text("language", func(e *entry) string { return newsOf(e).Language }),
		uint32s("classifier", func(e *entry) uint32 { return newsOf(e).Classifier }),
		texts("phrases", func(e *entry) []string { return newsOf(e).Phrases }),
		text("withdraws", func(e *entry) string {
			if b, ok := e.event.Body.(*event.NewsWithdrawn); ok {
				return b.Withdraws
			}
			return ""
		}),
	)
}

func statements() []column {
	type b = event.StatementFiled
	figure := func(name string, bit uint32, get func(*b) int64) column {
		return optionalMoney(name, func(e *entry) (event.Amount, bool) {
			b := e.event.Body.(*b)
			return event.Amount{Minor: get(b), Currency: b.Currency}, b.Given&bit != 0
		})
	}
	return input(
		text("buyer_id", in(func(b *b) string { return b.Buyer.ID })),
		text("company_country", in(func(b *b) string { return b.Buyer.Country })),
		date("period_end", in(func(b *b) event.Day { return b.PeriodEnd })),
		int32s("months", in(func(b *b) int32 { return b.Months })),
		text("currency", in(func(b *b) string { return b.Currency })),
		figure("total_assets", event.GivenTotalAssets, func(b *b) int64 { return b.TotalAssets }),
		figure("equity", event.GivenEquity, func(b *b) int64 { return b.Equity }),
		figure("current_assets", event.GivenCurrentAssets, func(b *b) int64 { return b.CurrentAssets }),
		figure("inventories", event.GivenInventories, func(b *b) int64 { return b.Inventories }),
		figure("cash", event.GivenCash, func(b *b) int64 { return b.Cash }),
		figure("current_liabilities", event.GivenCurrentLiabilities, func(b *b) int64 { return b.CurrentLiabilities }),
		figure("total_liabilities", event.GivenTotalLiabilities, func(b *b) int64 { return b.TotalLiabilities }),
		figure("trade_payables", event.GivenTradePayables, func(b *b) int64 { return b.TradePayables }),
		figure("revenue", event.GivenRevenue, func(b *b) int64 { return b.Revenue }),
		figure("ebit", event.GivenEBIT, func(b *b) int64 { return b.EBIT }),
		figure("net_income", event.GivenNetIncome, func(b *b) int64 { return b.NetIncome }),
		figure("depreciation", event.GivenDepreciation, func(b *b) int64 { return b.Depreciation }),
		flag("consolidated", in(func(b *b) bool { return b.Consolidated })),
	)
}

func buyers() []column {
	type b = event.BuyerUpserted
	return input(
		text("buyer_id", in(func(b *b) string { return b.Buyer.ID })),
		text("country", in(func(b *b) string { return b.Buyer.Country })),
		text("sector", in(func(b *b) string { return b.Sector })),
		optionalDayText("founded_on", in(func(b *b) event.Day { return b.FoundedOn })),
		text("group_id", in(func(b *b) string { return b.Group })),
		text("parent_id", in(func(b *b) string { return b.Parent })),
		flag("natural_person", in(func(b *b) bool { return b.NaturalPerson })),
	)
}

func requests() []column {
	type b = event.LimitRequested
	return input(
		text("buyer_id", in(func(b *b) string { return b.Buyer.ID })),
		text("company_country", in(func(b *b) string { return b.Buyer.Country })),
		text("request_id", in(func(b *b) string { return b.Request })),
		text("policy_id", in(func(b *b) string { return b.Policy })),
		text("kind", in(func(b *b) string { return b.Kind.String() })),
		money("amount", in(func(b *b) event.Amount { return b.Amount })),
		text("currency", in(func(b *b) string { return b.Amount.Currency })),
		optionalDate("valid_until", in(func(b *b) event.Day { return b.ValidUntil })),
		text("analyst", in(func(b *b) string { return b.Analyst })),
	)
}

func documents() []column {
	type b = event.DocumentAdded
	return input(
		text("case_id", in(func(b *b) string { return b.Case })),
		text("claim_id", in(func(b *b) string { return b.Claim })),
		text("policy_id", in(func(b *b) string { return event.PolicyOfMinted(b.Case + b.Claim) })),
		text("document_id", in(func(b *b) string { return b.Document })),
		text("kind", in(func(b *b) string { return b.Kind.String() })),
		text("sha256", in(func(b *b) string { return hex.EncodeToString(b.SHA256) })),
		int64s("bytes", in(func(b *b) int64 { return b.Size })),
	)
}

// matched is a message about a company without an id, and the buyer that it was found to be about.
type matched struct {
	message *event.Event
	buyer   string
	by      event.MatchKind
	others  []string
}

func matchOf(e *event.Event) (m matched, err error) {
	v := forwarded(e)
	m.buyer, m.others = v.Subject, slices.DeleteFunc(slices.Clone(v.Names),
		func(id string) bool { return id == v.Subject })
	if len(v.Matches) > 0 {
		m.by = v.Matches[0].Kind
	}
	m.message, err = new(event.Decoder).Decode(v.Payload)
	return m, err
}

func matches() []column {
	return input(
		text("buyer_id", func(e *entry) string { return e.match.buyer }),
		text("type", func(e *entry) string { return e.event.Kind.String() }),
		text("matched", func(e *entry) string { return e.match.by.String() }),
		texts("others", func(e *entry) []string { return e.match.others }),
	)
}

func policies() []column {
	type b = event.PolicyUpserted
	sum := func(name string, get func(*b) int64) column {
		return money(name, in(func(b *b) event.Amount { return event.Amount{Minor: get(b), Currency: b.Currency} }))
	}
	days := func(name string, get func(*b) int32) column { return int32s(name, in(get)) }
	share := func(name string, get func(*b) int64) column { return fixed(name, "Decimal(9, 4)", 4, in(get)) }
	return input(
		text("policy_id", in(func(b *b) string { return b.Policy })),
		text("holder_id", in(func(b *b) string { return b.Holder })),
		text("language", in(func(b *b) string { return b.Language })),
		text("currency", in(func(b *b) string { return b.Currency })),
		share("insured_percentage", func(b *b) int64 { return b.InsuredPPM }),
		sum("discretionary_limit", func(b *b) int64 { return b.DiscretionaryMinor }),
		sum("maximum_liability", func(b *b) int64 { return b.MaximumLiabilityMinor }),
		sum("minimum_retention", func(b *b) int64 { return b.MinimumRetentionMinor }),
		texts("deductible_kinds", in(func(b *b) []string {
			kinds := make([]string, len(b.Deductibles))
			for i, d := range b.Deductibles {
				kinds[i] = d.Kind.String()
			}
			return kinds
		})),
		monies("deductible_amounts", in(func(b *b) []event.Amount {
			amounts := make([]event.Amount, len(b.Deductibles))
			for i, d := range b.Deductibles {
				amounts[i] = event.Amount{Minor: d.Minor, Currency: b.Currency}
			}
			return amounts
		})),
		texts("indemnity_order", in(func(b *b) []string { return b.IndemnityOrder })),
		days("waiting_period_days", func(b *b) int32 { return b.WaitingPeriodDays }),
		days("notice_days", func(b *b) int32 { return b.NoticeDays }),
		flag("notice_from_delivery", in(func(b *b) bool { return b.NoticeFromDelivery })),
		days("maximum_extension_days", func(b *b) int32 { return b.MaximumExtensionDays }),
		days("notification_deadline_days", func(b *b) int32 { return b.NotificationDeadlineDays }),
		days("claim_deadline_days", func(b *b) int32 { return b.ClaimDeadlineDays }),
		date("effective_on", in(func(b *b) event.Day { return b.EffectiveOn })),
		optionalDate("period_from", in(func(b *b) event.Day { return b.PeriodFrom })),
		optionalDate("period_to", in(func(b *b) event.Day { return b.PeriodTo })),
		days("collection_deadline_days", func(b *b) int32 { return b.CollectionDeadlineDays }),
		flag("waiting_period_from_report", in(func(b *b) bool { return b.WaitingFromReport })),
		share("late_report_percentage", func(b *b) int64 { return b.LateReportPPM }),
		days("insolvency_claim_days", func(b *b) int32 { return b.InsolvencyClaimDays }),
		share("insured_percentage_discretionary", func(b *b) int64 { return b.DiscretionaryPPM }),
		flag("vat_insured", in(func(b *b) bool { return b.VATInsured })),
		flag("equal_qualifies", in(func(b *b) bool { return !b.EqualDisqualifies })),
		days("indemnity_days", func(b *b) int32 { return b.IndemnityDays }),
		text("assignee_id", in(func(b *b) string { return b.Assignee })),
		int32lists("warn_days", in(func(b *b) []int32 { return b.WarnDays })),
	)
}
