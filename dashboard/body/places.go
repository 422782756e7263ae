package body

import (
	"net/http"
	"sync"
)

// Places bounds what is under way at once: of everybody together, and of one sender, so that no sender takes them all.
type Places struct {
	all, each int

	mu    sync.Mutex
	taken map[string]int // by sender; none is 0
	count int            // of all that are taken: their sum
}

// NewPlaces makes so many places for all, and so many for each sender.
func NewPlaces(all, each int) *Places { return &Places{all: all, each: each, taken: map[string]int{}} }

// Take takes a place for a sender, until it is left. ok is false where there is none.
func (p *Places) Take(sender string) (leave func(), ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.count >= p.all || p.taken[sender] >= p.each {
		return nil, false
	}
	p.count++
	p.taken[sender]++
	return sync.OnceFunc(func() { p.leave(sender) }), true
}

func (p *Places) leave(sender string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count--
	if p.taken[sender]--; p.taken[sender] == 0 {
		delete(p.taken, sender)
	}
}

// comesIn tells whether a body is read by its operation as it comes in. Nothing reads it before.
func comesIn(r *http.Request) bool {
	return r.Method == http.MethodPost && r.URL.Path == "/v1/documents"
}
