package tail

import (
	"strconv"

	"barometer/processor/decision"
)

// Key is what decisions are found by. Those of one key are all of one partition.
type Key string

// OfBuyer finds the decisions on a buyer.
func OfBuyer(id string) Key { return Key("b" + id) }

// OfRequest finds the answers to a limit request.
func OfRequest(policy, id string) Key { return Key("r" + policy + "\x00" + id) }

// OfRejection finds the rejections of messages with an id.
func OfRejection(policy, id string) Key { return Key("x" + policy + "\x00" + id) }

// OfReview finds the decisions on a review.
func OfReview(id string) Key { return Key("v" + id) }

// OfReviews finds the decisions on all reviews of a partition.
func OfReviews(partition int) Key { return Key("V" + strconv.Itoa(partition)) }

// OfCase finds the decisions on a case, OfClaim those on a claim.
func OfCase(id string) Key  { return Key("c" + id) }
func OfClaim(id string) Key { return Key("l" + id) }

// OfCases finds the decisions on all cases of a partition, OfClaims those on all claims.
func OfCases(partition int) Key  { return Key("C" + strconv.Itoa(partition)) }
func OfClaims(partition int) Key { return Key("L" + strconv.Itoa(partition)) }

// ofPolicy has its partition in it, as a policy's limits are in several.
func ofPolicy(partition int, id string) Key { return Key("p" + strconv.Itoa(partition) + "/" + id) }

// keysOf are what a decision is found by.
func keysOf(d *decision.Decision) []Key {
	switch b := d.Body.(type) {
	case *decision.Score:
		return []Key{OfBuyer(b.Buyer)}
	case *decision.Limit:
		if b.Request != "" {
			return []Key{OfBuyer(b.Buyer), ofPolicy(int(d.Position.Partition), b.Policy), OfRequest(b.Policy, b.Request)}
		}
		return []Key{OfBuyer(b.Buyer), ofPolicy(int(d.Position.Partition), b.Policy)}
	case *decision.Cover:
		return []Key{OfBuyer(b.Buyer), ofPolicy(int(d.Position.Partition), b.Policy)}
	case *decision.Exposure:
		return []Key{OfBuyer(b.Buyer), ofPolicy(int(d.Position.Partition), b.Policy)}
	case *decision.Review:
		return []Key{OfBuyer(b.Buyer), OfReview(b.Review), OfReviews(int(d.Position.Partition))}
	case *decision.Case:
		return []Key{OfBuyer(b.Buyer), OfCase(b.Case), OfCases(int(d.Position.Partition))}
	case *decision.Claim:
		return []Key{OfBuyer(b.Buyer), OfClaim(b.Claim), OfClaims(int(d.Position.Partition))}
	case *decision.Rejection:
		return []Key{OfBuyer(b.Buyer), OfRejection(b.Policy, b.ID)}
	}
	return nil
}
