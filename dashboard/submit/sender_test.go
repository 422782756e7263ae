package submit

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"barometer/ingest/event"
	"barometer/ingest/kafkalog"

	"github.com/danielgtaylor/huma/v2"
)

// broker stores what it is sent, and numbers it by partition.
type broker struct {
	records map[int][]string
	largest int // batch, in records
	down    error
}

func (b *broker) Partitions(context.Context, string) (int, error) { return 3, nil }

func (b *broker) Append(_ context.Context, topic string, partition int,
	records []kafkalog.Record) (kafkalog.Ack, error) {
	ack := kafkalog.Ack{Base: int64(len(b.records[partition]))}
	for _, r := range records {
		b.records[partition] = append(b.records[partition], topic+" "+string(r.Key)+" "+string(r.Value[:1]))
	}
	b.largest = max(b.largest, len(records))
	return ack, b.down
}

func sender(b *broker) *Sender {
	return NewSender(b, []byte("sixteen bytes and more"), func() time.Time {
		return time.Date(2026, 3, 4, 10, 0, 0, 0,
			time.UTC)
	})
}

// TestEachMessageIsStoredByItsKey, in order, and is found where its place says.
func TestEachMessageIsStoredByItsKey(t *testing.T) {
	b := &broker{records: map[int][]string{}}
	big := strings.Repeat(" ", kafkalog.MaxBatchBytes/2)
	messages := []Message{{[]byte("1"), "b1"}, {[]byte("2"), "b2"}, {[]byte("3" + big), "b1"}, {[]byte("4" + big), "b1"},
		{[]byte("5"), "b7"}}
	places, err := sender(b).Send(context.Background(), event.TopicPayments, messages...)
	if err != nil || len(places) != len(messages) {
		t.Fatalf("%v, %v", places, err)
	}
	for i, m := range messages {
		want := "risk.payments " + m.Key + " " + string(m.Value[:1])
		if p := kafkalog.PartitionOf(m.Key, 3); int(places[i].Partition) != p || b.records[p][places[i].Offset] != want {
			t.Errorf("message %d is not at %+v: %v", i, places[i], b.records)
		}
	}
	if b.largest > 2 {
		t.Errorf("%d records in one batch are more than a broker takes", b.largest)
	}
	if places, err := sender(b).Send(context.Background(), event.TopicPayments); len(places) != 0 || err != nil {
		t.Errorf("nothing: %v, %v", places, err)
	}
	b.down = errors.New("away")
	if _, err := sender(b).Send(context.Background(), event.TopicPayments, messages[0]); !errors.Is(err, b.down) {
		t.Errorf("a broker that is away: %v", err)
	}
}

// TestWhatIngestWouldRefuseIsRefused with ingest's reason, before anybody stores it.
func TestWhatIngestWouldRefuseIsRefused(t *testing.T) {
	s := sender(&broker{})
	var model *huma.ErrorModel
	if _, err := s.Decode(event.TopicPayments, []byte(`{"id":"i"}`)); !errors.As(err, &model) || model.Status != 422 {
		t.Errorf("refused with %v", err)
	}
	m, err := s.Decode(event.TopicPayments, []byte(`{"id":"i","type":"invoice.disputed","at":"`+s.Stamp()+
		`","policy_id":"P1","buyer_id":"b1","invoice_id":"F1","disputed":true}`))
	if err != nil || m.Event.Key != "b1" || !slices.Equal([]event.Day{s.Today()}, []event.Day{event.Date(2026, 3, 4)}) {
		t.Errorf("%+v, %v, on %v", m, err, s.Today())
	}
}
