package decode

import (
	"errors"
	"reflect"
	"testing"

	"barometer/ingest/event"
)

func TestDecodeDelivery(t *testing.T) {
	const told = `{"id":"n1","holder_id":"h","status":"delivered","attempts":[{"at":"2026-01-02T03:04:05Z","status":503},{"at":"2026-01-02T03:04:10.5Z","status":204}],` +
		`"notices":[{"buyer_id":"b1","policy_id":"p1","position":"1-3-17-2"},{"buyer_id":"b2","policy_id":"p1","position":"1-3-18-0"}]}`
	d := New([]byte("secret"))
	m, err := d.DecodeDelivery([]byte("n1/state"), []byte(told))
	if err != nil {
		t.Fatal(err)
	}
	at := func(offset int64, seq uint32) event.Position {
		return event.Position{Generation: 1, Partition: 3, Offset: offset, Seq: seq}
	}
	want := &event.NoticeDelivered{Notification: "n1", DeliveredMs: 1_767_323_050_500,
		Notices: []event.Notice{{Buyer: "b1", Policy: "p1", Position: at(17, 2)},
			{Buyer: "b2", Policy: "p1", Position: at(18, 0)}}}
	if !reflect.DeepEqual(m.Event.Body, want) || m.Event.Kind != event.KindNoticeDelivered {
		t.Errorf("%+v, want %+v", m.Event.Body, want)
	}
	for _, c := range []struct{ what, key, value string }{
		{"a letter", "n1", told},
		{"an order to redeliver", "n1/redeliver", told},
		{"a tombstone", "n1/state", ""},
		{"one that is tried again", "n1/state", `{"id":"n1","status":"retrying","notices":[{"position":"1-3-17-2"}]}`},
		{"one without a notice", "n1/state", `{"id":"n1","status":"delivered","attempts":[]}`},
		{"one with none", "n1/state", `{"id":"n1","status":"delivered","notices":[]}`},
	} {
		if m, err := d.DecodeDelivery([]byte(c.key), []byte(c.value)); m != nil || err != nil {
			t.Errorf("%s: %+v, %v", c.what, m, err)
		}
	}
	for what, c := range map[string]struct {
		value  string
		reason Reason
	}{
		"not JSON":    {`{"notices"`, MalformedJSON},
		"no position": {`{"status":"delivered","notices":[{"buyer_id":"b1"}]}`, BadField},
		"of two partitions": {`{"status":"delivered","notices":[{"position":"1-3-17-2"},{"position":"1-4-17-2"}]}`,
			BadField},
		"larger than allowed": {`{"notices":"` + string(make([]byte, MaxSize)) + `"}`, TooLarge},
	} {
		var bad *Error
		if _, err := d.DecodeDelivery([]byte("n1/state"), []byte(c.value)); !errors.As(err, &bad) || bad.Reason != c.reason {
			t.Errorf("%s: %v, want %s", what, err, c.reason)
		}
	}
}
