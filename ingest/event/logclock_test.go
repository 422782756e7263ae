package event

import "testing"

func TestLogTimeNeverFallsAndRunsAheadByOneIntervalAtMost(t *testing.T) {
	c := LogClock{}
	steps := []struct {
		name  string
		event Event
		want  int64
	}{
		{"opened", Event{Body: &LogOpened{StartMs: 1000, TickIntervalMs: 10, Clock: ClockWall}}, 1000},
		{"stamp within the interval", Event{StampMs: 1007, Body: &InvoicePaid{}}, 1007},
		{"stamp of a year ahead", Event{StampMs: 1 << 40, Body: &InvoicePaid{}}, 1010},
		{"stamp in the past", Event{StampMs: 3, Body: &InvoicePaid{}}, 1010},
		{"tick lets time go on to its own stamp", Event{StampMs: 1025, Body: &Tick{AtMs: 1020}}, 1025},
		{"older tick moves nothing", Event{StampMs: 1026, Body: &Tick{AtMs: 900}}, 1026},
	}
	for _, s := range steps {
		if got := c.Advance(&s.event); got != s.want {
			t.Fatalf("%s: log time %d, want %d", s.name, got, s.want)
		}
	}
}

func TestDrivenLogTimeIgnoresStamps(t *testing.T) {
	c := LogClock{}
	c.Advance(&Event{Body: &LogOpened{StartMs: 1000, TickIntervalMs: 10, Clock: ClockDriven}})
	if got := c.Advance(&Event{StampMs: 5000, Body: &InvoicePaid{}}); got != 1000 {
		t.Fatalf("log time %d after a stamp, want 1000", got)
	}
	if got := c.Advance(&Event{StampMs: 1, Body: &Tick{AtMs: 9000}}); got != 9000 {
		t.Fatalf("log time %d after a tick, want 9000", got)
	}
}
