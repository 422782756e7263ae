package event

import (
	"fmt"

	"barometer/ingest/event/wire"
)

// Day is a calendar day in UTC, counted from 1970-01-01. Zero stands for "not given" where a field is optional.
type Day int32

// DayOf is the day of an instant in milliseconds.
func DayOf(ms int64) Day {
	d := ms / msPerDay
	if ms%msPerDay < 0 {
		d--
	}
	return Day(d)
}

const msPerDay = 24 * 60 * 60 * 1000

// Ms is the instant at which d begins.
func (d Day) Ms() int64 { return int64(d) * msPerDay }

// Date is the day of a calendar date; months and days beyond their range carry over. Days are counted within eras of
// 400 years that begin on 1 March (Hinnant, chrono-Compatible Low-Level Date Algorithms): a buyer's evaluation asks for
// many dates.
func Date(year, month, day int) Day {
	months := year*12 + month - 3 // since March of year 0
	year, month = floorDiv(months, 12), months-12*floorDiv(months, 12)
	era := floorDiv(year, 400)
	ofEra := year - 400*era
	return Day(era*daysOfEra + ofEra*365 + ofEra/4 - ofEra/100 + (153*month+2)/5 + day - 1 - daysTo1970)
}

const (
	daysOfEra  = 146_097
	daysTo1970 = 719_468 // from 1 March of year 0
)

func floorDiv(a, b int) int {
	if a < 0 {
		return -((b - 1 - a) / b)
	}
	return a / b
}

// Civil gives year, month (1 to 12) and day of month: Neri and Schneider, Euclidean affine functions and their
// application to calendar algorithms, Software: Practice and Experience 53(4), 2023, figure 12, in 64 bits.
func (d Day) Civil() (year, month, day int) {
	const eras = 14_700 // before 1970, so that every Day is positive
	n := 4*uint64(int64(d)+daysTo1970+eras*daysOfEra) + 3
	century, ofCentury := n/daysOfEra, n%daysOfEra|3
	product := 2_939_745 * ofCentury
	ofYear := uint64(uint32(product)) / 2_939_745 / 4
	left := 2_141*ofYear + 197_913
	year, month, day = int(100*century+product>>32)-400*eras, int(left>>16), int(left&0xffff/2_141)+1
	if ofYear >= 306 { // of a year that begins in March
		return year + 1, month - 12, day
	}
	return year, month, day
}

// AddMonths is the same day n months later, or that month's last day.
func (d Day) AddMonths(n int) Day {
	y, m, day := d.Civil()
	first := Date(y, m+n, 1)
	last := Date(y, m+n+1, 1) - 1
	return min(first+Day(day)-1, last)
}

// Month counts months from year 0: year × 12 + month − 1.
func (d Day) Month() int32 {
	y, m, _ := d.Civil()
	return int32(y*12 + m - 1)
}

// String prints YYYY-MM-DD.
func (d Day) String() string {
	y, m, day := d.Civil()
	return fmt.Sprintf("%04d-%02d-%02d", y, m, day)
}

// Amount is money: minor units of an ISO 4217 currency.
type Amount struct {
	Minor    int64
	Currency string
}

// Walk walks the fields of barometer.v1.Amount.
func (a *Amount) Walk(w *wire.Wire) {
	w.Int(1, &a.Minor)
	w.Str(2, &a.Currency)
}

// Party is the company that a message is about: an id, or what identifies it.
type Party struct {
	ID      string
	Country string
	Matches []Match
}

// Walk walks the fields of barometer.v1.Party.
func (p *Party) Walk(w *wire.Wire) {
	w.Str(1, &p.ID)
	w.Str(2, &p.Country)
	wire.Msgs(w, 3, &p.Matches)
}

// MatchKind is what a match key was made from.
type MatchKind uint8

// Kinds of match keys, the stronger first.
const (
	MatchNone MatchKind = iota
	MatchRegistration
	MatchName
)

func (k MatchKind) String() string { return name(matchKinds, uint8(k)) }

var matchKinds = []string{"", "registration", "name"}

// Match is a keyed fingerprint (HMAC-SHA-256 with the installation's key, 16 bytes) of a registration number or of a
// normalised name with its country.
type Match struct {
	Kind MatchKind
	Key  string
}

// Walk walks the fields of barometer.v1.Match.
func (m *Match) Walk(w *wire.Wire) {
	wire.Enum(w, 1, &m.Kind)
	w.Str(2, &m.Key)
}

// Decimals is the number of decimals of an ISO 4217 currency's minor unit.
func Decimals(currency string) int {
	switch currency {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
		"XPF":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	case "CLF", "UYW":
		return 4
	default:
		return 2
	}
}
