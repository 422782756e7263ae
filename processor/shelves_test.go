package processor

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"barometer/ingest/event"
)

// spread writes buyers of one country in some sectors, with accounts of all kinds, so that they stand at all grades.
func spread(s *script, r *rand.Rand, buyers int, sectors ...string) {
	for i := range buyers {
		id := fmt.Sprintf("b%d", i)
		s.add(&event.Event{Kind: event.KindBuyerUpserted, Key: id, ID: "m", StampMs: at(0, 1), Home: true,
			Body: &event.BuyerUpserted{Buyer: event.Party{ID: id, Country: "NL"}, Sector: sectors[i%len(sectors)],
				FoundedOn: day0 - event.Day(r.IntN(3000))}})
		e := accounts(id, day0-278, 1+r.Int64N(3000))
		v := e.Body.(*event.StatementFiled)
		v.Equity, v.NetIncome, v.Cash = v.TotalAssets*(r.Int64N(120)-20)/100, v.TotalAssets*(r.Int64N(40)-20)/100,
			v.CurrentLiabilities*r.Int64N(80)/100
		s.add(e)
	}
}

func growth(sector string, year int, e8 int64) *event.Event {
	return &event.Event{Kind: event.KindIndicator, Key: "country/NL", ID: fmt.Sprint(year, sector, e8), StampMs: at(0, 2),
		AtMs: at(0, 2), Home: true, Body: &event.Indicator{Country: "NL", Sector: sector, Name: "gdp_growth",
			Period: event.Period{First: event.Date(year, 1, 1), Last: event.Date(year, 12, 31)}, ValueE8: e8}}
}

// TestAShiftVisitsWhomItConcerns: what shelves find is what asking every buyer finds, which is what a restored fold
// does at the first shift of a cell. Economies, a risk class, a moratorium, another model and improvements that come in
// between.
func TestAShiftVisitsWhomItConcerns(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long, and starts no goroutine that the race detector could watch")
	}
	for seed := range uint64(7) {
		r := rand.New(rand.NewPCG(seed, 8))
		s := newScript(event.ClockDriven)
		spread(s, r, 150, "41", "46", "10")
		day := int64(0)
		for i := range 150 {
			switch r.IntN(12) {
			case 0:
				day += r.Int64N(40)
				s.tick(at(day, 5))
			case 1:
				e := growth("*", 2024, 0)
				v := e.Body.(*event.Indicator)
				v.Name, v.ValueE8, v.Period.Last = indicatorRisk, oneE8*r.Int64N(8), v.Period.Last+event.Day(i)
				s.add(e)
			case 2:
				e := growth("*", 2024, 0)
				v := e.Body.(*event.Indicator)
				v.Name, v.ValueE8, v.Confirmed, v.Period.Last = indicatorMoratorium, oneE8*r.Int64N(2), true,
					v.Period.Last+event.Day(i)
				s.add(e)
			case 3:
				s.add(&event.Event{Kind: event.KindModelActivated, Key: "model", ID: fmt.Sprint(i), StampMs: at(0, 2), Home: true,
					Body: &event.ModelActivated{Version: "m", Content: []byte{byte(r.IntN(3))}}})
			default:
				s.add(growth([]string{"*", "41", "F", "10"}[r.IntN(4)], 2020+r.IntN(6), r.Int64N(16*oneE8)-8*oneE8))
			}
		}
		parse := func(content []byte) (*event.Model, error) { // models of other edges
			m, err := anyModel(content)
			if err == nil && len(content) == 1 {
				other := *m
				for i := range other.Grades {
					other.Grades[i] += int64(content[0]) * 130
				}
				m = &other
			}
			return m, err
		}
		f := NewFold(0, parse)
		shifted := 0
		for offset, record := range s.records {
			asked := NewFold(0, parse)
			if err := asked.RestoreState(f.AppendState(nil)); err != nil {
				t.Fatal(err)
			}
			var got, want []Record
			if err := f.Step(int64(offset), record, func(r Record) { got = append(got, r) }); err != nil {
				t.Fatal(err)
			}
			if err := asked.Step(int64(offset), record, func(r Record) { want = append(want, r) }); err != nil {
				t.Fatal(err)
			}
			if len(got) != len(want) {
				t.Fatalf("seed %d, record %d: %d decisions, asking all makes %d", seed, offset, len(got), len(want))
			}
			for i := range got {
				if !bytes.Equal(got[i].Value, want[i].Value) {
					t.Fatalf("seed %d, record %d: decision %d differs", seed, offset, i)
				}
			}
			if len(got) > 3 {
				shifted++
			}
		}
		if shifted < 10 {
			t.Errorf("seed %d: only %d shifts moved anybody", seed, shifted)
		}
	}
}

// BenchmarkShift moves an economy of so many buyers down so that ten thousand of them change. It always makes one run.
func BenchmarkShift(b *testing.B) {
	for _, buyers := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprint("buyers=", buyers), func(b *testing.B) {
			s := newScript(event.ClockDriven)
			f := NewFold(0, anyModel)
			r := rand.New(rand.NewPCG(1, 2))
			offset := int64(0)
			step := func() (decisions int) {
				for _, record := range s.records {
					if err := f.Step(offset, record, func(Record) { decisions++ }); err != nil {
						b.Fatal(err)
					}
					offset++
				}
				s.records = s.records[:0]
				return decisions
			}
			step()
			s.add(growth("*", 2024, 3*oneE8))
			step()
			for i := range buyers { // 10 000 stand where a shift sweeps, whatever their number
				id := fmt.Sprintf("b%07d", i)
				s.add(&event.Event{Kind: event.KindBuyerUpserted, Key: id, ID: "m", StampMs: at(0, 1), Home: true,
					Body: &event.BuyerUpserted{Buyer: event.Party{ID: id, Country: "NL"}, Sector: "46"}})
				e := accounts(id, day0-278, 1000)
				v := e.Body.(*event.StatementFiled)
				if i%(buyers/10_000) == 0 {
					edge(v)
				} else {
					v.Equity = v.TotalAssets * (20 + r.Int64N(5)) / 100
				}
				s.add(e)
				step()
			}
			runtime.GC()
			s.add(growth("*", 2024, -6*oneE8))
			began := time.Now()
			moved := step()
			took := time.Since(began)
			b.ReportMetric(float64(took.Microseconds())/1000, "ms/shift")
			b.ReportMetric(float64(moved), "decisions/shift")
		})
	}
}

// edge makes accounts of a buyer that a worse economy worsens.
func edge(v *event.StatementFiled) { v.Equity = v.TotalAssets / 20 }
