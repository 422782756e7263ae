package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"time"

	"barometer/dashboard/identity"
	"barometer/dashboard/problem"
	"barometer/dashboard/tail"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
	"barometer/storage/history"

	"github.com/danielgtaylor/huma/v2"
)

// OverdueReport reports overdue invoices: their collection begins, or that is watched.
type OverdueReport struct {
	PolicyID   string   `json:"policy_id" minLength:"1" maxLength:"128"`
	BuyerID    string   `json:"buyer_id" minLength:"1" maxLength:"128"`
	Invoices   []string `json:"invoices" minItems:"1" maxItems:"1000" doc:"ids"`
	ReportedOn string   `json:"reported_on,omitempty" maxLength:"10" doc:"YYYY-MM-DD; absent: today, and an earlier day is an analyst's to enter"`
	Reference  string   `json:"reference,omitempty" maxLength:"128" doc:"the policyholder's own"`
	Kind       string   `json:"kind,omitempty" enum:"monitor,collect,claim,collect_and_claim" doc:"what is to be done; absent: collect"`
}

// ClaimFiling files a claim.
type ClaimFiling struct {
	PolicyID  string   `json:"policy_id" minLength:"1" maxLength:"128"`
	BuyerID   string   `json:"buyer_id" minLength:"1" maxLength:"128"`
	Invoices  []string `json:"invoices" minItems:"1" maxItems:"1000" doc:"ids"`
	Cause     string   `json:"cause" enum:"protracted_default,insolvency"`
	FiledOn   string   `json:"filed_on,omitempty" maxLength:"10" doc:"YYYY-MM-DD; absent: today, and an earlier day is an analyst's to enter"`
	Reference string   `json:"reference,omitempty" maxLength:"128" doc:"the policyholder's own"`
}

// Refused is a part of a report or a filing that was refused, such as one invoice.
type Refused struct {
	Reason string `json:"reason" doc:"of the published vocabulary"`
	Detail string `json:"detail,omitempty" doc:"analysts are told"`
}

// Reported is what an overdue report has come to.
type Reported struct {
	Case    CaseDetail `json:"case"`
	Refused []Refused  `json:"refused" doc:"what of the report was refused"`
}

// ClaimAnswer is what filing a claim has come to.
type ClaimAnswer struct {
	Claim   ClaimDetail `json:"claim"`
	Refused []Refused   `json:"refused" doc:"what of the filing was refused"`
}

type reportInput struct {
	Wait string `query:"wait" maxLength:"20" format:"wait" doc:"how long to wait for the case, such as 2s; at most 10s"`
	Body OverdueReport
}

type filingInput struct {
	Wait string `query:"wait" maxLength:"20" format:"wait" doc:"how long to wait for the claim, such as 2s; at most 10s"`
	Body ClaimFiling
}

type reportOutput struct {
	Status   int
	Location string `header:"Location"`
	Position string `header:"Barometer-Position"`
	Body     any
}

func (s *API) reportOperations(api huma.API) {
	report := operation(api, "report-overdue", http.MethodPost, "/v1/overdue-reports",
		"Report overdue invoices; answers with the case", Reported{})
	created(&report, "Reported: the case as it stands", "Stored, not decided yet: look among the cases at Location")
	huma.Register(api, report, s.reportOverdue)
	file := operation(api, "file-claim", http.MethodPost, "/v1/claims", "File a claim; answers with it", ClaimAnswer{})
	created(&file, "Filed: the claim as it stands", "Stored, not decided yet: look among the claims at Location")
	huma.Register(api, file, s.fileClaim)
}

// created has an operation answer 201, or 202 where that is not known yet.
func created(op *huma.Operation, done, pending string) {
	op.DefaultStatus = http.StatusCreated
	op.Responses["201"] = op.Responses["200"]
	op.Responses["201"].Description = done
	delete(op.Responses, "200")
	op.Responses["202"] = &huma.Response{Description: pending}
	op.Errors = append(op.Errors, http.StatusNotFound)
}

// report is a message about a policy's debts of a buyer that a case or a claim is to come of.
type report struct {
	id, policy, buyer string
	members           map[string]any
	// is tells whether a decision is on what it is to come to.
	is func(d *decision.Decision) bool
}

