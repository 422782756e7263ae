package delivery

import (
	"context"
	"fmt"
	"testing"
	"time"

	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
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

// TestALetterThatWasStoredTwiceAndCompacted: a stale owner stored the letters again, and compaction left the later copies, behind
// letters that were made after them, or behind the state that ended them.
func TestALetterThatWasStoredTwiceAndCompacted(t *testing.T) {
	letter := func(offset int64, n int) kafkalog.Record {
		l := Letter{ID: fmt.Sprint("l", n), Subscription: "s", Position: event.Position{Generation: 1, Offset: int64(n)}.String(), Chain: fmt.Sprintf("%016x", n), At: time.Now()}
		r := l.Record()
		r.Offset = offset
		return r
	}
	ended := (&State{ID: "l1", Status: Delivered}).Record()
	ended.Offset = 4
	s, err := Load(t.Context(), kept{letter(3, 3), ended, letter(5, 1), letter(6, 2)}, 0)
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
