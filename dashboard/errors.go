package dashboard

import "errors"

// ErrNotFound is a subscription, notification or e-mail that is not there.
var ErrNotFound = errors.New("not found")

// InvalidError is a field that cannot be accepted.
type InvalidError struct{ Field, Detail string }

func (e *InvalidError) Error() string { return e.Field + ": " + e.Detail }
