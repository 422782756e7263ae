package dashboard

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"barometer/dashboard/format"
	"barometer/dashboard/identity"
	"barometer/dashboard/problem"
	"barometer/dashboard/tail"
	"barometer/ingest/decode"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"

	"github.com/danielgtaylor/huma/v2"
)

// ReviewAnswer is a review of the four-eyes queue as it is now.
type ReviewAnswer struct {
	ID        string            `json:"review_id"`
	Kind      string            `json:"kind" enum:"match,cut,increase,country,payments,override,cap,activation" doc:"match: is it true, and about this buyer? cut: are these limits to be cut? increase: is this limit to be raised so much? country: is it to be taken off cover? that needs two analysts; payments: does what one supplier alone reports count? override, cap, activation: is what an analyst decided to act?"`
	BuyerID   string            `json:"buyer_id,omitempty"`
	BuyerName string            `json:"buyer_name,omitempty"`
	Country   string            `json:"country,omitempty"`
	State     string            `json:"state" enum:"requested,joined,reopened,approved_once,approved,rejected,lapsed,effective,withdrawn"`
	Analyst   string            `json:"analyst,omitempty" doc:"who decided"`
	Asked     string            `json:"asked_by,omitempty" doc:"the analyst who asked for it, or entered what it is about, the newest where several did; whoever did may not approve it"`
	First     string            `json:"approved_first_by,omitempty" doc:"who approved first, where two are needed"`
	Reason    string            `json:"reason,omitempty" doc:"of the verdict, in the words of who decided; it is there some seconds after the verdict"`
	DecidedAt *time.Time        `json:"decided_at,omitempty" doc:"log time at which it was over; absent while it waits"`
	OpenedAt  time.Time         `json:"opened_at" doc:"log time"`
	Deadline  *time.Time        `json:"deadline,omitempty" doc:"log time at which news lapses, the cuts are made, or the request is granted; a country has none"`
	Items     []ReviewItem      `json:"items" doc:"what waits for the verdict"`
	Proposals []Proposal        `json:"proposals" doc:"limits that wait for the verdict"`
	Terms     []string          `json:"terms,omitempty" doc:"what is to be decided besides the limits, as name=value: grade_floor=7, version=2026-2"`
	Position  string            `json:"position"`
	Warnings  []problem.Warning `json:"warnings,omitempty"`
}

// PendingVerdict is a verdict that is stored and has no effect yet.
type PendingVerdict struct {
	Status   string            `json:"status" enum:"pending"`
	Warnings []problem.Warning `json:"warnings,omitempty"`
}

// Proposal is a limit that is to be cut or raised.
type Proposal struct {
	PolicyID string `json:"policy_id"`
	From     string `json:"from"`
	To       string `json:"to"`
	Currency string `json:"currency"`
}

// ReviewItem is a message that waits for a verdict.
type ReviewItem struct {
	Type     string   `json:"type"`
	ID       string   `json:"id"`
	Category string   `json:"category,omitempty"`
	Outlet   string   `json:"outlet,omitempty" enum:"register,regulated,web"`
	Name     string   `json:"outlet_name,omitempty" doc:"who reports it"`
	Matched  string   `json:"matched,omitempty" doc:"how the buyer was found: registration or name; absent: the message names it"`
	Others   []string `json:"others,omitempty" doc:"further buyers that it may be about"`
	Headline string   `json:"headline,omitempty"`
	URL      string   `json:"url,omitempty" doc:"where it can be read, as its sender says"`
	Source   string   `json:"source"`
	Analyst  string   `json:"analyst,omitempty" doc:"of the insurer's people: who entered it, and may not approve the review; absent: a feed or a policyholder sent it"`
}

// AskedBy tells whether an analyst asked for what is to be decided, or entered any of what it is about.
func (r *ReviewAnswer) AskedBy(analyst string) bool {
	entered := func(i ReviewItem) bool { return i.Analyst == analyst }
	return analyst != "" && (r.Asked == analyst || slices.ContainsFunc(r.Items, entered))
}

type reviewsInput struct {
	Paging
	Reading
	State string `query:"state" enum:"open,closed" default:"open" doc:"those that wait, the most urgent first, or those that are over, the newest first"`
	Buyer string `query:"buyer" maxLength:"128"`
}

type reviewsOutput struct {
	Position string `header:"Barometer-Position"`
	Body     Page[ReviewAnswer]
}

