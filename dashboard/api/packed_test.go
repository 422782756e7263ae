package api_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"barometer/dashboard/body"
	"barometer/dashboard/dashboardtest"
)

// TestPackedBodies: gzip is unpacked up to what a body may be; other codings are refused.
func TestPackedBodies(t *testing.T) {
	f := dashboardtest.New()
	c := dashboardtest.Start(t, f)
	packed := func(text string) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = io.WriteString(z, text)
		_ = z.Close()
		return b.Bytes()
	}
	message := `{` + dashboardtest.OrderHead + dashboardtest.DisputedSaid + `}`
	bomb := packed(`[` + strings.Repeat(" ", 20*body.MaxBytes) + `]`)
	for _, x := range []struct {
		coding string
		body   []byte
		status int
	}{
		{"gzip", packed(message), 200}, {"GZIP", packed(`[` + message + `,` + message + `]`), 200},
		{"x-gzip", packed(message), 200}, {"identity", []byte(message), 200},
		{"gzip", []byte(message), 400}, {"gzip", packed(message)[:30], 400}, {"gzip", bomb, 413},
		{"br", []byte(message), 415}, {"gzip, gzip", packed(string(packed(message))), 415},
		{"deflate", []byte(message), 415},
	} {
		r, _ := http.NewRequest("POST", c.Base+"/v1/events?topic=risk.payments", bytes.NewReader(x.body))
		r.Header.Set("Content-Encoding", x.coding)
		r.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if answer.StatusCode != x.status {
			t.Errorf("%s, %d bytes: %d %s", x.coding, len(x.body), answer.StatusCode, body)
		}
	}
	if n := f.SentTo("risk.payments"); n != 5 {
		t.Errorf("%d messages are stored", n)
	}
}

// TestATextIsReadAsItIsWritten: half a character, or a byte that is no UTF-8, would become U+FFFD in any JSON body.
func TestATextIsReadAsItIsWritten(t *testing.T) {
	f := dashboardtest.New()
	f.Policies = []dashboardtest.Policy{{ID: "P1", Holder: "ACME"}}
	f.Store(dashboardtest.Reviewed(3, "b1", "requested", ""))
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople).As("ann")
	for _, broken := range []string{`\ud800x`, `x\uDFFF`, `\ud800\u0041`, "\xfc"} {
		for path, body := range map[string]string{
			"/v1/limit-requests": strings.Replace(dashboardtest.Request("r1", "10.00"), "b1",
				"b"+broken, 1),
			"/v1/reviews/" + url.PathEscape("b1/match-1"): `{"verdict":"approve","reason":"` + broken + `"}`,
			"/v1/subscriptions": `{"holder_id":"A` + broken +
				`","channel":"webhook","target":"https://x.example"}`,
			"/v1/events?topic=risk.portfolio": `{` + dashboardtest.OrderHead + strings.Replace(dashboardtest.LimitAsked, "b1",
				"b"+broken, 1) + `}`,
		} {
			status, answer, h := c.Do("POST", path, body)
			if status != http.StatusUnprocessableEntity || h.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s %q: %d %s", path, broken, status, answer)
			}
		}
	}
	if n := f.SentTo("risk.orders") + f.SentTo("risk.portfolio"); n != 0 {
		t.Errorf("%d are stored", n)
	}
	whole := strings.Replace(dashboardtest.Request("r2", "10.00"), "b1", `b\ud83d\ude00\\ud800`, 1)
	if status, answer, _ := c.Do("POST", "/v1/limit-requests", whole); status >= 300 {
		t.Errorf("both halves: %d %s", status, answer)
	}
}
