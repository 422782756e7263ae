package identity_test

import (
	"net/http"
	"testing"

	"barometer/dashboard/dashboardtest"
	"barometer/dashboard/identity"
)

// TestWrongTokensAreLimited by the address that they come from; who has been right from there goes on, and a right one
// that is first tried then waits like any guess.
func TestWrongTokensAreLimited(t *testing.T) {
	c := dashboardtest.Start(t, dashboardtest.New(), dashboardtest.WithPeople)
	ask := func(token string) (int, http.Header) {
		status, _, h := c.As(token).Do("GET", "/v1/buyers", "")
		return status, h
	}
	if status, _ := ask("ann"); status != http.StatusOK {
		t.Fatalf("ann: %d", status)
	}
	for i := range identity.FreeAttempts {
		if status, h := ask("guess"); status != http.StatusUnauthorized || h.Get("WWW-Authenticate") == "" {
			t.Errorf("guess %d: %d", i, status)
		}
	}
	for _, token := range []string{"guess", "bob"} {
		if status, h := ask(token); status != http.StatusTooManyRequests || h.Get("Retry-After") == "" {
			t.Errorf("%s after too many guesses: %d, %v", token, status, h)
		}
	}
	if status, _ := ask("ann"); status != http.StatusOK {
		t.Errorf("ann, who was right before: %d", status)
	}
}

// TestTheSchemesNameIsTheSameInAnyCase (RFC 9110).
func TestTheSchemesNameIsTheSameInAnyCase(t *testing.T) {
	c := dashboardtest.Start(t, dashboardtest.New(), dashboardtest.WithPeople)
	for header, status := range map[string]int{"bearer ann": 200, "BEARER ann": 200, "Bearer  ann": 200, "Basic ann": 401,
		"bearerann": 401, "ann": 401, "": 401} {
		r, _ := http.NewRequest("GET", c.Base+"/v1/buyers", nil)
		r.Header.Set("Authorization", header)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != status {
			t.Errorf("%q: %d, want %d", header, answer.StatusCode, status)
		}
	}
}
