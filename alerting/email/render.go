package email

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"net/mail"
	"strings"
	"text/template"
	"time"
	"unicode"

	"barometer/alerting/internal/host"
	"barometer/alerting/notice"
	"barometer/alerting/subscription"
	"barometer/ingest/event"
	"barometer/processor/decision"

	gomail "github.com/wneessen/go-mail"
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
	Text      string // of a message without changes
	Link      *link  // what to do with it
	Footer    string
	Leave     *link // to get no more messages; nil: there is no such link
	Reference string
	ID        string
}

type link struct{ Label, URL string }

// card is one change.
type card struct {
	Severity string
	Buyer    string // its name, or its id where no name is known
	BuyerID  string // empty where Buyer is the id
	Facts    []fact
}

type fact struct{ Label, Value string }

// Renderer makes messages from one sender. Links lead back to the installation; nil: there are none.
type Renderer struct {
	From  string
	Links *subscription.Links
}

// Render gives a whole message and its subject.
func (r Renderer) Render(n *notice.Notification, names map[string]string) ([]byte, string, error) {
	l := speak(n.Language)
	p := page{Lang: n.Language, Footer: l.footer, Reference: l.reference, ID: n.ID}
	leave := r.Links.Link(subscription.LinkUnsubscribe, n.Holder, n.Subscription)
	if leave != "" && n.Purpose != notice.Confirmation {
		p.Leave = &link{l.mails.unsubscribe, leave}
	}
	switch n.Purpose {
	case notice.Confirmation:
		confirm := r.Links.Link(subscription.LinkConfirm, n.Holder, n.Subscription)
		if confirm == "" {
			return nil, "", errors.New("an address cannot be asked to confirm: http.public_url is not set")
		}
		p.Subject, p.Text, p.Link, p.Footer = l.mails.confirm, l.mails.confirmText, &link{l.mails.confirmLink, confirm}, ""
	case notice.Test:
		p.Subject, p.Text = l.mails.test, l.mails.testText
	default:
		p.Subject = subject(l, n, names)
	}
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
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary("barometer-"+n.ID))
	from, err := mail.ParseAddress(r.From)
	if err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	from.Address = ascii(from.Address)
	if err := m.From(from.String()); err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	if err := m.To(ascii(n.Target)); err != nil {
		return nil, fmt.Errorf("recipient: %w", err)
	}
	m.Subject(p.Subject)
	m.SetDateWithValue(time.UnixMilli(n.AtMs).UTC())
	m.SetMessageIDWithValue(n.ID + "@" + domain(from.Address))
	m.SetGenHeader("Content-Language", p.Lang)
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader("X-Barometer-Type", n.Type())
	if p.Leave != nil {
		m.SetGenHeader("List-Unsubscribe", "<"+p.Leave.URL+">")
		if strings.HasPrefix(p.Leave.URL, "https:") { // RFC 8058 asks for it
			m.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
		}
	}
	m.SetGenHeader("X-Barometer-Sequence", fmt.Sprint(n.Sequence))
	m.SetBodyString(gomail.TypeTextPlain, text)
	m.AddAlternativeString(gomail.TypeTextHTML, html)
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("write: %w", err)
	}
	return b.Bytes(), nil
}

// ascii is an address in the form that mail servers take, or as it is where it has none: in a demonstration.
func ascii(address string) string {
	if a, err := host.Address(address); err == nil {
		return a
	}
	return address
}

// domain is that of an address.
func domain(address string) string {
	return address[strings.LastIndexByte(address, '@')+1:]
}

// subject says first what happened, then to whom: a long name is cut, and mail programs cut what is behind it.
func subject(l *language, n *notice.Notification, names map[string]string) string {
	c := n.Lead()
	var s string
	switch c.Kind {
	case decision.ScoreChanged:
		s = scoreSubject(l, &c.Score) + " " + l.short
	case decision.CoverChanged:
		s = coverSubject(l, &c.Cover)
	case decision.DeadlineNear:
		s = deadlineSubject(l, &c.Deadline)
	case decision.CaseChanged:
		s = caseHappened(l, &c.Case)
	case decision.ClaimDecided:
		s = claimHappened(l, &c.Claim)
	default:
		s = limitSubject(l, c)
	}
	s = fmt.Sprintf(l.named, s, cut(nameOf(c, names), subjectName))
	if more := len(n.Changes) - 1; more > 0 {
		s += fmt.Sprintf(l.andMore, more)
	}
	return s
}

func scoreSubject(l *language, s *notice.Score) string {
	switch {
	case insolvent(s):
		return fmt.Sprintf(l.insolvent, s.Grade)
	case s.Direction() == "worse":
		return fmt.Sprintf(l.worse, s.Previous, s.Grade)
	case s.Direction() == "better":
		return fmt.Sprintf(l.better, s.Previous, s.Grade)
	default:
		return fmt.Sprintf(l.known, s.Grade)
	}
}

func limitSubject(l *language, c *notice.Change) string {
	limit := &c.Limit
	amount := l.money(limit.Granted, limit.Currency)
	switch {
	case unlikely(limit):
		return l.unlikelySubject
	case limit.Code == decision.NotApproved && limit.Granted > 0:
		return fmt.Sprintf(l.standing, amount)
	case inNotice(c) && limit.OnDelivery && limit.Granted == 0:
		return l.endsWithNotice
	case inNotice(c) && limit.OnDelivery:
		return fmt.Sprintf(l.fallsWithNotice, amount)
	case inNotice(c) && limit.Granted == 0:
		return fmt.Sprintf(l.ends, l.day(limit.EffectiveOn))
	case inNotice(c):
		return fmt.Sprintf(l.falls, amount, l.day(limit.EffectiveOn))
	}
	text := l.codes[limit.Code].subject
	if !strings.Contains(text, "%s") {
		return text
	}
	return fmt.Sprintf(text, amount)
}

