package reviews

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"time"

	"barometer/dashboard/format"
	"barometer/dashboard/identity"
	"barometer/dashboard/problem"
	"barometer/dashboard/submit"
	"barometer/dashboard/tail"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"

	"github.com/danielgtaylor/huma/v2"
)

// within is how long a verdict waits for what it does.
const within = 2 * time.Second

// ErrAnalysts refuses policyholders.
var ErrAnalysts = huma.Error403Forbidden("reviews are for analysts")

// Verdict is what an analyst says of a review.
type Verdict struct {
	Review  string
	Approve bool
	Analyst string // empty: whom the token names
	Reason  string
}

func (v *Verdict) word() string {
	if v.Approve {
		return "approve"
	}
	return "reject"
}

// Decide stores a verdict of whom ctx stands for, and waits for what it does. It returns the review as it is then; nil
// where that is not there in time. Errors are problems for the reader.
func (o *Queue) Decide(ctx context.Context, v Verdict) (*ReviewAnswer, error) {
	p := identity.Of(ctx)
	if !p.Analyst() {
		return nil, ErrAnalysts
	}
	if err := identity.Require(ctx, "", identity.RolesFor(event.KindReviewDecided)...); err != nil {
		return nil, err
	}
	v.Analyst = strings.TrimSpace(v.Analyst)
	switch {
	case !p.Open && p.Name == "":
		return nil, huma.Error403Forbidden("the token names nobody: a verdict bears the name of who decides")
	case !p.Open && v.Analyst != "" && v.Analyst != p.Name:
		return nil, problem.Refusal("bad_field", "analyst: the token is "+p.Name+"'s; leave it out")
	case !p.Open:
		v.Analyst = p.Name
	case v.Analyst == "":
		return nil, problem.Refusal("missing_field", "analyst: want who decides, as there are no tokens to tell it")
	}
	r, err := o.decide(ctx, &v)
	if err != nil || r == nil {
		return nil, err
	}
	out := Of(r)
	if p.Open {
		out.Warnings = []problem.Warning{problem.EyesOff()}
	}
	return &out, nil
}

// decide stores a verdict whose analyst is known, and waits for what it does; nil where that is not there in time.
func (o *Queue) decide(ctx context.Context, v *Verdict) (*history.Review, error) {
	now, err := o.Find(ctx, v.Review)
	if err != nil {
		return nil, problem.Failed(ctx, o.log, "looking for the review", err)
	}
	if now == nil {
		return nil, huma.Error404NotFound("no such review")
	}
	if given, err := v.refusedBy(now); given || err != nil {
		return now, err
	}
	message, err := o.message(ctx, v)
	if err != nil {
		return nil, err
	}
	if _, err := o.sender.Send(ctx, event.TopicOrders, message); err != nil {
		return nil, problem.Failed(ctx, o.log, "storing the verdict", err)
	}
	now.Texts = maps.Clone(now.Texts)
	if !o.await(ctx, v, now) {
		return nil, nil
	}
	b := now.Decision.Body.(*decision.Review)
	if b.Analyst == v.Analyst && b.Verdict.Topic != event.TopicNone { // ClickHouse has its words some seconds later
		if now.Texts == nil {
			now.Texts = map[string]history.Text{}
		}
		now.Texts[format.Source(b.Verdict)] = history.Text{Reason: v.Reason}
	}
	switch {
	case b.State == decision.ReviewSeconding && b.Analyst == v.Analyst:
		return now, nil
	case b.State == decision.ReviewReopened:
		return nil, huma.Error409Conflict("what the capacity asks for has changed since it was shown: the review is open " +
			"again")
	case b.Analyst != v.Analyst || b.State != v.state() && b.State != decision.ReviewWithdrawn:
		return nil, huma.Error409Conflict("the review is over: " + b.State)
	}
	return now, nil
}

// state is that of a review on which v has acted.
func (v *Verdict) state() string {
	if v.Approve {
		return decision.ReviewApproved
	}
	return decision.ReviewRejected
}

// refusedBy tells whether v was given on a review already; an error says why it cannot be given now.
func (v *Verdict) refusedBy(now *history.Review) (given bool, err error) {
	b, asked := now.Decision.Body.(*decision.Review), Of(now)
	switch {
	case b.State == v.state() && b.Analyst == v.Analyst:
		return true, nil
	case b.State == decision.ReviewSeconding && b.Analyst == v.Analyst && v.Approve:
		return false, problem.Refusal("second_analyst", "a second analyst is needed")
	case Waits(b) && asked.AskedBy(v.Analyst) && v.Approve:
		return false, problem.Refusal("second_analyst",
			"another analyst must approve it: "+v.Analyst+" asked for it, or entered it")
	case !Waits(b):
		return false, huma.Error409Conflict("the review is over: " + b.State)
	}
	return false, nil
}

// message is a verdict as a message. Its id is the same for the same verdict, so that one that is sent again is one.
func (o *Queue) message(ctx context.Context, v *Verdict) (submit.Message, error) {
	sum := sha256.Sum256([]byte(v.Review + "\x00" + v.word() + "\x00" + v.Analyst))
	value, err := json.Marshal(map[string]any{"id": "verdict-" + hex.EncodeToString(sum[:16]),
		"type": event.KindReviewDecided.String(), "at": o.sender.Stamp(), "review_id": v.Review, "verdict": v.word(),
		"analyst": v.Analyst, "reason": v.Reason})
	if err != nil {
		return submit.Message{}, problem.Failed(ctx, o.log, "writing the verdict", err)
	}
	m, err := o.sender.Decode(event.TopicOrders, value)
	var refused huma.StatusError
	if errors.As(err, &refused) {
		return submit.Message{}, err
	} else if err != nil {
		return submit.Message{}, problem.Failed(ctx, o.log, "reading the verdict", err)
	}
	return submit.Message{Value: value, Key: m.Event.Key}, nil
}

// await waits until a verdict has changed a review, which it brings up to date; false where that takes too long.
func (o *Queue) await(ctx context.Context, v *Verdict, now *history.Review) bool {
	enough, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	return o.tail.Wait(enough, func() bool {
		if d := last(o.tail.Find(tail.OfReview(v.Review))); d != nil && d.Position.Compare(now.Decision.Position) > 0 {
			now.Decision = *d
		}
		b := now.Decision.Body.(*decision.Review)
		return !Waits(b) || (b.State == decision.ReviewReopened || b.State == decision.ReviewSeconding) &&
			b.Analyst == v.Analyst
	})
}
