package email

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"barometer/alerting/delivery"

	"github.com/emersion/go-smtp"
	"github.com/sourcegraph/conc"
	"go.uber.org/goleak"
)

// relay is an SMTP server that keeps what it takes, and answers as it is told.
type relay struct {
	refuse map[string]*smtp.SMTPError // by recipient; "data": at the end of data
	takes  time.Duration              // of a message
	most   int                        // connections at once, 0: any
	full   bool                       // it takes none

	mu                          sync.Mutex
	connected, refused, highest int
	connections                 int
	got                         []letter
	hangUp                      bool // after the next message
}

type letter struct {
	from, to string
	data     []byte
}

type session struct {
	r *relay
	c *smtp.Conn
	letter
}

func (r *relay) NewSession(c *smtp.Conn) (smtp.Session, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.full || r.most > 0 && r.connected >= r.most {
		r.refused++
		return nil, &smtp.SMTPError{Code: 432, EnhancedCode: smtp.EnhancedCode{4, 3, 2},
			Message: "Concurrent connections limit exceeded"}
	}
	r.connected++
	r.connections++
	r.highest = max(r.highest, r.connected)
	return &session{r: r, c: c}, nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error { s.from = from; return nil }
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.r.mu.Lock()
	defer s.r.mu.Unlock()
	if e := s.r.refuse[to]; e != nil {
		return e
	}
	s.to = to
	return nil
}

func (s *session) Data(in io.Reader) (err error) {
	if s.data, err = io.ReadAll(in); err != nil {
		return err
	}
	time.Sleep(s.r.takes)
	s.r.mu.Lock()
	defer s.r.mu.Unlock()
	if e := s.r.refuse["data"]; e != nil {
		return e
	}
	s.r.got = append(s.r.got, s.letter)
	if s.r.hangUp {
		s.r.hangUp = false
		time.AfterFunc(10*time.Millisecond, func() { _ = s.c.Conn().Close() })
	}
	return nil
}
func (s *session) Reset() { s.letter = letter{} }
func (s *session) Logout() error {
	s.r.mu.Lock()
	defer s.r.mu.Unlock()
	s.r.connected--
	return nil
}

// through runs the relay, and gives a channel that sends by it.
func (r *relay) through(t *testing.T) *SMTP {
	t.Helper()
	server := smtp.NewServer(r)
	server.Domain, server.ReadTimeout, server.WriteTimeout, server.ErrorLog = "localhost", 5*time.Second, 5*time.Second,
		quiet{}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { _ = server.Serve(listener); close(done) }()
	s, err := NewSMTP("smtp://"+listener.Addr().String(), from)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close(); _ = server.Close(); <-done })
	return s
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

func to(address string) delivery.Envelope {
	return delivery.Envelope{ID: "1", Target: address, Body: []byte("Subject: x\r\n\r\nx\r\n")}
}

