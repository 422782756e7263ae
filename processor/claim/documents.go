package claim

import (
	"slices"

	"barometer/ingest/event"
)

// documents are the kinds of documents of a claim, each a bit by its number.
//
// Invariant: missing and had have nothing in common.
type documents struct {
	expected uint32 // of such a claim
	had      uint32
	missing  uint32 // expected, or named by an examination, and not there
}

// expect sets what such a claim needs.
func (d *documents) expect(c *Claim) {
	kinds := []event.DocumentKind{event.DocumentInvoice, event.DocumentDeliveryNote, event.DocumentOrder,
		event.DocumentStatementOfAccount, event.DocumentCorrespondence}
	for i := range c.items {
		if c.items[i].Discretionary {
			kinds = append(kinds, event.DocumentDiscretionaryEvidence)
			break
		}
	}
	if c.cause == ByInsolvency {
		kinds = append(kinds, event.DocumentProofOfDebt)
	}
	for _, kind := range kinds {
		d.expected |= 1 << kind
	}
	d.missing = d.expected
}

func (d *documents) add(kind event.DocumentKind) {
	d.had |= 1 << kind
	d.missing &^= 1 << kind
}

// name replaces what is missing by what an examination says, one that was added before included: it did not do.
func (d *documents) name(kinds []event.DocumentKind) {
	d.missing = 0
	for _, kind := range kinds {
		d.missing |= 1 << kind
		d.had &^= 1 << kind
	}
}

// complete: an examination that decides says that there are enough.
func (d *documents) complete() { d.missing = 0 }

// Document notes that a document was added; false where it is there already.
func (c *Claim) Document(id string, kind event.DocumentKind) bool {
	if slices.Contains(c.added, id) {
		return false
	}
	c.added = append(c.added, id)
	c.documents.add(kind)
	return true
}

// Missing are the kinds of documents that the claim lacks, in the order of their numbers.
func (c *Claim) Missing() []event.DocumentKind { return kindsOf(c.documents.missing) }

func kindsOf(bits uint32) (kinds []event.DocumentKind) {
	for kind := event.DocumentInvoice; kind <= event.DocumentOther; kind++ {
		if bits&(1<<kind) != 0 {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}
