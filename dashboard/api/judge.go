package api

import (
	"context"
	"errors"
	"fmt"

	"barometer/dashboard/identity"
	"barometer/dashboard/problem"
	"barometer/dashboard/submit"
	"barometer/ingest/decode"
	"barometer/ingest/event"

	"github.com/danielgtaylor/huma/v2"
)

// judged is what is to be done with the messages of a list.
type judged struct {
	good     []submit.Message
	at       []int // their places in the list
	rejected []Rejected
	warnings []problem.Warning
}

// Reasons of a message that is not its sender's to send.
const (
	reasonForbidden = "forbidden"
	reasonBadField  = "bad_field"
	reasonTooMany   = "too_many_requests"
)

// problem is the rejection of a message that came alone.
func (r Rejected) problem() error {
	switch {
	case r.tooMany != nil:
		return r.tooMany.Problem()
	case r.Reason == reasonForbidden:
		return huma.Error403Forbidden(r.Detail)
	}
	return problem.Refusal(r.Reason, r.Detail)
}

// mayPost refuses topics that are not p's to write: policyholders have two, and who decides has a name.
func mayPost(p identity.Principal, topic event.Topic) error {
	switch {
	case !p.Analyst() && topic != event.TopicPayments && topic != event.TopicPortfolio:
		return huma.Error403Forbidden("policyholders send payments and portfolio messages only")
	case !p.Analyst() && !p.May("declare", "request"):
		return huma.Error403Forbidden(`the token has none of the roles "declare" and "request"`)
	case topic == event.TopicOrders && p.Name == "" && !p.Open:
		return huma.Error403Forbidden("the token names nobody: what goes to risk.orders bears the name of who decides")
	}
	return nil
}

// judge decodes messages as ingest will, and refuses what is not p's to say. What the insurer's people decide or enter
// bears the token's name, whatever the message says.
func (s *API) judge(ctx context.Context, p identity.Principal, topic event.Topic, messages [][]byte) (*judged,
	error) {
	out := &judged{rejected: []Rejected{}}
	if p.Open && topic == event.TopicOrders {
		out.warnings = append(out.warnings, problem.EyesOff())
	}
	j := judge{p: p, topic: topic, decoder: s.cfg.Sender.Decoder(),
		today: s.cfg.Sender.Today()}
	said := make([]said, len(messages))
	var policies []string
	for i, m := range messages {
		var err error
		if said[i], err = j.message(m); err != nil {
			return nil, s.failed(ctx, "reading a message", err)
		}
		if said[i].refused == nil && said[i].policy != "" {
			policies = append(policies, said[i].policy)
		}
	}
	own, err := s.ownPolicies(ctx, p, policies)
	if err != nil {
		return nil, err
	}
	if err := s.boundRates(ctx, p, said); err != nil {
		return nil, err
	}
	var indications []string
	for i := range said {
		if said[i].refused == nil && said[i].request == event.RequestPreliminary {
			indications = append(indications, said[i].asks)
		}
	}
	if err := s.cfg.Quotas.Count(ctx, s.cfg.Sender.Today(), indications); err != nil {
		return nil, s.failed(ctx, "counting preliminary requests", err)
	}
	for i := range said {
		m := &said[i]
		if m.refused == nil && m.policy != "" && !own[m.policy] {
			m.refused = &Rejected{Reason: reasonForbidden, Detail: "no such policy"}
		}
		if m.refused == nil && m.kind == event.KindLimitRequested {
			if t := s.cfg.Quotas.Take(m.asks, m.request, [2]string{m.id, m.key}); t != nil {
				m.refused = &Rejected{Reason: reasonTooMany, Detail: t.Detail, tooMany: t}
			}
		}
		if m.refused != nil {
			m.refused.Index = i
			out.rejected = append(out.rejected, *m.refused)
			continue
		}
		out.good, out.at = append(out.good, submit.Message{Value: m.value, Key: m.key}), append(out.at, i)
		out.warn(i, m)
		if m.unseen && len(out.warnings) < mostWarnings {
			warning := problem.EyesOff()
			warning.Index = &i
			out.warnings = append(out.warnings, warning)
		}
	}
	return out, nil
}

