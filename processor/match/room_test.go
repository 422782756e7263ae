package match

import (
	"fmt"
	"slices"
	"testing"
)

// TestRoomIsShared: while there is room all wait; then the policy that has most gives way until the others have as
// many, and nobody else does.
func TestRoomIsShared(t *testing.T) {
	fill := func(counts ...int) (all []string) {
		for i, n := range counts {
			all = append(all, slices.Repeat([]string{fmt.Sprint("p", i)}, n)...)
		}
		return all
	}
	several := make([]int, MaxWaiting)
	for i := range several {
		several[i] = 1
	}
	for _, c := range []struct {
		name   string
		all    []string
		policy string
		give   int
		ok     bool
	}{
		{"room", fill(63), "p0", -1, true},
		{"its own messages take it all", fill(64), "p0", 63, false},
		{"another's do", fill(64), "p1", 63, true},
		{"another one has two more", fill(33, 31), "p1", 32, true},
		{"nobody's among them", append(fill(33, 30), ""), "p1", 32, true},
		{"as many", fill(32, 32), "p1", 0, false},
		{"two have as many: the later one's newest", fill(30, 30, 4), "p2", 59, true},
		{"one of each of as many as wait", fill(several...), "p64", 0, false},
		{"a policy's to nobody's", fill(64), "", 63, true},
		{"nobody's to no policy's", slices.Repeat([]string{""}, 64), "p0", 0, false},
		{"nobody's to none of its own", slices.Repeat([]string{""}, 64), "", 0, false},
		{"a policy's and not nobody's", append(slices.Repeat([]string{""}, 61), fill(0, 3)...), "p2", 63, true},
	} {
		give, ok := Room(len(c.all), c.policy, func(i int) string { return c.all[i] })
		if ok != c.ok || ok && give != c.give {
			t.Errorf("%s: %d %v, want %d %v", c.name, give, ok, c.give, c.ok)
		}
	}
}

// TestAFloodLeavesOthersTheirShare, whoever comes first.
func TestAFloodLeavesOthersTheirShare(t *testing.T) {
	s := NewIndex().Of(Key{})
	refused := map[string]int{}
	send := func(policy string, n int) {
		for range n {
			given, ok := s.Wait(Key{}, Waiting{Policy: policy})
			if !ok {
				refused[policy]++
			}
			if given != nil {
				refused[given.Policy]++
			}
		}
	}
	send("few", 3)
	send("flood", 200)
	send("later", 20)
	send("flood", 200)
	waiting := map[string]int{}
	for _, w := range s.waiting[Key{}] {
		waiting[w.Policy]++
	}
	if waiting["few"] != 3 || waiting["later"] != 20 || waiting["flood"] != MaxWaiting-23 ||
		refused["flood"] != 400-waiting["flood"] || len(refused) != 1 {
		t.Errorf("waiting %v, refused %v", waiting, refused)
	}
}
