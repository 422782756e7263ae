package processor

import (
	"slices"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/score"
)

// reported books a news item. What does not act by itself counts as package score says, and asks for a review.
func (m *Machine) reported(b *buyer, e *event.Event, v *event.News) outcome {
	day := event.DayOf(e.AtMs)
	if day > m.today()+maxAhead {
		return refused(ReasonFutureDate, "at "+day.String())
	}
	// What the classifier found in a text is a guess: grave news so found does not act by itself, whatever the outlet.
	item := score.Item{ID: e.ID, Digest: e.Digest(), Day: day, Category: v.Category, Outlet: v.Outlet, Notches: v.Notches,
		Days: v.Days, Role: v.Role, Outcome: v.Outcome, Doubtful: !m.step.found.certain() || v.Classifier > 0}
	if v.Category == event.Litigation && v.HasAmount {
		cents, needs, ok := m.euro(v.Amount)
		switch {
		case !ok:
			return refused(ReasonAmountTooLarge, "")
		case needs.kind != needNothing:
			return waits(needs)
		}
		item.AmountCents, item.HasAmount = cents, true
	}
	if s, _ := b.counting(m.today()); s != nil && s.Given&event.GivenEquity != 0 {
		item.EquityCents, item.HasEquity = s.Equity, true
	}
	return m.told(b, e, b.newsBook().Add(m.model.parsed, item, m.today()))
}

// grave tells whether a message is news that turns a buyer's life.
func grave(e *event.Event) bool {
	v, ok := e.Body.(*event.News)
	return ok && score.Grave(v.Category)
}

// withdrawn takes a news item back.
func (m *Machine) withdrawn(b *buyer, e *event.Event, v *event.NewsWithdrawn) outcome {
	if day := event.DayOf(e.AtMs); day > m.today()+maxAhead {
		return refused(ReasonFutureDate, "at "+day.String())
	}
	effect := score.Effect{Result: score.UnknownNews}
	if b.news != nil {
		effect = b.news.Withdraw(v.Withdraws, m.today())
	}
	if effect.Result == score.UnknownNews {
		return waits(need{kind: needNews, id: v.Withdraws})
	}
	if b.read().match.open() {
		b.seldom.match.items = slices.DeleteFunc(b.seldom.match.items, func(i decision.ReviewItem) bool {
			return i.Kind == event.KindNews && i.ID == v.Withdraws && effect.Result == score.Applied
		})
	}
	return m.told(b, e, effect)
}

// told tells what became of a news item.
func (m *Machine) told(b *buyer, e *event.Event, effect score.Effect) outcome {
	switch effect.Result {
	case score.Applied:
	case score.Repeated:
		return repeated
	default:
		return refused(effect.Result.String(), "")
	}
	b.cache.drop()
	if effect.Review {
		m.asks(b, e)
	}
	if effect.Reinstate {
		m.mark(b).reinstate = true
	}
	return accepted
}

// newsBook is where a buyer's news is booked.
func (b *buyer) newsBook() *score.News {
	if b.news == nil {
		b.news = &score.News{}
		if s := b.newest(); s != nil {
			b.news.StatementFiled(s.PeriodEnd)
		}
	}
	return b.news
}

// assessNews scores a buyer's news on a day.
func (m *Machine) assessNews(b *buyer, day event.Day) score.Assessment {
	if b.news == nil {
		return score.Assessment{}
	}
	return b.news.Assess(m.model.parsed, day)
}
