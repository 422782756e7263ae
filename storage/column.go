package storage

import (
	"time"

	"barometer/ingest/event"
	"barometer/processor/decision"

	"github.com/shopspring/decimal"
)

// entry is one row to be: an input or a decision with its place.
type entry struct {
	position event.Position
	atMs     int64
	event    *event.Event
	decision *decision.Decision
	record   []byte
	payment  payment    // of payment messages
	order    order      // of messages of risk.orders
	model    *activated // of records that bring a model
	match    matched    // of messages that were found to be about a buyer
	progress progress   // of progress decisions
	keyed    keyed      // of records that belong to no cut
}

// column gathers the values of one column.
type column interface {
	head() (name, kind string)
	put(e *entry)
	values() any
	reset()
}

type columnOf[V any] struct {
	name, kind string
	get        func(e *entry) V
	vals       []V
}

func (c *columnOf[V]) head() (name, kind string) { return c.name, c.kind }
func (c *columnOf[V]) put(e *entry)              { c.vals = append(c.vals, c.get(e)) }
func (c *columnOf[V]) values() any               { return c.vals }
func (c *columnOf[V]) reset()                    { clear(c.vals); c.vals = c.vals[:0] }

// Constructors by ClickHouse type. LowCardinality columns are sent as their plain type; ClickHouse converts.
func text(name string, get func(*entry) string) column {
	return &columnOf[string]{name, "String", get, nil}
}
func texts(name string, get func(*entry) []string) column {
	return &columnOf[[]string]{name, "Array(String)", get, nil}
}
func flag(name string, get func(*entry) bool) column { return &columnOf[bool]{name, "Bool", get, nil} }
func small(name string, get func(*entry) uint32) column {
	return &columnOf[uint8]{name, "UInt8", func(e *entry) uint8 { return uint8(min(get(e), 255)) }, nil}
}
func uint32s(name string, get func(*entry) uint32) column {
	return &columnOf[uint32]{name, "UInt32", get, nil}
}
func int32s(name string, get func(*entry) int32) column {
	return &columnOf[int32]{name, "Int32", get, nil}
}
func int32lists(name string, get func(*entry) []int32) column {
	return &columnOf[[]int32]{name, "Array(Int32)", get, nil}
}
func int64s(name string, get func(*entry) int64) column {
	return &columnOf[int64]{name, "Int64", get, nil}
}
func uint64s(name string, get func(*entry) uint64) column {
	return &columnOf[uint64]{name, "UInt64", get, nil}
}
func instant(name string, getMs func(*entry) int64) column {
	return &columnOf[time.Time]{name, "DateTime64(3, 'UTC')",
		func(e *entry) time.Time { return time.UnixMilli(getMs(e)).UTC() }, nil}
}
func date(name string, get func(*entry) event.Day) column {
	return &days{columnOf[time.Time]{name, "Date32", func(e *entry) time.Time { return dayTime(get(e)) }, nil}, get, nil}
}
func optionalDate(name string, get func(*entry) event.Day) column {
	return &optionalDays{columnOf[*time.Time]{name, "Nullable(Date32)", func(e *entry) *time.Time {
		d := get(e)
		if d == 0 {
			return nil
		}
		t := dayTime(d)
		return &t
	}, nil}, get, nil}
}
func flags(name string, get func(*entry) []bool) column {
	return &columnOf[[]bool]{name, "Array(Bool)", get, nil}
}

// optionalDates are days, null where one is 0.
func optionalDates(name string, get func(*entry) []event.Day) column {
	return &columnOf[[]*time.Time]{name, "Array(Nullable(Date32))", func(e *entry) []*time.Time {
		days := get(e)
		all := make([]*time.Time, len(days))
		for i, d := range days {
			if d != 0 {
				t := dayTime(d)
				all[i] = &t
			}
		}
		return all
	}, nil}
}

// optionalDayText is a day that may be older than dates of ClickHouse: as text.
func optionalDayText(name string, get func(*entry) event.Day) column {
	return &columnOf[*string]{name, "Nullable(String)", func(e *entry) *string {
		d := get(e)
		if d == 0 {
			return nil
		}
		s := d.String()
		return &s
	}, nil}
}

// days and optionalDays remember the days that ClickHouse cannot hold, by their rows: what is stored instead differs
// from the log.
type days struct {
	columnOf[time.Time]
	day    func(*entry) event.Day
	beyond map[int]event.Day
}
type optionalDays struct {
	columnOf[*time.Time]
	day    func(*entry) event.Day
	beyond map[int]event.Day
}

func (c *days) put(e *entry) {
	noteBeyond(&c.beyond, len(c.vals), c.day(e))
	c.columnOf.put(e)
}
func (c *optionalDays) put(e *entry) {
	noteBeyond(&c.beyond, len(c.vals), c.day(e))
	c.columnOf.put(e)
}
func (c *days) reset()                                  { c.beyond = nil; c.columnOf.reset() }
func (c *optionalDays) reset()                          { c.beyond = nil; c.columnOf.reset() }
func (c *days) exact(row int) (event.Day, bool)         { d, ok := c.beyond[row]; return d, ok }
func (c *optionalDays) exact(row int) (event.Day, bool) { d, ok := c.beyond[row]; return d, ok }

