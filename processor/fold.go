package processor

import (
	"fmt"
	"slices"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// StateVersion names the encoding of the state; a snapshot of another one is not read.
const StateVersion = "processor/15"

// Record is one encoded output of a fold. Its bytes are the receiver's to keep.
type Record struct {
	Relay    bool
	Position event.Position // of a relay: where its fold sent it
	Kind     string
	Key      string
	Value    []byte
	Chain    uint64 // decisions only
}

// Fold puts a Machine between bytes: records in, encoded decisions and relays out.
type Fold struct {
	machine *Machine
	decoder event.Decoder
	encoder decision.Encoder
	emit    func(Record)
	scratch []byte // of encoding
	ahead   lookahead
}

// NewFold makes the fold of a partition at the beginning of its log.
func NewFold(partition uint32, parse ParseModel) *Fold {
	return &Fold{machine: NewMachine(partition, parse)}
}

// Parallel hands in how work that is independent is done at once: do(0) to do(n-1), returning when all are done. It is
// used to restore a state; without it that is done in order.
func (f *Fold) Parallel(all func(n int, do func(i int))) { f.machine.parallel = all }

// SetAside names records that an operator has quarantined, with the reason given: each becomes an input.rejected,
// whatever it is. Whoever folds the partition must hand in the same ones, before the first Step: risk.control has them.
func (f *Fold) SetAside(offsets map[int64]string) { f.machine.aside = offsets }

func inOrder(n int, do func(i int)) {
	for i := range n {
		do(i)
	}
}

// LogID names the log, empty before its first record.
func (f *Fold) LogID() string { return f.machine.LogID() }

// Step decodes one record and folds it. Errors come before anything was changed: a record of another format, of damaged
// bytes, or of a later fold version. Each of them stops the partition.
func (f *Fold) Step(offset int64, record []byte, emit func(Record)) error {
	e, known, err := f.decode(record)
	if err != nil {
		return err
	}
	f.machine.foreseen = known
	if f.machine.opened == nil && e.Kind != event.KindLogOpened {
		return fmt.Errorf("the log begins with %s, want %s", e.Kind, event.KindLogOpened)
	}
	f.emit = emit
	err = f.machine.Step(offset, e, f)
	f.emit = nil
	return err
}

// decode gives the event of a record, and the buyer that was foreseen for it.
func (f *Fold) decode(record []byte) (*event.Event, *buyer, error) {
	if x := f.ahead.take(record); x != nil {
		return x.event, x.buyer, nil
	}
	e, err := f.decoder.Decode(record)
	return e, nil, err
}

// Decision encodes a decision and hands it on.
func (f *Fold) Decision(d *decision.Decision) {
	f.scratch = f.encoder.Append(f.scratch[:0], d)
	f.emit(Record{Position: d.Position, Kind: d.Kind.String(), Key: clone(d.Key), Value: slices.Clone(f.scratch),
		Chain: d.Chain})
}

// Relay encodes a relay and hands it on.
func (f *Fold) Relay(e *event.Event) {
	at := event.Position{Generation: e.Source.Incarnation, Partition: e.Source.Partition, Offset: e.Source.Offset,
		Seq: e.Source.Seq}
	f.emit(Record{Relay: true, Position: at, Kind: e.Kind.String(), Key: clone(e.Key), Value: event.Append(nil, e)})
}
