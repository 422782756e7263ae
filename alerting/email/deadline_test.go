package email

import (
	"fmt"
	"strings"
	"testing"

	"barometer/alerting/notice"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
)

// TestDatesSayWhatToDoByWhen in every language, and that what was told is settled.
func TestDatesSayWhatToDoByWhen(t *testing.T) {
	report, stop := event.Date(2026, 4, 13), event.Date(2026, 4, 10)
	for name, l := range languages {
		says := &l.deadlines
		for kind := decision.StopShipment; kind <= decision.FileClaim; kind++ {
			if says.names[kind] == "" || says.actions[kind] == "" {
				t.Errorf("%s has no words for %s", name, kind)
			}
		}
		for _, why := range public.SettledReasons {
			if says.why[why] == "" {
				t.Errorf("%s has no word for %s", name, why)
			}
		}
		d := notice.Deadline{Policy: "POL-1", Currency: "EUR", AtStake: 40_000_00, Limit: 90_000_00,
			Lines: []notice.DeadlineLine{{Kind: decision.ReportOverdue, Invoice: "F-1", On: report, Open: 50_000_00},
				{Kind: decision.StopShipment, On: stop, Open: 1_00}}}
		subject, text := written(t, one(name, notice.Change{Kind: decision.DeadlineNear, Buyer: "b1", Deadline: d}), names)
		if want := fmt.Sprintf(says.near, says.names[decision.StopShipment], l.day(stop)); !strings.HasPrefix(subject, want) {
			t.Errorf("%s: %q does not begin with %q", name, subject, want)
		}
		for _, want := range []string{l.day(report) + ": " + fmt.Sprintf(says.line, says.names[decision.ReportOverdue], "F-1",
			l.money(50_000_00, "EUR")), says.unnamed, says.atStake + ": " + l.money(40_000_00, "EUR"),
			says.limit + ": " + l.money(90_000_00, "EUR"), says.actions[decision.StopShipment] + " " +
				says.actions[decision.ReportOverdue]} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: it lacks %q:\n%s", name, want, text)
			}
		}
		d.Settled, d.Lines[0].Why = true, "paid"
		subject, text = written(t, one(name, notice.Change{Kind: decision.DeadlineNear, Buyer: "b1", Deadline: d}), names)
		if !strings.Contains(text, "("+says.why["paid"]+")") || !strings.Contains(text, says.nothing) ||
			strings.Contains(text, says.actions[decision.StopShipment]) || strings.HasPrefix(subject, says.near[:5]) {
			t.Errorf("%s: %s\n%s", name, subject, text)
		}
	}
}

// TestManyDatesAreCounted: a card shows the first of them.
func TestManyDatesAreCounted(t *testing.T) {
	d := notice.Deadline{Policy: "POL-1", Currency: "EUR"}
	for i := range mostDates + 7 {
		d.Lines = append(d.Lines, notice.DeadlineLine{Kind: decision.HandOver, Invoice: fmt.Sprintf("F-%d", i), On: 20_000})
	}
	_, text := written(t, one("en", notice.Change{Kind: decision.DeadlineNear, Buyer: "b1", Deadline: d}), names)
	if !strings.Contains(text, "and 7 more") || strings.Contains(text, fmt.Sprintf("F-%d,", mostDates)) {
		t.Error(text)
	}
}
