package decode

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"barometer/ingest/event"
)

const paid = `{"id":"m2","type":"invoice.paid","at":"2026-11-02T08:00:00Z","buyer_id":"B1","policy_id":"P1","invoice_id":"I1",` +
	`"amount":"1000.00","currency":"EUR","paid_on":"2026-11-02"}`

// sameAnswer holds the fast way to the walk's answer.
func sameAnswer(t interface{ Fatalf(string, ...any) }, value []byte) {
	d := New([]byte("secret"))
	got, fast := d.Decode(event.TopicPayments, value)
	var record []byte
	if fast == nil {
		record = event.Append(nil, &got.Event)
	}
	want, slow := New([]byte("secret")).decode(event.TopicPayments, value)
	if (fast == nil) != (slow == nil) || fast != nil && fast.Error() != slow.Error() {
		t.Fatalf("%v, by the walk %v: %s", fast, slow, value)
	}
	if slow == nil && !bytes.Equal(record, event.Append(nil, &want.Event)) {
		t.Fatalf("%x, by the walk %x: %s", record, event.Append(nil, &want.Event), value)
	}
}

func TestFastWayAgreesWithTheWalk(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawMessage(rt, rapid.SampledFrom([]event.Kind{event.KindInvoiceIssued, event.KindInvoicePaid}).Draw(rt, "kind"))
		sameAnswer(rt, encode(t, m))
		spoilt, _ := spoil(rt, m)
		sameAnswer(rt, encode(t, spoilt))
	})
}

func TestHotMessagesTakeTheFastWay(t *testing.T) {
	var f fast
	var m Message
	for _, value := range []string{issued, paid, strings.ReplaceAll(issued, ",", " ,\n\t"),
		strings.Replace(paid, "{", `{"colour":"red","seen":true,"history":true,"company":null,"line":12,"note":null,`, 1)} {
		if !f.decode([]byte(value), &m) {
			t.Errorf("left to the walk: %s", value)
		}
	}
	d := New(nil)
	value := []byte(issued)
	if n := testing.AllocsPerRun(100, func() { _, _ = d.Decode(event.TopicPayments, value) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzFastWay(f *testing.F) {
	for _, s := range []string{issued, paid, `{}`, `{"type":"invoice.paid"`, strings.Replace(issued, "m1", `m\u0031`, 1),
		strings.Replace(paid, "{", `{"history":true,"history":false,`, 1),
		strings.Replace(paid, "{", `{"history":null,"company":null,"line":12,"note":null,"half":1.5,"none":0,`, 1)} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, value []byte) { sameAnswer(t, value) })
}

// FuzzDecode: no input makes it panic, and what it takes encodes to the bytes that it was decoded from.
func FuzzDecode(f *testing.F) {
	lines, err := os.ReadFile("testdata/messages.jsonl")
	if err != nil {
		f.Fatal(err)
	}
	for line := range bytes.Lines(lines) {
		for topic := event.TopicIndicators; topic <= event.TopicClock; topic++ {
			f.Add(uint8(topic), line)
		}
	}
	f.Fuzz(func(t *testing.T, topic uint8, value []byte) {
		m, err := New([]byte("secret")).Decode(event.Topic(topic), value)
		if err != nil {
			return
		}
		b := event.Append(nil, &m.Event)
		var d event.Decoder
		again, err := d.Decode(b)
		if err != nil || !bytes.Equal(event.Append(nil, again), b) {
			t.Fatalf("%v: %x", err, b)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	d := New([]byte("secret"))
	for name, value := range map[string]string{"issued": issued, "paid": paid} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := d.Decode(event.TopicPayments, []byte(value)); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+" by the walk", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := d.decode(event.TopicPayments, []byte(value)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
