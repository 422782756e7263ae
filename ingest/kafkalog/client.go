package kafkalog

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/sasl"
	"github.com/segmentio/kafka-go/sasl/plain"
	"github.com/segmentio/kafka-go/sasl/scram"
)

const (
	dialTimeout    = 5 * time.Second
	requestTimeout = 20 * time.Second // kafka-go tells the broker half of it
	metadataTTL    = 4 * time.Second
	refreshEvery   = 250 * time.Millisecond // at most so often is the metadata asked for out of turn
)

// Config says where the brokers are.
type Config struct {
	Brokers  []string    // host:port
	ClientID string      // what the brokers' logs call us; "barometer" if empty
	TLS      *tls.Config // nil: plain
	SASL     SASL
	Logger   *slog.Logger // nil: slog.Default()
}

// SASL is how to log in; an empty Mechanism is without.
type SASL struct{ Mechanism, User, Password string } // PLAIN, SCRAM-SHA-256, SCRAM-SHA-512

// Validate finds what is missing or does not fit together.
func (c *Config) Validate() error {
	if len(c.Brokers) == 0 {
		return errors.New("no Kafka broker is named")
	}
	for _, b := range c.Brokers {
		if _, _, err := net.SplitHostPort(b); err != nil {
			return fmt.Errorf("the Kafka broker %q is not host:port: %w", b, err)
		}
	}
	_, err := c.SASL.mechanism()
	return err
}

func (s SASL) mechanism() (sasl.Mechanism, error) {
	switch s.Mechanism {
	case "":
		return nil, nil
	case "PLAIN":
		return plain.Mechanism{Username: s.User, Password: s.Password}, nil
	case "SCRAM-SHA-256":
		return scram.Mechanism(scram.SHA256, s.User, s.Password)
	case "SCRAM-SHA-512":
		return scram.Mechanism(scram.SHA512, s.User, s.Password)
	}
	return nil, fmt.Errorf("SASL mechanism %q is none of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512", s.Mechanism)
}

// Client speaks to one Kafka cluster. It is safe for concurrent use.
type Client struct {
	cfg       Config
	log       *slog.Logger
	addr      net.Addr
	mechanism sasl.Mechanism
	transport *kafka.Transport
	kafka     *kafka.Client
	conns     connections

	mu     sync.Mutex
	forgot time.Time
}

// Open prepares a client. It connects to nothing yet: brokers may be down, and Ready tells.
func Open(cfg Config) (*Client, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	mechanism, err := cfg.SASL.mechanism()
	if err != nil {
		return nil, err
	}
	if cfg.ClientID == "" {
		cfg.ClientID = "barometer"
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	c := &Client{cfg: cfg, log: cfg.Logger, addr: kafka.TCP(cfg.Brokers...), mechanism: mechanism}
	c.transport = &kafka.Transport{
		Dial: c.conns.dial, DialTimeout: dialTimeout, MetadataTTL: metadataTTL,
		ClientID: cfg.ClientID, TLS: cfg.TLS, SASL: mechanism,
	}
	c.kafka = &kafka.Client{Addr: c.addr, Timeout: requestTimeout, Transport: c.transport}
	return c, nil
}

// Close ends every connection; requests in flight fail.
func (c *Client) Close() error {
	c.transport.CloseIdleConnections()
	c.conns.close()
	return nil
}

// Ready makes one round to the brokers: can they be reached, and do they let us in?
func (c *Client) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	// The metadata would come from the transport's memory, and versions are told to who is not logged in; this is neither,
	// and whether we may see the group does not matter.
	_, err := c.kafka.FindCoordinator(ctx, &kafka.FindCoordinatorRequest{Key: c.cfg.ClientID,
		KeyType: kafka.CoordinatorKeyTypeConsumer})
	if err != nil {
		return fmt.Errorf("reaching the Kafka brokers %v: %w", c.cfg.Brokers, err)
	}
	return nil
}

// Partitions is the number of a topic's partitions; ErrNoTopic. Passing errors are waited out.
func (c *Client) Partitions(ctx context.Context, topic string) (int, error) {
	return patiently(ctx, c.warner(ctx, "looking a topic up is repeated", topic, -1), func() (int, error) {
		t, err := c.topic(ctx, topic)
		if err != nil {
			return 0, err
		}
		return len(t.Partitions), nil
	})
}

// topic looks a topic up, and asks the brokers again before it says that there is none.
func (c *Client) topic(ctx context.Context, name string) (*kafka.Topic, error) {
	var last error
	for attempt := range 2 {
		if attempt > 0 {
			if err := c.refreshed(ctx); err != nil {
				return nil, err
			}
		}
		m, err := c.kafka.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{name}})
		if err != nil {
			last = err
			continue
		}
		t := &m.Topics[0]
		if t.Error == nil {
			return t, nil
		}
		if last = t.Error; errors.Is(last, kafka.UnknownTopicOrPartition) {
			last = ErrNoTopic
		}
	}
	return nil, fmt.Errorf("looking up topic %s: %w", name, last)
}

// refresh makes the transport forget what it knows of the cluster; the next request asks again. A new topic or leader
// would be found out by itself within metadataTTL; this is for who waits for it.
func (c *Client) refresh() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); now.Sub(c.forgot) >= refreshEvery {
		c.forgot = now
		c.transport.CloseIdleConnections()
	}
}

// refreshed is refresh for who must not be answered from memory: it waits until a refresh is due.
func (c *Client) refreshed(ctx context.Context) error {
	c.mu.Lock()
	wait := refreshEvery - time.Since(c.forgot)
	c.mu.Unlock()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(wait):
		c.refresh()
		return nil
	}
}

// connections remembers what is open, because the transport leaves connections that are in use alone when it closes.
type connections struct {
	mu     sync.Mutex
	closed bool
	open   map[*connection]struct{}
}

type connection struct {
	net.Conn
	owner *connections
}

func (s *connections) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		conn.Close()
		return nil, net.ErrClosed
	}
	if s.open == nil {
		s.open = map[*connection]struct{}{}
	}
	c := &connection{conn, s}
	s.open[c] = struct{}{}
	return c, nil
}

func (c *connection) Close() error {
	c.owner.mu.Lock()
	delete(c.owner.open, c)
	c.owner.mu.Unlock()
	return c.Conn.Close()
}

func (s *connections) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for c := range s.open {
		c.Conn.Close()
	}
	s.open = nil
}
