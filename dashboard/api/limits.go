package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"barometer/dashboard/identity"
	"barometer/dashboard/problem"
	"barometer/dashboard/submit"
	"barometer/dashboard/tail"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
	"barometer/storage/history"

	"github.com/danielgtaylor/huma/v2"
)

// LimitRequest is what a policyholder asks for.
type LimitRequest struct {
	RequestID  string `json:"request_id" minLength:"1" maxLength:"128"`
	PolicyID   string `json:"policy_id" minLength:"1" maxLength:"128"`
	BuyerID    string `json:"buyer_id" minLength:"1" maxLength:"128"`
	Kind       string `json:"kind" enum:"new,increase,reduction,cancellation,prolongation,preliminary"`
	Amount     string `json:"amount" maxLength:"40" doc:"the total wanted, a decimal string"`
	Currency   string `json:"currency" minLength:"3" maxLength:"3"`
	ValidUntil string `json:"valid_until,omitempty" maxLength:"10" doc:"YYYY-MM-DD"`
}

// Pending is a request that is not decided yet.
type Pending struct {
	Status string `json:"status" enum:"pending"`
}

type limitRequestInput struct {
	Wait string `query:"wait" maxLength:"20" format:"wait" doc:"how long to wait for the decision, such as 2s; at most 10s"`
	Body LimitRequest
}

type limitRequestAnswer struct {
	Status   int
	Location string `header:"Location"`
	Position string `header:"Barometer-Position"`
	Body     any
}

// ticket is what the opaque id of a request says.
type ticket struct {
	Policy  string
	Request string
	ID      string // of the message
	Buyer   string
}

func (s *API) limitOperations(api huma.API) {
	request := operation(api, "request-limit", http.MethodPost, "/v1/limit-requests", "Request a limit", Limit{},
		HolderLimit{})
	request.DefaultStatus = http.StatusCreated
	request.Responses["201"] = request.Responses["200"]
	request.Responses["201"].Description = "Decided"
	delete(request.Responses, "200")
	request.Responses["202"] = &huma.Response{Description: "Not decided yet: ask at Location"}
	request.Errors = append(request.Errors, http.StatusConflict, http.StatusNotFound)
	huma.Register(api, request, s.requestLimit)
	get := operation(api, "get-limit-request", http.MethodGet, "/v1/limit-requests/{id}", "The decision on a request",
		Limit{}, HolderLimit{})
	get.Responses["202"] = &huma.Response{Description: "Not decided yet"}
	huma.Register(api, get, s.getLimitRequest)
	huma.Register(api, operation(api, "list-policy-limits", http.MethodGet, "/v1/policies/{id}/limits",
		"The limits of a policy, now or on a day",
		Page[UsedLimit]{}, Page[HolderUsedLimit]{}), s.listPolicyLimits)
}

func (s *API) requestLimit(ctx context.Context, in *limitRequestInput) (*limitRequestAnswer, error) {
	p, r := identity.Of(ctx), &in.Body
	wait, err := waitOf(in.Wait)
	if err != nil {
		return nil, err
	}
	if err := identity.Require(ctx, "request", identity.RolesFor(event.KindLimitRequested)...); err != nil {
		return nil, err
	}
	if err := s.ownPolicy(ctx, p, r.PolicyID); err != nil {
		return nil, err
	}
	id := r.messageID()
	wanted, message, err := s.check(r, id, p.Name)
	if err != nil {
		return nil, err
	}
	if no := mayAsk(p, wanted.Kind); no != nil {
		return nil, no.problem()
	}
	if wanted.Kind == event.RequestPreliminary {
		if err := s.cfg.Quotas.Count(ctx, s.cfg.Sender.Today(), []string{r.PolicyID}); err != nil {
			return nil, s.failed(ctx, "counting preliminary requests", err)
		}
	}
	if t := s.cfg.Quotas.Take(r.PolicyID, wanted.Kind, [2]string{r.RequestID, r.BuyerID}); t != nil {
		return nil, t.Problem()
	}
	t := ticket{r.PolicyID, r.RequestID, id, r.BuyerID}
	quick := wait > 0 && s.freshAnswer(t) == nil
	if quick {
		if _, err := s.cfg.Sender.Send(ctx, event.TopicPortfolio, submit.Message{Value: message,
			Key: r.BuyerID}); err != nil {
			return nil, s.failed(ctx, "storing the request", err)
		}
		if d := s.soon(ctx, t, min(wait, decidedSoon)); d != nil {
			return s.say(p, t, d, http.StatusCreated)
		}
	}
	known, err := s.knownRequest(ctx, t, wanted)
	if err != nil {
		return nil, err
	}
	if !known && !quick {
		if _, err := s.cfg.Sender.Send(ctx, event.TopicPortfolio, submit.Message{Value: message,
			Key: r.BuyerID}); err != nil {
			return nil, s.failed(ctx, "storing the request", err)
		}
	}
	return s.decided(ctx, p, t, wait, http.StatusCreated)
}

