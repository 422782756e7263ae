package decode

import (
	"encoding/json"
	"maps"

	"barometer/ingest/event"
)

// dialect is the dialect of JSON Schema that the schemas are written in.
const dialect = "https://json-schema.org/draft/2020-12/schema"

// Schema is the JSON Schema of a source topic's messages, nil for topics that carry no JSON. It is made by the walk
// that decodes them. What a schema cannot say stands in the package's documentation.
func Schema(topic event.Topic) []byte {
	defs := map[string]any{}
	var types []string
	var cases []any
	for kind := event.KindIndicator; kind < event.KindEnd; kind++ {
		if messages[kind].walk == nil || kind.Topic() != topic {
			continue
		}
		types = append(types, kind.String())
		defs[kind.String()] = describe(kind, defs)
		cases = append(cases,
			map[string]any{"if": map[string]any{"properties": map[string]any{"type": map[string]any{"const": kind.String()}}},
				"then": map[string]any{"$ref": "#/$defs/" + kind.String()}})
	}
	if types == nil {
		return nil
	}
	out, err := json.MarshalIndent(map[string]any{
		"$schema": dialect, "$id": "urn:barometer:" + topic.String(), "title": topic.String(),
		"description": "A message of " + topic.String() + ". Members that are not described here are ignored.",
		"type":        "object", "required": []string{"type"},
		"properties": map[string]any{"type": map[string]any{"enum": types, "description": "What the message says."}},
		"allOf":      cases, "$defs": defs,
	}, "", "  ")
	if err != nil {
		panic(err) // of maps, lists and strings that this package made
	}
	return append(out, '\n')
}

// describe walks a kind's members into a schema and puts the values that it meets into defs.
func describe(kind event.Kind, defs map[string]any) map[string]any {
	m := messages[kind]
	w := walk{mode: describing, event: &event.Event{Kind: kind, Body: m.fresh()}, defs: defs,
		at: object{members: map[string]any{}}}
	w.message()
	schema := w.at.schema(m.about)
	schema["title"] = kind.String()
	return schema
}

func (o *object) schema(about string) map[string]any {
	out := map[string]any{"type": "object", "properties": o.members}
	if about != "" {
		out["description"] = about
	}
	if o.needed != nil {
		out["required"] = o.needed
	}
	if o.rules != nil {
		out["allOf"] = o.rules
	}
	return out
}

// define puts a value's schema among the definitions and refers to it.
func (w *walk) define(name string, schema map[string]any) map[string]any {
	if w.mode != describing {
		return nil
	}
	w.defs[name] = schema
	return map[string]any{"$ref": "#/$defs/" + name}
}

// describe adds a member. One that may be left out may also be null.
func (w *walk) describe(name string, schema map[string]any, about string, needed bool) map[string]any {
	member := maps.Clone(schema)
	if needed {
		w.at.needed = append(w.at.needed, name)
	} else {
		member = map[string]any{"anyOf": []any{schema, map[string]any{"type": "null"}}}
	}
	member["description"] = about
	w.at.members[name] = member
	return member
}

// rule adds what several members of the object say together.
func (w *walk) rule(schema func() map[string]any) {
	if w.mode == describing {
		w.at.rules = append(w.at.rules, schema())
	}
}

// given describes an object that has a member, other than null.
func given(name string) map[string]any {
	return map[string]any{"required": []string{name},
		"properties": map[string]any{name: map[string]any{"not": map[string]any{"type": "null"}}}}
}

// where describes an object whose member is one of some words.
func where(name string, words ...string) map[string]any {
	return map[string]any{"required": []string{name}, "properties": map[string]any{name: map[string]any{"enum": words}}}
}
