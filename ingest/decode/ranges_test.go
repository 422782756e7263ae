package decode

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"barometer/ingest/event"
)

// TestWhatCannotBeStoredIsRefused: a time or a date that ClickHouse would hold otherwise is refused by name, with the
// range; the ends of the range are as they were sent in every type that a table has for them.
func TestWhatCannotBeStoredIsRefused(t *testing.T) {
	d := New(make([]byte, 32))
	buyer := map[string]any{"id": "u", "type": "buyer.upserted", "at": "2026-01-01T00:00:00Z", "buyer_id": "b",
		"name": "Ster", "country": "NL", "sector": "46"}
	policy := map[string]any{"id": "p", "type": "policy.upserted", "at": "2026-01-01T00:00:00Z", "policy_id": "p",
		"holder":   map[string]any{"id": "h", "name": "H", "language": "nl"},
		"currency": "EUR", "insured_percentage": "90", "effective_on": "2026-01-01", "period_from": "2026-01-01"}
	figure := map[string]any{"id": "i", "type": "indicator", "at": "2026-01-01T00:00:00Z", "country": "BE", "sector": "*",
		"indicator": "pmi", "value": "50", "period": "2026"}
	for _, c := range []struct {
		topic        event.Topic
		message      map[string]any
		member, says string
		refused      string // with this in the detail, empty: it is taken
	}{
		{event.TopicPortfolio, buyer, "at", "1650-01-01T00:00:00Z",
			"at: want an RFC 3339 time with a zone, from 1900-01-01 to 2261-12-31"},
		{event.TopicPortfolio, buyer, "at", "1899-12-31T23:59:59Z", "from 1900-01-01"},
		{event.TopicPortfolio, buyer, "at", "1900-01-01T00:00:00+01:00", "from 1900-01-01"}, // before it by UTC
		{event.TopicPortfolio, buyer, "at", "1900-01-01T00:00:00Z", ""},
		{event.TopicPortfolio, buyer, "at", "2261-12-31T23:59:59.999Z", ""},
		{event.TopicPortfolio, buyer, "at", "2262-01-01T00:00:00+01:00", ""},
		{event.TopicPortfolio, buyer, "at", "2261-12-31T23:59:59-01:00", "to 2261-12-31"},
		{event.TopicPortfolio, buyer, "at", "2299-12-31T00:00:00Z", "to 2261-12-31"},
		{event.TopicPortfolio, buyer, "at", "2999-12-31T23:59:59Z", "to 2261-12-31"},
		{event.TopicPortfolio, buyer, "at", "2026-10-25T02:30:00+02:00[Europe/Berlin]", "leave out [Europe/Berlin]"},
		{event.TopicPortfolio, buyer, "at", "2026-10-25T02:30:00Z[u-ca=gregory]", "leave out [u-ca=gregory]"},
		{event.TopicPortfolio, buyer, "at", "2026-10-25[Europe/Berlin]", "an RFC 3339 time with a zone"},
		{event.TopicPortfolio, buyer, "founded_on", "1066-10-14", ""}, // companies are old
		{event.TopicPortfolio, buyer, "founded_on", "2999-12-31", "founded_on: want a date YYYY-MM-DD from 1000-01-01 to " +
			"2299-12-31"},
		{event.TopicPortfolio, policy, "effective_on", "1899-12-31",
			"effective_on: want a date YYYY-MM-DD from 1900-01-01 to 2299-12-31"},
		{event.TopicPortfolio, policy, "effective_on", "9999-12-31", "to 2299-12-31"},
		{event.TopicPortfolio, policy, "period_to", "2299-12-31", ""},
		{event.TopicPortfolio, policy, "period_to", "2300-01-01", "or 9999-12-31 for no end"},
		{event.TopicPortfolio, policy, "period_to", "9999-12-31", ""},
		{event.TopicIndicators, figure, "period", "1899-Q4", "period: want a year 2026, a quarter 2026-Q3 or a month " +
			"2026-10, from 1900 to 2299"},
		{event.TopicIndicators, figure, "period", "2299-12", ""},
	} {
		was := c.message[c.member]
		c.message[c.member] = c.says
		_, err := d.Decode(c.topic, encode(t, c.message))
		if c.message[c.member] = was; was == nil {
			delete(c.message, c.member)
		}
		var bad *Error
		if errors.As(err, &bad) != (c.refused != "") || bad != nil && !strings.Contains(bad.Detail, c.refused) {
			t.Errorf("%s %s: %v, want %q", c.member, c.says, err, c.refused)
		}
	}
	for _, ms := range []int64{firstInstant, endOfInstants - 1} {
		if at := time.UnixMilli(ms); time.Unix(0, at.UnixNano()).UnixMilli() != ms {
			t.Errorf("%s is not counted in nanoseconds", at.UTC())
		}
	}
}

// TestNoEnd: 9999-12-31 as a last day is as none.
func TestNoEnd(t *testing.T) {
	d := New(make([]byte, 32))
	for kind, message := range map[event.Kind]string{
		event.KindLimitRequested: `{"id":"r","type":"limit.requested","at":"2026-01-01T00:00:00Z","request_id":"r","policy_id":"p","buyer_id":"b","kind":"new",
			"amount":"1","currency":"EUR","valid_until":"9999-12-31"}`,
		event.KindUnderwriterDecided: `{"id":"o","type":"underwriter.decided","at":"2026-01-01T00:00:00Z","scope":"buyer","buyer_id":"b","block":true,"analyst":"ann","valid_until":"9999-12-31"}`,
		event.KindPolicyUpserted: `{"id":"p","type":"policy.upserted","at":"2026-01-01T00:00:00Z","policy_id":"p","holder":{"id":"h","name":"H","language":"nl"},"currency":"EUR",
			"insured_percentage":"90","effective_on":"2026-01-01","period_from":"2026-01-01","period_to":"9999-12-31"}`,
	} {
		var members map[string]any
		if err := json.Unmarshal([]byte(message), &members); err != nil {
			t.Fatal(err)
		}
		m, err := d.Decode(kind.Topic(), []byte(message))
		if err != nil {
			t.Fatal(err)
		}
		with := event.Append(nil, &m.Event)
		delete(members, "valid_until")
		delete(members, "period_to")
		if m, err = d.Decode(kind.Topic(), encode(t, members)); err != nil ||
			string(event.Append(nil, &m.Event)) != string(with) {
			t.Errorf("%s: another record than without an end (%v)", kind, err)
		}
	}
}
