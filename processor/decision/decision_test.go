package decision

import (
	"bytes"
	"context"
	"reflect"
	"testing"

	"barometer/ingest/event"

	"github.com/bufbuild/protocompile"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
	"pgregory.net/rapid"
)

// messages names the published message of each kind.
var messages = [KindEnd]protoreflect.Name{ScoreChanged: "ScoreChanged", LimitDecided: "LimitDecided",
	ReviewRequested: "ReviewRequested", CaseChanged: "CaseChanged", ClaimDecided: "ClaimDecided",
	MacroChanged: "MacroChanged", InputRejected: "InputRejected", ProgressMade: "Progress",
	ExposureChanged: "ExposureChanged", CoverChanged: "CoverChanged", DeadlineNear: "DeadlineNear"}

func draw(t *rapid.T, kind Kind) *Decision {
	d := &Decision{Kind: kind, Body: NewBody(kind)}
	for _, field := range []any{&d.Position, &d.Last, &d.AtMs, &d.AsOf, &d.Key, &d.Trigger, d.Body} {
		fill(t, reflect.ValueOf(field).Elem(), "")
	}
	return d
}

// fill draws values for all fields of v. The place of a source whose words apply has no seq.
func fill(t *rapid.T, v reflect.Value, field string) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), v.Type().Field(i).Name)
		}
		if field == "Texts" || field == "Verdict" {
			v.FieldByName("Seq").SetUint(0)
		}
	case reflect.String:
		v.SetString(rapid.StringN(0, 12, 40).Draw(t, "string"))
	case reflect.Int64:
		v.SetInt(rapid.Int64().Draw(t, "int64"))
	case reflect.Int32:
		v.SetInt(int64(rapid.Int32().Draw(t, "int32")))
	case reflect.Uint64:
		v.SetUint(rapid.Uint64().Draw(t, "uint64"))
	case reflect.Uint32:
		v.SetUint(uint64(rapid.Uint32().Draw(t, "uint32")))
	case reflect.Uint8:
		v.SetUint(uint64(rapid.Uint8().Draw(t, "enum")))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	case reflect.Slice:
		if n := rapid.IntRange(0, 3).Draw(t, "length"); n > 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			for i := range n {
				fill(t, v.Index(i), "")
			}
		}
	default:
		t.Fatalf("no generator for %s", v.Type())
	}
}

// TestEveryKindSurvivesItsEncodingAndReadsByTheSchema holds decision.proto and the codec to the same bytes, both ways.
func TestEveryKindSurvivesItsEncodingAndReadsByTheSchema(t *testing.T) {
	c := protocompile.Compiler{Resolver: protocompile.WithStandardImports(&protocompile.SourceResolver{
		ImportPaths: []string{"../.."}})}
	files, err := c.Compile(context.Background(), "processor/decision/decision.proto")
	if err != nil {
		t.Fatal(err)
	}
	outer := files[0].Messages().ByName("Decision")
	for kind := ScoreChanged; kind < KindEnd; kind++ {
		t.Run(kind.String(), func(t *testing.T) {
			inner := files[0].Messages().ByName(messages[kind])
			rapid.Check(t, func(t *rapid.T) {
				want := draw(t, kind)
				b := new(Encoder).Append(nil, want)
				var got Decision
				if err := Decode(b, &got); err != nil {
					t.Fatal(err)
				}
				if !reflect.DeepEqual(&got, want) {
					t.Fatalf("decoded %+v, want %+v", got, want)
				}
				m := reencodes(t, outer, b)
				reencodes(t, inner, m.Get(outer.Fields().ByName("body")).Bytes())
			})
		})
	}
}

// reencodes reads b by the schema and checks that the Protobuf library writes the same bytes, and nothing unknown.
func reencodes(t *rapid.T, desc protoreflect.MessageDescriptor, b []byte) *dynamicpb.Message {
	m := dynamicpb.NewMessage(desc)
	if err := (proto.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(b, m); err != nil {
		t.Fatalf("%s: %v", desc.FullName(), err)
	}
	again, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil || !bytes.Equal(again, b) {
		t.Fatalf("%s written by the library differs (%v):\n%x\n%x", desc.FullName(), err, again, b)
	}
	return m
}

func TestChainTellsAnyDifference(t *testing.T) {
	write := func(edit func(i int, d *Decision)) (chains []uint64) {
		var c Encoder
		for i := range 5 {
			d := &Decision{Position: event.Position{Generation: 1, Offset: int64(i)}, AtMs: 1000, Kind: InputRejected, Key: "b1",
				Body: &Rejection{Reason: "not_supported"}}
			edit(i, d)
			c.Append(nil, d)
			chains = append(chains, d.Chain)
		}
		return chains
	}
	plain := write(func(int, *Decision) {})
	changed := write(func(i int, d *Decision) {
		if i == 2 {
			d.AtMs++
		}
	})
	for i := range plain {
		if same := plain[i] == changed[i]; same != (i < 2) {
			t.Errorf("decision %d: chains equal is %v after a change of decision 2", i, same)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for kind := ScoreChanged; kind < KindEnd; kind++ {
		f.Add(new(Encoder).Append(nil, &Decision{Kind: kind, Key: "b1", Body: NewBody(kind)}))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var d, again Decision
		if Decode(b, &d) != nil {
			return
		}
		canonical := new(Encoder).Append(nil, &d)
		if err := Decode(canonical, &again); err != nil || !bytes.Equal(new(Encoder).Append(nil, &again), canonical) {
			t.Fatalf("canonical bytes %x: %v", canonical, err)
		}
	})
}
