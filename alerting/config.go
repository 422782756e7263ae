package alerting

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"barometer/alerting/delivery"
	"barometer/alerting/names"
	"barometer/alerting/route"
	"barometer/alerting/subscription"
	"barometer/ingest/kafkalog"
	"barometer/processor/runner/owner"

	"github.com/prometheus/client_golang/prometheus"
	"gocloud.dev/blob"
)

// Kafka is what the role needs; *kafkalog.Client is it.
type Kafka interface {
	route.Kafka
	owner.Kafka
	subscription.Kafka
	names.Kafka
	delivery.Kafka
}

// Config is what the role runs with.
type Config struct {
	Client       Kafka
	LogID        string
	Generation   uint32
	Partitions   int    // of risk.notifications and risk.deliveries, as of the log
	SecretKey    []byte // of the installation
	SMTP         string // URL of the relay; empty: e-mail is written to Folder
	From         string // sender of e-mail
	Folder       string // for e-mail without SMTP
	PublicURL    string // where receivers reach the API: links in messages begin with it; empty: there are none
	AllowPrivate bool   // webhooks may go to private addresses
	Agent        string // User-Agent of webhooks
	Snapshots    *blob.Bucket
	HorizonEvery time.Duration // how often it is noted where deliveries begin; 0: a minute
	// SnapshotEvery and Grace are those of the runner; zero: a minute, five seconds.
	SnapshotEvery, Grace time.Duration
	// Routed and Sent are how far the two folds are; nil: new ones.
	Routed, Sent *kafkalog.Positions
	Registerer   prometheus.Registerer
	Logger       *slog.Logger
}

// Validate fills defaults in and checks what must be there.
func (c *Config) Validate() error {
	if c.SnapshotEvery == 0 {
		c.SnapshotEvery = time.Minute
	}
	if c.Grace == 0 {
		c.Grace = 5 * time.Second
	}
	if c.Agent == "" {
		c.Agent = "Barometer"
	}
	if c.Routed == nil {
		c.Routed = kafkalog.NewPositions(c.Registerer, "route")
	}
	if c.Sent == nil {
		c.Sent = kafkalog.NewPositions(c.Registerer, Role)
	}
	if c.From == "" {
		c.From = "Barometer <barometer@localhost>"
	}
	switch {
	case c.Client == nil || c.Snapshots == nil || c.Registerer == nil || c.Logger == nil:
		return errors.New("alerting: client, snapshots, registerer and logger are needed")
	case c.LogID == "" || c.Generation == 0 || c.Partitions <= 0:
		return fmt.Errorf("alerting: log %q, generation %d, %d partitions", c.LogID, c.Generation, c.Partitions)
	case c.SMTP == "" && c.Folder == "":
		return errors.New("alerting: neither smtp_url nor a folder for e-mail")
	}
	return nil
}

// Subscriptions are the subscriptions, for the API: Create, Rotate, List, Get, Delete, Disable.
type Subscriptions = subscription.Store

// NewSubscriptions makes the view of the subscriptions; its Run follows the topic.
func NewSubscriptions(client subscription.Kafka, secretKey []byte, allowPrivate bool,
	logger *slog.Logger) (*Subscriptions, error) {
	return subscription.NewStore(client, secretKey, allowPrivate, logger)
}

// Notifications are the newest notifications with their attempts, for the API and the pages: List, Redeliver.
type Notifications = delivery.View

// NewNotifications makes the view of the notifications; its Run follows the topic.
func NewNotifications(client delivery.Reader, logger *slog.Logger) *Notifications {
	return delivery.NewView(client, logger)
}
