package storage

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"barometer/ingest/event"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/shopspring/decimal"
)

// past is a random history of limits and scores, as rows and as this test reads it.
type past struct {
	first, last event.Day
	limits      []pastLimit
	scores      []pastScore
}

type pastLimit struct {
	partition            int
	policy, buyer, code  string
	at, effective, until event.Day // until 0: no end
	granted              int64
}

type pastScore struct {
	partition int
	buyer     string
	at        event.Day
	grade     int
	ppm       int64
	model     string
}

const pastPartitions = 2

func randomPast(seed uint64, days, decisions, scores int) *past {
	r := rand.New(rand.NewPCG(seed, 7))
	p := &past{first: event.Date(2031, 1, 5)}
	p.last = p.first + event.Day(days) - 1
	day := func(i, n int) event.Day { return p.first + event.Day(i*days/n) }
	for i := range decisions {
		b := r.IntN(12)
		l := pastLimit{partition: b % pastPartitions, policy: fmt.Sprintf("p%d", r.IntN(3)), buyer: fmt.Sprintf("b%d", b),
			at: day(i, decisions), code: []string{"approved", "reduced", "cancelled", "not_approved", "preliminary"}[r.IntN(5)],
			granted: r.Int64N(5) * 100}
		l.effective = l.at
		if r.IntN(3) == 0 {
			l.effective += event.Day(r.IntN(20))
		}
		if r.IntN(4) == 0 {
			l.until = l.at + event.Day(r.IntN(30))
		}
		p.limits = append(p.limits, l)
	}
	for i := range scores {
		b := r.IntN(10) // two buyers never get a score
		p.scores = append(p.scores, pastScore{b % pastPartitions, fmt.Sprintf("b%d", b), day(i, scores), 1 + r.IntN(10),
			r.Int64N(500_000), []string{"m1", "m2"}[r.IntN(2)]})
	}
	return p
}

// store inserts what was decided on days from one to another, each of the rows n times.
func (p *past) store(t *testing.T, db *DB, from, to event.Day, n int) {
	t.Helper()
	var limits, scores, progress []string
	for i, l := range p.limits {
		until, effective := "NULL", "'"+l.effective.String()+"'"
		if l.code == "not_approved" || l.code == "preliminary" {
			effective = "NULL"
		}
		if l.until != 0 {
			until = "'" + l.until.String() + "'"
		}
		if l.at >= from && l.at <= to {
			limits = append(limits, fmt.Sprintf("(1, %d, %d, '%s 10:00:00', '%s', '%s', 'h-%s', '%s', %d, 'EUR', %s, %s)",
				l.partition, i, l.at, l.policy, l.buyer, l.policy, l.code, l.granted, effective, until))
		}
	}
	for i, s := range p.scores {
		if s.at >= from && s.at <= to {
			scores = append(scores, fmt.Sprintf("(1, %d, %d, 1, '%s 11:00:00', '%s', %d, 0.%06d, '%s')", s.partition, i, s.at,
				s.buyer, s.grade, s.ppm, s.model))
		}
	}
	for d := from; d <= to; d++ {
		for partition := range pastPartitions {
			progress = append(progress, fmt.Sprintf("(1, %d, %d, '%s 12:00:00', %d)", partition, d, d, d-p.first+1))
		}
	}
	for range n {
		for into, rows := range map[string][]string{
			"limits (log_generation, log_partition, log_offset, at, policy_id, buyer_id, holder_id, code, granted, currency, " +
				"effective_on, valid_until)": limits,
			"scores (log_generation, log_partition, log_offset, seq, at, buyer_id, grade, pd, model)": scores,
			"progress (log_generation, log_partition, log_offset, at, cut)":                           progress,
		} {
			if len(rows) > 0 {
				exec(t, db, "INSERT INTO "+into+" VALUES "+strings.Join(rows, ", "))
			}
		}
	}
}

