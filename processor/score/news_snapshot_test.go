package score

import (
	"fmt"
	"reflect"
	"testing"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"

	"pgregory.net/rapid"
)

func TestNewsSurvivesASnapshotWithinItsBounds(t *testing.T) {
	m := baseline()
	rapid.Check(t, func(t *rapid.T) {
		var n News
		day := event.Day(20_000)
		for range rapid.IntRange(0, 40).Draw(t, "steps") {
			day += event.Day(rapid.Int32Range(0, 60).Draw(t, "days"))
			id := fmt.Sprint(rapid.IntRange(0, 30).Draw(t, "id"))
			switch rapid.IntRange(0, 7).Draw(t, "what") {
			case 0:
				n.Withdraw(id, day)
			case 1:
				n.StatementFiled(day - 400)
			case 2:
				n.Decide(m, Verdict(rapid.IntRange(0, 2).Draw(t, "verdict")))
			default:
				n.Add(m, Item{ID: id, Day: day - event.Day(rapid.Int32Range(-1, 90).Draw(t, "ago")),
					Outlet:   event.Outlet(rapid.IntRange(1, 3).Draw(t, "outlet")),
					Category: event.Category(rapid.IntRange(1, int(event.OtherNews)).Draw(t, "category")),
					Notches:  rapid.Int32().Draw(t, "notches"), Days: rapid.Int32Range(0, 400).Draw(t, "late"), Role: "cfo",
					Doubtful: rapid.Bool().Draw(t, "by name")}, day)
			}
			restored := roundTrip(t, &n, &News{})
			a := n.Assess(m, day)
			if !reflect.DeepEqual(a, restored.Assess(m, day)) {
				t.Fatalf("%+v, restored %+v", n, restored)
			}
			for _, c := range append(a.Commercial, a.Financing...) {
				component, ok := ParseComponent(c.Code)
				limit := m.Events.Rows[event.EventRow(component-ComponentReported)].Cap
				if !ok || magnitude(c.PointsMLO) > magnitude(limit) || (c.PointsMLO < 0) != (limit < 0) {
					t.Fatalf("%+v beyond %d", c, limit)
				}
			}
		}
	})
}

func FuzzRestoreNews(f *testing.F) {
	m := baseline()
	var n News
	n.Add(m, judgment("a", 20_000), 20_000)
	n.Add(m, Item{ID: "i", Day: 20_000, Category: event.InsolvencyOpened, Outlet: event.Register}, 20_000)
	f.Add(wire.Append(nil, &n))
	f.Fuzz(func(t *testing.T, b []byte) {
		var n News
		if wire.Decode(b, &n) == nil {
			n.Assess(m, 20_001)
			n.Withdraw("a", 20_001)
			n.Add(m, judgment("b", 20_002), 20_002)
		}
	})
}
