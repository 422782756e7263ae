package delivery

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"barometer/alerting/notice"
	"barometer/ingest/decode"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
	"barometer/processor/runner"
)

// kept is a partition of risk.deliveries as compaction left it.
type kept []kafkalog.Record

func (k kept) Append(context.Context, string, int, []kafkalog.Record) (kafkalog.Ack, error) {
	panic("nothing is written")
}

func (k kept) Fetch(_ context.Context, _ string, _ int, offset int64, _ kafkalog.FetchOptions) (kafkalog.Batch, error) {
	b := kafkalog.Batch{Next: k.end(), End: k.end()}
	for _, r := range k {
		if r.Offset >= offset {
			b.Records = append(b.Records, r)
		}
	}
	return b, nil
}

func (k kept) Offsets(context.Context, string, int) (kafkalog.Offsets, error) {
	return kafkalog.Offsets{End: k.end()}, nil
}

func (k kept) end() int64 { return k[len(k)-1].Offset + 1 }

// TestALetterThatWasStoredTwiceAndCompacted: a stale owner stored the letters again, and compaction left the later
// copies, behind letters that were made after them, or behind the state that ended them.
func TestALetterThatWasStoredTwiceAndCompacted(t *testing.T) {
	letter := func(offset int64, n int) kafkalog.Record {
		l := Letter{ID: fmt.Sprint("l", n), Subscription: "s", Position: event.Position{Generation: 1,
			Offset: int64(n)}.String(), Chain: fmt.Sprintf("%016x", n), At: time.Now()}
		r := l.Record()
		r.Offset = offset
		return r
	}
	ended := (&State{ID: "l1", Status: Delivered}).Record()
	ended.Offset = 4
	s, err := Load(t.Context(), kept{letter(3, 3), ended, letter(5, 1), letter(6, 2)}, 0, Horizon{})
	if err != nil {
		t.Fatal(err)
	}
	var open []string
	for _, p := range s.Open() {
		open = append(open, p.ID)
	}
	if fmt.Sprint(open) != "[l3 l2]" || s.Published.Position.Offset != 3 || s.Next != 7 {
		t.Errorf("open are %v, published is %+v, the end %d", open, s.Published, s.Next)
	}
}

// TestTwoOwnersOfOneLetter: what is stored says in the end what became of it, whoever of two owners stored the last
// state.
func TestTwoOwnersOfOneLetter(t *testing.T) {
	letter := Letter{ID: "l1", Subscription: "s", Position: "1-0-0-0", Chain: fmt.Sprintf("%016x", 1), At: time.Now()}
	records := kept{letter.Record(), (&State{ID: "l1", Status: Delivered}).Record(),
		(&State{ID: "l1", Status: Retrying}).Record()}
	for i := range records {
		records[i].Offset = int64(i)
	}
	s, err := Load(t.Context(), records, 0, Horizon{})
	if err != nil || len(s.Open()) != 1 {
		t.Errorf("a letter that goes on after it had ended is not open: %v", err)
	}

	c := NewCore(1)
	c.Add(letter.Pending(0, 0))
	now := time.Now()
	p := c.Start(now)[0]
	c.Saw(0, &State{ID: "l1", Status: Delivered})
	if c.Done(p, Result{Error: "no answer"}, now) != nil {
		t.Error("a failure is stored over the end that another owner has stored")
	}
	c.Written(p)
	if c.Len() != 0 {
		t.Error("the letter goes on")
	}
	c.Saw(0, &State{ID: "l1", Status: Retrying})
	if again := c.Judge(0); len(again) > 0 {
		t.Error("a letter is taken up again before what follows was read")
	}
	if again := c.Judge(0); len(again) != 1 || len(c.Judge(0)) > 0 {
		t.Errorf("of a letter that goes on by what is stored these are taken up again: %v", again)
	}
	c.Saw(0, &State{ID: "l1", Status: Retrying})
	c.Saw(0, &State{ID: "l1", Status: Delivered})
	if c.Judge(0); len(c.Judge(0)) > 0 {
		t.Error("a letter that has ended is taken up again")
	}

	c.Add(letter.Pending(0, 0))
	p = c.Start(now)[0]
	if c.Done(p, Result{Error: "no answer"}, now) == nil {
		t.Error("nothing is stored of a failure")
	}
	c.Written(p)
	c.Saw(0, &State{ID: "l1", Status: Delivered}) // it may stand before the failure that this owner stored
	if started := c.Start(now.Add(time.Hour)); len(started) != 1 {
		t.Error("the last state stored is a failure, and nobody goes on")
	}
}

