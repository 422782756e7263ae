package dashboard

import (
	"context"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// A policy's holder is taken to be the same for a while, as each request of a policyholder asks for it. What is decided names its holder
// itself.
const (
	holderLasts = 10 * time.Second
	mostHolders = 10_000
)

// holders are whose policies are.
type holders struct {
	mu sync.Mutex
	of map[string]holderUntil
}

type holderUntil struct {
	holder string
	until  time.Time
}

func (h *holders) get(policy string, now time.Time) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if x := h.of[policy]; now.Before(x.until) {
		return x.holder
	}
	return ""
}

func (h *holders) put(policy, holder string, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.of == nil || len(h.of) >= mostHolders {
		h.of = map[string]holderUntil{}
	}
	h.of[policy] = holderUntil{holder, now.Add(holderLasts)}
}

// ownPolicy is nil where p may act for a policy. Others' policies are as unknown as those that do not exist.
func (s *server) ownPolicy(ctx context.Context, p principal, policy string) error {
	if p.analyst() || s.holders.get(policy, s.now()) == p.holder {
		return nil
	}
	have, err := s.cfg.Store.Policy(ctx, policy)
	if err != nil {
		return s.failed(ctx, "reading a policy", err)
	}
	if have == nil || have.Holder != p.holder {
		return huma.Error404NotFound("no such policy")
	}
	s.holders.put(policy, have.Holder, s.now())
	return nil
}
