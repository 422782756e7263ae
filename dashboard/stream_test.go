package dashboard

import (
	"bufio"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"barometer/dashboard/api"
	"barometer/processor/decision"
)

// sse is one event of a stream.
type sse struct{ id, event, data string }

// stream reads n events after a Last-Event-ID, of the kinds that lists have where none is named.
func (c client) stream(after string, n int, begun func(), kinds ...string) []sse {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	r, _ := http.NewRequestWithContext(ctx, "GET",
		c.base+"/v1/decisions/stream?"+url.Values{"kind": {strings.Join(kinds, ",")}}.Encode(), nil)
	if after != "" {
		r.Header.Set("Last-Event-ID", after)
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		c.t.Fatalf("the stream answers %d", res.StatusCode)
	}
	lines := bufio.NewScanner(res.Body)
	var out []sse
	var now sse
	for len(out) < n && lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch name {
		case "":
			if strings.HasPrefix(lines.Text(), ": barometer") && begun != nil {
				begun()
				begun = nil
			}
			if now.data != "" {
				out = append(out, now)
			}
			now = sse{}
		case "id":
			now.id = value
		case "event":
			now.event = value
		case "data":
			now.data = value
		}
	}
	if len(out) < n {
		c.t.Fatalf("the stream gave %d of %d events: %v", len(out), n, lines.Err())
	}
	return out
}

// TestAStreamResumesWithoutGapOrRepetition: the reader has seen two, then some went to ClickHouse and left the memory,
// some are in memory, and one comes live.
func TestAStreamResumesWithoutGapOrRepetition(t *testing.T) {
	f := newFake()
	c := start(t, f)
	all := []decision.Decision{score(0, 1, "b1", 3, 2), score(1, 1, "b2", 4, 3), score(0, 2, "b1", 5, 3),
		score(1, 2, "b2", 6, 4), score(0, 3, "b1", 7, 5), limited(1, 3, "P1", "ACME", "b2", 100), score(0, 4, "b1", 8, 7)}
	seen := c.stream("", 2, func() { f.publish(all[0]); f.publish(all[1]) })
	if seen[0].event != "score.changed" || !strings.Contains(seen[0].data, `"position":"1-0-1-0"`) {
		t.Fatalf("live: %+v", seen)
	}
	for _, d := range all[2:6] {
		f.publish(d)
	}
	f.store(all[0], all[1], all[2], all[3])
	time.Sleep(progressEvery + 300*time.Millisecond) // the overlay prunes what is stored
	rest := c.stream(seen[1].id, 5, func() { f.publish(all[6]) })
	var got []string
	for _, e := range rest {
		got = append(got, positionIn(e.data))
	}
	slices.Sort(got)
	if want := "1-0-2-0 1-0-3-0 1-0-4-0 1-1-2-0 1-1-3-0"; strings.Join(got, " ") != want {
		t.Errorf("resumed with %v, want %s", got, want)
	}
	var last []string
	for _, e := range c.stream(rest[2].id, 2, nil) {
		last = append(last, positionIn(e.data))
	}
	want := []string{positionIn(rest[3].data), positionIn(rest[4].data)}
	slices.Sort(last)
	slices.Sort(want)
	if !slices.Equal(last, want) {
		t.Errorf("resumed once more with %v, want %v", last, want)
	}
}

// TestKindsThatAreAskedFor: exposures and reviews are listed and streamed to analysts who name them, and to nobody
// else.
func TestKindsThatAreAskedFor(t *testing.T) {
	f := newFake()
	c := start(t, f, func(cfg *Config) { cfg.Tokens = withTokens })
	analyst, acme := c.as("analyst"), c.as("acme")
	first, second, third := exposed(0, 1, "P1", "ACME", "b1", 5_000, 3_000), score(0, 2, "b1", 5, 4),
		exposed(0, 3, "P1", "ACME", "b1", 2_500, 2_500)
	seen := analyst.stream("", 1, func() { f.publish(first); f.publish(second) })
	if seen[0].event != "score.changed" {
		t.Fatalf("without a kind: %+v", seen)
	}
	if seen = analyst.stream("", 1, func() { f.publish(third) }, "exposure.changed",
		"score.changed"); seen[0].event != "exposure.changed" ||
		!strings.Contains(seen[0].data,
			`"exposure":{"policy_id":"P1","buyer_id":"b1","holder_id":"ACME","currency":"EUR","outstanding":"25.00","covered":"25.00","in_dispute":"0.00"}`) {
		t.Fatalf("exposures: %+v", seen)
	}
	f.store(first, second, third)
	if p := get[api.Page[api.Decision]](analyst, "/v1/decisions?kind=exposure.changed"); len(p.Items) != 2 ||
		p.Items[0].Exposure.Outstanding != "25.00" || p.Items[1].Exposure.Covered != "30.00" {
		t.Errorf("listed: %+v", p)
	}
	if p := get[api.Page[api.Decision]](analyst, "/v1/decisions"); len(p.Items) != 1 || p.Items[0].Score == nil {
		t.Errorf("listed without a kind: %+v", p)
	}
	if status, body, _ := acme.do("GET", "/v1/decisions?kind=exposure.changed", ""); status != http.StatusForbidden {
		t.Errorf("listed for a policyholder: %d %s", status, body)
	}
}

func positionIn(data string) string {
	_, after, _ := strings.Cut(data, `"position":"`)
	p, _, _ := strings.Cut(after, `"`)
	return p
}

func TestAForgedEventIDIsRefused(t *testing.T) {
	c := start(t, newFake())
	r, _ := http.NewRequest("GET", c.base+"/v1/decisions/stream", nil)
	r.Header.Set("Last-Event-ID", "1-0-1-0")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusBadRequest {
		t.Errorf("answered %d", res.StatusCode)
	}
}
