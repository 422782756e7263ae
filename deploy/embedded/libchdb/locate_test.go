package libchdb

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestLocate(t *testing.T) {
	cache := t.TempDir()
	t.Setenv(EnvPath, "")
	t.Setenv("XDG_CACHE_HOME", cache)
	version, err := pinned("linux", "amd64")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pinned("plan9", "386"); !errors.Is(err, ErrMissing) {
		t.Fatalf("unknown platform: %v", err)
	}
	own := filepath.Join(cache, "barometer", "libchdb", version, "libchdb.so")
	if _, err := present(own); !errors.Is(err, ErrMissing) {
		t.Fatalf("empty cache: %v", err)
	}
	if err := os.MkdirAll(filepath.Dir(own), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(own, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv(EnvPath, own)
	if got, err := Locate(); err != nil || got != own {
		t.Fatalf("Locate() = %q, %v; want %q", got, err, own)
	}
	t.Setenv(EnvPath, filepath.Join(cache, "none"))
	if _, err := Locate(); !errors.Is(err, ErrMissing) {
		t.Fatalf("a missing override: %v", err)
	}
}
