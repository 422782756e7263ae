package claim

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
)

var byDue = ClockTerms{Extension: 60, HandOver: 90, Report: 90, Waiting: 180, Claim: 360}

// TestDatesOfTheModel are the checks that the model states.
func TestDatesOfTheModel(t *testing.T) {
	due := event.Date(2025, 3, 31)
	byReport, short := byDue, byDue
	byReport.WaitingFromReport, short.InsolvencyClaim = true, 90
	insolvent := Overdue{DueOn: due, InsolventOn: event.Date(2025, 6, 10), HeardOn: event.Date(2025, 6, 12)}
	for _, c := range []struct {
		what string
		got  event.Day
		want event.Day
	}{
		{"protracted default", byDue.LossOn(Overdue{DueOn: due}), event.Date(2025, 9, 27)},
		{"an insolvency brings it forward", byDue.LossOn(insolvent), event.Date(2025, 6, 10)},
		{"counted from a report", byReport.LossOn(Overdue{DueOn: due, ReportedOn: event.Date(2025, 5, 10)}),
			event.Date(2025, 11, 6)},
		{"none without a report", byReport.LossOn(Overdue{DueOn: due}), 0},
		{"the report", byDue.Dates(Overdue{DueOn: due})[decision.ReportOverdue], due + 90},
		{"the claim", byDue.ClaimBy(Overdue{DueOn: due}), due + 360},
		{"the claim in an insolvency", short.ClaimBy(insolvent), event.Date(2025, 9, 10)},
		{"whose term ends later", short.ClaimBy(Overdue{DueOn: due, HeardOn: due + 300, InsolventOn: due + 290}), due + 360},
		{"the stop", byDue.Dates(Overdue{DueOn: due})[decision.StopShipment], due + 60},
		{"the first of all", due + byDue.First(), due + 60},
		{"the last of all", due + byDue.Last(), due + 360},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s, want %s", c.what, c.got, c.want)
		}
	}
}

// plainWatch is the clock of one invoice told plainly: what is to be told on each day from nothing but the dates and
// what was told before.
type plainWatch map[decision.DateKind]struct {
	on     event.Day
	before int32
}

func (p plainWatch) look(day event.Day, warn []int32, dates Dates, over func(decision.DateKind) bool) (
	tell []decision.DateKind) {
	for kind := decision.StopShipment; kind <= decision.FileClaim; kind++ {
		on := dates[kind]
		if on == 0 || on < day || over(kind) {
			continue
		}
		before := int32(-1)
		for _, n := range append(slices.Clone(warn), 0) {
			if on-day <= event.Day(n) {
				before = n // they descend
			}
		}
		was, known := p[kind]
		if before < 0 || known && was.on == on && was.before <= before {
			continue
		}
		p[kind] = struct {
			on     event.Day
			before int32
		}{on, before}
		tell = append(tell, kind)
	}
	return tell
}

// TestEachDateIsToldOnItsDays drives clocks through random lives, looked at only on the days that they ask for and on
// those after a change: they tell what a plain watch tells that looks on every day, whatever snapshots do; and each
// date that was told as near comes, or is settled.
func TestEachDateIsToldOnItsDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		small := rapid.Int32Range(0, 25)
		terms := ClockTerms{Extension: small.Draw(t, "extension"), HandOver: small.Draw(t, "hand over"),
			Report: small.Draw(t, "report"), Waiting: small.Draw(t, "waiting"), Claim: small.Draw(t, "claim"),
			WaitingFromReport: rapid.Bool().Draw(t, "from report"), InsolvencyClaim: small.Draw(t, "insolvency claim")}
		warn := rapid.SampledFrom([][]int32{{14, 7, 1}, {3}, nil, {9, 8}}).Draw(t, "warn")
		w := Watched{Key: 7, DueOn: 100, Terms: terms, Open: true, Covered: true, Stops: true}
		var c Clock
		var in Insolvency
		plain, next := plainWatch{}, event.Day(101)
		open := map[decision.DateKind]event.Day{} // told, and neither come nor settled
		find := func(uint64) Watched { return w }
		var handedOver, claimed bool
		over := func(kind decision.DateKind) bool {
			switch kind {
			case decision.StopShipment:
				return !w.Open || w.Disputed || !w.Stops
			case decision.HandOver:
				return !w.Open || w.Disputed || !w.Covered || handedOver
			case decision.ReportOverdue:
				return !w.Open || w.Disputed || !w.Covered || w.Reported
			case decision.ProtractedDefault:
				return !w.Open || w.Disputed || !w.Covered || claimed || in.On != 0
			default:
				return !w.Open || w.Disputed || !w.Covered || claimed
			}
		}
		settle := func(day event.Day) {
			for _, d := range c.Settle(day, in, find) {
				if open[d.Kind] != d.On || d.Why == "" {
					t.Fatalf("day %d: %+v is settled, told were %v", day, d, open)
				}
				delete(open, d.Kind)
				delete(plain, d.Kind)
			}
			for kind, on := range open {
				if on >= day && over(kind) {
					t.Fatalf("day %d: %s of day %d was told, needs nothing more, and is not settled", day, kind, on)
				}
			}
		}
		for day := event.Day(101); day < 160; day++ {
			var b []byte
			b = wire.Append(b, &c)
			if c = (Clock{}); wire.Decode(b, &c) != nil {
				t.Fatal("a clock does not come back")
			}
			o := Overdue{DueOn: w.DueOn, ReportedOn: c.ReportedOn(7), InsolventOn: in.On, HeardOn: in.HeardOn}
			want := plain.look(day, warn, terms.Dates(o), over)
			var got []Date
			if next == day {
				if got, next = c.Look(nil, day, warn, &w, in); next != 0 && next <= day {
					t.Fatalf("day %d: asks for day %d", day, next)
				}
			}
			if len(got) != len(want) {
				t.Fatalf("day %d of %+v: told %+v, want %v", day, terms, got, want)
			}
			for i, d := range got {
				if d.Kind != want[i] || d.On < day {
					t.Fatalf("day %d: told %+v, want %v", day, d, want)
				}
				open[d.Kind] = d.On
			}
			for kind, on := range open {
				if on < day {
					delete(open, kind) // it has come
				}
			}
			switch rapid.SampledFrom([]string{"", "", "", "", "dispute", "report", "hand over", "claim", "pay", "insolvent",
				"cut", "uncover"}).Draw(t, "change") {
			case "":
				continue
			case "dispute":
				w.Disputed = !w.Disputed
			case "report":
				w.Reported = true
				c.Report(7, day, false)
			case "hand over":
				handedOver = true
				c.Report(7, day, true)
			case "claim":
				claimed = true
				c.Claim(7)
			case "uncover":
				w.Covered = !w.Covered
			case "pay":
				w.Open = !w.Open
			case "cut":
				w.Stops = false
			case "insolvent":
				in = Insolvency{On: day - 3, HeardOn: day}
			}
			settle(day)
			next = day + 1
		}
		w.Open = false
		if settle(160); len(open) > 0 {
			t.Fatalf("told, and neither come nor settled: %v", open)
		}
	})
}
