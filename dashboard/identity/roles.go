package identity

import (
	"context"
	"fmt"
	"slices"

	"barometer/ingest/event"

	"github.com/danielgtaylor/huma/v2"
)

// HolderRoles and InsurerRoles are the roles that tokens of the two sides may have.
var (
	HolderRoles  = []string{"view", "request", "declare", "manage"}
	InsurerRoles = []string{"analyst", "underwriter", "collector", "operator"}
)

// May tells whether a token has one of some roles. A token that names no roles has all of its side; so has everybody
// without tokens.
func (p Principal) May(roles ...string) bool {
	return len(p.roles) == 0 || slices.ContainsFunc(roles, func(r string) bool { return slices.Contains(p.roles, r) })
}

// Require is a refusal where p lacks the role of its side: one of insurer's, or holder's. Where insurer names none, any
// will do.
func Require(ctx context.Context, holder string, insurer ...string) error {
	p := Of(ctx)
	switch {
	case !p.Analyst() && !p.May(holder):
		return huma.Error403Forbidden(fmt.Sprintf("the token lacks the role %q", holder))
	case p.Analyst() && len(insurer) > 0 && !p.May(insurer...):
		return huma.Error403Forbidden(fmt.Sprintf("the token has none of the roles %q", insurer))
	}
	return nil
}

// RolesFor are the roles of which one is needed to write a message of a kind over HTTP. Evidence decides by itself too:
// a report of a register cancels limits at once.
func RolesFor(kind event.Kind) []string {
	switch kind {
	case event.KindReviewDecided, event.KindNoticeServed:
		return []string{"analyst", "underwriter"}
	case event.KindModelActivated, event.KindFoldActivated:
		return []string{"operator"}
	case event.KindClaimExamined, event.KindIndemnityPaid, event.KindCollectionMoved, event.KindRecoveryReceived:
		return []string{"collector"}
	case event.KindPlanDecided:
		return []string{"underwriter", "collector"}
	case event.KindClaimFiled, event.KindDunningSent, event.KindAdverseReported, event.KindPaymentPlanAgreed,
		event.KindDocumentAdded:
		return []string{"analyst", "underwriter", "collector"}
	}
	if kind.Topic() == event.TopicOrders {
		return []string{"underwriter"} // whatever else is decided
	}
	return []string{"analyst", "underwriter"}
}
