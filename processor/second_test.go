package processor

import (
	"fmt"
	"maps"
	"math"
	"math/big"
	"slices"

	"barometer/ingest/event"
)

// second is a second evaluation of one buyer: what the first model's card says, written down as plainly as can be, with
// lists and loops where the fold has running sums, wheels, shelves and caches. It goes through a history from its
// beginning, day by day. Amounts are euro cents.
type second struct {
	day event.Day

	founded    event.Day
	known      bool
	statements []*event.StatementFiled // by message
	invoices   []*secondInvoice
	balances   []*secondBalance
	dbt        [2]secondSums // half-lives of 180 and 45 days
	n          secondDecaying
	months     map[int32]int64 // worst status of a month: 30, 60, 90, 120
	evidence   map[string]event.Day
	doubtful   []*secondNews
	until      event.Day // when the review of them lapses, 0: none is open
	openings   map[event.Category]*secondOpening
	cleared    event.Day // newest accounts.filed
	rows       map[string]*secondRow
	figures    map[string]int64 // indicators, hundredths
	class      int              // OECD

	grade                     int
	published, own            int64
	betterSince, worsened     event.Day
	hadStatement, hadPayments bool
	pays                      bool // at least one supplier reports
	ownBest                   int

	word secondWord
}

type secondInvoice struct {
	policy, id        string
	cents, open       int64
	lateFrom          event.Day
	disputed, counted bool
	bucket            int
	payments          []*secondPayment
}

type secondPayment struct {
	id       string
	cents    int64
	late     int64
	on, mark event.Day
	reversed bool
}

type secondBalance struct {
	policy string
	v      event.Experience
	mark   event.Day
	live   bool
}

type secondNews struct {
	id  string
	v   event.News
	day event.Day
}

type secondDecaying struct {
	value int64
	day   event.Day
}

type secondSums struct{ late, all big.Int }

func newSecond(day event.Day) *second {
	return &second{day: day, months: map[int32]int64{}, evidence: map[string]event.Day{}, rows: map[string]*secondRow{},
		figures: map[string]int64{}, openings: map[event.Category]*secondOpening{}, word: secondWord{heard: map[string]int{},
			of: map[string]*secondShare{}, out: map[string]event.Day{}}}
}

// half is 2^(−k/1024) in Q30.
func half(k int64) int64 { return int64(math.Round(math.Pow(2, -float64(k)/1024) * (1 << 30))) }

func plainDecay(v int64, days event.Day, h int64) int64 {
	if days < 0 {
		return v
	}
	q, r := int64(days)/h, int64(days)%h
	left := max(v, -v) * half(r*1024/h) >> 30 >> q
	if v < 0 {
		return -left
	}
	return left
}

func (d *secondDecaying) add(v int64, day event.Day, h int64) {
	if day < d.day {
		d.value += plainDecay(v, d.day-day, h)
		return
	}
	d.value, d.day = plainDecay(d.value, day-d.day, h)+v, day
}

func (d *secondDecaying) at(day event.Day, h int64) int64 { return plainDecay(d.value, day-d.day, h) }

var halfLives = [2]int64{180, 45}

func landmarkOf(day event.Day) event.Day { return day - day%360 }

// turn goes on to the next day: the sums' landmark, what crosses, what is over, the evaluations that are due.
func (s *second) turn() {
	s.day++
	if s.day%360 == 0 {
		for i, bits := range []uint{2, 8} {
			s.dbt[i].shift(bits)
			for _, share := range s.word.of {
				share.dbt[i].shift(bits)
			}
		}
	}
	crossed := false
	for _, v := range s.invoices {
		before := v.bucket
		s.age(v)
		crossed = crossed || v.bucket != before
	}
	for _, b := range s.balances {
		if b.live && s.day-b.v.AsOf > 180 {
			s.weighBalance(b, -1)
			b.live, crossed = false, true
		}
	}
	if crossed {
		s.evaluate()
	}
	if s.until != 0 && s.day >= s.until {
		s.decides(false, true)
	}
	s.wordsLapse()
	due := event.Day(0)
	if s.betterSince != 0 {
		if due = s.betterSince + 30; s.worsened != 0 {
			due = max(due, s.worsened+90)
		}
	}
	if s.grade != 0 && (s.day%30 == 2 || due != 0 && due <= s.day) { // FNV-1a-64 of "b1" mod 30 is 2
		s.evaluate()
	}
}

func bucketOf(days event.Day) int {
	switch {
	case days <= 0:
		return 0
	case days <= 30:
		return 1
	case days <= 60:
		return 2
	case days <= 90:
		return 3
	default:
		return 4
	}
}

var statusOf = [5]int64{30, 30, 60, 90, 120}

// age puts an invoice into the bucket of the day. Crossings that were missed, as it came late, are of their own days.
func (s *second) age(v *secondInvoice) {
	was := v.bucket
	if v.bucket = 0; v.open == 0 || v.disputed {
		return
	}
	v.bucket = bucketOf(s.day - v.lateFrom)
	for b, after := range []event.Day{0, 1, 31, 61, 91} {
		if b > was && b <= v.bucket {
			s.month(v.policy, v.lateFrom+after, statusOf[b])
		}
	}
	if v.bucket > 0 {
		if was == 0 {
			s.word.heard[v.policy] = s.word.n
		}
		s.found(v.policy, v.lateFrom+1)
		s.counts(v, v.lateFrom+1)
	}
}

func (s *second) month(policy string, day event.Day, status int64) {
	for _, months := range []map[int32]int64{s.months, s.share(policy).months} {
		months[day.Month()] = max(months[day.Month()], status)
	}
}

func (s *second) found(policy string, day event.Day) {
	s.evidence[policy] = max(s.evidence[policy], day)
}

