package tail

import (
	"context"
	"encoding/hex"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/storage/history"

	"github.com/shopspring/decimal"
)

// A policy or a document that ClickHouse does not have yet is looked for in the log, from ClickHouse's progress on. The
// log is read only while somebody waits for one, each record once.
const (
	// within which what the broker has stored is in the log, if ingest is not behind
	writtenSoon   = 250 * time.Millisecond
	writtenWithin = 2 * time.Second
	mostWritten   = 100_000 // that are remembered; beyond it all are forgotten, until ClickHouse has them
)

// Version is a version of a policy, as the log has it.
type Version struct {
	policy, holder, language, currency string
	insuredPPM                         int64
	from, until                        event.Day // until 0: no end
	partition                          int
	offset                             int64
}

// Log is risk.log as Written reads it; *kafkalog.Client is one.
type Log interface {
	Ends(ctx context.Context, topic string) ([]int64, error)
	Follow(ctx context.Context, topic string, from []int64, each func(partition int, r kafkalog.Record) error) error
}

// Written are the policies and the documents that were written since ClickHouse's progress of a while ago.
type Written struct {
	source Log
	logger *slog.Logger

	mu   sync.Mutex
	next []int64 // of the log: what is read next
	// ClickHouse had everything before at the tick before the last, and whoever asked it found that
	floors    []int64
	stored    []int64                       // and at the last tick
	versions  map[string][]Version          // by policy, the oldest first
	tongues   map[string]Version            // by holder, the newest that names a language
	documents map[string][]history.Document // by id, the oldest first
	count     int                           // of versions and documents
	moved     chan struct{}                 // closed and replaced where asleep
	asleep    bool
	waiting   int
	stop      func() // ends the reader and waits for it
}

// NewWritten makes a Written of a log of so many partitions.
func NewWritten(partitions int, source Log, logger *slog.Logger) *Written {
	w := &Written{source: source, logger: logger, next: make([]int64, partitions), moved: make(chan struct{})}
	w.forget()
	return w
}

func (w *Written) forget() {
	w.versions, w.tongues, w.count = map[string][]Version{}, map[string]Version{}, 0
	w.documents = map[string][]history.Document{}
}

// Progressed forgets what ClickHouse has had for a tick.
func (w *Written) Progressed(progress []history.Progress) {
	stored := make([]int64, len(w.next))
	for _, p := range progress {
		if int(p.Position.Partition) < len(stored) {
			stored[p.Position.Partition] = p.Position.Offset
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.floors = w.stored; w.floors == nil {
		w.floors = stored
	}
	w.stored = stored
	old := func(v Version) bool { return v.offset < w.floors[v.partition] }
	maps.DeleteFunc(w.tongues, func(_ string, v Version) bool { return old(v) })
	w.count -= drop(w.versions, old) + drop(w.documents, func(d history.Document) bool {
		return d.Position.Offset < w.floors[d.Position.Partition]
	})
}

// drop takes out of lists what is old, and tells how many that was.
func drop[V any](lists map[string][]V, old func(V) bool) (dropped int) {
	for key, all := range lists {
		before := len(all)
		all = slices.DeleteFunc(all, old)
		if dropped += before - len(all); len(all) == 0 {
			delete(lists, key)
		} else {
			lists[key] = all
		}
	}
	return dropped
}

// On is the version of a policy of a day; false where none was just written.
func (w *Written) On(policy string, day event.Day) (Version, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var found Version
	for _, v := range w.versions[policy] {
		if v.from <= day && (found.policy == "" || v.from >= found.from) {
			found = v
		}
	}
	return found, found.policy != ""
}

// Language is what the newest of a holder's policies that were just written names; empty: none does.
func (w *Written) Language(holder string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.tongues[holder].language
}

// Holder is that of a policy's newest version; empty: none was just written.
func (w *Written) Holder(policy string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if all := w.versions[policy]; len(all) > 0 {
		return all[len(all)-1].holder
	}
	return ""
}

// Documents are those of an id that were just added, the first of each case and claim. Their names are not known yet.
func (w *Written) Documents(id string) (all []history.Document) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, d := range w.documents[id] {
		if !slices.ContainsFunc(all, func(o history.Document) bool { return o.About() == d.About() }) {
			all = append(all, d)
		}
	}
	return all
}

// take reads a record of the log.
func (w *Written) take(decoder *event.Decoder, partition int, r kafkalog.Record) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if partition >= len(w.next) || r.Offset < w.next[partition] {
		return
	}
	w.next[partition] = r.Offset + 1
	if e, err := decoder.Decode(r.Value); err == nil {
		w.remember(e, partition, r.Offset)
	}
	if w.asleep {
		w.asleep = false
		close(w.moved)
		w.moved = make(chan struct{})
	}
}

