package kafkalog

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

// group notes what is committed, and refuses while it is told to.
type group struct {
	committed map[TopicPartition]int64
	refuses   bool
}

func (g *group) commit(_ context.Context, offsets map[TopicPartition]int64) error {
	if g.refuses {
		return errors.New("the group shares out anew")
	}
	maps.Copy(g.committed, offsets)
	return nil
}

// TestPositionsAreCommittedAndTold: what metrics say and what the group has is one thing.
func TestPositionsAreCommittedAndTold(t *testing.T) {
	reg, g := prometheus.NewRegistry(), &group{committed: map[TopicPartition]int64{}}
	p := NewPositions(reg, "process")
	now := time.Now()
	p.now = func() time.Time { return now }
	ready := func(want string) {
		t.Helper()
		if err := p.Ready(); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("ready: %v, want %q", err, want)
		}
	}
	ready("no partitions are assigned yet")
	one, two := TopicPartition{TopicLog, 1}, TopicPartition{TopicLog, 2}
	p.Assign(NewGeneration(map[TopicPartition]int64{one: -1, two: 40}, g.commit))
	ready("")
	p.Reached(one, 7)
	p.Ends(one, 10)
	p.Reached(two, 50)
	p.Ends(two, 50)
	p.Reached(TopicPartition{TopicLog, 3}, 1) // is another's by now
	want := `
# HELP barometer_process_lag Records of a partition that are not done, by topic and partition.
# TYPE barometer_process_lag gauge
barometer_process_lag{partition="1",topic="risk.log"} 3
barometer_process_lag{partition="2",topic="risk.log"} 0
# HELP barometer_process_position Offset of the first record of a partition that is not done.
# TYPE barometer_process_position gauge
barometer_process_position{partition="1",topic="risk.log"} 7
barometer_process_position{partition="2",topic="risk.log"} 50
`
	if err := testutil.GatherAndCompare(reg, strings.NewReader(want), "barometer_process_lag",
		"barometer_process_position"); err != nil {
		t.Error(err)
	}
	g.refuses = true
	if p.Commit(t.Context()) == nil {
		t.Error("a commit that fails is not told")
	}
	g.refuses = false
	if err := p.Commit(t.Context()); err != nil || !maps.Equal(g.committed, map[TopicPartition]int64{one: 7, two: 50}) {
		t.Errorf("committed %v, %v", g.committed, err)
	}
	now = now.Add(stallAfter + time.Second)
	ready("process: risk.log/1 stands still, 3 records behind")
	p.Reached(one, 8)
	ready("")
	p.Stop(two)
	ready("process: risk.log/2 is stopped and needs an operator")
	p.Resume(two)
	now = now.Add(time.Hour)
	p.Reached(one, 10)
	p.Ends(two, 51) // it had caught up, and has just heard of more
	ready("")
	p.Assign(NewGeneration(map[TopicPartition]int64{one: 7}, g.commit))
	clear(g.committed)
	if err := p.Commit(t.Context()); err != nil || !maps.Equal(g.committed, map[TopicPartition]int64{one: 10}) {
		t.Errorf("committed after another assignment: %v, %v", g.committed, err)
	}
}
