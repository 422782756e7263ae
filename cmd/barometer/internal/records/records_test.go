package records

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"barometer/alerting/notice"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
)

var rewrite = flag.Bool("rewrite", false, "rewrite the transcripts in testdata")

// filled sets every exported field of a message: texts to the field's name, numbers to rising ones, codes to their
// first word, lists to one element.
func filled[T any](message T) T {
	n := int64(0)
	fill(reflect.ValueOf(message).Elem(), "", &n)
	return message
}

func fill(v reflect.Value, name string, n *int64) {
	switch v.Interface().(type) {
	case event.Source:
		*n++
		v.Set(reflect.ValueOf(event.Source{Topic: event.TopicNews, Incarnation: 1, Partition: 2, Offset: *n}))
		return
	case event.Position:
		*n++
		v.Set(reflect.ValueOf(event.Position{Generation: 1, Partition: 2, Offset: *n}))
		return
	}
	switch v.Kind() {
	case reflect.String:
		text := strings.ToLower(name)
		switch name {
		case "Currency":
			text = "JPY"
		case "Code":
			text = "equity_ratio"
		}
		v.SetString(text)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint8:
		v.SetUint(1)
	case reflect.Int32, reflect.Int64:
		*n++
		v.SetInt(20_000 + *n)
	case reflect.Uint32, reflect.Uint64:
		*n++
		v.SetUint(uint64(*n))
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 && v.Type().Elem().Name() == "uint8" {
			v.SetBytes([]byte{0xff, 1})
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), name, n)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i), v.Type().Field(i).Name, n)
			}
		}
	}
}

func decided(kind decision.Kind) *decision.Decision {
	d := &decision.Decision{Position: event.Position{Generation: 1, Partition: 3, Offset: 8812}, AtMs: 1_790_000_000_000,
		AsOf: event.Date(2026, 9, 21), Kind: kind, Key: "b-1", Body: filled(decision.NewBody(kind)),
		Trigger: decision.Trigger{Kind: event.KindNews, ID: "n-1", Source: event.Source{Topic: event.TopicNews, Offset: 7}}}
	return d
}

func recorded(kind event.Kind) *event.Event {
	e := &event.Event{Source: event.Source{Topic: kind.Topic(), Incarnation: 1, Partition: 2, Offset: 9},
		StampMs: 1_790_000_000_000, Kind: kind, Key: "b-1", ID: "m-1", AtMs: 1_789_999_000_000, Home: true,
		Body: filled(event.NewBody(kind))}
	if v, ok := e.Body.(*event.Relayed); ok {
		v.Payload = event.Append(nil, recorded(event.KindInvoiceDisputed))
	}
	return e
}

