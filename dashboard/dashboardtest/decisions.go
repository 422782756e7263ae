package dashboardtest

import (
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/limit"
)

// Score makes a decision on a score; at is its offset.
func Score(partition uint32, at int64, buyer string, grade, before uint32,
	edit ...func(*decision.Score)) decision.Decision {
	pd := []int64{500, 500, 900, 1600, 3100, 6400, 14000, 33000, 89000, 223000, 1000000}[grade]
	b := &decision.Score{Buyer: buyer, Country: "BE", Sector: "F", Grade: grade, PreviousGrade: before, PDPPM: pd,
		PointsMLO: int64(grade)*300 - 1500, PreviousMLO: int64(before)*300 - 1500, Economic: 7, Political: 5, Commercial: 8,
		Financing: 6, Contributions: []decision.Contribution{{Code: "equity_ratio", PointsMLO: 120, Figure: 180000},
			{Code: "days_beyond_terms", PointsMLO: 400, Figure: 283},
			{Code: "economic_cell", PointsMLO: 475, Figure: 475}, {Code: "cash_ratio", PointsMLO: -210, Figure: 50000},
			{Code: "something_new", PointsMLO: 15}},
		Reasons: []string{"economic_cell", "days_beyond_terms"}, Changes: []decision.Contribution{{Code: "days_beyond_terms",
			PointsMLO: 220, Figure: 283}},
		Model: "2026-1", Cause: "grade"}
	for _, e := range edit {
		e(b)
	}
	return decision.Decision{Position: event.Position{Generation: 1, Partition: partition, Offset: at},
		AtMs: 1_772_600_000_000 + at*60_000, Kind: decision.ScoreChanged, Key: buyer,
		Trigger: decision.Trigger{Kind: event.KindInvoicePaid, ID: "pay-" + buyer,
			Source: event.Source{Topic: event.TopicPayments, Offset: at}}, Body: b}
}

// Exposed makes a decision on what a policy has delivered to a buyer.
func Exposed(partition uint32, offset int64, policy, holder, buyer string, open, covered int64) decision.Decision {
	d := Limited(partition, offset, policy, holder, buyer, 0)
	d.Kind, d.Body = decision.ExposureChanged, &decision.Exposure{Policy: policy, Buyer: buyer, Holder: holder,
		Currency: "EUR", OpenMinor: open, CoveredMinor: covered}
	return d
}

// Limited makes a decision on a limit; at is its offset.
func Limited(partition uint32, at int64, policy, holder, buyer string, granted int64, edit ...func(*decision.Decision,
	*decision.Limit)) decision.Decision {
	b := &decision.Limit{Policy: policy, Buyer: buyer, Holder: holder, Request: "r-" + buyer,
		RequestKind: event.RequestNew, Code: decision.PartlyApproved, RequestedMinor: 5_000_000, GrantedMinor: granted,
		Currency: "EUR", Reason: 13, BuyerGrade: 6, EffectiveOn: event.Date(2026, 3, 4), CapacityMinor: 9_000_000,
		InUseMinor: 4_000_000, Model: "2026-1"}
	d := decision.Decision{Position: event.Position{Generation: 1, Partition: partition, Offset: at},
		AtMs: 1_772_600_000_000 + at*60_000, Kind: decision.LimitDecided, Key: buyer,
		Trigger: decision.Trigger{Kind: event.KindLimitRequested, ID: "msg-" + buyer}, Body: b}
	for _, e := range edit {
		e(&d, b)
	}
	if limit.LeavesLimit(b.Code) || b.Code == decision.Preliminary {
		b.EffectiveOn = 0
	}
	return d
}

// Covered makes a change of cover as of the day of a limit that is in force.
func Covered(partition uint32, offset int64, policy, holder, buyer string, code decision.CoverCode, was, now int64,
	edit ...func(*decision.Cover)) decision.Decision {
	d := Limited(partition, offset, policy, holder, buyer, 0)
	b := &decision.Cover{Policy: policy, Buyer: buyer, Holder: holder, Code: code, WasMinor: was, NowMinor: now,
		LimitMinor: max(was, now), Currency: "EUR", From: event.DayOf(d.AtMs), Reason: 15}
	d.Kind, d.Body = decision.CoverChanged, b
	for _, e := range edit {
		e(b)
	}
	return d
}

// Reviewed makes a decision on a review of news about a buyer.
func Reviewed(offset int64, buyer, state, analyst string) decision.Decision {
	return decision.Decision{Position: event.Position{Generation: 1, Partition: 1, Offset: offset}, AtMs: offset * 1000,
		Kind: decision.ReviewRequested, Key: buyer, Body: &decision.Review{Review: buyer + "/match-1",
			Kind: decision.ReviewMatch, Buyer: buyer, State: state, Analyst: analyst, DeadlineMs: 172_800_000,
			Items: []decision.ReviewItem{{Kind: event.KindNews, ID: "n1", Category: event.InsolvencyOpened, Outlet: event.Web,
				Matched: event.MatchName, Source: event.Source{Topic: event.TopicNews, Incarnation: 1, Offset: 5}}}}}
}
