package storage

import (
	"barometer/ingest/event"
	"barometer/processor/decision"

	"github.com/shopspring/decimal"
)

func sourceText(s event.Source) string {
	if s.Topic == event.TopicNone {
		return ""
	}
	return s.String()
}

func scores() []column {
	type b = decision.Score
	str := func(name string, get func(*b) string) column { return text(name, out(get)) }
	grade := func(name string, get func(*b) uint32) column { return small(name, out(get)) }
	return decided(
		str("buyer_id", func(b *b) string { return b.Buyer }),
		str("country", func(b *b) string { return b.Country }),
		str("sector", func(b *b) string { return b.Sector }),
		grade("grade", func(b *b) uint32 { return b.Grade }),
		grade("previous_grade", func(b *b) uint32 { return b.PreviousGrade }),
		fixed("pd", "Decimal(9, 6)", 6, out(func(b *b) int64 { return b.PDPPM })),
		points("points", out(func(b *b) int64 { return b.PointsMLO })),
		points("previous_points", out(func(b *b) int64 { return b.PreviousMLO })),
		grade("economic", func(b *b) uint32 { return b.Economic }),
		grade("political", func(b *b) uint32 { return b.Political }),
		grade("commercial", func(b *b) uint32 { return b.Commercial }),
		grade("financing", func(b *b) uint32 { return b.Financing }),
		texts("contribution_codes", out(func(b *b) []string {
			codes := make([]string, len(b.Contributions))
			for i := range b.Contributions {
				codes[i] = b.Contributions[i].Code
			}
			return codes
		})),
		&columnOf[[]decimal.Decimal]{"contribution_points", "Array(Decimal(18, 3))", out(func(b *b) []decimal.Decimal {
			all := make([]decimal.Decimal, len(b.Contributions))
			for i := range b.Contributions {
				all[i] = decimal.New(b.Contributions[i].PointsMLO, -3)
			}
			return all
		}), nil},
		&columnOf[[]int64]{"contribution_figures", "Array(Int64)", out(func(b *b) []int64 {
			all := make([]int64, len(b.Contributions))
			for i := range b.Contributions {
				all[i] = b.Contributions[i].Figure
			}
			return all
		}), nil},
		texts("reasons", out(func(b *b) []string { return b.Reasons })),
		str("model", func(b *b) string { return b.Model }),
		str("cause", func(b *b) string { return b.Cause }),
		str("cap", func(b *b) string { return b.Cap }),
		texts("holders", out(func(b *b) []string { return b.Holders })),
		flag("override", out(func(b *b) bool { return b.Override })),
		str("texts_source", func(b *b) string { return sourceText(b.Texts) }),
	)
}

func macro() []column {
	type b = decision.Macro
	return decided(
		text("country", out(func(b *b) string { return b.Country })),
		text("sector", out(func(b *b) string { return b.Sector })),
		points("economic", out(func(b *b) int64 { return b.EconomicMLO })),
		points("previous_economic", out(func(b *b) int64 { return b.PreviousMLO })),
		points("political", out(func(b *b) int64 { return b.PoliticalMLO })),
		points("previous_political", out(func(b *b) int64 { return b.PreviousPolitical })),
		small("best_grade", out(func(b *b) uint32 { return b.BestGrade })),
		flag("off_cover", out(func(b *b) bool { return b.OffCover })),
		uint32s("buyers_moved", out(func(b *b) uint32 { return b.Buyers })),
		text("model", out(func(b *b) string { return b.Model })),
		flag("capped", out(func(b *b) bool { return b.Capped })),
		euros("country_cap", out(func(b *b) int64 { return b.CapMinor })),
		euros("country_use", out(func(b *b) int64 { return b.UseMinor })),
	)
}

func limits() []column {
	type b = decision.Limit
	str := func(name string, get func(*b) string) column { return text(name, out(get)) }
	sum := func(name string, get func(*b) int64) column {
		return money(name, out(func(b *b) event.Amount { return event.Amount{Minor: get(b), Currency: b.Currency} }))
	}
	return decided(
		str("policy_id", func(b *b) string { return b.Policy }),
		str("buyer_id", func(b *b) string { return b.Buyer }),
		str("holder_id", func(b *b) string { return b.Holder }),
		str("request_id", func(b *b) string { return b.Request }),
		str("request_kind", func(b *b) string { return b.RequestKind.String() }),
		str("code", func(b *b) string { return b.Code.String() }),
		sum("requested", func(b *b) int64 { return b.RequestedMinor }),
		sum("granted", func(b *b) int64 { return b.GrantedMinor }),
		sum("previous", func(b *b) int64 { return b.PreviousMinor }),
		str("currency", func(b *b) string { return b.Currency }),
		uint32s("reason", out(func(b *b) uint32 { return b.Reason })),
		str("reason_text", func(b *b) string { return b.ReasonText }),
		texts("conditions", out(func(b *b) []string { return b.Conditions })),
		optionalDate("effective_on", out(func(b *b) event.Day { return b.EffectiveOn })),
		flag("on_delivery", out(func(b *b) bool { return b.OnDelivery })),
		int32s("notice_days", out(func(b *b) int32 { return b.NoticeDays })),
		optionalDate("valid_until", out(func(b *b) event.Day { return b.ValidUntil })),
		small("buyer_grade", out(func(b *b) uint32 { return b.BuyerGrade })),
		euros("overhang", out(func(b *b) int64 { return b.OverhangMinor })),
		euros("capacity", out(func(b *b) int64 { return b.CapacityMinor })),
		euros("in_use", out(func(b *b) int64 { return b.InUseMinor })),
		flag("override", out(func(b *b) bool { return b.Override })),
		str("model", func(b *b) string { return b.Model }),
		str("texts_source", func(b *b) string { return sourceText(b.Texts) }),
	)
}

