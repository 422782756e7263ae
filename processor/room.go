package processor

// room is where a policy's message may wait among so many places, each taken by a message of the policy that policyOf gives: give is the place
// of the message that gives way for it, or −1 where one is free; ok is false where none is for it. While all are taken the newest message of
// the policy that has most gives way to one of a policy that would still have no more with it; among policies with as many it is the one whose
// newest is the latest. Messages that name no policy share like those of one.
func room(taken, places int, policy string, policyOf func(int) string) (give int, ok bool) {
	if taken < places {
		return -1, true
	}
	type count struct {
		policy string
		n      int
		newest int
	}
	var counts []count
	own := 0
next:
	for i := taken - 1; i >= 0; i-- { // so that the first of a policy is its newest
		id := policyOf(i)
		if id == policy {
			own++
		}
		for j := range counts {
			if counts[j].policy == id {
				counts[j].n++
				continue next
			}
		}
		counts = append(counts, count{id, 1, i})
	}
	most := counts[0]
	for _, c := range counts[1:] {
		if c.n > most.n {
			most = c
		}
	}
	return most.newest, own+1 < most.n
}