type verdictInput struct {
	ID   string `path:"id" maxLength:"300" doc:"review_id, its / written %2F"`
	Body struct {
		Verdict string `json:"verdict" enum:"approve,reject"`
		Analyst string `json:"analyst,omitempty" maxLength:"128" doc:"who decides; left out, but where there are no tokens: it is the token's name"`
		Reason  string `json:"reason" minLength:"1" maxLength:"1000"`
	}
}

type verdictOutput struct {
	Status int
	Body   any
}

func (s *server) reviewOperations(api huma.API) {
	huma.Register(api, operation(api, "list-reviews", http.MethodGet, "/v1/reviews", "The four-eyes queue"), s.listReviews)
	decide := operation(api, "decide-review", http.MethodPost, "/v1/reviews/{id}", "Decide on a review", ReviewAnswer{})
	decide.Responses["202"] = &huma.Response{Description: "Stored, not decided yet"}
	decide.Errors = append(decide.Errors, http.StatusConflict)
	huma.Register(api, decide, s.decideReview)
}

var errAnalysts = huma.Error403Forbidden("reviews are for analysts")

func (s *server) listReviews(ctx context.Context, in *reviewsInput) (*reviewsOutput, error) {
	if !identity.Of(ctx).Analyst() {
		return nil, errAnalysts
	}
	q := history.ReviewQuery{Buyer: in.Buyer, Open: in.State != "closed", Limit: in.Limit + 1}
	var at history.ReviewCursor
	if more, err := s.cursor(ctx, "reviews", in.Cursor, &at); err != nil {
		return nil, err
	} else if more {
		q.After = &at
	}
	if err := s.after(ctx, in.After, s.tail.Stored); err != nil {
		return nil, err
	}
	position := s.positions(identity.Of(ctx), s.tail.Stored())
	answers, next, err := s.reviews(ctx, q, in.Limit)
	if err != nil {
		return nil, s.failed(ctx, "listing reviews", err)
	}
	return &reviewsOutput{position, Page[ReviewAnswer]{answers, next}}, nil
}

func reviewOf(r *history.Review) ReviewAnswer {
	b := r.Decision.Body.(*decision.Review)
	out := ReviewAnswer{ID: b.Review, Kind: b.Kind, BuyerID: b.Buyer, Country: b.Country, State: b.State,
		Analyst: b.Analyst, Asked: b.Asked, OpenedAt: r.OpenedAt.UTC(), Items: make([]ReviewItem, len(b.Items)),
		Position: r.Decision.Position.String()}
	out.First, out.Terms, out.Reason = b.First, b.Terms, r.Texts[sourceOf(b.Verdict)].Reason
	if !waiting(b) {
		at := format.Instant(r.Decision.AtMs)
		out.DecidedAt = &at
	}
	if b.DeadlineMs != 0 {
		deadline := format.Instant(b.DeadlineMs)
		out.Deadline = &deadline
	}
	out.Proposals = make([]Proposal, len(b.Proposals))
	for i, p := range b.Proposals {
		out.Proposals[i] = Proposal{p.Policy, format.Amount(p.FromMinor, p.Currency), format.Amount(p.ToMinor, p.Currency),
			p.Currency}
	}
	for i, item := range b.Items {
		source := sourceOf(item.Source)
		said := r.Texts[source]
		out.Items[i] = ReviewItem{item.Kind.String(), item.ID, item.Category.String(), item.Outlet.String(), said.OutletName,
			item.Matched.String(), item.Others, said.Headline, said.URL, source, item.Analyst}
	}
	return out
}

