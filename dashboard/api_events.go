package dashboard

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"barometer/ingest/decode"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"

	"github.com/danielgtaylor/huma/v2"
)

const (
	maxListBytes = 8 << 20
	maxMessages  = 10_000
	maxStoreWait = 10 * time.Second // how long a request waits for the broker before it is told to come again
)

// EventsAnswer says what became of the messages.
type EventsAnswer struct {
	Stored   int        `json:"stored"`
	Rejected []Rejected `json:"rejected"`
}

// Rejected is one message that was not stored.
type Rejected struct {
	Index  int    `json:"index" doc:"its place in the list, from 0"`
	Reason string `json:"reason" doc:"the code that a dead letter would have"`
	Detail string `json:"detail"`
}

type eventsInput struct {
	Topic   string `query:"topic" required:"true" maxLength:"64" doc:"a source topic, such as risk.payments"`
	RawBody []byte `contentType:"application/json"`
}

type eventsOutput struct{ Body EventsAnswer }

// checked is a message that ingest will take.
type checked struct {
	value []byte
	key   string
}

func (s *server) eventOperations(api huma.API) {
	op := operation(api, "post-events", http.MethodPost, "/v1/events",
		"One message or a list of them for a source topic; answers when the broker has stored them", EventsAnswer{})
	op.MaxBodyBytes = maxListBytes
	op.SkipValidateBody = true
	op.Errors = []int{http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity}
	huma.Register(api, op, s.postEvents)
}

// postable are the topics of messages; the clock's are the clock's.
func postable(t event.Topic) bool { return t >= event.TopicIndicators && t <= event.TopicOrders }

func (s *server) postEvents(ctx context.Context, in *eventsInput) (*eventsOutput, error) {
	p := principalOf(ctx)
	topic, ok := event.ParseTopic(in.Topic)
	if !ok || !postable(topic) {
		return nil, huma.Error400BadRequest("topic: one of risk.indicators, risk.payments, risk.news, risk.portfolio, risk.orders")
	}
	if !p.analyst() && topic != event.TopicPayments && topic != event.TopicPortfolio {
		return nil, huma.Error403Forbidden("policyholders send payments and portfolio messages only")
	}
	messages, single, err := split(in.RawBody)
	if err != nil {
		return nil, err
	}
	out := &eventsOutput{EventsAnswer{Rejected: []Rejected{}}}
	var good []checked
	decoder := decode.New(s.cfg.Secret)
	for i, m := range messages {
		c, rejected, err := s.judge(ctx, p, decoder, topic, m)
		if err != nil {
			return nil, err
		}
		if rejected != nil {
			rejected.Index = i
			out.Body.Rejected = append(out.Body.Rejected, *rejected)
			continue
		}
		good = append(good, c)
	}
	if single && len(good) == 0 {
		r := out.Body.Rejected[0]
		return nil, refusal(r.Reason, r.Detail)
	}
	if err := s.append(ctx, topic, good); err != nil {
		return nil, s.failed(ctx, "storing messages", err)
	}
	out.Body.Stored = len(good)
	return out, nil
}

// split takes a body apart into messages.
func split(body []byte) (messages []json.RawMessage, single bool, err error) {
	body = bytes.TrimSpace(body)
	if len(body) == 0 {
		return nil, false, huma.Error400BadRequest("the body is empty")
	}
	if body[0] != '[' {
		return []json.RawMessage{body}, true, nil
	}
	if err := json.Unmarshal(body, &messages); err != nil {
		return nil, false, huma.Error400BadRequest("the body is not a list of JSON objects: " + err.Error())
	}
	if len(messages) > maxMessages {
		return nil, false, huma.Error400BadRequest("a list has at most 10000 messages")
	}
	return messages, false, nil
}

// judge decodes a message as ingest will. A policyholder speaks for its own policies only, and does not write policies.
func (s *server) judge(ctx context.Context, p principal, d *decode.Decoder, topic event.Topic, value []byte) (checked, *Rejected, error) {
	m, err := d.Decode(topic, value)
	if err != nil {
		var refused *decode.Error
		if errors.As(err, &refused) {
			return checked{}, &Rejected{Reason: string(refused.Reason), Detail: refused.Detail}, nil
		}
		return checked{}, nil, s.failed(ctx, "reading a message", err)
	}
	if !p.analyst() {
		policy := policyOf(&m.Event)
		if policy == "" {
			return checked{}, &Rejected{Reason: "forbidden", Detail: m.Event.Kind.String() + " is not a policyholder's to send"}, nil
		}
		have, err := s.cfg.Store.Policy(ctx, policy)
		if err != nil {
			return checked{}, nil, s.failed(ctx, "reading a policy", err)
		}
		if have == nil || have.Holder != p.holder {
			return checked{}, &Rejected{Reason: "forbidden", Detail: "no such policy"}, nil
		}
	}
	return checked{value, m.Event.Key}, nil, nil
}

// policyOf is the policy that a policyholder's message speaks for, empty where it is not a policyholder's to send.
func policyOf(e *event.Event) string {
	switch b := e.Body.(type) {
	case *event.InvoiceIssued:
		return b.Ref.Policy
	case *event.InvoicePaid:
		return b.Ref.Policy
	case *event.InvoiceDisputed:
		return b.Ref.Policy
	case *event.InvoiceCancelled:
		return b.Ref.Policy
	case *event.InvoiceExtended:
		return b.Ref.Policy
	case *event.PaymentReversed:
		return b.Ref.Policy
	case *event.Experience:
		return b.Policy
	case *event.LimitRequested:
		return b.Policy
	case *event.OverdueReported:
		return b.Policy
	case *event.DunningSent:
		return b.Policy
	case *event.ClaimFiled:
		return b.Policy
	default:
		return ""
	}
}

// append stores messages in the partitions of their keys, in order, each batch within what a broker takes.
func (s *server) append(ctx context.Context, topic event.Topic, messages []checked) error {
	if len(messages) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, maxStoreWait)
	defer cancel()
	n, err := s.cfg.Producer.Partitions(ctx, topic.String())
	if err != nil {
		return err
	}
	byPartition := make([][]kafkalog.Record, n)
	for _, m := range messages {
		i := kafkalog.PartitionOf(m.key, n)
		byPartition[i] = append(byPartition[i], kafkalog.Record{Key: []byte(m.key), Value: m.value})
	}
	for partition, records := range byPartition {
		for len(records) > 0 {
			size, end := 0, 0
			for end < len(records) && (end == 0 || size+len(records[end].Value) <= kafkalog.MaxBatchBytes) {
				size += len(records[end].Value) + len(records[end].Key) + 64
				end++
			}
			if _, err := s.cfg.Producer.Append(ctx, topic.String(), partition, records[:end]); err != nil {
				return err
			}
			records = records[end:]
		}
	}
	return nil
}
