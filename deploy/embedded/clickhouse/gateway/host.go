package gateway

import (
	"net/http"
	"net/url"

	"barometer/internal/loopback"
)

// fromOutside says why a request may come from a page of another site, or not from this machine's user at all; empty:
// it does not. The gateway listens on loopback and asks readers for no password, so a page that resolves its own name
// to 127.0.0.1 would read everything. Browsers tell on such pages: by the name in Host, by Origin, by Sec-Fetch-Site.
func fromOutside(r *http.Request) string {
	if !loopback.Is(r.Host) {
		return "the Host must be localhost or a loopback address"
	}
	for _, site := range r.Header.Values("Sec-Fetch-Site") {
		if site != "same-origin" && site != "none" {
			return "pages of other sites may not ask"
		}
	}
	for _, origin := range r.Header.Values("Origin") {
		if u, err := url.Parse(origin); err != nil || u.Host != r.Host || u.Scheme != "http" && u.Scheme != "https" {
			return "pages of other origins may not ask"
		}
	}
	return ""
}
