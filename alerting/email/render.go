package email

import (
	"bytes"
	"embed"
	"fmt"
	htmltemplate "html/template"
	"strings"
	"text/template"
	"time"
	"unicode"

	"barometer/alerting/notice"
	"barometer/ingest/event"
	"barometer/processor/decision"

	"github.com/wneessen/go-mail"
)

//go:embed templates
var files embed.FS

var (
	textTemplate = template.Must(template.ParseFS(files, "templates/notification.txt"))
	htmlTemplate = htmltemplate.Must(htmltemplate.ParseFS(files, "templates/notification.html"))
)

// page is what the templates show.
type page struct {
	Lang      string
	Subject   string
	Intro     string // empty for one change
	Cards     []card
	Footer    string
	Reference string
	ID        string
}

// card is one change.
type card struct {
	Severity string
	Buyer    string // its name, or its id where no name is known
	BuyerID  string // empty where Buyer is the id
	Facts    []fact
}

type fact struct{ Label, Value string }

// Renderer makes messages from one sender.
type Renderer struct{ From string }

// Render gives a whole message and its subject.
func (r Renderer) Render(n *notice.Notification, names map[string]string) ([]byte, string, error) {
	l := speak(n.Language)
	p := page{Lang: n.Language, Subject: subject(l, n, names), Footer: l.footer, Reference: l.reference, ID: n.ID}
	if languages[n.Language] == nil {
		p.Lang = "en"
	}
	if len(n.Changes) > 1 {
		p.Intro = fmt.Sprintf(l.intro, len(n.Changes))
	}
	for i := range n.Changes {
		p.Cards = append(p.Cards, makeCard(l, &n.Changes[i], names))
	}
	var text, html bytes.Buffer
	if err := textTemplate.Execute(&text, &p); err != nil {
		return nil, "", fmt.Errorf("text of e-mail %s: %w", n.ID, err)
	}
	if err := htmlTemplate.Execute(&html, &p); err != nil {
		return nil, "", fmt.Errorf("HTML of e-mail %s: %w", n.ID, err)
	}
	b, err := r.message(n, &p, text.String(), html.String())
	if err != nil {
		return nil, "", fmt.Errorf("e-mail %s: %w", n.ID, err)
	}
	return b, p.Subject, nil
}

// message puts the parts together. Everything that the library would draw by lot or by the clock is set.
func (r Renderer) message(n *notice.Notification, p *page, text, html string) ([]byte, error) {
	m := mail.NewMsg(mail.WithNoDefaultUserAgent(), mail.WithBoundary("barometer-"+n.ID))
	if err := m.From(r.From); err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	if err := m.To(n.Target); err != nil {
		return nil, fmt.Errorf("recipient: %w", err)
	}
	m.Subject(p.Subject)
	m.SetDateWithValue(time.UnixMilli(n.AtMs).UTC())
	m.SetMessageIDWithValue(n.ID + "@" + domain(r.From))
	m.SetGenHeader("Content-Language", p.Lang)
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader("X-Barometer-Type", n.Type().String())
	m.SetGenHeader("X-Barometer-Sequence", fmt.Sprint(n.Sequence))
	m.SetBodyString(mail.TypeTextPlain, text)
	m.AddAlternativeString(mail.TypeTextHTML, html)
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("write: %w", err)
	}
	return b.Bytes(), nil
}

// domain is that of an address, display names included.
func domain(from string) string {
	from = strings.TrimSuffix(strings.TrimSpace(from), ">")
	if i := strings.LastIndexByte(from, '@'); i >= 0 && i < len(from)-1 {
		return from[i+1:]
	}
	return "barometer.invalid"
}

