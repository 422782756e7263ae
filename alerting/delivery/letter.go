package delivery

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"barometer/alerting/notice"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/runner"
)

// Suffixes of the keys of risk.deliveries, behind the id.
const (
	stateSuffix     = "/state"
	redeliverSuffix = "/redeliver"
)

// Letter is a notification as it is sent: the value of <id>.
type Letter struct {
	ID           string    `json:"id"`
	Holder       string    `json:"holder_id"`
	Subscription string    `json:"subscription_id"`
	Channel      string    `json:"channel"`
	Target       string    `json:"target"`
	Type         string    `json:"type"`
	Severity     string    `json:"severity"`
	Sequence     uint64    `json:"sequence"`
	Buyers       []string  `json:"buyers"`
	Summary      string    `json:"summary"`
	At           time.Time `json:"at"`       // log time
	Position     string    `json:"position"` // where the second fold made it
	Chain        string    `json:"chain"`    // of the second fold there
	Notices      []Notice  `json:"notices,omitempty"`
	Body         string    `json:"body,omitempty"`
}

// Notice is a decision whose notice counts from the delivery of its letter.
type Notice struct {
	Buyer    string `json:"buyer_id"`
	Policy   string `json:"policy_id"`
	Position string `json:"position"`
}

// confirms reports whether a letter asks an address to confirm itself. No other letter goes to an unconfirmed address.
func (l *Letter) confirms() bool {
	return l.Type == (&notice.Notification{Purpose: notice.Confirmation}).Type()
}

// Status of a letter.
type Status string

// Statuses. The last two are ends.
const (
	Waiting   Status = "waiting"
	Retrying  Status = "retrying"
	Delivered Status = "delivered"
	GaveUp    Status = "gave_up"
)

// Reasons of GaveUp.
const (
	ReasonTimeUp               = "no_success_for_three_days"
	ReasonGone                 = "receiver_gone" // it answered 410
	ReasonSubscriptionDisabled = "subscription_disabled"
	ReasonSubscriptionDeleted  = "subscription_deleted"
	ReasonBacklogFull          = "backlog_full"
	ReasonNotRendered          = "not_rendered" // or too large to store
	ReasonRefused              = "refused"      // by the mail server, for good: the last attempt has its answer
	ReasonNotKept              = "not_kept"     // it was to be sent once more, and ended too long ago
	ReasonUnconfirmed          = "unconfirmed"  // nobody has confirmed the address
)

// Attempt is one try to deliver a letter.
type Attempt struct {
	At     time.Time `json:"at"`
	Status int       `json:"status,omitempty"` // of HTTP or SMTP, 0: none was answered
	TookMs int64     `json:"took_ms"`
	Error  string    `json:"error,omitempty"` // shortened; empty: it was taken
}

// State is the value of <id>/state.
type State struct {
	ID       string     `json:"id"`
	Holder   string     `json:"holder_id"`
	Status   Status     `json:"status"`
	Reason   string     `json:"reason,omitempty"`
	Attempts []Attempt  `json:"attempts"`
	NextAt   *time.Time `json:"next_at,omitempty"`
	Notices  []Notice   `json:"notices,omitempty"` // of a letter that was delivered: ingest follows them
}

// Ended tells whether nothing follows.
func (s *State) Ended() bool { return s.Status == Delivered || s.Status == GaveUp }

// Order is the value of <id>/redeliver: send the letter once more.
type Order struct {
	ID       string    `json:"id"`
	Holder   string    `json:"holder_id,omitempty"`
	Offset   int64     `json:"offset"` // of the letter
	At       time.Time `json:"at"`
	Attempts []Attempt `json:"attempts"` // so far
}

// maxError bounds the text of an attempt's error.
const maxError = 300

func shorten(s string) string {
	s = strings.ToValidUTF8(s, "?")
	if len(s) > maxError {
		s = strings.ToValidUTF8(s[:maxError], "") + "…"
	}
	return s
}

// encode gives the JSON of a value, without escaping what only HTML needs.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("delivery: a record that cannot be encoded: " + err.Error())
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// NewLetter makes the letter of an output of the second fold, without a body, and gives the notification that it is
// about.
func NewLetter(out *runner.Output) (*Letter, *notice.Notification, error) {
	n, err := notice.DecodeNotification(out.Value)
	if err != nil {
		return nil, nil, err
	}
	var notices []Notice
	for _, v := range n.Notices() {
		notices = append(notices, Notice{v.Buyer, v.Policy, v.Position.String()})
	}
	return &Letter{ID: strings.Clone(n.ID), Holder: strings.Clone(n.Holder), Subscription: strings.Clone(n.Subscription),
		Channel: n.Channel.String(), Target: strings.Clone(n.Target), Type: n.Type(), Severity: n.Severity().String(),
		Sequence: n.Sequence, Buyers: n.Buyers(), At: time.UnixMilli(n.AtMs).UTC(), Position: out.Position.String(),
		Chain: fmt.Sprintf("%016x", out.Chain), Notices: notices}, n, nil
}

// Record is a letter as risk.deliveries holds it.
func (l *Letter) Record() kafkalog.Record {
	return kafkalog.Record{Key: []byte(l.ID), Value: encode(l)}
}

// Record is a state as risk.deliveries holds it.
func (s *State) Record() kafkalog.Record {
	return kafkalog.Record{Key: []byte(s.ID + stateSuffix), Value: encode(s)}
}

// keyOf takes a record's key apart: the id, and what the record says about it ("": the letter).
func keyOf(key []byte) (id, suffix string) {
	s := string(key)
	if i := strings.IndexByte(s, '/'); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

// place reads where the fold stood when it made a letter.
func (l *Letter) place() (event.Position, uint64, error) {
	position, err := event.ParsePosition(l.Position)
	if err != nil {
		return position, 0, fmt.Errorf("letter %s: %w", l.ID, err)
	}
	var chain uint64
	if _, err := fmt.Sscanf(l.Chain, "%016x", &chain); err != nil {
		return position, 0, fmt.Errorf("letter %s: chain %q: %w", l.ID, l.Chain, err)
	}
	return position, chain, nil
}
