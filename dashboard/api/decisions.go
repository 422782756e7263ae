package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"barometer/dashboard/identity"
	"barometer/dashboard/paging"
	"barometer/dashboard/tail"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
	"barometer/storage/history"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

const (
	keepAlive    = 15 * time.Second
	sseWriteTime = 10 * time.Second
	resumePage   = 500
	// maxResume bounds what one connection reads of ClickHouse; the client goes on from its last id by reconnecting.
	maxResume = 100_000
)

// listed are the kinds that lists and streams have where none is named, asked those that may be named: progress is for
// machines, cases and claims have lists of their own.
var (
	listed = history.Listed
	asked  = append(slices.Clone(listed), decision.ExposureChanged, decision.ReviewRequested, decision.CaseChanged,
		decision.ClaimDecided)
)

type decisionsInput struct {
	Paging
	Reading
	Kind   []string `query:"kind" maxItems:"8" enum:"score.changed,limit.decided,cover.changed,input.rejected,macro.changed,exposure.changed,review.requested,case.changed,claim.decided" doc:"of score.changed, limit.decided, cover.changed, input.rejected, macro.changed, which are all where none is named, exposure.changed, review.requested, case.changed, claim.decided"`
	Buyer  string   `query:"buyer" maxLength:"128"`
	Policy string   `query:"policy" maxLength:"128"`
	From   string   `query:"from" maxLength:"40" format:"date-time" doc:"log time, RFC 3339"`
}

type streamInput struct {
	LastEventID string   `header:"Last-Event-ID" maxLength:"16000"`
	Kind        []string `query:"kind" maxItems:"8" enum:"score.changed,limit.decided,cover.changed,input.rejected,macro.changed,exposure.changed,review.requested,case.changed,claim.decided" doc:"as in the list"`
}

func (s *API) decisionOperations(api huma.API) {
	huma.Register(api, operation(api, "list-decisions", http.MethodGet, "/v1/decisions",
		"Page through decisions, the newest first",
		Page[Decision]{}, Page[HolderDecision]{}), s.listDecisions)
	op := operation(api, "stream-decisions", http.MethodGet, "/v1/decisions/stream",
		"Decisions live, as server-sent events named by kind; resumes after Last-Event-ID")
	schema := &huma.Schema{Type: huma.TypeString, Description: "Events: id (opaque), event (the kind), data (a decision " +
		"as in the list). " +
		"An event named gap says that some decisions in between cannot be had yet."}
	op.Responses["200"] = &huma.Response{Description: "OK",
		Content: map[string]*huma.MediaType{"text/event-stream": {Schema: schema}}}
	huma.Register(api, op, s.streamDecisions)
}

// parseKinds are the kinds that p names, or all that are listed; a policyholder's are those that can concern it.
func parseKinds(p identity.Principal, names []string) ([]decision.Kind, error) {
	if len(names) == 0 {
		kinds := slices.Clone(listed)
		if !p.Analyst() {
			kinds = slices.DeleteFunc(kinds, func(k decision.Kind) bool { return !slices.Contains(public.Kinds, k) })
		}
		return kinds, nil
	}
	var kinds []decision.Kind
	for _, n := range names {
		k, ok := decision.ParseKind(n)
		if !ok || !slices.Contains(asked, k) {
			return nil, huma.Error400BadRequest(fmt.Sprintf("kind: %q is none of %s", n, kindNames(asked)))
		}
		if !p.Analyst() && !slices.Contains(public.Kinds, k) {
			return nil, huma.Error403Forbidden(fmt.Sprintf("kind: %s is the insurer's to read; policyholders have %s", k,
				kindNames(public.Kinds)))
		}
		kinds = append(kinds, k)
	}
	return kinds, nil
}

// mayConcern tells whether a decision concerns a holder, or is about a message of a policy that may be its own.
func mayConcern(d *decision.Decision, holder string) bool {
	_, ok := public.For(d, holder, func(string) bool { return true })
	return ok
}

