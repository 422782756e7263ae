// Package loopback answers one question: can only this machine be reached at an address, or have asked by a name? What
// asks nobody for a password listens on such addresses alone, and answers requests for such hosts alone, so that a page
// that resolves its own name to 127.0.0.1 gets nothing.
package loopback

import (
	"net"
	"net/netip"
	"strings"
)

// Is tells whether a host, with or without a port, is this machine alone: localhost, in any case, or a loopback
// address. A name that resolves to one is not: whoever owns the name may change that.
func Is(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	if inner, ok := strings.CutPrefix(host, "["); ok {
		host = strings.TrimSuffix(inner, "]")
	}
	return strings.EqualFold(host, "localhost") || IsAddress(host)
}

// IsAddress tells whether a host is a loopback address, and not a name.
func IsAddress(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}
