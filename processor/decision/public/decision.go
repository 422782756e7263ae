package public

import (
	"slices"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// Kinds are the kinds of decision that concern policyholders.
var Kinds = []decision.Kind{decision.ScoreChanged, decision.LimitDecided, decision.CoverChanged,
	decision.InputRejected, decision.CaseChanged, decision.ClaimDecided}

// Decision is a decision as a policyholder may be told it. One of Grade, Limit, Cover, Case, Claim and Rejection is
// set, by Kind.
type Decision struct {
	Kind      decision.Kind
	AtMs      int64          // log time
	Position  event.Position // not for the policyholder's eyes: others' records lie between two
	Grade     *Grade
	Limit     *Limit
	Cover     *Cover
	Case      *Case
	Claim     *Claim
	Rejection *Rejection
}

// For is what a holder may be told of a decision, false where it does not concern it: a change of a grade that it may
// know, a decision on a limit, cover, a case or a claim of its own, and a rejected message of its own policies. own
// tells which those are; nil: no rejections are told.
func For(d *decision.Decision, holder string, own func(policy string) bool) (Decision, bool) {
	told := Decision{Kind: d.Kind, AtMs: d.AtMs, Position: d.Position}
	switch b := d.Body.(type) {
	case *decision.Score:
		if !Moves(b) || !slices.Contains(b.Holders, holder) {
			return Decision{}, false
		}
		g := GradeOf(b)
		told.Grade = &g
		return told, true
	case *decision.Limit:
		if b.Holder != holder {
			return Decision{}, false
		}
		l := LimitOf(d, b)
		told.Limit = &l
		return told, true
	case *decision.Cover:
		if b.Holder != holder {
			return Decision{}, false
		}
		c := CoverOf(b)
		told.Cover = &c
		return told, true
	case *decision.Case:
		if b.Holder != holder {
			return Decision{}, false
		}
		c := CaseOf(d, b)
		told.Case = &c
		return told, true
	case *decision.Claim:
		if b.Holder != holder {
			return Decision{}, false
		}
		c := ClaimOf(d, b)
		told.Claim = &c
		return told, true
	case *decision.Rejection:
		r, ok := RejectionOf(b)
		if !ok || own == nil || !own(b.Policy) {
			return Decision{}, false
		}
		told.Rejection = &r
		return told, true
	default:
		return Decision{}, false
	}
}
