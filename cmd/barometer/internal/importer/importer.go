package importer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"barometer/ingest/decode"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"

	"github.com/shopspring/decimal"
)

// Sender appends to Kafka; *kafkalog.Client is one.
type Sender interface {
	Partitions(ctx context.Context, topic string) (int, error)
	Append(ctx context.Context, topic string, partition int, records []kafkalog.Record) (kafkalog.Ack, error)
}

// Job is one import.
type Job struct {
	In      io.Reader
	Map     *Map        // nil: JSON lines that are messages of Topic
	Topic   event.Topic // without a map
	History bool        // payments are history, closed at the end
	To      Sender      // nil: only check
	Rejects func() (io.Writer, error)
	Now     string // RFC 3339: the `at` of what closes a history
}

// Run imports a file. What it returns beside an error is what was done until then.
func Run(ctx context.Context, job Job) (*Summary, error) {
	r := &run{Job: job, Summary: newSummary(), decoder: decode.New(make([]byte, 32)),
		before: map[changeKey]*decimal.Decimal{}, policies: map[string]bool{},
		made: map[onceKey]bool{}}
	r.batch.to = job.To
	err := r.all(ctx)
	if err == nil {
		err = r.closeHistories(ctx)
	}
	return r.Summary, errors.Join(err, r.batch.flush(ctx))
}

type run struct {
	Job
	*Summary
	rows     rows
	decoder  *decode.Decoder
	batch    batch
	rejects  io.Writer
	before   map[changeKey]*decimal.Decimal
	policies map[string]bool // whose history is loaded
	made     map[onceKey]bool
}

// onceKey names a message that is made once: its place in the map, and the text.
type onceKey struct {
	message int
	text    string
}

// changeKey names what a change_within is a change of; message is the place in the map.
type changeKey struct {
	message       int
	field, within string
}

func (r *run) all(ctx context.Context) (err error) {
	format, delimiter := JSONL, ""
	if r.Map != nil {
		format, delimiter = r.Map.Format, r.Map.Delimiter
	}
	if r.rows, err = openRows(r.In, format, delimiter); err != nil {
		return err
	}
	if header := r.rows.header(); header != nil {
		if missing := r.Map.missing(header); len(missing) > 0 {
			return &WrongMapError{fmt.Errorf("the file lacks the columns %s: it has %s", strings.Join(missing, ", "),
				strings.Join(header, ", "))}
		}
	}
	for {
		row, err := r.rows.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading after row %d: %w", r.Rows, err)
		}
		r.Rows++
		if err := r.take(ctx, row); err != nil {
			return err
		}
	}
}

// WrongMapError is a map that does not fit its file.
type WrongMapError struct{ error }

// Unwrap gives what is wrong.
func (e *WrongMapError) Unwrap() error { return e.error }

