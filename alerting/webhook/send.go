package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"barometer/alerting/delivery"

	"code.dny.dev/ssrf"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

const (
	dialTimeout   = 5 * time.Second
	answerTimeout = 15 * time.Second
	maxAnswer     = 4 << 10 // bytes of an answer's body that are read
	shownAnswer   = 200     // bytes of it that an attempt shows
)

// Channel posts webhooks.
type Channel struct {
	client *http.Client
	agent  string
}

// New makes a channel. Without allowPrivate it connects to public addresses only.
func New(allowPrivate bool, agent string) *Channel {
	dialer := &net.Dialer{Timeout: dialTimeout}
	if !allowPrivate {
		dialer.Control = ssrf.New(ssrf.WithAnyPort()).Safe
	}
	transport := &http.Transport{DialContext: dialer.DialContext, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: dialTimeout, ResponseHeaderTimeout: answerTimeout, IdleConnTimeout: time.Minute,
		MaxIdleConnsPerHost: 4, MaxIdleConns: 256, MaxResponseHeaderBytes: 32 << 10, ForceAttemptHTTP2: true}
	return &Channel{agent: agent, client: &http.Client{Transport: transport, Timeout: answerTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// Close ends idle connections.
func (c *Channel) Close() { c.client.CloseIdleConnections() }

// Send posts a webhook once.
func (c *Channel) Send(ctx context.Context, e delivery.Envelope) delivery.Result {
	now := time.Now()
	signature, err := sign(e, now)
	if err != nil {
		return delivery.Result{Error: err.Error()}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, e.Target, bytes.NewReader(e.Body))
	if err != nil {
		return delivery.Result{Error: err.Error()}
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", c.agent)
	r.Header[standardwebhooks.HeaderWebhookID] = []string{e.ID}
	r.Header[standardwebhooks.HeaderWebhookTimestamp] = []string{strconv.FormatInt(now.Unix(), 10)}
	r.Header[standardwebhooks.HeaderWebhookSignature] = []string{signature}
	answer, err := c.client.Do(r)
	if err != nil {
		return delivery.Result{Error: plain(err)}
	}
	defer func() { _ = answer.Body.Close() }()
	text, _ := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	result := delivery.Result{Status: answer.StatusCode}
	switch {
	case answer.StatusCode >= 200 && answer.StatusCode < 300:
		result.OK = true
	case answer.StatusCode == http.StatusGone:
		result.Gone = true
		result.Error = answer.Status
	default:
		result.Error = strings.TrimSpace(answer.Status + " " + string(text[:min(len(text), shownAnswer)]))
	}
	return result
}

// sign gives one signature per key, as the header has them: apart by spaces.
func sign(e delivery.Envelope, at time.Time) (string, error) {
	if len(e.Keys) == 0 {
		return "", errors.New("the subscription has no signing secret")
	}
	signatures := make([]string, len(e.Keys))
	for i, key := range e.Keys {
		hook, err := standardwebhooks.NewWebhook(key)
		if err != nil {
			return "", fmt.Errorf("signing secret: %w", err)
		}
		if signatures[i], err = hook.Sign(e.ID, at, e.Body); err != nil {
			return "", fmt.Errorf("sign: %w", err)
		}
	}
	return strings.Join(signatures, " "), nil
}

// plain says what went wrong without the URL, which may hold a token.
func plain(err error) string {
	var u *url.Error
	if errors.Is(err, ssrf.ErrProhibitedIP) {
		return "the address is private; alerting.allow_private_targets permits those"
	}
	if errors.As(err, &u) {
		if u.Timeout() {
			return "no answer in time"
		}
		return u.Err.Error()
	}
	return err.Error()
}
