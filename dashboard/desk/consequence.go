package desk

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"barometer/dashboard/reviews"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"

	"github.com/shopspring/decimal"
)

// consequence is what a verdict would do by what is known now. It is shown before the verdict is given, and worked out
// again when it is: who decides must have seen what follows.
type consequence struct {
	Gist  string             // one sentence
	Notes []string           // further ones
	Rows  []reviews.Proposal // limits that it sets
}

func (c *consequence) same(o *consequence) bool {
	return c.Gist == o.Gist && slices.Equal(c.Notes, o.Notes) && slices.Equal(c.Rows, o.Rows)
}

// consequenceOf works out what approving or rejecting a review would do.
func (s *Desk) consequenceOf(ctx context.Context, r *reviews.ReviewAnswer, approve bool) (consequence, error) {
	if !approve {
		return s.rejecting(ctx, r)
	}
	switch r.Kind {
	case decision.ReviewMatch:
		return s.believing(ctx, r)
	case decision.ReviewCut:
		return consequence{Gist: "Cuts " + cutBy(r.Proposals) + ".", Rows: r.Proposals, Notes: []string{
			"Each cut takes effect after its policy's notice; at grade 10 at once.",
			"Where the buyer can bear much more or less by then, the review opens again with the new amounts."}}, nil
	case decision.ReviewIncrease:
		return consequence{Gist: "Raises " + raisedBy(r.Proposals) + ", at once.", Rows: r.Proposals,
			Notes: []string{"Not more is granted than the buyer can bear then."}}, nil
	case decision.ReviewCountry:
		limits, err := s.countryLimits(ctx, r.Country)
		c := consequence{Gist: "Takes " + r.Country + " off cover: cancels " + limits + "."}
		if r.First == "" {
			c = consequence{Gist: "Is the first of two approvals: nothing happens until another analyst approves too.",
				Notes: []string{r.Country + " is then off cover, which cancels " + limits + "."}}
		}
		c.Notes = append(c.Notes, "Each limit ends after its policy's notice; large ones wait for a review of their own. "+
			"Grades stay.")
		return c, err
	case decision.ReviewCap:
		limits, err := s.countryLimits(ctx, r.Country)
		c := consequence{Gist: "Sets a cap on the limits of all buyers in " + r.Country + ".",
			Notes: []string{"In force there: " + limits + ".", "A cap cuts no limit: the nearer what is in use comes to it, " +
				"the less of a request is granted."}}
		for _, p := range r.Proposals {
			c.Gist = fmt.Sprintf("Caps the limits of all buyers in %s at %s %s%s.", r.Country, grouped(p.To), p.Currency,
				before(r, p))
		}
		return c, err
	case decision.ReviewActivation:
		return consequence{Gist: "Activates " + strings.Join(termsWords(r.Terms), ", ") + " from then on.",
			Notes: []string{"All buyers are graded by it, as something happens to them or at the next midnight, and limits " +
				"follow their grades."}}, nil
	case decision.ReviewOverride:
		return s.overriding(ctx, r)
	default: // payments
		limits, err := s.buyerLimits(ctx, r.BuyerID)
		return consequence{Gist: reportedBy(r) + " counts in full: the grade falls to 9 or worse, which cancels " + limits +
			".", Notes: []string{"Each limit ends after its policy's notice; at grade 10 at once."}}, err
	}
}