// mostWarnings bounds the warnings of one answer.
const mostWarnings = 1000

func (j *judged) warn(index int, m *said) {
	for _, u := range m.unknown {
		detail := fmt.Sprintf("%s: %s has no such field: it is ignored", u.Path, m.kind)
		if u.Meant != "" {
			detail += fmt.Sprintf(" (is %s meant?)", u.Meant)
		}
		if len(j.warnings) < mostWarnings {
			j.warnings = append(j.warnings, problem.Warning{Index: &index, Reason: "unknown_field", Detail: detail})
		}
	}
}

// said is a message as its judge found it.
type said struct {
	value   []byte
	key     string
	kind    event.Kind
	policy  string // that must be its sender's own, empty for none
	unknown []decode.Unknown
	refused *Rejected

	asks, id string // of a limit request: the policy, and the request's id
	request  event.RequestKind

	rate   *event.Indicator // an exchange rate
	unseen bool             // it acts without the second person that it needs where people have names
}

// judge judges messages of one principal. It is for one goroutine.
type judge struct {
	p       identity.Principal
	topic   event.Topic
	decoder *decode.Decoder
	today   event.Day
}

func refused(reason, format string, args ...any) said {
	return said{refused: &Rejected{Reason: reason, Detail: fmt.Sprintf(format, args...)}}
}

// refusedBy gives a decoder's refusal; any other error is the caller's.
func refusedBy(err error) (said, error) {
	var bad *decode.Error
	if errors.As(err, &bad) {
		return refused(string(bad.Reason), "%s", bad.Detail), nil
	}
	return said{}, err
}

func (j *judge) message(value []byte) (said, error) {
	if len(value) > decode.MaxSize { // before it is taken apart
		_, err := j.decoder.Decode(j.topic, value)
		return refusedBy(err)
	}
	members, err := decode.Members(value)
	if err != nil {
		return refusedBy(err)
	}
	kind, _ := event.ParseKind(fmt.Sprint(members["type"]))
	if kind.Topic() != j.topic {
		kind = event.KindNone // the decoder says what is wrong
	}
	value, no := j.sign(kind, members, value)
	if no != nil {
		return said{refused: no}, nil
	}
	m, err := j.decoder.Decode(j.topic, value)
	if err != nil {
		return refusedBy(err)
	}
	out := said{value: value, key: m.Event.Key, kind: kind, unknown: decode.UnknownMembers(kind, members)}
	out.refused = j.permit(&m.Event)
	if b, ok := m.Event.Body.(*event.LimitRequested); ok {
		out.asks, out.id, out.request = b.Policy, b.Request, b.Kind
	}
	if b, ok := m.Event.Body.(*event.Indicator); ok {
		if b.Name == fxRate {
			out.rate = b
		}
		out.unseen = j.p.Open && b.Name == transferMoratorium && b.Confirmed
	}
	if !j.p.Analyst() {
		out.policy = speaksFor(&m.Event)
	}
	return out, nil
}

// sign sees to it that a message bears the name of who sends it, and no other one's.
func (j *judge) sign(kind event.Kind, members map[string]any, value []byte) ([]byte, *Rejected) {
	no := func(format string, args ...any) ([]byte, *Rejected) {
		return nil, &Rejected{Reason: reasonBadField, Detail: fmt.Sprintf(format, args...)}
	}
	analyst, second := members["analyst"], members["second_analyst"]
	switch {
	case j.p.Open:
		return value, nil
	case !j.p.Analyst() && (analyst != nil || second != nil):
		return no("analyst: the insurer's people sign; a policyholder's message has none")
	case !decode.Knows(kind, "analyst"):
		return value, nil
	case second != nil:
		return no("second_analyst: over HTTP the second analyst is another person, who decides on the review that the " +
			"message opens")
	case !j.p.Analyst():
		return value, nil
	case j.p.Name == "" && analyst != nil:
		return no("analyst: the token names nobody, and signs as nobody")
	case j.p.Name == "" || analyst == j.p.Name:
		return value, nil
	case analyst != nil:
		return no("analyst: the token is %s's; leave it out", j.p.Name)
	}
	members["analyst"] = j.p.Name
	signed, err := decode.Write(members)
	if err != nil {
		return no("message: %v", err)
	}
	return signed, nil
}

