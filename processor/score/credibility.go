package score

// Credibility says how much payment evidence weighs: n / (n + 5) for n invoices.
const (
	// Whole is one invoice, as n is counted: in thousandths.
	Whole = 1000
	// half is where half of the points count.
	half = 5 * Whole
)

// Credible weighs the points of one component of payment behaviour: negative points by n as of today, positive ones by
// n as of the last evidence and by at least one half, so that silence cures nothing. n is in thousandths. Each
// component is truncated by itself.
func Credible(points, today, lastEvidence int64) int64 {
	if points == 0 {
		return 0
	}
	n := today
	if points > 0 {
		n = max(lastEvidence, half)
	}
	return points * n / (n + half)
}