// waitOf reads how long to wait, at most maxWait.
func waitOf(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	wait, err := time.ParseDuration(text)
	if err != nil || wait < 0 {
		return 0, huma.Error400BadRequest("wait: a time such as 2s")
	}
	return min(wait, maxWait), nil
}

// decidedSoon is within which a request that is new is decided, if its fold is not behind. One that was made before is
// not decided again: after this ClickHouse is asked, which costs much more than to let the fold find out.
const decidedSoon = 250 * time.Millisecond

// soon is what becomes of a request of this very content while one waits for it, nil for nothing yet.
func (s *API) soon(ctx context.Context, t ticket, wait time.Duration) (d *decision.Decision) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	s.cfg.Tail.Wait(ctx, func() bool { d = s.freshAnswer(t); return d != nil })
	if d == nil || d.Kind == decision.LimitDecided && d.Trigger.ID != t.ID {
		return nil
	}
	return d
}

// messageID is the same for the same content, so that a repetition is one to the fold too, and a refusal can be told
// apart from that of another content under the same request_id.
func (r *LimitRequest) messageID() string {
	b, _ := json.Marshal(r)
	sum := sha256.Sum256(b)
	return "limit-request-" + hex.EncodeToString(sum[:16])
}

// check makes the message, and lets ingest's decoder judge it before anybody stores it.
func (s *API) check(r *LimitRequest, id, analyst string) (*event.LimitRequested, []byte, error) {
	m := map[string]any{"id": id, "type": event.KindLimitRequested.String(), "at": s.cfg.Sender.Stamp(),
		"request_id": r.RequestID, "policy_id": r.PolicyID, "buyer_id": r.BuyerID, "kind": r.Kind, "amount": r.Amount,
		"currency": r.Currency}
	if r.ValidUntil != "" {
		m["valid_until"] = r.ValidUntil
	}
	if analyst != "" {
		m["analyst"] = analyst // who asks for the policyholder does not approve it
	}
	value, err := json.Marshal(m)
	if err != nil {
		return nil, nil, huma.Error422UnprocessableEntity("the request cannot be written", err)
	}
	decoded, err := s.cfg.Sender.Decode(event.TopicPortfolio, value)
	var refused huma.StatusError
	if errors.As(err, &refused) {
		return nil, nil, err
	} else if err != nil {
		return nil, nil, huma.Error422UnprocessableEntity(err.Error())
	}
	wanted, ok := decoded.Event.Body.(*event.LimitRequested)
	if !ok {
		return nil, nil, huma.Error422UnprocessableEntity("this is not a limit request")
	}
	return wanted, value, nil
}

// knownRequest tells whether a request was made before with the same content. Another content is a 409.
func (s *API) knownRequest(ctx context.Context, t ticket, wanted *event.LimitRequested) (bool, error) {
	conflict := huma.Error409Conflict("this request_id was used before with other content")
	d, err := s.answerTo(ctx, t)
	if err != nil {
		return false, s.failed(ctx, "looking for an earlier request", err)
	}
	if d != nil {
		switch b := d.Body.(type) {
		case *decision.Rejection:
			return true, nil // found by the id of this very content
		case *decision.Limit:
			if d.Trigger.ID == t.ID {
				return true, nil
			}
			same := b.Buyer == wanted.Buyer.ID && b.RequestKind == wanted.Kind && b.RequestedMinor == wanted.Amount.Minor &&
				b.Currency == wanted.Amount.Currency
			if !same {
				return false, conflict
			}
		}
	}
	r, err := s.cfg.Store.Request(ctx, t.Policy, t.Request)
	if err != nil {
		return false, s.failed(ctx, "looking for an earlier request", err)
	}
	if r == nil {
		return d != nil, nil
	}
	if r.Buyer != wanted.Buyer.ID || r.Kind != wanted.Kind || r.Minor != wanted.Amount.Minor ||
		r.Currency != wanted.Amount.Currency ||
		r.ValidUntil != wanted.ValidUntil {
		return false, conflict
	}
	return true, nil
}

