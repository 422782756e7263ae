package score

// Glance is a look at what a message about an invoice is going to need, in four steps, each of which needs what the one before
// read: Glance, Near, Seek, Read. Who takes each step for several buyers before the next has the memory of all of them fetched at
// once. It changes nothing; the numbers mean nothing, and only keep the reading from being left out. It is good until
// Payments change.
type Glance struct {
	payments *Payments
	supplier *supplier
}

// Glance reads what every message needs.
func (p *Payments) Glance() (g Glance, n int64) {
	return Glance{payments: p}, int64(p.dbt.Landmark) + p.n.Value + int64(p.months.newest) + p.overdue + int64(len(p.suppliers))
}

// Near reads the suppliers among which Seek searches.
func (g *Glance) Near() (n int64) {
	if g.payments == nil || len(g.payments.suppliers) == 0 {
		return 0
	}
	all := g.payments.suppliers
	return int64(len(all[len(all)/2].policy) + len(all[0].policy) + len(all[len(all)-1].policy))
}

// Seek finds the supplier.
func (g *Glance) Seek(policy string) (n int64) {
	if g.payments == nil {
		return 0
	}
	if g.supplier = g.payments.supplier(policy); g.supplier == nil {
		return 0
	}
	return int64(len(g.supplier.closed))
}

// Read reads its lists where searches begin.
func (g *Glance) Read() (n int64) {
	s := g.supplier
	if s == nil {
		return 0
	}
	if k := len(s.invoices); k > 0 {
		n += int64(s.invoices[k/2].key)
	}
	if k := len(s.receipts); k > 0 {
		n += int64(s.receipts[k/2].id)
	}
	if k := len(s.closed); k > 0 {
		n += int64(s.closed[0]) + int64(s.closed[k/2]) + int64(s.closed[k-1])
	}
	return n
}