func covers() []column {
	type b = decision.Cover
	str := func(name string, get func(*b) string) column { return text(name, out(get)) }
	sum := func(name string, get func(*b) int64) column {
		return money(name, out(func(b *b) event.Amount { return event.Amount{Minor: get(b), Currency: b.Currency} }))
	}
	return decided(
		str("policy_id", func(b *b) string { return b.Policy }),
		str("buyer_id", func(b *b) string { return b.Buyer }),
		str("holder_id", func(b *b) string { return b.Holder }),
		str("code", func(b *b) string { return b.Code.String() }),
		str("invoice_id", func(b *b) string { return b.Invoice }),
		str("order_id", func(b *b) string { return b.Order }),
		optionalDate("delivered_on", out(func(b *b) event.Day { return b.DeliveredOn })),
		sum("was", func(b *b) int64 { return b.WasMinor }),
		sum("now", func(b *b) int64 { return b.NowMinor }),
		sum("limit_in_force", func(b *b) int64 { return b.LimitMinor }),
		str("currency", func(b *b) string { return b.Currency }),
		date("from_on", out(func(b *b) event.Day { return b.From })),
		optionalDate("to_on", out(func(b *b) event.Day { return b.To })),
		uint32s("reason", out(func(b *b) uint32 { return b.Reason })),
		str("reason_text", func(b *b) string { return b.ReasonText }),
		texts("evidence", out(func(b *b) []string { return b.Evidence })),
		str("texts_source", func(b *b) string { return sourceText(b.Texts) }),
	)
}

func deadlines() []column {
	type b = decision.Deadline
	str := func(name string, get func(*b) string) column { return text(name, out(get)) }
	sum := func(name string, get func(*b) int64) column {
		return money(name, out(func(b *b) event.Amount { return event.Amount{Minor: get(b), Currency: b.Currency} }))
	}
	words := func(name string, get func(*decision.DeadlineLine) string) column {
		return texts(name, out(func(b *b) []string {
			all := make([]string, len(b.Lines))
			for i := range b.Lines {
				all[i] = get(&b.Lines[i])
			}
			return all
		}))
	}
	sums := func(name string, get func(*decision.DeadlineLine) int64) column {
		return monies(name, out(func(b *b) []event.Amount {
			all := make([]event.Amount, len(b.Lines))
			for i := range b.Lines {
				all[i] = event.Amount{Minor: get(&b.Lines[i]), Currency: b.Currency}
			}
			return all
		}))
	}
	first := func(b *b) (on event.Day) {
		for i := range b.Lines {
			if on == 0 || b.Lines[i].On < on {
				on = b.Lines[i].On
			}
		}
		return on
	}
	return decided(
		str("policy_id", func(b *b) string { return b.Policy }),
		str("buyer_id", func(b *b) string { return b.Buyer }),
		str("holder_id", func(b *b) string { return b.Holder }),
		str("state", func(b *b) string { return b.State.String() }),
		optionalDate("first_on", out(first)),
		str("currency", func(b *b) string { return b.Currency }),
		sum("at_stake", func(b *b) int64 { return b.AtStakeMinor }),
		sum("limit_in_force", func(b *b) int64 { return b.LimitMinor }),
		words("kinds", func(l *decision.DeadlineLine) string { return l.Kind.String() }),
		words("invoices", func(l *decision.DeadlineLine) string { return l.Invoice }),
		words("due_on", func(l *decision.DeadlineLine) string { return l.DueOn.String() }),
		words("dates", func(l *decision.DeadlineLine) string { return l.On.String() }),
		sums("open", func(l *decision.DeadlineLine) int64 { return l.OpenMinor }),
		sums("line_at_stake", func(l *decision.DeadlineLine) int64 { return l.AtStakeMinor }),
		words("why", func(l *decision.DeadlineLine) string { return l.Why }),
		str("texts_source", func(b *b) string { return sourceText(b.Texts) }),
	)
}