// answerTo is the decision on a request, or the rejection of its message; nil where there is none yet. The first
// counts: what came under the same request_id later was refused.
func (s *API) answerTo(ctx context.Context, t ticket) (*decision.Decision, error) {
	fresh := s.freshAnswer(t)
	if fresh != nil && !investigating(fresh) {
		return fresh, nil
	}
	stored, err := s.cfg.Store.Decisions(ctx, history.DecisionQuery{Kinds: []decision.Kind{decision.LimitDecided},
		Policy:  t.Policy,
		Request: t.Request, Limit: 1})
	if err != nil || len(stored) > 0 {
		return first(stored), err
	}
	if fresh != nil {
		return fresh, nil
	}
	stored, err = s.cfg.Store.Decisions(ctx, history.DecisionQuery{Kinds: []decision.Kind{decision.InputRejected},
		Policy: t.Policy, ID: t.ID,
		Limit: 1})
	return first(stored), err
}

// freshAnswer is what the tail has of it: what was decided, else that it is investigated.
func (s *API) freshAnswer(t ticket) *decision.Decision {
	answers := s.cfg.Tail.Find(tail.OfRequest(t.Policy, t.Request))
	if i := slices.IndexFunc(answers, func(d decision.Decision) bool { return !investigating(&d) }); i >= 0 {
		return &answers[i]
	}
	if d := first(answers); d != nil {
		return d
	}
	return first(s.cfg.Tail.Find(tail.OfRejection(t.Policy, t.ID)))
}

func investigating(d *decision.Decision) bool {
	l, ok := d.Body.(*decision.Limit)
	return ok && l.Code == decision.StillInvestigating
}

func first(ds []decision.Decision) *decision.Decision {
	if len(ds) == 0 {
		return nil
	}
	return &ds[0]
}

// decided answers with the decision on a request, waiting for it.
func (s *API) decided(ctx context.Context, p identity.Principal, t ticket, wait time.Duration,
	status int) (*limitRequestAnswer, error) {
	d, err := s.answerTo(ctx, t)
	if err != nil {
		return nil, s.failed(ctx, "looking for the decision", err)
	}
	if d == nil && wait > 0 {
		waiting, cancel := context.WithTimeout(ctx, wait)
		defer cancel()
		s.cfg.Tail.Wait(waiting, func() bool { d = s.freshAnswer(t); return d != nil })
	}
	return s.say(p, t, d, status)
}

// say answers with a decision on a request, or that there is none yet.
func (s *API) say(p identity.Principal, t ticket, d *decision.Decision, status int) (*limitRequestAnswer, error) {
	out := &limitRequestAnswer{Location: "/v1/limit-requests/" + url.PathEscape(s.cfg.Sealer.Seal("request", p.Holder, t))}
	if d == nil {
		out.Status, out.Body = http.StatusAccepted, Pending{"pending"}
		return out, nil
	}
	out.Status, out.Position = status, s.position(p, d.Position)
	switch b := d.Body.(type) {
	case *decision.Rejection:
		if b.Reason == "id_reused" {
			return nil, huma.Error409Conflict("this request_id was used before with other content")
		}
		if !p.Analyst() { // without its free text, which may name somebody else
			return nil, problem.Refusal(public.RejectionReason(b.Reason), "")
		}
		return nil, problem.Refusal(b.Reason, b.Detail)
	case *decision.Limit:
		if p.Analyst() {
			out.Body = *limitOf(d, b)
			return out, nil
		}
		if b.Holder != p.Holder {
			return nil, huma.Error404NotFound("no such request")
		}
		out.Body = s.holderLimit(p, d, b)
	}
	return out, nil
}

type ticketInput struct {
	ID   string `path:"id" maxLength:"2000" format:"ticket" doc:"from Location: base64url"`
	Wait string `query:"wait" maxLength:"20" format:"wait" doc:"how long to wait for the decision, such as 2s; at most 10s"`
}

func (s *API) getLimitRequest(ctx context.Context, in *ticketInput) (*limitRequestAnswer, error) {
	p := identity.Of(ctx)
	var t ticket
	if s.cfg.Sealer.Open("request", p.Holder, in.ID, &t) != nil {
		return nil, huma.Error404NotFound("no such request")
	}
	wait, err := waitOf(in.Wait)
	if err != nil {
		return nil, err
	}
	return s.decided(ctx, p, t, wait, http.StatusOK)
}