// believing says what follows where reports are true and about the buyer.
func (s *Desk) believing(ctx context.Context, r *reviews.ReviewAnswer) (consequence, error) {
	limits, err := s.buyerLimits(ctx, r.BuyerID)
	category := func(names ...event.Category) bool {
		return slices.ContainsFunc(r.Items, func(i reviews.ReviewItem) bool {
			return slices.ContainsFunc(names, func(c event.Category) bool { return i.Category == c.String() })
		})
	}
	switch {
	case category(event.InsolvencyOpened, event.InsolvencyMoratorium):
		return consequence{Gist: "Puts the buyer at grade 10, which cancels " + limits + " at once.",
			Notes: []string{"The policyholders are told. A limit comes back only if the news is withdrawn or the insolvency " +
				"is closed within 30 days."}}, err
	case category(event.InsolvencyClosed):
		return consequence{Gist: "Ends the insolvency: grade 10 is lifted, and the buyer is graded by its figures again.",
			Notes: []string{"In force now: " + limits + ".", "Limits that the insolvency cancelled less than 30 days before " +
				"it was closed come back, as far as the buyer can bear them."}}, err
	case category(event.Restructuring, event.FraudConfirmed):
		return consequence{Gist: "Holds the buyer at grade 8 or worse for two years, and counts in full. In force on it: " +
			limits + ".", Notes: []string{"What the buyer cannot bear at its new grade is cut after each policy's notice; at " +
			"grade 9 or 10 all is cancelled."}}, err
	default:
		return consequence{Gist: "What was reported counts as about this buyer, which is graded again. In force on it: " +
			limits + "."}, err
	}
}

func (s *Desk) overriding(ctx context.Context, r *reviews.ReviewAnswer) (consequence, error) {
	by := "the underwriter's"
	if r.Asked != "" {
		by = r.Asked + "'s"
	}
	c := consequence{Gist: "Makes " + by + " decision act.", Rows: r.Proposals}
	if terms := termsWords(r.Terms); len(terms) > 0 {
		c.Gist = "Makes " + by + " decision act: " + strings.Join(terms, ", ") + "."
	}
	limits, err := s.buyerLimits(ctx, r.BuyerID)
	if len(r.Proposals) == 0 {
		c.Notes = append(c.Notes, "In force on the buyer: "+limits+". They follow its grade: what it cannot bear is cut "+
			"after each policy's notice, "+
			"and at grade 9 or 10 all is cancelled.")
	}
	for _, p := range r.Proposals {
		to, from := decimal.RequireFromString(p.To), decimal.RequireFromString(p.From)
		change := "Leaves the limit at"
		switch {
		case to.GreaterThan(from):
			change = "Raises 1 limit, at once, to"
		case to.LessThan(from):
			change = "Cuts 1 limit, after its policy's notice, to"
		}
		c.Notes = append(c.Notes, fmt.Sprintf("%s %s %s.", change, grouped(p.To), p.Currency))
	}
	return c, err
}

// rejecting says what follows where a review is not approved.
func (s *Desk) rejecting(ctx context.Context, r *reviews.ReviewAnswer) (consequence, error) {
	switch r.Kind {
	case decision.ReviewCut:
		return consequence{Gist: "Leaves " + standing(r.Proposals) + " as they are for 30 days.",
			Notes: []string{"They are proposed again earlier where the buyer's capacity falls by more than a tenth."}}, nil
	case decision.ReviewIncrease:
		return consequence{Gist: "Refuses the request: " + standing(r.Proposals) + " stays as it is."}, nil
	case decision.ReviewCountry:
		return consequence{Gist: r.Country + " stays on cover: what reported the moratorium is set aside."}, nil
	case decision.ReviewCap, decision.ReviewActivation, decision.ReviewOverride:
		return consequence{Gist: "What was decided does not act. No grade and no limit changes."}, nil
	case decision.ReviewPayments:
		limits, err := s.buyerLimits(ctx, r.BuyerID)
		return consequence{Gist: reportedBy(r) + " is left out of this buyer's grade for 90 days.",
			Notes: []string{"In force on the buyer: " + limits + ". None is cut by it."}}, err
	default:
		limits, err := s.buyerLimits(ctx, r.BuyerID)
		return consequence{Gist: "The reports count for nothing any more: they are not true, or not about this buyer.",
			Notes: []string{"In force on the buyer: " + limits + ". None is cut by it.",
				"Requests that waited for this verdict are answered."}}, err
	}
}

// reportedBy says of a review of one supplier's reports whose they are.
func reportedBy(r *reviews.ReviewAnswer) string {
	for _, t := range r.Terms {
		if policy, ok := strings.CutPrefix(t, "policy="); ok {
			return "What is reported under policy " + policy
		}
	}
	return "What the supplier reports"
}