// take sends a row's messages or rejects it.
func (r *run) take(ctx context.Context, row *row) error {
	messages, err := r.messages(row)
	if err != nil {
		return r.reject(row, err)
	}
	if len(messages) == 0 {
		r.Skipped++
	}
	for _, m := range messages {
		if m.policy != "" && m.topic == event.TopicPayments && r.History {
			r.policies[m.policy] = true
		}
		r.Messages[m.topic.String()+" "+m.kind]++
		if err := r.batch.add(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// message is what is sent.
type message struct {
	topic             event.Topic
	kind, key, policy string
	value             []byte
}

func (r *run) messages(row *row) (messages []message, err error) {
	if row.refused != nil {
		return nil, &decode.Error{Reason: "bad_row", Detail: row.refused.Error()}
	}
	if r.Map == nil {
		m, err := r.ready(row.message)
		return []message{m}, err
	}
	if row.message != nil {
		if row.columns, err = flatten(row.message); err != nil {
			return nil, &decode.Error{Reason: decode.MalformedJSON, Detail: err.Error()}
		}
	}
	maps.Copy(row.columns, r.Map.Variables)
	if r.Map.Skip != nil && r.Map.Skip.holds(row.columns) {
		return nil, nil
	}
	for i := range r.Map.Messages {
		m, made, merr := r.make(i, row.columns)
		if made {
			messages = append(messages, m)
		}
		err = errors.Join(err, merr) // the changes of every message are to be known, though one of them is refused
	}
	return messages, err
}

// make makes one message of a row by its map.
func (r *run) make(i int, columns Row) (m message, made bool, err error) {
	mm := &r.Map.Messages[i]
	members := map[string]any{}
	once := onceKey{i, mm.Once.fill(columns)}
	wanted := (mm.When == nil || mm.When.holds(columns)) && (mm.Once == "" || !r.made[once])
	for _, name := range slices.Sorted(maps.Keys(mm.Fields)) {
		f := mm.Fields[name]
		before, comparable := r.change(i, name, &f, columns)
		if !comparable {
			wanted = false
		}
		if !wanted || err != nil {
			continue
		}
		v, ferr := f.make(columns, before)
		if ferr != nil {
			err = &decode.Error{Reason: "bad_value", Detail: name + ": " + ferr.Error()}
			continue
		}
		put(members, name, v)
	}
	if !wanted || err != nil {
		return m, false, err
	}
	if m, err = r.check(mm.topic, members); err != nil {
		return m, false, err
	}
	if mm.Once != "" {
		r.made[once] = true
	}
	return m, true, nil
}

// put sets a member; a name with a dot is one of an object in it.
func put(members map[string]any, name string, v any) {
	if v == nil {
		return
	}
	outer, inner, nested := strings.Cut(name, ".")
	if !nested {
		members[name] = v
		return
	}
	object, ok := members[outer].(map[string]any)
	if !ok {
		object = map[string]any{}
		members[outer] = object
	}
	put(object, inner, v)
}

// change gives the number of the row before, and remembers this one; comparable is false where there is none.
func (r *run) change(i int, name string, f *Field, columns Row) (before *decimal.Decimal, comparable bool) {
	if len(f.ChangeWithin) == 0 {
		return nil, true
	}
	key := changeKey{message: i, field: name}
	for _, c := range f.ChangeWithin {
		key.within += columns[c] + "\x00"
	}
	before = r.before[key]
	delete(r.before, key)
	if n, err := parseNumber(strings.TrimSpace(f.Value.fill(columns))); err == nil {
		r.before[key] = &n
	}
	return before, before != nil
}

// ready takes a line that is a message already.
func (r *run) ready(line []byte) (message, error) {
	var members map[string]any
	if r.History {
		d := json.NewDecoder(strings.NewReader(string(line)))
		d.UseNumber()
		if err := d.Decode(&members); err != nil {
			return message{}, &decode.Error{Reason: decode.MalformedJSON, Detail: err.Error()}
		}
		return r.check(r.Topic, members)
	}
	return r.checked(r.Topic, line)
}

func (r *run) check(topic event.Topic, members map[string]any) (message, error) {
	if r.History && topic == event.TopicPayments && members["type"] != event.KindHistoryClosed.String() {
		members["history"] = true
	}
	value, err := json.Marshal(members)
	if err != nil {
		return message{}, fmt.Errorf("making a message: %w", err)
	}
	return r.checked(topic, value)
}

// checked asks the decoder of ingest.
func (r *run) checked(topic event.Topic, value []byte) (message, error) {
	decoded, err := r.decoder.Decode(topic, value)
	if err != nil {
		return message{}, err
	}
	e := &decoded.Event
	m := message{topic: topic, kind: e.Kind.String(), key: e.Key, value: value}
	if p, ok := decode.Fields(e)["policy_id"].(string); ok {
		m.policy, m.key = p, "policy/"+p
	}
	return m, nil
}

// closeHistories says of each policy that from now on its messages are live.
func (r *run) closeHistories(ctx context.Context) error {
	for _, policy := range slices.Sorted(maps.Keys(r.policies)) {
		m, err := r.check(event.TopicPayments, map[string]any{"type": event.KindHistoryClosed.String(),
			"id": "history-closed/" + policy + "/" + r.Now, "at": r.Now, "policy_id": policy})
		if err == nil {
			r.Messages[m.topic.String()+" "+m.kind]++
			err = r.batch.add(ctx, m)
		}
		if err != nil {
			return fmt.Errorf("closing the history of policy %s: %w", policy, err)
		}
	}
	return nil
}
