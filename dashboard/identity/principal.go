package identity

import "context"

// Principal is whom a request stands for: one of the insurer's people where Holder is empty, else a policyholder.
type Principal struct {
	Holder string
	// Name is that of one of the insurer's people, empty where the token names nobody.
	Name  string
	roles []string // none: all of its side
	// Open says that there are no tokens: whoever asks is everybody.
	Open bool
}

// Analyst tells whether p is one of the insurer's people.
func (p Principal) Analyst() bool { return p.Holder == "" }

type principalKey struct{}

// With is ctx for a request that stands for p.
func With(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// Of is whom a request stands for, by its context. It panics where the request did not pass a Gate: a route that
// skipped it must not answer.
func Of(ctx context.Context) Principal {
	p, ok := ctx.Value(principalKey{}).(Principal)
	if !ok {
		panic("identity: a handler without a principal")
	}
	return p
}