func (s *server) decideReview(ctx context.Context, in *verdictInput) (*verdictOutput, error) {
	p := identity.Of(ctx)
	if !p.Analyst() {
		return nil, errAnalysts
	}
	if err := identity.Require(ctx, "", identity.RolesFor(event.KindReviewDecided)...); err != nil {
		return nil, err
	}
	analyst := strings.TrimSpace(in.Body.Analyst)
	switch {
	case !p.Open && p.Name == "":
		return nil, huma.Error403Forbidden("the token names nobody: a verdict bears the name of who decides")
	case !p.Open && analyst != "" && analyst != p.Name:
		return nil, problem.Refusal(reasonBadField, "analyst: the token is "+p.Name+"'s; leave it out")
	case !p.Open:
		analyst = p.Name
	case analyst == "":
		return nil, problem.Refusal("missing_field", "analyst: want who decides, as there are no tokens to tell it")
	}
	r, err := s.verdict(ctx, in.ID, in.Body.Verdict == "approve", analyst, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	var warnings []problem.Warning
	if p.Open {
		warnings = []problem.Warning{problem.EyesOff()}
	}
	if r == nil {
		return &verdictOutput{http.StatusAccepted, PendingVerdict{"pending", warnings}}, nil
	}
	out := reviewOf(r)
	out.Warnings = warnings
	return &verdictOutput{http.StatusOK, out}, nil
}

// verdict stores an analyst's verdict and waits for what it does: the review's new state, nil where that is not there
// in time.
func (s *server) verdict(ctx context.Context, id string, approve bool, analyst, reason string) (*history.Review,
	error) {
	state, verdict := decision.ReviewRejected, "reject"
	if approve {
		state, verdict = decision.ReviewApproved, "approve"
	}
	now, err := s.review(ctx, id)
	if err != nil {
		return nil, s.failed(ctx, "looking for the review", err)
	}
	if now == nil {
		return nil, huma.Error404NotFound("no such review")
	}
	asked := reviewOf(now)
	switch b := now.Decision.Body.(*decision.Review); {
	case b.State == state && b.Analyst == analyst:
		return now, nil // said again
	case b.State == decision.ReviewSeconding && b.Analyst == analyst && approve:
		return nil, problem.Refusal("second_analyst", "a second analyst is needed")
	case waiting(b) && asked.AskedBy(analyst) && approve:
		return nil, problem.Refusal("second_analyst",
			"another analyst must approve it: "+analyst+" asked for it, or entered it")
	case !waiting(b):
		return nil, huma.Error409Conflict("the review is over: " + b.State)
	}
	sum := sha256.Sum256([]byte(id + "\x00" + verdict + "\x00" + analyst))
	message := map[string]any{"id": "verdict-" + hex.EncodeToString(sum[:16]), "type": event.KindReviewDecided.String(),
		"at":        s.saidAt(),
		"review_id": id, "verdict": verdict, "analyst": analyst, "reason": reason}
	value, err := json.Marshal(message)
	if err != nil {
		return nil, s.failed(ctx, "writing the verdict", err)
	}
	m, err := decode.New(s.cfg.Secret).Decode(event.TopicOrders, value)
	var refused *decode.Error
	if errors.As(err, &refused) {
		return nil, problem.Refusal(string(refused.Reason), refused.Detail)
	} else if err != nil {
		return nil, s.failed(ctx, "reading the verdict", err)
	}
	if err := s.append(ctx, event.TopicOrders, []checked{{value: value, key: m.Event.Key}}); err != nil {
		return nil, s.failed(ctx, "storing the verdict", err)
	}
	enough, cancel := context.WithTimeout(ctx, afterWait)
	defer cancel()
	now.Texts = maps.Clone(now.Texts)
	over := s.tail.Wait(enough, func() bool {
		if d := last(s.tail.Find(tail.OfReview(id))); d != nil && d.Position.Compare(now.Decision.Position) > 0 {
			now.Decision = *d
		}
		b := now.Decision.Body.(*decision.Review)
		return !waiting(b) || (b.State == decision.ReviewReopened || b.State == decision.ReviewSeconding) &&
			b.Analyst == analyst
	})
	if !over {
		return nil, nil
	}
	b := now.Decision.Body.(*decision.Review)
	if b.Analyst == analyst && b.Verdict.Topic != event.TopicNone { // ClickHouse has its words some seconds later
		if now.Texts == nil {
			now.Texts = map[string]history.Text{}
		}
		now.Texts[sourceOf(b.Verdict)] = history.Text{Reason: reason}
	}
	switch {
	case b.State == decision.ReviewSeconding && b.Analyst == analyst:
		return now, nil
	case b.State == decision.ReviewReopened:
		return nil, huma.Error409Conflict("what the capacity asks for has changed since it was shown: the review is open " +
			"again")
	case b.Analyst != analyst || b.State != state && b.State != decision.ReviewWithdrawn:
		return nil, huma.Error409Conflict("the review is over: " + b.State)
	}
	return now, nil
}

// waiting tells whether a review waits for a verdict.
func waiting(b *decision.Review) bool { return slices.Contains(decision.WaitingStates, b.State) }

// Waiting tells the same to a page.
func (r ReviewAnswer) Waiting() bool { return slices.Contains(decision.WaitingStates, r.State) }

func last(ds []decision.Decision) *decision.Decision {
	if len(ds) == 0 {
		return nil
	}
	return &ds[len(ds)-1]
}
