package app

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/netip"
	"os"
	"os/signal"
	"syscall"

	"barometer/configs"
	"barometer/dashboard/identity"
)

// tokensOf are the tokens of a configuration as the API takes them.
func tokensOf(cfg *configs.Config) []identity.Token {
	tokens := make([]identity.Token, 0, len(cfg.HTTP.Tokens))
	for _, t := range cfg.HTTP.Tokens {
		tokens = append(tokens,
			identity.Token{SHA256: t.SHA256, Role: t.Role, Holder: t.Holder, Name: t.Name, Roles: t.Roles})
	}
	return tokens
}

// secured says how the API is reached: by TLS, through proxies, or neither.
func secured(cfg *configs.HTTP) (t *tls.Config, proxies []netip.Prefix, err error) {
	if cfg.TLS.Cert != "" {
		pair, err := tls.X509KeyPair([]byte(cfg.TLS.Cert), []byte(cfg.TLS.Key))
		if err != nil {
			return nil, nil, Usage(fmt.Errorf("http.tls.cert: %w", err))
		}
		t = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}}
	}
	for _, network := range cfg.TrustedProxies {
		p, err := netip.ParsePrefix(network)
		if err != nil {
			return nil, nil, Usage(fmt.Errorf("http.trusted_proxies: %w", err))
		}
		proxies = append(proxies, p.Masked())
	}
	return t, proxies, nil
}

// hangups reads the configuration again at each SIGHUP, until ctx ends, and gives the API its tokens. The signal ends
// no role.
func (in *installation) hangups(ctx context.Context, load func() (*configs.Config, error), serves bool) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	defer signal.Stop(signals)
	for {
		select {
		case <-ctx.Done():
			return
		case <-signals:
		}
		if !serves {
			in.log.Info("SIGHUP: this process has nothing to read again; tokens are those of who serves the API")
			continue
		}
		cfg, err := load()
		if err != nil {
			in.log.Error("SIGHUP: the old tokens stay in force", "error", err)
			continue
		}
		select {
		case in.tokens <- tokensOf(cfg):
		case <-ctx.Done():
			return
		}
	}
}
