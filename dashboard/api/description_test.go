package api_test

import (
	"strings"
	"testing"

	"barometer/dashboard/dashboardtest"
)

func TestOpenAPINamesEveryPath(t *testing.T) {
	c := dashboardtest.Start(t, dashboardtest.New())
	doc := dashboardtest.Get[struct {
		OpenAPI string
		Paths   map[string]map[string]any
	}](c, "/v1/openapi.json")
	for path, methods := range map[string]string{"/v1/limit-requests": "post", "/v1/limit-requests/{id}": "get",
		"/v1/buyers":      "get",
		"/v1/buyers/{id}": "get", "/v1/buyers/{id}/history": "get", "/v1/policies/{id}/limits": "get", "/v1/decisions": "get",
		"/v1/decisions/stream": "get", "/v1/events": "post", "/v1/subscriptions": "get post",
		"/v1/subscriptions/{id}": "delete",
		"/v1/notifications":      "get", "/v1/notifications/{id}/redeliver": "post",
		"/v1/overdue-reports": "post", "/v1/cases": "get", "/v1/cases/{id}": "get", "/v1/claims": "get post",
		"/v1/claims/draft": "get", "/v1/claims/{id}": "get"} {
		for _, m := range strings.Fields(methods) {
			if doc.Paths[path][m] == nil {
				t.Errorf("%s %s is not described", m, path)
			}
		}
	}
	_, body, _ := c.Do("GET", "/v1/openapi.json", "")
	for _, want := range []string{"HolderLimit", "HolderBuyer", "Barometer-Position", "application/problem+json", `"q"`,
		`"cursor"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the description lacks %s", want)
		}
	}
}
