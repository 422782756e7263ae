package crashsim

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// analysts lets the insurer's people do something: ask for what needs a second person, or decide a review, of which
// there may be none. What acts in all partitions then goes by relays.
func (in *input) analysts() {
	r := in.w.r
	buyer := fmt.Sprintf("b-%04d", 1+r.IntN(6))
	m := map[string]any{"id": fmt.Sprint("order-", in.written), "at": in.day.Format(time.RFC3339),
		"analyst": []string{"ann", "bea"}[r.IntN(2)]}
	topic, key := "risk.orders", buyer
	switch r.IntN(7) {
	case 0:
		m["type"], m["country"], m["amount"], m["currency"] = "country_cap.set", "DE", fmt.Sprint(1_000_000*(1+r.IntN(9))),
			"EUR"
	case 1:
		sum := sha256.Sum256([]byte(sameModel))
		m["type"], m["version"], m["content"], m["sha256"] = "model.activated", fmt.Sprint("m", in.written), sameModel,
			hex.EncodeToString(sum[:])
	case 2:
		m["type"], m["scope"], m["buyer_id"], m["policy_id"], m["currency"] = "underwriter.decided", "limit", buyer, "p-01",
			"EUR"
		m["amount"] = fmt.Sprint(260_000 + r.IntN(90_000))
	case 3:
		delete(m, "analyst")
		topic, m["type"], m["country"], m["sector"], m["indicator"] = "risk.indicators", "indicator", "DE", "*",
			"transfer_moratorium"
		m["period"], m["value"] = fmt.Sprintf("2025-%02d", 1+r.IntN(12)), "1"
	case 4:
		delete(m, "analyst")
		topic, m["type"], m["buyer_id"], m["category"] = "risk.news", "news", buyer, "insolvency.closed"
		m["headline"], m["source"] = "Closed", map[string]any{"name": "r", "kind": "register"}
		if outcome := []string{"", "no_assets", "recovered"}[r.IntN(3)]; outcome != "" {
			m["details"] = map[string]any{"outcome": outcome}
		}
	default:
		m["type"], m["verdict"] = "review.decided", []string{"approve", "approve", "reject"}[r.IntN(3)]
		of := []string{"country/DE/cap", "country/DE/country", "model.activated/activation", buyer + "/override",
			buyer + "/match"}
		m["review_id"] = fmt.Sprintf("%s-%d", of[r.IntN(len(of))], 1+r.IntN(3))
	}
	value, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	in.write(topic, key, value)
}
