package runner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"gocloud.dev/blob"
)

// kept is how many snapshots of a partition stay: one more than the newest, should that one be damaged.
const kept = 2

// BlobStore keeps the snapshots of one partition below a prefix of a bucket: a directory or an object store.
type BlobStore struct {
	Bucket *blob.Bucket
	Prefix string // <log id>/<role>/<partition>/
}

// Save writes a snapshot and deletes all but the newest ones.
func (s BlobStore) Save(ctx context.Context, snapshot *Snapshot) (size int, err error) {
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

// Newest reads the newest snapshots, the newest first.
func (s BlobStore) Newest(ctx context.Context) ([][]byte, error) {
	keys, err := s.keys(ctx)
	if err != nil {
		return nil, err
	}
	var all [][]byte
	for _, key := range keys[:min(kept, len(keys))] {
		b, err := s.Bucket.ReadAll(ctx, key)
		if err != nil {
			return all, fmt.Errorf("read snapshot %s: %w", key, err)
		}
		all = append(all, b)
	}
	return all, nil
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
