package api

import (
	"context"
	"sync"
	"time"

	"barometer/dashboard/identity"
	"barometer/ingest/event"
)

const (
	fxRate         = "fx_rate"
	reasonRate     = "rate_moves_too_far"
	rateDay        = 24 * time.Hour
	rateUnseenWait = time.Minute // within which what was let through is seen in ClickHouse
)

// letThrough are rates that this process took and that may not be stored yet, by currency.
type letThrough struct {
	mu    sync.Mutex
	rates map[string]takenRate
}

type takenRate struct {
	valueE8 int64
	at      time.Time
}

// moves tells whether a rate is more than a tenth away from another.
func moves(valueE8, fromE8 int64) bool {
	return max(valueE8, fromE8)-min(valueE8, fromE8) > fromE8/10
}

// boundRates refuses rates that would move a currency by more than a tenth from the latest one known, from that of a
// day ago, or from one that was just taken: limits are authorised by what they come to in euro. A first rate is an
// analyst's.
func (s *API) boundRates(ctx context.Context, p identity.Principal, messages []said) error {
	if p.Open {
		return nil
	}
	var currencies []string
	for i := range messages {
		if r := messages[i].rate; r != nil && messages[i].refused == nil {
			currencies = append(currencies, r.Currency)
		}
	}
	if currencies == nil {
		return nil
	}
	known, err := s.cfg.Store.Rates(ctx, currencies, s.cfg.Sender.Now().Add(-rateDay))
	if err != nil {
		return s.failed(ctx, "reading exchange rates", err)
	}
	s.fx.mu.Lock()
	defer s.fx.mu.Unlock()
	for currency, r := range s.fx.rates {
		if s.cfg.Now().Sub(r.at) > rateUnseenWait {
			delete(s.fx.rates, currency)
		}
	}
	for i := range messages {
		m := &messages[i]
		if m.rate == nil || m.refused != nil {
			continue
		}
		if detail := s.fx.refuses(p, m.rate, known); detail != "" {
			m.refused = &Rejected{Reason: reasonRate, Detail: detail}
			continue
		}
		if s.fx.rates == nil {
			s.fx.rates = map[string]takenRate{}
		}
		if _, taken := s.fx.rates[m.rate.Currency]; !taken {
			s.fx.rates[m.rate.Currency] = takenRate{m.rate.ValueE8, s.cfg.Now()}
		}
	}
	return nil
}

// refuses says why a rate is not taken, empty where it is.
func (l *letThrough) refuses(p identity.Principal, b *event.Indicator, known map[string][2]int64) string {
	stored, isStored := known[b.Currency]
	taken, isTaken := l.rates[b.Currency]
	switch {
	case isStored && (moves(b.ValueE8, stored[0]) || moves(b.ValueE8, stored[1])), isTaken &&
		moves(b.ValueE8, taken.valueE8):
		return "value: more than a tenth from the rate that is known, or from that of a day ago: such a rate comes from " +
			"the feed, on the topic itself"
	case !isStored && !isTaken && !p.May("analyst"):
		return "value: the first rate of a currency is an analyst's to send, or the feed's, on the topic itself"
	}
	return ""
}
