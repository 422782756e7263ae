package app

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"barometer/configs"
	"barometer/processor/runner"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"gocloud.dev/blob"
	_ "gocloud.dev/blob/memblob" // mem://
)

// objectStore is a server that speaks S3, with a bucket; it gives the snapshots.url for it.
func objectStore(t *testing.T, bucket string) (snapshotsURL string) {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket(bucket); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	return s3URL(bucket, server.URL)
}

func s3URL(bucket, endpoint string) string {
	return fmt.Sprintf("s3://%s?endpoint=%s&use_path_style=true&region=eu-central-1&anonymous=true&prefix=barometer/",
		bucket, endpoint)
}

func openStore(t *testing.T, address string) runner.BlobStore {
	t.Helper()
	bucket, err := openBucket(t.Context(), "snapshots", address, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bucket.Close() })
	return runner.BlobStore{Bucket: bucket, Prefix: "a-log/process/3/"}
}

// encoded is a state that is encoded at once.
type encoded []byte

func (e encoded) Advance() bool   { return true }
func (e encoded) Parts() [][]byte { return [][]byte{e} }

// counting is a fold whose state is how many records it was given.
type counting struct{ n uint64 }

func (f *counting) Step(int64, []byte, func(runner.Output)) error { f.n++; return nil }
func (f *counting) LogID() string                                 { return "a-log" }
func (f *counting) Capture() runner.State {
	// more than one part of an upload
	return encoded(append(binary.BigEndian.AppendUint64(nil, f.n), make([]byte, 6<<20)...))
}
func (f *counting) RestoreState(b []byte) error {
	f.n = binary.BigEndian.Uint64(b)
	return nil
}

// TestSnapshotsAreKeptInObjectStores goes through the URLs that the configuration takes: what is saved last is what is
// read first, and all but the newest are deleted.
func TestSnapshotsAreKeptInObjectStores(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]string{"S3": objectStore(t, "snapshots"), "memory": "mem://",
		"directory": "file://" + t.TempDir()} {
		t.Run(name, func(t *testing.T) {
			store, fold := openStore(t, address), &counting{}
			core, err := runner.NewCore(fold, runner.DefaultConfig(), runner.Published{})
			if err != nil {
				t.Fatal(err)
			}
			for n := range int64(3) {
				if _, err := core.Feed([]runner.Record{{Offset: n}}, nil); err != nil {
					t.Fatal(err)
				}
				core.Capture("counting/1")
				for core.Advance() {
				}
				if size, err := store.Save(t.Context(), core.Snapshot()); err != nil || size < 6<<20 {
					t.Fatalf("saved %d bytes, %v", size, err)
				}
			}
			var found []uint64
			for b, err := range store.Newest(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				again := &counting{}
				core, err := runner.NewCore(again, runner.DefaultConfig(), runner.Published{})
				if err == nil {
					err = core.Recover(b, "counting/1", "a-log", 100)
				}
				if err != nil {
					t.Fatal(err)
				}
				found = append(found, again.n)
			}
			if fmt.Sprint(found) != "[3 2]" {
				t.Errorf("found snapshots after %v records, want after 3 and 2", found)
			}
		})
	}
}

// TestAStoreThatHangsIsGivenUp: one that takes connections and answers nothing.
func TestAStoreThatHangsIsGivenUp(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	store := openStore(t, s3URL("snapshots", "http://"+silent.Addr().String()))
	store.Within = 100 * time.Millisecond
	core, err := runner.NewCore(&counting{}, runner.DefaultConfig(), runner.Published{})
	if err != nil {
		t.Fatal(err)
	}
	core.Capture("counting/1")
	for core.Advance() {
	}
	ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
	defer cancel()
	if _, err := store.Save(ctx, core.Snapshot()); err == nil || ctx.Err() != nil {
		t.Errorf("saving: %v", err)
	}
	errs := 0
	for _, err := range store.Newest(ctx) {
		if err != nil {
			errs++
		}
	}
	if errs != 1 || ctx.Err() != nil {
		t.Errorf("reading: %d errors, %v", errs, ctx.Err())
	}
}

// TestEveryStoreThatTheConfigurationTakesCanBeOpened: their drivers are part of the binary, and config check knows no
// others.
func TestEveryStoreThatTheConfigurationTakesCanBeOpened(t *testing.T) {
	t.Parallel()
	opened := map[string]string{"file": "file://" + t.TempDir(), "s3": "s3://b?region=eu-central-1&anonymous=true",
		"gs":     "gs://b?anonymous=true",
		"azblob": "azblob://b?storage_account=a&protocol=http&domain=127.0.0.1:1&localemu=true"}
	for _, scheme := range configs.BucketSchemes {
		bucket, err := openBucket(t.Context(), "documents", opened[scheme], "")
		if err != nil && !(scheme == "azblob" && strings.Contains(err.Error(), "redential")) {
			t.Errorf("%s: %v", scheme, err)
			continue
		}
		if bucket != nil {
			_ = bucket.Close()
		}
	}
	for address, says := range map[string]string{"s4://b": "file://, s3://, gs:// or azblob://",
		"s3://b/path": "?prefix=path/", "b": "file://", "s3://": "bucket"} {
		for _, key := range []string{"snapshots.url", "documents.url"} {
			_, err := configs.Load(configs.Sources{Flags: map[string]string{key: address}})
			if err == nil || !strings.Contains(err.Error(), key) || !strings.Contains(err.Error(), says) {
				t.Errorf("%s: %s: %v, want %q", key, address, err, says)
			}
		}
	}
}

// TestADirectoryIsTheOwnersAloneAndHoldsBlobsAlone: by default below the data directory, else where its URL says.
func TestADirectoryIsTheOwnersAloneAndHoldsBlobsAlone(t *testing.T) {
	t.Parallel()
	dataDir, elsewhere := filepath.Join(t.TempDir(), "data"), t.TempDir()
	documents := filepath.Join(dataDir, "documents")
	open := func(address string) (*blob.Bucket, error) {
		return OpenDocuments(t.Context(), &configs.Config{DataDir: dataDir, Documents: configs.Documents{URL: address}})
	}
	for address, path := range map[string]string{"": documents, "file://" + elsewhere: elsewhere} {
		bucket, err := open(address)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(bucket.WriteAll(t.Context(), "a", []byte("1"), nil), bucket.Close()); err != nil {
			t.Error(err)
		}
		entries, err := os.ReadDir(path)
		if err != nil || len(entries) != 1 || entries[0].Name() != "a" {
			t.Errorf("%s holds %v, %v", path, entries, err)
		}
	}
	for _, path := range []string{dataDir, documents} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v, %v", path, info, err)
		}
	}
	if _, err := open("file:///is/not/there"); err == nil || !strings.HasPrefix(err.Error(), "documents.url: ") {
		t.Errorf("a directory that is not there: %v", err)
	}
}