// indication tells whether it answers a preliminary request, unlikely whether that answer is that nothing could be
// granted.
func indication(limit *notice.Limit) bool {
	return limit.Indicative() && limit.Code != decision.StillInvestigating
}

func unlikely(limit *notice.Limit) bool {
	return indication(limit) && (limit.Code == decision.NotApproved || limit.Granted == 0)
}

// inNotice tells whether a limit is lowered on a day to come, so that another one is in force now.
func inNotice(c *notice.Change) bool {
	limit := &c.Limit
	lowers := limit.Code == decision.Reduced || limit.Code == decision.Cancelled
	return lowers && limit.Granted < limit.From && (limit.OnDelivery || limit.EffectiveOn > event.DayOf(c.AtMs))
}

// Characters of a buyer's name that a subject and a card show.
const (
	subjectName = 60
	cardName    = 200
)

// cut shortens a text to a number of characters; marks stay with the letters that they belong to.
func cut(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	end := most - 1
	for end > 0 && unicode.In(runes[end], unicode.M, unicode.Join_Control, unicode.Variation_Selector) {
		end--
	}
	return strings.TrimRightFunc(string(runes[:end]), unicode.IsSpace) + "…"
}

// nameOf is a buyer's name without what would break a line or turn its direction, else its id.
func nameOf(c *notice.Change, names map[string]string) string {
	name := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
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
	out := card{Severity: c.Severity.String(), Buyer: cut(nameOf(c, names), cardName)}
	if out.Buyer != c.Buyer {
		out.BuyerID = c.Buyer
	}
	add := func(label, value string) {
		if value != "" {
			out.Facts = append(out.Facts, fact{label, value})
		}
	}
	switch c.Kind {
	case decision.ScoreChanged:
		grade := fmt.Sprintf(l.first, c.Score.Grade)
		if c.Score.Previous > 0 {
			grade = fmt.Sprintf(l.moved, fmt.Sprint(c.Score.Previous), grade)
		}
		add(l.grade, grade+", "+l.scale)
		add(l.fromWhen, l.day(event.DayOf(c.AtMs)))
		add(l.why, l.because(c.Score.Reasons))
	case decision.CoverChanged:
		coverFacts(l, &c.Cover, add)
	case decision.DeadlineNear:
		deadlineFacts(l, &c.Deadline, add)
	case decision.CaseChanged:
		caseFacts(l, &c.Case, add)
	case decision.ClaimDecided:
		claimFacts(l, &c.Claim, add)
	default:
		limitFacts(l, c, add)
	}
	add(l.todo, l.next(c))
	return out
}

// limitFacts says what is in force now, and beside it what comes and from when; of an indication that it covers
// nothing.
func limitFacts(l *language, c *notice.Change, add func(label, value string)) {
	limit := &c.Limit
	indicative := indication(limit)
	granted, word := l.money(limit.Granted, limit.Currency), l.codes[limit.Code].word
	switch {
	case unlikely(limit):
		add(l.indication, l.unlikely)
	case indicative:
		add(l.indication, fmt.Sprintf(l.indicated, granted))
	case inNotice(c):
		add(l.now, l.money(limit.From, limit.Currency))
		add(l.planned, granted+" ("+word+")")
	case limit.Code == decision.NotApproved && limit.Granted > 0:
		add(l.limit, fmt.Sprintf(l.stands, granted, word))
	default:
		add(l.limit, l.change(limit)+" ("+word+")")
	}
	if limit.Request != "" && limit.Requested != limit.Granted {
		add(l.asked, l.money(limit.Requested, limit.Currency))
	}
	add(l.policy, limit.Policy)
	add(l.since(c))
	if limit.ValidUntil != 0 && !indicative {
		add(l.until, l.day(limit.ValidUntil))
	}
	var why []string
	if text := l.reasons[limit.ReasonText]; text != "" {
		why = append(why, text)
	}
	if limit.BuyerGrade > 0 && !indicative {
		why = append(why, fmt.Sprintf(l.at, limit.BuyerGrade)+", "+l.scale)
	}
	add(l.why, strings.Join(why, "; "))
	var conditions []string
	for _, c := range limit.Conditions {
		conditions = append(conditions, l.met(c))
	}
	add(l.condition, strings.Join(conditions, "; "))
}

// change is an amount with the one before it, where it is another.
func (l *language) change(limit *notice.Limit) string {
	granted := l.money(limit.Granted, limit.Currency)
	if limit.From == limit.Granted {
		return granted
	}
	return fmt.Sprintf(l.moved, l.money(limit.From, limit.Currency), granted)
}

// since is from when on a decision holds, and its heading; an empty value where nothing takes effect.
func (l *language) since(c *notice.Change) (label, value string) {
	limit := &c.Limit
	switch limit.Code {
	case decision.Preliminary, decision.NotApproved, decision.StillInvestigating:
		return l.fromWhen, ""
	}
	switch {
	case limit.OnDelivery && limit.NoticeDays == 0:
		return l.fromWhen, l.once
	case limit.OnDelivery:
		return l.fromWhen, fmt.Sprintf(l.after, limit.NoticeDays)
	case limit.EffectiveOn == 0:
		return l.fromWhen, l.day(event.DayOf(c.AtMs))
	default:
		return l.fromWhen, l.day(limit.EffectiveOn)
	}
}
