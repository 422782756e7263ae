package processor

import (
	"fmt"

	"barometer/ingest/event"
	"barometer/processor/claim"
	"barometer/processor/decision"
	"barometer/processor/engine"
	"barometer/processor/match"
)

// Output takes what a step decides, in order. It may block.
type Output interface {
	// Decision takes a decision. It is the receiver's to keep; Chain is not set yet.
	Decision(d *decision.Decision)
	// Relay takes an event for other partitions: Kind is KindRelayed, Source says which fold sent it.
	Relay(e *event.Event)
}

// ParseModel reads a model file: package model's Parse, but in tests whose files are smaller. It must be deterministic.
type ParseModel func(content []byte) (*event.Model, error)

// Machine is the state of one partition. Make one with NewMachine.
type Machine struct {
	parse     ParseModel
	partition uint32
	parallel  func(n int, do func(i int)) // does 0 to n-1, at once where it can
	aside     map[int64]string            // offsets of records that are not applied, and why

	opened   *event.LogOpened // nil before the first record
	clock    event.LogClock
	day      event.Day // of clock.NowMs
	knows    uint32    // the newest fold version that may be activated
	fold     uint32    // the one that is
	foreseen *buyer    // whom the record is about, where that was looked up before; it is checked before it is used
	marks    engine.Marks
	batch    engine.Batch
	wheel    engine.Wheel[timer]
	model    activeModel
	pinned   bool // the model stays, whatever the log says
	terse    bool // scores are told without what they are made of
	macro    macro
	book     book
	matches  *match.Index
	pending  []*pending        // by key and kind: what analysts are to approve before it acts in all partitions
	waiters  map[need][]string // buyers that wait for something shared, ascending; follows from their waiting

	captures engine.Captures[Capture]

	scratch []decision.Contribution // of an evaluation
	near    []claim.Date            // of a policy's clock that looks
	dated   []dated                 // of a decision on dates
	marked  []mark                  // whom the record or timer may have changed, and is not followed up yet

	step step // of the record being folded, or the last one
}

// activeModel is the model that scores are made with, and the file that it came from.
type activeModel struct {
	version string
	content []byte
	parsed  *event.Model
	sent    precedence
	epoch   uint32 // rises with each model that this process makes active: what a cache was made with
}

// NewMachine makes the machine of a partition at the beginning of its log.
func NewMachine(partition uint32, parse ParseModel) *Machine {
	m := &Machine{parse: parse, partition: partition, parallel: inOrder, knows: FoldVersion(),
		wheel: engine.NewWheel(timer.compare), macro: newMacro(), book: newBook(), matches: match.NewIndex(),
		waiters: map[need][]string{}}
	m.step.m = m
	return m
}

// Terse lets scores be told without what they are made of, for whoever counts grades only: such decisions are not for
// publication.
func (m *Machine) Terse() { m.terse = true }

// LogID names the log, empty before its first record.
func (m *Machine) LogID() string {
	if m.opened == nil {
		return ""
	}
	return m.opened.LogID
}

// Step folds one record. It is total: what cannot be applied becomes a rejection. The one error, *VersionError, comes
// before anything was changed or emitted, and stops the partition until a binary that knows the version takes over.
func (m *Machine) Step(offset int64, e *event.Event, out Output) error {
	if err := m.known(e); err != nil {
		return err
	}
	m.step.begin(out, offset)
	if m.seen(e) {
		if m.opened != nil && m.batch.Full() {
			m.cutBefore(offset, m.batch.StampMs())
		}
		m.batch.Skip(offset)
		m.step.end()
		return nil
	}
	next, before, day := m.clock, m.day, m.day
	if now := next.Advance(e); now != m.clock.NowMs {
		day = event.DayOf(now)
	}
	if m.opened != nil && m.batch.Due(e, m.opened.CutSpanMs, m.day, day) {
		m.cutBefore(offset, e.StampMs)
	}
	m.batch.Fold(e.Kind)
	if m.clock, m.day = next, day; m.opened != nil && before < day {
		m.turnDays(before, day)
	}
	m.step.trigger(e)
	if why, set := m.aside[offset]; set {
		m.setAside(e, why)
	} else {
		m.apply(e)
		m.followUpAll()
	}
	m.step.end()
	return nil
}

