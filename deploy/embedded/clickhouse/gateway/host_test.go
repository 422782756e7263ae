package gateway

import (
	"net/http"
	"strings"
	"testing"
)

// TestOnlyThisMachineAsks: a page that resolves its own name to 127.0.0.1, or one of another site or port, gets
// nothing, not even a ping.
func TestOnlyThisMachineAsks(t *testing.T) {
	own := strings.TrimPrefix(server.URL, "http://")
	port := own[strings.LastIndexByte(own, ':'):]
	for _, c := range []struct {
		name, host string
		headers    []string
		status     int
	}{
		{"by address", own, nil, 200},
		{"by name", "localhost" + port, nil, 200},
		{"by name in capitals", "LOCALHOST" + port, nil, 200},
		{"another address of loopback", "127.8.9.10", nil, 200},
		{"IPv6", "[::1]" + port, nil, 200},
		{"IPv6 without a port", "[::1]", nil, 200},
		{"a tool that says it is no page", own, []string{"Sec-Fetch-Site", "none"}, 200},
		{"a page of its own", own, []string{"Sec-Fetch-Site", "same-origin", "Origin", "http://" + own}, 200},
		{"another name", "evil.example" + port, nil, 403},
		{"another name, same-origin", "evil.example" + port, []string{"Sec-Fetch-Site", "same-origin", "Origin",
			"http://evil.example" + port}, 403},
		{"a name that begins like loopback", "127.0.0.1.evil.example", nil, 403},
		{"a name that ends like it", "evil.localhost.example", nil, 403},
		{"a subdomain of localhost", "evil.localhost", nil, 403},
		{"an address in decimal", "2130706433", nil, 403},
		{"an address that is not loopback", "10.0.0.7" + port, nil, 403},
		{"any address", "0.0.0.0" + port, nil, 403},
		{"user information", "localhost@evil.example", nil, 403},
		{"another site", own, []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"another port of this machine", own, []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"one that says two things", own, []string{"Sec-Fetch-Site", "none", "Sec-Fetch-Site", "cross-site"}, 403},
		{"foreign origin", own, []string{"Origin", "http://evil.example"}, 403},
		{"origin of another port", own, []string{"Origin", "http://127.0.0.1:3000"}, 403},
		{"origin of nowhere", own, []string{"Origin", "null"}, 403},
	} {
		for _, path := range []string{"/ping", "/", "/?query=SELECT+1", "/play"} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Host = c.host
			for i := 0; i < len(c.headers); i += 2 {
				r.Header.Add(c.headers[i], c.headers[i+1])
			}
			response, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = response.Body.Close()
			status := c.status
			if path == "/play" && status == 200 {
				status = 404
			}
			if response.StatusCode != status {
				t.Errorf("%s, %s: %s, want %d", c.name, path, response.Status, status)
			}
		}
	}
}