// buyerLimits says how many limits are in force on a buyer, and what they come to.
func (s *Desk) buyerLimits(ctx context.Context, buyer string) (string, error) {
	rows, err := s.cfg.Portfolio.InForce(ctx, buyer)
	n, sums := 0, sums{}
	for i := range rows {
		l := rows[i].Body.(*decision.Limit)
		n++
		sums.add(l.Currency, decimal.New(l.GrantedMinor, -int32(event.Decimals(l.Currency))))
	}
	return sums.of(n), err
}

// countryLimits says the same of the buyers of a country, as far as ClickHouse has them.
func (s *Desk) countryLimits(ctx context.Context, country string) (string, error) {
	rows, err := s.cfg.Store.LimitSums(ctx, history.LimitSumQuery{Country: country}, s.cfg.Tail.Today())
	return summed(rows), err
}

// summed says what sums come to, all currencies together.
func summed(rows []history.LimitSum) string {
	n, sums := 0, sums{}
	for _, r := range rows {
		n += int(r.Limits)
		sums.add(r.Currency, r.Granted)
	}
	return sums.of(n)
}

// sums are amounts by currency.
type sums map[string]decimal.Decimal

func (s sums) add(currency string, d decimal.Decimal) { s[currency] = s[currency].Add(d) }

// of says a number of limits and what they come to: "2 limits, 300 000 EUR and 70 SEK".
func (s sums) of(n int) string { return s.joined(n, ", ") }

func (s sums) joined(n int, by string) string {
	switch n {
	case 0:
		return "no limit"
	case 1:
		return "1 limit" + by + s.String()
	default:
		return strconv.Itoa(n) + " limits" + by + s.String()
	}
}

func (s sums) String() string {
	var all []string
	for _, currency := range slices.Sorted(maps.Keys(s)) {
		all = append(all, grouped(s[currency].StringFixed(int32(event.Decimals(currency))))+" "+currency)
	}
	return strings.Join(all, " and ")
}

// cutBy says how many limits are to be cut, and by how much.
func cutBy(all []reviews.Proposal) string {
	return proposed(all, " by ", func(from, to decimal.Decimal) decimal.Decimal { return from.Sub(to) })
}

// raisedBy says how many limits are to be raised, and by how much.
func raisedBy(all []reviews.Proposal) string {
	return proposed(all, " by ", func(from, to decimal.Decimal) decimal.Decimal { return to.Sub(from) })
}

// standing says how many limits a review is about, and what they are now.
func standing(all []reviews.Proposal) string {
	return proposed(all, ", ", func(from, _ decimal.Decimal) decimal.Decimal { return from })
}

func proposed(all []reviews.Proposal, by string, what func(from, to decimal.Decimal) decimal.Decimal) string {
	sums := sums{}
	for _, p := range all {
		sums.add(p.Currency, what(decimal.RequireFromString(p.From), decimal.RequireFromString(p.To)))
	}
	return sums.joined(len(all), by)
}

// before says what a cap was, where there was one.
func before(r *reviews.ReviewAnswer, p reviews.Proposal) string {
	if r.Uncapped() {
		return ""
	}
	return fmt.Sprintf(", instead of %s %s", grouped(p.From), p.Currency)
}

// termsWords says the terms of a review.
func termsWords(terms []string) (all []string) {
	for _, t := range terms {
		name, figure, _ := strings.Cut(t, "=")
		switch name {
		case "grade_floor":
			t = "grade " + figure + " at best"
		case "grade_ceiling":
			t = "grade " + figure + " at worst"
		case "block":
			t = "no limit is granted or prolonged"
		case "valid_until":
			t = "until " + figure
		case "model":
			t = "model " + figure
		case "policy":
			t = "reported under policy " + figure
		case "fold":
			t = "version " + figure + " of the rules"
		case "sha256":
			t = "file with SHA-256 " + figure
		case "before":
			continue
		default:
			t = condition(t)
		}
		all = append(all, t)
	}
	return all
}
