package match

import (
	"barometer/ingest/event"
	"barometer/ingest/event/wire"
)

// How long messages wait for their buyer.
const (
	waitingDays   = 7
	lastingMonths = 60 // news that turns a buyer's life
)

// Until is the day on which a message that begins to wait has waited in vain.
func Until(e *event.Event, today event.Day) event.Day {
	if n, ok := e.Body.(*event.News); ok {
		switch n.Category {
		case event.InsolvencyOpened, event.InsolvencyMoratorium, event.InsolvencyClosed, event.Restructuring,
			event.FraudConfirmed, event.Judgment:
			return today.AddMonths(lastingMonths)
		}
	}
	return today + waitingDays
}

// Walk walks the fields of an entry in a snapshot.
func (e *Entry) Walk(w *wire.Wire) {
	key := e.Key[:]
	w.Blob(1, &key)
	w.Strs(2, &e.Buyers)
	wire.Msgs(w, 3, &e.Waiting)
	switch {
	case !w.Decoding():
	case len(key) != keySize:
		w.Fail("a match key of %d bytes", len(key))
	default:
		e.Key = Key(key)
	}
}

// Walk walks the fields of a message that waits in a snapshot.
func (h *Waiting) Walk(w *wire.Wire) {
	w.Bool(1, &h.First)
	w.Int32(2, (*int32)(&h.Until))
	w.Str(3, &h.Source)
	w.Str(4, &h.ID)
	w.Blob(5, &h.Record)
	w.Str(6, &h.Policy)
}
