package email

import (
	"fmt"
	"strconv"
	"strings"

	"barometer/alerting/notice"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
)

// language is everything that is said, in one language. Verbs in comments: what the text is formatted with.
type language struct {
	months             [12]string
	date               string // day, month, year
	dayOne             string // the first of a month, where it is not 1
	thousands, decimal string

	scale    string
	andMore  string // number of further changes
	grade    string // heading of a fact
	limit    string
	policy   string
	fromWhen string
	// Headings of a change of cover.
	covered, delivered string // of one invoice
	coveredOrder       string
	invoice, order     string // their ids
	overdue            string // the invoices that suspend it

	once      string // from when: as soon as the message is received
	after     string // days after that
	why       string
	todo      string
	until     string
	condition string
	asked     string // heading: what was requested
	first     string // a grade without one before it: grade
	moved     string // previous, new
	at        string // of a limit decision: buyer grade
	footer    string
	reference string
	intro     string // above a message with several changes: number

	short string // the scale, in a subject
	named string // a subject: what happened, to which buyer

	// What happened, in subjects.
	insolvent       string // grade
	worse           string // previous, new
	better          string
	known           string // new
	falls           string // of a limit in notice: amount, day
	ends            string // day
	fallsWithNotice string // amount; the day counts from delivery
	endsWithNotice  string
	standing        string // a request was not approved: the limit that stays in force
	unlikelySubject string // an indication of nothing

	now        string // heading: the limit in force while another is in notice
	planned    string // heading: the limit in notice
	stands     string // of a limit: amount, word of the answer
	indication string // heading: what a preliminary answer says
	indicated  string // amount
	unlikely   string // no amount

	mails mails

	conditions map[string]string // by the code before =: what is after it, if it has anything

	codes     map[decision.LimitCode]code
	covers    map[decision.CoverCode]coverText
	cases     caseTranslations
	deadlines deadlines
	reasons   map[string]string
	unstated  string // no reason can be told
	advice    advice
}

// code is what is said of one answer to a limit: a word, and the subject, which may hold the amount granted.
type code struct{ word, subject string }

// mails are what messages say that tell of no decision: their subjects, texts, and what their links are called.
type mails struct{ confirm, confirmText, confirmLink, test, testText, unsubscribe string }

// advice is what to do now.
type advice struct {
	insolvent, worse, better, first, ends, withdrawn, less, refused, stands, partly, granted, wait, indication,
	restored string
}

var languages = map[string]*language{"nl": &dutch, "fr": &french, "de": &german, "en": &english}

// speak gives a language, English where it is not known.
func speak(name string) *language {
	if l := languages[name]; l != nil {
		return l
	}
	return &english
}

// day prints a date.
func (l *language) day(d event.Day) string {
	year, month, day := d.Civil()
	number := strconv.Itoa(day)
	if day == 1 && l.dayOne != "" {
		number = l.dayOne
	}
	return fmt.Sprintf(l.date, number, l.months[month-1], year)
}

// money prints an amount in minor units, with the currency's code before it.
func (l *language) money(minor int64, currency string) string {
	places := event.Decimals(currency)
	digits := strconv.FormatUint(magnitude(minor), 10)
	for len(digits) <= places {
		digits = "0" + digits
	}
	whole, fraction := digits[:len(digits)-places], digits[len(digits)-places:]
	var b strings.Builder
	b.WriteString(currency + "\u00a0")
	if minor < 0 {
		b.WriteString("−")
	}
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(l.thousands)
		}
		b.WriteRune(digit)
	}
	if places > 0 {
		b.WriteString(l.decimal + fraction)
	}
	return b.String()
}

func magnitude(v int64) uint64 {
	if v < 0 {
		return uint64(-(v + 1)) + 1
	}
	return uint64(v)
}

// because joins public reasons.
func (l *language) because(reasons []string) string {
	var said []string
	for _, r := range reasons {
		if text := l.reasons[r]; text != "" {
			said = append(said, text)
		}
	}
	if len(said) == 0 {
		return l.unstated
	}
	return strings.Join(said, "; ")
}

// next is what to do now about a change.
func (l *language) next(c *notice.Change) string {
	a := &l.advice
	switch c.Kind {
	case decision.CoverChanged:
		return l.covers[c.Cover.Code].advice
	case decision.DeadlineNear:
		return deadlineAdvice(l, &c.Deadline)
	case decision.CaseChanged:
		return l.cases.caseTasks[caseTask(&c.Case)]
	case decision.ClaimDecided:
		return l.cases.claimTasks[claimTask(&c.Claim)]
	case decision.ScoreChanged:
		switch {
		case insolvent(&c.Score):
			return a.insolvent
		case c.Score.Direction() == "worse":
			return a.worse
		case c.Score.Direction() == "better":
			return a.better
		}
		return a.first
	}
	if indication(&c.Limit) {
		return a.indication
	}
	switch c.Limit.Code {
	case decision.Cancelled:
		if c.Limit.ReasonText == "valid_until" {
			return a.ends
		}
		return a.withdrawn
	case decision.Reduced:
		return a.less
	case decision.NotApproved:
		if c.Limit.Granted > 0 {
			return a.stands
		}
		return a.refused
	case decision.PartlyApproved, decision.Conditional:
		return a.partly
	case decision.StillInvestigating:
		return a.wait
	case decision.Reinstated:
		return a.restored
	default:
		return a.granted
	}
}

func insolvent(s *notice.Score) bool {
	for _, r := range s.Reasons {
		if r == public.Insolvency {
			return true
		}
	}
	return false
}

// met says a condition of a limit; a code that is not known is said as it is.
func (l *language) met(condition string) string {
	code, figure, given := strings.Cut(condition, "=")
	text := l.conditions[code]
	switch {
	case text == "":
		return condition
	case given:
		if code == "security" {
			figure = strings.ReplaceAll(figure, "_", " ")
		}
		return fmt.Sprintf(text, figure)
	default:
		return text
	}
}