func kindNames(kinds []decision.Kind) string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.String()
	}
	return strings.Join(names, ", ")
}

func (s *API) listDecisions(ctx context.Context, in *decisionsInput) (*answer, error) {
	p := identity.Of(ctx)
	kinds, err := parseKinds(p, in.Kind)
	if err != nil {
		return nil, err
	}
	q := history.DecisionQuery{Kinds: kinds, Buyer: in.Buyer, Policy: in.Policy, Limit: in.Limit + 1}
	if !p.Analyst() {
		q.Holder = p.Holder
	}
	if in.From != "" {
		if q.From, err = parseInstant("from", in.From); err != nil {
			return nil, err
		}
	}
	var at history.DecisionCursor
	if more, err := s.cfg.Cursors.Open(ctx, "decisions", in.Cursor, &at); err != nil {
		return nil, err
	} else if more {
		q.Before = &at
	}
	if err := s.after(ctx, in.After, s.cfg.Tail.Stored); err != nil {
		return nil, err
	}
	out := &answer{Position: s.positions(p, s.cfg.Tail.Stored())}
	rows, err := s.cfg.Store.Decisions(ctx, q)
	if err != nil {
		return nil, s.failed(ctx, "listing decisions", err)
	}
	rows, next := paging.Cut(ctx, s.cfg.Cursors, "decisions", rows, in.Limit, func(d decision.Decision) any {
		return history.DecisionCursor{AtMs: d.AtMs,
			Position: d.Position}
	})
	if p.Analyst() {
		out.Body = Page[Decision]{decisionsOf(rows), next}
		return out, nil
	}
	items := []HolderDecision{}
	for i := range rows {
		// the Store knows whose policies they are
		if h, ok := s.holderDecision(p, &rows[i], func(string) bool { return true }); ok {
			items = append(items, h)
		}
	}
	out.Body = Page[HolderDecision]{items, next}
	return out, nil
}

// sender writes server-sent events to one reader.
type sender struct {
	s       *API
	p       identity.Principal
	kinds   []decision.Kind
	ctx     context.Context // of the request: a sender lives no longer
	w       io.Writer
	control *http.ResponseController
	at      []event.Position // by partition: the newest that the reader has, or would have but for its filters
	own     map[string]bool  // policies of a policyholder
}

func (s *API) streamDecisions(ctx context.Context, in *streamInput) (*huma.StreamResponse, error) {
	p := identity.Of(ctx)
	kinds, err := parseKinds(p, in.Kind)
	if err != nil {
		return nil, err
	}
	var after []event.Position
	if in.LastEventID != "" {
		if s.cfg.Sealer.Open("stream", p.Holder, in.LastEventID, &after) != nil || len(after) != s.cfg.Tail.Partitions() {
			return nil, huma.Error400BadRequest("Last-Event-ID: not one that this stream gave you")
		}
	}
	own := map[string]bool{}
	if !p.Analyst() {
		policies, err := s.cfg.Store.HolderPolicies(ctx, p.Holder, mostPolicies)
		if err != nil {
			return nil, s.failed(ctx, "reading a policyholder's policies", err)
		}
		for _, policy := range policies {
			own[policy] = true
		}
	}
	live, memory, floors := s.cfg.Tail.Subscribe(after, func(d *decision.Decision) bool {
		return p.Analyst() || (slices.Contains(kinds, d.Kind) || d.Kind == decision.LimitDecided) && mayConcern(d, p.Holder)
	})
	if live == nil {
		return nil, huma.Error503ServiceUnavailable("too many readers of the live stream")
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer s.cfg.Tail.Unsubscribe(live)
		_, w := humago.Unwrap(hc)
		hc.SetHeader("Content-Type", "text/event-stream")
		hc.SetHeader("Cache-Control", "no-store")
		hc.SetHeader("X-Accel-Buffering", "no")
		out := &sender{s: s, p: p, kinds: kinds, ctx: ctx, w: w, control: http.NewResponseController(w), at: after, own: own}
		if after == nil {
			out.at = s.cfg.Tail.Highs()
		}
		if err := out.run(live, memory, floors, after != nil); err != nil && ctx.Err() == nil {
			s.cfg.Log.DebugContext(ctx, "a live stream ended", "error", err)
		}
	}}, nil
}

