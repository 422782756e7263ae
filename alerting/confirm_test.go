package alerting

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"barometer/alerting/delivery"
	"barometer/alerting/email"
	"barometer/alerting/subscription"

	"github.com/emersion/go-smtp"
)

// mails waits until the folder holds n messages, and gives them by what they are about.
func (i *installation) mails(n int) map[string]*email.Message {
	i.t.Helper()
	found := map[string]*email.Message{}
	eventually(i.t, "e-mail", func() bool {
		list, err := email.List(i.cfg.Folder, 100)
		if err != nil || len(list) < n {
			return false
		}
		for _, e := range list {
			m, err := email.Read(i.cfg.Folder, e.ID)
			if err != nil {
				return false
			}
			kind := regexp.MustCompile(`X-Barometer-Type: (\S+)`).FindSubmatch(m.Raw)
			found[string(kind[1])] = m
		}
		return true
	})
	if list, _ := email.List(i.cfg.Folder, 100); len(list) != n {
		i.t.Fatalf("%d messages, want %d", len(list), n)
	}
	return found
}

// TestAnAddressConfirmsBeforeItIsTold: it is sent one link, nothing else before the link was followed, and then may
// leave again.
func TestAnAddressConfirmsBeforeItIsTold(t *testing.T) {
	i := install(t)
	i.cfg.PublicURL = "https://barometer.example/"
	sub, _ := i.subscribe(subscription.Draft{Channel: "email", Target: "credit@policyholder.example",
		Otherwise: func(context.Context) string { return "nl_BE" }})
	vouched, _ := i.subscribe(subscription.Draft{Channel: "email", Target: "other@policyholder.example", Vouched: true,
		MinimumSeverity: "critical"})
	if !sub.Unconfirmed() || vouched.Unconfirmed() {
		t.Fatalf("confirmed are %v and %v", sub.Confirmed, vouched.Confirmed)
	}
	defer i.start()()
	i.decide(raised(1000_00))
	asked := i.mails(1)["subscription.confirmation"]
	if asked == nil || asked.Language != "nl" || asked.To != "<credit@policyholder.example>" ||
		strings.Contains(string(asked.Raw), "List-Unsubscribe") ||
		strings.Contains(asked.Text+asked.HTML, "holder-1") {
		t.Fatalf("asked to confirm: %+v", asked)
	}
	link := regexp.MustCompile(`https://barometer\.example/subscriptions/confirm\?token=(\S+)`).
		FindStringSubmatch(asked.Text)
	if link == nil || !strings.Contains(asked.HTML, `href="`+link[0]+`"`) {
		t.Fatalf("no link in\n%s\n%s", asked.Text, asked.HTML)
	}
	token, _ := url.QueryUnescape(link[1])
	if err := i.subscriptions.Unsubscribe(t.Context(), token); !errors.Is(err, subscription.ErrToken) {
		t.Errorf("a link that confirms unsubscribes: %v", err)
	}
	for range 2 {
		if err := i.subscriptions.Confirm(t.Context(), token); err != nil {
			t.Fatal(err)
		}
	}
	if now, err := i.subscriptions.Get("holder-1", sub.ID); err != nil || now.Unconfirmed() {
		t.Fatalf("%+v, %v", now, err)
	}
	// The address's turn comes when the change of the subscription has reached its partition.
	if err := i.subscriptions.Test(t.Context(), "holder-1", sub.ID); err != nil {
		t.Fatal(err)
	}
	if test := i.mails(2)["subscription.test"]; test == nil || test.Language != "nl" {
		t.Fatalf("a test: %+v", test)
	}
	if err := i.subscriptions.Test(t.Context(), "holder-1", sub.ID); err == nil {
		t.Error("a second test within a minute")
	}
	i.decide(raised(2000_00))
	told := i.mails(3)["limit.decided"]
	leave := regexp.MustCompile(
		`(?s)List-Unsubscribe:\s*<https://barometer\.example/subscriptions/unsubscribe\?token=\s*(\S+?)>`).
		FindSubmatch(told.Raw)
	if leave == nil || !strings.Contains(string(told.Raw), "List-Unsubscribe-Post: List-Unsubscribe=One-Click") {
		t.Fatalf("no way to leave in\n%s", told.Raw)
	}
	token, _ = url.QueryUnescape(string(leave[1]))
	if err := i.subscriptions.Unsubscribe(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	if now, err := i.subscriptions.Get("holder-1", sub.ID); err != nil || !now.Disabled ||
		now.DisabledReason != subscription.ReasonUnsubscribed {
		t.Errorf("it has left, and is %+v, %v", now, err)
	}
}

// refusing is a mail server that refuses one address for good, while it is told to.
type refusing struct{ refuse chan bool }

func (r refusing) NewSession(*smtp.Conn) (smtp.Session, error) { return r, nil }
func (r refusing) Mail(string, *smtp.MailOptions) error        { return nil }
func (r refusing) Data(in io.Reader) error                     { _, err := io.Copy(io.Discard, in); return err }
func (r refusing) Reset()                                      {}
func (r refusing) Logout() error                               { return nil }
func (r refusing) Rcpt(string, *smtp.RcptOptions) error {
	select {
	case <-r.refuse:
		return nil
	default:
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	}
}

// TestAMailServersRefusalEndsTheNotificationAndIsShown, at the notification and at its subscription, until the address
// takes mail.
func TestAMailServersRefusalEndsTheNotificationAndIsShown(t *testing.T) {
	i := install(t)
	relay := refusing{make(chan bool)}
	server := smtp.NewServer(relay)
	server.Domain = "localhost"
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	defer func() { _ = server.Close() }()
	i.cfg.SMTP, i.cfg.From = "smtp://"+listener.Addr().String(), "Barometer <barometer@insurer.example>"
	sub, _ := i.subscribe(subscription.Draft{Channel: "email", Target: "nobody@policyholder.example", Vouched: true})
	defer i.start()()
	i.decide(raised(1000_00))
	eventually(t, "refused", func() bool {
		list := i.notifications.List("holder-1", "", 10)
		if len(list) != 1 || !list[0].State.Ended() {
			return false
		}
		s := list[0].State
		if s.Reason != delivery.ReasonRefused || len(s.Attempts) != 1 || s.Attempts[0].Status != 550 ||
			!strings.Contains(s.Attempts[0].Error, "no such user") {
			t.Fatalf("%+v", s)
		}
		return true
	})
	shown := func(want bool) {
		t.Helper()
		eventually(t, "at the subscription", func() bool {
			now, err := i.subscriptions.Get("holder-1", sub.ID)
			return err == nil && (now.RefusedAt != nil) == want && strings.Contains(now.RefusedAnswer,
				"550 5.1.1 no such user") == want
		})
	}
	shown(true)
	close(relay.refuse)
	i.decide(raised(2000_00))
	shown(false)
}

// TestASecretIsRotatedAndAReceiverThatCameBackIsEnabled: as a policyholder mends a receiver that was gone.
func TestASecretIsRotatedAndAReceiverThatCameBackIsEnabled(t *testing.T) {
	i := install(t)
	sub, _ := i.subscribe(subscription.Draft{Channel: "webhook", Target: i.receiver.URL})
	i.receiver.answer = func(n int) int {
		if n == 1 {
			return http.StatusGone
		}
		return http.StatusNoContent
	}
	defer i.start()()
	i.decide(raised(1000_00))
	eventually(t, "disabled", func() bool {
		s, err := i.subscriptions.Get("holder-1", sub.ID)
		return err == nil && s.Disabled
	})
	if err := i.subscriptions.Test(t.Context(), "holder-1", sub.ID); err == nil {
		t.Error("a test of a disabled subscription")
	}
	if _, err := i.subscriptions.Enable(t.Context(), "holder-1", sub.ID); err != nil {
		t.Fatal(err)
	}
	if err := i.subscriptions.Test(t.Context(), "holder-1", sub.ID); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the test", func() bool { return len(i.receiver.all()) == 2 })
	if got := string(i.receiver.all()[1].body); !strings.Contains(got, `"type":"subscription.test"`) ||
		!strings.Contains(got, `"changes":[]`) || !strings.Contains(got, `"sequence":2`) {
		t.Errorf("the test says %s", got)
	}
}
