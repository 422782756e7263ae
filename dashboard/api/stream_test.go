package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"barometer/dashboard"
	"barometer/dashboard/api"
	"barometer/dashboard/dashboardtest"
	"barometer/processor/decision"
)

// TestAStreamResumesWithoutGapOrRepetition: the reader has seen two, then some went to ClickHouse and left the memory,
// some are in memory, and one comes live.
func TestAStreamResumesWithoutGapOrRepetition(t *testing.T) {
	f := dashboardtest.New()
	c := dashboardtest.Start(t, f)
	all := []decision.Decision{dashboardtest.Score(0, 1, "b1", 3, 2), dashboardtest.Score(1, 1, "b2", 4, 3),
		dashboardtest.Score(0, 2, "b1", 5, 3), dashboardtest.Score(1, 2, "b2", 6, 4), dashboardtest.Score(0, 3, "b1", 7, 5),
		dashboardtest.Limited(1, 3, "P1", "ACME", "b2", 100), dashboardtest.Score(0, 4, "b1", 8, 7)}
	seen := c.Stream("", 2, func() { f.Publish(all[0]); f.Publish(all[1]) })
	if seen[0].Kind != "score.changed" || !strings.Contains(seen[0].Data, `"position":"1-0-1-0"`) {
		t.Fatalf("live: %+v", seen)
	}
	for _, d := range all[2:6] {
		f.Publish(d)
	}
	f.Store(all[0], all[1], all[2], all[3])
	time.Sleep(1300 * time.Millisecond) // the overlay prunes what is stored
	rest := c.Stream(seen[1].ID, 5, func() { f.Publish(all[6]) })
	var got []string
	for _, e := range rest {
		got = append(got, positionIn(e.Data))
	}
	slices.Sort(got)
	if want := "1-0-2-0 1-0-3-0 1-0-4-0 1-1-2-0 1-1-3-0"; strings.Join(got, " ") != want {
		t.Errorf("resumed with %v, want %s", got, want)
	}
	var last []string
	for _, e := range c.Stream(rest[2].ID, 2, nil) {
		last = append(last, positionIn(e.Data))
	}
	want := []string{positionIn(rest[3].Data), positionIn(rest[4].Data)}
	slices.Sort(last)
	slices.Sort(want)
	if !slices.Equal(last, want) {
		t.Errorf("resumed once more with %v, want %v", last, want)
	}
}

// TestKindsThatAreAskedFor: exposures and reviews are listed and streamed to analysts who name them, and to nobody
// else.
func TestKindsThatAreAskedFor(t *testing.T) {
	f := dashboardtest.New()
	c := dashboardtest.Start(t, f, func(cfg *dashboard.Config) { cfg.Tokens = dashboardtest.Tokens })
	analyst, acme := c.As("analyst"), c.As("acme")
	first, second, third := dashboardtest.Exposed(0, 1, "P1", "ACME", "b1", 5_000, 3_000), dashboardtest.Score(0, 2, "b1",
		5, 4), dashboardtest.Exposed(0, 3, "P1", "ACME", "b1", 2_500, 2_500)
	seen := analyst.Stream("", 1, func() { f.Publish(first); f.Publish(second) })
	if seen[0].Kind != "score.changed" {
		t.Fatalf("without a kind: %+v", seen)
	}
	if seen = analyst.Stream("", 1, func() { f.Publish(third) }, "exposure.changed",
		"score.changed"); seen[0].Kind != "exposure.changed" ||
		!strings.Contains(seen[0].Data,
			`"exposure":{"policy_id":"P1","buyer_id":"b1","holder_id":"ACME","currency":"EUR","outstanding":"25.00","covered":"25.00","in_dispute":"0.00"}`) {
		t.Fatalf("exposures: %+v", seen)
	}
	f.Store(first, second, third)
	if p := dashboardtest.Get[api.Page[api.Decision]](analyst, "/v1/decisions?kind=exposure.changed"); len(p.Items) != 2 ||
		p.Items[0].Exposure.Outstanding != "25.00" || p.Items[1].Exposure.Covered != "30.00" {
		t.Errorf("listed: %+v", p)
	}
	if p := dashboardtest.Get[api.Page[api.Decision]](analyst, "/v1/decisions"); len(p.Items) != 1 ||
		p.Items[0].Score == nil {
		t.Errorf("listed without a kind: %+v", p)
	}
	if status, body, _ := acme.Do("GET", "/v1/decisions?kind=exposure.changed", ""); status != http.StatusForbidden {
		t.Errorf("listed for a policyholder: %d %s", status, body)
	}
}

func positionIn(data string) string {
	_, after, _ := strings.Cut(data, `"position":"`)
	p, _, _ := strings.Cut(after, `"`)
	return p
}

func TestAForgedEventIDIsRefused(t *testing.T) {
	c := dashboardtest.Start(t, dashboardtest.New())
	r, _ := http.NewRequest("GET", c.Base+"/v1/decisions/stream", nil)
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
