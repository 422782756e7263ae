package ingest

import (
	"fmt"
	"testing"

	"barometer/ingest/event"
)

const noon = int64(1_795_000_000_000)

func wallPacer(lastMs int64) *Pacer {
	return NewPacer(&event.LogOpened{Clock: event.ClockWall, StartMs: noon - 1000, TickIntervalMs: 10_000,
		CutSpanMs: 4000}, lastMs)
}

func TestTheWallClockStandsStillWhereTimeIsInDoubt(t *testing.T) {
	const day = 24 * 60 * 60 * 1000
	for _, c := range []struct {
		name                   string
		last                   int64
		now, broker, confirmed int64
		want                   ClockState
		at                     int64
	}{
		{"all agree", noon - 10_000, noon, noon + 29_000, 0, ClockRunning, noon},
		{"the broker does not tell its time", noon - 10_000, noon, -1, 0, ClockRunning, noon},
		{"the broker is ahead", noon - 10_000, noon, noon + 31_000, 0, ClockDisagrees, 0},
		{"the broker is behind", noon - 10_000, noon, noon - 31_000, 0, ClockDisagrees, 0},
		{"a long stop", noon - 45*day, noon, noon, 0, ClockRunning, noon},
		{"too long a stop", noon - 46*day, noon, noon, 0, ClockNeedsConfirmation, 0},
		{"too long a stop, confirmed", noon - 46*day, noon, noon, noon + 1, ClockRunning, noon},
		{"too long a stop, confirmed up to an earlier time", noon - 46*day, noon, noon, noon - 1, ClockNeedsConfirmation, 0},
		{"the last tick is ahead by a little", noon + 20_000, noon, noon, 0, ClockRunning, noon + 20_000},
		{"the last tick is far ahead", noon + 40_000, noon, noon, 0, ClockBehind, 0},
	} {
		p := wallPacer(c.last)
		p.lastMs = c.last // also where it lies before the log's start
		if at, state := p.Wall(c.now, c.broker, c.confirmed); state != c.want || at != c.at {
			t.Errorf("%s: tick %d, %s; want %d, %s", c.name, at, state, c.at, c.want)
		}
	}
}

func TestTheWallClockNeverFalls(t *testing.T) {
	p := wallPacer(0)
	for i, now := range []int64{noon, noon + 10_000, noon + 5000, noon + 20_000} {
		want := []int64{noon, noon + 10_000, noon + 10_000, noon + 20_000}[i]
		if at, _ := p.Wall(now, -1, 0); at != want {
			t.Errorf("tick %d at %d, want %d", i, at, want)
		}
	}
}

// TestAWallClockRepeatsItsTickWhereItGetsQuiet: what was appended is cut before the next tick, and no repetition is
// made while more comes, or once it is cut.
func TestAWallClockRepeatsItsTickWhereItGetsQuiet(t *testing.T) {
	p := wallPacer(0)
	var asked, repeated []int64
	now, records := noon, uint64(0)
	for now < noon+60_000 {
		switch {
		case now >= noon+20_000 && now < noon+30_000: // a burst
			records += 5
		case now >= noon+50_000:
			records = 1000
		}
		if p.Between(now) {
			if at, due := p.Early(now, records); due {
				repeated = append(repeated, (now-noon)/1000)
				if at != noon+(now-noon)/10_000*10_000 {
					t.Errorf("at %d the tick of %d is repeated", now-noon, at-noon)
				}
			}
		} else if _, state := p.Wall(now, -1, 0); state == ClockRunning {
			asked = append(asked, (now-noon)/1000)
		}
		now += p.WaitMs(now)
	}
	if got, want := fmt.Sprint(asked, repeated), "[0 10 20 30 40 50] [33 55]"; got != want {
		t.Errorf("ticks and repetitions at seconds %s, want %s", got, want)
	}
}

// TestADrivenClockRepeatsTheLastTick: so that what was appended is cut; where nothing is, one repetition in an interval
// is enough.
func TestADrivenClockRepeatsTheLastTick(t *testing.T) {
	p := NewPacer(&event.LogOpened{Clock: event.ClockDriven, StartMs: noon, TickIntervalMs: 10_000, CutSpanMs: 1000}, 0)
	var due []int64
	for second := int64(1); second <= 30; second++ {
		records := uint64(0)
		if second >= 5 {
			records = 7
		}
		if second == 20 {
			p.Saw(noon + 5000) // the driver's
		}
		want := noon
		if second >= 20 {
			want = noon + 5000
		}
		at, ok := p.Driven(second*1000, records)
		if ok {
			due = append(due, second)
		}
		if ok && at != want {
			t.Errorf("second %d: tick at %d, want %d", second, at, want)
		}
	}
	want := []int64{1, 2, 5, 6, 16, 20, 21}
	if len(due) != len(want) {
		t.Fatalf("repeated at seconds %v, want %v", due, want)
	}
	for i := range want {
		if due[i] != want[i] {
			t.Fatalf("repeated at seconds %v, want %v", due, want)
		}
	}
}
