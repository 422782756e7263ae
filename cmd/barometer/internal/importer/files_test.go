package importer

import (
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// TestFilesAreReadAndUnpacked, and what is no file is said to be none.
func TestFilesAreReadAndUnpacked(t *testing.T) {
	dir := t.TempDir()
	plain, zipped, broken := filepath.Join(dir, "a.csv"), filepath.Join(dir, "a.csv.gz"), filepath.Join(dir, "b.gz")
	f, err := os.Create(zipped)
	if err != nil {
		t.Fatal(err)
	}
	w := gzip.NewWriter(f)
	_, err = w.Write([]byte("a,b\n"))
	if err := errors.Join(err, w.Close(), f.Close(), os.WriteFile(plain, []byte("a,b\n"), 0o600),
		os.WriteFile(broken, []byte("a,b\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(filepath.Join(dir, "progress"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	for _, path := range []string{plain, zipped} {
		in, err := Open(path, out)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(in)
		if in.Done(); err != nil || string(b) != "a,b\n" || in.Close() != nil {
			t.Errorf("%s: %q, %v", path, b, err)
		}
	}
	for _, path := range []string{dir, filepath.Join(dir, "none")} {
		if _, err := Open(path, out); !errors.Is(err, ErrNoFile) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := Open(broken, out); err == nil || errors.Is(err, ErrNoFile) {
		t.Errorf("a damaged file: %v", err)
	}
}

// TestRejectsLieBesideTheirFile and only where there are any.
func TestRejectsLieBesideTheirFile(t *testing.T) {
	for _, c := range [][3]string{{"", "-", "stdin.rejected"}, {"", "d/a.csv", "d/a.rejected.csv"},
		{"", "a.csv.gz", "a.rejected.csv"}, {"r.csv", "a.csv", "r.csv"}} {
		if got := NewRejectsFile(c[0], c[1]); got.path != c[2] || got.Name() != "" || got.Close() != nil {
			t.Errorf("rejects of %s with %q: %s, %q", c[1], c[0], got.path, got.Name())
		}
	}
	r := NewRejectsFile("", filepath.Join(t.TempDir(), "a.csv"))
	if _, err := r.Create(); err != nil || r.Name() != r.path || r.Close() != nil {
		t.Errorf("%q, %v", r.Name(), err)
	}
}
