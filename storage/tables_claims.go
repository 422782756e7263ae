package storage

import (
	"barometer/ingest/event"
	"barometer/processor/decision"
)

func cases() []column {
	type b = decision.Case
	type debt = decision.CaseDebt
	type receipt = decision.CaseReceipt
	str := func(name string, get func(*b) string) column { return text(name, out(get)) }
	day := func(name string, get func(*b) event.Day) column { return optionalDate(name, out(get)) }
	sum := func(name string, get func(*b) int64) column {
		return money(name, out(func(b *b) event.Amount { return event.Amount{Minor: get(b), Currency: b.Currency} }))
	}
	debts := func(b *b) []debt { return b.Debts }
	debtTexts := func(name string, get func(*debt) string) column {
		return texts(name, each(debts, func(_ *b, d *debt) string { return get(d) }))
	}
	debtDays := func(name string, get func(*debt) event.Day) column {
		return optionalDates(name, each(debts, func(_ *b, d *debt) event.Day { return get(d) }))
	}
	debtSums := func(name string, get func(*debt) int64) column {
		return monies(name, each(debts, func(b *b, d *debt) event.Amount {
			return event.Amount{Minor: get(d), Currency: b.Currency}
		}))
	}
	receipts := func(b *b) []receipt { return b.Receipts }
	receiptSums := func(name string, get func(*receipt) int64) column {
		return monies(name, each(receipts, func(b *b, r *receipt) event.Amount {
			return event.Amount{Minor: get(r), Currency: b.Currency}
		}))
	}
	instalments := func(b *b) []decision.CaseInstalment { return b.Instalments }
	rates := func(b *b) []decision.CaseRate { return b.Rates }
	return decided(
		str("case_id", func(b *b) string { return b.Case }),
		str("policy_id", func(b *b) string { return b.Policy }),
		str("buyer_id", func(b *b) string { return b.Buyer }),
		str("holder_id", func(b *b) string { return b.Holder }),
		str("kind", func(b *b) string { return b.Kind }),
		str("what", func(b *b) string { return b.What }),
		sum("amount", func(b *b) int64 { return b.AmountMinor }),
		str("stage", func(b *b) string { return b.Stage }),
		str("previous_stage", func(b *b) string { return b.PreviousStage }),
		str("outcome", func(b *b) string { return b.Outcome }),
		str("next", func(b *b) string { return b.Next }),
		str("next_by", func(b *b) string { return b.NextBy }),
		day("due_on", func(b *b) event.Day { return b.DueOn }),
		str("warning", func(b *b) string { return b.Warning }),
		day("opened_on", func(b *b) event.Day { return b.OpenedOn }),
		day("reported_on", func(b *b) event.Day { return b.ReportedOn }),
		str("reference", func(b *b) string { return b.Reference }),
		texts("invoices", out(func(b *b) []string { return b.Invoices })),
		sum("open", func(b *b) int64 { return b.OpenMinor }),
		sum("insured", func(b *b) int64 { return b.InsuredMinor }),
		sum("disputed", func(b *b) int64 { return b.DisputedMinor }),
		sum("recovered", func(b *b) int64 { return b.RecoveredMinor }),
		sum("fees", func(b *b) int64 { return b.FeesMinor }),
		str("currency", func(b *b) string { return b.Currency }),
		euros("flat_compensation", out(func(b *b) int64 { return b.FlatMinor })),
		debtTexts("debt_invoices", func(d *debt) string { return d.Invoice }),
		debtDays("debt_delivered_on", func(d *debt) event.Day { return d.DeliveredOn }),
		debtDays("debt_due_on", func(d *debt) event.Day { return d.DueOn }),
		debtDays("debt_original_due_on", func(d *debt) event.Day { return d.OriginalDueOn }),
		debtSums("debt_amounts", func(d *debt) int64 { return d.AmountMinor }),
		debtSums("debt_open", func(d *debt) int64 { return d.OpenMinor }),
		debtSums("debt_insured", func(d *debt) int64 { return d.InsuredMinor }),
		debtTexts("debt_reasons", func(d *debt) string { return d.Reason }),
		percents("debt_percentages", each(debts, func(_ *b, d *debt) int64 { return d.PercentPPM })),
		debtDays("debt_loss_on", func(d *debt) event.Day { return d.LossOn }),
		flags("debt_disputed", each(debts, func(_ *b, d *debt) bool { return d.Disputed })),
		debtTexts("debt_claims", func(d *debt) string { return d.Claim }),
		monies("debt_own", each(debts, func(_ *b, d *debt) event.Amount { return d.Own })),
		monies("debt_interest", each(debts, func(_ *b, d *debt) event.Amount { return d.Interest })),
		debtTexts("debt_currencies", func(d *debt) string { return d.Own.Currency }),
		int32s("debts_left_out", out(func(b *b) int32 { return b.DebtsLeftOut })),
		texts("receipt_ids", each(receipts, func(_ *b, r *receipt) string { return r.Recovery })),
		optionalDates("receipt_on", each(receipts, func(_ *b, r *receipt) event.Day { return r.On })),
		receiptSums("receipt_amounts", func(r *receipt) int64 { return r.Minor }),
		receiptSums("receipt_fees", func(r *receipt) int64 { return r.FeeMinor }),
		texts("receipt_from", each(receipts, func(_ *b, r *receipt) string { return r.From })),
		optionalDates("rate_from", each(rates, func(_ *b, r *decision.CaseRate) event.Day { return r.From })),
		percents("rates", each(rates, func(_ *b, r *decision.CaseRate) int64 { return r.RatePPM })),
		str("plan_id", func(b *b) string { return b.Plan }),
		str("plan_state", func(b *b) string { return b.PlanState }),
		optionalDates("instalment_due_on", each(instalments, func(_ *b, i *decision.CaseInstalment) event.Day {
			return i.DueOn
		})),
		monies("instalment_amounts", each(instalments, func(b *b, i *decision.CaseInstalment) event.Amount {
			return event.Amount{Minor: i.Minor, Currency: b.Currency}
		})),
		texts("documents", out(func(b *b) []string { return b.Documents })),
		texts("missing_documents", out(func(b *b) []string { return b.MissingDocuments })),
		flag("insolvent", out(func(b *b) bool { return b.Insolvent })),
		str("analyst", func(b *b) string { return b.Analyst }),
		str("texts_source", func(b *b) string { return sourceText(b.Texts) }),
	)
}

