package dashboard

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"
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
	if p := get[Page[Decision]](analyst, "/v1/decisions?kind=exposure.changed"); len(p.Items) != 2 ||
		p.Items[0].Exposure.Outstanding != "25.00" || p.Items[1].Exposure.Covered != "30.00" {
		t.Errorf("listed: %+v", p)
	}
	if p := get[Page[Decision]](analyst, "/v1/decisions"); len(p.Items) != 1 || p.Items[0].Score == nil {
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

func TestTheOverlayIsBoundedAndPruned(t *testing.T) {
	o := newOverlay(1, 10, 1<<20, newRates(time.Now))
	var e decision.Encoder
	for i := range int64(25) {
		d := score(0, i+1, fmt.Sprintf("b%d", i%3), 4, 3)
		if err := o.add(0, e.Append(nil, &d)); err != nil {
			t.Fatal(err)
		}
		if err := o.add(0, e.Append(nil, &d)); err != nil { // a stale owner writes it again
			t.Fatal(err)
		}
	}
	if n := o.count(); n != 10 {
		t.Errorf("%d are kept, want the bound", n)
	}
	if !o.lost(0) {
		t.Error("what the bound took is not told")
	}
	o.stored([]history.Progress{{Position: event.Position{Generation: 1, Offset: 22}}})
	if n := o.count(); n != 3 || o.lost(0) {
		t.Errorf("%d are kept after ClickHouse has 22 of 25; lost: %v", n, o.lost(0))
	}
	kept := 0
	for i := range 3 {
		kept += len(o.find(buyerKey(fmt.Sprintf("b%d", i))))
	}
	if kept != 3 {
		t.Errorf("the index has %d", kept)
	}
	o.stored([]history.Progress{{Position: event.Position{Generation: 1, Offset: 25}}})
	if len(o.index) != 0 || o.count() != 0 || o.tails[0].bytes != 0 {
		t.Errorf("left behind: %d keys, %d entries, %d bytes", len(o.index), o.count(), o.tails[0].bytes)
	}
}

func TestASlowReaderIsCutOff(t *testing.T) {
	o := newOverlay(1, 100, 1<<20, newRates(time.Now))
	s, _, _ := o.subscribe(nil, func(*decision.Decision) bool { return true })
	var e decision.Encoder
	for i := range int64(streamBuffer + 2) {
		d := score(0, i+1, "b", 4, 3)
		if err := o.add(0, e.Append(nil, &d)); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	for range s.decisions {
		n++
	}
	if n != streamBuffer {
		t.Errorf("got %d before the cut", n)
	}
}

func TestRatesAreTheFoldsCounts(t *testing.T) {
	now := time.Unix(1000, 0)
	r := newRates(func() time.Time { return now })
	cut := decision.Decision{Kind: decision.ProgressMade,
		Body: &decision.Progress{Counts: []decision.Count{{Event: event.KindInvoicePaid, N: 500},
			{Event: event.KindTick, N: 9}, {Decision: decision.ScoreChanged, N: 4}}}}
	sc := score(0, 1, "b", 4, 3)
	r.saw(&cut)
	r.saw(&sc)
	now = now.Add(time.Second)
	if e, d := r.perSecond(10); e != 50 || d != 0.1 {
		t.Errorf("%v events, %v decisions per second", e, d)
	}
	now = now.Add(rateSeconds * time.Second)
	if e, _ := r.perSecond(10); e != 0 {
		t.Errorf("%v events per second after a long silence", e)
	}
}
