package dashboard

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

// may tells whether a token has one of some roles. A token that names no roles has all of its side; so has everybody
// without tokens.
func (p principal) may(roles ...string) bool {
	return len(p.roles) == 0 || slices.ContainsFunc(roles, func(r string) bool { return slices.Contains(p.roles, r) })
}

// mayOf is a refusal where p lacks the role of its side: one of insurer's, or holder's. Where insurer names none, any
// will do.
func mayOf(ctx context.Context, holder string, insurer ...string) error {
	p := principalOf(ctx)
	switch {
	case !p.analyst() && !p.may(holder):
		return huma.Error403Forbidden(fmt.Sprintf("the token lacks the role %q", holder))
	case p.analyst() && len(insurer) > 0 && !p.may(insurer...):
		return huma.Error403Forbidden(fmt.Sprintf("the token has none of the roles %q", insurer))
	}
	return nil
}

// rolesOf are the roles of which one is needed to write a message of a kind over HTTP. Evidence decides by itself too:
// a report of a register cancels limits at once.
func rolesOf(kind event.Kind) []string {
	switch kind {
	case event.KindReviewDecided, event.KindNoticeServed:
		return []string{"analyst", "underwriter"}
	case event.KindModelActivated, event.KindFoldActivated:
		return []string{"operator"}
	case event.KindClaimExamined, event.KindCollectionMoved, event.KindRecoveryReceived:
		return []string{"collector"}
	case event.KindClaimFiled, event.KindDunningSent:
		return []string{"analyst", "underwriter", "collector"}
	}
	if kind.Topic() == event.TopicOrders {
		return []string{"underwriter"} // whatever else is decided
	}
	return []string{"analyst", "underwriter"}
}

// fourEyesOff is what answers carry where nobody has a name.
const fourEyesOff = "four_eyes_off"

// Warning is something to know about a message that was stored, or about a verdict.
type Warning struct {
	Index  *int   `json:"index,omitempty" doc:"its message's place in the list, from 0; absent: it is about all"`
	Reason string `json:"reason" doc:"four_eyes_off, unknown_field"`
	Detail string `json:"detail"`
}

func openWarning() Warning {
	return Warning{Reason: fourEyesOff, Detail: "no tokens are configured, so nobody is known by name: four eyes are " +
		"off, and a second analyst is whoever says so"}
}