func TestSMTPSendsTheStoredBytes(t *testing.T) {
	r := &relay{}
	s := r.through(t)
	raw, _, err := s.Render(sample("fr"), names)
	if err != nil {
		t.Fatal(err)
	}
	if result := s.Send(t.Context(), delivery.Envelope{ID: "1", Target: "credit@policyholder.example",
		Body: raw}); !result.OK {
		t.Fatalf("%+v", result)
	}
	if got := r.got[0]; got.from != "barometer@insurer.example" || got.to != "credit@policyholder.example" ||
		!bytes.Equal(bytes.TrimSpace(got.data), bytes.TrimSpace(raw)) {
		t.Errorf("from %q to %q the relay got:\n%s", got.from, got.to, got.data)
	}
	for _, bad := range []string{"http://x", "mail.example.com", "smtp://", "smtp://h:port", "smtp://h:0",
		"smtps://h:65536", "smtp://h:"} {
		if _, err := NewSMTP(bad, from); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

// TestARelaysLastWordEndsALetter: 5xx to a message ends it with the relay's answer, whatever else is repeated; and the
// connection serves the next.
func TestARelaysLastWordEndsALetter(t *testing.T) {
	r := &relay{refuse: map[string]*smtp.SMTPError{
		"nobody@example.com": {Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"},
		"gray@example.com":   {Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "greylisted"},
		"login@example.com":  {Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "authentication required"},
	}}
	s := r.through(t)
	for _, c := range []struct {
		to, ended, says string
		status          int
	}{
		{"nobody@example.com", delivery.ReasonRefused, "550 5.1.1 no such user", 550},
		{"gray@example.com", "", "451 4.7.1 greylisted", 451},
		{"login@example.com", "", "530", 530}, {"jürgen@example.com", delivery.ReasonRefused, "beyond ASCII", 0},
	} {
		if got := s.Send(t.Context(), to(c.to)); got.OK || got.Ended != c.ended || got.Status != c.status ||
			!strings.Contains(got.Error, c.says) {
			t.Errorf("%s: %+v", c.to, got)
		}
	}
	r.mu.Lock()
	r.refuse["data"] = &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "message refused"}
	r.mu.Unlock()
	if got := s.Send(t.Context(), to("credit@example.com")); got.Ended != delivery.ReasonRefused || got.Status != 554 {
		t.Errorf("refused at the end of data: %+v", got)
	}
	r.mu.Lock()
	delete(r.refuse, "data")
	r.mu.Unlock()
	if got := s.Send(t.Context(), to("krediet@bücher.example")); !got.OK ||
		r.got[0].to != "krediet@xn--bcher-kva.example" {
		t.Errorf("an address with a name beyond ASCII: %+v, %+v", got, r.got)
	}
	if r.connections != 1 {
		t.Errorf("%d connections for six messages in turn", r.connections)
	}
}

// TestARelayThatTakesFewConnectionsIsNotFlooded: 240 messages through three at once, about as fast as the relay allows.
func TestARelayThatTakesFewConnectionsIsNotFlooded(t *testing.T) {
	const takes, letters, most = 10 * time.Millisecond, 240, 3
	r := &relay{most: most, takes: takes}
	s := r.through(t)
	core := delivery.NewCore(delivery.DefaultSlots)
	core.Bound("email", s.AtOnce())
	for n := range letters {
		core.Add(&delivery.Pending{ID: fmt.Sprint(n), Channel: "email", Subscription: "s",
			Target: fmt.Sprintf("a%d@example.com", n%6), Buyers: []string{fmt.Sprint(n)}})
	}
	var mu sync.Mutex
	var attempts conc.WaitGroup
	begun := time.Now()
	var start func()
	start = func() { // as the sender does it
		for _, p := range core.Start(begun) {
			attempts.Go(func() {
				result := s.Send(t.Context(), to(p.Target))
				mu.Lock()
				defer mu.Unlock()
				if !result.OK {
					t.Errorf("%s: %+v", p.ID, result)
				}
				core.Done(p, result, begun)
				core.Written(p)
				start()
			})
		}
	}
	mu.Lock()
	start()
	mu.Unlock()
	attempts.Wait()
	took, ideal := time.Since(begun), takes*letters/most
	if len(r.got) != letters || r.refused > 2*most || r.connections > 2*most || r.highest > most {
		t.Errorf("%d messages over %d connections, %d at once, %d refused", len(r.got), r.connections, r.highest, r.refused)
	}
	if took > 3*ideal {
		t.Errorf("it took %v where %v would do", took, ideal)
	}
}

// TestAConnectionThatTheRelayClosedIsReplaced: a message over a stale connection is no failed attempt.
func TestAConnectionThatTheRelayClosedIsReplaced(t *testing.T) {
	r := &relay{hangUp: true}
	s := r.through(t)
	for n := range 2 {
		if got := s.Send(t.Context(), to("credit@example.com")); !got.OK {
			t.Fatalf("message %d: %+v", n, got)
		}
		time.Sleep(30 * time.Millisecond)
	}
	if r.connections != 2 || len(r.got) != 2 {
		t.Errorf("%d connections, %d messages", r.connections, len(r.got))
	}
}

// TestARelayThatTakesNobodyFailsEachAttempt, and is told without a word of this network.
func TestARelayThatTakesNobodyFailsEachAttempt(t *testing.T) {
	full := (&relay{full: true}).through(t)
	closed, err := NewSMTP("smtp://127.0.0.1:1", from)
	if err != nil {
		t.Fatal(err)
	}
	defer closed.Close()
	var all conc.WaitGroup
	for range 8 {
		all.Go(func() {
			if got := closed.Send(t.Context(), to("a@example.com")); got.OK || got.Ended != "" ||
				got.Error != "the mail server could not be reached" || got.Cause == nil {
				t.Errorf("nobody listens: %+v", got)
			}
			if got := full.Send(t.Context(), to("a@example.com")); got.OK || got.Ended != "" || got.Status != 432 {
				t.Errorf("it takes nobody: %+v", got)
			}
		})
	}
	all.Wait()
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
