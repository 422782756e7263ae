package processor

import (
	"testing"

	"barometer/ingest/event"
)

// TestRelaysNameTheirSender: a relay's source is the position of the fold that sent it, numbered within its step.
func TestRelaysNameTheirSender(t *testing.T) {
	s := newScript(event.ClockDriven)
	f := NewFold(5, anyModel)
	for offset, record := range s.records {
		if err := f.Step(int64(offset), record, func(Record) {}); err != nil {
			t.Fatal(err)
		}
	}
	var sent []Record
	f.emit = func(r Record) { sent = append(sent, r) }
	f.machine.step = step{m: f.machine, out: f, offset: 77}
	f.machine.step.relay("policy/P", &event.Relayed{Subject: "B"})
	f.machine.step.relay("", &event.Relayed{Subject: "C"})
	if len(sent) != 2 || !sent[0].Relay {
		t.Fatalf("sent %+v", sent)
	}
	for i, key := range []string{"policy/P", ""} {
		if want := (event.Position{Generation: 1, Partition: 5, Offset: 77, Seq: uint32(i)}); sent[i].Position != want ||
			sent[i].Key != key {
			t.Errorf("relay %d is at %s for %q, want %s for %q", i, sent[i].Position, sent[i].Key, want, key)
		}
		var d event.Decoder
		e, err := d.Decode(sent[i].Value)
		if err != nil || e.Source.Topic != event.TopicRelays || e.Source.Seq != uint32(i) {
			t.Errorf("relay %d decodes to %+v (%v)", i, e, err)
		}
	}
}