func noteBeyond(beyond *map[int]event.Day, row int, d event.Day) {
	if d >= firstDay && d <= lastDay || d == 0 {
		return
	}
	if *beyond == nil {
		*beyond = map[int]event.Day{}
	}
	(*beyond)[row] = d
}

// The days that a Date32 can hold; days beyond, which ingest refuses, are stored as the nearest.
var firstDay, lastDay = event.Date(1900, 1, 1), event.Date(2299, 12, 31)

func dayTime(d event.Day) time.Time {
	return time.UnixMilli(min(max(d, firstDay), lastDay).Ms()).UTC()
}

// fixed is a whole number with an implied scale, such as mlo (3) or ppm (6).
func fixed(name, kind string, scale int32, get func(*entry) int64) column {
	return &columnOf[decimal.Decimal]{name, kind, func(e *entry) decimal.Decimal { return decimal.New(get(e), -scale) },
		nil}
}
func points(name string, get func(*entry) int64) column {
	return fixed(name, "Decimal(18, 3)", 3, get)
}

const percentType = "Decimal(9, 4)"

// percent is a percentage in parts per million, and percents are several.
func percent(ppm int64) decimal.Decimal { return decimal.New(ppm, -4) }
func percents(name string, get func(*entry) []int64) column {
	return &columnOf[[]decimal.Decimal]{name, "Array(" + percentType + ")", func(e *entry) []decimal.Decimal {
		all := get(e)
		out := make([]decimal.Decimal, len(all))
		for i, ppm := range all {
			out[i] = percent(ppm)
		}
		return out
	}, nil}
}
func euros(name string, get func(*entry) int64) column { return fixed(name, "Decimal(38, 2)", 2, get) }

const moneyType = "Decimal(38, 4)"

func money(name string, get func(*entry) event.Amount) column {
	return &columnOf[decimal.Decimal]{name, moneyType, func(e *entry) decimal.Decimal { return amount(get(e)) }, nil}
}
func optionalMoney(name string, get func(*entry) (event.Amount, bool)) column {
	return &columnOf[*decimal.Decimal]{name, "Nullable(" + moneyType + ")", func(e *entry) *decimal.Decimal {
		a, given := get(e)
		if !given {
			return nil
		}
		d := amount(a)
		return &d
	}, nil}
}
func monies(name string, get func(*entry) []event.Amount) column {
	return &columnOf[[]decimal.Decimal]{name, "Array(" + moneyType + ")", func(e *entry) []decimal.Decimal {
		all := get(e)
		out := make([]decimal.Decimal, len(all))
		for i, a := range all {
			out[i] = amount(a)
		}
		return out
	}, nil}
}

func amount(a event.Amount) decimal.Decimal {
	return decimal.New(a.Minor, -int32(event.Decimals(a.Currency)))
}

// position are the columns that every history table begins with.
func position(rest ...column) []column {
	return append([]column{
		uint32s("log_generation", func(e *entry) uint32 { return e.position.Generation }),
		uint32s("log_partition", func(e *entry) uint32 { return e.position.Partition }),
		int64s("log_offset", func(e *entry) int64 { return e.position.Offset }),
		uint32s("seq", func(e *entry) uint32 { return e.position.Seq }),
		instant("at", func(e *entry) int64 { return e.atMs }),
	}, rest...)
}

// in takes a value from an input's body of type B.
func in[B, V any](get func(*B) V) func(*entry) V {
	return func(e *entry) V { return get(any(e.event.Body).(*B)) }
}

// out takes a value from a decision's body of type B.
func out[B, V any](get func(*B) V) func(*entry) V {
	return func(e *entry) V { return get(any(e.decision.Body).(*B)) }
}

// each takes a value from each item of a list in a decision's body of type B.
func each[B, I, V any](items func(*B) []I, get func(*B, *I) V) func(*entry) []V {
	return out(func(b *B) []V {
		list := items(b)
		values := make([]V, len(list))
		for i := range list {
			values[i] = get(b, &list[i])
		}
		return values
	})
}

func input(rest ...column) []column {
	return append(position(
		instant("occurred_at", func(e *entry) int64 { return e.event.AtMs }),
		text("event_id", func(e *entry) string { return e.event.ID }),
		text("source", func(e *entry) string { return e.event.Source.String() }),
		flag("history", func(e *entry) bool { return e.event.History }),
	), rest...)
}

func decided(rest ...column) []column {
	all := append(position(
		date("as_of", func(e *entry) event.Day { return e.decision.AsOf }),
		text("trigger", func(e *entry) string { return e.decision.Trigger.ID }),
		text("trigger_kind", func(e *entry) string {
			if e.decision.Trigger.Timer != "" {
				return e.decision.Trigger.Timer
			}
			return e.decision.Trigger.Kind.String()
		}),
	), rest...)
	return append(all, text("record_bytes", func(e *entry) string { return string(e.record) }))
}
