package ingest

import (
	"log/slog"
	"sync"
	"time"
)

// warnEvery is how often one kind of trouble is told of, however many meet it.
const warnEvery = 10 * time.Second

// troubles logs what fails and is tried again. It is safe for concurrent use.
type troubles struct {
	log    *slog.Logger
	mu     sync.Mutex
	told   map[string]time.Time // by message, of which there are a few
	untold map[string]int
}

// tell logs a failure, unless one with the same message was logged a short while ago.
func (t *troubles) tell(message string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.told == nil {
		t.told, t.untold = map[string]time.Time{}, map[string]int{}
	}
	if time.Since(t.told[message]) < warnEvery {
		t.untold[message]++
		return
	}
	if n := t.untold[message]; n > 0 {
		args = append(args, "alike", n)
	}
	t.told[message], t.untold[message] = time.Now(), 0
	t.log.Warn(message, args...)
}