func (s *API) reportOverdue(ctx context.Context, in *reportInput) (*reportOutput, error) {
	b := &in.Body
	if b.ReportedOn == "" {
		b.ReportedOn = s.cfg.Sender.Today().String()
	}
	r := report{id: contentID("overdue-report-", b), policy: b.PolicyID, buyer: b.BuyerID,
		members: map[string]any{"type": event.KindOverdueReported.String(), "policy_id": b.PolicyID, "buyer_id": b.BuyerID,
			"invoices": b.Invoices, "reported_on": b.ReportedOn},
		is: func(d *decision.Decision) bool {
			c, ok := d.Body.(*decision.Case)
			return ok && c.Policy == b.PolicyID
		}}
	r.add("reference", b.Reference)
	r.add("kind", b.Kind)
	wait, err := s.mayReport(ctx, &r, event.KindOverdueReported, in.Wait)
	if err != nil {
		return nil, err
	}
	p := identity.Of(ctx)
	known, err := s.cfg.Store.Cases(ctx, history.CaseQuery{Policy: r.policy, Buyer: r.buyer, Trigger: r.id, Limit: 1})
	if err != nil {
		return nil, s.failed(ctx, "looking for an earlier report", err)
	}
	d, refused, err := s.report(ctx, p, &r, known, wait)
	if err != nil {
		return nil, err
	}
	if d == nil {
		return pending("/v1/cases", &r), nil
	}
	c := d.Body.(*decision.Case)
	if !p.Analyst() && c.Holder != p.Holder {
		return nil, huma.Error404NotFound("no such policy")
	}
	detail, err := s.caseDetail(ctx, p, d, s.cfg.Sender.Today())
	if err != nil {
		return nil, err
	}
	return &reportOutput{http.StatusCreated, "/v1/cases/" + url.PathEscape(c.Case), s.position(p, d.Position),
		Reported{*detail, refused}}, nil
}

func (s *API) fileClaim(ctx context.Context, in *filingInput) (*reportOutput, error) {
	b := &in.Body
	if b.FiledOn == "" {
		b.FiledOn = s.cfg.Sender.Today().String()
	}
	r := report{id: contentID("claim-", b), policy: b.PolicyID, buyer: b.BuyerID,
		members: map[string]any{"type": event.KindClaimFiled.String(), "policy_id": b.PolicyID, "buyer_id": b.BuyerID,
			"invoices": b.Invoices, "cause": b.Cause, "filed_on": b.FiledOn},
		is: func(d *decision.Decision) bool {
			c, ok := d.Body.(*decision.Claim)
			return ok && c.Policy == b.PolicyID
		}}
	r.add("reference", b.Reference)
	wait, err := s.mayReport(ctx, &r, event.KindClaimFiled, in.Wait)
	if err != nil {
		return nil, err
	}
	p := identity.Of(ctx)
	known, err := s.cfg.Store.Claims(ctx, history.ClaimQuery{Policy: r.policy, Buyer: r.buyer, Trigger: r.id, Limit: 1})
	if err != nil {
		return nil, s.failed(ctx, "looking for an earlier claim", err)
	}
	d, refused, err := s.report(ctx, p, &r, known, wait)
	if err != nil {
		return nil, err
	}
	if d == nil {
		return pending("/v1/claims", &r), nil
	}
	c := d.Body.(*decision.Claim)
	if !p.Analyst() && c.Holder != p.Holder {
		return nil, huma.Error404NotFound("no such policy")
	}
	detail, err := s.claimDetail(ctx, p, d)
	if err != nil {
		return nil, err
	}
	return &reportOutput{http.StatusCreated, "/v1/claims/" + url.PathEscape(c.Claim), s.position(p, d.Position),
		ClaimAnswer{*detail, refused}}, nil
}

func (r *report) add(name, value string) {
	if value != "" {
		r.members[name] = value
	}
}

// contentID is the id of a message: the same for the same content, so that a repetition is one to the fold too.
func contentID(prefix string, body any) string {
	b, _ := json.Marshal(body)
	sum := sha256.Sum256(b)
	return prefix + hex.EncodeToString(sum[:16])
}

