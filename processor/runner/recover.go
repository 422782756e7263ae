package runner

import (
	"context"
	"fmt"
	"iter"
)

// Recover finds where to start: the newest snapshot that fits, else the beginning. An error that wraps ErrMismatch is a
// log that ends below what is published.
//
// It chooses among snapshots that were there before it asks what is published last. An owner that stops may still
// publish, and save a snapshot after that: who began there, by an earlier look at what is published, would pass over
// outputs that its Out has not seen.
func Recover(ctx context.Context, p Partition) (*Core, error) {
	if p.Before != nil {
		if err := p.Before(ctx); err != nil {
			return nil, err
		}
	}
	next, stop := iter.Pull2(p.Store.Newest(ctx))
	defer stop()
	b, failed, more := next()
	published, err := p.Out.Last(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the last decision: %w", err)
	}
	end, err := p.Log.End(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the end of the log: %w", err)
	}
	if published.Any && published.Position.Offset >= end {
		return nil, fmt.Errorf("%w: decision %s is published, but the log ends at %d", ErrMismatch, published.Position, end)
	}
	for ; more; b, failed, more = next() {
		if failed != nil {
			p.Logger.Warn("a snapshot cannot be read", "partition", p.Name, "error", failed)
			continue
		}
		core, err := NewCore(p.Fold(), p.Config, published)
		if err != nil {
			return nil, err
		}
		if err := core.Recover(b, p.Version, p.LogID, end); err != nil {
			p.Logger.Warn("snapshot not used", "partition", p.Name, "error", err)
			continue
		}
		return core, nil
	}
	return NewCore(p.Fold(), p.Config, published)
}
