package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"barometer/dashboard/alerts"
	"barometer/dashboard/identity"
	"barometer/dashboard/reviews"
	"barometer/dashboard/web"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"

	"github.com/danielgtaylor/huma/v2"
)

// reviewCard is a review on a page, at one of three steps: it waits for a verdict, a verdict waits to be confirmed, or
// it is over.
type reviewCard struct {
	reviews.ReviewAnswer
	By      author
	Draft   draft    // the verdict that is being written
	Problem string   // why a verdict was not taken, empty: it was
	Changes []string // what is otherwise than was shown
	Confirm *confirmation
	Done    string // what a verdict did just now, empty: nothing
	Follows bool   // the verdict's reason is on its way
	Focus   bool   // the reader goes on here
}

// author is who decides on this page.
type author struct {
	Name   string // empty: the form requests it
	Barred string // why this reader cannot decide, empty: the reader can
}

// draft is a verdict that is not confirmed.
type draft struct {
	Analyst, Reason string
	Approve         bool
}

// Verdict is the draft's word for what it does.
func (d draft) Verdict() string {
	if d.Approve {
		return "approve"
	}
	return "reject"
}

// confirmation is the second step of a verdict.
type confirmation struct {
	consequence
	draft
	Token string
}

// seen is what a confirmation stands for, sealed in its form: which consequence of which verdict on which state was
// shown.
type seen struct {
	Review, Position string
	Draft            draft
	Shown            consequence
}

const seenToken = "verdict"

func (s *Desk) reviewsPage(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if id := q.Get("review"); id != "" {
		s.reviewPage(w, r, id)
		return
	}
	query := history.ReviewQuery{Buyer: strings.TrimSpace(q.Get("buyer")), Open: q.Get("state") != "closed",
		Limit: shownPerPage + 1}
	var at history.ReviewCursor
	if more, err := s.cfg.Cursors.Open(r.Context(), "reviews", q.Get("cursor"), &at); err == nil && more {
		query.After = &at
	}
	reviews, next, err := s.cfg.Reviews.List(r.Context(), query, shownPerPage)
	if err != nil {
		s.pages.Broken(w, r, err)
		return
	}
	p := identity.Of(r.Context())
	cards := make([]reviewCard, len(reviews))
	for i := range reviews {
		cards[i] = reviewCard{ReviewAnswer: reviews[i], By: authorOf(p), Follows: reviews[i].ReasonFollows(s.cfg.Tail.Now())}
	}
	s.pages.Render(w, r, "reviews", web.Frame{Title: "Reviews", Section: "reviews", Content: listing{State: q.Get("state"),
		Buyer: query.Buyer, Rows: cards, Next: nextPage(r, next), More: query.After != nil, EyesOff: p.Open}})
}

// authorOf says who decides: whose token it is, or, where there are no tokens, whoever says so.
func authorOf(p identity.Principal) author {
	switch {
	case p.Open:
		return author{}
	case p.Name == "":
		return author{Barred: "Your token names nobody, and a verdict bears a name."}
	case !p.May(identity.RolesFor(event.KindReviewDecided)...):
		return author{Name: p.Name, Barred: "Your token may read reviews and not decide on them."}
	default:
		return author{Name: p.Name}
	}
}

// reviewPage shows one review.
func (s *Desk) reviewPage(w http.ResponseWriter, r *http.Request, id string) {
	c, err := s.card(r.Context(), id)
	switch {
	case err != nil:
		s.pages.Broken(w, r, err)
		return
	case c == nil:
		s.pages.None(w)
		return
	}
	if r.URL.Query().Has("decided") && (!c.Waiting() || c.State == decision.ReviewSeconding) {
		c.Done, c.Focus = c.Outcome(), true
	}
	s.showCard(w, r, http.StatusOK, c)
}

// card is a review as its reader sees it, nil for none.
func (s *Desk) card(ctx context.Context, id string) (*reviewCard, error) {
	found, err := s.cfg.Reviews.Find(ctx, id)
	if err != nil || found == nil {
		return nil, err
	}
	answers, err := s.cfg.Reviews.Named(ctx, []history.Review{*found})
	if err != nil {
		return nil, err
	}
	return &reviewCard{ReviewAnswer: answers[0], By: authorOf(identity.Of(ctx)),
		Follows: answers[0].ReasonFollows(s.cfg.Tail.Now())}, nil
}

