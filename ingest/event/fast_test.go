package event

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// compareFast holds the faster way to the walk: what it takes, the walk takes with the same outcome.
func compareFast(t interface{ Fatalf(string, ...any) }, b []byte) (took bool) {
	var fast, slow Decoder
	if !fast.fast(b) {
		return false
	}
	want, err := slow.slow(b)
	if err != nil {
		t.Fatalf("%x: the walk says %v", b, err)
	}
	got := fast.event
	if !bytes.Equal(got.raw, want.raw) || got.Digest() != want.Digest() {
		t.Fatalf("%x: body %x, the walk has %x", b, got.raw, want.raw)
	}
	got.raw, want.raw = nil, nil
	if !reflect.DeepEqual(&got, want) {
		t.Fatalf("%x: %+v %+v, the walk has %+v %+v", b, got, got.Body, *want, want.Body)
	}
	return true
}

func plainPayments() [][]byte {
	ref := InvoiceRef{Buyer: Party{ID: "b-0007", Country: "NL"}, Policy: "p-01", Invoice: "inv-1"}
	amount := Amount{Minor: 1_234_50, Currency: "EUR"}
	var all [][]byte
	for _, e := range []*Event{{Kind: KindInvoiceIssued, Body: &InvoiceIssued{Ref: ref, Amount: amount,
		DeliveredOn: 20_000, DueOn: 20_030}},
		{Kind: KindInvoicePaid, Body: &InvoicePaid{Ref: ref, Amount: amount, PaidOn: 20_040}}} {
		e.Source = Source{Topic: TopicPayments, Incarnation: 1, Partition: 7, Offset: 1 << 40}
		e.StampMs, e.AtMs, e.Key, e.ID, e.Home, e.History = 1_700_000_000_000, 1_699_999_999_000, "b-0007", "id-1", true, true
		all = append(all, Append(nil, e))
	}
	return all
}

// TestPaymentsTakeTheFasterWay: plain ones do, and what looks otherwise takes the walk.
func TestPaymentsTakeTheFasterWay(t *testing.T) {
	for _, b := range plainPayments() {
		if !compareFast(t, b) {
			t.Errorf("%x takes the walk", b)
		}
	}
	long := &Event{Kind: KindInvoicePaid, ID: strings.Repeat("x", 128), Body: &InvoicePaid{}}
	nameless := &Event{Kind: KindInvoicePaid,
		Body: &InvoicePaid{Ref: InvoiceRef{Buyer: Party{Matches: []Match{{Key: "k", Kind: MatchName}}}}}}
	for _, e := range []*Event{long, nameless, {Kind: KindTick, Body: &Tick{AtMs: 1}}} {
		b := Append(nil, e)
		if compareFast(t, b) {
			t.Errorf("%s of %d bytes does not take the walk", e.Kind, len(b))
		}
		if _, err := new(Decoder).Decode(b); err != nil {
			t.Error(err)
		}
	}
}

// TestTheFasterWayIsTheWalk draws payments, whole and damaged.
func TestTheFasterWayIsTheWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := Append(nil, draw(t, rapid.SampledFrom([]Kind{KindInvoiceIssued, KindInvoicePaid, KindInvoiceDisputed}).Draw(t,
			"kind")))
		for range rapid.IntRange(0, 3).Draw(t, "damages") {
			i := rapid.IntRange(0, len(b)-1).Draw(t, "at")
			switch rapid.IntRange(0, 2).Draw(t, "damage") {
			case 0:
				b[i] = rapid.Byte().Draw(t, "byte")
			case 1:
				b = append(b[:i:i], b[i+1:]...)
			default:
				b = append(b[:i:i], append([]byte{rapid.Byte().Draw(t, "byte")}, b[i:]...)...)
			}
			if len(b) == 0 {
				return
			}
		}
		compareFast(t, b)
	})
}

func FuzzTheFasterWayIsTheWalk(f *testing.F) {
	for _, b := range plainPayments() {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) { compareFast(t, b) })
}