// remember keeps of a record what somebody may wait for. Strings of an event alias its record.
func (w *Written) remember(e *event.Event, partition int, offset int64) {
	if w.count >= mostWritten {
		w.forget()
	}
	switch b := e.Body.(type) {
	case *event.PolicyUpserted:
		if !e.Home {
			return
		}
		v := Version{strings.Clone(b.Policy), strings.Clone(b.Holder), strings.Clone(b.Language), strings.Clone(b.Currency),
			b.InsuredPPM, b.EffectiveOn, b.PeriodTo, partition, offset}
		w.count++
		w.versions[v.policy] = append(w.versions[v.policy], v)
		if v.language != "" {
			w.tongues[v.holder] = v
		}
	case *event.DocumentAdded:
		d := history.Document{Position: event.Position{Partition: uint32(partition), Offset: offset},
			Case: strings.Clone(b.Case), Claim: strings.Clone(b.Claim), ID: strings.Clone(b.Document), Kind: b.Kind.String(),
			SHA256: hex.EncodeToString(b.SHA256), Bytes: b.Size}
		d.Policy = event.PolicyOfMinted(d.About())
		w.count++
		w.documents[d.ID] = append(w.documents[d.ID], d)
	}
}

// join reads the log until as many left as joined.
func (w *Written) join() (leave func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.waiting++; w.waiting == 1 {
		for p := range w.floors {
			w.next[p] = max(w.next[p], w.floors[p])
		}
		ctx, cancel := context.WithCancel(context.Background())
		from, ended := slices.Clone(w.next), make(chan struct{})
		go func() {
			defer close(ended)
			var decoder event.Decoder
			_ = w.source.Follow(ctx, kafkalog.TopicLog, from, func(partition int, r kafkalog.Record) error {
				w.take(&decoder, partition, r)
				return nil
			}) // who waits gives up in time
		}()
		w.stop = func() { cancel(); <-ended }
	}
	return func() {
		w.mu.Lock()
		w.waiting--
		stop, last := w.stop, w.waiting == 0
		w.mu.Unlock()
		if last {
			stop()
		}
	}
}

// state is whether the log is read up to ends, and what is closed when more is read.
func (w *Written) state(ends []int64) (done bool, moved <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asleep, done = true, true
	for p := range min(len(ends), len(w.next)) {
		done = done && w.next[p] >= ends[p]
	}
	return done, w.moved
}

// Await waits until found is true of what was written, or the log of now, and of the moment after, is read.
func (w *Written) Await(ctx context.Context, found func() bool) bool {
	client := ctx
	ctx, cancel := context.WithTimeout(ctx, writtenWithin)
	defer cancel()
	if found() {
		return true
	}
	ends, err := w.source.Ends(ctx, kafkalog.TopicLog)
	if client.Err() != nil {
		return false
	}
	if err != nil {
		w.logger.WarnContext(ctx, "what was just written is not known", "error", err)
		return false
	}
	defer w.join()()
	soon, over := time.NewTimer(writtenSoon), false
	defer soon.Stop()
	for {
		done, moved := w.state(ends)
		switch {
		case found():
			return true
		case done && over:
			return false
		}
		select {
		case <-moved:
		case <-soon.C:
			over = true
		case <-ctx.Done():
			return found()
		}
	}
}

// Govern makes a cover whose policy is not stored yet one by a version of it.
func (v *Version) Govern(c *history.Cover) {
	c.NoPolicy, c.Percentage, c.Currency = false, decimal.New(v.insuredPPM, -4), v.currency
	c.Ended = v.until != 0 && v.until < c.On
}