// permit refuses what p has not the role for, or may not say of itself.
func (j *judge) permit(e *event.Event) *Rejected {
	no := func(reason, format string, args ...any) *Rejected {
		return &Rejected{Reason: reason, Detail: fmt.Sprintf(format, args...)}
	}
	if e.Kind == event.KindDocumentAdded { // it would name bytes that its sender may never have had
		return no(reasonForbidden, "document.added: send the document itself, to /v1/documents")
	}
	if j.p.Analyst() {
		if roles := identity.RolesFor(e.Kind); !j.p.May(roles...) {
			return no(reasonForbidden, "%s: the token has none of the roles %q", e.Kind, roles)
		}
		switch b := e.Body.(type) {
		case *event.LimitRequested:
			return mayAsk(j.p, b.Kind)
		case *event.Indicator:
			return mayConfirm(j.p, b)
		}
		return nil
	}
	role := "declare"
	if e.Kind == event.KindLimitRequested {
		role = "request"
	}
	switch {
	case speaksFor(e) == "":
		return no(reasonForbidden, "%s is not a policyholder's to send", e.Kind)
	case !j.p.May(role):
		return no(reasonForbidden, "%s: the token lacks the role %q", e.Kind, role)
	}
	if b, ok := e.Body.(*event.LimitRequested); ok && b.Kind == event.RequestPreliminary && b.Buyer.ID == "" {
		return no(string(decode.MissingField), "buyer_id: want it for a preliminary request")
	}
	if b, ok := e.Body.(*event.OverdueReported); ok && b.ReportedOn != j.today {
		return no(reasonBadField, "reported_on: want today, %s: an earlier report is the insurer's to enter", j.today)
	}
	if b, ok := e.Body.(*event.ClaimFiled); ok && b.FiledOn != j.today {
		return no(reasonBadField, "filed_on: want today, %s: an earlier claim is the insurer's to enter", j.today)
	}
	return nil
}

// reasonUnderwriter refuses a cut that is an underwriter's to decide.
const reasonUnderwriter = "underwriter"

// mayAsk refuses requests of the insurer's people that cut a limit at once, as only its policyholder may. What they
// decide of limits is underwriter.decided, which may need a second person.
func mayAsk(p identity.Principal, kind event.RequestKind) *Rejected {
	if !p.Analyst() || p.Open || kind != event.RequestReduction && kind != event.RequestCancellation {
		return nil
	}
	return &Rejected{Reason: reasonUnderwriter, Detail: "kind: less cover is the policyholder's to ask for; the " +
		"insurer's people send " +
		"underwriter.decided, which may need a second person"}
}

// mayConfirm refuses what two analysts decide on a review.
func mayConfirm(p identity.Principal, b *event.Indicator) *Rejected {
	if p.Open || b.Name != transferMoratorium || !b.Confirmed {
		return nil
	}
	return &Rejected{Reason: reasonBadField, Detail: "confirmed: over HTTP two analysts confirm a transfer_moratorium, " +
		"on the review that it opens"}
}

const transferMoratorium = "transfer_moratorium"

// speaksFor is the policy that a policyholder's message speaks for: what is about a company, under a policy. Empty: the
// message is not a policyholder's to send.
func speaksFor(e *event.Event) string {
	if topic := e.Kind.Topic(); e.Body.Party() == nil || topic != event.TopicPayments && topic != event.TopicPortfolio {
		return ""
	}
	return e.Body.PolicyID()
}
