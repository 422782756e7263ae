package match

// Room is where a message of a policy may wait among the messages that wait already, each of the policy that policyOf
// gives for its place, in order of arrival. give is the place of the message that gives way for it, or −1 where there
// are fewer than MaxWaiting; ok is false where it may not wait. Where there are as many, the newest message of the
// policy that has most gives way to one of a policy that has fewer still with it; of policies that have as many it is
// the one whose newest came last. Messages of no policy share as if they were of one, and never give way.
func Room(waiting int, policy string, policyOf func(int) string) (give int, ok bool) {
	if waiting < MaxWaiting {
		return -1, true
	}
	var counts [MaxWaiting]struct {
		policy    string
		n, newest int
	}
	policies, own := 0, 0
	for i := waiting - 1; i >= 0; i-- { // from the newest on, which is the first that is seen of its policy
		id := policyOf(i)
		if id == policy {
			own++
		}
		if id == "" {
			continue
		}
		at := 0
		for at < policies && counts[at].policy != id {
			at++
		}
		if at == policies {
			if policies == len(counts) {
				break
			}
			counts[at].policy, counts[at].newest = id, i
			policies++
		}
		counts[at].n++
	}
	most := 0
	for at := range policies {
		if counts[at].n > counts[most].n {
			most = at
		}
	}
	return counts[most].newest, own+1 < counts[most].n
}
