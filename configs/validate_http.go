package configs

import (
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

func (c *Config) validateHTTP(fail func(key, format string, args ...any)) {
	h := &c.HTTP
	if _, _, err := net.SplitHostPort(h.Listen); err != nil {
		fail("http.listen", "want host:port")
	}
	if u, err := url.Parse(h.PublicURL); h.PublicURL != "" && (err != nil || u.Hostname() == "" || u.Scheme != "http" &&
		u.Scheme != "https" ||
		u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "") {
		fail("http.public_url", "want https://host")
	}
	plain := h.TLS.Cert == "" && h.TLS.Key == ""
	if err := local(h.Listen); err != nil {
		switch {
		case len(h.Tokens) == 0:
			fail("http.listen", "without http.tokens only this machine may connect: %w", err)
		case plain && len(h.TrustedProxies) == 0:
			fail("http.listen", "tokens would cross the network in clear: %w; give http.tls.cert and http.tls.key, "+
				"or http.trusted_proxies where a proxy speaks TLS", err)
		}
	}
	switch {
	case plain:
	case h.TLS.Cert == "" || h.TLS.Key == "":
		fail("http.tls.cert", "cert and key come together")
	default:
		if _, err := tls.X509KeyPair([]byte(h.TLS.Cert), []byte(h.TLS.Key)); err != nil {
			fail("http.tls.cert", "cert and key do not make a certificate: %w", err)
		}
	}
	for _, network := range h.TrustedProxies {
		if _, err := netip.ParsePrefix(network); err != nil {
			fail("http.trusted_proxies", "%q: want a network such as 10.0.0.0/8, or 10.1.2.3/32 for one address", network)
		}
	}
	if h.PreliminaryPerDay < 1 || h.PreliminaryPerDay > 10_000 {
		fail("http.preliminary_per_day", "want 1 to 10000")
	}
	for _, err := range tokenErrors(h.Tokens) {
		fail("http.tokens", "%w", err)
	}
}

// tokenErrors says what is wrong with tokens, by their numbers from 1.
func tokenErrors(tokens []Token) (errs []error) {
	first := map[string]int{} // by digest
	for i, t := range tokens {
		fail := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("token %d: %w", i+1, fmt.Errorf(format, args...)))
		}
		digest, err := hex.DecodeString(t.SHA256)
		switch other := first[string(digest)]; {
		case err != nil || len(digest) != 32:
			fail("sha256 must be 64 hexadecimal digits")
		case other > 0:
			fail("has the sha256 of token %d: whoever has the one would be the other", other)
		default:
			first[string(digest)] = i + 1
		}
		known := []string{"analyst", "underwriter", "collector", "operator"}
		switch t.Role {
		case "policyholder":
			known = []string{"view", "request", "declare", "manage"}
			if t.Holder == "" {
				fail("a policyholder's token needs its holder")
			}
		case "analyst":
			if t.Name == "" {
				fail("an analyst's token needs a name, which its decisions bear: name: a.jansen")
			}
			if t.Holder != "" {
				fail("an analyst's token has no holder")
			}
		default:
			fail("role must be analyst or policyholder")
			continue
		}
		for _, r := range t.Roles {
			if !slices.Contains(known, r) {
				fail("roles: %q is none of %q", r, known)
			}
		}
	}
	return errs
}