func exposures() []column {
	type b = decision.Exposure
	str := func(name string, get func(*b) string) column { return text(name, out(get)) }
	sum := func(name string, get func(*b) int64) column {
		return money(name, out(func(b *b) event.Amount { return event.Amount{Minor: get(b), Currency: b.Currency} }))
	}
	return decided(
		str("policy_id", func(b *b) string { return b.Policy }),
		str("buyer_id", func(b *b) string { return b.Buyer }),
		str("holder_id", func(b *b) string { return b.Holder }),
		str("currency", func(b *b) string { return b.Currency }),
		sum("outstanding", func(b *b) int64 { return b.OpenMinor }),
		sum("covered", func(b *b) int64 { return b.CoveredMinor }),
		sum("in_dispute", func(b *b) int64 { return b.SuspendedMinor }),
		optionalDate("stopped_from", out(func(b *b) event.Day { return b.StoppedFrom })),
	)
}

func reviews() []column {
	type b = decision.Review
	str := func(name string, get func(*b) string) column { return text(name, out(get)) }
	return decided(
		str("review_id", func(b *b) string { return b.Review }),
		str("kind", func(b *b) string { return b.Kind }),
		str("buyer_id", func(b *b) string { return b.Buyer }),
		str("country", func(b *b) string { return b.Country }),
		str("state", func(b *b) string { return b.State }),
		str("analyst", func(b *b) string { return b.Analyst }),
		instant("deadline", out(func(b *b) int64 { return b.DeadlineMs })),
		str("reason", func(b *b) string { return b.Reason }),
		texts("proposal_policies", out(func(b *b) []string {
			policies := make([]string, len(b.Proposals))
			for i := range b.Proposals {
				policies[i] = b.Proposals[i].Policy
			}
			return policies
		})),
		monies("proposal_from", out(func(b *b) []event.Amount {
			all := make([]event.Amount, len(b.Proposals))
			for i, p := range b.Proposals {
				all[i] = event.Amount{Minor: p.FromMinor, Currency: p.Currency}
			}
			return all
		})),
		monies("proposal_to", out(func(b *b) []event.Amount {
			all := make([]event.Amount, len(b.Proposals))
			for i, p := range b.Proposals {
				all[i] = event.Amount{Minor: p.ToMinor, Currency: p.Currency}
			}
			return all
		})),
		texts("proposal_currencies", out(func(b *b) []string {
			all := make([]string, len(b.Proposals))
			for i, p := range b.Proposals {
				all[i] = p.Currency
			}
			return all
		})),
		texts("items", out(func(b *b) []string {
			ids := make([]string, len(b.Items))
			for i := range b.Items {
				ids[i] = b.Items[i].ID
			}
			return ids
		})),
		texts("item_sources", out(func(b *b) []string {
			sources := make([]string, len(b.Items))
			for i := range b.Items {
				sources[i] = sourceText(b.Items[i].Source)
			}
			return sources
		})),
		str("texts_source", func(b *b) string { return sourceText(b.Texts) }),
		str("asked_by", func(b *b) string { return b.Asked }),
		str("approved_first", func(b *b) string { return b.First }),
		str("verdict_source", func(b *b) string { return sourceText(b.Verdict) }),
		texts("terms", out(func(b *b) []string { return b.Terms })),
	)
}

func rejections() []column {
	type b = decision.Rejection
	str := func(name string, get func(*b) string) column { return text(name, out(get)) }
	return decided(
		str("reason", func(b *b) string { return b.Reason }),
		str("detail", func(b *b) string { return b.Detail }),
		str("buyer_id", func(b *b) string { return b.Buyer }),
		str("policy_id", func(b *b) string { return b.Policy }),
		str("event_id", func(b *b) string { return b.ID }),
		str("kind", func(b *b) string { return b.Kind.String() }),
		str("source", func(b *b) string { return sourceText(b.Source) }),
	)
}

// progress is what a row of progress says beside the decision.
type progress struct {
	decisionsNext int64
	tickMs        int64
}

func progressRow() []column {
	type b = decision.Progress
	return position(
		uint64s("cut", out(func(b *b) uint64 { return b.Cut })),
		text("log_id", out(func(b *b) string { return b.LogID })),
		int64s("from_offset", out(func(b *b) int64 { return b.From })),
		int64s("next_offset", out(func(b *b) int64 { return b.Next })),
		int64s("decisions_next", func(e *entry) int64 { return e.progress.decisionsNext }),
		instant("tick", func(e *entry) int64 { return e.progress.tickMs }),
		uint64s("skipped", out(func(b *b) (n uint64) {
			for _, r := range b.Skipped {
				n += uint64(r.Last - r.First + 1)
			}
			return n
		})),
		uint64s("repeated", out(func(b *b) uint64 { return b.Repeated })),
		texts("kinds", out(func(b *b) []string {
			kinds := make([]string, len(b.Counts))
			for i, c := range b.Counts {
				kinds[i] = c.Event.String() + c.Decision.String() // one of them is empty
			}
			return kinds
		})),
		&columnOf[[]uint64]{"counts", "Array(UInt64)", out(func(b *b) []uint64 {
			counts := make([]uint64, len(b.Counts))
			for i, c := range b.Counts {
				counts[i] = c.N
			}
			return counts
		}), nil},
	)
}
