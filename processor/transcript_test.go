package processor

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

var rewrite = flag.Bool("rewrite", false, "rewrite the golden transcripts in testdata")

// anyModel accepts every model file but one that says "bad"; with one that says "careful" large increases wait for a
// verdict, and underwriters decide little alone.
func anyModel(content []byte) (*event.Model, error) {
	if string(content) == "bad" {
		return nil, errors.New("line 1: bad")
	}
	m := card()
	if string(content) == "careful" {
		m.Capacity.LargeIncrease, m.Capacity.Authority = 40_000_00, 5_000_00
	}
	return m, nil
}

const day0 = 20_000 // 2024-10-04

func at(day, seconds int64) int64 { return event.Day(day0+day).Ms() + seconds*1000 }

// script writes a log, record by record.
type script struct {
	records [][]byte
	source  map[event.Topic]int64
}

func newScript(clock event.ClockMode) *script {
	s := &script{source: map[event.Topic]int64{}}
	s.add(&event.Event{Kind: event.KindLogOpened, StampMs: at(0, 0), Home: true, Key: "log", Body: &event.LogOpened{
		LogID: "0123456789abcdef0123456789abcdef", Generation: 1, Partitions: 8, Clock: clock, StartMs: at(0, 0),
		TickIntervalMs: 10_000, CutSpanMs: 4000, Fold: 1, Normaliser: 1, Model: event.ModelActivated{Version: "m1",
			Content: []byte("one")}}})
	return s
}

// add appends an event, with the next offset of its topic as its source unless it has one.
func (s *script) add(e *event.Event) *script {
	if e.Source == (event.Source{}) {
		topic := e.Kind.Topic()
		e.Source = event.Source{Topic: topic, Incarnation: 1, Offset: s.source[topic]}
		s.source[topic]++
	}
	s.records = append(s.records, event.Append(nil, e))
	return s
}

func (s *script) tick(ms int64) *script {
	return s.add(&event.Event{Kind: event.KindTick, Key: "tick", StampMs: ms, AtMs: ms, Body: &event.Tick{AtMs: ms}})
}

func (s *script) again() *script {
	s.records = append(s.records, s.records[len(s.records)-1])
	return s
}

// fold folds all records and returns what was emitted.
func (s *script) fold(t *testing.T, f *Fold) []Record {
	t.Helper()
	var all []Record
	for offset, record := range s.records {
		if err := f.Step(int64(offset), record, func(r Record) { all = append(all, r) }); err != nil {
			t.Fatalf("record %d: %v", offset, err)
		}
	}
	return all
}

// decides folds all records and returns the decisions.
func (s *script) decides(t *testing.T) []*decision.Decision {
	t.Helper()
	var all []*decision.Decision
	for _, r := range s.fold(t, NewFold(0, anyModel)) {
		if r.Relay {
			continue
		}
		d := new(decision.Decision)
		if err := decision.Decode(r.Value, d); err != nil {
			t.Fatal(err)
		}
		all = append(all, d)
	}
	return all
}

// transcript prints each record and what its step emitted.
func (s *script) transcript(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	f := NewFold(0, anyModel)
	var d event.Decoder
	for offset, record := range s.records {
		e, err := d.Decode(record)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%d %s %s stamp +%ds\n", offset, e.Source, e.Kind, (e.StampMs-at(0, 0))/1000)
		err = f.Step(int64(offset), record, func(r Record) {
			var d decision.Decision
			if err := decision.Decode(r.Value, &d); err != nil {
				t.Fatal(err)
			}
			body, err := json.Marshal(d.Body)
			if err != nil {
				t.Fatal(err)
			}
			last := ""
			if d.Last {
				last = " last"
			}
			fmt.Fprintf(&b, "  %s at +%ds as of %s %s %s%s\n    %s\n", d.Position, (d.AtMs-at(0, 0))/1000, d.AsOf, d.Kind, d.Key,
				last, body)
		})
		if err != nil {
			fmt.Fprintf(&b, "  stopped: %v\n", err)
		}
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txt")
	if *rewrite {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, []byte(got)) {
		t.Errorf("%s differs; if that is meant, run go test ./processor -rewrite and read the diff. Got:\n%s", path, got)
	}
}

func policyEvent(id string, effective event.Day, notice int32) *event.Event {
	return &event.Event{Kind: event.KindPolicyUpserted, Key: "policy/" + id, ID: fmt.Sprintf("%s-%d", id, effective),
		StampMs: at(0, 1), Home: true, Body: &event.PolicyUpserted{Policy: id, Holder: "h1", Currency: "EUR",
			InsuredPPM: 900_000, NoticeDays: notice, MaximumExtensionDays: 60, EffectiveOn: effective}}
}

func cutsScript() *script {
	s := newScript(event.ClockWall)
	s.tick(at(0, 1)).tick(at(0, 20)).tick(at(0, 59)) // ticks alone: one cut a minute
	s.tick(at(0, 61))
	s.add(policyEvent("p1", day0, 30))
	s.again() // skipped: the mark knows it
	s.add(&event.Event{Kind: event.KindClaimFiled, Key: "b1", ID: "c1", StampMs: at(0, 62), Home: true,
		Body: &event.ClaimFiled{Policy: "p1", Buyer: event.Party{ID: "b1"}}})
	// not the home: silent
	s.add(&event.Event{Kind: event.KindCountryCapSet, Key: "country/BE", ID: "cap", StampMs: at(0, 62),
		Body: &event.CountryCapSet{Country: "BE"}})
	s.tick(at(0, 65)) // the span of 4 s since the last cut
	s.tick(at(28, 0)) // another month: 2024-11-01
	s.add(&event.Event{Kind: event.KindModelActivated, Key: "model.activated", ID: "m", StampMs: at(28, 1), Home: true,
		Body: &event.ModelActivated{Version: "m2", Content: []byte("bad")}})
	s.add(&event.Event{Kind: event.KindFoldActivated, Key: "fold.activated", ID: "f", StampMs: at(28, 1), Home: true,
		Body: &event.FoldActivated{Version: FoldVersion() + 1}})
	return s
}

func TestTranscripts(t *testing.T) {
	golden(t, "cuts", cutsScript().transcript(t))
}
