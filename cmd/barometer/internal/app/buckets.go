package app

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"barometer/configs"

	"gocloud.dev/blob"
	_ "gocloud.dev/blob/azureblob" // azblob://
	"gocloud.dev/blob/fileblob"
	_ "gocloud.dev/blob/gcsblob" // gs://
	_ "gocloud.dev/blob/s3blob"  // s3://
)

// OpenDocuments opens where documents of cases and claims are kept. No lock covers it: a document is under the SHA-256
// of its bytes, so whoever writes it a second time changes nothing.
func OpenDocuments(ctx context.Context, cfg *configs.Config) (*blob.Bucket, error) {
	return openBucket(ctx, "documents", cfg.Documents.URL, cfg.DataDir)
}

// openBucket opens the bucket of a URL, which the key name.url says; without one the folder name of the data directory.
func openBucket(ctx context.Context, name, address, dataDir string) (bucket *blob.Bucket, err error) {
	switch u, parsed := url.Parse(address); {
	case address == "":
		path := filepath.Join(dataDir, name)
		if err = os.MkdirAll(path, 0o700); err == nil {
			bucket, err = fileblob.OpenBucket(path, &bareFiles)
		}
	case parsed == nil && u.Scheme == fileblob.Scheme:
		bucket, err = (&fileblob.URLOpener{Options: bareFiles}).OpenBucketURL(ctx, u)
	default:
		bucket, err = blob.OpenBucket(ctx, address)
	}
	if err != nil {
		return nil, fmt.Errorf("%s.url: %w", name, err)
	}
	return bucket, nil
}

// bareFiles makes a directory hold the blobs and nothing besides: no files that say more of them, and none that a blob
// is written to on another disk first.
var bareFiles = fileblob.Options{NoTempDir: true, Metadata: fileblob.MetadataDontWrite}
