package group

import (
	"encoding/binary"
	"slices"
	"strings"

	"barometer/alerting/notice"
	"barometer/ingest/event"
	"barometer/processor/engine"
	"barometer/processor/runner"

	"github.com/cespare/xxhash/v2"
	"github.com/google/uuid"
)

// StateVersion names the encoding of the state; a snapshot of another one is not read.
const StateVersion = "group/1"

// KindNotification is the kind of the fold's outputs.
const KindNotification = "notification"

// namespace is of the ids of notifications. Never change it: a receiver would see a second id for the same thing.
var namespace = uuid.MustParse("6f9b1f0e-2f4c-5f37-9a55-0d3f6a3f8c21")

// Config names the log that a fold belongs to.
type Config struct {
	LogID      string
	Generation uint32
	Partition  uint32 // of risk.notifications
}

// Fold is a runner.Fold over one partition of risk.notifications.
type Fold struct {
	cfg      Config
	chain    uint64
	marks    engine.Marks
	holders  map[string]*holder // by id
	captures engine.Captures[capture]
}

// holder is a policyholder who has subscribed. Its subscribers ascend by id; it has one at least.
type holder struct {
	id          string
	subscribers []subscriber
	taken       engine.Taken
}

// subscriber is a subscription with the number of its last notification.
type subscriber struct {
	notice.Subscription
	sequence uint64
}

// NewFold makes the fold of a partition at its beginning.
func NewFold(cfg Config) *Fold {
	return &Fold{cfg: cfg, holders: map[string]*holder{}}
}

// LogID names the log.
func (f *Fold) LogID() string { return f.cfg.LogID }

// Step folds one item.
func (f *Fold) Step(offset int64, record []byte, emit func(runner.Output)) error {
	item, err := notice.DecodeItem(record)
	if err != nil {
		return err
	}
	if !f.marks.Advance(item.Source) {
		return nil
	}
	switch item.What {
	case notice.Subscribed:
		f.subscribe(offset, item, emit)
	case notice.Changes:
		f.notify(offset, item, emit)
	case notice.Progress: // what a group will be cut by; every item is a group of its own
	}
	return nil
}

// subscribe replaces a subscription by its new version. A new address that is not confirmed gets a message that asks
// for confirmation. A subscription for which more tests were asked for than before gets a test message.
func (f *Fold) subscribe(offset int64, item *notice.Item, emit func(runner.Output)) {
	s := item.Subscription
	h := f.holders[item.Holder]
	if h == nil {
		h = &holder{id: strings.Clone(item.Holder), taken: f.captures.Last()}
	}
	f.touch(h)
	all := h.subscribers
	i, found := slices.BinarySearchFunc(all, s.ID, func(x subscriber, id string) int { return strings.Compare(x.ID, id) })
	switch {
	case s.Ended && found:
		all = slices.Delete(all, i, i+1)
	case s.Ended:
		return
	case found:
		tests := all[i].Tests
		all[i].Subscription = keep(s)
		if s.Tests > tests && !s.Unconfirmed && !s.Paused {
			f.tell(&all[i], notice.Test, position{offset: offset}, item, nil, emit)
		}
	default:
		all = slices.Insert(all, i, subscriber{Subscription: keep(s)})
		if s.Unconfirmed {
			f.tell(&all[i], notice.Confirmation, position{offset: offset}, item, nil, emit)
		}
	}
	if h.subscribers = all; len(all) == 0 {
		delete(f.holders, h.id)
		return
	}
	f.holders[h.id] = h
}

// keep copies the strings that the state keeps, so that it does not hold a record's bytes.
func keep(s notice.Subscription) notice.Subscription {
	s.ID, s.Target, s.Language = strings.Clone(s.ID), strings.Clone(s.Target), strings.Clone(s.Language)
	return s
}

func (f *Fold) notify(offset int64, item *notice.Item, emit func(runner.Output)) {
	h := f.holders[item.Holder]
	if h == nil {
		return
	}
	f.touch(h)
	var seq uint32
	for i := range h.subscribers {
		s := &h.subscribers[i]
		wanted := s.wanted(item.Changes)
		if len(wanted) == 0 {
			continue
		}
		f.tell(s, notice.Telling, position{offset, seq}, item, wanted, emit)
		seq++
	}
}

// position is where an output stands: the item's offset, and its number there.
type position struct {
	offset int64
	seq    uint32
}

// tell emits the next notification of a subscription.
func (f *Fold) tell(s *subscriber, purpose notice.Purpose, at position, item *notice.Item, changes []notice.Change,
	emit func(runner.Output)) {
	s.sequence++
	n := notice.Notification{ID: f.id(s.ID, item.Source), Holder: item.Holder, Subscription: s.ID, Channel: s.Channel,
		Target: s.Target, Language: s.Language, Sequence: s.sequence, AtMs: item.AtMs, Source: item.Source, Changes: changes,
		Purpose: purpose}
	value := n.Encode()
	f.chain = link(f.chain, value)
	emit(runner.Output{Lane: runner.Decisions, Position: f.position(at.offset, at.seq), Kind: KindNotification, Key: n.ID,
		Value: value, Chain: f.chain})
}

func (f *Fold) position(offset int64, seq uint32) event.Position {
	return event.Position{Generation: f.cfg.Generation, Partition: f.cfg.Partition, Offset: offset, Seq: seq}
}

func (f *Fold) id(subscription string, source event.Source) string {
	return uuid.NewSHA1(namespace, []byte(f.cfg.LogID+"/"+subscription+"/"+source.String())).String()
}

// wanted are the changes that a subscription asks for.
func (s *subscriber) wanted(changes []notice.Change) []notice.Change {
	if s.Unconfirmed || s.Paused {
		return nil
	}
	var wanted []notice.Change
	for i := range changes {
		if changes[i].Severity >= s.MinimumSeverity && slices.Contains(s.Kinds, changes[i].Kind) {
			wanted = append(wanted, changes[i])
		}
	}
	return wanted
}

// link hashes a notification onto the chain before it. Never 0.
func link(chain uint64, value []byte) uint64 {
	var d xxhash.Digest
	d.ResetWithSeed(chain)
	_, _ = d.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(value))))
	_, _ = d.Write(value)
	return max(d.Sum64(), 1)
}
