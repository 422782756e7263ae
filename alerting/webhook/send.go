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
	"strconv"
	"strings"
	"syscall"
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
	mostSeconds   = 1 << 30 // of a Retry-After; the sender has a lower bound
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
	transport := &http.Transport{DialContext: dialer.DialContext,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, TLSHandshakeTimeout: dialTimeout,
		ResponseHeaderTimeout: answerTimeout, IdleConnTimeout: time.Minute, MaxIdleConnsPerHost: 4, MaxIdleConns: 256,
		MaxResponseHeaderBytes: 32 << 10, ForceAttemptHTTP2: true}
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
		return delivery.Result{Error: plain(err), Cause: err}
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
		result.RetryAfter = retryAfter(answer, now)
	}
	return result
}

// retryAfter is the wait that a receiver asks for with 429 or 503, in seconds or until a date (RFC 9110, 10.2.3); 0 for
// none. A date counts by the receiver's clock, where it tells the time.
func retryAfter(answer *http.Response, now time.Time) time.Duration {
	if answer.StatusCode != http.StatusTooManyRequests && answer.StatusCode != http.StatusServiceUnavailable {
		return 0
	}
	says := strings.TrimSpace(answer.Header.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(says, 10, 64); err == nil {
		return time.Duration(min(seconds, mostSeconds)) * time.Second
	}
	until, err := http.ParseTime(says)
	if err != nil {
		return 0
	}
	if theirs, err := http.ParseTime(answer.Header.Get("Date")); err == nil {
		now = theirs
	}
	return max(until.Sub(now), 0)
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

// plain says what went wrong in words that tell a policyholder nothing of this network: not the URL, which may hold a
// token, not the resolver, and not whether a name is unknown or leads inside.
func plain(err error) string {
	var (
		timeout     net.Error
		resolving   *net.DNSError
		certificate *tls.CertificateVerificationError
	)
	switch {
	case errors.Is(err, ssrf.ErrProhibitedIP), errors.As(err, &resolving):
		return "the host has no address that may be called"
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return "no answer in time"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the connection was refused"
	case errors.As(err, &certificate):
		return "the certificate is not valid for this host, or nobody known has signed it"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection was closed before an answer"
	default:
		return "the connection failed"
	}
}
