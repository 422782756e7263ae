package runner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"

	"gocloud.dev/blob"
)

// kept is how many snapshots of a partition stay: one more than the newest, should that one be damaged.
const kept = 2

// storeWithin is how long one snapshot may take to be saved or read.
const storeWithin = 5 * time.Minute

// BlobStore keeps the snapshots of one partition below a prefix of a bucket: a directory or an object store.
type BlobStore struct {
	Bucket *blob.Bucket
	Prefix string        // <log id>/<role>/<partition>/
	Within time.Duration // how long one snapshot may take to be saved or read; 0: 5 minutes
}

func (s BlobStore) timeout(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, cmp.Or(s.Within, storeWithin))
}

// Save writes a snapshot and deletes all but the newest ones.
func (s BlobStore) Save(ctx context.Context, snapshot *Snapshot) (size int, err error) {
	ctx, cancel := s.timeout(ctx)
	defer cancel()
	key := fmt.Sprintf("%s%019d.snapshot", s.Prefix, snapshot.Offset())
	if size, err = s.write(ctx, key, snapshot.Parts()); err != nil {
		return size, fmt.Errorf("write snapshot %s: %w", key, err)
	}
	keys, err := s.keys(ctx)
	if err != nil {
		return size, err
	}
	for _, old := range keys[min(kept, len(keys)):] {
		if err := s.Bucket.Delete(ctx, old); err != nil {
			return size, fmt.Errorf("delete snapshot %s: %w", old, err)
		}
	}
	return size, nil
}

// write writes a blob in pieces. One that is not written whole is not there.
func (s BlobStore) write(ctx context.Context, key string, parts [][]byte) (size int, err error) {
	ctx, cancel := context.WithCancel(ctx) // closing a writer after that discards what it wrote
	defer cancel()
	w, err := s.Bucket.NewWriter(ctx, key, nil)
	if err != nil {
		return 0, err
	}
	for _, part := range parts {
		n, err := w.Write(part)
		if size += n; err != nil {
			cancel()
			return size, errors.Join(err, w.Close())
		}
	}
	return size, w.Close()
}

// Newest reads the newest snapshots, the newest first, each when it is asked for.
func (s BlobStore) Newest(ctx context.Context) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		listing, cancel := s.timeout(ctx)
		keys, err := s.keys(listing)
		cancel()
		if err != nil {
			yield(nil, err)
			return
		}
		for _, key := range keys[:min(kept, len(keys))] {
			reading, cancel := s.timeout(ctx)
			b, err := s.Bucket.ReadAll(reading, key)
			cancel()
			if err != nil {
				b, err = nil, fmt.Errorf("read snapshot %s: %w", key, err)
			}
			if !yield(b, err) {
				return
			}
		}
	}
}

// keys lists the snapshots, the newest first.
func (s BlobStore) keys(ctx context.Context) ([]string, error) {
	var keys []string
	for list := s.Bucket.List(&blob.ListOptions{Prefix: s.Prefix}); ; {
		o, err := list.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("list snapshots %s: %w", s.Prefix, err)
		}
		keys = append(keys, o.Key)
	}
	slices.Sort(keys)
	slices.Reverse(keys)
	return keys, nil
}