// on is the portfolio of a policy on a day, told by hand.
func (p *past) on(policy string, d event.Day) string {
	var exposure, largest, count, squares int64
	loss, grades := decimal.Zero, [10]int64{}
	for b := range 12 {
		buyer, granted := fmt.Sprintf("b%d", b), int64(0)
		for _, l := range p.limits {
			if l.policy != policy || l.buyer != buyer || l.code == "not_approved" || l.code == "preliminary" ||
				max(l.at, l.effective) > d {
				continue
			}
			if granted = l.granted; l.until != 0 && l.until < d {
				granted = 0
			}
		}
		if granted == 0 {
			continue
		}
		exposure, largest, count, squares = exposure+granted, max(largest, granted), count+1, squares+granted*granted
		var newest *pastScore
		for i, s := range p.scores {
			if s.buyer == buyer && s.at <= d {
				newest = &p.scores[i]
			}
		}
		if newest != nil {
			grades[newest.grade-1] += granted
			lost := map[string]int64{"m1": 75, "m2": 40}[newest.model]
			loss = loss.Add(decimal.New(granted*newest.ppm*lost, -8))
		}
	}
	if count == 0 {
		return ""
	}
	return fmt.Sprint(exposure, count, largest, grades, loss.Truncate(4),
		math.Round(1e6*float64(squares)/float64(exposure*exposure)))
}

// compare wants the view to give the portfolio of every day up to one.
func (p *past) compare(t *testing.T, db *DB, to event.Day) {
	t.Helper()
	got := map[string]string{}
	err := db.query(t.Context(), "barometer",
		`SELECT policy_id, toString(day), exposure, limits_in_force, largest, exposure_by_grade, expected_loss, concentration FROM barometer_daily`, nil, func(row scanner) error {
			var policy, day string
			var exposure, largest, loss decimal.Decimal
			var count uint64
			var by []decimal.Decimal
			var concentration float64
			err := row.Scan(&policy, &day, &exposure, &count, &largest, &by, &loss, &concentration)
			grades := [10]int64{}
			for i := range by {
				grades[i] = by[i].IntPart()
			}
			got[policy+" "+day] = fmt.Sprint(exposure.IntPart(), count, largest.IntPart(), grades, loss.Truncate(4),
				math.Round(1e6*concentration))
			return err
		})
	if err != nil {
		t.Fatal(err)
	}
	for d := p.first; d <= to; d++ {
		for _, policy := range []string{"p0", "p1", "p2"} {
			key := policy + " " + d.String()
			if want := p.on(policy, d); got[key] != want {
				t.Fatalf("%s as of %s: %q, want %q", key, to, got[key], want)
			}
			delete(got, key)
		}
	}
	if len(got) > 0 {
		t.Fatalf("days that have not come: %v", got)
	}
}

// TestDaysThatAreKeptAreWhatTheHistorySays over random histories: whatever was summed before, twice, by an owner that
// was killed in between, with rows that were stored twice and rows that lie ahead of the progress (I3).
func TestDaysThatAreKeptAreWhatTheHistorySays(t *testing.T) {
	db := emptied(t)
	opened := &event.LogOpened{Generation: 1}
	for seed := range uint64(2) {
		for _, table := range []string{"limits", "scores", "progress", "models", "portfolio_days", "days_summed"} {
			exec(t, db, "TRUNCATE TABLE "+table)
		}
		exec(t, db, "INSERT INTO models (log_generation, at, version, loss_given_default) VALUES (1, '2031-01-01 "+
			"00:00:00', 'm1', 0.75), (1, '2031-01-01 00:00:00', 'm2', 0.4)")
		p := randomPast(seed, 40, 120, 70)
		opened.StartMs = p.first.Ms()
		r := rand.New(rand.NewPCG(seed, 8))
		for day := p.first; day <= p.last; {
			to := min(p.last, day+event.Day(8+r.IntN(20)))
			p.store(t, db, day, to, 1+r.IntN(2))
			for partition := range pastPartitions {
				if r.IntN(4) == 0 {
					continue // not yet
				}
				s, err := db.newSums(t.Context(), 1, partition, p.first) // another owner
				if err != nil {
					t.Fatal(err)
				}
				if r.IntN(2) == 0 { // a kill before it is noted
					from := s.last["portfolio_days"] + 1
					exec(t, db, fmt.Sprintf("INSERT INTO portfolio_days SELECT 1, %d, * FROM %s", partition,
						dailies[0].sums(partition, from, min(endOfMonth(from), to-1))))
				}
				if err := s.sum(t.Context(), Place{TimeMs: to.Ms() + 43_200_000}); err != nil {
					t.Fatal(err)
				}
			}
			p.compare(t, db, to)
			day = to + 1
		}
		for partition := range pastPartitions {
			n, err := db.CompareDays(t.Context(), opened, partition, func(table string, day event.Day, what string) {
				t.Errorf("%s, %s: %s", table, day, what)
			})
			if err != nil || n == 0 {
				t.Fatalf("%d days (%v)", n, err)
			}
		}
	}
	exec(t, db, "ALTER TABLE portfolio_days UPDATE exposure = exposure + 1 WHERE policy_id = 'p1' AND day = "+
		"'2031-01-20' SETTINGS mutations_sync = 1")
	told := map[string]bool{}
	for partition := range pastPartitions {
		if _, err := db.CompareDays(t.Context(), opened, partition,
			func(_ string, day event.Day, what string) { told[day.String()+" "+what] = true }); err != nil {
			t.Fatal(err)
		}
	}
	if len(told) != 2 || !told["2031-01-20 p1 EUR is missing"] ||
		!told["2031-01-20 p1 EUR does not follow from the history"] {
		t.Errorf("a day that was changed: %v", told)
	}
}

