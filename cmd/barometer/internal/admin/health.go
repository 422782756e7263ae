package admin

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

const (
	checkWithin = 3 * time.Second
	checkAge    = time.Second // probes may come more often than brokers should be asked
)

// Check is nil while something works. Its error may be read by strangers.
type Check func(ctx context.Context) error

// Hidden is an error that strangers read as said; why goes to the log alone.
func Hidden(said string, why error) error { return &hidden{said, why} }

type hidden struct {
	said string
	why  error
}

func (h *hidden) Error() string { return h.said }
func (h *hidden) Unwrap() error { return h.why }

// Health tells whether a process does its work.
type Health struct {
	log *slog.Logger

	mu     sync.Mutex
	checks []Check
	begun  bool // one was ready once
	at     time.Time
	last   error
}

// NewHealth makes one that says of changes to a log.
func NewHealth(log *slog.Logger) *Health { return &Health{log: log} }

// Add adds checks. Before the first ones a process is starting.
func (h *Health) Add(checks ...Check) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.checks, h.at = append(h.checks, checks...), time.Time{}
}

// Ready is nil while all checks are; else it joins what they say, a line each. An answer holds for a second.
func (h *Health) Ready(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if time.Since(h.at) < checkAge {
		return h.last
	}
	// The answer is for all who ask, so it does not end with the one who asked first.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), checkWithin)
	defer cancel()
	errs := make([]error, len(h.checks))
	var asking sync.WaitGroup
	for i, check := range h.checks {
		asking.Go(func() { errs[i] = check(ctx) })
	}
	asking.Wait()
	err := errors.Join(errs...)
	if len(errs) == 0 {
		err = errors.New("starting")
	}
	h.say(err)
	h.at, h.last = time.Now(), err
	return err
}

// say logs where readiness changed. What is not ready yet at the beginning is no news.
func (h *Health) say(err error) {
	switch {
	case err == nil && h.last != nil && h.begun:
		h.log.Info("ready again")
	case err != nil && h.last == nil && h.begun:
		h.log.Warn("not ready", "error", detail(err))
	}
	h.begun = h.begun || err == nil
}

// detail is an error with what is hidden of it.
func detail(err error) error {
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) {
		return err
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, e)
		if why := errors.Unwrap(e); why != nil {
			all = append(all, why)
		}
	}
	return errors.Join(all...)
}
