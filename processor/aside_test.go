package processor

import (
	"bytes"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// TestARecordThatIsSetAside is rejected and not applied, also when the fold goes on from a snapshot before it.
func TestARecordThatIsSetAside(t *testing.T) {
	s := newScript(event.ClockDriven)
	s.add(about("b1", event.KindBuyerUpserted, "b", &event.BuyerUpserted{Buyer: party("b1"), Sector: "46"}))
	s.add(about("b1", event.KindNews, "n", &event.News{Buyer: party("b1"), Category: event.InsolvencyOpened,
		Outlet: event.Register}))
	at := int64(len(s.records) - 1)
	s.add(accounts("b1", day0-278, 900))

	fold := func(snapshot bool) (all []Record) {
		f := NewFold(0, anyModel)
		f.SetAside(map[int64]string{at: "it does harm"})
		for offset, record := range s.records {
			if snapshot && int64(offset) == at {
				state := f.AppendState(nil)
				if err := f.RestoreState(state); err != nil {
					t.Fatal(err)
				}
			}
			if err := f.Step(int64(offset), record, func(r Record) { all = append(all, r) }); err != nil {
				t.Fatal(err)
			}
		}
		return all
	}
	whole, resumed := fold(false), fold(true)
	rejected := 0
	for i, r := range whole {
		if !bytes.Equal(r.Value, resumed[i].Value) {
			t.Errorf("decision %s is another one after a snapshot", r.Position)
		}
		var d decision.Decision
		if err := decision.Decode(r.Value, &d); err != nil {
			t.Fatal(err)
		}
		switch b := d.Body.(type) {
		case *decision.Rejection:
			if rejected++; d.Position.Offset != at || b.Reason != ReasonQuarantined || b.Detail != "it does harm" ||
				b.Buyer != "b1" || b.ID != "n" {
				t.Errorf("%s: %+v", d.Position, b)
			}
		case *decision.Score:
			if b.Grade >= 9 {
				t.Errorf("the insolvency that was set aside makes grade %d", b.Grade)
			}
		}
	}
	if rejected != 1 {
		t.Errorf("%d rejections", rejected)
	}
}
