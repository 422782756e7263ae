package explanation

import (
	"errors"
	"strings"
	"testing"

	"barometer/cmd/barometer/internal/refold"
	"barometer/cmd/barometer/internal/refold/refoldtest"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/explain"
)

// TestTheSumIsItsParts at any position, and the records about the buyer end there.
func TestTheSumIsItsParts(t *testing.T) {
	in := refoldtest.New(t, 2000)
	log, err := refold.Open(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	buyer, partition := someBuyer(t, in)
	of := func(at int64) (*Explanation, error) {
		return Of(t.Context(), log, Query{Buyer: buyer, Language: explain.Dutch, Progress: func(int64, int64) {},
			At: &event.Position{Generation: refold.Generation, Partition: uint32(partition), Offset: at}})
	}
	early, err := of(1000)
	if err != nil {
		t.Fatal(err)
	}
	late, err := of(1999)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []*Explanation{early, late} {
		sum := x.Base
		for _, c := range x.Contributions {
			if sum += c.Points; c.Words == "" {
				t.Errorf("%s has no words", c.Code)
			}
		}
		if sum != x.Points || x.Grade == 0 || len(x.Contributions) == 0 {
			t.Errorf("the parts make %d: %+v", sum, x)
		}
	}
	if want := position(partition, 1000); early.Position != want {
		t.Errorf("it is as of %s, want %s", early.Position, want)
	}
	if len(early.Events) == 0 || len(late.Events)+late.Earlier <= len(early.Events)+early.Earlier ||
		len(late.Events) > mostEvents || early.AsOf > late.AsOf {
		t.Errorf("early it is %+v, late %+v", early, late)
	}
	var text strings.Builder
	if err := late.WriteText(&text); err != nil || !strings.Contains(text.String(), late.Contributions[0].Words) ||
		!strings.Contains(text.String(), late.Events[0].Position) {
		t.Errorf("%v: it says\n%s", err, text.String())
	}
	for what, at := range map[string]event.Position{
		"of another partition": {Generation: 1, Partition: uint32(1 - partition)},
		"behind the end":       {Generation: 1, Partition: uint32(partition), Offset: 2000},
	} {
		if _, err := Of(t.Context(), log, Query{Buyer: buyer, At: &at}); !errors.Is(err, ErrPosition) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := of(0); err == nil || !strings.Contains(err.Error(), "nothing is known") {
		t.Errorf("before the buyer came: %v", err)
	}
}

// someBuyer is one that came early.
func someBuyer(t *testing.T, in refoldtest.Installation) (id string, partition int) {
	t.Helper()
	var d event.Decoder
	for _, r := range in[kafkalog.TopicLog][0][:500] {
		if e, err := d.Decode(r.Value); err == nil && e.Kind == event.KindBuyerUpserted &&
			kafkalog.PartitionOf(e.Key, 2) == 0 {
			return strings.Clone(e.Key), 0
		}
	}
	t.Fatal("no buyer in the first 500 records")
	return "", 0
}
