package kafkalog

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kmsg"
	"pgregory.net/rapid"
)

// encode makes a batch as a broker stores it.
func encode(b kmsg.RecordBatch, records ...kmsg.Record) []byte {
	b.Magic, b.NumRecords = 2, int32(len(records))
	for _, r := range records {
		r.Length = 0
		r.Length = int32(len(r.AppendTo(nil)) - 1)
		b.Records = r.AppendTo(b.Records)
	}
	b.Length = int32(len(b.AppendTo(nil)) - 12)
	out := b.AppendTo(nil)
	binary.BigEndian.PutUint32(out[17:], crc32.Checksum(out[21:], castagnoli))
	return out
}

func ofValue(delta int32, value string) kmsg.Record {
	return kmsg.Record{OffsetDelta: delta, Value: []byte(value)}
}

func decodeAll(t testing.TB, from, end int64, aborted []kmsg.FetchResponseTopicPartitionAbortedTransaction,
	raw []byte) (Batch, error) {
	b := Batch{Next: from, End: end}
	d := decoder{batch: &b, aborted: aborted}
	return b, d.decode(raw)
}

func decoded(b Batch) string {
	var vs []string
	for _, r := range b.Records {
		vs = append(vs, string(r.Value))
	}
	return strings.Join(vs, " ")
}

func TestBatchThatCompactionEmptiedMovesOn(t *testing.T) {
	// Brokers keep an emptied batch for its producer's sequence; and the last records of another are gone.
	raw := append(encode(kmsg.RecordBatch{FirstOffset: 10, LastOffsetDelta: 4}),
		encode(kmsg.RecordBatch{FirstOffset: 15, LastOffsetDelta: 9}, ofValue(2, "left"))...)
	b, err := decodeAll(t, 12, 100, nil, raw)
	if err != nil || decoded(b) != "left" || b.Next != 25 || b.Records[0].Offset != 17 {
		t.Errorf("%+v, %v", b, err)
	}
}

func TestBatchCutOffIsLeftForTheNextFetch(t *testing.T) {
	first, second := encode(kmsg.RecordBatch{FirstOffset: 0, LastOffsetDelta: 0}, ofValue(0, "a")),
		encode(kmsg.RecordBatch{FirstOffset: 1}, ofValue(0, "b"))
	for cut := range second {
		b, err := decodeAll(t, 0, 10, nil, append(first[:len(first):len(first)], second[:cut]...))
		if err != nil || decoded(b) != "a" || b.Next != 1 {
			t.Fatalf("cut after %d: %+v, %v", cut, b, err)
		}
	}
	if _, err := decodeAll(t, 0, 10, nil, first[:len(first)-1]); err == nil {
		t.Error("an answer without a whole batch goes nowhere, and that is no error")
	}
}

func TestAbortedRecordsAreSteppedOver(t *testing.T) {
	const tx = transactional
	marker := func(at, producer int64) []byte {
		return encode(kmsg.RecordBatch{FirstOffset: at, ProducerID: producer, Attributes: tx | control}, ofValue(0, "marker"))
	}
	var raw []byte
	for _, b := range [][]byte{
		encode(kmsg.RecordBatch{FirstOffset: 0, ProducerID: 7, Attributes: tx}, ofValue(0, "no")),
		encode(kmsg.RecordBatch{FirstOffset: 1, ProducerID: 8, Attributes: tx}, ofValue(0, "yes")),
		encode(kmsg.RecordBatch{FirstOffset: 2, ProducerID: 7}, ofValue(0, "plain")),
		marker(3, 7), marker(4, 8),
		encode(kmsg.RecordBatch{FirstOffset: 5, ProducerID: 7, Attributes: tx}, ofValue(0, "again")), marker(6, 7),
		encode(kmsg.RecordBatch{FirstOffset: 7, ProducerID: 8, Attributes: tx}, ofValue(0, "no")), marker(8, 8),
		encode(kmsg.RecordBatch{FirstOffset: 9, ProducerID: 8, Attributes: tx}, ofValue(0, "beyond the stable end")),
	} {
		raw = append(raw, b...)
	}
	aborted := []kmsg.FetchResponseTopicPartitionAbortedTransaction{{ProducerID: 8, FirstOffset: 7},
		{ProducerID: 7, FirstOffset: 0}}
	b, err := decodeAll(t, 0, 9, aborted, raw)
	if err != nil || decoded(b) != "yes plain again" || b.Next != 9 {
		t.Errorf("%q, next %d, %v", decoded(b), b.Next, err)
	}
}

