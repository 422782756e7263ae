package docs

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"barometer/ingest/decode"
	"barometer/ingest/event"
	"barometer/processor/decision"
)

var update = flag.Bool("update", false, "write the pages that are made from the code")

// TestMessagesAreAsTheCodeHasThem: docs/messages.md is made from the JSON Schemas and from decision.proto.
func TestMessagesAreAsTheCodeHasThem(t *testing.T) {
	var b strings.Builder
	b.WriteString(`# Messages

This page is made from the code (` + "`go test ./docs -update`" +
		`); do not edit it. [tables.md](tables.md) has what ClickHouse makes of
them, [architecture.md](architecture.md) how they flow.

## Source topics

One JSON object per message, with any key. Members that are not listed are ignored. ` + "`barometer schema TOPIC`" +
		` prints the same as a JSON
Schema, with the rules between members. What is not as it says goes to ` + "`risk.deadletter`" + ` with its reason.
`)
	for topic := event.TopicIndicators; topic <= event.TopicClock; topic++ {
		sourceTopic(t, &b, topic)
	}
	decisions(t, &b)
	asMade(t, "messages.md", b.String())
}

// asMade compares a page with what the code makes of it, or writes it.
func asMade(t *testing.T, name, made string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(made), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	page, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(page) != made {
		t.Errorf("docs/%s is not as the code has it: go test ./docs -update writes it", name)
	}
}

// schema is what is read of a JSON Schema.
type schema struct {
	Ref         string            `json:"$ref"`
	Description string            `json:"description"`
	Const       any               `json:"const"`
	Enum        []string          `json:"enum"`
	Required    []string          `json:"required"`
	Properties  map[string]schema `json:"properties"`
	AnyOf       []schema          `json:"anyOf"`
	Items       *schema           `json:"items"`
	Type        any               `json:"type"`
	Default     any               `json:"default"`
	Defs        map[string]schema `json:"$defs"`
}

func sourceTopic(t *testing.T, b *strings.Builder, topic event.Topic) {
	t.Helper()
	var s schema
	if err := json.Unmarshal(decode.Schema(topic), &s); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(b, "\n### %s\n", topic)
	forms := map[string]bool{}
	for kind := event.KindIndicator; kind < event.KindEnd; kind++ {
		message, ok := s.Defs[kind.String()]
		if !ok || kind.Topic() != topic {
			continue
		}
		fmt.Fprintf(b, "\n**`%s`** %s\n\n| member | | form | |\n|---|---|---|---|\n", kind, message.Description)
		members(b, "", &message, forms)
	}
	b.WriteString("\nForms:\n\n")
	for _, name := range slices.Sorted(maps.Keys(forms)) {
		if about := s.Defs[name].Description; about != "" {
			fmt.Fprintf(b, "- *%s*: %s\n", name, about)
		}
	}
}

// members writes a row for each member, the required ones first, and what is in it.
func members(b *strings.Builder, within string, of *schema, forms map[string]bool) {
	names := slices.SortedFunc(maps.Keys(of.Properties), func(x, y string) int {
		return cmp.Or(-compare(slices.Contains(of.Required, x), slices.Contains(of.Required, y)), strings.Compare(x, y))
	})
	for _, name := range names {
		if name == "type" && within == "" {
			continue
		}
		member := of.Properties[name]
		needed := ""
		if slices.Contains(of.Required, name) {
			needed = "required"
		}
		about := member.Description
		if member.Default != nil {
			about += fmt.Sprintf(" Otherwise `%v`.", member.Default)
		}
		fmt.Fprintf(b, "| `%s%s` | %s | %s | %s |\n", within, name, needed, formOf(&member, forms), about)
		if inner := objectIn(&member); inner != nil {
			members(b, within+name+".", inner, forms)
		}
	}
}

func compare(x, y bool) int {
	switch {
	case x == y:
		return 0
	case x:
		return 1
	}
	return -1
}

