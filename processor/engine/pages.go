package engine

import (
	"barometer/ingest/event/wire"

	"google.golang.org/protobuf/encoding/protowire"
)

// pageItems is how many items a page of a snapshot has at most. Pages keep lists within the bounds of package wire,
// however long they are, and whoever restores them may unpack them at once.
const pageItems = 1024

// The fields of a page.
const (
	fieldPageCount = 1 // how many items it has
	fieldPageItems = 2
)

// Pages gather the items of one list of a snapshot. Each page is a message of the list's field.
type Pages struct {
	field protowire.Number
	body  wire.Wire
	n     uint32   // items of the page that is being filled
	size  int      // room for a page, as the last one was and somewhat more
	parts [][]byte // the beginning of a page and the rest of it, in turns
}

// Add adds an item, which is encoded at once.
func (p *Pages) Add(item wire.Walker) {
	if p.n == 0 {
		p.body.Encode(make([]byte, 0, p.size))
	}
	p.body.Msg(fieldPageItems, item)
	if p.n++; p.n == pageItems {
		p.close()
	}
}

// close ends a page that has items.
func (p *Pages) close() {
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

// Page is a page of a list that is being restored.
type Page[E any, P interface {
	*E
	wire.Walker
}] struct{ Items []E }

// Walk walks the fields of a page, which it only decodes.
func (p *Page[E, P]) Walk(w *wire.Wire) {
	var n uint32
	w.Uint32(fieldPageCount, &n)
	p.Items = make([]E, 0, min(n, pageItems))
	wire.Msgs[E, P](w, fieldPageItems, &p.Items)
}
