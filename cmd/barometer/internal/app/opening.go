package app

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"time"

	"barometer/configs"
	"barometer/ingest"
	"barometer/ingest/decode"
	"barometer/ingest/event"
	"barometer/processor"
	"barometer/processor/model"
)

// explain says what to put back where the log was opened with another key.
func (in *installation) explain(err error) error {
	if !errors.Is(err, ingest.ErrSecret) {
		return err
	}
	if in.cfg.SecretKey != "" {
		return fmt.Errorf("%w: put the secret_key back", err)
	}
	return fmt.Errorf("%w: put the file %s back, from a backup", err, secretPath(in.dir))
}

// opening is what a log is opened with, where there is none yet.
func (in *installation) opening() (ingest.Opening, error) {
	version, content, err := ModelFile(in.cfg.Model.Path)
	if err != nil {
		return ingest.Opening{}, Usage(fmt.Errorf("model.path: %w", err))
	}
	mode, _ := event.ParseClockMode(in.cfg.Clock) // checked by the configuration
	start := time.Now()
	if mode == event.ClockDriven {
		start = DrivenStart
	}
	key, model := sha256.Sum256(in.secret), sha256.Sum256(content)
	return ingest.Opening{Partitions: in.cfg.Partitions(), Clock: mode, StartMs: start.UnixMilli(),
		Fold: processor.FoldVersion(), Normaliser: decode.Normaliser, SecretDigest: key[:],
		Model: event.ModelActivated{Version: version, Content: content, SHA256: model[:]}}, nil
}

// DrivenStart is where time begins in a log that nobody's clock moves.
var DrivenStart = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)

// ModelFile reads and checks a model file; without a path it is the one that comes with Barometer.
func ModelFile(path string) (version string, content []byte, err error) {
	if path == "" {
		version, content = configs.BuiltinModel()
		return version, content, nil
	}
	if content, err = os.ReadFile(path); err != nil {
		return "", nil, err
	}
	m, err := model.Parse(content)
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", path, err)
	}
	return m.Version, content, nil
}
