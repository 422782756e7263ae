package documents

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/blob/memblob"
	_ "gocloud.dev/blob/s3blob" // s3://
)

// buckets are of each kind that documents are kept in, empty.
func buckets(t *testing.T) map[string]*blob.Bucket {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("documents"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	s3, err := blob.OpenBucket(t.Context(), "s3://documents?endpoint="+server.URL+
		"&use_path_style=true&region=eu-central-1&anonymous=true&prefix=barometer/")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*blob.Bucket{"memory": memblob.OpenBucket(nil), "directory": directory(t, t.TempDir()), "S3": s3}
	for _, b := range all {
		t.Cleanup(func() { _ = b.Close() })
	}
	return all
}

func directory(t *testing.T, path string) *blob.Bucket {
	t.Helper()
	b, err := fileblob.OpenBucket(path, &fileblob.Options{NoTempDir: true, Metadata: fileblob.MetadataDontWrite})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func shaOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

// keys are what a bucket holds.
func keys(t *testing.T, b *blob.Bucket) (all []string) {
	t.Helper()
	for list := b.List(nil); ; {
		o, err := list.Next(t.Context())
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, o.Key)
	}
}

// TestStores holds each kind of store to the same.
func TestStores(t *testing.T) {
	for name, bucket := range buckets(t) {
		t.Run(name, func(t *testing.T) {
			t.Run("each kind of document comes back", func(t *testing.T) { testRoundTrip(t, bucket) })
			t.Run("what is not there", func(t *testing.T) { testMissing(t, bucket) })
			t.Run("what is damaged", func(t *testing.T) { testDamaged(t, bucket) })
			t.Run("what is not saved whole", func(t *testing.T) { testInterrupted(t, bucket) })
		})
	}
}

func testRoundTrip(t *testing.T, bucket *blob.Bucket) {
	store, want := Store{Bucket: bucket}, map[string]bool{}
	for name, s := range samples(t) {
		d, err := receiving(t, s.content, s.said)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // a second time changes nothing
			if err := store.Save(t.Context(), d); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		want[shaOf(s.content)] = true
		got, err := store.Open(t.Context(), d.SHA256, s.said.Name)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		content, err := io.ReadAll(got)
		if err != nil || string(content) != s.content || got.Bytes != d.Bytes || got.ContentType() != s.contentType {
			t.Errorf("%s: %d bytes of %d, %s, %v; want %s", name, len(content), got.Bytes, got.ContentType(), err,
				s.contentType)
		}
		if err := got.Close(); err != nil {
			t.Error(err)
		}
	}
	have := keys(t, bucket)
	for _, key := range have {
		if !want[key] {
			t.Errorf("the store holds %s", key)
		}
	}
	if len(have) != len(want) {
		t.Errorf("the store holds %d documents of %d", len(have), len(want))
	}
}

func testMissing(t *testing.T, bucket *blob.Bucket) {
	for _, sha := range []string{shaOf("never saved"), "", "../../etc/passwd", shaOf(pdf)[:63], shaOf(pdf) + "00"} {
		if _, err := (Store{Bucket: bucket}).Open(t.Context(), sha, ""); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %v", sha, err)
		}
	}
}