// showCard writes a card: in the place of another one where htmx requests it, else on a page.
func (s *Desk) showCard(w http.ResponseWriter, r *http.Request, status int, c *reviewCard) {
	f := web.Frame{Title: "Review " + c.ID, Section: "reviews", Said: cmp.Or(c.Done, c.Problem),
		Content: listing{Rows: c, EyesOff: identity.Of(r.Context()).Open}}
	if c.Confirm != nil {
		f.Title, f.Said = "Confirm the verdict", cmp.Or(c.Problem, "Confirm the verdict: "+c.Confirm.Gist)
	}
	s.pages.RenderAs(w, r, status, "review", f)
}

// decideReviewPage takes the two steps of a verdict. The first one decides nothing: it says what the verdict would do.
// The second one bears what was shown, and is refused where something else is true by then.
func (s *Desk) decideReviewPage(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "the form cannot be read", http.StatusBadRequest)
		return
	}
	id, token, p := r.PostFormValue("review"), r.PostFormValue("confirmed"), identity.Of(r.Context())
	var was seen
	if token != "" {
		if s.cfg.Sealer.Open(seenToken, p.Holder, token, &was) != nil {
			http.Error(w, "the form is not one of this server", http.StatusBadRequest)
			return
		}
		id = was.Review
	}
	c, err := s.card(r.Context(), id)
	switch {
	case err != nil:
		s.pages.Broken(w, r, err)
		return
	case c == nil:
		s.pages.None(w)
		return
	}
	c.Focus = true
	status := http.StatusOK
	if token == "" {
		c.Draft = draft{strings.TrimSpace(cmp.Or(r.PostFormValue("analyst"), c.By.Name)),
			strings.TrimSpace(r.PostFormValue("reason")),
			r.PostFormValue("verdict") == "approve"}
		status, err = s.propose(r.Context(), c, r.PostFormValue("verdict"), r.PostFormValue("shown"))
	} else if c.Draft = was.Draft; r.PostFormValue("do") == c.Draft.Verdict() {
		status, err = s.confirm(r.Context(), c, &was)
	} else if !r.PostForm.Has("back") { // no button was pressed
		status, c.Problem, c.Confirm = http.StatusUnprocessableEntity, "Not decided: confirm the verdict, or go back.",
			&confirmation{was.Shown, was.Draft, token}
	}
	switch {
	case err != nil:
		s.pages.Broken(w, r, err)
	case c.Done != "" && r.Header.Get("HX-Request") == "":
		http.Redirect(w, r, "/reviews?decided&review="+url.QueryEscape(c.ID), http.StatusSeeOther)
	default:
		s.showCard(w, r, status, c)
	}
}

// propose makes a card show what its draft would do, to be confirmed; or why the draft is no verdict.
func (s *Desk) propose(ctx context.Context, c *reviewCard, verdict, shown string) (status int, err error) {
	switch {
	case c.By.Barred != "":
		c.Problem = c.By.Barred
		return http.StatusForbidden, nil
	case !c.Waiting():
		c.Problem = "Not decided: the review is over. " + c.Outcome()
		return http.StatusConflict, nil
	case c.Draft.Analyst != c.By.Name && c.By.Name != "":
		c.Problem = "You are logged in as " + c.By.Name + ", and cannot decide for " + c.Draft.Analyst + "."
		c.Draft.Analyst = c.By.Name
	case verdict != "approve" && verdict != "reject":
		c.Problem = "Choose a verdict."
	case c.Draft.Reason == "":
		c.Problem = "A verdict needs a reason."
	case c.Draft.Analyst == "":
		c.Problem = "A verdict bears the name of who decides."
	case c.Draft.Approve && c.AskedBy(c.Draft.Analyst):
		c.Problem = c.Draft.Analyst + " asked for it, or entered it, so another analyst must approve it."
	case c.Draft.Approve && c.First == c.Draft.Analyst:
		c.Problem = c.First + " has approved it already: another analyst is needed."
	}
	if c.Problem != "" {
		return http.StatusUnprocessableEntity, nil
	}
	if shown != "" && shown != c.Position {
		c.Changes = []string{"This review has changed since you opened the page. This is how it is now."}
	}
	follows, err := s.consequenceOf(ctx, &c.ReviewAnswer, c.Draft.Approve)
	if err == nil {
		s.requestConfirmation(ctx, c, follows)
	}
	return http.StatusOK, err
}

func (s *Desk) requestConfirmation(ctx context.Context, c *reviewCard, follows consequence) {
	token := s.cfg.Sealer.Seal(seenToken, identity.Of(ctx).Holder, seen{c.ID, c.Position, c.Draft, follows})
	c.Confirm = &confirmation{follows, c.Draft, token}
}