// unwrapped is what a member is, other than null.
func unwrapped(s *schema) *schema {
	if len(s.AnyOf) > 0 {
		return &s.AnyOf[0]
	}
	return s
}

func objectIn(s *schema) *schema {
	s = unwrapped(s)
	if s.Items != nil {
		s = s.Items
	}
	if len(s.Properties) > 0 {
		return s
	}
	return nil
}

func formOf(s *schema, forms map[string]bool) string {
	s = unwrapped(s)
	switch {
	case s.Ref != "":
		name := strings.TrimPrefix(s.Ref, "#/$defs/")
		forms[name] = true
		return "*" + name + "*"
	case s.Items != nil:
		return "list of " + formOf(s.Items, forms)
	case s.Const != nil:
		return fmt.Sprintf("`%v`", s.Const)
	case len(s.Enum) > 0:
		return "`" + strings.Join(s.Enum, "`, `") + "`"
	case len(s.Properties) > 0:
		return "object"
	}
	return fmt.Sprint(s.Type)
}

var (
	protoMessages = regexp.MustCompile(`(?m)^((?://[^\n]*\n)+)(message|enum) (\w+) \{\n((?:[^}]*\n)?)\}`)
	protoFields   = regexp.MustCompile(`^\s*(?:(optional|repeated) )?(\w+) (\w+) = (\d+);\s*(?://\s*(.*))?$`)
	protoValues   = regexp.MustCompile(`^\s*(\w+) = (\d+);\s*(?://\s*(.*))?$`)
)

// decisions writes the contract of risk.decisions.
func decisions(t *testing.T, b *strings.Builder) {
	t.Helper()
	proto, err := os.ReadFile("../processor/decision/decision.proto")
	if err != nil {
		t.Fatal(err)
	}
	b.WriteString(`
## Decisions

Records of ` + "`risk.decisions`" + ` are Protobuf: ` + "`processor/decision/decision.proto`" + `. Their kinds are `)
	for kind := decision.KindNone + 1; kind < decision.KindEnd; kind++ {
		if kind > decision.KindNone+1 {
			b.WriteString(", ")
		}
		fmt.Fprintf(b, "`%s`", kind)
	}
	b.WriteString(`.
` + "`barometer tail`" + ` shows them as JSON, with money as decimals, days as dates and codes as words (` +
		"`cmd/barometer/internal/records/testdata/decisions.txt`" + `).
`)
	found := 0
	for _, m := range protoMessages.FindAllStringSubmatch(string(proto), -1) {
		found++
		about := strings.Join(strings.Fields(strings.ReplaceAll(m[1], "//", "")), " ")
		fmt.Fprintf(b, "\n**%s** %s\n\n", m[3], strings.TrimPrefix(about, m[3]+" "))
		if m[2] == "enum" {
			b.WriteString("| value | | |\n|---|---|---|\n")
		} else {
			b.WriteString("| field | type | no. | |\n|---|---|---|---|\n")
		}
		note := ""
		for line := range strings.Lines(m[4]) {
			line = strings.TrimRight(line, "\n")
			if f := protoFields.FindStringSubmatch(line); f != nil && m[2] == "message" {
				fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", f[3], strings.TrimSpace(f[1]+" "+f[2]), f[4], cmp.Or(f[5], note))
				note = ""
			} else if v := protoValues.FindStringSubmatch(line); v != nil {
				fmt.Fprintf(b, "| `%s` | %s | %s |\n", v[1], v[2], v[3])
			} else if c, ok := strings.CutPrefix(strings.TrimSpace(line), "//"); ok {
				note = strings.TrimSpace(c)
			} else if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "reserved ") {
				t.Errorf("decision.proto: %q is not understood", line)
			}
		}
	}
	if all := strings.Count(string(proto), "\nmessage ") + strings.Count(string(proto), "\nenum "); found != all {
		t.Errorf("decision.proto: %d of %d messages and enumerations are described", found, all)
	}
}
