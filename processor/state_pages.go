package processor

import (
	"barometer/ingest/event/wire"

	"google.golang.org/protobuf/encoding/protowire"
)

// pageItems is how many items a page of a snapshot has at most. Pages keep lists within the bounds of package wire,
// however long they are, and are unpacked at once.
const pageItems = 1024

// pages gathers the pages of one list.
type pages struct {
	field protowire.Number
	body  wire.Wire
	n     uint32
	size  int      // room for a page, as the last one was and somewhat more
	parts [][]byte // the beginning of a page and the rest of it, in turns
}

func (p *pages) add(item wire.Walker) {
	if p.n == 0 {
		p.body.Encode(make([]byte, 0, p.size))
	}
	p.body.Msg(fieldPageItems, item)
	if p.n++; p.n == pageItems {
		p.close()
	}
}

// close ends a page that has items.
func (p *pages) close() {
	if p.n == 0 {
		return
	}
	var count wire.Wire
	count.Uint32(fieldPageCount, &p.n)
	body := p.body.Bytes()
	begin := protowire.AppendTag(nil, p.field, protowire.BytesType)
	begin = protowire.AppendVarint(begin, uint64(len(count.Bytes())+len(body)))
	p.parts = append(p.parts, append(begin, count.Bytes()...), body)
	p.n, p.size = 0, len(body)+len(body)/16
}

// The fields of a page.
const (
	fieldPageCount = 1 // how many items it has
	fieldPageItems = 2
)

// page reads a page of a list.
type page[E any, P interface {
	*E
	wire.Walker
}] struct{ all []E }

// Walk walks the fields of a page.
func (p *page[E, P]) Walk(w *wire.Wire) {
	var n uint32
	w.Uint32(fieldPageCount, &n)
	p.all = make([]E, 0, min(n, pageItems))
	wire.Msgs[E, P](w, fieldPageItems, &p.all)
}
