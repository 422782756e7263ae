package event

import (
	"bytes"
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/bufbuild/protocompile"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
	"pgregory.net/rapid"
)

func schema(t *testing.T) protoreflect.FileDescriptor {
	t.Helper()
	c := protocompile.Compiler{Resolver: protocompile.WithStandardImports(&protocompile.SourceResolver{
		ImportPaths: []string{"."}})}
	files, err := c.Compile(context.Background(), "barometer.proto")
	if err != nil {
		t.Fatal(err)
	}
	return files[0]
}

// reencode reads b by the schema and writes it again with the Protobuf library. Unknown fields at any depth are an
// error.
func reencode(t *rapid.T, desc protoreflect.MessageDescriptor, b []byte) (*dynamicpb.Message, []byte) {
	m := dynamicpb.NewMessage(desc)
	if err := proto.Unmarshal(b, m); err != nil {
		t.Fatalf("%s: %v", desc.FullName(), err)
	}
	refuseUnknown(t, m)
	again, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return m, again
}

func refuseUnknown(t *rapid.T, m protoreflect.Message) {
	if u := m.GetUnknown(); len(u) > 0 {
		t.Fatalf("%s: the schema lacks a field: %x", m.Descriptor().FullName(), u)
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.Message() == nil:
		case f.IsList():
			for i := range v.List().Len() {
				refuseUnknown(t, v.List().Get(i).Message())
			}
		default:
			refuseUnknown(t, v.Message())
		}
		return true
	})
}

// TestPublishedSchemaReadsEveryRecord holds barometer.proto and the codec to the same bytes, both ways.
func TestPublishedSchemaReadsEveryRecord(t *testing.T) {
	file := schema(t)
	record := file.Messages().ByName("Record")
	for kind := KindIndicator; kind < KindEnd; kind++ {
		name := reflect.TypeOf(NewBody(kind)).Elem().Name()
		body := file.Messages().ByName(protoreflect.Name(name))
		if body == nil {
			t.Errorf("%s: no message %s in the schema", kind, name)
			continue
		}
		rapid.Check(t, func(t *rapid.T) {
			b := Append(nil, draw(t, kind))
			m, again := reencode(t, record, b)
			if !bytes.Equal(again, b) {
				t.Fatalf("%s: record written by the library differs:\n%x\n%x", kind, again, b)
			}
			raw := m.Get(record.Fields().ByName("body")).Bytes()
			if _, again := reencode(t, body, raw); !bytes.Equal(again, raw) {
				t.Fatalf("%s: body written by the library differs:\n%x\n%x", kind, again, raw)
			}
		})
	}
}

func TestPublishedEnumsNameWhatTheCodeNames(t *testing.T) {
	file := schema(t)
	for _, c := range []struct {
		enum   string
		prefix string
		name   func(uint8) string
	}{
		{"EventKind", "EVENT_KIND_", func(v uint8) string { return Kind(v).String() }},
		{"Topic", "TOPIC_", func(v uint8) string { return strings.TrimPrefix(Topic(v).String(), "risk.") }},
		{"Category", "CATEGORY_", func(v uint8) string { return Category(v).String() }},
		{"Outlet", "OUTLET_", func(v uint8) string { return Outlet(v).String() }},
		{"Outcome", "OUTCOME_", func(v uint8) string { return Outcome(v).String() }},
		{"RequestKind", "REQUEST_KIND_", func(v uint8) string { return RequestKind(v).String() }},
		{"ClockMode", "CLOCK_MODE_", func(v uint8) string { return ClockMode(v).String() }},
		{"DeductibleKind", "DEDUCTIBLE_KIND_", func(v uint8) string { return DeductibleKind(v).String() }},
		{"ClaimVerdict", "CLAIM_VERDICT_", func(v uint8) string { return ClaimVerdict(v).String() }},
		{"CaseKind", "CASE_KIND_", func(v uint8) string { return CaseKind(v).String() }},
		{"Adversity", "ADVERSITY_", func(v uint8) string { return Adversity(v).String() }},
		{"DocumentKind", "DOCUMENT_KIND_", func(v uint8) string { return DocumentKind(v).String() }},
		{"Stage", "STAGE_", func(v uint8) string { return Stage(v).String() }},
		{"CaseOutcome", "CASE_OUTCOME_", func(v uint8) string { return CaseOutcome(v).String() }},
		{"RecoveryFrom", "RECOVERY_FROM_", func(v uint8) string { return RecoveryFrom(v).String() }},
	} {
		values := file.Enums().ByName(protoreflect.Name(c.enum)).Values()
		for v := 1; v < 256; v++ {
			want := c.name(uint8(v))
			got := values.ByNumber(protoreflect.EnumNumber(v))
			if want == "" {
				if got != nil {
					t.Errorf("%s %d is %s in the schema alone", c.enum, v, got.Name())
				}
				continue
			}
			want = c.prefix + strings.ToUpper(strings.ReplaceAll(want, ".", "_"))
			if got == nil || string(got.Name()) != want {
				t.Errorf("%s %d is %v, want %s", c.enum, v, got, want)
			}
		}
	}
}
