package verify

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"barometer/alerting/delivery"
	"barometer/cmd/barometer/internal/golden"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor"
	"barometer/processor/decision"
	"barometer/processor/model"
)

// topics is a Kafka in memory.
type topics struct {
	records   map[string][][]kafkalog.Record // by topic and partition
	committed map[string][]int64             // of ingest's group
}

func (k *topics) Partitions(_ context.Context, topic string) (int, error) {
	return len(k.records[topic]), nil
}

func (k *topics) Offsets(_ context.Context, topic string, p int) (kafkalog.Offsets, error) {
	return kafkalog.Offsets{End: int64(len(k.records[topic][p]))}, nil
}

func (k *topics) Fetch(_ context.Context, topic string, p int, offset int64, _ kafkalog.FetchOptions) (kafkalog.Batch,
	error) {
	all := k.records[topic][p]
	next := min(int64(len(all)), offset+100)
	return kafkalog.Batch{Records: all[offset:next], Next: next, End: int64(len(all))}, nil
}

func (k *topics) Committed(_ context.Context, _, topic string) ([]int64, error) {
	return k.committed[topic], nil
}

func (k *topics) add(topic string, p int, r kafkalog.Record) {
	r.Offset = int64(len(k.records[topic][p]))
	k.records[topic][p] = append(k.records[topic][p], r)
}

