package claim

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"barometer/ingest/event"
)

// plainClaim is a claim as the model's page says it, each time from the beginning and with no integer of its own.
type plainClaim struct {
	invoices  []plainInvoice
	before    int64
	accepted  int64 // −1: everything
	refused   bool
	decided   bool
	lossOn    event.Day
	receipts  map[string]int64
	indemnity int64
	firstLoss int64
}

type plainInvoice struct {
	id               string
	open, insured, p int64
}

// div is a × b div c, truncated.
func div(a, b, c int64) int64 {
	n := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
	return n.Quo(n, big.NewInt(c)).Int64()
}

// loss is L and its parts.
func (c *plainClaim) loss() (loss int64, parts []int64) {
	var debt, insured int64
	for _, v := range c.invoices {
		debt, insured = debt+v.open, insured+v.insured
	}
	loss = insured - div(c.before, insured, debt)
	if c.accepted >= 0 && c.accepted < loss {
		loss = c.accepted
	}
	parts = make([]int64, len(c.invoices))
	left := loss
	type rest struct {
		rest *big.Int
		i    int
	}
	var rests []rest
	for i, v := range c.invoices {
		if v.insured == 0 {
			continue
		}
		product := new(big.Int).Mul(big.NewInt(loss), big.NewInt(v.insured))
		quotient, remainder := new(big.Int).QuoRem(product, big.NewInt(insured), new(big.Int))
		parts[i] = quotient.Int64()
		left -= parts[i]
		rests = append(rests, rest{remainder, i})
	}
	for ; left > 0; left-- {
		best := 0
		for k := range rests {
			order := rests[k].rest.Cmp(rests[best].rest)
			if order > 0 || order == 0 && c.invoices[rests[k].i].id < c.invoices[rests[best].i].id {
				best = k
			}
		}
		parts[rests[best].i]++
		rests = slices.Delete(rests, best, best+1)
	}
	return loss, parts
}

// percentage is amount × Σ(l × p) div (L × 10 000).
func (c *plainClaim) percentage(amount int64) int64 {
	loss, parts := c.loss()
	if loss == 0 {
		return 0
	}
	sum := new(big.Int)
	for i, v := range c.invoices {
		sum.Add(sum, new(big.Int).Mul(big.NewInt(parts[i]), big.NewInt(v.p)))
	}
	sum.Mul(sum, big.NewInt(amount))
	return sum.Quo(sum, new(big.Int).Mul(big.NewInt(loss), big.NewInt(10_000))).Int64()
}

// decide is the waterfall, given what others have used.
func (c *plainClaim) decide(t *Terms, order []string, usedFirst, usedLiability int64) {
	loss, _ := c.loss()
	c.indemnity, c.firstLoss, c.decided = 0, 0, true
	if t.NonQualifying > 0 && (loss < t.NonQualifying || t.EqualDoesNot && loss == t.NonQualifying) {
		return
	}
	x := loss
	for _, step := range order {
		switch step {
		case "insured_percentage":
			x = c.percentage(x)
		case "each_and_every":
			x -= min(x, t.EachAndEvery)
		case "aggregate_first_loss":
			if t.FirstLoss > 0 {
				c.firstLoss = min(x, max(t.FirstLoss-usedFirst, 0))
				x -= c.firstLoss
			}
		case "minimum_retention":
			if t.MinimumRetention > 0 {
				x = min(x, max(loss-t.MinimumRetention, 0))
			}
		case "maximum_liability":
			if t.MaximumLiability > 0 {
				x = min(x, max(t.MaximumLiability-usedLiability, 0))
			}
		}
	}
	c.indemnity = x
}

// TestRandomHistoriesAreAsAPlainSum plays 10 000 histories of a policy: claims of several years, decided, corrected,
// refused and paid in any order, with receipts that come and are reversed. After each step the claims are what a plain
// evaluation says, and nobody gets more than was lost.
func TestRandomHistoriesAreAsAPlainSum(t *testing.T) {
	const seed = 19
	for history := range 10_000 {
		random := rand.New(rand.NewPCG(seed, uint64(history)))
		if err := playHistory(random); err != nil {
			t.Fatalf("seed %d, history %d: %v", seed, history, err)
		}
	}
}

// some is a small number often, to meet edges, and else up to n.
func some(random *rand.Rand, n int64) int64 {
	if random.IntN(3) == 0 {
		n = min(n, 3)
	}
	return random.Int64N(n + 1)
}

func randomTerms(random *rand.Rand) (t Terms, order []string) {
	const scale = 5000
	t = Terms{NonQualifying: some(random, scale) * random.Int64N(2), EqualDoesNot: random.IntN(2) == 0,
		EachAndEvery: some(random, scale/5) * random.Int64N(2), FirstLoss: some(random, scale) * random.Int64N(2),
		MinimumRetention: some(random, scale/5) * random.Int64N(2),
		MaximumLiability: some(random, 8*scale) * random.Int64N(2)}
	for _, i := range random.Perm(len(usualOrder)) {
		t.Order = append(t.Order, usualOrder[i])
		order = append(order, usualOrder[i].String())
	}
	return t, order
}

