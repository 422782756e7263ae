package route

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"barometer/alerting/notice"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
)

const partitions = 4

var (
	decisions     = kafkalog.TopicPartition{Topic: kafkalog.TopicDecisions, Partition: 0}
	subscriptions = kafkalog.TopicPartition{Topic: kafkalog.TopicSubscriptions, Partition: 1}
)

// steps writes steps of decisions as risk.decisions holds them.
type steps struct {
	encoder decision.Encoder
	records []kafkalog.Record
	next    int64 // offset in the log
}

func (s *steps) step(bodies ...decision.Body) {
	for seq, body := range bodies {
		d := &decision.Decision{Position: event.Position{Generation: 1, Offset: s.next, Seq: uint32(seq)},
			Last: seq == len(bodies)-1, AtMs: s.next, Body: body}
		switch body.(type) {
		case *decision.Score:
			d.Kind = decision.ScoreChanged
		case *decision.Limit:
			d.Kind = decision.LimitDecided
		case *decision.Progress:
			d.Kind = decision.ProgressMade
		case *decision.Rejection:
			d.Kind = decision.InputRejected
		}
		s.records = append(s.records, kafkalog.Record{Offset: int64(len(s.records)), Value: s.encoder.Append(nil, d)})
	}
	s.next++
}

// again appends records as a stale owner does.
func (s *steps) again(from, to int) {
	for _, r := range s.records[from:to] {
		r.Offset = int64(len(s.records))
		s.records = append(s.records, r)
	}
}