func shownAs(t *testing.T, topic string, r kafkalog.Record) *Line {
	t.Helper()
	l, err := NewPrinter(topic, 4).Line(3, r)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestEveryKindIsShownInPublishedWords compares with what the transcripts say of all kinds, and finds Go's names.
func TestEveryKindIsShownInPublishedWords(t *testing.T) {
	var decisions, events, notifications []*Line
	for kind := decision.KindNone + 1; kind < decision.KindEnd; kind++ {
		var e decision.Encoder
		decisions = append(decisions, shownAs(t, kafkalog.TopicDecisions,
			kafkalog.Record{Offset: 5, Value: e.Append(nil, decided(kind))}))
	}
	for kind := event.KindNone + 1; kind < event.KindEnd; kind++ {
		events = append(events, shownAs(t, kafkalog.TopicLog, kafkalog.Record{Value: event.Append(nil, recorded(kind))}))
	}
	for what := notice.Changes; what <= notice.Progress; what++ {
		item := filled(&notice.Item{})
		item.What = what
		item.Changes = []notice.Change{{Kind: decision.ScoreChanged, Score: *filled(&notice.Score{})},
			{Kind: decision.LimitDecided, Limit: *filled(&notice.Limit{})},
			{Kind: decision.CoverChanged, Cover: *filled(&notice.Cover{})},
			{Kind: decision.DeadlineNear, Deadline: *filled(&notice.Deadline{})}}
		notifications = append(notifications, shownAs(t, kafkalog.TopicNotifications,
			kafkalog.Record{Key: []byte("h-1"), Value: item.Encode()}))
	}
	for name, lines := range map[string][]*Line{"decisions": decisions, "events": events,
		"notifications": notifications} {
		var got bytes.Buffer
		for _, l := range lines {
			b, err := json.MarshalIndent(l, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&got, "%s\n", b)
			if l.Kind == "" {
				t.Errorf("%s: a line says no kind: %s", name, b)
			}
		}
		for _, member := range regexp.MustCompile(`"([^"]*)": `).FindAllStringSubmatch(got.String(), -1) {
			if !regexp.MustCompile(`^[a-z][a-z0-9_]*$`).MatchString(member[1]) {
				t.Errorf("%s: the name %q is not in snake_case", name, member[1])
			}
		}
		file := filepath.Join("testdata", name+".txt")
		if *rewrite {
			if err := os.WriteFile(file, got.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got.String() != string(want) {
			t.Errorf("%s are shown otherwise than %s has it (go test -rewrite writes it):\n%s", name, file, &got)
		}
	}
}

// TestNoFieldIsForgotten: each exported field of each body has a name of its own, and each rule a field.
func TestNoFieldIsForgotten(t *testing.T) {
	used := map[string]bool{}
	var look func(of reflect.Type)
	look = func(of reflect.Type) {
		for of.Kind() == reflect.Slice || of.Kind() == reflect.Pointer {
			of = of.Elem()
		}
		if of.Kind() != reflect.Struct || used[of.String()] {
			return
		}
		used[of.String()] = true
		by := map[string]string{}
		for i := range of.NumField() {
			f := of.Field(i)
			pkg := path.Base(of.PkgPath())
			for _, rule := range []string{of.Name() + "." + f.Name, pkg + "." + of.Name() + "." + f.Name} {
				if _, ok := rules[rule]; ok {
					used[rule] = true
				}
			}
			r := shown(pkg, of.Name(), f.Name, f.Type.Kind() == reflect.String)
			if other, taken := by[r.name]; taken && f.IsExported() {
				t.Errorf("%s: %s and %s are both shown as %s", of, other, f.Name, r.name)
			}
			by[r.name] = f.Name
			look(f.Type)
		}
	}
	for kind := decision.KindNone + 1; kind < decision.KindEnd; kind++ {
		look(reflect.TypeOf(decision.NewBody(kind)))
	}
	for kind := event.KindNone + 1; kind < event.KindEnd; kind++ {
		look(reflect.TypeOf(event.NewBody(kind)))
	}
	look(reflect.TypeFor[notice.Item]())
	for rule := range rules {
		if !used[rule] {
			t.Errorf("the rule %s is for no field", rule)
		}
	}
	for kind := decision.KindNone + 1; kind < decision.KindEnd; kind++ {
		body := decision.NewBody(kind)
		of := reflect.TypeOf(body).Elem()
		if got := len(fields(filled(body))); got < of.NumField() {
			t.Errorf("%s: %d of %d fields are shown", kind, got, of.NumField())
		}
	}
}

// TestOtherTopicsAreShownAsTheyAre: JSON, bytes, tombstones and headers.
func TestOtherTopicsAreShownAsTheyAre(t *testing.T) {
	for name, c := range map[string]struct {
		topic string
		r     kafkalog.Record
		want  string
	}{
		"a source message": {"risk.payments",
			kafkalog.Record{Key: []byte("b-1"), Value: []byte(`{"type":"invoice.paid","amount":"1.50"}`)},
			`{"topic":"risk.payments","partition":3,"offset":0,"kind":"invoice.paid","key":"b-1","value":{"type":"invoice.paid","amount":"1.50"}}`},
		"a tombstone": {"risk.texts", kafkalog.Record{Key: []byte("k"), Headers: []kafkalog.Header{{Key: "about",
			Value: []byte("b-1")}}},
			`{"topic":"risk.texts","partition":3,"offset":0,"key":"k","headers":{"about":"b-1"},"deleted":true}`},
		"a dead letter that is text": {"risk.deadletter",
			kafkalog.Record{Value: []byte("{broken"), Headers: []kafkalog.Header{{Key: "reason", Value: []byte("no_json")}}},
			`{"topic":"risk.deadletter","partition":3,"offset":0,"headers":{"reason":"no_json"},"value":"{broken"}`},
		"a dead letter that is bytes": {"risk.deadletter", kafkalog.Record{Value: []byte{0xff, 0}},
			`{"topic":"risk.deadletter","partition":3,"offset":0,"value":"/wA="}`},
	} {
		b, err := json.Marshal(shownAs(t, c.topic, c.r))
		if err != nil || string(b) != c.want {
			t.Errorf("%s: %s, %v", name, b, err)
		}
	}
	opened := shownAs(t, kafkalog.TopicControl, kafkalog.Record{Key: []byte("generation/1"),
		Value: event.Append(nil, recorded(event.KindLogOpened))})
	if opened.Kind != "log.opened" || opened.Key != "generation/1" {
		t.Errorf("the log's own record: %+v", opened)
	}
}

// TestRelaysShowWhatTheyCarry at any depth.
func TestRelaysShowWhatTheyCarry(t *testing.T) {
	inner := recorded(event.KindInvoiceDisputed)
	relay := recorded(event.KindRelayed)
	relay.Body.(*event.Relayed).Payload = event.Append(nil, inner)
	outer := recorded(event.KindRelayed)
	outer.Body.(*event.Relayed).Payload = event.Append(nil, relay)
	b, err := json.Marshal(shownAs(t, kafkalog.TopicRelays, kafkalog.Record{Value: event.Append(nil, outer)}).Event)
	if err != nil || strings.Count(string(b), `"kind":"country_use"`) != 2 || !strings.Contains(string(b),
		`"type":"invoice.disputed"`) {
		t.Errorf("it shows %s, %v", b, err)
	}
	outer.Body.(*event.Relayed).Payload = []byte{1}
	wrong := kafkalog.Record{Value: event.Append(nil, outer)}
	if _, err := NewPrinter(kafkalog.TopicRelays, 1).Line(0, wrong); err == nil {
		t.Error("a payload that is no message is shown")
	}
}

// TestConcerns: a record is about a buyer by its key, its header or a field at any depth, and not by other texts.
func TestConcerns(t *testing.T) {
	decision := func(key, buyer string) *Line {
		return &Line{Key: key, Decision: map[string]any{"buyer_id": buyer, "model": "m"}}
	}
	for name, c := range map[string]struct {
		l    *Line
		want bool
	}{
		"its key":       {decision("b-1", ""), true},
		"its field":     {decision("policy/p", "b-1"), true},
		"another":       {decision("b-2", "b-2"), false},
		"another field": {&Line{Event: map[string]any{"invoice_id": "b-1"}}, false},
		"its header":    {&Line{Headers: map[string]string{"about": "b-1"}}, true},
		"a list":        {&Line{Value: json.RawMessage(`{"buyers":["b-0","b-1"]}`)}, true},
		"within a message": {&Line{Event: map[string]any{"payload": map[string]any{"event": map[string]any{
			"buyer_id": "b-1"}}}}, true},
		"in a list": {&Line{Value: map[string]any{"changes": []any{map[string]any{"buyer_id": "b-1"}}}}, true},
	} {
		if got := c.l.Concerns("b-1"); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestAFilterChoosesByKindAndBuyer(t *testing.T) {
	l := &Line{Key: "b-1", Kind: "limit.decided"}
	for f, want := range map[Filter]bool{{}: true, {Kind: "limit.decided"}: true, {Kind: "score.changed"}: false,
		{Buyer: "b-1"}: true, {Buyer: "b-2"}: false, {"limit.decided", "b-2"}: false, {"limit.decided", "b-1"}: true} {
		if f.Takes(l) != want {
			t.Errorf("%+v takes it: %t", f, !want)
		}
	}
	for topic, wrong := range map[string]string{kafkalog.TopicDecisions: "tick", kafkalog.TopicLog: "limit.decided",
		kafkalog.TopicRelays: "limit.decided"} {
		if (Filter{Kind: wrong}).Check(topic) == nil || (Filter{}).Check(topic) != nil {
			t.Errorf("%s has records of kind %s, or none of any", topic, wrong)
		}
	}
	if (Filter{Kind: "limit.decided"}).Check(kafkalog.TopicDecisions) != nil ||
		(Filter{Kind: "x"}).Check("risk.news") != nil {
		t.Error("a kind that may be is refused")
	}
}

// TestLogTimeIsKnownFromTheStart of a partition on, and is the stamp else.
func TestLogTimeIsKnownFromTheStart(t *testing.T) {
	tick := &event.Event{Kind: event.KindTick, Key: "tick", StampMs: 9_000, Body: &event.Tick{AtMs: 5_000}}
	opened := &event.Event{Kind: event.KindLogOpened, Key: "log.opened", StampMs: 1_000, Body: &event.LogOpened{
		StartMs: 1_000, Clock: event.ClockDriven, TickIntervalMs: 10}}
	lines := func(records ...*event.Event) (times []string) {
		p := NewPrinter(kafkalog.TopicLog, 1)
		for i, e := range records {
			offset := int64(i)
			if len(records) == 1 {
				offset = 7
			}
			l, err := p.Line(0, kafkalog.Record{Offset: offset, Value: event.Append(nil, e)})
			if err != nil {
				t.Fatal(err)
			}
			times = append(times, l.LogTime)
		}
		return times
	}
	if got := lines(opened, tick); !slices.Equal(got, []string{"1970-01-01T00:00:01Z", "1970-01-01T00:00:05Z"}) {
		t.Errorf("from the start: %v", got)
	}
	if got := lines(tick); !slices.Equal(got, []string{"1970-01-01T00:00:09Z"}) {
		t.Errorf("in the middle: %v", got)
	}
}