func subject(l *language, n *notice.Notification, names map[string]string) string {
	c := n.Lead()
	buyer := nameOf(c, names)
	var s string
	switch c.Kind {
	case decision.ScoreChanged:
		s = scoreSubject(l, &c.Score, buyer) + ", " + l.scale
	default:
		s = fmt.Sprintf(l.codes[c.Limit.Code].subject, buyer, l.money(c.Limit.Granted, c.Limit.Currency))
	}
	if more := len(n.Changes) - 1; more > 0 {
		s += fmt.Sprintf(l.andMore, more)
	}
	return s
}

func scoreSubject(l *language, s *notice.Score, buyer string) string {
	switch {
	case insolvent(s):
		return fmt.Sprintf(l.insolvent, buyer, s.Grade)
	case s.Direction() == "worse":
		return fmt.Sprintf(l.worse, buyer, s.Previous, s.Grade)
	case s.Direction() == "better":
		return fmt.Sprintf(l.better, buyer, s.Previous, s.Grade)
	default:
		return fmt.Sprintf(l.known, buyer, s.Grade)
	}
}

// nameOf is a buyer's name without what would break a line, else its id.
func nameOf(c *notice.Change, names map[string]string) string {
	name := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, names[c.Buyer])
	if name = strings.TrimSpace(name); name == "" {
		return c.Buyer
	}
	return name
}

func makeCard(l *language, c *notice.Change, names map[string]string) card {
	out := card{Severity: c.Severity.String(), Buyer: nameOf(c, names)}
	if out.Buyer != c.Buyer {
		out.BuyerID = c.Buyer
	}
	add := func(label, value string) {
		if value != "" {
			out.Facts = append(out.Facts, fact{label, value})
		}
	}
	if c.Kind == decision.ScoreChanged {
		grade := fmt.Sprintf(l.first, c.Score.Grade)
		if c.Score.Previous > 0 {
			grade = fmt.Sprintf(l.moved, fmt.Sprint(c.Score.Previous), grade)
		}
		add(l.grade, grade+", "+l.scale)
		add(l.fromWhen, l.day(event.DayOf(c.AtMs)))
		add(l.why, l.because(c.Score.Reasons))
	} else {
		limitFacts(l, c, add)
	}
	add(l.todo, l.next(c))
	return out
}

func limitFacts(l *language, c *notice.Change, add func(label, value string)) {
	limit := &c.Limit
	granted := l.money(limit.Granted, limit.Currency)
	if limit.From != limit.Granted {
		granted = fmt.Sprintf(l.moved, l.money(limit.From, limit.Currency), granted)
	}
	ofInvoice := limit.Code == decision.CoverLost || limit.Code == decision.CoverRestored
	heading := l.limit
	if ofInvoice {
		heading = l.covered
	}
	add(heading, granted+" ("+l.codes[limit.Code].word+")")
	if limit.Request != "" && limit.Requested != limit.Granted {
		add(l.asked, l.money(limit.Requested, limit.Currency))
	}
	add(l.policy, limit.Policy)
	switch from := limit.EffectiveOn; {
	case ofInvoice:
		add(l.delivered, l.day(from))
	case limit.OnDelivery && limit.NoticeDays == 0:
		add(l.fromWhen, l.once)
	case limit.OnDelivery:
		add(l.fromWhen, fmt.Sprintf(l.after, limit.NoticeDays))
	case from == 0:
		add(l.fromWhen, l.day(event.DayOf(c.AtMs)))
	default:
		add(l.fromWhen, l.day(from))
	}
	if limit.ValidUntil != 0 && !ofInvoice {
		add(l.until, l.day(limit.ValidUntil))
	}
	var why []string
	if text := l.reasons[limit.ReasonText]; text != "" {
		why = append(why, text)
	}
	if limit.BuyerGrade > 0 {
		why = append(why, fmt.Sprintf(l.at, limit.BuyerGrade)+", "+l.scale)
	}
	add(l.why, strings.Join(why, "; "))
	var conditions []string
	for _, c := range limit.Conditions {
		conditions = append(conditions, l.met(c))
	}
	add(l.condition, strings.Join(conditions, "; "))
}