func playHistory(random *rand.Rand) error {
	terms, order := randomTerms(random)
	var a Aggregates
	var real []*Claim
	var plain []*plainClaim
	var ids []string
	years := map[int]bool{}
	for step := range 30 {
		if len(real) == 0 || random.IntN(4) == 0 {
			c, p := randomClaim(random, len(real))
			real, plain, ids = append(real, c), append(plain, p), append(ids, fmt.Sprintf("b%d/claim-p-1", len(real)))
			continue
		}
		i := random.IntN(len(real))
		c, p := real[i], plain[i]
		switch random.IntN(6) {
		case 0, 1, 2:
			x := Examination{Verdict: event.ClaimVerdict(1 + random.IntN(3))}
			if x.Verdict == event.VerdictPartly {
				x.HasAmount, x.Minor = true, some(random, c.loss.Full+1)
			}
			wasOpen := c.Open()
			loss, no := c.Examine(x, event.Day(20_000+step))
			if no == NoneRefused {
				p.accepted, p.refused = everything, x.Verdict == event.VerdictRefuse
				if x.HasAmount {
					p.accepted = x.Minor
				} else if p.refused {
					p.accepted = 0
				}
			}
			if loss == nil {
				if no == NoneRefused && wasOpen && c.State() != Refused {
					return fmt.Errorf("%s: refused, and is %s", ids[i], c.State())
				}
				break
			}
			p.decided, p.indemnity, p.firstLoss = false, 0, 0
			year, _, _ := p.lossOn.Civil()
			var usedFirst, usedLiability int64
			for _, o := range plain {
				if y, _, _ := o.lossOn.Civil(); y == year && o.decided {
					usedFirst, usedLiability = usedFirst+o.firstLoss, usedLiability+o.indemnity
				}
			}
			years[year] = true
			p.decide(&terms, order, usedFirst, usedLiability)
			c.Rule(a.Decide(ids[i], PeriodOf(c.LossOn(), 0, 0), loss, &terms), 30)
		case 3:
			id := fmt.Sprint(random.IntN(4))
			minor := some(random, max(c.Room(), 0)+1)
			if _, known := p.receipts[id]; known {
				break
			}
			if _, no := c.Receive(Receipt{ID: id, Minor: minor, Fee: some(random, 100)}); no == NoneRefused {
				p.receipts[id] = minor
			}
		case 4:
			id := fmt.Sprint(random.IntN(4))
			if _, ok := c.Reverse(id); ok {
				delete(p.receipts, id)
			}
		case 5:
			if due := c.Due(); due > 0 && c.Pay(some(random, due)) != NoneRefused && c.State() == Decided {
				return fmt.Errorf("%s: could not be paid", ids[i])
			}
		}
		if err := agree(c, p); err != nil {
			return fmt.Errorf("step %d, %s: %w", step, ids[i], err)
		}
		if err := a.Check(); err != nil {
			return err
		}
	}
	for year := range years {
		in := Period{event.Date(year, 1, 1), event.Date(year, 12, 31)}
		if used := a.Used(in); terms.MaximumLiability > 0 && used.Liability > terms.MaximumLiability ||
			terms.FirstLoss > 0 && used.FirstLoss > terms.FirstLoss {
			return fmt.Errorf("%d uses %+v of %+v", year, used, terms)
		}
	}
	return nil
}

func randomClaim(random *rand.Rand, n int) (*Claim, *plainClaim) {
	p := &plainClaim{accepted: everything, lossOn: event.Date(2025+random.IntN(2), 6, 1), receipts: map[string]int64{}}
	var items []Item
	var debt int64
	for i := range 1 + random.IntN(4) {
		open := 1 + some(random, 9000)
		insured := some(random, open)
		v := item(fmt.Sprintf("i%d", (7*i+3)%5), open, insured, int32(random.IntN(10_001)))
		v.LossOn = p.lossOn + event.Day(i)
		items = append(items, v)
		p.invoices = append(p.invoices, plainInvoice{v.Invoice, open, insured, int64(v.Percent)})
		debt += open
	}
	p.before = some(random, debt)
	return New(File{Number: uint32(n), Cause: ByDefault, On: 20_000, Items: items, Recovered: p.before}), p
}

// agree compares a claim with the plain one.
func agree(c *Claim, p *plainClaim) error {
	if err := c.Check(); err != nil {
		return err
	}
	if got := c.Indemnity(); got.Minor != p.indemnity || got.FirstLoss != p.firstLoss {
		return fmt.Errorf("paid %d, used %d of the first loss; want %d and %d", got.Minor, got.FirstLoss, p.indemnity,
			p.firstLoss)
	}
	loss, parts := p.loss()
	if !c.Open() && loss != c.loss.Minor {
		return fmt.Errorf("lost %d, want %d", c.loss.Minor, loss)
	}
	for i, v := range p.invoices {
		k := slices.IndexFunc(c.items, func(o Item) bool { return o.Invoice == v.id })
		if !c.Open() && c.items[k].Loss != parts[i] {
			return fmt.Errorf("of %s %d is lost, want %d", v.id, c.items[k].Loss, parts[i])
		}
	}
	var came, debt int64
	for _, v := range p.receipts {
		came += v
	}
	for _, v := range p.invoices {
		debt += v.open
	}
	shared := c.Shared()
	if shared.Minor != came || shared.Insurer+shared.Policyholder != came || shared.Insurer > p.indemnity ||
		p.before+p.indemnity+shared.Policyholder > debt {
		return fmt.Errorf("of %d the insurer has %d, paid %d of %d, with %d before", came, shared.Insurer, p.indemnity, debt,
			p.before)
	}
	return nil
}
