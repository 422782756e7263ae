package libchdb

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// EnvPath names the environment variable that overrides the cached library.
const EnvPath = "BAROMETER_LIBCHDB"

// ErrMissing is the cause when no library is found.
var ErrMissing = errors.New("libchdb.so is missing: run `make libchdb`, or set " + EnvPath + " to a copy of it")

//go:embed package-lock.json
var lock []byte

// Locate returns the absolute path of libchdb.so: what BAROMETER_LIBCHDB names if it is set, else the cached file of
// the pinned version. The error wraps ErrMissing when the file is not there or this platform has no pinned package.
func Locate() (string, error) {
	if path := os.Getenv(EnvPath); path != "" {
		return present(path)
	}
	version, err := pinned(runtime.GOOS, runtime.GOARCH)
	if err != nil {
		return "", err
	}
	cache := os.Getenv("XDG_CACHE_HOME")
	if cache == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("find the cache directory of libchdb: %w", err)
		}
		cache = filepath.Join(home, ".cache")
	}
	return present(filepath.Join(cache, "barometer", "libchdb", version, "libchdb.so"))
}

func present(path string) (string, error) {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return "", fmt.Errorf("look for %s: %w", path, ErrMissing)
	}
	return filepath.Abs(path)
}

// pinned is the locked version of the npm package of a platform, in Go's names for it.
func pinned(goos, goarch string) (string, error) {
	arch, suffix := goarch, ""
	if goarch == "amd64" {
		arch = "x64"
	}
	if goos == "linux" {
		suffix = "-gnu"
	}
	var file struct {
		Packages map[string]struct {
			Version string `json:"version"`
		} `json:"packages"`
	}
	if err := json.Unmarshal(lock, &file); err != nil {
		panic("libchdb: package-lock.json: " + err.Error())
	}
	entry, ok := file.Packages["node_modules/@chdb/lib-"+goos+"-"+arch+suffix]
	if !ok {
		return "", fmt.Errorf("no libchdb is pinned for %s on %s: %w", goos, goarch, ErrMissing)
	}
	return entry.Version, nil
}