// installation is what one would have written that has folded the beginning of the recorded log. The decisions of its
// second partition stand twice, as a stale owner leaves them.
func installation(t *testing.T, lost bool) *topics {
	t.Helper()
	log, err := golden.Load("../golden/testdata")
	if err != nil {
		t.Fatal(err)
	}
	if lost { // the first relay has not arrived
		first := log[0][slices.IndexFunc(log[0], isRelay)]
		log[0] = slices.DeleteFunc(log[0], func(r []byte) bool { return bytes.Equal(r, first) })
	}
	k := &topics{records: map[string][][]kafkalog.Record{kafkalog.TopicDeadLetter: make([][]kafkalog.Record, 1)},
		committed: map[string][]int64{}}
	for _, topic := range []string{kafkalog.TopicLog, kafkalog.TopicDecisions, kafkalog.TopicNotifications,
		kafkalog.TopicDeliveries} {
		k.records[topic] = make([][]kafkalog.Record, golden.Partitions)
	}
	for p := range log {
		f := processor.NewFold(uint32(p), model.Parse)
		for i, record := range log[p][:2000] {
			k.add(kafkalog.TopicLog, p, kafkalog.Record{Value: record})
			err := f.Step(int64(i), record, func(o processor.Record) {
				if o.Relay {
					return
				}
				for range 1 + p {
					k.add(kafkalog.TopicDecisions, p, kafkalog.Record{Key: []byte(o.Key), Value: o.Value})
				}
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	return k
}

func isRelay(record []byte) bool {
	e, err := new(event.Decoder).Decode(record)
	return err == nil && e.Kind == event.KindRelayed
}

// TestWhatDiffersIsFound plants one difference after the other.
func TestWhatDiffersIsFound(t *testing.T) {
	for i, c := range []struct {
		name, check, told string
		plant             func(k *topics)
	}{
		{"nothing", "", "", func(*topics) {}},
		{"a decision has other bytes", "decisions", "with other bytes", func(k *topics) {
			r := &k.records[kafkalog.TopicDecisions][0][500]
			r.Value = bytes.Clone(r.Value)
			r.Value[len(r.Value)-1] ^= 1
		}},
		{"a limit is granted beyond the capacity", "capacity", "in use of", func(k *topics) {
			for i := range k.records[kafkalog.TopicDecisions][0] {
				r := &k.records[kafkalog.TopicDecisions][0][i]
				var d decision.Decision
				if err := decision.Decode(r.Value, &d); err != nil {
					t.Fatal(err)
				}
				if b, ok := d.Body.(*decision.Limit); ok && b.Code == decision.Approved {
					b.InUseMinor = b.CapacityMinor + 1
					r.Value = new(decision.Encoder).Append(nil, &d)
					return
				}
			}
			t.Error("the recorded log grants nothing")
		}},
		{"limits add up to more than the capacity", "capacity", "come to", func(k *topics) {
			for i := range k.records[kafkalog.TopicDecisions][0] {
				r := &k.records[kafkalog.TopicDecisions][0][i]
				var d decision.Decision
				if err := decision.Decode(r.Value, &d); err != nil {
					t.Fatal(err)
				}
				if b, ok := d.Body.(*decision.Limit); ok && b.Code == decision.Approved {
					b.GrantedMinor = b.CapacityMinor + 1
					r.Value = new(decision.Encoder).Append(nil, &d)
					return
				}
			}
		}},
		{"a decision is missing", "decisions", "is published where", func(k *topics) {
			all := k.records[kafkalog.TopicDecisions][0]
			k.records[kafkalog.TopicDecisions][0] = append(append([]kafkalog.Record{}, all[:500]...), all[501:]...)
			for i := range k.records[kafkalog.TopicDecisions][0] {
				k.records[kafkalog.TopicDecisions][0][i].Offset = int64(i)
			}
		}},
		{"the log has lost its tail", "log", "log_mismatch", func(k *topics) {
			k.records[kafkalog.TopicLog][1] = k.records[kafkalog.TopicLog][1][:900]
		}},
		{"a record of the log is damaged", "log", "malformed", func(k *topics) {
			k.records[kafkalog.TopicLog][1][900].Value = []byte{0xff}
		}},
		{"a message was lost", "sources", "is neither in the log nor a dead letter", func(k *topics) {
			k.records["risk.payments"] = [][]kafkalog.Record{nil}
			for range 4000 { // what is recorded goes beyond 2000 records, which are all that the log has here
				k.add("risk.payments", 0, kafkalog.Record{})
			}
			k.committed["risk.payments"] = []int64{4000}
		}},
		{"a relay is missing", "relays", "is not the one that was sent", nil},
		{"a letter does not follow", "notifications", "does not follow", func(k *topics) {
			l := delivery.Letter{ID: "x", Position: "1-0-3-0", Chain: "0000000000000001"}
			k.add(kafkalog.TopicDeliveries, 0, l.Record())
		}},
		{"a letter has two contents", "notifications", "two contents", func(k *topics) {
			for _, body := range []string{"a", "b"} {
				l := delivery.Letter{ID: "x", Position: "1-0-3-0", Chain: "0000000000000001", Body: body}
				k.add(kafkalog.TopicDeliveries, 0, l.Record())
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if testing.Short() && i > 1 {
				t.Skip("the same goroutines again")
			}
			k := installation(t, c.plant == nil)
			if c.plant != nil {
				c.plant(k)
			}
			r, err := Run(t.Context(), Config{Kafka: k, TablesError: "none in this test", Parse: model.Parse,
				Parallel: 2})
			if err != nil {
				t.Fatal(err)
			}
			if r.Checks[3].Differences != 1 || r.Fine() {
				t.Errorf("tables that were not compared: %+v", r.Checks[3])
			}
			for _, check := range r.Checks {
				all := strings.Join(check.Told, "\n")
				switch {
				case check.Name == "tables":
				case check.Name == c.check && !strings.Contains(all, c.told):
					t.Errorf("%s: %d differences, of which none says %q:\n%s", check.Name, check.Differences, c.told, all)
				case c.check == "" && check.Differences > 0:
					t.Errorf("%s: %s", check.Name, all)
				}
				if len(check.Told) > maxTold {
					t.Error(fmt.Sprint("it tells ", len(check.Told)))
				}
			}
			if c.check == "" && (r.Checks[1].Compared < 1000 || r.Checks[2].Compared < 500 || r.Records < 3000) {
				t.Errorf("%d records and %d decisions were compared", r.Records, r.Checks[1].Compared)
			}
		})
	}
}
