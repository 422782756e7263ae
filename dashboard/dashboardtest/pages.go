package dashboardtest

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Tags matches markup.
var Tags = regexp.MustCompile(`<[^>]*>`)

// Form posts a form as a browser does, or as htmx does, and reads the answer without markup's escapes.
func (c Client) Form(path string, htmx bool, fields ...string) (int, string) {
	c.t.Helper()
	values := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		values.Set(fields[i], fields[i+1])
	}
	r, err := http.NewRequest("POST", c.Base+path, strings.NewReader(values.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer "+c.token)
	if htmx {
		r.Header.Set("HX-Request", "true")
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	var b strings.Builder
	if err := answer.Write(&b); err != nil {
		c.t.Fatal(err)
	}
	return answer.StatusCode, Plain(b.String())
}

// Plain is markup without escapes and with blanks of one kind.
func Plain(body string) string {
	return strings.NewReplacer("\u202f", " ", "\u00a0", " ").Replace(html.UnescapeString(body))
}

// Page is a page without escapes.
func (c Client) Page(path string) string {
	c.t.Helper()
	_, body, _ := c.Do("GET", path, "")
	return Plain(body)
}

// Eventually waits until something holds.
func Eventually(t *testing.T, holds func() bool) {
	t.Helper()
	for range 400 {
		if holds() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("it never holds")
}
