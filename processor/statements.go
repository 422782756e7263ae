package processor

import (
	"barometer/ingest/event"
	"barometer/processor/limit"
	"barometer/processor/score"
)

// filings are the two newest statements of a buyer: the one that counts, and what growth compares it to. Without a
// period end there is none.
type filings struct {
	newest statement
	other  earlier
	told   uint32 // how many messages on the buyer had been accepted with the last one
}

// statement is a statement with the digest of its message, by which a repetition is known.
type statement struct {
	score.Statement
	digest uint64
}

// earlier is what is kept of the statement before the newest.
type earlier struct {
	PeriodEnd                event.Day
	consolidated, hasRevenue bool
	revenue                  int64
	digest                   uint64
}

func earlierOf(s *score.Statement, digest uint64) earlier {
	return earlier{s.PeriodEnd, s.Consolidated, s.Given&event.GivenRevenue != 0, s.Revenue, digest}
}

func (e *earlier) statement() score.Statement {
	s := score.Statement{PeriodEnd: e.PeriodEnd, Consolidated: e.consolidated, Revenue: e.revenue}
	if e.hasRevenue {
		s.Given = event.GivenRevenue
	}
	return s
}

// replaces is nil where a statement takes the place of another one of its period, else what becomes of its message.
func replaces(old *score.Statement, digest uint64, s *score.Statement, of uint64) *outcome {
	switch {
	case digest == of:
		return &repeated
	case s.Consolidated && !old.Consolidated:
		return &accepted
	default:
		return nil
	}
}

// filed books a statement at the rate that is known. Another one of the same period end replaces it, but consolidated
// accounts do not replace stand-alone ones.
func (m *Machine) filed(b *buyer, e *event.Event, v *event.StatementFiled) outcome {
	if v.PeriodEnd > m.today()+maxAhead {
		return refused(ReasonFutureDate, "period_end "+v.PeriodEnd.String())
	}
	if v.Months < 1 || v.Months > 24 {
		return refused(ReasonBadValue, "months are 1 to 24")
	}
	if part := largerPart(v); part != "" {
		return refused(ReasonBadValue, part)
	}
	rate, known := m.macro.rate(v.Currency)
	if !known {
		return waits(need{kind: needRate, id: v.Currency})
	}
	s, ok := statementOf(v, rate)
	if !ok {
		return refused(ReasonAmountTooLarge, "")
	}
	if b.filings == nil {
		b.filings = &filings{}
	}
	o := b.filings.file(&s, e.Digest())
	if o.fate == fateRepeated {
		return o
	}
	b.filings.told = uint32(b.accepted) + 1
	if b.news != nil {
		b.news.StatementFiled(v.PeriodEnd)
	}
	b.cache.drop()
	return o
}

// file puts a statement where it belongs.
func (f *filings) file(s *score.Statement, digest uint64) outcome {
	switch {
	case f.newest.PeriodEnd == s.PeriodEnd:
		if o := replaces(&f.newest.Statement, f.newest.digest, s, digest); o != nil {
			return *o
		}
		f.newest = statement{*s, digest}
	case f.other.PeriodEnd == s.PeriodEnd:
		old := f.other.statement()
		if o := replaces(&old, f.other.digest, s, digest); o != nil {
			return *o
		}
		f.other = earlierOf(s, digest)
	case s.PeriodEnd > f.newest.PeriodEnd:
		if f.newest.PeriodEnd != 0 {
			f.other = earlierOf(&f.newest.Statement, f.newest.digest)
		}
		f.newest = statement{*s, digest}
	case s.PeriodEnd > f.other.PeriodEnd:
		f.other = earlierOf(s, digest)
	}
	return accepted
}

// largerPart names a figure of a statement that is larger than what it is a part of, empty for none.
func largerPart(v *event.StatementFiled) string {
	for _, p := range [...]struct {
		name        string
		given       uint32 // both of them
		part, whole int64
	}{
		{"current_assets above total_assets", event.GivenCurrentAssets | event.GivenTotalAssets, v.CurrentAssets,
			v.TotalAssets},
		{"equity above total_assets", event.GivenEquity | event.GivenTotalAssets, v.Equity, v.TotalAssets},
		{"inventories above current_assets", event.GivenInventories | event.GivenCurrentAssets, v.Inventories,
			v.CurrentAssets},
		{"cash above current_assets", event.GivenCash | event.GivenCurrentAssets, v.Cash, v.CurrentAssets},
		{"current_liabilities above total_liabilities", event.GivenCurrentLiabilities | event.GivenTotalLiabilities,
			v.CurrentLiabilities, v.TotalLiabilities},
		{"trade_payables above total_liabilities", event.GivenTradePayables | event.GivenTotalLiabilities, v.TradePayables,
			v.TotalLiabilities},
	} {
		if v.Given&p.given == p.given && p.part > p.whole {
			return p.name
		}
	}
	return ""
}

// statementOf converts a statement to euro cents and its flows to a year.
func statementOf(v *event.StatementFiled, rate int64) (score.Statement, bool) {
	fits := true
	euro := func(minor int64) int64 {
		cents, ok := score.ToEuro(minor, rate, v.Currency)
		fits = fits && ok
		return cents
	}
	flow := func(minor int64) int64 {
		yearly, ok := score.Yearly(euro(minor), v.Months)
		fits = fits && ok
		return yearly
	}
	s := score.Statement{PeriodEnd: v.PeriodEnd, Consolidated: v.Consolidated, Given: v.Given,
		TotalAssets: euro(v.TotalAssets), Equity: euro(v.Equity), CurrentAssets: euro(v.CurrentAssets),
		Inventories: euro(v.Inventories), Cash: euro(v.Cash), CurrentLiabilities: euro(v.CurrentLiabilities),
		TotalLiabilities: euro(v.TotalLiabilities), TradePayables: euro(v.TradePayables), Revenue: flow(v.Revenue),
		NetIncome: flow(v.NetIncome), Depreciation: flow(v.Depreciation)}
	return s, fits
}

// newest is the newest statement, nil for none.
func (b *buyer) newest() *score.Statement {
	if b.filings == nil {
		return nil
	}
	return &b.filings.newest.Statement
}

// counting is the newest statement if it is young enough to count, and the one before it.
func (b *buyer) counting(day event.Day) (s, other *score.Statement) {
	if s = b.newest(); s == nil || !s.Counts(day) {
		return nil, nil
	}
	if b.filings.other.PeriodEnd != 0 {
		before := b.filings.other.statement()
		other = &before
	}
	return s, other
}

// accounts are the figures that capacity looks at, nil without a statement that counts.
func (b *buyer) accounts(day event.Day) *limit.Accounts {
	s, _ := b.counting(day)
	if s == nil {
		return nil
	}
	return &limit.Accounts{Equity: s.Equity, Revenue: s.Revenue, Payables: s.TradePayables, Given: s.Given}
}