func (s *second) counts(v *secondInvoice, day event.Day) {
	if !v.counted {
		v.counted = true
		s.n.add(1000, day, 180)
		s.share(v.policy).n.add(1000, day, 180)
	}
}

// enter puts a payment into days beyond terms, or with sign −1 takes it out as it was put in with a landmark.
func (s *second) enter(policy string, cents, late int64, on, mark event.Day, sign int64) {
	for i, h := range halfLives {
		age := int64(on - mark)
		r := ((-age)%h + h) % h
		q := (-age - r) / h
		w := half(1024 * r / h)
		if q < 0 {
			w <<= -q
		} else {
			w >>= q
		}
		all := new(big.Int).Mul(big.NewInt(w), big.NewInt(cents))
		part := new(big.Int).Mul(all, big.NewInt(late))
		for moved := mark; moved < landmarkOf(s.day); moved += 360 {
			all.Quo(all, big.NewInt(int64(1)<<(360/h)))
			part.Quo(part, big.NewInt(int64(1)<<(360/h)))
		}
		all.Mul(all, big.NewInt(sign))
		part.Mul(part, big.NewInt(sign))
		for _, sums := range []*secondSums{&s.dbt[i], &s.share(policy).dbt[i]} {
			sums.all.Add(&sums.all, all)
			sums.late.Add(&sums.late, part)
		}
	}
}

func balanceBuckets(v *event.Experience) [5]int64 {
	return [5]int64{v.Current, v.D1to30, v.D31to60, v.D61to90, v.D90up}
}

func (s *second) weighBalance(b *secondBalance, sign int64) {
	for i, cents := range balanceBuckets(&b.v) {
		s.enter(b.policy, cents, []int64{0, 15, 45, 75, 105}[i], b.v.AsOf, b.mark, sign)
	}
}

func (s *second) invoice(ref *event.InvoiceRef) *secondInvoice {
	i := slices.IndexFunc(s.invoices, func(v *secondInvoice) bool { return v.policy == ref.Policy && v.id == ref.Invoice })
	if i < 0 {
		panic(fmt.Sprintf("no invoice %s/%s", ref.Policy, ref.Invoice))
	}
	return s.invoices[i]
}

// hears takes a message that was accepted.
func (s *second) hears(e *event.Event) {
	s.word.n++
	switch v := e.Body.(type) {
	case *event.BuyerUpserted:
		s.known, s.founded = true, v.FoundedOn
	case *event.StatementFiled:
		s.files(v)
	case *event.InvoiceIssued:
		x := &secondInvoice{policy: v.Ref.Policy, id: v.Ref.Invoice, cents: v.Amount.Minor, open: v.Amount.Minor,
			lateFrom: v.DueOn}
		s.invoices = append(s.invoices, x)
		s.age(x)
	case *event.InvoicePaid:
		x := s.invoice(&v.Ref)
		late := min(max(int64(v.PaidOn-x.lateFrom), -30), 120)
		x.payments = append(x.payments, &secondPayment{id: e.ID, cents: v.Amount.Minor, late: late, on: v.PaidOn,
			mark: landmarkOf(s.day)})
		s.enter(x.policy, v.Amount.Minor, late, v.PaidOn, landmarkOf(s.day), 1)
		s.word.heard[x.policy] = s.word.n
		s.found(x.policy, v.PaidOn)
		if !x.disputed {
			s.counts(x, v.PaidOn)
			s.month(x.policy, v.PaidOn, statusOf[bucketOf(v.PaidOn-x.lateFrom)])
		}
		x.open -= v.Amount.Minor
		s.age(x)
	case *event.PaymentReversed:
		x := s.invoice(&v.Ref)
		for _, p := range x.payments {
			if p.id == v.Payment {
				p.reversed = true
				s.enter(x.policy, p.cents, p.late, p.on, p.mark, -1)
				x.open += p.cents
			}
		}
		s.ageQuietly(x)
	case *event.InvoiceDisputed:
		x := s.invoice(&v.Ref)
		x.disputed = v.Disputed
		s.ageQuietly(x)
		if !v.Disputed && x.open < x.cents {
			s.counts(x, min(x.lateFrom+1, s.day))
		}
	case *event.InvoiceCancelled:
		x := s.invoice(&v.Ref)
		x.open = 0
		s.age(x)
	case *event.InvoiceExtended:
		x := s.invoice(&v.Ref)
		x.lateFrom = v.DueOn
		s.age(x)
	case *event.Experience:
		b := &secondBalance{policy: v.Policy, v: *v, mark: landmarkOf(s.day), live: s.day-v.AsOf <= 180}
		for _, old := range s.balances {
			if old.policy == v.Policy && old.live {
				s.weighBalance(old, -1)
				old.live = false
			}
		}
		s.balances = append(s.balances, b)
		if b.live {
			s.weighBalance(b, 1)
		}
		s.found(v.Policy, v.AsOf)
		s.word.heard[v.Policy] = s.word.n
		s.n.add(1000, v.AsOf, 180)
		s.share(v.Policy).n.add(1000, v.AsOf, 180)
		worst := 0
		for i, cents := range balanceBuckets(v) {
			if cents > 0 {
				worst = i
			}
		}
		s.month(v.Policy, v.AsOf, statusOf[worst])
	case *event.News:
		s.reads(e, v)
	case *event.NewsWithdrawn:
		s.unreads(v.Withdraws)
	}
	s.evaluate()
}

// ageQuietly moves an invoice without marking the months: what it enters it was in before.
func (s *second) ageQuietly(v *secondInvoice) {
	share := s.share(v.policy)
	kept, own := maps.Clone(s.months), maps.Clone(share.months)
	s.age(v)
	s.months, share.months = kept, own
}