// known refuses a version of the fold that is beyond this binary.
func (m *Machine) known(e *event.Event) error {
	switch b := e.Body.(type) {
	case *event.LogOpened:
		if b.Fold > m.knows {
			return &VersionError{b.Fold, m.knows}
		}
	case *event.FoldActivated:
		if b.Version > m.knows && !alone(b.Analyst, b.SecondAnalyst) {
			return &VersionError{b.Version, m.knows}
		}
	case *event.Relayed:
		if b.Kind == event.RelayConfirmed {
			return m.known(decoded(b.Payload))
		}
	}
	return nil
}

// seen tells whether a record's source was folded already, and else raises its mark.
func (m *Machine) seen(e *event.Event) bool {
	if e.Kind == event.KindLogOpened {
		return m.opened != nil // a repetition does nothing
	}
	return checked && !m.marks.Advance(e.Source)
}

// apply gives a record its meaning.
func (m *Machine) apply(e *event.Event) {
	switch b := e.Body.(type) {
	case *event.LogOpened:
		m.open(b)
	case *event.Tick:
		// It moved the clock already.
	case *event.Indicator:
		m.indicator(e, b)
	case *event.CountryCapSet:
		m.caps(e, b)
	case *event.HistoryClosed:
		m.historyClosed(b)
	case *event.ModelActivated:
		m.activate(e, b)
	case *event.FoldActivated:
		m.activateFold(e, b)
	case *event.PolicyUpserted:
		m.upsertPolicy(b)
	case *event.ReviewDecided:
		m.verdict(e, b)
	case *event.Relayed:
		m.relayed(e, b)
	case *event.NoticeDelivered:
		m.delivered(b)
	case *event.CollectionMoved, *event.RecoveryReceived, *event.DocumentAdded, *event.ClaimExamined,
		*event.IndemnityPaid:
		m.minted(e)
	default:
		if e.Body.Party() == nil {
			m.reject(e, ReasonNotSupported, "")
			return
		}
		m.named(e)
	}
}

func (m *Machine) open(b *event.LogOpened) {
	opened := *b
	opened.LogID = clone(b.LogID)
	opened.SecretDigest = append([]byte(nil), b.SecretDigest...)
	opened.Model = event.ModelActivated{}
	m.opened, m.fold = &opened, b.Fold
	m.batch.Open(b.StartMs)
	parsed, err := m.parse(b.Model.Content)
	if err != nil {
		panic(fmt.Sprintf("processor: the model in log.opened of log %s does not parse: %v", b.LogID, err))
	}
	if !m.pinned {
		m.use(&b.Model, parsed)
	}
}

// activate makes a model the one that scores are made with, or lets it wait for a second analyst where one alone has
// sent it.
func (m *Machine) activate(e *event.Event, b *event.ModelActivated) {
	parsed, err := m.parse(b.Content)
	if err != nil {
		m.reject(e, ReasonBadModel, err.Error())
		return
	}
	if alone(b.Analyst, b.SecondAnalyst) {
		if e.Home {
			m.propose(decision.ReviewActivation, e, b.Analyst)
		}
		return
	}
	if !m.admits(&m.model.sent, e) {
		m.reject(e, ReasonOvertaken, "another model was sent later")
		return
	}
	if e.Home {
		m.supersede(decision.ReviewActivation, e.Key)
	}
	if m.pinned {
		return
	}
	m.use(b, parsed)
	m.recomputeCells()
}

// activateFold raises the version of the fold's rules. A lower one changes nothing.
func (m *Machine) activateFold(e *event.Event, b *event.FoldActivated) {
	switch {
	case b.Version <= m.fold:
	case !alone(b.Analyst, b.SecondAnalyst):
		if m.fold = b.Version; e.Home {
			m.supersede(decision.ReviewActivation, e.Key)
		}
	case e.Home:
		m.propose(decision.ReviewActivation, e, b.Analyst)
	}
}

// use makes a model the one that scores are made with. Cells follow at once, buyers at their next evaluation.
func (m *Machine) use(b *event.ModelActivated, parsed *event.Model) {
	m.model = activeModel{version: clone(b.Version), content: append([]byte(nil), b.Content...), parsed: parsed,
		sent: m.model.sent, epoch: m.model.epoch + 1}
}