func claims() []column {
	type b = decision.Claim
	type line = decision.WaterfallLine
	type invoice = decision.ClaimInvoice
	str := func(name string, get func(*b) string) column { return text(name, out(get)) }
	day := func(name string, get func(*b) event.Day) column { return optionalDate(name, out(get)) }
	sum := func(name string, get func(*b) int64) column {
		return money(name, out(func(b *b) event.Amount { return event.Amount{Minor: get(b), Currency: b.Currency} }))
	}
	lines := func(b *b) []line { return b.Waterfall }
	lineSums := func(name string, get func(*line) int64) column {
		return monies(name, each(lines, func(b *b, l *line) event.Amount {
			return event.Amount{Minor: get(l), Currency: b.Currency}
		}))
	}
	invoices := func(b *b) []invoice { return b.Invoices }
	invoiceTexts := func(name string, get func(*invoice) string) column {
		return texts(name, each(invoices, func(_ *b, v *invoice) string { return get(v) }))
	}
	invoiceDays := func(name string, get func(*invoice) event.Day) column {
		return optionalDates(name, each(invoices, func(_ *b, v *invoice) event.Day { return get(v) }))
	}
	invoiceSums := func(name string, get func(*invoice) int64) column {
		return monies(name, each(invoices, func(b *b, v *invoice) event.Amount {
			return event.Amount{Minor: get(v), Currency: b.Currency}
		}))
	}
	invoiceFlags := func(name string, get func(*invoice) bool) column {
		return flags(name, each(invoices, func(_ *b, v *invoice) bool { return get(v) }))
	}
	shares := func(prefix string, of func(*b) *decision.Shares) []column {
		part := func(name string, get func(*decision.Shares) int64) column {
			return sum(prefix+name, func(b *b) int64 { return get(of(b)) })
		}
		return []column{
			part("", func(s *decision.Shares) int64 { return s.Minor }),
			part("_insured", func(s *decision.Shares) int64 { return s.InsuredMinor }),
			part("_insurer", func(s *decision.Shares) int64 { return s.InsurerMinor }),
			part("_policyholder", func(s *decision.Shares) int64 { return s.PolicyholderMinor }),
			part("_fee", func(s *decision.Shares) int64 { return s.FeeMinor }),
			part("_fee_insurer", func(s *decision.Shares) int64 { return s.FeeInsurerMinor }),
			part("_fee_policyholder", func(s *decision.Shares) int64 { return s.FeePolicyholderMinor }),
		}
	}
	all := []column{
		str("claim_id", func(b *b) string { return b.Claim }),
		str("policy_id", func(b *b) string { return b.Policy }),
		str("buyer_id", func(b *b) string { return b.Buyer }),
		str("holder_id", func(b *b) string { return b.Holder }),
		str("case_id", func(b *b) string { return b.Case }),
		str("what", func(b *b) string { return b.What }),
		str("state", func(b *b) string { return b.State }),
		str("cause", func(b *b) string { return b.Cause }),
		str("reason", func(b *b) string { return b.Reason }),
		str("reference", func(b *b) string { return b.Reference }),
		day("filed_on", func(b *b) event.Day { return b.FiledOn }),
		day("loss_on", func(b *b) event.Day { return b.LossOn }),
		sum("debt", func(b *b) int64 { return b.DebtMinor }),
		sum("insured", func(b *b) int64 { return b.InsuredMinor }),
		sum("recovered_before", func(b *b) int64 { return b.RecoveredBeforeMinor }),
		sum("loss", func(b *b) int64 { return b.LossMinor }),
		sum("indemnity", func(b *b) int64 { return b.IndemnityMinor }),
		sum("paid", func(b *b) int64 { return b.PaidMinor }),
		sum("first_loss", func(b *b) int64 { return b.FirstLossMinor }),
		str("currency", func(b *b) string { return b.Currency }),
		day("period_from", func(b *b) event.Day { return b.PeriodFrom }),
		day("period_to", func(b *b) event.Day { return b.PeriodTo }),
		day("payable_on", func(b *b) event.Day { return b.PayableOn }),
		str("assignee_id", func(b *b) string { return b.Assignee }),
		texts("waterfall_steps", each(lines, func(_ *b, l *line) string { return l.Step })),
		lineSums("waterfall_amounts", func(l *line) int64 { return l.Minor }),
		lineSums("waterfall_taken", func(l *line) int64 { return l.TakenMinor }),
		lineSums("waterfall_terms", func(l *line) int64 { return l.TermMinor }),
		percents("waterfall_percentages", each(lines, func(_ *b, l *line) int64 { return l.PercentPPM })),
		invoiceTexts("invoice_ids", func(v *invoice) string { return v.Invoice }),
		invoiceDays("invoice_delivered_on", func(v *invoice) event.Day { return v.DeliveredOn }),
		invoiceDays("invoice_due_on", func(v *invoice) event.Day { return v.DueOn }),
		invoiceDays("invoice_loss_on", func(v *invoice) event.Day { return v.LossOn }),
		invoiceSums("invoice_amounts", func(v *invoice) int64 { return v.AmountMinor }),
		invoiceSums("invoice_open", func(v *invoice) int64 { return v.OpenMinor }),
		invoiceSums("invoice_insured", func(v *invoice) int64 { return v.InsuredMinor }),
		invoiceTexts("invoice_reasons", func(v *invoice) string { return v.Reason }),
		percents("invoice_percentages", each(invoices, func(_ *b, v *invoice) int64 { return v.PercentPPM })),
		invoiceFlags("invoice_discretionary", func(v *invoice) bool { return v.Discretionary }),
		invoiceFlags("invoice_late", func(v *invoice) bool { return v.Late }),
		invoiceSums("invoice_losses", func(v *invoice) int64 { return v.LossMinor }),
		texts("missing_documents", out(func(b *b) []string { return b.MissingDocuments })),
		str("next", func(b *b) string { return b.Next }),
		str("next_by", func(b *b) string { return b.NextBy }),
		day("due_on", func(b *b) event.Day { return b.DueOn }),
		str("corrects", func(b *b) string {
			if b.Corrects == (event.Position{}) {
				return ""
			}
			return b.Corrects.String()
		}),
		str("analyst", func(b *b) string { return b.Analyst }),
		str("texts_source", func(b *b) string { return sourceText(b.Texts) }),
	}
	all = append(all, shares("receipt", func(b *b) *decision.Shares { return &b.Receipt })...)
	return decided(append(all, shares("received", func(b *b) *decision.Shares { return &b.Received })...)...)
}
