package notice

import "barometer/processor/decision"

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

func severityOfScore(b *decision.Score) Severity {
	switch {
	case b.PreviousGrade == 0 || b.Grade <= b.PreviousGrade:
		return Info
	case b.Grade >= worstGrade:
		return Critical
	default:
		return Warning
	}
}

func severityOfLimit(b *decision.Limit) Severity {
	asked := b.Request != ""
	switch b.Code {
	case decision.Cancelled:
		switch {
		case asked:
			return Info
		case b.BuyerGrade >= withdrawalGrade:
			return Critical
		}
		return Warning
	case decision.Reduced:
		if asked {
			return Info
		}
		return Warning
	case decision.NotApproved, decision.Suspended, decision.CoverLost:
		return Warning
	default:
		return Info
	}
}
