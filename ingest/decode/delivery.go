package decode

import (
	"bytes"
	"encoding/json"
	"time"

	"barometer/ingest/event"
)

// deliveryState is what ingest reads of a state of risk.deliveries; package delivery of alerting writes it.
type deliveryState struct {
	ID       string `json:"id"`
	Status   string `json:"status"`
	Attempts []struct {
		At time.Time `json:"at"`
	} `json:"attempts"`
	Notices []struct {
		Buyer    string `json:"buyer_id"`
		Policy   string `json:"policy_id"`
		Position string `json:"position"`
	} `json:"notices"`
}

var (
	stateSuffix  = []byte("/state")
	noticesField = []byte(`"notices"`)
)

// DecodeDelivery decodes a record of risk.deliveries that says that a notice was delivered. It returns nil for all
// other records: letters, orders, and states of letters that are on their way, were given up, or carry no notice.
// Errors are *Error.
func (d *Decoder) DecodeDelivery(key, value []byte) (*Message, error) {
	if !bytes.HasSuffix(key, stateSuffix) || !bytes.Contains(value, noticesField) {
		return nil, nil
	}
	if len(value) > MaxSize {
		return nil, refuse(TooLarge, "state: want at most %d bytes, it has %d", MaxSize, len(value))
	}
	var state deliveryState
	if err := json.Unmarshal(value, &state); err != nil {
		return nil, refuse(MalformedJSON, "state: %v", err)
	}
	if state.Status != "delivered" || len(state.Notices) == 0 {
		return nil, nil
	}
	body := &event.NoticeDelivered{Notification: state.ID}
	if n := len(state.Attempts); n > 0 {
		body.DeliveredMs = state.Attempts[n-1].At.UnixMilli()
	}
	for _, n := range state.Notices {
		position, err := event.ParsePosition(n.Position)
		switch {
		case err != nil:
			return nil, refuse(BadField, "notices: want the position of a decision, it is %.64q", n.Position)
		case len(body.Notices) > 0 && position.Partition != body.Notices[0].Position.Partition:
			return nil, refuse(BadField, "notices: want decisions of one partition")
		}
		body.Notices = append(body.Notices, event.Notice{Buyer: n.Buyer, Policy: n.Policy, Position: position})
	}
	d.message = Message{Event: event.Event{Kind: event.KindNoticeDelivered, ID: state.ID, AtMs: body.DeliveredMs,
		Body: body}}
	return &d.message, nil
}
