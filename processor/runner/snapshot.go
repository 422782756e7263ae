package runner

import (
	"errors"
	"fmt"
	"slices"

	"barometer/ingest/event/wire"

	"github.com/cespare/xxhash/v2"
	"google.golang.org/protobuf/encoding/protowire"
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

// fieldState is the field of the state, which a Snapshot writes by itself.
const fieldState = 5

// Walk walks the fields of a snapshot.
func (s *snapshot) Walk(w *wire.Wire) {
	w.Uint32(1, &s.format)
	w.Str(2, &s.fold)
	w.Str(3, &s.logID)
	w.Int(4, &s.next)
	w.Blob(fieldState, &s.state)
	w.Fixed(6, &s.sum)
}

func (s *snapshot) checksum(state ...[]byte) uint64 {
	head := *s
	head.sum, head.state = 0, nil
	var d xxhash.Digest
	d.ResetWithSeed(xxhash.Sum64(wire.Append(nil, &head)))
	for _, part := range state {
		_, _ = d.Write(part)
	}
	return max(d.Sum64(), 1)
}

// Snapshot is a state with where it stands. Unlike a Core it may be handed to another goroutine.
type Snapshot struct {
	head  snapshot // without state and sum
	state State
}

// Offset is the offset of the record that follows.
func (s *Snapshot) Offset() int64 { return s.head.next }

// Parts encodes the snapshot, in pieces.
func (s *Snapshot) Parts() [][]byte {
	state := s.state.Parts()
	size := 0
	for _, part := range state {
		size += len(part)
	}
	begin := protowire.AppendTag(wire.Append(nil, &s.head), fieldState, protowire.BytesType)
	begin = protowire.AppendVarint(begin, uint64(size))
	end := wire.Append(nil, &snapshot{sum: s.head.checksum(state...)})
	return slices.Concat([][]byte{begin}, state, [][]byte{end})
}

// capture is a snapshot that is being encoded, or waits for the output before it.
type capture struct {
	Snapshot
	encoded bool
	needs   [Lanes]uint64 // lane.acked that frees it
}

// Capture begins a snapshot of the state as it is now, between two records; version names the fold and its version. It
// replaces a capture that is not given yet.
func (c *Core) Capture(version string) {
	if c.failed != nil {
		return
	}
	head := snapshot{format: SnapshotFormat, fold: version, logID: c.fold.LogID(), next: c.next}
	c.captured = &capture{Snapshot: Snapshot{head, c.fold.Capture()}}
	for i := range c.lanes {
		c.captured.needs[i] = c.lanes[i].queued
	}
}

// Capturing tells whether a capture was begun and not given yet.
func (c *Core) Capturing() bool { return c.captured != nil }

// Advance encodes more of the state that is being captured, and tells whether there is more to encode.
func (c *Core) Advance() (more bool) {
	if c.captured == nil || c.captured.encoded {
		return false
	}
	c.captured.encoded = c.captured.state.Advance()
	return !c.captured.encoded
}

// Snapshot gives the captured snapshot once, when it is encoded and all output before it is acknowledged; nil until
// then.
func (c *Core) Snapshot() *Snapshot {
	if c.captured == nil || !c.captured.encoded {
		return nil
	}
	for i := range c.lanes {
		if c.lanes[i].acked < c.captured.needs[i] {
			return nil
		}
	}
	s := c.captured.Snapshot
	c.captured = nil
	return &s
}

// Recover puts the core at a snapshot of its log, which ends at end; its bytes are the fold's from then on. It comes
// before the first Feed. Errors wrap ErrSnapshot, and leave the core as it was: another snapshot, or none, may follow.
func (c *Core) Recover(b []byte, version, logID string, end int64) error {
	var s snapshot
	if err := wire.Decode(b, &s); err != nil {
		return fmt.Errorf("%w: %w", ErrSnapshot, err)
	}
	switch {
	case s.format != SnapshotFormat:
		return fmt.Errorf("%w: envelope format %d, want %d", ErrSnapshot, s.format, SnapshotFormat)
	case s.sum != s.checksum(s.state):
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
	c.next, c.done = s.next, s.next
	// Below the snapshot everything is published; if that is all there is, nothing is left to compare.
	if c.published.Any && c.published.Position.Offset < s.next {
		c.checked = true
	}
	return nil
}
