package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"barometer/dashboard/body"
	"barometer/dashboard/identity"
	"barometer/dashboard/problem"
	"barometer/dashboard/quota"
	"barometer/ingest/event"

	"github.com/danielgtaylor/huma/v2"
)

const (
	maxMessages = 10_000
)

// EventsAnswer says what became of the messages.
type EventsAnswer struct {
	Stored   int               `json:"stored"`
	Rejected []Rejected        `json:"rejected"`
	Warnings []problem.Warning `json:"warnings,omitempty" doc:"fields that are ignored, of messages that were stored"`
	Outcomes []Outcome         `json:"outcomes,omitempty" doc:"with wait: what became of each stored message in the fold"`
}

// Rejected is one message that was not stored.
type Rejected struct {
	Index  int    `json:"index" doc:"its place in the list, from 0"`
	Reason string `json:"reason" doc:"the code that a dead letter would have"`
	Detail string `json:"detail"`

	tooMany *quota.TooMany // where it came too soon
}

type eventsInput struct {
	Topic   string `query:"topic" required:"true" enum:"risk.indicators,risk.payments,risk.news,risk.portfolio,risk.orders" doc:"a source topic; policyholders have risk.payments and risk.portfolio"`
	Wait    string `query:"wait" maxLength:"20" format:"wait" doc:"how long to wait for what becomes of each message in the fold, such as 2s; at most 10s. Of a message that decides nothing it is known when the fold goes on, at once while others follow, and within about 5 s where nothing does: until then it is pending"`
	RawBody []byte `contentType:"application/json"`
}

type eventsOutput struct{ Body EventsAnswer }

func (s *API) eventOperations(api huma.API) {
	op := operation(api, "post-events", http.MethodPost, "/v1/events",
		"One message or a list of them for a source topic; answers when the broker has stored them", EventsAnswer{})
	op.MaxBodyBytes = body.MaxBytes
	op.SkipValidateBody = true
	message := &huma.Schema{Type: huma.TypeObject, Description: "A message as `barometer schema` prints its topic's",
		AdditionalProperties: true}
	op.RequestBody = &huma.RequestBody{Required: true,
		Content: map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{
			OneOf: []*huma.Schema{message, {Type: huma.TypeArray, Items: message}}}}}}
	huma.Register(api, op, s.postEvents)
}

// postable are the topics of messages; the clock's are the clock's.
func postable(t event.Topic) bool { return t >= event.TopicIndicators && t <= event.TopicOrders }

func (s *API) postEvents(ctx context.Context, in *eventsInput) (*eventsOutput, error) {
	p := identity.Of(ctx)
	topic, ok := event.ParseTopic(in.Topic)
	if !ok || !postable(topic) {
		return nil, huma.Error400BadRequest("topic: one of risk.indicators, risk.payments, risk.news, risk.portfolio, " +
			"risk.orders")
	}
	if err := mayPost(p, topic); err != nil {
		return nil, err
	}
	messages, single, err := split(in.RawBody)
	if err != nil {
		return nil, err
	}
	j, err := s.judge(ctx, p, topic, messages)
	if err != nil {
		return nil, err
	}
	if single && len(j.good) == 0 {
		return nil, j.rejected[0].problem()
	}
	wait, err := waitOf(in.Wait)
	if err != nil {
		return nil, err
	}
	w, err := s.watch(ctx, wait)
	if err != nil {
		return nil, err
	}
	defer w.end()
	places, err := s.cfg.Sender.Send(ctx, topic, j.good...)
	if err != nil {
		return nil, s.failed(ctx, "storing messages", err)
	}
	out := &eventsOutput{EventsAnswer{Stored: len(j.good), Rejected: j.rejected, Warnings: j.warnings}}
	if wait > 0 {
		out.Body.Outcomes = w.outcomes(ctx, p, topic, j.at, places)
	}
	return out, nil
}

// split takes a body apart into messages.
func split(body []byte) (messages [][]byte, single bool, err error) {
	body = bytes.TrimSpace(body)
	if len(body) == 0 {
		return nil, false, huma.Error400BadRequest("the body is empty")
	}
	if body[0] != '[' {
		return [][]byte{body}, true, nil
	}
	bad := func(err error) ([][]byte, bool, error) {
		return nil, false, huma.Error400BadRequest("the body is not a list of JSON objects: " + err.Error())
	}
	list := json.NewDecoder(bytes.NewReader(body))
	if _, err := list.Token(); err != nil {
		return bad(err)
	}
	for list.More() {
		if len(messages) == maxMessages {
			return nil, false, huma.Error400BadRequest("a list has at most 10000 messages")
		}
		var m json.RawMessage
		if err := list.Decode(&m); err != nil {
			return bad(err)
		}
		messages = append(messages, m)
	}
	if _, err := list.Token(); err != nil {
		return bad(err)
	}
	if _, err := list.Token(); !errors.Is(err, io.EOF) {
		return bad(errors.New("something follows it"))
	}
	return messages, false, nil
}
