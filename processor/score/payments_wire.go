package score

import "barometer/ingest/event/wire"

// Walk walks the fields of a buyer's payments in a snapshot.
func (p *Payments) Walk(w *wire.Wire) {}
