package broker

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// cleaner has the broker compact and forget what is beyond its retention, so that a kill in the middle loses nothing:
// kfake removes a partition's files before it writes the new ones. Links to all files are kept meanwhile, and whoever
// starts next puts back what a compaction left unfinished. Nothing is appended between the links and the end of the
// compaction, as it is done while a request is looked at: the broker's one goroutine answers none then.
type cleaner struct {
	dir   string
	every time.Duration
	log   *slog.Logger
	clean func()                   // compacts, and forgets what is beyond retention
	trim  func()                   // forgets only, which takes no room
	roomy func(now time.Time) bool // there is room for what is kept and what is written

	mu    sync.Mutex // held while it cleans
	last  time.Time
	over  bool
	stale bool // what is kept is of a compaction that is done
}

// Folders of the data directory. Only under the name keptDir are they whole.
const (
	partitionsDir = "partitions" // kfake's
	keptDir       = "compacting"
	makingDir     = "compacting.new"
	doneDir       = "compacting.done"
)

// cleanWhereDue is called while a request to produce is looked at, before it is taken in. After an error nothing may be
// taken in: the next start would put back what is there now.
func (c *cleaner) cleanWhereDue() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stale {
		return c.settle()
	}
	now := time.Now()
	if c.over || now.Sub(c.last) < c.every {
		return nil
	}
	c.last = now
	if !c.roomy(now) {
		c.trim()
		return nil
	}
	if err := c.keep(); err != nil {
		c.log.Warn("embedded broker does not compact: it cannot keep what is there meanwhile", "error", err)
		c.trim()
		return nil
	}
	c.clean()
	return c.settle()
}

// settle forgets what was kept of a compaction that is done.
func (c *cleaner) settle() error {
	err := c.forget()
	if _, missing := os.Stat(c.path(keptDir)); err != nil && errors.Is(missing, fs.ErrNotExist) {
		c.log.Warn("embedded broker cannot remove all that it kept while it compacted", "error", err)
		err = nil // the next compaction tries again
	}
	if c.stale = err != nil; c.stale {
		return fmt.Errorf("what was kept while the broker compacted cannot be removed: %w", err)
	}
	return nil
}

// stop waits for a compaction that is under way; none begins afterwards.
func (c *cleaner) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
}

func (c *cleaner) path(parts ...string) string {
	return filepath.Join(append([]string{c.dir}, parts...)...)
}

// keep links all files of all partitions.
func (c *cleaner) keep() error {
	if err := c.forget(); err != nil { // what an earlier one could not remove
		return err
	}
	if err := os.Mkdir(c.path(makingDir), 0o700); err != nil {
		return err
	}
	partitions, err := os.ReadDir(c.path(partitionsDir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // there is none before the first record
		return err
	}
	for _, p := range partitions {
		if err := os.Mkdir(c.path(makingDir, p.Name()), 0o700); err != nil {
			return err
		}
		files, err := os.ReadDir(c.path(partitionsDir, p.Name()))
		if err != nil {
			return err
		}
		for _, f := range files {
			if !holdsRecords(f.Name()) {
				continue
			}
			if err := os.Link(c.path(partitionsDir, p.Name(), f.Name()), c.path(makingDir, p.Name(), f.Name())); err != nil {
				return err
			}
		}
	}
	return os.Rename(c.path(makingDir), c.path(keptDir))
}

// holdsRecords tells whether a file of a partition is a segment or its index.
func holdsRecords(name string) bool {
	return filepath.Ext(name) == ".dat" || filepath.Ext(name) == ".idx"
}

// forget removes the links. A folder that is removed in part is never taken for one that is whole.
func (c *cleaner) forget() error {
	if err := os.RemoveAll(c.path(doneDir)); err != nil {
		return err
	}
	if err := os.Rename(c.path(keptDir), c.path(doneDir)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return errors.Join(os.RemoveAll(c.path(doneDir)), os.RemoveAll(c.path(makingDir)))
}

// recover puts back the partitions of a compaction that was not finished, before the broker reads them.
func (c *cleaner) recover() error {
	kept, err := os.ReadDir(c.path(keptDir))
	if errors.Is(err, fs.ErrNotExist) {
		return c.forget()
	}
	if err != nil {
		return err
	}
	for _, p := range kept {
		if err := c.putBack(p.Name()); err != nil {
			return fmt.Errorf("putting back %s, whose compaction was not finished: %w", p.Name(), err)
		}
	}
	return c.forget()
}

// putBack makes a partition's files those that were kept, unless they are.
func (c *cleaner) putBack(partition string) error {
	files, err := os.ReadDir(c.path(keptDir, partition))
	if err != nil {
		return err
	}
	same := true
	for _, f := range files {
		was, err := os.Stat(c.path(keptDir, partition, f.Name()))
		if err != nil {
			return err
		}
		is, err := os.Stat(c.path(partitionsDir, partition, f.Name()))
		same = same && err == nil && os.SameFile(was, is)
	}
	if same {
		return nil
	}
	c.log.Warn("embedded broker puts back a partition whose compaction a kill interrupted", "partition", partition)
	if err := os.MkdirAll(c.path(partitionsDir, partition), 0o755); err != nil {
		return err
	}
	there, err := os.ReadDir(c.path(partitionsDir, partition))
	if err != nil {
		return err
	}
	for _, f := range there {
		if holdsRecords(f.Name()) {
			if err := os.Remove(c.path(partitionsDir, partition, f.Name())); err != nil {
				return err
			}
		}
	}
	for _, f := range files {
		if err := os.Link(c.path(keptDir, partition, f.Name()), c.path(partitionsDir, partition, f.Name())); err != nil {
			return err
		}
	}
	return nil
}
