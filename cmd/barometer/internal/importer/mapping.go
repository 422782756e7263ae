package importer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"barometer/ingest/event"

	"go.yaml.in/yaml/v3"
)

// Formats of a file.
const (
	CSV   = "csv"
	JSONL = "jsonl"
)

// Map says what the rows of a file become.
type Map struct {
	Format    string            `yaml:"format"`
	Delimiter string            `yaml:"delimiter"` // of CSV: one character, a comma if empty
	Variables map[string]string `yaml:"variables"` // with their defaults; an empty one must be given
	Skip      *Condition        `yaml:"skip"`      // rows to leave alone
	Messages  []MessageMap      `yaml:"messages"`
}

// MessageMap makes one message of a row.
type MessageMap struct {
	Topic  string           `yaml:"topic"`
	When   *Condition       `yaml:"when"` // nil: always
	Once   Template         `yaml:"once"` // not empty: only for the first row with this text
	Fields map[string]Field `yaml:"fields"`

	topic event.Topic
}

// Condition holds where its text is one of Is, or, without Is, not empty.
type Condition struct {
	Value Template `yaml:"value"`
	Is    []string `yaml:"is"`
}

func (c *Condition) holds(row Row) bool {
	text := c.Value.fill(row)
	if len(c.Is) == 0 {
		return text != ""
	}
	return slices.Contains(c.Is, text)
}

// Template is a text with {column} in it.
type Template string

var placeholder = regexp.MustCompile(`\{([^{}]+)\}`)

func (t Template) fill(row Row) string {
	return placeholder.ReplaceAllStringFunc(string(t), func(name string) string { return row[name[1:len(name)-1]] })
}

// names are the columns and variables that a template takes.
func (t Template) names() []string {
	var names []string
	for _, m := range placeholder.FindAllStringSubmatch(string(t), -1) {
		names = append(names, m[1])
	}
	return names
}

// Row is one row of a file, by column, with the variables.
type Row map[string]string

// ParseMap reads a column map. Its errors name the line. Given are values of variables; one that the map does not have,
// or lacks and must have, is an error.
func ParseMap(content []byte, given map[string]string) (*Map, error) {
	m := &Map{}
	d := yaml.NewDecoder(bytes.NewReader(content))
	d.KnownFields(true)
	if err := d.Decode(m); err != nil && !errors.Is(err, io.EOF) {
		return nil, errors.New(goTypes.ReplaceAllString(strings.TrimPrefix(err.Error(), "yaml: "), "is no key here"))
	}
	var errs []error
	for name, value := range given {
		if _, ok := m.Variables[name]; !ok {
			errs = append(errs, fmt.Errorf("the map has no variable %q: it has %s", name,
				strings.Join(slices.Sorted(maps.Keys(m.Variables)), ", ")))
			continue
		}
		m.Variables[name] = value
	}
	for _, name := range slices.Sorted(maps.Keys(m.Variables)) {
		if m.Variables[name] == "" {
			errs = append(errs, fmt.Errorf("%s must be given, by --set %s=…", name, name))
		}
	}
	return m, errors.Join(append(errs, m.check()...)...)
}

// goTypes is how the YAML library ends a complaint about a key.
var goTypes = regexp.MustCompile(`not found in type \S+`)

func (m *Map) check() (errs []error) {
	if m.Format != CSV && m.Format != JSONL {
		errs = append(errs, fmt.Errorf("format: %q is neither csv nor jsonl", m.Format))
	}
	if len([]rune(m.Delimiter)) > 1 {
		errs = append(errs, fmt.Errorf("delimiter: %q is more than one character", m.Delimiter))
	}
	if len(m.Messages) == 0 {
		errs = append(errs, errors.New("messages: the map makes none"))
	}
	for i := range m.Messages {
		mm := &m.Messages[i]
		var ok bool
		if mm.topic, ok = event.ParseTopic(mm.Topic); !ok || !Takes(mm.topic) {
			errs = append(errs, fmt.Errorf("messages[%d].topic: %q is no source topic", i, mm.Topic))
		}
		for _, name := range slices.Sorted(maps.Keys(mm.Fields)) {
			f := mm.Fields[name]
			if err := f.check(); err != nil {
				errs = append(errs, fmt.Errorf("messages[%d].fields.%s: %w", i, name, err))
			}
		}
	}
	return errs
}

// Takes tells whether files may be loaded into a topic: not into what only Barometer itself writes, and not into the
// clock.
func Takes(t event.Topic) bool {
	return t != event.TopicRelays && t != event.TopicDeliveries && t != event.TopicClock
}

// missing are the columns that the map takes and a header lacks.
func (m *Map) missing(header []string) []string {
	wanted := map[string]bool{}
	add := func(t Template) {
		for _, n := range t.names() {
			wanted[n] = true
		}
	}
	condition := func(c *Condition) {
		if c != nil {
			add(c.Value)
		}
	}
	condition(m.Skip)
	for _, mm := range m.Messages {
		condition(mm.When)
		add(mm.Once)
		for _, f := range mm.Fields {
			add(f.Value)
			add(f.Date)
			add(f.Minus)
			for _, c := range f.ChangeWithin {
				wanted[c] = true
			}
		}
	}
	for name := range m.Variables {
		delete(wanted, name)
	}
	for _, name := range header {
		delete(wanted, name)
	}
	return slices.Sorted(maps.Keys(wanted))
}
