package documents

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"mime"
	"os"
	"path/filepath"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"
)

// storeWithin is how long a document may take to be saved or read.
const storeWithin = 5 * time.Minute

// ErrNotFound is a document that is not there, ErrNotWhole one whose bytes are not those of its SHA-256.
var (
	ErrNotFound = errors.New("the document is not there")
	ErrNotWhole = errors.New("the document is not what its SHA-256 says")
)

// Store keeps documents in a bucket: a directory or an object store.
type Store struct {
	Bucket *blob.Bucket
	Within time.Duration // how long a document may take to be saved or read; 0: 5 minutes
}

// Save writes a document under its SHA-256. One that is there already is written again: nobody learns by the time that
// it takes that somebody else has it, and one that was damaged is whole again.
func (s Store) Save(ctx context.Context, d *Received) error {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(s.Within, storeWithin))
	defer cancel()
	if _, err := d.file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("save document %s: %w", d.SHA256, err)
	}
	if err := s.write(ctx, d.SHA256, d.file); err != nil {
		return fmt.Errorf("save document %s: %w", d.SHA256, err)
	}
	return nil
}

// write writes a blob, in a directory through to the disk. One that is not written whole is not there.
func (s Store) write(ctx context.Context, key string, from io.Reader) error {
	ctx, cancel := context.WithCancel(ctx) // closing a writer after that discards what it wrote
	defer cancel()
	var file *os.File // where the bucket is a directory
	w, err := s.Bucket.NewWriter(ctx, key, &blob.WriterOptions{ContentType: None.Media(),
		BeforeWrite: func(as func(any) bool) error { as(&file); return nil }})
	if err != nil {
		return err
	}
	_, err = io.Copy(w, from)
	if err == nil && file != nil {
		err = file.Sync()
	}
	if err != nil {
		cancel()
		return errors.Join(err, w.Close())
	}
	if err := w.Close(); err != nil || file == nil {
		return err
	}
	return syncFolder(filepath.Dir(file.Name()))
}

// syncFolder makes the names in a folder last.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// Stored is a document that is being read.
type Stored struct {
	Bytes   int64
	Type    Type
	Charset string // of a text; empty: not known

	bucket *blob.Reader
	reader io.Reader
	cancel context.CancelFunc
	sum    hash.Hash
	want   string
	left   int64
}

// Open begins to read the document of a SHA-256. ErrNotFound; reading it may end in ErrNotWhole. name is as it was
// added, and tells CSV from other text.
func (s Store) Open(ctx context.Context, sha, name string) (*Stored, error) {
	if b, err := hex.DecodeString(sha); err != nil || len(b) != sha256.Size {
		return nil, fmt.Errorf("open document %q: %w", sha, ErrNotFound)
	}
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(s.Within, storeWithin))
	bucket, err := s.Bucket.NewReader(ctx, sha, nil)
	if err != nil {
		cancel()
		if gcerrors.Code(err) == gcerrors.NotFound {
			err = ErrNotFound
		}
		return nil, fmt.Errorf("open document %s: %w", sha, err)
	}
	d := &Stored{Bytes: bucket.Size(), bucket: bucket, cancel: cancel, sum: sha256.New(), want: sha, left: bucket.Size()}
	buffered := bufio.NewReaderSize(bucket, headBytes)
	head, err := buffered.Peek(int(min(d.Bytes, headBytes)))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open document %s: %w", sha, err), d.Close())
	}
	d.reader = buffered
	d.Type, d.Charset, _ = detected(head, name)
	return d, nil
}

// Read gives the last bytes only when all are what the SHA-256 says, so that nobody takes a damaged document for whole.
func (d *Stored) Read(b []byte) (int, error) {
	n, err := d.reader.Read(b)
	d.sum.Write(b[:n])
	d.left -= int64(n)
	if over := d.left <= 0 || errors.Is(err, io.EOF); over && hex.EncodeToString(d.sum.Sum(nil)) != d.want {
		return 0, fmt.Errorf("read document %s: %w", d.want, ErrNotWhole)
	}
	return n, err
}

// Close ends reading.
func (d *Stored) Close() error {
	defer d.cancel()
	return d.bucket.Close()
}

// ContentType is the document's type for who reads it: one of the accepted ones, else application/octet-stream.
func (d *Stored) ContentType() string {
	if d.Type.isText() && d.Charset != "" {
		return mime.FormatMediaType(d.Type.Media(), map[string]string{"charset": d.Charset})
	}
	return d.Type.Media()
}
