package decode

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"barometer/ingest/event"
)

// node is a JSON object of a schema, or of a message.
type node = map[string]any

// schemas are the published schemas, as any reader would load them.
var schemas = sync.OnceValue(func() map[event.Topic]node {
	out := map[event.Topic]node{}
	for topic := event.TopicIndicators; topic <= event.TopicClock; topic++ {
		var s node
		if err := json.Unmarshal(Schema(topic), &s); err != nil {
			panic(err)
		}
		out[topic] = s
	}
	return out
})

// kindsOfMessages are the kinds that source topics carry.
func kindsOfMessages() []event.Kind {
	var kinds []event.Kind
	for k := event.KindIndicator; k < event.KindEnd; k++ {
		if messages[k].walk != nil {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

func defOf(topic event.Topic, name string) node {
	return schemas()[topic]["$defs"].(node)[name].(node)
}

// drawMessage draws a valid message by its published schema.
func drawMessage(t *rapid.T, kind event.Kind) node {
	m := drawObject(t, kind.Topic(), defOf(kind.Topic(), kind.String()), kind.String())
	settle(t, kind, m)
	return m
}

func drawObject(t *rapid.T, topic event.Topic, schema node, path string) node {
	needed, _ := schema["required"].([]any)
	properties := schema["properties"].(node)
	out := node{}
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if slices.Contains(needed, any(name)) || rapid.Bool().Draw(t, path+"."+name+"?") {
			out[name] = drawValue(t, topic, properties[name].(node), path+"."+name)
		}
	}
	return out
}

func drawValue(t *rapid.T, topic event.Topic, schema node, path string) any {
	if any, ok := schema["anyOf"].([]any); ok {
		if rapid.IntRange(0, 9).Draw(t, path+" null?") == 0 {
			return nil
		}
		schema = any[0].(node)
	}
	if ref, ok := schema["$ref"].(string); ok {
		name := strings.TrimPrefix(ref, "#/$defs/")
		if draw, ok := makers[name]; ok {
			return draw(t)
		}
		schema = defOf(topic, name)
	}
	switch {
	case schema["const"] != nil:
		return schema["const"]
	case schema["enum"] != nil:
		return rapid.SampledFrom(schema["enum"].([]any)).Draw(t, path)
	case schema["type"] == "boolean":
		return rapid.Bool().Draw(t, path)
	case schema["type"] == "integer":
		return rapid.IntRange(int(schema["minimum"].(float64)), min(int(schema["maximum"].(float64)), 1<<20)).Draw(t, path)
	case schema["type"] == "object":
		return drawObject(t, topic, schema, path)
	case schema["type"] == "array":
		low := int(schema["minItems"].(float64))
		out := []any{}
		for i := range rapid.IntRange(low, 3).Draw(t, path) {
			out = append(out, drawValue(t, topic, schema["items"].(node), fmt.Sprint(path, i)))
		}
		return out
	default:
		t.Fatalf("%s: no generator for %v", path, schema)
		return nil
	}
}

// makers make the values that a pattern describes.
var makers = map[string]func(*rapid.T) any{
	"id":        matchingAny(`[A-Za-z0-9é_/ .-]{1,20}`),
	"buyer_id":  matchingAny(`[A-Z][A-Za-z0-9é_/ .-]{0,20}`),
	"minted_id": matchingAny(`(policy/|country/)?[A-Z0-9]{1,8}/[a-z0-9-]{1,6}`),
	"instant": matchingAny(
		`20[0-9]{2}-(0[1-9]|1[0-2])-([01][1-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]0[0-9]:[0-5][0-9])`),
	"date":            matchingAny(`(19|2[0-2])[0-9]{2}-(0[1-9]|1[0-2])-([01][1-9]|2[0-8])`),
	"last_day":        matchingAny(`9999-12-31|(19|2[0-2])[0-9]{2}-(0[1-9]|1[0-2])-([01][1-9]|2[0-8])`),
	"founding":        matchingAny(`(1[0-9]|2[0-2])[0-9]{2}-(0[1-9]|1[0-2])-([01][1-9]|2[0-8])`),
	"period":          matchingAny(`20[0-9]{2}(-Q[1-4]|-0[1-9]|-1[0-2])?`),
	"language":        matchingAny(`nl|fr|de|en|nl-BE|nl_BE|NL|de-CH|sr-Latn|zh-Hant-TW`),
	"name":            matchingAny(`[A-Za-zéüß&'. ]{0,20}[A-Za-z0-9]{1,4}( (SA|GmbH|N\.V\.))?`),
	"scheme":          matchingAny(`[A-Za-z0-9_.:-]{1,32}`),
	"registration":    matchingAny(`[A-Z ]{0,3}[0-9.]{0,9}[0-9]`),
	"line":            matchingAny(`[a-zé"\\ \n]{1,20}`),
	"prose":           matchingAny(`[a-zé"\\ \n]{0,20}`),
	"indicator_name":  matchingAny(`pmi|gdp_growth|fx_rate|country_risk_class|transfer_moratorium|[a-z][a-z0-9_]{0,9}`),
	"value":           matchingAny(`-?(0|[1-9][0-9]{0,6})(\.[0-9]{1,8})?`),
	"amount":          matchingAny(`0|[1-9][0-9]{0,9}`),
	"positive_amount": matchingAny(`[1-9][0-9]{0,9}`),
	"signed_amount":   matchingAny(`-?(0|[1-9][0-9]{0,9})`),
	"sha256":          matchingAny(`[0-9a-fA-F]{64}`),
	"percentage": func(t *rapid.T) any {
		if rapid.Bool().Draw(t, "as a number") {
			return rapid.IntRange(1, 100).Draw(t, "percentage")
		}
		return rapid.StringMatching(`[1-9][0-9](\.[0-9]{1,4})?|100`).Draw(t, "percentage")
	},
}

func matchingAny(pattern string) func(*rapid.T) any {
	g := rapid.StringMatching(pattern)
	return func(t *rapid.T) any { return g.Draw(t, "text") }
}

// encode writes a message as JSON.
func encode(t *testing.T, m node) []byte {
	t.Helper()
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
