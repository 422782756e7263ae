package desk

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"barometer/dashboard/format"
	"barometer/dashboard/phrase"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/explain"

	"github.com/shopspring/decimal"
)

// tightest says what a buyer's capacity was at a decision, and the input that made it so: the least.
func tightest(b *decision.Limit) string {
	if b.CapacityMinor == 0 {
		return ""
	}
	said, least := money(b.CapacityMinor, "EUR"), int64(0)
	by := ""
	for _, in := range b.Inputs {
		if basis := bases[in.Code]; basis != "" && (by == "" || in.Figure < least) {
			by, least = basis, in.Figure
		}
	}
	if by == "" {
		return said
	}
	return said + ", by " + by
}

// bases are what a capacity is made from.
var bases = map[string]string{"equity": "equity", "revenue": "revenue", "trade_payables": "trade payables",
	"expected_loss": "expected loss", "without_accounts": "its grade without accounts"}

// condition says a condition of a limit.
func condition(code string) string {
	name, figure, _ := strings.Cut(code, "=")
	switch name {
	case "max_terms_days":
		return "terms of at most " + figure + " days"
	case "security":
		return "security: " + phrase.Of(figure)
	default:
		return phrase.Of(code)
	}
}

// scoreReasons are the reasons of a grade; a person's decision comes first, as it goes beyond the figures.
func scoreReasons(b *decision.Score) []string {
	var said []string
	if b.Override {
		said = append(said, "an underwriter's decision")
	}
	for _, r := range b.Reasons {
		said = append(said, phrase.Of(r))
	}
	return said
}

// requested says what a request wanted.
func requested(b *decision.Limit) string {
	switch b.RequestKind {
	case event.RequestCancellation:
		return "cancellation"
	case event.RequestNew, event.RequestPreliminary:
		return money(b.RequestedMinor, b.Currency)
	default:
		return b.RequestKind.String() + " to " + money(b.RequestedMinor, b.Currency)
	}
}

// planned says what a limit becomes, and when.
func planned(b *decision.Limit) string {
	amount := "nothing"
	if b.GrantedMinor != 0 {
		amount = money(b.GrantedMinor, b.Currency)
	}
	if b.OnDelivery {
		return fmt.Sprintf("%s, %d days after its policyholder has had notice", amount, b.NoticeDays)
	}
	return amount + " from " + format.Day(b.EffectiveOn)
}

// whatOf says in a list what a decision on a limit makes of it: an answer that leaves the limit as it is does not read
// as the limit, and an indication not as one.
func whatOf(at string, b *decision.Limit) string {
	was := ""
	if b.PreviousMinor != 0 && b.PreviousMinor != b.GrantedMinor {
		was = ", was " + money(b.PreviousMinor, b.Currency)
	}
	switch {
	case b.RequestKind == event.RequestPreliminary && b.Code == decision.NotApproved, b.Code == decision.Preliminary &&
		b.GrantedMinor == 0:
		return "indication: nothing; no limit is in effect by it"
	case b.Code == decision.Preliminary:
		return "indication: up to " + money(b.GrantedMinor, b.Currency) + "; nothing is in effect"
	case b.Code == decision.NotApproved || b.Code == decision.StillInvestigating:
		stays := "; there is no limit"
		if b.PreviousMinor != 0 {
			stays = "; the limit stays " + money(b.PreviousMinor, b.Currency)
		}
		return requested(b) + stays
	case b.OnDelivery || b.EffectiveOn > 0 && b.EffectiveOn.String() > at:
		return planned(b) + was
	default:
		return money(b.GrantedMinor, b.Currency) + was
	}
}

// coveredWords says in a list what a change of cover comes to.
func coveredWords(b *decision.Cover) string {
	was, now := money(b.WasMinor, b.Currency), money(b.NowMinor, b.Currency)
	switch b.Code {
	case decision.BindingOrder:
		return "order " + b.Order + ", " + now + ", to " + format.Day(b.To)
	case decision.Discretionary:
		return "up to " + now + " without asking, was " + was
	case decision.Forfeited, decision.Restored:
		if b.Invoice == "" {
			return "a delivery of " + format.Day(b.DeliveredOn) + ": " + now + ", was " + was
		}
		return "invoice " + b.Invoice + ", delivered on " + format.Day(b.DeliveredOn) + ": " + now + ", was " + was
	default:
		return "deliveries from " + format.Day(b.From) + " on: " + now + ", was " + was
	}
}

// orderNames are the types of messages that the insurer's people write.
var orderNames = map[string]string{"review.decided": "verdict", "underwriter.decided": "underwriter's decision",
	"binding_order.accepted": "binding order",
	"country_cap.set":        "country's cap", "notice.served": "notice served", "model.activated": "model activated",
	"fold.activated": "rules activated",
	"claim.examined": "claim examined", "indemnity.paid": "indemnity paid", "collection.moved": "collection moved",
	"plan.decided": "payment plan decided"}

// orderName says the type of such a message.
func orderName(kind string) string {
	if name, ok := orderNames[kind]; ok {
		return name
	}
	return kind
}

// reviewKinds are the questions that reviews put.
var reviewKinds = map[string]string{decision.ReviewMatch: "Is it true, and about this buyer?",
	decision.ReviewCut: "Large cuts", decision.ReviewIncrease: "A large increase", decision.ReviewCountry: "Off cover?",
	decision.ReviewPayments: "What one supplier alone reports", decision.ReviewOverride: "An underwriter's decision",
	decision.ReviewCap: "A country's cap", decision.ReviewActivation: "An activation"}

// verdictVerb is what the button of a verdict says.
func verdictVerb(kind string, approve bool) string {
	verbs, known := map[string][2]string{
		decision.ReviewMatch:    {"It is true and about this buyer", "It is not"},
		decision.ReviewCut:      {"Cut now", "Hold the limits"},
		decision.ReviewIncrease: {"Grant it", "Refuse it"},
		decision.ReviewCountry:  {"Take it off cover", "There is no moratorium"},
		decision.ReviewPayments: {"It counts", "Leave it out"},
	}[kind]
	switch {
	case !known && approve:
		return "Approve"
	case !known:
		return "Reject"
	case approve:
		return verbs[0]
	default:
		return verbs[1]
	}
}

// safeURL is an address that a page may link to, empty where it is none: on the web, absolute, without a password in
// it.
func safeURL(text string) string {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return ""
	}
	return u.String()
}

func signed(v int64) string {
	if v > 0 {
		return "+" + strconv.FormatInt(v, 10)
	}
	return strings.Replace(strconv.FormatInt(v, 10), "-", "−", 1)
}

// money prints an amount for people: without minor units where there are none, thousands apart.
func money(minor int64, currency string) string {
	return grouped(format.Amount(minor, currency)) + " " + currency
}

// grouped prints an amount for people, without its currency.
func grouped(amount string) string { return explain.English.Number(strings.TrimSuffix(amount, ".00")) }

// percent prints parts per million.
func percent(ppm int64) string {
	digits := int32(2)
	if ppm >= 100_000 {
		digits = 1
	}
	return fmt.Sprintf("%s %%", decimal.New(ppm, -4).StringFixed(digits))
}