// confirm takes a verdict whose consequence was shown. Where the review or the consequence is another one by now,
// nothing is decided, and the card says what has changed.
func (s *Desk) confirm(ctx context.Context, c *reviewCard, was *seen) (status int, err error) {
	if c.By.Barred != "" {
		c.Problem = c.By.Barred
		return http.StatusForbidden, nil
	}
	if name := c.By.Name; name != "" && name != was.Draft.Analyst {
		c.Problem = "Not decided: you are logged in as " + name + ", and " + was.Draft.Analyst + " wrote this."
		return http.StatusForbidden, nil
	}
	if _, busy := s.deciding.LoadOrStore(c.ID, true); busy {
		c.Problem = "Not decided: a verdict on this review is under way."
		return http.StatusConflict, nil
	}
	defer s.deciding.Delete(c.ID)
	now, err := s.card(ctx, c.ID) // with what was decided since this request came
	if err != nil || now == nil {
		return 0, cmp.Or(err, alerts.ErrNotFound)
	}
	if c.ReviewAnswer = now.ReviewAnswer; !c.Waiting() {
		c.Problem = "Not decided again: the review is over. " + c.Outcome()
		return http.StatusConflict, nil
	}
	follows, err := s.consequenceOf(ctx, &c.ReviewAnswer, was.Draft.Approve)
	if err != nil {
		return 0, err
	}
	if c.Position != was.Position || !follows.same(&was.Shown) {
		c.Problem, c.Changes = "Not decided: this has changed since it was shown.", changes(&was.Shown, &follows)
		if c.Draft.Approve && (c.First == c.Draft.Analyst || c.AskedBy(c.Draft.Analyst)) {
			return http.StatusConflict, nil // another one decides now
		}
		s.requestConfirmation(ctx, c, follows)
		return http.StatusConflict, nil
	}
	return s.decideCard(ctx, c, &was.Draft)
}

// decideCard stores a verdict by the rules of the API, and makes the card show how the review is then.
func (s *Desk) decideCard(ctx context.Context, c *reviewCard, d *draft) (status int, err error) {
	answer, err := s.cfg.Reviews.Decide(ctx, reviews.Verdict{Review: c.ID, Approve: d.Approve, Analyst: d.Analyst,
		Reason: d.Reason})
	if err != nil {
		var problem huma.StatusError
		if !errors.As(err, &problem) || problem.GetStatus() >= http.StatusInternalServerError {
			return 0, err
		}
		now, lost := s.card(ctx, c.ID)
		if lost != nil || now == nil {
			return 0, cmp.Or(lost, err)
		}
		c.ReviewAnswer, c.Problem = now.ReviewAnswer, "Not decided: "+err.Error()+"."
		return problem.GetStatus(), nil
	}
	if answer == nil {
		c.Done = "The verdict is stored and will be decided."
		return http.StatusOK, nil
	}
	answer.BuyerName = c.BuyerName
	c.ReviewAnswer, c.Draft = *answer, draft{}
	c.Done = c.Outcome()
	return http.StatusOK, nil
}

// changes says what follows now and did not when it was shown, and the other way round.
func changes(shown, now *consequence) []string {
	var all []string
	if shown.Gist != now.Gist {
		all = append(all, "It was: "+shown.Gist, "It is now: "+now.Gist)
	}
	of := func(rows []reviews.Proposal, policy string) (reviews.Proposal, bool) {
		i := slices.IndexFunc(rows, func(p reviews.Proposal) bool { return p.PolicyID == policy })
		if i < 0 {
			return reviews.Proposal{}, false
		}
		return rows[i], true
	}
	for _, p := range now.Rows {
		if o, known := of(shown.Rows, p.PolicyID); !known {
			all = append(all, fmt.Sprintf("Policy %s was not among the limits.", p.PolicyID))
		} else if o != p {
			all = append(all, fmt.Sprintf("Policy %s was to go from %s to %s %s.", p.PolicyID, grouped(o.From), grouped(o.To),
				o.Currency))
		}
	}
	for _, o := range shown.Rows {
		if _, known := of(now.Rows, o.PolicyID); !known {
			all = append(all, fmt.Sprintf("Policy %s is no longer among the limits.", o.PolicyID))
		}
	}
	for _, n := range now.Notes {
		if !slices.Contains(shown.Notes, n) {
			all = append(all, n)
		}
	}
	if len(all) == 0 {
		all = append(all, "More was reported about it, or somebody else has approved it first.")
	}
	return all
}
