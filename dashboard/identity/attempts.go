package identity

import (
	"net/netip"
	"sync"
	"time"
)

const (
	// FreeAttempts is how many failed attempts an address has before it must wait.
	FreeAttempts = 10
	// AttemptEvery is how long it takes to have one more.
	AttemptEvery = 5 * time.Second
	// MostAddresses is how many addresses are remembered at most.
	MostAddresses = 4096
)

// Attempts counts failed attempts to log in by the address that they come from: a network of 64 bits for IPv6. An
// address without a failed attempt in FreeAttempts × AttemptEvery is forgotten. The zero value is ready; any goroutine
// may use it.
type Attempts struct {
	mu   sync.Mutex
	full map[netip.Prefix]time.Time // when all attempts of an address are free again
	good map[seen]struct{}          // what succeeded from where
}

// seen is a token and the address that it came from.
type seen struct {
	from  netip.Prefix
	token Digest
}

// Succeeded remembers that a token came from an address, at most MostAddresses of them.
func (a *Attempts) Succeeded(addr string, token Digest) {
	a.mu.Lock()
	defer a.mu.Unlock()
	key := seen{network(addr), token}
	if _, known := a.good[key]; known {
		return
	}
	if a.good == nil || len(a.good) >= MostAddresses {
		a.good = map[seen]struct{}{}
	}
	a.good[key] = struct{}{}
}

// Came tells whether a token has succeeded from an address, so that it need not wait for others who guess from there.
func (a *Attempts) Came(addr string, token Digest) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, known := a.good[seen{network(addr), token}]
	return known
}

// Wait returns how long an address has to wait until it may try, 0 for not at all.
func (a *Attempts) Wait(addr string, now time.Time) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	until, known := a.full[network(addr)]
	if !known {
		return 0
	}
	return max(until.Sub(now)-(FreeAttempts-1)*AttemptEvery, 0)
}

// Failed counts an attempt that failed.
func (a *Attempts) Failed(addr string, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.full == nil {
		a.full = map[netip.Prefix]time.Time{}
	}
	of := network(addr)
	until, known := a.full[of]
	if !known && len(a.full) >= MostAddresses {
		a.forget(now)
	}
	if until.Before(now) {
		until = now
	}
	a.full[of] = until.Add(AttemptEvery)
}

// forget removes addresses that may try freely, or the one that may soonest.
func (a *Attempts) forget(now time.Time) {
	var soonest netip.Prefix
	for of, until := range a.full {
		if !until.After(now) {
			delete(a.full, of)
		} else if !soonest.IsValid() || until.Before(a.full[soonest]) {
			soonest = of
		}
	}
	if len(a.full) >= MostAddresses {
		delete(a.full, soonest)
	}
}

// network is what an address is counted by; what is no address counts together.
func network(hostport string) netip.Prefix {
	at, err := netip.ParseAddrPort(hostport)
	if err != nil {
		return netip.Prefix{}
	}
	ip := at.Addr().Unmap().WithZone("")
	bits := 64
	if ip.Is4() {
		bits = 32
	}
	p, _ := ip.Prefix(bits)
	return p
}
