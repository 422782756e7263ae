package golden

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"barometer/ingest/event"
	"barometer/processor"
	"barometer/processor/model"

	"github.com/klauspost/compress/zstd"
)

// Partitions is how many the recorded log has.
const Partitions = 2

// Log is a recorded log: the records of each partition.
type Log [Partitions][][]byte

// Load reads the recorded log of a folder.
func Load(dir string) (*Log, error) {
	f, err := os.Open(filepath.Join(dir, "log.zst"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	d, err := zstd.NewReader(f)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	b, err := io.ReadAll(d)
	if err != nil {
		return nil, fmt.Errorf("read the recorded log: %w", err)
	}
	var log Log
	for len(b) > 0 { // partition, length, record
		n, k := binary.Uvarint(b[1:])
		end := 1 + k + int(n)
		if k <= 0 || end > len(b) || b[0] >= Partitions {
			return nil, fmt.Errorf("the recorded log is damaged, %d bytes before its end", len(b))
		}
		log[b[0]] = append(log[b[0]], b[1+k:end:end])
		b = b[end:]
	}
	return &log, nil
}

// Save writes a log as Load reads it.
func (l *Log) Save(dir string) error {
	var b []byte
	for p, records := range l {
		for _, r := range records {
			b = append(binary.AppendUvarint(append(b, byte(p)), uint64(len(r))), r...)
		}
	}
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithWindowSize(8<<20))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "log.zst"), e.EncodeAll(b, nil), 0o644)
}

// Way is how a log is folded; none may change what comes out.
type Way struct {
	Seed      uint64 // of the places below
	Snapshots int    // about how many times the state is written and read back
	Ahead     int    // how many records are foreseen together, at most; 0: none
	At        bool   // partitions at once
}

// Digest folds a log and gives what came out: a line for each partition.
func (l *Log) Digest(way Way) (string, error) {
	var lines [Partitions]string
	var errs [Partitions]error
	var work sync.WaitGroup
	for p := range l {
		fold := func() { lines[p], errs[p] = digest(p, l[p], way) }
		if way.At {
			work.Go(fold)
		} else {
			fold()
		}
	}
	work.Wait()
	for _, err := range errs {
		if err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("fold version %d\n%s%s", processor.FoldVersion(), lines[0], lines[1]), nil
}

func digest(p int, records [][]byte, way Way) (string, error) {
	r := rand.New(rand.NewPCG(way.Seed, uint64(p)))
	f := processor.NewFold(uint32(p), parseModel)
	sum, decisions, relays := sha256.New(), 0, 0
	emit := func(o processor.Record) {
		if o.Relay {
			relays++
		} else {
			decisions++
		}
		write(sum, &o)
	}
	foreseen := 0
	var capture *processor.Capture
	var began []byte // the state where it began
	for i, record := range records {
		if way.Ahead > 0 && i == foreseen {
			n := min(1+r.IntN(way.Ahead), processor.Ahead, len(records)-i)
			f.Foresee(records[i : i+n])
			foreseen = i + n
		}
		if err := f.Step(int64(i), record, emit); err != nil {
			return "", fmt.Errorf("partition %d, record %d: %w", p, i, err)
		}
		if capture == nil && way.Snapshots > 0 && r.IntN(len(records)/way.Snapshots) == 0 {
			capture, began = f.Capture(), f.AppendState(nil)
		}
		if capture == nil || !capture.Advance() {
			continue
		}
		_, err := restored(uint32(p), slices.Concat(capture.Parts()...), began)
		now := f.AppendState(nil)
		again, wrong := restored(uint32(p), now, now) // the rest is for one who starts from a snapshot
		if err = errors.Join(err, wrong); err != nil {
			return "", fmt.Errorf("partition %d, state at record %d: %w", p, i, err)
		}
		f, foreseen, capture = again, i+1, nil
	}
	return fmt.Sprintf("partition %d: %d records, %d decisions, %d relays, sha256 %s\n", p, len(records), decisions,
		relays,
		hex.EncodeToString(sum.Sum(nil))), nil
}

// restored makes a fold of a snapshot, which must be of a state.
func restored(p uint32, snapshot, state []byte) (*processor.Fold, error) {
	f := processor.NewFold(p, parseModel)
	if err := f.RestoreState(snapshot); err != nil {
		return nil, err
	}
	if !bytes.Equal(f.AppendState(nil), state) {
		return nil, errors.New("read back it is another one")
	}
	return f, nil
}

func write(sum hash.Hash, o *processor.Record) {
	fmt.Fprintf(sum, "%t %s %s %s %d ", o.Relay, o.Position, o.Kind, o.Key, len(o.Value))
	_, _ = sum.Write(o.Value)
}

var models sync.Map // parsed ones by content

// parseModel parses a model file once.
func parseModel(content []byte) (*event.Model, error) {
	if m, ok := models.Load(string(content)); ok {
		return m.(*event.Model), nil
	}
	m, err := model.Parse(content)
	if err == nil {
		models.Store(string(content), m)
	}
	return m, err
}
