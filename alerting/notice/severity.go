package notice

import (
	"barometer/processor/decision"
	"barometer/processor/decision/public"
)

// Severity is how much a change matters to its policyholder. An improvement is Info: nobody is paged for one.
type Severity uint8

// Severities, the least first. Values are part of the format.
const (
	SeverityNone Severity = iota
	Info
	Warning
	Critical
)

var severities = [...]string{"", "info", "warning", "critical"}

func (s Severity) String() string {
	if int(s) < len(severities) {
		return severities[s]
	}
	return ""
}

// ParseSeverity finds a severity by its published name.
func ParseSeverity(name string) (Severity, bool) {
	for s := Info; s <= Critical; s++ {
		if severities[s] == name {
			return s, true
		}
	}
	return SeverityNone, false
}

// worstGrade is the grade of the insolvent; from withdrawalGrade on the insurer withdraws cover.
const (
	worstGrade      = 10
	withdrawalGrade = 9
)

func severityOfGrade(g *public.Grade) Severity {
	switch {
	case g.Previous == 0 || g.Grade <= g.Previous:
		return Info
	case g.Grade >= worstGrade:
		return Critical
	default:
		return Warning
	}
}

func severityOfLimit(l *public.Limit) Severity {
	asked := l.Request != ""
	switch l.Code {
	case decision.Cancelled:
		switch {
		case asked:
			return Info
		case l.BuyerGrade >= withdrawalGrade:
			return Critical
		}
		return Warning
	case decision.Reduced:
		if asked {
			return Info
		}
		return Warning
	case decision.NotApproved:
		if l.Indicative {
			return Info
		}
		return Warning
	default:
		return Info
	}
}

func severityOfCover(c *public.Cover) Severity {
	switch c.Code {
	case decision.Suspended, decision.Forfeited:
		return Warning
	default:
		return Info
	}
}

// severityOfCase: an insolvency, and cover that a plan forfeits, cost money unless something is done now; what stands
// in the way of collection or ends it unpaid is a warning.
func severityOfCase(c *public.Case) Severity {
	switch c.What {
	case decision.CaseInsolvent, decision.CasePlanRefused:
		return Critical
	case decision.CasePlanBroken, decision.CaseDisputed, decision.CaseReversed, decision.CaseReopened:
		return Warning
	case decision.CasePlanAgreed:
		if c.Next == "consent" {
			return Warning
		}
	case decision.CaseClosed:
		if c.Outcome == "uncollectible" || c.Outcome == "partly_collected" {
			return Warning
		}
	}
	return Info
}

// severityOfClaim: a claim that is refused is critical; one that lacks documents, pays nothing, or is to be paid back
// from, is a warning.
func severityOfClaim(c *public.Claim) Severity {
	switch {
	case c.State == public.ClaimRefused && (c.What == decision.ClaimExamined || c.What == decision.ClaimRuled ||
		c.What == decision.ClaimCorrected):
		return Critical
	case c.PayBack() > 0, len(c.MissingDocuments) > 0, c.What == decision.ClaimReversed:
		return Warning
	case c.Indemnity == 0 && (c.What == decision.ClaimRuled || c.What == decision.ClaimCorrected):
		return Warning
	default:
		return Info
	}
}