// TestALateStateBehindTheEnd: an end that is being stored may stand before a state that this owner sent earlier, and
// that arrived late. Then the letter is sent once more, so that its end stands last.
func TestALateStateBehindTheEnd(t *testing.T) {
	letter := Letter{ID: "l1", Subscription: "s", Position: "1-0-0-0", Chain: fmt.Sprintf("%016x", 1), At: time.Now()}
	for _, c := range []struct {
		stands []Status
		again  int
	}{
		{[]Status{Delivered, Retrying}, 1},
		{[]Status{Retrying, Delivered}, 0},
		{[]Status{Retrying, Delivered, Retrying}, 1},
	} {
		core := NewCore(1)
		core.Add(letter.Pending(0, 0))
		p := core.Start(time.Now())[0]
		core.Done(p, Result{OK: true}, time.Now())
		for _, status := range c.stands {
			core.Saw(0, &State{ID: "l1", Status: status})
		}
		early := append(core.Judge(0), core.Judge(0)...)
		core.Written(p)
		if early = append(early, core.Judge(0)...); len(early) > 0 {
			t.Errorf("%v: it is taken up before its end is known to be stored", c.stands)
		}
		if again := core.Judge(0); len(again) != c.again || core.Len() != 0 {
			t.Errorf("%v: it is taken up %d times, want %d", c.stands, len(again), c.again)
		}
	}
}

// TestIngestReadsTheNoticesOfADeliveredLetter: as letters and states store them, over a restart between the attempts.
func TestIngestReadsTheNoticesOfADeliveredLetter(t *testing.T) {
	at := event.Position{Generation: 1, Partition: 2, Offset: 17, Seq: 1}
	n := &notice.Notification{ID: "n1", Holder: "h", Subscription: "s", Target: "t", Changes: []notice.Change{
		{Kind: decision.ScoreChanged, Buyer: "b1"},
		{Kind: decision.LimitDecided, Buyer: "b1", Limit: notice.Limit{Policy: "p1", Code: decision.Reduced, OnDelivery: true,
			NoticeDays: 30, Position: at}},
		{Kind: decision.LimitDecided, Buyer: "b1", Limit: notice.Limit{Policy: "p2", Code: decision.Reduced}}}}
	letter, _, err := NewLetter(&runner.Output{Position: at, Value: n.Encode()})
	if err != nil {
		t.Fatal(err)
	}
	reader, core := decode.New([]byte("secret")), NewCore(1)
	attempt := func(p *Pending, result Result) *State {
		core.Add(p)
		now := time.Unix(1_700_000_000, 0)
		if started := core.Start(now); len(started) != 1 {
			t.Fatalf("%d attempts begin", len(started))
		}
		return core.Done(p, result, now)
	}
	failed := attempt(letter.Pending(0, 0), Result{Status: 503}).Record()
	if m, err := reader.DecodeDelivery(failed.Key, failed.Value); m != nil || err != nil {
		t.Errorf("after an attempt that failed: %+v %v", m, err)
	}
	stored := letter.Record()
	failed.Offset = 1
	s, err := Load(t.Context(), kept{stored, failed}, 0, Horizon{})
	if err != nil {
		t.Fatal(err)
	}
	core = NewCore(1)
	p := s.Open()[0]
	p.Due = time.Time{}
	taken := attempt(p, Result{OK: true}).Record()
	m, err := reader.DecodeDelivery(taken.Key, taken.Value)
	if err != nil || m == nil {
		t.Fatalf("%v %v", m, err)
	}
	want := []event.Notice{{Buyer: "b1", Policy: "p1", Position: at}}
	if got := m.Event.Body.(*event.NoticeDelivered); !slices.Equal(got.Notices, want) || got.Notification != "n1" ||
		got.DeliveredMs != 1_700_000_000_000 {
		t.Errorf("%+v", got)
	}
}
