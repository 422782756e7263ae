package tenancy

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"barometer/ingest/kafkalog"
)

func keys(partitions ...int) (all []kafkalog.TopicPartition) {
	for _, p := range partitions {
		all = append(all, kafkalog.TopicPartition{Topic: "t", Partition: p})
	}
	return all
}

// TestWhoComesBackBeforeItsEndBeginsAfterIt: a partition that goes and comes, and goes and comes again, while its first
// tenancy is on its way out.
func TestWhoComesBackBeforeItsEndBeginsAfterIt(t *testing.T) {
	r := newRoster(false)
	var said []string
	assign := func(partitions ...int) {
		begin, end := r.assign(keys(partitions...))
		said = append(said, fmt.Sprint(len(begin), "+", len(end), "-"))
	}
	assign(0)
	for range 2 {
		assign()
		assign(0)
	}
	if got := fmt.Sprint(said); got != "[1+0- 0+1- 0+0- 0+0- 0+0-]" {
		t.Errorf("begun and ended at each generation: %s", got)
	}
	if !r.ended(keys(0)[0]) {
		t.Error("it does not begin again when its first tenancy has ended")
	}
	if r.ended(keys(0)[0]) {
		t.Error("it begins again though it stopped by itself")
	}
	if begin, _ := r.assign(keys(0)); len(begin) != 1 {
		t.Error("what stopped by itself does not begin anew with the next generation")
	}
	if end := r.close(); len(end) != 1 {
		t.Errorf("%d end at the close", len(end))
	}
	if begin, _ := r.assign(keys(0, 1)); len(begin) > 0 || r.ended(keys(0)[0]) {
		t.Error("something begins after the close")
	}
}

// TestARosterKeepsItsRules holds it against what a reader of doc.go expects, in any order of events.
func TestARosterKeepsItsRules(t *testing.T) {
	for seed := range uint64(200) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		renew := seed%2 == 1
		r := newRoster(renew)
		told, assigned := map[kafkalog.TopicPartition]bool{}, map[kafkalog.TopicPartition]bool{} // told: of what is live
		for step := range 200 {
			if live := sorted(told); len(live) > 0 && rnd.IntN(2) == 0 {
				key := live[rnd.IntN(len(live))]
				want := told[key] && assigned[key]
				if got := r.ended(key); got != want {
					t.Fatalf("seed %d step %d: %v has ended, and begins: %v", seed, step, key, got)
				}
				if delete(told, key); want {
					told[key] = false
				}
				continue
			}
			clear(assigned)
			for p := range 4 {
				if rnd.IntN(2) == 0 {
					assigned[keys(p)[0]] = true
				}
			}
			begin, end := r.assign(sorted(assigned))
			for _, key := range end {
				if before, live := told[key]; !live || before {
					t.Fatalf("seed %d step %d: %v is told to end, live: %v, told before: %v", seed, step, key, live, before)
				}
				told[key] = true
			}
			for _, key := range begin {
				if _, live := told[key]; live {
					t.Fatalf("seed %d step %d: %v begins and is live", seed, step, key)
				}
				told[key] = false
			}
			fresh := map[kafkalog.TopicPartition]bool{}
			for _, key := range begin {
				fresh[key] = true
			}
			for key, leaves := range told {
				if want := !fresh[key] && (renew || !assigned[key]); want && !leaves || !want && leaves && renew {
					t.Fatalf("seed %d step %d: %v ends: %v", seed, step, key, leaves)
				}
			}
			for key := range assigned {
				if _, live := told[key]; !live {
					t.Fatalf("seed %d step %d: %v is assigned and not live", seed, step, key)
				}
			}
		}
	}
}

func sorted(of map[kafkalog.TopicPartition]bool) (all []kafkalog.TopicPartition) {
	for p := range 4 {
		if _, ok := of[keys(p)[0]]; ok {
			all = append(all, keys(p)[0])
		}
	}
	return all
}
