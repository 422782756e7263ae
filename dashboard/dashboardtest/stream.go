package dashboardtest

import (
	"bufio"
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Event is one event of a stream.
type Event struct{ ID, Kind, Data string }

// Stream reads n events after a Last-Event-ID, of the kinds that lists have where none is named.
func (c Client) Stream(after string, n int, begun func(), kinds ...string) []Event {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	r, _ := http.NewRequestWithContext(ctx, "GET",
		c.Base+"/v1/decisions/stream?"+url.Values{"kind": {strings.Join(kinds, ",")}}.Encode(), nil)
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
	var out []Event
	var now Event
	for len(out) < n && lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch name {
		case "":
			if strings.HasPrefix(lines.Text(), ": barometer") && begun != nil {
				begun()
				begun = nil
			}
			if now.Data != "" {
				out = append(out, now)
			}
			now = Event{}
		case "id":
			now.ID = value
		case "event":
			now.Kind = value
		case "data":
			now.Data = value
		}
	}
	if len(out) < n {
		c.t.Fatalf("the stream gave %d of %d events: %v", len(out), n, lines.Err())
	}
	return out
}
