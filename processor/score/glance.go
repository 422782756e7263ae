package score

// Glance is a look at what a message about an invoice is going to need, in four steps, each of which needs what the one
// before read: Glance, Near, Seek, Read. Who takes each step for several buyers before the next has the memory of all
// of them fetched at once. It changes nothing; the numbers mean nothing, and only keep the reading from being left out.
// It is good until Payments change.
type Glance struct {
	payments *Payments
	supplier *supplier
	closed   bool // it is to be looked for among those that were
	paid     bool
}

// Glance reads what every message needs.
func (p *Payments) Glance() (g Glance, n int64) {
	n = int64(p.dbt.Landmark) + p.n.Value + p.outstanding + int64(p.inBucket[buckets-1])
	for i := range p.few {
		n += int64(len(p.few[i].policy)) + int64(len(p.few[i].closed))
	}
	return Glance{payments: p}, n
}

// Near reads the suppliers among which Seek searches, where they are many.
func (g *Glance) Near() (n int64) {
	if g.payments == nil || len(g.payments.suppliers) <= fewSuppliers {
		return 0
	}
	all := g.payments.suppliers
	return int64(len(all[len(all)/2].policy) + len(all[0].policy) + len(all[len(all)-1].policy))
}

// Seek finds the supplier: of an invoice that is issued, or one that is paid.
func (g *Glance) Seek(ref Ref, paid bool) {
	if g.payments == nil {
		return
	}
	g.supplier, g.paid = g.payments.supplier(ref.Policy), paid
	g.closed = !paid && g.payments.closings.may(KeyOf(ref.Invoice))
}

// Read reads its lists where searches begin: a payment looks for its invoice and among payments, an invoice among those
// that are kept and, where it may have been, among those that were.
func (g *Glance) Read() (n int64) {
	s := g.supplier
	if s == nil {
		return 0
	}
	if k := len(s.invoices); k > 0 {
		n += int64(s.invoices[0].key) + int64(s.invoices[k/2].key) + int64(s.invoices[k-1].minor)
	}
	if g.paid {
		if k := len(s.receipts); k > 0 {
			n += int64(s.receipts[0].id) + int64(s.receipts[k/2].id) + s.receipts[k-1].minor
		}
		return n
	}
	if k := len(s.closed); g.closed && k > 0 {
		n += int64(s.closed[0]) + int64(s.closed[k/2]) + int64(s.closed[k-1])
	}
	return n
}