func pending(list string, r *report) *reportOutput {
	return &reportOutput{Status: http.StatusAccepted, Location: list + "?" + url.Values{"policy": {r.policy},
		"buyer": {r.buyer}}.Encode(), Body: Pending{"pending"}}
}

// mayReport refuses who may not send a message of a kind for a policy, and reads how long to wait.
func (s *API) mayReport(ctx context.Context, r *report, kind event.Kind, wait string) (time.Duration, error) {
	limit, err := waitOf(wait)
	if err != nil {
		return 0, err
	}
	if err := identity.Require(ctx, "declare", identity.RolesFor(kind)...); err != nil {
		return 0, err
	}
	return limit, s.ownPolicy(ctx, identity.Of(ctx), r.policy)
}

// report stores a message and waits for what comes of it: the decision, or nil where that is not known in time, and
// what of it was refused. known has the decision where the same message was stored before.
func (s *API) report(ctx context.Context, p identity.Principal, r *report, known []decision.Decision,
	wait time.Duration) (*decision.Decision, []Refused, error) {
	if d := s.latest(r, known); d != nil {
		return d, []Refused{}, nil
	}
	r.members["id"], r.members["at"] = r.id, s.cfg.Sender.Stamp()
	value, err := json.Marshal(r.members)
	if err != nil {
		return nil, nil, huma.Error422UnprocessableEntity("the message cannot be written", err)
	}
	j, err := s.judge(ctx, p, event.TopicPortfolio, [][]byte{value})
	if err != nil {
		return nil, nil, err
	}
	if len(j.good) == 0 {
		return nil, nil, j.rejected[0].problem()
	}
	since := s.cfg.Tail.Highs()
	if _, err := s.cfg.Sender.Send(ctx, event.TopicPortfolio, j.good...); err != nil {
		return nil, nil, s.failed(ctx, "storing the message", err)
	}
	var step []decision.Decision
	if wait > 0 {
		waiting, cancel := context.WithTimeout(ctx, wait)
		defer cancel()
		s.cfg.Tail.Wait(waiting, func() bool { step = s.stepOf(r, since); return step != nil })
	}
	refused := []Refused{}
	for i := range step {
		switch b := step[i].Body.(type) {
		case *decision.Rejection:
			no := Refused{Reason: b.Reason, Detail: b.Detail}
			if !p.Analyst() { // without its free text
				no = Refused{Reason: public.RejectionReason(b.Reason)}
			}
			refused = append(refused, no)
		default:
			if r.is(&step[i]) {
				return &step[i], refused, nil
			}
		}
	}
	if len(refused) > 0 {
		return nil, nil, problem.Refusal(refused[0].Reason, refused[0].Detail)
	}
	return nil, nil, nil
}

// latest is the newest decision on what a message came to that was stored before, nil where it was not.
func (s *API) latest(r *report, known []decision.Decision) (d *decision.Decision) {
	if len(known) > 0 {
		d = &known[0]
	}
	for _, fresh := range s.cfg.Tail.Find(tail.OfBuyer(r.buyer)) {
		if !r.is(&fresh) {
			continue
		}
		if d == nil && fresh.Trigger.ID == r.id || d != nil && fileOf(d) == fileOf(&fresh) &&
			fresh.Position.Compare(d.Position) > 0 {
			d = &fresh
		}
	}
	return d
}

// fileOf is the case or the claim that a decision is on.
func fileOf(d *decision.Decision) string {
	switch b := d.Body.(type) {
	case *decision.Case:
		return b.Case
	case *decision.Claim:
		return b.Claim
	}
	return ""
}

// stepOf are the decisions of the step that read a message, once all of them are there; since is where the tail was
// before the message was stored.
func (s *API) stepOf(r *report, since []event.Position) []decision.Decision {
	all := slices.Concat(s.cfg.Tail.Find(tail.OfBuyer(r.buyer)), s.cfg.Tail.Find(tail.OfRejection(r.policy, r.id)))
	for i := range all {
		at := all[i].Position
		if all[i].Trigger.ID != r.id || since[at.Partition].Compare(at) >= 0 {
			continue
		}
		if step, done := s.cfg.Tail.Step(int(at.Partition), at.Offset); done {
			return step
		}
	}
	return nil
}
