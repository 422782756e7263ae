package history

import "time"

// NotificationQuery narrows Notifications. Zero values do not narrow.
type NotificationQuery struct {
	Holder, Subscription, Buyer, State string
	Before                             *NotificationCursor
	Limit                              int
}

// NotificationCursor is the last row of the page before.
type NotificationCursor struct {
	At           time.Time
	Sequence     uint64
	Subscription string
}

// Notification is what one subscription was told, or is to be told.
type Notification struct {
	ID           string
	Holder       string
	Subscription string
	Channel      string // webhook or email
	Target       string
	Type         string // kind of the leading change
	Buyers       []string
	Sequence     uint64
	At           time.Time // log time of the decision
	State        string    // as risk.deliveries has it: waiting, retrying, delivered, gave_up
	Reason       string    // why it was given up, else empty
	Attempts     []Attempt // the oldest first
	Partition    int       // of risk.deliveries
	Offset       int64     // of its letter there
}

// Attempt is one try to deliver.
type Attempt struct {
	At     time.Time // wall time
	Status int       // the receiver's HTTP or SMTP code, 0: none
	Answer string    // the beginning of its answer, or what went wrong
	TookMs int64
}
