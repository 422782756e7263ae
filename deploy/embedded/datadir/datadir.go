package datadir

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

const lockName = "lock"

// Dir is a data directory that this process holds.
type Dir struct {
	path string
	lock *flock.Flock
}

// Lock makes the directory, for its owner alone, and takes it for this process.
func Lock(path string) (*Dir, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("finding the data directory %s: %w", path, err)
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("making the data directory: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("looking at the data directory: %w", err)
	}
	if info.Mode().Perm()&0o022 != 0 {
		return nil, fmt.Errorf("the data directory %s may be written by others (mode %04o): chmod 700 it", path,
			info.Mode().Perm())
	}
	lock := flock.New(filepath.Join(path, lockName), flock.SetPermissions(0o600))
	held, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("locking the data directory %s: %w", path, err)
	}
	if !held {
		return nil, fmt.Errorf("the data directory %s is in use by another process: stop that one, or name another data_dir",
			path)
	}
	return &Dir{path, lock}, nil
}

// Path is the directory, absolute.
func (d *Dir) Path() string { return d.path }

// Join is a path below the directory.
func (d *Dir) Join(names ...string) string {
	return filepath.Join(append([]string{d.path}, names...)...)
}

// Close gives the directory back.
func (d *Dir) Close() error {
	if err := d.lock.Unlock(); err != nil {
		return fmt.Errorf("unlocking the data directory %s: %w", d.path, err)
	}
	return nil
}