func testDamaged(t *testing.T, bucket *blob.Bucket) {
	content := pdf + strings.Repeat("% a long document\n", 10_000) + "%%EOF"
	d, err := receiving(t, content, Said{})
	if err != nil {
		t.Fatal(err)
	}
	store := Store{Bucket: bucket}
	for what, instead := range map[string]string{"changed": strings.Replace(content, "Root", "Boot", 1),
		"cut short": content[:len(content)-100], "longer": content + "\n", "emptied": ""} {
		if err := bucket.WriteAll(t.Context(), d.SHA256, []byte(instead), nil); err != nil {
			t.Fatal(err)
		}
		got, err := store.Open(t.Context(), d.SHA256, "")
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		given, err := io.ReadAll(got)
		if !errors.Is(err, ErrNotWhole) || len(instead) > 0 && len(given) >= len(instead) {
			t.Errorf("%s: gave %d bytes of %d, %v", what, len(given), len(instead), err)
		}
		_ = got.Close()
	}
	if err := store.Save(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	got, err := store.Open(t.Context(), d.SHA256, "")
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	if again, err := io.ReadAll(got); err != nil || string(again) != content {
		t.Errorf("saved again, it is still damaged: %v", err)
	}
}

func testInterrupted(t *testing.T, bucket *blob.Bucket) {
	d, err := receiving(t, pdf+"% another\n%%EOF", Said{})
	if err != nil {
		t.Fatal(err)
	}
	before := fmt.Sprint(keys(t, bucket))
	ctx, cancel := context.WithCancel(t.Context())
	broken := cancelReader{d.file, cancel}
	if err := (Store{Bucket: bucket}).write(ctx, d.SHA256, broken); err == nil {
		t.Error("it says that it is saved")
	}
	if after := fmt.Sprint(keys(t, bucket)); after != before {
		t.Errorf("it holds %s, and held %s", after, before)
	}
}

// cancelReader ends its reader's context in the middle.
type cancelReader struct {
	r      io.Reader
	cancel context.CancelFunc
}

func (c cancelReader) Read(b []byte) (int, error) {
	n, err := c.r.Read(b[:min(len(b), 10)])
	c.cancel()
	return n, err
}

// TestADirectoryHoldsNothingBesides: no temporary file, nothing about a document, and none that others may read if the
// directory is not theirs.
func TestADirectoryHoldsNothingBesides(t *testing.T) {
	path := t.TempDir()
	bucket := directory(t, path)
	defer bucket.Close()
	d, err := receiving(t, pdf, Said{Name: "../../x"})
	if err != nil {
		t.Fatal(err)
	}
	if err := (Store{Bucket: bucket}).Save(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(path)
	if err != nil || len(entries) != 1 || entries[0].Name() != shaOf(pdf) {
		t.Errorf("it holds %v, %v", entries, err)
	}
}

// TestAStoreThatHangsIsGivenUp: one that takes connections and answers nothing.
func TestAStoreThatHangsIsGivenUp(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	bucket, err := blob.OpenBucket(t.Context(), "s3://documents?endpoint=http://"+silent.Addr().String()+
		"&use_path_style=true&region=eu-central-1&anonymous=true")
	if err != nil {
		t.Fatal(err)
	}
	defer bucket.Close()
	store := Store{Bucket: bucket, Within: 50 * time.Millisecond}
	d, err := receiving(t, pdf, Said{})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Save(t.Context(), d); err == nil || t.Context().Err() != nil {
		t.Errorf("saving: %v", err)
	}
	if _, err := store.Open(t.Context(), d.SHA256, ""); err == nil || errors.Is(err, ErrNotFound) {
		t.Errorf("opening: %v", err)
	}
}

func TestNamesOfFiles(t *testing.T) {
	for _, c := range []struct {
		name, fallback string
		t              Type
		want           string
	}{
		{"invoice 17.pdf", "d-1", PDF, "invoice 17.pdf"},
		{"Größe é.PDF", "d-1", PDF, "Größe é.PDF"},
		{"../../x", "d-1", PDF, "x.pdf"},
		{`C:\Users\me\scan.tiff`, "d-1", TIFF, "scan.tiff"},
		{"letter.html", "d-1", Text, "letter.html.txt"},
		{"letter.txt", "d-1", Text, "letter.txt"},
		{"open.csv", "d-1", CSV, "open.csv"},
		{"fdp.\u202egnp.exe", "d-1", PNG, "fdp.gnp.exe.png"},
		{"a\r\nSet-Cookie: b=c.pdf", "d-1", PDF, "aSet-Cookie_ b=c.pdf"},
		{`"quoted"; x=.pdf`, "d-1", PDF, "_quoted_; x=.pdf"},
		{"", "d-1", ODS, "d-1.ods"},
		{"...", "a/b", ODS, "b.ods"},
		{"/", "..", None, "document.bin"},
		{"x\xff\x00.pdf ", "d-1", PDF, "x.pdf"},
		{strings.Repeat("é", 200) + ".pdf", "d-1", PDF, strings.Repeat("é", 88) + ".pdf"},
	} {
		got := FileName(c.name, c.fallback, c.t)
		if got != c.want {
			t.Errorf("%q of %s: %q, want %q", c.name, c.t.Media(), got, c.want)
		}
		header := Disposition(c.name, c.fallback, c.t)
		kind, parameters, err := mime.ParseMediaType(header)
		if err != nil || kind != "attachment" || parameters["filename"] != c.want || strings.ContainsAny(header, "\r\n") {
			t.Errorf("%q is sent as %q: %v", c.name, header, err)
		}
	}
}
