package alerts

import (
	"context"
	"time"

	"barometer/storage/history"
)

// Subscriptions are written and read by alerting.
type Subscriptions interface {
	// Create makes a subscription of a holder; Secret (whsec_…) is shown this once and empty for e-mail. What cannot be
	// accepted is an *InvalidError.
	Create(ctx context.Context, s Subscription) (created Subscription, secret string, err error)
	// List are those of a holder, of everybody where it is empty, by holder and id.
	List(ctx context.Context, holder string) ([]Subscription, error)
	// Delete ends one. ErrNotFound.
	Delete(ctx context.Context, holder, id string) error
	// Rotate makes a new signing secret, beside which the one before stays valid. ErrNotFound; an *InvalidError where it
	// has none.
	Rotate(ctx context.Context, holder, id string) (secret string, err error)
	// Enable ends a disabling. ErrNotFound.
	Enable(ctx context.Context, holder, id string) (Subscription, error)
	// Test asks for a test message. ErrNotFound; an *InvalidError where none can be sent now.
	Test(ctx context.Context, holder, id string) error
	// PeekLink tells whom a link in a message is about, FollowLink does what the link is for. ErrNotFound where the link
	// is not valid, or not any more.
	PeekLink(ctx context.Context, purpose LinkPurpose, token string) (Subscription, error)
	FollowLink(ctx context.Context, purpose LinkPurpose, token string) error
}

// LinkPurpose is the path of a link in a message, which does one thing.
type LinkPurpose string

// Purposes of links.
const (
	LinkConfirm     LinkPurpose = "/subscriptions/confirm"     // the address wants to be told
	LinkUnsubscribe LinkPurpose = "/subscriptions/unsubscribe" // it wants no more messages
)

// Subscription is who wants to be told what, and where.
type Subscription struct {
	ID, Holder, Channel, Target string
	Decisions                   []string
	MinimumSeverity             string
	Digest, Language            string
	Disabled                    bool
	DisabledReason              string
	Vouched                     bool      // of one that is made: an e-mail address needs no confirmation
	Confirmed                   bool      // its address need not, or has said that it wants to be told
	CreatedAt                   time.Time // zero: not known
	RefusedAt                   time.Time // since when its mail server refuses the address; zero: it does not
	RefusedAnswer               string

	// HolderLanguage, of one that is made, is asked where Language is empty, when all else is right: it may take seconds.
	HolderLanguage func(context.Context) string
}

// Redeliverer sends a notification again, with its id and its stored bytes.
type Redeliverer interface {
	// Redeliver sends n; nil where the Store does not have it yet. ErrNotFound, also of what is not kept any more;
	// ErrUnderWay.
	Redeliver(ctx context.Context, id string, n *history.Notification) error
}

// Mailbox is the folder to which e-mail is written where no server is set.
type Mailbox interface {
	// Mails are the newest limit of them.
	Mails(ctx context.Context, limit int) ([]Mail, error)
	// Mail is one of them with its bodies. ErrNotFound.
	Mail(ctx context.Context, id string) (*Mail, error)
}

// Mail is one e-mail. Text and HTML are filled by Mailbox.Mail only.
type Mail struct {
	ID, From, To, Subject string
	At                    time.Time
	Text, HTML            string
}
