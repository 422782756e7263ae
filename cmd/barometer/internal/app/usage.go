package app

// UsageError is a wrong call or a wrong configuration: nothing was begun, and to try again is of no use.
type UsageError struct{ Err error }

// Usage makes a UsageError of an error.
func Usage(err error) error { return &UsageError{err} }

func (e *UsageError) Error() string { return e.Err.Error() }

func (e *UsageError) Unwrap() error { return e.Err }
