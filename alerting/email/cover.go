package email

import (
	"fmt"
	"strings"

	"barometer/alerting/notice"
	"barometer/processor/decision"
)

// coverText is what is said of one change of cover: a word, the subject, which holds an amount, and what to do now.
type coverText struct{ word, subject, advice string }

// figure is the amount that a change of cover is about: the limit where all deliveries are, else what was or is
// covered.
func figure(c *notice.Cover) int64 {
	switch c.Code {
	case decision.Suspended, decision.Resumed:
		return c.Limit
	case decision.Forfeited:
		return c.Was
	default:
		return c.Now
	}
}

func coverSubject(l *language, c *notice.Cover) string {
	return fmt.Sprintf(l.covers[c.Code].subject, l.money(figure(c), c.Currency))
}

// coverFacts says what is covered now, of which invoice or order, and why.
func coverFacts(l *language, c *notice.Cover, add func(label, value string)) {
	amount, word := l.money(figure(c), c.Currency), " ("+l.covers[c.Code].word+")"
	add(l.invoice, c.Invoice)
	add(l.order, c.Order)
	switch c.Code {
	case decision.Suspended, decision.Resumed:
		add(l.limit, amount+word)
	case decision.BindingOrder:
		add(l.coveredOrder, amount+word)
		add(l.limit, l.money(c.Limit, c.Currency))
	default:
		add(l.covered, fmt.Sprintf(l.moved, l.money(c.Was, c.Currency), l.money(c.Now, c.Currency))+word)
	}
	add(l.policy, c.Policy)
	if c.DeliveredOn != 0 {
		add(l.delivered, l.day(c.DeliveredOn))
	} else {
		add(l.fromWhen, l.day(c.From))
	}
	if c.Code == decision.BindingOrder {
		add(l.until, l.day(c.To))
	}
	add(l.why, l.reasons[c.ReasonText])
	add(l.overdue, strings.Join(c.Evidence, ", "))
}
