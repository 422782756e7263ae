package alerts

import "errors"

// ErrNotFound is a subscription, notification or e-mail that is not there.
var ErrNotFound = errors.New("not found")

// ErrUnderWay is a notification that is being delivered, so that there is nothing to send again.
var ErrUnderWay = errors.New("under way")

// InvalidError is a field that cannot be accepted.
type InvalidError struct{ Field, Detail string }

func (e *InvalidError) Error() string { return e.Field + ": " + e.Detail }
