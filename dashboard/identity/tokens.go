package identity

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
)

// Roles of a token.
const (
	Analyst      = "analyst"
	Policyholder = "policyholder"
)

// Token is a bearer token, by the SHA-256 of its text in hex, and whom it stands for.
type Token struct {
	SHA256 string
	Role   string
	Holder string // policyholders only
	Name   string // of an analyst: who decides with it, as verdicts say; without one it decides nothing
	// Roles are what it may do, of HolderRoles or InsurerRoles; none: all of its side.
	Roles []string
}

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

// Replace puts other tokens in force, at once and for streams too. Wrong ones leave the old ones in force; so does a
// list without any, as everybody would then be an analyst. The error says which it was.
func (g *Gate) Replace(tokens []Token) error {
	if err := Validate(tokens); err != nil {
		return err
	}
	if len(tokens) == 0 && !g.Open() {
		return errors.New("there is none, and without tokens everybody would be an analyst")
	}
	close(g.tokens.Swap(newTokenSet(tokens)).replaced)
	return nil
}

type replacedKey struct{}

// Replaced returns what is closed when a request's token may not count any more.
func Replaced(ctx context.Context) <-chan struct{} {
	c, _ := ctx.Value(replacedKey{}).(chan struct{})
	return c
}

// Validate says which token is wrong, and what of it.
func Validate(tokens []Token) error {
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
