package ingest

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"barometer/ingest/decode"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
)

var parts = [Targets]int{8, 4, 4}

func preparer(topic event.Topic) *Preparer {
	return NewPreparer(topic, 3, 2, decode.New([]byte("secret")), parts)
}

func header(r *kafkalog.Record, key string) string {
	for _, h := range r.Headers {
		if h.Key == key {
			return string(h.Value)
		}
	}
	return ""
}

func TestADeadLetterKeepsWhatCameAndSaysWhy(t *testing.T) {
	bad := kafkalog.Record{Offset: 17, Value: []byte(`{"type":`),
		Headers: []kafkalog.Header{{Key: "trace", Value: []byte("t1")}}}
	it := preparer(event.TopicPayments).Prepare([]kafkalog.Record{bad}, noon)[0]
	if it.Dead == nil {
		t.Fatal("no dead letter")
	}
	if string(it.Dead.Key) != "risk.payments/3/17" || header(it.Dead, "source") != "risk.payments/3/17" {
		t.Errorf("key %q, source %q", it.Dead.Key, header(it.Dead, "source"))
	}
	if !bytes.Equal(it.Dead.Value, bad.Value) || header(it.Dead, "trace") != "t1" {
		t.Errorf("value %q, headers %v", it.Dead.Value, it.Dead.Headers)
	}
	if header(it.Dead, "reason") == "" || header(it.Dead, "reason") != it.Reason || header(it.Dead, "detail") == "" {
		t.Errorf("reason %q, detail %q", header(it.Dead, "reason"), header(it.Dead, "detail"))
	}
}

func TestADeadLetterOfAnySizeFits(t *testing.T) {
	big := kafkalog.Record{Value: bytes.Repeat([]byte("x"), 8<<20), Headers: []kafkalog.Header{
		{Key: "small", Value: []byte("s")}, {Key: "big", Value: make([]byte, 2<<20)}}}
	it := preparer(event.TopicNews).Prepare([]kafkalog.Record{big}, noon)[0]
	if it.Reason != string(decode.TooLarge) {
		t.Errorf("reason %s", it.Reason)
	}
	if n := size(it.Dead); n > maxDeadLetter {
		t.Errorf("dead letter of %d bytes", n)
	}
	detail := header(it.Dead, "detail")
	if !strings.Contains(detail, "headers cut") || !strings.Contains(detail, "of 8388608 bytes") ||
		header(it.Dead, "small") != "s" {
		t.Errorf("detail %q", detail)
	}
}

// TestARefusedRequestIsMadeSmaller: a broker with smaller limits than asked for stops nothing but what cannot be cut.
func TestARefusedRequestIsMadeSmaller(t *testing.T) {
	a, err := NewAppender(AppenderConfig{Sources: 1, Partitions: [Targets]int{1, 1, 1}, MaxBuffered: 1 << 20,
		MaxRequest: 1 << 20}, []int64{0})
	if err != nil {
		t.Fatal(err)
	}
	letter := &kafkalog.Record{Value: make([]byte, 100), Headers: []kafkalog.Header{{Key: "detail", Value: []byte("bad")}}}
	a.Add(0, Batch{Next: 4, Items: []Item{{Offset: 0, Value: []byte("a")}, {Offset: 1, Value: []byte("b")},
		{Offset: 2, Dead: letter}, {Offset: 3, Value: []byte("c")}}})
	log, dead := Lane{ToLog, 0}, Lane{ToDeadLetter, 0}
	a.Request(log)
	if !a.Refused(log) {
		t.Error("three records are not split")
	}
	if got := values(a.Request(log)); got != "a" {
		t.Errorf("after the refusal %q, want a", got)
	}
	if a.Refused(log) {
		t.Error("a single log record was made smaller")
	}
	if got := values(a.Request(log)); got != "a" {
		t.Errorf("again %q, want a", got)
	}
	a.Acked(log)
	a.Request(dead)
	if !a.Refused(dead) {
		t.Error("a dead letter is not cut")
	}
	got := a.Request(dead)[0]
	if len(got.Value) != 50 || header(&got, "detail") != "bad; value cut to 50 bytes" {
		t.Errorf("%d bytes, detail %q", len(got.Value), header(&got, "detail"))
	}
	if len(letter.Value) != 100 {
		t.Error("what was handed out was written again")
	}
	a.Acked(dead)
	for a.Request(log) != nil {
		a.Acked(log)
	}
	if !a.Settled() || a.Buffered() != 0 {
		t.Errorf("settled %v with %d bytes", a.Settled(), a.Buffered())
	}
}

func TestARelayGoesWhereItsFoldSendsIt(t *testing.T) {
	from := event.Source{Topic: event.TopicRelays, Incarnation: 1, Partition: 5, Offset: 99, Seq: 2}
	relay := func(key string) kafkalog.Record {
		return kafkalog.Record{Offset: 40, Value: event.Append(nil, &event.Event{Source: from, Kind: event.KindRelayed,
			Key: key, AtMs: 7, Body: &event.Relayed{Kind: event.RelayCountryUse, Key: key, Subject: "DE"}})}
	}
	for _, c := range []struct {
		key  string
		want int
	}{{"country/DE", kafkalog.PartitionOf("country/DE", 8)}, {"", Everywhere}} {
		it := preparer(event.TopicRelays).Prepare([]kafkalog.Record{relay(c.key)}, noon)[0]
		if it.Dead != nil {
			t.Fatalf("relay to %q: %s: %s", c.key, it.Reason, header(it.Dead, "detail"))
		}
		if it.To != c.want {
			t.Errorf("relay to %q goes to %d, want %d", c.key, it.To, c.want)
		}
		e, err := new(event.Decoder).Decode(it.Value)
		if err != nil {
			t.Fatal(err)
		}
		if e.Source != from || e.StampMs != noon || !e.Home || e.Key != c.key {
			t.Errorf("relay to %q: %+v", c.key, e)
		}
	}
}

