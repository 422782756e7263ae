package kafkalog

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// ErrRecreated is a fetch by an identity that its topic does not have any more: it was deleted and created again.
var ErrRecreated = errors.New("topic was recreated")

// TopicID is a topic's identity: one that is deleted and created again has another. Zero is unknown: brokers before
// Kafka 3.1 do not tell.
type TopicID [16]byte

// String prints an identity, empty where it is unknown.
func (id TopicID) String() string {
	if id == (TopicID{}) {
		return ""
	}
	return hex.EncodeToString(id[:])
}

// ParseTopicID reads what String printed.
func ParseTopicID(s string) (id TopicID, err error) {
	if s == "" {
		return id, nil
	}
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(id) {
		return id, fmt.Errorf("topic id %q", s)
	}
	copy(id[:], b)
	return id, nil
}

// Versions of requests that know identities.
const (
	metadataByID = 10
	fetchByID    = 13
)

// TopicID tells the identity of a topic, zero where the brokers do not tell. ErrNoTopic where there is none.
func (c *Client) TopicID(ctx context.Context, topic string) (TopicID, error) {
	res, err := c.kafka.ApiVersions(ctx, &kafka.ApiVersionsRequest{Addr: c.addr})
	if err != nil {
		return TopicID{}, fmt.Errorf("asking what the brokers know: %w", err)
	}
	needs := map[int]int{int(protocol.Metadata): metadataByID, int(protocol.Fetch): fetchByID}
	for _, k := range res.ApiKeys {
		if need, ok := needs[k.ApiKey]; ok && k.MaxVersion >= need {
			delete(needs, k.ApiKey)
		}
	}
	if len(needs) > 0 {
		return TopicID{}, nil
	}
	m, err := c.transport.RoundTrip(ctx, c.addr, &identityRequest{topic: topic})
	if err != nil {
		return TopicID{}, fmt.Errorf("identity of topic %s: %w", topic, err)
	}
	answer := &m.(*identityResponse).MetadataResponse
	if len(answer.Topics) != 1 {
		return TopicID{}, fmt.Errorf("identity of topic %s: the answer is not about one topic", topic)
	}
	switch code := answer.Topics[0].ErrorCode; {
	case kafka.Error(code) == kafka.UnknownTopicOrPartition:
		return TopicID{}, fmt.Errorf("topic %s: %w", topic, ErrNoTopic)
	case code != 0:
		return TopicID{}, fmt.Errorf("identity of topic %s: %w", topic, kafka.Error(code))
	}
	return answer.Topics[0].TopicID, nil
}

// recreated tells whether a topic has another identity than id by now, as far as its brokers agree.
func (c *Client) recreated(ctx context.Context, topic string, id TopicID) bool {
	now, err := c.TopicID(ctx, topic)
	return err == nil && now != TopicID{} && now != id
}

// identityRequest is a metadata request of a version that kafka-go does not speak.
type identityRequest struct{ topic string }

type identityResponse struct{ kmsg.MetadataResponse }

func (*identityRequest) ApiKey() protocol.ApiKey  { return protocol.Metadata }
func (*identityResponse) ApiKey() protocol.ApiKey { return protocol.Metadata }

// Required and RawExchange are kafka-go's way to let a request do its own exchange.
func (*identityRequest) Required(map[protocol.ApiKey]int16) bool { return true }

func (r *identityRequest) RawExchange(rw io.ReadWriter) (protocol.Message, error) {
	req := kmsg.NewPtrMetadataRequest()
	req.Version = metadataByID
	topic := kmsg.NewMetadataRequestTopic()
	topic.Topic = &r.topic
	req.Topics = append(req.Topics, topic)
	body, err := exchange(rw, req)
	if err != nil {
		return nil, err
	}
	res := &identityResponse{}
	res.Version = metadataByID
	if err := res.ReadFrom(body); err != nil {
		return nil, fmt.Errorf("decoding the metadata of a topic: %w", err)
	}
	return res, nil
}

const correlation = 1 // a connection carries one request at a time

// exchange sends a request of kmsg and gives the body of its answer.
func exchange(rw io.ReadWriter, req kmsg.Request) ([]byte, error) {
	formatter := kmsg.NewRequestFormatter(kmsg.FormatterClientID("barometer"))
	if _, err := rw.Write(formatter.AppendRequest(nil, req, correlation)); err != nil {
		return nil, err
	}
	body, err := answer(rw)
	if err != nil || !req.IsFlexible() {
		return body, err
	}
	tags, n := binary.Uvarint(body) // of the header: brokers send none
	if n <= 0 || tags != 0 {
		return nil, errors.New("an answer whose header has tags")
	}
	return body[n:], nil
}

// answer reads an answer, without its length and correlation.
func answer(r io.Reader) ([]byte, error) {
	var head [8]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	size := int64(binary.BigEndian.Uint32(head[:])) - 4
	if size < 0 || size > maxAnswerBytes || binary.BigEndian.Uint32(head[4:]) != correlation {
		return nil, fmt.Errorf("an answer of %d bytes to request %d is none to this one", size,
			binary.BigEndian.Uint32(head[4:]))
	}
	body := make([]byte, size)
	_, err := io.ReadFull(r, body)
	return body, err
}
