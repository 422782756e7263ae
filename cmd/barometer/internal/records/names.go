package records

import (
	"strings"
	"unicode"
)

// form is how the value of a field is shown.
type form uint8

const (
	plain    form = iota // by its type
	money                // minor units of the currency of the message that it stands in
	euros                // euro cents
	share                // parts per million, as a decimal
	instants             // milliseconds since 1970, as a time
)

// rule is how one field is shown.
type rule struct {
	name string
	as   form
}

// rules has the fields whose published name or form does not follow from their Go name, by type and field.
var rules = map[string]rule{
	"Score.PDPPM":            {"pd", share},
	"Score.PointsMLO":        {"points", plain},
	"Score.PreviousMLO":      {"previous_points", plain},
	"Score.Cap":              {"best_grade_rule", plain},
	"Contribution.PointsMLO": {"points", plain},

	"Macro.EconomicMLO":       {"economic_points", plain},
	"Macro.PreviousMLO":       {"previous_economic_points", plain},
	"Macro.PoliticalMLO":      {"political_points", plain},
	"Macro.PreviousPolitical": {"previous_political_points", plain},
	"Macro.Buyers":            {"buyers_moved", plain},
	"Macro.CapMinor":          {"country_cap", euros},
	"Macro.UseMinor":          {"country_use", euros},

	"Limit.OverhangMinor": {"overhang", euros},
	"Limit.CapacityMinor": {"capacity", euros},
	"Limit.InUseMinor":    {"in_use", euros},

	"Cover.LimitMinor":    {"limit_in_force", money},
	"Deadline.LimitMinor": {"limit_in_force", money},
	"Cover.From":          {"from_on", plain},
	"Cover.To":            {"to_on", plain},

	"Exposure.OpenMinor":      {"outstanding", money},
	"Exposure.SuspendedMinor": {"in_dispute", money},

	"Review.Asked":        {"asked_by", plain},
	"Review.First":        {"approved_first_by", plain},
	"Review.Verdict":      {"verdict_source", plain},
	"ReviewItem.Kind":     {"type", plain},
	"WaterfallLine.Minor": {"amount", money},

	"WaterfallLine.PercentPPM": {"percentage", share},
	"CaseDebt.PercentPPM":      {"insured_percentage", share},
	"ClaimInvoice.PercentPPM":  {"insured_percentage", share},
	"CaseReceipt.Minor":        {"amount", money},
	"CaseInstalment.Minor":     {"amount", money},
	"Case.FlatMinor":           {"flat_compensation", euros},
	"Shares.Minor":             {"amount", money},
	"Case.Plan":                {"plan_id", plain},
	"CaseReceipt.Recovery":     {"recovery_id", plain},

	"Progress.From":   {"from_offset", plain},
	"Progress.Next":   {"next_offset", plain},
	"Progress.TimeMs": {"log_time", instants},

	"PolicyUpserted.DiscretionaryPPM": {"insured_percentage_discretionary", share},

	"LogOpened.TickIntervalMs":    {"tick_interval_ms", plain},
	"LogOpened.CutSpanMs":         {"cut_span_ms", plain},
	"LogOpened.Fold":              {"fold_version", plain},
	"LogOpened.Normaliser":        {"normaliser_version", plain},
	"NoticeDelivered.DeliveredMs": {"delivered_at", instants},

	"Item.Next": {"next_offset", plain},
	// Of risk.notifications, where a change is as its policyholder may see it.
	"notice.Score.Previous":       {"previous_grade", plain},
	"notice.Limit.Requested":      {"requested", money},
	"notice.Limit.Granted":        {"granted", money},
	"notice.Limit.From":           {"previous", money},
	"notice.Cover.Was":            {"was", money},
	"notice.Cover.Now":            {"now", money},
	"notice.Cover.Limit":          {"limit_in_force", money},
	"notice.Deadline.AtStake":     {"at_stake", money},
	"notice.Deadline.Limit":       {"limit_in_force", money},
	"notice.DeadlineLine.Open":    {"open", money},
	"notice.DeadlineLine.AtStake": {"at_stake", money},
}

// ids are the fields that name something by its id.
var ids = map[string]bool{"Policy": true, "Buyer": true, "Holder": true, "Request": true, "Review": true, "Case": true,
	"Claim": true, "Invoice": true, "Order": true, "Notification": true}

// shown is how a field is shown: by its rule, else by what its name ends with. pkg is the last part of its package's
// path.
func shown(pkg, typ, field string, text bool) rule {
	if r, ok := rules[pkg+"."+typ+"."+field]; ok {
		return r
	}
	if r, ok := rules[typ+"."+field]; ok {
		return r
	}
	switch {
	case text && ids[field]:
		return rule{snake(field) + "_id", plain}
	case field == "Texts":
		return rule{"texts_source", plain}
	case strings.HasSuffix(field, "Minor"):
		return rule{snake(strings.TrimSuffix(field, "Minor")), money}
	case strings.HasSuffix(field, "Ms"):
		return rule{snake(strings.TrimSuffix(field, "Ms")), instants}
	case strings.HasSuffix(field, "PPM"):
		return rule{snake(strings.TrimSuffix(field, "PPM")), share}
	}
	return rule{snake(field), plain}
}

// snake makes snake_case of a Go name: ReasonText is reason_text, LogID is log_id.
func snake(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, c := range runes {
		upper := unicode.IsUpper(c)
		begins := i > 0 && upper && (!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]))
		if begins {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}