func TestDamageIsNamed(t *testing.T) {
	raw := encode(kmsg.RecordBatch{FirstOffset: 3, LastOffsetDelta: 0}, ofValue(0, "value"))
	for i := checkedFrom; i < len(raw); i++ {
		bad := append([]byte(nil), raw...)
		bad[i] ^= 0x10
		if b, err := decodeAll(t, 3, 10, nil, bad); err == nil || len(b.Records) > 0 {
			t.Fatalf("byte %d changed: %+v, %v", i, b, err)
		}
	}
	old := append([]byte(nil), raw...)
	old[16] = 1
	if _, err := decodeAll(t, 3, 10, nil, old); err == nil || !strings.Contains(err.Error(), "format 1") {
		t.Errorf("an old format: %v", err)
	}
}

func TestRecordsSurviveTheWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 20).Draw(t, "n")
		var in []kmsg.Record
		for i := range n {
			r := kmsg.Record{OffsetDelta: int32(i), TimestampDelta64: rapid.Int64Range(-1<<40, 1<<40).Draw(t, "delta")}
			if rapid.Bool().Draw(t, "has key") {
				r.Key = rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "key")
			}
			if rapid.Bool().Draw(t, "has value") {
				r.Value = rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "value")
			}
			for range rapid.IntRange(0, 3).Draw(t, "headers") {
				r.Headers = append(r.Headers, kmsg.Header{Key: rapid.String().Draw(t, "header"), Value: []byte{1}})
			}
			in = append(in, r)
		}
		// AppendTo writes the length as it stands, whose varint may take more than one byte.
		var body []byte
		for _, r := range in {
			inner := r.AppendTo(nil)[1:]
			body = append(binary.AppendVarint(body, int64(len(inner))), inner...)
		}
		batch := kmsg.RecordBatch{FirstOffset: 100, FirstTimestamp: 5, NumRecords: int32(n), Records: body}
		var b Batch
		b.Next, b.End = 100, 1000
		d := decoder{batch: &b}
		if err := d.records(&batch, body); err != nil {
			t.Fatal(err)
		}
		if len(b.Records) != n {
			t.Fatalf("%d of %d records", len(b.Records), n)
		}
		for i, r := range b.Records {
			w := in[i]
			if string(r.Key) != string(w.Key) || string(r.Value) != string(w.Value) || r.TimeMs != 5+w.TimestampDelta64 ||
				(r.Key == nil) != (w.Key == nil) || (r.Value == nil) != (w.Value == nil) || len(r.Headers) != len(w.Headers) {
				t.Fatalf("record %d is %+v, not %+v", i, r, w)
			}
		}
	})
}

func FuzzDecode(f *testing.F) {
	f.Add(encode(kmsg.RecordBatch{FirstOffset: 3, LastOffsetDelta: 1}, ofValue(0, "a"), ofValue(1, "b")), true)
	f.Add(encode(kmsg.RecordBatch{Attributes: transactional | control}, ofValue(0, "a")), false)
	f.Fuzz(func(t *testing.T, raw []byte, seal bool) {
		if seal && len(raw) >= batchHead { // else nearly all is refused for its checksum
			raw = slices.Clone(raw)
			binary.BigEndian.PutUint32(raw[8:], uint32(len(raw)-12))
			raw[16] = 2
			binary.BigEndian.PutUint32(raw[17:], crc32.Checksum(raw[21:], castagnoli))
		}
		b, err := decodeAll(t, 0, 1<<40, nil, raw)
		for _, r := range b.Records {
			if r.Offset < 0 || r.Offset >= b.End {
				t.Errorf("offset %d, %v", r.Offset, err)
			}
		}
	})
}

func TestErrorsThatStay(t *testing.T) {
	outside := &RangeError{Topic: "t", Offset: 9, End: 3}
	for _, err := range []error{ErrNoTopic, ErrTooLarge, outside} {
		if !lasting(err) {
			t.Errorf("%v is repeated", err)
		}
	}
	if lasting(errors.New("connection reset")) {
		t.Error("a lost connection stays")
	}
}

func TestConfigIsRefusedForWhatIsWrongWithIt(t *testing.T) {
	for want, cfg := range map[string]Config{
		"no Kafka broker": {},
		"host:port":       {Brokers: []string{"localhost"}},
		"SASL":            {Brokers: []string{"localhost:9092"}, SASL: SASL{Mechanism: "GSSAPI"}},
	} {
		if _, err := Open(cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", cfg, err)
		}
	}
	for _, m := range []string{"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"} {
		c, err := Open(Config{Brokers: []string{"localhost:9092"}, SASL: SASL{m, "user", "password"}})
		if err != nil {
			t.Errorf("%s: %v", m, err)
			continue
		}
		c.Close()
	}
}
