package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"barometer/dashboard/dashboardtest"
)

// TestThePagesFormSignsAsTheAPIDoes: a form cannot bear another's name, or none.
func TestThePagesFormSignsAsTheAPIDoes(t *testing.T) {
	f := dashboardtest.New()
	f.Store(dashboardtest.Reviewed(3, "b1", "requested", ""))
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople)
	for _, x := range []struct {
		token, analyst string
		status         int
	}{{"ann", "bob", 422}, {"analyst", "bob", 403}, {"analyst", "", 403}, {"acme", "bob", 403}, {"collector", "", 403}} {
		r, _ := http.NewRequest("POST", c.Base+"/reviews",
			strings.NewReader(url.Values{"review": {"b1/match-1"}, "verdict": {"approve"}, "analyst": {x.analyst},
				"reason": {"mine"}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Authorization", "bearer "+x.token)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != x.status || f.SentTo("risk.orders") != 0 {
			t.Errorf("%s signs as %q: %d, %d stored", x.token, x.analyst, answer.StatusCode, f.SentTo("risk.orders"))
		}
	}
}
