package decode

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"barometer/ingest/event"
)

func compiled(t *testing.T) map[event.Topic]*jsonschema.Schema {
	t.Helper()
	out := map[event.Topic]*jsonschema.Schema{}
	for topic := range schemas() {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema(topic)))
		if err != nil {
			t.Fatal(err)
		}
		c := jsonschema.NewCompiler()
		c.AssertFormat()
		if err := c.AddResource("schema.json", doc); err != nil {
			t.Fatal(err)
		}
		if out[topic], err = c.Compile("schema.json"); err != nil {
			t.Fatalf("%s: %v", topic, err)
		}
	}
	return out
}

// TestSchemasAreThePublishedFiles keeps the files that people read in step with the walk.
func TestSchemasAreThePublishedFiles(t *testing.T) {
	for topic := range schemas() {
		file := "schema/" + topic.String() + ".json"
		if *update {
			if err := os.WriteFile(file, Schema(topic), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil || !bytes.Equal(want, Schema(topic)) {
			t.Errorf("%s differs from what the decoder says (rewrite with -update): %v", file, err)
		}
	}
	if Schema(event.TopicRelays) != nil {
		t.Error("relays are no JSON")
	}
}

// TestSchemaAndDecoderAgree holds both to one answer, on messages that are right and on ones that were spoilt.
func TestSchemaAndDecoderAgree(t *testing.T) {
	published := compiled(t)
	for _, kind := range kindsOfMessages() {
		t.Run(kind.String(), func(t *testing.T) {
			topic := kind.Topic()
			d := New([]byte("secret"))
			agree := func(rt *rapid.T, m node, what string) error {
				b := encode(t, m)
				doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
				if err != nil {
					rt.Fatal(err)
				}
				said := published[topic].Validate(doc)
				_, refused := d.Decode(topic, b)
				if (said == nil) != (refused == nil) && !beyondSchemas(refused) {
					rt.Fatalf("%s: the schema says %v, the decoder %v: %s", what, said, refused, b)
				}
				return refused
			}
			rapid.Check(t, func(rt *rapid.T) {
				m := drawMessage(rt, kind)
				if refused := agree(rt, m, "as drawn"); refused != nil {
					rt.Fatalf("%v: %s", refused, encode(t, m))
				}
				for range 5 {
					spoilt, what := spoil(rt, m)
					agree(rt, spoilt, what)
				}
			})
		})
	}
}

// beyondSchemas tells the refusals that the package's documentation says a schema cannot make.
func beyondSchemas(err error) bool {
	var refused *Error
	if !errors.As(err, &refused) {
		return false
	}
	if refused.Reason == BadAmount {
		return true // decimals of the currency, and sums
	}
	for _, rule := range []string{"sha256: want the SHA-256", "grade_ceiling: want a grade not below",
		"period_to: want a day not before", "language: ", "holder.language: ",
		"insured_percentage_discretionary: want a percentage not above",
		"late_report_percentage: want a percentage not above",
		"deductible[].kind: want each kind once", "indemnity_order: want each of the steps once",
		"collection_deadline_days: want no fewer", "claim_deadline_days: want no fewer",
		"warn_days: want each number of days once", "instalments: want days that ascend"} {
		if strings.HasPrefix(refused.Detail, rule) {
			return true
		}
	}
	return false
}

// oddities are values that a member is spoilt with.
var oddities = []any{nil, true, false, 0, -1, 1, 7, 100, "", " ", "x", "*", "A", "10", "zz", "BE", "EUR", "1.5", "-1",
	"01", "1e3", ".5", "5.", "0.00000001",
	"+1", "2026", "2026-13", "2026-02-29", "2024-02-29", "2026-10-01", "2026-10-01T00:00:00", "2026-10-01T24:00:00Z",
	"2026-02-29T00:00:00Z",
	"2026-10-01t00:00:00z", "2026-10-01T23:59:60Z", "2026-Q5", "policy/P", "a/b", "a/", "/b", "a\u0000b", "tab\t",
	"\u00a0", "insolvency", "limit",
	"buyer", "fx_rate", "country_risk_class", "partly", "rating.changed", "officer.left", strings.Repeat("é", 128),
	strings.Repeat("x", 129),
	strings.Repeat("y", 3000), "12345678901234567", "92233720368547758", "123456789012345678", []any{}, []any{"x"},
	[]any{1}, node{}, node{"id": "x"},
	node{"country": "BE"}, node{"country": "BE", "name": "x"}, node{"country": "BE", "registrations": []any{}},
	node{"country": "BE", "registrations": []any{node{"scheme": "vat", "value": "1"}}}, node{"notches": 0},
	node{"amount": "1"},
	[]any{node{"scheme": "vat", "value": "-"}}, []any{node{"kind": "each_and_every", "amount": "1"}}}

// spoil changes or drops one member, at any depth.
func spoil(t *rapid.T, m node) (node, string) {
	var out node
	b, err := json.Marshal(m)
	if err != nil || json.Unmarshal(b, &out) != nil {
		t.Fatal(err)
	}
	in, path := out, ""
	for {
		name := rapid.SampledFrom(slices.Sorted(maps.Keys(in))).Draw(t, "member")
		path += "." + name
		if inner, ok := in[name].(node); ok && len(inner) > 0 && rapid.Bool().Draw(t, "deeper") {
			in = inner
			continue
		}
		if rapid.Bool().Draw(t, "drop") {
			delete(in, name)
			return out, "without " + path
		}
		in[name] = rapid.SampledFrom(oddities).Draw(t, "oddity")
		return out, "spoilt " + path
	}
}
