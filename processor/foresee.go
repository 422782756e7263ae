package processor

import (
	"unsafe"

	"barometer/ingest/event"
	"barometer/processor/score"
)

// Ahead is how many records are looked at together before they are folded.
const Ahead = 64

// lookahead holds the next records decoded, each with the buyer that it is about, where that is known. It is no state:
// without it, each record is decoded and looked up when its turn comes.
type lookahead struct {
	decoders [Ahead]event.Decoder
	records  [Ahead]foreseen
	next, n  int
	touched  int64 // keeps what was read from being left out
}

type foreseen struct {
	record []byte
	event  *event.Event
	buyer  *buyer // the first of its hash
}

// Foresee decodes the records that come next, at most Ahead of them, and reads what they are going to need, so that the
// processor fetches it from memory for all of them at once and not for one after the other: a buyer's state lies
// anywhere in it. It changes nothing, and what is wrong with a record is told by Step.
func (f *Fold) Foresee(records [][]byte) {
	l := &f.ahead
	l.next, l.n = 0, 0
	for _, r := range records[:min(len(records), Ahead)] {
		e, err := l.decoders[l.n].Decode(r)
		if err != nil {
			break
		}
		l.records[l.n] = foreseen{record: r, event: e}
		l.n++
	}
	all, touched := l.records[:l.n], l.touched
	buyers := &f.machine.book.buyers
	var hashes [Ahead]uint64
	for i := range all {
		hashes[i] = buyers.hash(all[i].event.Key)
	}
	for i := range all {
		touched += buyers.glance(hashes[i])
	}
	for i := range all {
		all[i].buyer = buyers.first(hashes[i]) // of the hash; find compares the id
	}
	var payments [Ahead]*score.Payments
	for i := range all {
		if b := all[i].buyer; b != nil {
			payments[i] = b.payments
			touched += int64(b.inline[0]) + b.rating.Grade + int64(b.cache.restOn) + int64(b.accepted) + int64(b.due) +
				int64(len(b.lines))
		}
	}
	var glances [Ahead]score.Glance
	for i := range all {
		if payments[i] != nil {
			var n int64
			glances[i], n = payments[i].Glance()
			touched += n
		}
	}
	for i := range all {
		touched += glances[i].Near()
	}
	for i := range all {
		switch v := all[i].event.Body.(type) {
		case *event.InvoiceIssued:
			glances[i].Seek(refOf(&v.Ref), false)
		case *event.InvoicePaid:
			glances[i].Seek(refOf(&v.Ref), true)
		}
	}
	for i := range all {
		touched += glances[i].Read()
	}
	l.touched = touched
}

// take gives a record as it was foreseen, nil where it was not.
func (l *lookahead) take(record []byte) *foreseen {
	if l.next == l.n {
		return nil
	}
	x := &l.records[l.next]
	if len(x.record) != len(record) || unsafe.SliceData(x.record) != unsafe.SliceData(record) {
		l.next = l.n
		return nil
	}
	l.next++
	return x
}
