package dashboard

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
)

// tokenSet are the tokens that count now.
type tokenSet struct {
	tokens   []Token
	replaced chan struct{} // closed when others count: streams end by it, so that who comes back is asked for a token
}

// none tells whether everybody on this machine is an analyst.
func (t *tokenSet) none() bool { return len(t.tokens) == 0 }

func newTokenSet(tokens []Token) *tokenSet {
	return &tokenSet{slices.Clone(tokens), make(chan struct{})}
}

// reload takes tokens as they come, until ctx ends. Wrong ones leave the old ones in force; so does a list without any,
// as everybody would then be an analyst.
func (s *server) reload(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case tokens := <-s.cfg.Reload:
			err := validateTokens(tokens)
			if err == nil && len(tokens) == 0 && !s.tokens.Load().none() {
				err = errors.New("there is none, and without tokens everybody would be an analyst")
			}
			if err != nil {
				s.log.ErrorContext(ctx, "the old tokens stay in force", "error", err)
				continue
			}
			close(s.tokens.Swap(newTokenSet(tokens)).replaced)
			s.log.InfoContext(ctx, "tokens are read again", "tokens", len(tokens))
		}
	}
}

type replacedKey struct{}

// replaced is closed when a request's token may not count any more.
func replaced(ctx context.Context) <-chan struct{} {
	c, _ := ctx.Value(replacedKey{}).(chan struct{})
	return c
}

func validateTokens(tokens []Token) error {
	for i, t := range tokens {
		if b, err := hex.DecodeString(t.SHA256); err != nil || len(b) != 32 {
			return fmt.Errorf("token %d: sha256 is not 64 hexadecimal digits", i+1)
		}
		switch {
		case t.Role != Analyst && t.Role != Policyholder:
			return fmt.Errorf("token %d: role %q is neither %s nor %s", i+1, t.Role, Analyst, Policyholder)
		case (t.Role == Policyholder) != (t.Holder != ""):
			return fmt.Errorf("token %d: a policyholder's token names its holder, an analyst's none", i+1)
		}
		known := InsurerRoles
		if t.Role == Policyholder {
			known = HolderRoles
		}
		for _, r := range t.Roles {
			if !slices.Contains(known, r) {
				return fmt.Errorf("token %d: role %q is none of %q", i+1, r, known)
			}
		}
	}
	return nil
}
