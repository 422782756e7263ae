package email

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"time"

	"barometer/alerting/delivery"
	"barometer/alerting/internal/host"

	gomail "github.com/wneessen/go-mail"
)

const smtpTimeout = 15 * time.Second

// SMTP sends messages by a relay, over few connections that are used again.
type SMTP struct {
	Renderer
	sender string // the address in From
	client *gomail.Client
	pool   *pool
}

// NewSMTP makes a channel for a URL: smtp://[user:password@]host[:port] (STARTTLS where the relay offers it, and always
// before a password) or smtps://… (TLS from the start).
func NewSMTP(relay, from string) (*SMTP, error) {
	address, err := mail.ParseAddress(from)
	if err != nil {
		return nil, fmt.Errorf("alerting.from %q: %w", from, err)
	}
	u, err := url.Parse(relay)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("alerting.smtp_url is not a URL such as smtps://user:password@mail.example.com")
	}
	if !host.Port(u.Host) {
		return nil, errors.New("alerting.smtp_url: want a port from 1 to 65535")
	}
	options := []gomail.Option{gomail.WithTimeout(smtpTimeout), gomail.WithoutSMTPUTF8()}
	dial := (&net.Dialer{}).DialContext
	switch u.Scheme {
	case "smtps":
		dial = (&tls.Dialer{Config: &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}}).DialContext
		options = append(options, gomail.WithSSLPort(false))
	case "smtp":
		policy := gomail.TLSOpportunistic
		if u.User != nil {
			policy = gomail.TLSMandatory
		}
		options = append(options, gomail.WithTLSPortPolicy(policy))
	default:
		return nil, fmt.Errorf("alerting.smtp_url: scheme %q is neither smtp nor smtps", u.Scheme)
	}
	if u.Port() != "" {
		port, err := strconv.Atoi(u.Port())
		if err != nil {
			return nil, fmt.Errorf("alerting.smtp_url: port: %w", err)
		}
		options = append(options, gomail.WithPort(port))
	}
	if u.User != nil {
		password, _ := u.User.Password()
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(u.User.Username()),
			gomail.WithPassword(password))
	}
	options = append(options, gomail.WithDialContextFunc(func(ctx context.Context, network, address string) (net.Conn,
		error) {
		conn, err := dial(ctx, network, address)
		if at, ok := ctx.Value(dialled{}).(*net.Conn); ok && err == nil {
			*at = conn
		}
		return conn, err
	}))
	client, err := gomail.NewClient(u.Hostname(), options...)
	if err != nil {
		return nil, fmt.Errorf("alerting.smtp_url: %w", err)
	}
	sender, err := host.Address(address.Address)
	if err != nil { // of a sender that is no address of the Internet, as in a demonstration
		sender = address.Address
	}
	s := &SMTP{Renderer: Renderer{From: from}, sender: sender, client: client}
	s.pool = newPool(s.dial)
	return s, nil
}

// AtOnce is how many messages are on their way to the relay at once; more would wait for its connections.
func (s *SMTP) AtOnce() int { return maxConnections }

// Close ends the connections that are idle.
func (s *SMTP) Close() { s.pool.close() }

// dialled is where the dialler puts the connection that it makes, so that it can be closed whatever fails behind it.
type dialled struct{}

func (s *SMTP) dial(ctx context.Context) (*connection, error) {
	var conn net.Conn
	client, err := s.client.DialToSMTPClientWithContext(context.WithValue(ctx, dialled{}, &conn))
	if err != nil {
		if conn != nil {
			_ = conn.Close()
		}
		return nil, err
	}
	return &connection{Client: client, conn: conn}, nil
}

// Send gives the stored bytes to the relay once.
func (s *SMTP) Send(ctx context.Context, e delivery.Envelope) delivery.Result {
	to, err := host.Address(e.Target)
	if err != nil {
		return delivery.Result{Error: "recipient: " + err.Error(), Ended: delivery.ReasonRefused}
	}
	for {
		c, err := s.pool.acquire(ctx)
		if err != nil {
			return failed(err)
		}
		used := c.mails > 0
		begun, err := s.hand(ctx, c, to, e.Body)
		if err == nil {
			s.pool.release(c)
			return delivery.Result{OK: true, Status: 250}
		}
		if code := answered(err); code == 0 || code == closing {
			s.pool.drop(c)
			if used && !begun && ctx.Err() == nil {
				continue // the relay closed a connection that was idle, and has heard nothing of this message
			}
			return failed(err)
		}
		if c.Reset() != nil {
			s.pool.drop(c)
		} else {
			s.pool.release(c)
		}
		r := failed(err)
		if begun && permanent(r.Status) {
			r.Ended = delivery.ReasonRefused
		}
		return r
	}
}

// hand speaks of one message to the relay; begun tells whether the relay was told of it and answered.
func (s *SMTP) hand(ctx context.Context, c *connection, to string, body []byte) (begun bool, err error) {
	if err := c.UpdateDeadline(smtpTimeout); err != nil {
		return false, err
	}
	defer context.AfterFunc(ctx, func() { _ = c.conn.SetDeadline(time.Unix(1, 0)) })()
	if err := c.Mail("<" + s.sender + ">"); err != nil {
		code := answered(err)
		return code != 0 && code != closing, fmt.Errorf("sender: %w", err)
	}
	if err := c.Rcpt("<" + to + ">"); err != nil {
		return true, fmt.Errorf("recipient: %w", err)
	}
	w, err := c.Data()
	if err != nil {
		return true, fmt.Errorf("data: %w", err)
	}
	if _, err := w.Write(body); err != nil {
		return true, fmt.Errorf("data: %w", err)
	}
	if err := w.Close(); err != nil {
		return true, fmt.Errorf("end of data: %w", err)
	}
	return true, nil
}

// closing is the answer of a relay that ends the connection.
const closing = 421

// permanent reports whether an answer refuses the message for good. Answers about our own log-in or order of commands
// do not: the operator has to mend those, and the message waits.
func permanent(code int) bool {
	switch code {
	case 502, 503, 530, 534, 535, 538:
		return false
	}
	return code/100 == 5
}

// answered is the code that a relay answered with, 0 where none came.
func answered(err error) int {
	var answer *textproto.Error
	if errors.As(err, &answer) {
		return answer.Code
	}
	return 0
}

// failed makes a result of an error. Its text is the relay's answer if there was one. Otherwise it says only that the
// server was not reached, as the error itself would describe this network.
func failed(err error) delivery.Result {
	r := delivery.Result{Status: answered(err), Cause: err}
	var answer *textproto.Error
	var timeout net.Error
	switch {
	case errors.As(err, &answer):
		said := strings.ReplaceAll(err.Error(), answer.Error(), fmt.Sprint(answer.Code, " ", answer.Msg))
		r.Error = strings.Join(strings.Fields(said), " ")
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		r.Error = "the mail server gave no answer in time"
	default:
		r.Error = "the mail server could not be reached"
	}
	return r
}
