package storage

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"
)

// TestAReviewBearsItsWords: a headline, where it can be read, and why it was decided as it was.
func TestAReviewBearsItsWords(t *testing.T) {
	db := emptied(t)
	article, verdict := event.Source{Topic: event.TopicNews, Incarnation: 1, Offset: 5},
		event.Source{Topic: event.TopicOrders, Incarnation: 1, Offset: 9}
	d := decision.Decision{Position: event.Position{Generation: 1, Offset: 7}, AtMs: 1_772_600_000_000,
		Kind: decision.ReviewRequested, Key: "b1", Body: &decision.Review{Review: "b1/match-1", Kind: decision.ReviewMatch,
			Buyer: "b1", State: decision.ReviewApproved, Analyst: "ann", Verdict: verdict,
			Items: []decision.ReviewItem{{Kind: event.KindNews, ID: "n1", Source: article}}}}
	record := string(new(decision.Encoder).Append(nil, &d))
	for insert, args := range map[string][]any{
		"INSERT INTO review_steps (log_generation, log_offset, at, buyer_id, review_id, state, item_sources, record_bytes) " +
			"SETTINGS insert_allow_materialized_columns = 1 VALUES (1, 7, '2026-03-04 00:00:00', 'b1', 'b1/match-1', " +
			"'approved', [?], unhex(?))": {
			article.String(), hex.EncodeToString([]byte(record))},
		`INSERT INTO texts (source, words, version) VALUES (?, ?, 1), (?, ?, 2), (?, ?, 1)`: {
			article.String(), `{"headline": "Old", "source_name": "Courier"}`,
			article.String(), `{"headline": "Bust", "source_name": "Courier", "url": "https://courier.example/7"}`,
			verdict.String(), `{"reason": "the court says so"}`},
		"INSERT INTO news (log_generation, log_offset, at, occurred_at, buyer_id, source) VALUES (1, 5, '2026-03-04 " +
			"00:00:00', '2026-03-04 00:00:00', 'b1', ?)": {article.String()},
	} {
		if err := db.conn.Exec(t.Context(), insert, args...); err != nil {
			t.Fatal(err)
		}
	}
	rs, err := db.Reviews(t.Context(), history.ReviewQuery{ID: "b1/match-1", Limit: 1})
	if err != nil || len(rs) != 1 {
		t.Fatalf("%+v (%v)", rs, err)
	}
	if got, want := rs[0].Texts[article.String()],
		(history.Text{Headline: "Bust", OutletName: "Courier", URL: "https://courier.example/7"}); got != want {
		t.Errorf("the report: %+v", got)
	}
	if got := rs[0].Texts[verdict.String()].Reason; got != "the court says so" {
		t.Errorf("the verdict's reason: %q", got)
	}
	news, err := db.News(t.Context(), "b1", 10)
	if err != nil || len(news) != 1 || news[0].URL != "https://courier.example/7" || news[0].OutletName != "Courier" {
		t.Errorf("%+v (%v)", news, err)
	}
}

// TestSumsAreOfLimitsInForce: of a country, a policy, a buyer, or of all.
func TestSumsAreOfLimitsInForce(t *testing.T) {
	db := emptied(t)
	for _, insert := range []string{
		`INSERT INTO buyers (log_generation, log_partition, log_offset, at, buyer_id, country) VALUES (1, 0, 1, '2026-03-01 00:00:00', 'b1', 'NL'), (1, 1, 1, '2026-03-01 00:00:00', 'b2', 'NL'), (1, 2, 1, '2026-03-01 00:00:00', 'b3', 'BE')`,
		`INSERT INTO limits (log_generation, log_partition, log_offset, at, policy_id, buyer_id, granted, currency, effective_on, valid_until, code) VALUES
			(1, 0, 5, '2026-03-01 10:00:00', 'p1', 'b1', 300, 'EUR', '2026-03-01', NULL, 'approved'), (1, 0, 6, '2026-03-01 10:00:00', 'p2', 'b1', 70, 'SEK', '2026-03-01', NULL, 'approved'),
			(1, 1, 5, '2026-03-01 10:00:00', 'p1', 'b2', 100.5, 'EUR', '2026-03-01', NULL, 'approved'), (1, 1, 6, '2026-03-02 10:00:00', 'p1', 'b2', 9, 'EUR', '2026-03-20', NULL, 'approved'),
			(1, 1, 7, '2026-03-02 10:00:00', 'p2', 'b2', 40, 'EUR', '2026-03-01', '2026-03-03', 'approved'), (1, 2, 5, '2026-03-01 10:00:00', 'p1', 'b3', 8000, 'EUR', '2026-03-01', NULL, 'approved')`,
	} {
		if err := db.conn.Exec(t.Context(), insert); err != nil {
			t.Fatal(err)
		}
	}
	for want, q := range map[string]history.LimitSumQuery{"2 of 400.5 EUR, 1 of 70 SEK": {Country: "NL"},
		"3 of 8400.5 EUR": {Policy: "p1"}, "1 of 100.5 EUR": {Buyer: "b2"},
		"3 of 8400.5 EUR, 1 of 70 SEK": {}} {
		sums, err := db.LimitSums(t.Context(), q, event.Date(2026, 3, 4))
		var said []string
		for _, s := range sums {
			said = append(said, fmt.Sprintf("%d of %s %s", s.Limits, s.Granted, s.Currency))
		}
		if got := strings.Join(said, ", "); err != nil || got != want {
			t.Errorf("%+v: %s (%v), want %s", q, got, err, want)
		}
	}
}
