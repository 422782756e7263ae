package delivery

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"barometer/ingest/event"
	"barometer/processor/runner"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"
)

// Horizon says of a partition of risk.deliveries what an owner need not read again. It is a cache: without it, or with
// one of another topic, an owner reads from the start.
type Horizon struct {
	From int64 `json:"from"` // every letter and order below it has ended
	// every letter made before this position has ended; empty: all up to Published
	Open      string `json:"open,omitempty"`
	Published string `json:"published,omitempty"` // the newest letter's position
	Chain     string `json:"chain,omitempty"`     // its chain
	Newest    string `json:"newest,omitempty"`    // and its id
	Swept     int64  `json:"swept"`               // what had ended long enough below it has its tombstones
	Spared    string `json:"spared,omitempty"`    // but this letter, which was the newest when its time came
}

// Horizons keep the horizons of partitions.
type Horizons interface {
	// Load gives the zero value where none is kept.
	Load(ctx context.Context, partition int) (Horizon, error)
	Save(ctx context.Context, partition int, h Horizon) error
}

// BlobHorizons keep them beside the snapshots of the second fold.
type BlobHorizons struct {
	Bucket *blob.Bucket
	Prefix string // <log id>/deliveries/
}

const storeWithin = time.Minute

func (b BlobHorizons) key(partition int) string { return fmt.Sprintf("%s%d.json", b.Prefix, partition) }

// Load reads a horizon. One that cannot be decoded is none.
func (b BlobHorizons) Load(ctx context.Context, partition int) (h Horizon, err error) {
	ctx, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	content, err := b.Bucket.ReadAll(ctx, b.key(partition))
	if gcerrors.Code(err) == gcerrors.NotFound {
		return Horizon{}, nil
	}
	if err != nil {
		return h, fmt.Errorf("read %s: %w", b.key(partition), err)
	}
	if json.Unmarshal(content, &h) != nil {
		return Horizon{}, nil
	}
	return h, nil
}

// Save replaces a horizon.
func (b BlobHorizons) Save(ctx context.Context, partition int, h Horizon) error {
	ctx, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	if err := b.Bucket.WriteAll(ctx, b.key(partition), encode(h), nil); err != nil {
		return fmt.Errorf("write %s: %w", b.key(partition), err)
	}
	return nil
}

// within gives a horizon that fits a partition with these ends, and what of it is known as published.
func (h Horizon) within(start, end int64) (Horizon, runner.Published) {
	var known runner.Published
	if h.From > end || h.Swept > end || h.From < 0 || h.Swept < 0 {
		return Horizon{}, known // of a topic that was made anew
	}
	if h.Published != "" {
		position, chain, err := (&Letter{Position: h.Published, Chain: h.Chain}).place()
		if err != nil {
			return Horizon{}, known
		}
		known = runner.Published{Any: true, Position: position, Chain: chain}
	}
	if h.Open != "" {
		if _, err := event.ParsePosition(h.Open); err != nil {
			return Horizon{}, runner.Published{}
		}
	}
	h.From, h.Swept = max(h.From, start), max(h.Swept, start)
	return h, known
}

// ended tells whether a letter that was made at a position has ended, by the horizon.
func (h Horizon) ended(position event.Position, known runner.Published) bool {
	if open, err := event.ParsePosition(h.Open); err == nil && h.Open != "" {
		return position.Compare(open) < 0
	}
	return known.Any && position.Compare(known.Position) <= 0
}

// horizon is how far everything of a partition has ended that this owner knows of: next is the offset behind the last
// letter that it holds, or has read, and published the newest one.
func (c *Core) horizon(partition int, next int64, published runner.Published, newest string) Horizon {
	h := Horizon{From: next, Newest: newest}
	if published.Any {
		h.Published, h.Chain = published.Position.String(), fmt.Sprintf("%016x", published.Chain)
	}
	var first event.Position
	for _, p := range c.pending {
		if p.Partition != partition {
			continue
		}
		h.From = min(h.From, p.Since)
		if !p.Again && (h.Open == "" || p.Position.Compare(first) < 0) {
			first, h.Open = p.Position, p.Position.String()
		}
	}
	return h
}
