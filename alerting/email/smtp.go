package email

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"net/textproto"
	"net/url"
	"strconv"
	"time"

	"barometer/alerting/delivery"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

const smtpTimeout = 15 * time.Second

// SMTP sends messages by a relay.
type SMTP struct {
	Renderer
	sender string // the address in From
	client *gomail.Client
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
	options := []gomail.Option{gomail.WithTimeout(smtpTimeout)}
	switch u.Scheme {
	case "smtps":
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
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	client, err := gomail.NewClient(u.Hostname(), options...)
	if err != nil {
		return nil, fmt.Errorf("alerting.smtp_url: %w", err)
	}
	return &SMTP{Renderer: Renderer{From: from}, sender: address.Address, client: client}, nil
}

// Send gives the stored bytes to the relay once.
func (s *SMTP) Send(ctx context.Context, e delivery.Envelope) delivery.Result {
	c, err := s.client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return failed(err)
	}
	defer func() { _ = c.Close() }()
	if err := hand(c, s.sender, e); err != nil {
		return failed(err)
	}
	_ = c.Quit() // it was taken, whatever the goodbye says
	return delivery.Result{OK: true, Status: 250}
}

func hand(c *smtp.Client, sender string, e delivery.Envelope) error {
	if err := c.Mail(sender); err != nil {
		return fmt.Errorf("sender: %w", err)
	}
	if err := c.Rcpt(e.Target); err != nil {
		return fmt.Errorf("recipient: %w", err)
	}
	w, err := c.Data()
	if err != nil {
		return fmt.Errorf("data: %w", err)
	}
	if _, err := w.Write(e.Body); err != nil {
		return fmt.Errorf("data: %w", err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("end of data: %w", err)
	}
	return nil
}

// failed tells a failure with the relay's code, where it answered one.
func failed(err error) delivery.Result {
	r := delivery.Result{Error: err.Error()}
	var answer *textproto.Error
	if errors.As(err, &answer) {
		r.Status = answer.Code
	}
	return r
}