// TestThreeYearsOfPortfoliosTakeLittle: all policies and days within a second and 256 MB, once they are kept.
func TestThreeYearsOfPortfoliosTakeLittle(t *testing.T) {
	db := emptied(t)
	exec(t, db, `INSERT INTO scores (log_generation, log_offset, at, buyer_id, grade, pd, model) SELECT 1, number, toDateTime64('2028-01-01 00:00:00', 3, 'UTC') + number * 7000, concat('b', toString(number % 300)),
		1 + cityHash64(number) % 10, 0.01, 'm1' FROM numbers(12000) SETTINGS max_partitions_per_insert_block = 100`)
	exec(t, db, `INSERT INTO limits (log_generation, log_offset, at, policy_id, buyer_id, holder_id, code, granted, currency, effective_on) SELECT 1, number, toDateTime64('2028-01-01 00:00:00', 3, 'UTC') + number * 75000 AS at,
		concat('p', toString(number % 31)), concat('b', toString(number % 300)), 'h', 'approved', 1000 + number, 'EUR', toDate32(at) FROM numbers(1200) SETTINGS max_partitions_per_insert_block = 100`)
	exec(t, db, "INSERT INTO progress (log_generation, at) VALUES (1, '2028-01-01 00:00:00'), (1, '2030-12-31 00:00:00')")
	from, to := event.Date(2028, 1, 1), event.Date(2030, 12, 30)
	for day := from; day <= to; day = day.AddMonths(6) {
		exec(t, db, "INSERT INTO portfolio_days SELECT 1, 0, * FROM "+dailies[0].sums(0, day,
			min(to, day.AddMonths(6)-1))+" SETTINGS max_partitions_per_insert_block = 100")
	}
	if err := db.noteSummed(t.Context(), dailies[0], 1, 0, to); err != nil {
		t.Fatal(err)
	}
	ctx := clickhouse.Context(t.Context(), clickhouse.WithSettings(clickhouse.Settings{"max_memory_usage": 256 << 20}))
	started := time.Now()
	var rows uint64
	if err := db.conn.QueryRow(ctx, "SELECT count() FROM (SELECT * FROM barometer_daily)").Scan(&rows); err != nil ||
		rows < 31*900 {
		t.Fatalf("%d rows (%v)", rows, err)
	}
	if took := time.Since(started); took > 5*time.Second { // a second on a machine with nothing else to do
		t.Errorf("%s for %d rows", took, rows)
	}
}

// TestDaysAreSummedNowAndThen and not at every batch.
func TestDaysAreSummedNowAndThen(t *testing.T) {
	day := event.Date(2031, 3, 1)
	for _, c := range []struct {
		over  event.Day
		since time.Duration
		due   bool
	}{{0, time.Hour, false}, {1, 2 * time.Minute, true}, {1, 30 * time.Second, false}, {30, 30 * time.Second, false},
		{31, 30 * time.Second, true}, {400, time.Second, false}} {
		s := &sums{last: map[string]event.Day{"portfolio_days": day}, at: time.Now().Add(-c.since)}
		if got := s.due(Place{TimeMs: (day + 1 + c.over).Ms()}); got != c.due {
			t.Errorf("%d days, %s after the last: %v", c.over, c.since, got)
		}
	}
}