func decoded(t *testing.T, b []byte) *event.Event {
	t.Helper()
	e, err := new(event.Decoder).Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestABroadcastHasOneHome(t *testing.T) {
	value := []byte(`{"id":"t1","type":"tick","at":"2026-10-01T00:00:00Z"}`)
	it := preparer(event.TopicClock).Prepare([]kafkalog.Record{{Offset: 4, Value: value}}, noon)[0]
	if it.Dead != nil {
		t.Fatalf("%s: %s", it.Reason, header(it.Dead, "detail"))
	}
	home, other := decoded(t, it.Value), decoded(t, it.Copy)
	if it.To != Everywhere || !home.Home || other.Home || it.Home != kafkalog.PartitionOf(home.Key, 8) {
		t.Errorf("to %d, home %d: %v, %v", it.To, it.Home, home.Home, other.Home)
	}
	if want := (event.Source{Topic: event.TopicClock, Incarnation: 2, Partition: 3, Offset: 4}); home.Source != want ||
		other.Source != want {
		t.Errorf("source %s, want %s", home.Source, want)
	}
}

func TestWordsGoToTheTextsAlone(t *testing.T) {
	value := []byte(
		`{"id":"n1","type":"news","at":"2026-10-01T00:00:00Z","headline":"Muster GmbH is insolvent","category":"insolvency.opened",` +
			`"source":{"name":"Register","kind":"register"},"buyer_id":"b1"}`)
	it := preparer(event.TopicNews).Prepare([]kafkalog.Record{{Offset: 4, Value: value}}, noon)[0]
	if it.Dead != nil {
		t.Fatalf("%s: %s", it.Reason, header(it.Dead, "detail"))
	}
	if it.Words == nil || string(it.Words.Key) != "risk.news/2/3/4" || !bytes.Contains(it.Words.Value, []byte("Muster")) ||
		header(it.Words, "about") != "b1" {
		t.Errorf("words %+v", it.Words)
	}
	if e := decoded(t, it.Value); !e.Text || bytes.Contains(it.Value, []byte("Muster")) ||
		it.To != kafkalog.PartitionOf("b1", 8) {
		t.Errorf("log record %+v to %d", e, it.To)
	}
}

const payment = `{"id":"pay-0000012345","type":"invoice.paid","at":"2026-10-01T10:20:30Z","buyer_id":"buyer-%06d","policy_id":"policy-12",` +
	`"invoice_id":"inv-000012345","amount":"12345.67","currency":"EUR","paid_on":"2026-10-01"}`

// BenchmarkPayments is a payment from its JSON to a request of the appender, without a broker.
func BenchmarkPayments(b *testing.B) {
	a, err := NewAppender(AppenderConfig{Sources: 1, Partitions: parts, MaxBuffered: 32 << 20,
		MaxRequest: kafkalog.MaxBatchBytes}, []int64{0})
	if err != nil {
		b.Fatal(err)
	}
	p := preparer(event.TopicPayments)
	records := make([]kafkalog.Record, 2000)
	for i := range records {
		records[i].Value = fmt.Appendf(nil, payment, i)
	}
	next := int64(0)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		if n%len(records) != 0 {
			continue
		}
		for i := range records {
			records[i].Offset = next
			next++
		}
		items := p.Prepare(records, noon)
		if items[0].Dead != nil {
			b.Fatal(items[0].Reason, header(items[0].Dead, "detail"))
		}
		a.Add(0, Batch{Items: items, Next: next, TimeMs: noon})
		for l := range parts[ToLog] {
			if a.Request(Lane{ToLog, l}) != nil {
				a.Acked(Lane{ToLog, l})
			}
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "payments/s")
}

// TestDeliveriesTellOfNoticesOnly: most records of risk.deliveries make nothing, a notice goes to the partition whose
// fold gave it.
func TestDeliveriesTellOfNoticesOnly(t *testing.T) {
	state := func(offset int64, position string) kafkalog.Record {
		return kafkalog.Record{Offset: offset, Key: []byte("n/state"),
			Value: []byte(`{"id":"n","status":"delivered","notices":[{"buyer_id":"b1","policy_id":"p1","position":"` + position +
				`"}]}`)}
	}
	items := preparer(event.TopicDeliveries).Prepare([]kafkalog.Record{{Offset: 1, Key: []byte("n"),
		Value: []byte("a letter")}, state(2, "1-6-3-0"),
		{Offset: 5, Key: []byte("n/state"), Value: []byte(`{"status":"retrying"}`)}, state(7, "1-8-3-0")}, noon)
	if len(items) != 2 || items[0].Offset != 2 || items[0].To != 6 || items[1].Offset != 7 ||
		items[1].Reason != string(decode.BadField) {
		t.Fatalf("%+v", items)
	}
	var d event.Decoder
	e, err := d.Decode(items[0].Value)
	if err != nil || e.Kind != event.KindNoticeDelivered ||
		e.Source != (event.Source{Topic: event.TopicDeliveries, Incarnation: 2, Partition: 3, Offset: 2}) {
		t.Errorf("%+v %v", e, err)
	}
}
