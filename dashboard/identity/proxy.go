package identity

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"barometer/dashboard/problem"
	"barometer/internal/loopback"
)

// Forwarded lets stated proxies, and nobody else, say from where a request came and whether TLS was spoken. Where this
// server speaks plain HTTP beyond loopback, what needs a token is refused to all but those proxies and this machine.
func (g *Gate) Forwarded(next http.Handler) http.Handler {
	host, _, _ := net.SplitHostPort(g.cfg.Listen)
	guarded := !g.cfg.TLS && !loopback.Is(host)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from := addressOf(r.RemoteAddr)
		if guarded && !g.open(r.URL.Path) && !g.proxy(from) && !from.IsLoopback() {
			problem.Write(w, http.StatusForbidden, "this server speaks to its proxy alone, which speaks TLS")
			return
		}
		r = r.Clone(context.WithValue(r.Context(), localKey{}, from.IsLoopback() && !g.proxy(from) && !relayed(r)))
		if g.proxy(from) {
			if client := g.client(r.Header.Values("X-Forwarded-For")); client.IsValid() {
				r.RemoteAddr = netip.AddrPortFrom(client, 0).String()
			}
		} else {
			for _, name := range forwarding {
				r.Header.Del(name)
			}
		}
		next.ServeHTTP(w, r)
	})
}

// forwarding are the headers by which proxies say for whom they ask.
var forwarding = []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"}

// relayed tells whether a proxy, stated or not, says that it asks for somebody else.
func relayed(r *http.Request) bool {
	return slices.ContainsFunc(forwarding, func(name string) bool { return r.Header.Get(name) != "" })
}

// localKey is where a request's context says that this machine asks, and for nobody else.
type localKey struct{}

// local tells whether a request is this machine's own.
func local(r *http.Request) bool {
	own, _ := r.Context().Value(localKey{}).(bool)
	return own
}

// client is the last of the addresses that a request went through which is no proxy of ours: what stands before it
// anybody may have written. An invalid one where there is none.
func (g *Gate) client(header []string) netip.Addr {
	hops := strings.Split(strings.Join(header, ","), ",")
	for _, hop := range slices.Backward(hops) {
		addr := addressOf(strings.TrimSpace(hop))
		if !addr.IsValid() || !g.proxy(addr) {
			return addr
		}
	}
	return netip.Addr{}
}

func (g *Gate) proxy(addr netip.Addr) bool {
	return slices.ContainsFunc(g.cfg.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// addressOf reads an address with or without a port.
func addressOf(text string) netip.Addr {
	if ap, err := netip.ParseAddrPort(text); err == nil {
		return ap.Addr().Unmap()
	}
	addr, _ := netip.ParseAddr(strings.Trim(text, "[]"))
	return addr.Unmap()
}
