package runner

import (
	"errors"
	"fmt"

	"barometer/ingest/event/wire"

	"github.com/cespare/xxhash/v2"
)

// SnapshotFormat is the version of the snapshot envelope; what is inside belongs to the fold.
const SnapshotFormat = 1

// ErrSnapshot is wrapped by every reason to refuse a snapshot. The partition then recovers from an older one, or from
// the beginning of the log.
var ErrSnapshot = errors.New("snapshot refused")

// snapshot is the envelope: where the state stands, and a checksum over all of it.
type snapshot struct {
	format uint32
	fold   string // name and version of the fold that wrote it
	logID  string
	next   int64
	state  []byte
	sum    uint64
}

func (s *snapshot) Walk(w *wire.Wire) {
	w.Uint32(1, &s.format)
	w.Str(2, &s.fold)
	w.Str(3, &s.logID)
	w.Int(4, &s.next)
	w.Blob(5, &s.state)
	w.Fixed(6, &s.sum)
}

func (s *snapshot) checksum() uint64 {
	head := *s
	head.sum, head.state = 0, nil
	var d xxhash.Digest
	d.ResetWithSeed(xxhash.Sum64(wire.Append(nil, &head)))
	_, _ = d.Write(s.state)
	return max(d.Sum64(), 1)
}

// capture is a snapshot that waits for the output before it.
type capture struct {
	bytes []byte
	needs [Lanes]uint64 // lane.acked that frees it
}

// Capture encodes the state as it is now, between two records; version names the fold and its version. It replaces a
// capture that still waits.
func (c *Core) Capture(version string) {
	if c.failed != nil {
		return
	}
	s := snapshot{format: SnapshotFormat, fold: version, logID: c.fold.LogID(), next: c.next, state: c.fold.AppendState(nil)}
	s.sum = s.checksum()
	c.captured = &capture{bytes: wire.Append(nil, &s)}
	for i := range c.lanes {
		c.captured.needs[i] = c.lanes[i].queued
	}
}

// Snapshot gives the captured snapshot once, when all output before it is acknowledged; nil until then.
func (c *Core) Snapshot() []byte {
	if c.captured == nil {
		return nil
	}
	for i := range c.lanes {
		if c.lanes[i].acked < c.captured.needs[i] {
			return nil
		}
	}
	b := c.captured.bytes
	c.captured = nil
	return b
}

// Recover puts the core at a snapshot of its log, which ends at end. It comes before the first Feed. Errors wrap
// ErrSnapshot, and leave the core as it was: another snapshot, or none, may follow.
func (c *Core) Recover(b []byte, version, logID string, end int64) error {
	var s snapshot
	if err := wire.Decode(b, &s); err != nil {
		return fmt.Errorf("%w: %w", ErrSnapshot, err)
	}
	switch {
	case s.format != SnapshotFormat:
		return fmt.Errorf("%w: envelope format %d, want %d", ErrSnapshot, s.format, SnapshotFormat)
	case s.sum != s.checksum():
		return fmt.Errorf("%w: checksum does not hold", ErrSnapshot)
	case s.fold != version:
		return fmt.Errorf("%w: written by fold %q, this is %q", ErrSnapshot, s.fold, version)
	case s.logID != logID:
		return fmt.Errorf("%w: of log %s, this is %s", ErrSnapshot, s.logID, logID)
	case s.next > end:
		return fmt.Errorf("%w: at offset %d, the log ends at %d", ErrSnapshot, s.next, end)
	}
	if err := c.fold.RestoreState(s.state); err != nil {
		return fmt.Errorf("%w: %w", ErrSnapshot, err)
	}
	c.next = s.next
	// Below the snapshot everything is published; if that is all there is, nothing is left to compare.
	if c.published.Any && c.published.Position.Offset < s.next {
		c.checked = true
	}
	return nil
}
