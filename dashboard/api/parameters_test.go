package api_test

import (
	"net/url"
	"strings"
	"testing"

	"barometer/dashboard/api"
	"barometer/dashboard/dashboardtest"
	"barometer/processor/decision"
)

// documented is the part of an OpenAPI document that tests read.
type documented struct {
	Paths map[string]map[string]struct {
		OperationID string
		Parameters  []struct {
			Name, In string
			Required bool
		}
		Responses map[string]any
	}
}

// eachOperation calls do for every operation of the document, with a path that names nothing in particular and the
// parameters that it needs.
func eachOperation(t *testing.T, c dashboardtest.Client, do func(method, path, id string, responses map[string]any)) {
	t.Helper()
	doc := dashboardtest.Get[documented](c, "/v1/openapi.json")
	n := 0
	for path, methods := range doc.Paths {
		for method, op := range methods {
			at, query := path, url.Values{}
			for _, p := range op.Parameters {
				switch {
				case p.In == "path":
					at = strings.Replace(at, "{"+p.Name+"}", "P1", 1)
				case p.Required:
					query.Set(p.Name, map[string]string{"topic": "risk.payments", "delivered_on": "2026-03-01", "buyer": "b1"}[p.Name])
				}
			}
			n++
			do(strings.ToUpper(method), at+"?"+query.Encode(), op.OperationID, op.Responses)
		}
	}
	if n < 20 {
		t.Fatalf("%d operations", n)
	}
}

// TestParametersOfEveryOperation: what an operation does not have, what is given twice and what is not text is refused,
// by all of them.
func TestParametersOfEveryOperation(t *testing.T) {
	f := dashboardtest.New()
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople)
	eachOperation(t, c, func(method, path, id string, responses map[string]any) {
		body := ""
		if method == "POST" {
			body = "{}"
		}
		for _, code := range []string{"400", "401", "403", "422", "429", "503"} {
			if responses[code] == nil {
				t.Errorf("%s does not say that it answers %s", id, code)
			}
		}
		if strings.Contains(path, "P1") && responses["404"] == nil || method == "POST" &&
			(responses["413"] == nil || responses["415"] == nil) {
			t.Errorf("%s does not say all that it answers", id)
		}
		for _, who := range []string{"ann", "acme"} {
			for extra, want := range map[string]int{"&no_such=1": 400, "&=1": 400, "&Limit=1": 400, "&%zz=1": 400,
				"&limit=1&limit=2": 400, "&policy_id=P1": 400} {
				if status, answer, h := c.As(who).Do(method, path+extra, body); status != want ||
					h.Get("Content-Type") != "application/problem+json" {
					t.Errorf("%s%s: %d %s", id, extra, status, answer)
				}
			}
			if strings.Contains(path, "P1") {
				if status, answer, _ := c.As(who).Do(method, strings.Replace(path, "P1", "P%0A1", 1), body); status != 422 {
					t.Errorf("%s with a newline in its path: %d %s", id, status, answer)
				}
			}
			if !strings.Contains(path, "buyer=b1") {
				continue
			}
			for _, bad := range []string{"a%0Ab", "%00", "a%7F", "%FF"} {
				if status, answer, _ := c.As(who).Do(method, strings.Replace(path, "buyer=b1", "buyer="+bad, 1),
					body); status != 422 {
					t.Errorf("%s with %s: %d %s", id, bad, status, answer)
				}
			}
		}
	})
	f.Store(dashboardtest.Score(0, 1, "b1", 4, 0), dashboardtest.Limited(0, 2, "P1", "ACME", "b1", 10_00))
	for query, want := range map[string]int{"kind=score.changed,limit.decided": 2,
		"kind=score.changed&kind=limit.decided": 2, "kind=limit.decided&buyer=b1&kind=score.changed": 2,
		"kind=limit.decided": 1} {
		if p := dashboardtest.Get[api.Page[api.Decision]](c.As("ann"), "/v1/decisions?"+query); len(p.Items) != want {
			t.Errorf("%s: %d decisions, want %d", query, len(p.Items), want)
		}
	}
	p := dashboardtest.Get[api.Page[api.Decision]](c.As("ann"),
		"/v1/decisions?limit=1&kind=score.changed&kind=limit.decided")
	if status, answer, _ := c.As("ann").Do("GET", "/v1/decisions?limit=1&kind=score.changed&kind=limit.decided&cursor="+
		url.QueryEscape(p.Next), ""); p.Next == "" || status != 200 {
		t.Errorf("the second page of a repeated list: %d %s", status, answer)
	}
	if status, _, _ := c.As("ann").Do("GET", "/v1/decisions?kind=score.changed&kind=none", ""); status != 422 {
		t.Errorf("a kind that is none: %d", status)
	}
}

// TestTimesOfEveryOperation: a day or a moment that nothing can be asked about is refused with the range, by whatever
// takes one.
func TestTimesOfEveryOperation(t *testing.T) {
	f := dashboardtest.New()
	f.Policies = []dashboardtest.Policy{{ID: "P1", Holder: "ACME"}}
	f.Store(dashboardtest.Case(0, 1, "P1", "ACME", "b1", 1, func(b *decision.Case) { b.Case = "P1" }))
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople)
	doc := dashboardtest.Get[struct {
		Paths map[string]map[string]struct {
			OperationID string
			Parameters  []struct {
				Name   string
				Schema struct{ Format string }
			}
		}
	}](c, "/v1/openapi.json")
	days := map[string]int{"1900-01-01": 200, "2299-12-31": 200, "0001-01-01": 422, "0000-01-01": 422, "1899-12-31": 422,
		"2300-01-01": 422, "9999-12-31": 422, "": 422, "2024-02-30": 422}
	moments := map[string]int{"1900-01-01T00:00:00Z": 200, "2261-12-31T23:59:59.999Z": 200,
		"0000-01-01T00:00:00+23:59": 422, "1900-01-01T00:00:00+00:01": 422,
		"1899-12-31T23:59:00-00:01": 200, "2261-12-31T23:59:59-00:01": 422, "2262-01-01T00:00:00Z": 422,
		"9999-12-31T23:59:59-23:59": 422, "": 422, "2024-01-01": 422}
	n := 0
	for path, methods := range doc.Paths {
		for method, op := range methods {
			for _, p := range op.Parameters {
				texts := map[string]map[string]int{"date": days, "date-time": moments}[p.Schema.Format]
				if texts == nil {
					continue
				}
				n++
				for text, want := range texts {
					query := url.Values{p.Name: {text}}
					if strings.HasSuffix(path, "/cover") {
						query.Set("buyer", "b1")
						if p.Name != "delivered_on" {
							query.Set("delivered_on", "2026-03-01")
						}
					}
					for _, who := range []string{"ann", "acme"} {
						status, answer, _ := c.As(who).Do(strings.ToUpper(method), strings.Replace(path, "{id}", "P1",
							1)+"?"+query.Encode(), "")
						if status != want || want == 422 && !strings.Contains(answer, "1900-01-01 to 22") {
							t.Errorf("%s %s=%q: %d %s", op.OperationID, p.Name, text, status, answer)
						}
					}
				}
			}
		}
	}
	if n < 4 {
		t.Errorf("%d parameters are days or moments", n)
	}
}
