package event

import (
	"bytes"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// fill draws values for all exported fields of v, empty and absent ones among them.
func fill(t *rapid.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(t, v.Field(i))
			}
		}
	case reflect.String:
		v.SetString(rapid.StringN(0, 12, 40).Draw(t, "string"))
	case reflect.Int64:
		v.SetInt(rapid.Int64().Draw(t, "int64"))
	case reflect.Int32:
		v.SetInt(int64(rapid.Int32().Draw(t, "int32")))
	case reflect.Uint32:
		v.SetUint(uint64(rapid.Uint32().Draw(t, "uint32")))
	case reflect.Uint8:
		v.SetUint(uint64(rapid.Uint8().Draw(t, "enum")))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	case reflect.Slice:
		n := rapid.IntRange(0, 3).Draw(t, "length")
		if n == 0 {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fill(t, v.Index(i))
		}
	default:
		t.Fatalf("no generator for %s", v.Type())
	}
}

func draw(t *rapid.T, kind Kind) *Event {
	e := &Event{Kind: kind, Body: NewBody(kind)}
	for _, field := range []any{&e.Source, &e.StampMs, &e.Key, &e.ID, &e.AtMs, &e.History, &e.Home, &e.Text} {
		fill(t, reflect.ValueOf(field).Elem())
	}
	fill(t, reflect.ValueOf(e.Body).Elem())
	return e
}

func TestEveryKindSurvivesItsEncoding(t *testing.T) {
	for kind := KindIndicator; kind < KindEnd; kind++ {
		t.Run(kind.String(), func(t *testing.T) {
			var d Decoder
			rapid.Check(t, func(t *rapid.T) {
				want := draw(t, kind)
				b := Append([]byte("before"), want)[len("before"):]
				got, err := d.Decode(b)
				if err != nil {
					t.Fatal(err)
				}
				if again := Append(nil, got); !bytes.Equal(b, again) {
					t.Fatalf("encoded again: %x, want %x", again, b)
				}
				copied := *got
				copied.raw = nil
				if !reflect.DeepEqual(&copied, want) {
					t.Fatalf("decoded %+v %+v, want %+v %+v", copied, copied.Body, want, want.Body)
				}
			})
		})
	}
}

func TestDigestIgnoresIDAndAt(t *testing.T) {
	var d Decoder
	digest := func(e *Event) uint64 {
		got, err := d.Decode(Append(nil, e))
		if err != nil {
			t.Fatal(err)
		}
		return got.Digest()
	}
	body := &InvoicePaid{Ref: InvoiceRef{Policy: "p", Invoice: "i"}, Amount: Amount{100, "EUR"}, PaidOn: 3}
	one := digest(&Event{Kind: KindInvoicePaid, ID: "a", AtMs: 1, Body: body})
	if two := digest(&Event{Kind: KindInvoicePaid, ID: "b", AtMs: 2, StampMs: 9, Body: body}); one != two {
		t.Error("id, at or stamp change the digest")
	}
	body.Amount.Minor++
	if three := digest(&Event{Kind: KindInvoicePaid, ID: "a", AtMs: 1, Body: body}); one == three {
		t.Error("another amount does not change the digest")
	}
}

func TestDecodeRefusesWhatItDoesNotKnow(t *testing.T) {
	var d Decoder
	good := Append(nil, &Event{Kind: KindTick, Body: &Tick{AtMs: 7}})
	newer := append([]byte(nil), good...)
	newer[1] = Format + 1
	if _, err := d.Decode(newer); !isFormat(err) {
		t.Errorf("newer format: error %v", err)
	}
	for i := range good {
		if _, err := d.Decode(good[:i]); err == nil {
			t.Errorf("truncated to %d bytes: no error", i)
		}
	}
	descending := append(append([]byte(nil), good...), 0x08, 0x01)
	if _, err := d.Decode(descending); err == nil {
		t.Error("field 1 after field 16: no error")
	}
}

func isFormat(err error) bool { _, ok := err.(*FormatError); return ok }

func FuzzDecode(f *testing.F) {
	for kind := KindIndicator; kind < KindEnd; kind++ {
		f.Add(Append(nil, &Event{Kind: kind, Body: NewBody(kind), ID: "id", Key: "b1"}))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var d Decoder
		e, err := d.Decode(b)
		if err != nil {
			return
		}
		// What decodes, encodes canonically: decoding that again changes nothing.
		canonical := Append(nil, e)
		again, err := d.Decode(canonical)
		if err != nil || !bytes.Equal(Append(nil, again), canonical) {
			t.Fatalf("canonical bytes %x: %v", canonical, err)
		}
	})
}

func TestPositionsAndSourcesReadWhatTheyPrint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Position{rapid.Uint32().Draw(t, "g"), rapid.Uint32().Draw(t, "p"), rapid.Int64Min(0).Draw(t, "o"),
			rapid.Uint32().Draw(t, "s")}
		q := Position{p.Generation, p.Partition, rapid.Int64Min(0).Draw(t, "o2"), rapid.Uint32().Draw(t, "s2")}
		for _, s := range []string{p.String(), p.Sortable()} {
			if got, err := ParsePosition(s); err != nil || got != p {
				t.Fatalf("%s read as %v, %v", s, got, err)
			}
		}
		if (p.Sortable() < q.Sortable()) != (p.Compare(q) < 0) {
			t.Fatalf("%s and %s sort otherwise as bytes", p, q)
		}
		src := Source{TopicPayments, p.Generation, p.Partition, p.Offset, p.Seq}
		if got, err := ParseSource(src.String()); err != nil || got != src {
			t.Fatalf("%s read as %v, %v", src, got, err)
		}
	})
}

func TestMonthsEndOnTheirLastDay(t *testing.T) {
	for _, c := range []struct {
		from Day
		n    int
		want string
	}{{Date(2024, 1, 31), 1, "2024-02-29"}, {Date(2023, 1, 31), 1, "2023-02-28"}, {Date(2024, 2, 29), 12, "2025-02-28"},
		{Date(2025, 11, 30), 3, "2026-02-28"}, {Date(2025, 3, 15), -2, "2025-01-15"}, {Date(1969, 12, 31), 0, "1969-12-31"}} {
		if got := c.from.AddMonths(c.n); got.String() != c.want {
			t.Errorf("%s and %d months: %s, want %s", c.from, c.n, got, c.want)
		}
	}
}

func BenchmarkDecodePayment(b *testing.B) {
	record := Append(nil, &Event{Source: Source{TopicPayments, 1, 3, 123456, 0}, StampMs: 1795000000000,
		Kind: KindInvoicePaid,
		Key:  "buyer-000123", ID: "pay-0000012345", AtMs: 1795000000000, Home: true, Body: &InvoicePaid{Ref: InvoiceRef{
			Buyer: Party{ID: "buyer-000123"}, Policy: "policy-12", Invoice: "inv-000012345"}, Amount: Amount{1234567, "EUR"},
			PaidOn: 20700}})
	var d Decoder
	b.SetBytes(int64(len(record)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Decode(record); err != nil {
			b.Fatal(err)
		}
	}
}
