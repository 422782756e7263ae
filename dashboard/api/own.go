package api

import (
	"context"
	"sync"
	"time"

	"barometer/dashboard/identity"

	"github.com/danielgtaylor/huma/v2"
)

// A holder's policies are taken to be the same for a while, as each request of a policyholder asks for them. What is
// decided names its holder itself.
const (
	policiesLast   = 10 * time.Second
	policiesAgain  = time.Second // an unknown policy is looked for again after this
	mostPolicies   = 10_000      // of one holder
	mostRemembered = 200_000     // of all
)

// holders are the policies of the holders who ask.
type holders struct {
	mu    sync.Mutex
	of    map[string]ownPolicies
	count int // of policies remembered
}

type ownPolicies struct {
	at  time.Time
	all map[string]bool
}

func (h *holders) get(holder string) ownPolicies {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.of[holder]
}

func (h *holders) put(holder string, own ownPolicies) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.count -= len(h.of[holder].all)
	if h.of == nil || h.count+len(own.all) > mostRemembered || len(h.of) >= mostRemembered {
		h.of, h.count = map[string]ownPolicies{}, 0
	}
	h.of[holder] = own
	h.count += len(own.all)
}

// ownPolicies tells which of some policies p may act for: with at most one question to the Store, however many they
// are, and a look into the log for those that it does not have.
func (s *API) ownPolicies(ctx context.Context, p identity.Principal, policies []string) (map[string]bool, error) {
	own := map[string]bool{}
	if len(policies) == 0 {
		return own, nil
	}
	have, asked := s.holders.get(p.Holder), false
	if s.cfg.Now().Sub(have.at) > policiesLast {
		have = ownPolicies{}
	}
	for _, policy := range policies {
		if !have.all[policy] && !asked && s.cfg.Now().Sub(have.at) > policiesAgain {
			ids, err := s.cfg.Store.HolderPolicies(ctx, p.Holder, mostPolicies)
			if err != nil {
				return nil, s.failed(ctx, "reading the policies", err)
			}
			have, asked = ownPolicies{s.cfg.Now(), map[string]bool{}}, true
			for _, id := range ids {
				have.all[id] = true
			}
			s.holders.put(p.Holder, have)
		}
		own[policy] = have.all[policy]
	}
	missing := map[string]bool{}
	for policy, is := range own {
		if !is {
			missing[policy] = true
		}
	}
	if len(missing) == 0 {
		return own, nil
	}
	s.cfg.Written.Await(ctx, func() bool {
		for policy := range missing {
			if s.cfg.Written.Holder(policy) == p.Holder {
				own[policy] = true
				delete(missing, policy)
			}
		}
		return len(missing) == 0
	})
	return own, nil
}

// ownPolicy is nil where p may act for a policy. Others' policies are as unknown as those that do not exist.
func (s *API) ownPolicy(ctx context.Context, p identity.Principal, policy string) error {
	if p.Analyst() {
		return nil
	}
	own, err := s.ownPolicies(ctx, p, []string{policy})
	if err == nil && !own[policy] {
		err = huma.Error404NotFound("no such policy")
	}
	return err
}