// run sends what the reader missed, the Store's part first, then what comes.
func (o *sender) run(live *tail.Stream, memory []decision.Decision, floors []event.Position, resume bool) error {
	if err := o.raw(": barometer\n\n"); err != nil {
		return err
	}
	if resume {
		whole, err := o.fromStore(floors)
		if err != nil || !whole {
			return err
		}
	}
	for i := range memory {
		if err := o.send(&memory[i]); err != nil {
			return err
		}
	}
	tick := time.NewTicker(keepAlive)
	defer tick.Stop()
	for {
		select {
		case d, ok := <-live.Decisions:
			if !ok {
				return nil // too slow: it comes back with its last id
			}
			if err := o.send(&d); err != nil {
				return err
			}
		case <-tick.C:
			if err := o.raw(": still here\n\n"); err != nil {
				return err
			}
		case <-o.ctx.Done():
			return nil
		case <-o.s.cfg.Stopping:
			return nil
		case <-identity.Replaced(o.ctx): // it comes back, and shows a token that counts
			return nil
		}
	}
}

// fromStore sends what lies between the reader's positions and the tail's floors. It is not whole where there is
// more than one connection is given.
func (o *sender) fromStore(floors []event.Position) (whole bool, err error) {
	if len(o.kinds) == 0 {
		return true, nil
	}
	sent := 0
	for i := range floors {
		for o.at[i].Compare(floors[i]) < 0 {
			from := o.at[i]
			from.Partition = uint32(i)
			from.Generation = max(from.Generation, floors[i].Generation)
			ds, err := o.s.cfg.Store.Decisions(o.ctx, history.DecisionQuery{Kinds: o.kinds, Holder: o.p.Holder, Above: &from,
				Limit: resumePage})
			if err != nil {
				return false, fmt.Errorf("reading what a stream missed of partition %d: %w", i, err)
			}
			for j := range ds {
				if ds[j].Position.Compare(floors[i]) > 0 {
					break // the overlay has it
				}
				if err := o.send(&ds[j]); err != nil {
					return false, err
				}
			}
			if sent += len(ds); sent > maxResume {
				return false, nil
			}
			if len(ds) < resumePage || ds[len(ds)-1].Position.Compare(floors[i]) >= 0 {
				if o.s.cfg.Tail.Lost(i) {
					if err := o.raw("event: gap\ndata: {}\n\n"); err != nil {
						return false, err
					}
				}
				o.at[i] = floors[i]
			}
		}
	}
	return true, nil
}

func (o *sender) send(d *decision.Decision) error {
	i := int(d.Position.Partition)
	if i >= len(o.at) || d.Position.Compare(o.at[i]) <= 0 {
		return nil
	}
	o.at[i] = d.Position
	if l, ok := d.Body.(*decision.Limit); ok && l.Holder == o.p.Holder && !o.p.Analyst() {
		o.own[l.Policy] = true // one that was written since the stream began
	}
	if !slices.Contains(o.kinds, d.Kind) {
		return nil
	}
	var body any
	if o.p.Analyst() {
		body = decisionOf(d)
	} else {
		h, ok := o.s.holderDecision(o.p, d, func(policy string) bool { return o.own[policy] })
		if !ok {
			return nil
		}
		body = h
	}
	data, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("writing a decision to a stream: %w", err)
	}
	return o.raw(fmt.Sprintf("id: %s\nevent: %s\ndata: %s\n\n", o.s.cfg.Sealer.Seal("stream", o.p.Holder, o.at), d.Kind,
		data))
}

func (o *sender) raw(text string) error {
	_ = o.control.SetWriteDeadline(time.Now().Add(sseWriteTime))
	if _, err := io.Copy(o.w, strings.NewReader(text)); err != nil {
		return err
	}
	return o.control.Flush()
}
