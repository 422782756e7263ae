package app

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"barometer/configs"
	"barometer/deploy/embedded/datadir"
	"barometer/ingest"
)

// TestAKeyThatIsMissingIsNotMadeAgain: a log was opened with the old one.
func TestAKeyThatIsMissingIsNotMadeAgain(t *testing.T) {
	dir, err := datadir.Lock(filepath.Join(t.TempDir(), "data"))
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	first, err := secretKey(&configs.Config{}, dir)
	if err != nil || len(first) < 32 {
		t.Fatalf("the first start: %q, %v", first, err)
	}
	if err := os.MkdirAll(dir.Join("kafka", "risk.log-0"), 0o700); err != nil {
		t.Fatal(err)
	}
	if again, err := secretKey(&configs.Config{}, dir); err != nil || string(again) != string(first) {
		t.Fatalf("the second start: %q, %v", again, err)
	}
	if err := os.Remove(secretPath(dir)); err != nil {
		t.Fatal(err)
	}
	if _, err := secretKey(&configs.Config{}, dir); err == nil || !strings.Contains(err.Error(),
		secretPath(dir)+" is missing") || !strings.Contains(err.Error(), "put that file back") {
		t.Errorf("without the file: %v", err)
	}
	if _, err := os.Stat(secretPath(dir)); err == nil {
		t.Error("a new one was made")
	}
	in := &installation{infra: &infra{dir: dir}, cfg: &configs.Config{}}
	if said := in.explain(fmt.Errorf("open: %w", ingest.ErrSecret)).Error(); !strings.Contains(said,
		"put the file "+secretPath(dir)+" back") {
		t.Errorf("another file: %s", said)
	}
	in.cfg.SecretKey = "from elsewhere"
	if said := in.explain(fmt.Errorf("open: %w", ingest.ErrSecret)).Error(); !strings.Contains(said,
		"put the secret_key back") {
		t.Errorf("another key of the configuration: %s", said)
	}
	if err := errors.New("something else"); in.explain(err) != err {
		t.Error("another error is changed")
	}
}