func newCore(t *testing.T) *Core {
	t.Helper()
	c, err := NewCore(DefaultConfig(partitions))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func limitOf(holder, buyer string) decision.Body {
	return &decision.Limit{Holder: holder, Buyer: buyer, Policy: "p", Code: decision.Approved, GrantedMinor: 1,
		Currency: "EUR"}
}

func gradeFor(buyer string, holders ...string) decision.Body {
	return &decision.Score{Buyer: buyer, Grade: 6, PreviousGrade: 4, Holders: holders}
}

// drain acknowledges everything and gives the items by partition.
func drain(t *testing.T, c *Core) [partitions][]*notice.Item {
	t.Helper()
	var items [partitions][]*notice.Item
	for p := range partitions {
		for records := c.Request(p); records != nil; records = c.Request(p) {
			for _, r := range records {
				item, err := notice.DecodeItem(r.Value)
				if err != nil {
					t.Fatal(err)
				}
				items[p] = append(items[p], item)
			}
			c.Acked(p)
		}
	}
	return items
}

func TestOneItemPerHolderAndStep(t *testing.T) {
	var s steps
	s.step(&decision.Progress{Next: 7}, gradeFor("b1", "h1", "h2"), limitOf("h1", "b1"), limitOf("h1", "b2"),
		&decision.Rejection{Reason: "x"})
	c := newCore(t)
	for _, r := range s.records {
		if err := c.Feed(decisions, r); err != nil {
			t.Fatal(err)
		}
	}
	items := drain(t, c)
	told := map[string]int{}
	for p := range items {
		if len(items[p]) == 0 || items[p][0].What != notice.Progress || items[p][0].Next != 7 {
			t.Errorf("partition %d begins with %+v, want the progress", p, items[p])
		}
		for _, item := range items[p][1:] {
			told[item.Holder] += len(item.Changes)
			if p != kafkalog.PartitionOf(item.Holder, partitions) {
				t.Errorf("item of %s in partition %d", item.Holder, p)
			}
		}
	}
	if told["h1"] != 3 || told["h2"] != 1 || len(told) != 2 {
		t.Errorf("changes told %v, want three to h1 and one to h2", told)
	}
	if commits := c.Commits(); commits[decisions] != int64(len(s.records)) {
		t.Errorf("committed %v", commits)
	}
}

// TestAnOffsetIsCommittedBehindItsItems leaves one partition unacknowledged.
func TestAnOffsetIsCommittedBehindItsItems(t *testing.T) {
	var s steps
	s.step(limitOf("h1", "b1"))
	s.step(&decision.Rejection{Reason: "x"})
	c := newCore(t)
	for _, r := range s.records {
		if err := c.Feed(decisions, r); err != nil {
			t.Fatal(err)
		}
	}
	p := kafkalog.PartitionOf("h1", partitions)
	if c.Request(p) == nil || c.Request(p) != nil {
		t.Fatal("want one request in flight")
	}
	if commits := c.Commits(); len(commits) != 0 {
		t.Fatalf("committed %v before the acknowledgement", commits)
	}
	c.Acked(p)
	if commits := c.Commits(); commits[decisions] != 2 || !c.Settled() {
		t.Fatalf("committed %v", commits)
	}
}

func TestSubscriptionsCarryNoSecrets(t *testing.T) {
	c := newCore(t)
	value := `{"channel":"webhook","target":"https://x.example","decisions":["limit.decided"],"minimum_severity":"warning","language":"fr","sealed_secrets":["c2VhbGVk"]}`
	for offset, r := range []kafkalog.Record{{Key: []byte("h1/s1"), Value: []byte(value)},
		{Key: []byte("nonsense"), Value: []byte("{}")},
		{Key: []byte("h1/s2"), Value: []byte("not json")}, {Key: []byte("h1/s1")}} {
		r.Offset = int64(offset)
		if err := c.Feed(subscriptions, r); err != nil {
			t.Fatal(err)
		}
	}
	items := drain(t, c)[kafkalog.PartitionOf("h1", partitions)]
	if len(items) != 3 || items[0].Subscription.Ended || items[0].Subscription.MinimumSeverity != notice.Warning ||
		!items[1].Subscription.Ended || !items[2].Subscription.Ended {
		t.Fatalf("items %+v", items)
	}
	if commits := c.Commits(); commits[subscriptions] != 4 {
		t.Errorf("committed %v", commits)
	}
}

// TestCrashesLoseAndDoubleNothing restarts the route from its committed offsets at random places, over decisions that a
// stale owner wrote in part again, and reads risk.notifications as the second fold does: by marks.
func TestCrashesLoseAndDoubleNothing(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 5))
		var s steps
		want := map[string]bool{}
		for n := range 30 {
			var bodies []decision.Body
			for seq := range 1 + r.IntN(4) {
				holder := fmt.Sprint("h", r.IntN(5))
				bodies = append(bodies, limitOf(holder, fmt.Sprint(n, "-", seq)))
				want[fmt.Sprint(holder, n, "-", seq)] = true
			}
			s.step(bodies...)
			if r.IntN(4) == 0 {
				to := 1 + r.IntN(len(s.records))
				s.again(r.IntN(to), to)
			}
		}
		got := map[string]bool{}
		marks := [partitions]map[event.Stream]event.Mark{}
		for p := range marks {
			marks[p] = map[event.Stream]event.Mark{}
		}
		read := func(p int, records []kafkalog.Record) {
			for _, rec := range records {
				item, err := notice.DecodeItem(rec.Value)
				if err != nil {
					t.Fatal(err)
				}
				mark, any := marks[p][item.Source.Stream()]
				if m := item.Source.Mark(); any && (m.Offset < mark.Offset || m.Offset == mark.Offset && m.Seq <= mark.Seq) {
					continue
				}
				marks[p][item.Source.Stream()] = item.Source.Mark()
				for i := range item.Changes {
					told := item.Holder + item.Changes[i].Buyer
					if got[told] {
						t.Fatalf("seed %d: %s is told twice", seed, told)
					}
					got[told] = true
				}
			}
		}
		route(t, r, s.records, read)
		if len(got) != len(want) {
			t.Fatalf("seed %d: %d changes told, want %d", seed, len(got), len(want))
		}
	}
}

// route drives cores over the records until one session reaches their end, with crashes.
func route(t *testing.T, r *rand.Rand, records []kafkalog.Record, read func(p int, records []kafkalog.Record)) {
	t.Helper()
	committed := int64(0)
	for finished := false; !finished; {
		c := newCore(t)
		finished = true
		for at := committed; at < int64(len(records)) || !c.Settled(); {
			if at < int64(len(records)) && r.IntN(3) > 0 {
				if err := c.Feed(decisions, records[at]); err != nil {
					t.Fatal(err)
				}
				at++
			}
			p := r.IntN(partitions)
			if request := c.Request(p); request != nil {
				read(p, request)
				if r.IntN(12) == 0 {
					finished = false
					break // it was written, and the acknowledgement is lost
				}
				c.Acked(p)
			}
			if offset, moved := c.Commits()[decisions]; moved && r.IntN(2) == 0 {
				committed = offset
			}
		}
		if offset, moved := c.Commits()[decisions]; moved {
			committed = offset
		}
	}
}
