package dashboard

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"barometer/dashboard/alerts"
	"barometer/dashboard/api"
	"barometer/dashboard/desk"
	"barometer/dashboard/documents"
	"barometer/dashboard/identity"
	"barometer/dashboard/quota"
	"barometer/dashboard/submit"
	"barometer/dashboard/tail"
	"barometer/internal/loopback"
	"barometer/storage/history"

	"github.com/prometheus/client_golang/prometheus"
)

// Decisions are what the dashboard follows, risk.decisions and for policies risk.log; *kafkalog.Client is one.
type Decisions interface {
	tail.Log
	Partitions(ctx context.Context, topic string) (int, error)
}

// Config is what the server is made of. Store, Decisions, Producer and Secret are required; the others' endpoints
// answer 501 without them.
type Config struct {
	Listen string // host:port; port 0 takes a free one
	// Listener is bound to Listen already; nil: Serve binds it.
	Listener net.Listener
	TLS      *tls.Config // nil: plain HTTP, which beyond loopback is for TrustedProxies alone
	// TrustedProxies may say from where requests come, and whether TLS was spoken.
	TrustedProxies []netip.Prefix
	Tokens         []identity.Token
	Reload         <-chan []identity.Token // tokens that replace those before them; nil: none ever do
	// GradePD is what a portfolio's barometer weighs grades with.
	GradePD api.GradePD
	// Secret is the installation's secret_key: it seals opaque positions and cursors and fingerprints names on decoding.
	Secret []byte
	Driven bool // log time is now
	// PreliminaryPerDay is how many preliminary limit requests a policy has on a day of log time; 0: 20.
	PreliminaryPerDay int

	Store         history.Store
	Decisions     Decisions
	Producer      submit.Producer
	Subscriptions alerts.Subscriptions
	Redeliverer   alerts.Redeliverer
	Mailbox       alerts.Mailbox
	Documents     *documents.Store
	Lag           func(ctx context.Context) ([]desk.Lag, error) // nil: not shown
	// its error is told to strangers; nil: only what this package knows counts
	Ready     func(ctx context.Context) error
	Addresses []desk.Address

	Registerer prometheus.Registerer // nil: no metrics of this package
	Gatherer   prometheus.Gatherer   // nil: /metrics answers 501
	Logger     *slog.Logger          // nil: slog.Default()
	// Listening is told the address once it is bound; nil: nobody is.
	Listening func(addr string)
	// MaxOverlay is how many decisions the tail keeps at most; 0: 200 000.
	MaxOverlay int
}

const (
	defaultOverlay  = 200_000
	maxOverlayBytes = 256 << 20
	shutdownWait    = 5 * time.Second
)

// Validate finds what is missing or does not fit together, and fills defaults in.
func (c *Config) Validate() error {
	switch {
	case c.Store == nil || c.Decisions == nil || c.Producer == nil:
		return errors.New("dashboard: Store, Decisions and Producer are required")
	case len(c.Secret) < 16:
		return errors.New("dashboard: the secret has fewer than 16 bytes")
	}
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fmt.Errorf("dashboard: %q is not host:port: %w", c.Listen, err)
	}
	if len(c.Tokens) == 0 && !loopback.Is(host) {
		return fmt.Errorf("dashboard: %s is not a loopback address, and http.tokens names nobody: without tokens everybody "+
			"who reaches "+
			"it would be an analyst", c.Listen)
	}
	if err := identity.Validate(c.Tokens); err != nil {
		return fmt.Errorf("dashboard: %w", err)
	}
	if len(c.Tokens) > 0 && c.TLS == nil && len(c.TrustedProxies) == 0 && !loopback.Is(host) {
		return fmt.Errorf("dashboard: %s is not a loopback address: tokens would cross the network in clear", c.Listen)
	}
	if c.MaxOverlay <= 0 {
		c.MaxOverlay = defaultOverlay
	}
	if c.PreliminaryPerDay <= 0 {
		c.PreliminaryPerDay = quota.PreliminaryPerDay
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	return nil
}
