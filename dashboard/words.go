package dashboard

import (
	"fmt"
	"strconv"
	"strings"

	"barometer/ingest/event"

	"github.com/shopspring/decimal"
)

// figure is how the number behind a contribution is to be read.
type figure uint8

const (
	noFigure figure = iota
	ratioPPM
	tenthsOfDays
	days
	months
	number
	euroCents
	mlo
)

// component is a part of the scorecard in words. Public is what a policyholder may be told of it: empty for nothing. Payment
// behaviour is never told, as a decision does not say how many suppliers reported.
type component struct {
	words  string
	figure figure
	public string
}

// The public vocabulary of reasons for a grade.
const (
	publicInsolvency = "insolvency"
	publicAccounts   = "financial_statements"
	publicNews       = "company_news"
	publicProfile    = "company_age_and_size"
	publicEconomic   = "economic_environment"
	publicPolitical  = "country_risk"
)

// components has words for the codes of contributions. A code that is not here is shown as it is, and told to nobody.
var components = map[string]component{
	"equity_ratio":         {"Equity ratio", ratioPPM, publicAccounts},
	"cash_flow":            {"Cash flow to debt", ratioPPM, publicAccounts},
	"quick_ratio":          {"Quick ratio", ratioPPM, publicAccounts},
	"cash_ratio":           {"Cash ratio", ratioPPM, publicAccounts},
	"revenue_growth":       {"Revenue growth", ratioPPM, publicAccounts},
	"statement_age":        {"Age of the accounts", months, publicAccounts},
	"days_beyond_terms":    {"Days beyond terms", tenthsOfDays, ""},
	"overdue_share":        {"Share more than 30 days overdue", ratioPPM, ""},
	"worst_status":         {"Worst overdue", days, ""},
	"payment_trend":        {"Trend of days beyond terms", tenthsOfDays, ""},
	"suppliers_in_arrears": {"Suppliers in arrears", number, ""},
	"payments_bound":       {"Bound on payment behaviour", mlo, ""},
	"insolvency_reported":  {"Insolvency reported", days, publicNews},
	"restructuring":        {"Restructuring", days, publicNews},
	"fraud":                {"Fraud", days, publicNews},
	"judgment":             {"Court judgment", days, publicNews},
	"litigation":           {"Litigation", days, publicNews},
	"rating_down":          {"Rating lowered", days, publicNews},
	"rating_up":            {"Rating raised", days, publicNews},
	"accounts_late":        {"Accounts filed late", days, publicNews},
	"audit":                {"Auditor's reservation", days, publicNews},
	"officer_left":         {"Officer left", days, publicNews},
	"leveraged_buyout":     {"Leveraged buyout", days, publicNews},
	"acquired":             {"Acquired", days, publicNews},
	"capital_raised":       {"Capital raised", days, publicNews},
	"company_age":          {"Age of the company", months, publicProfile},
	"company_size":         {"Size of the company", euroCents, publicProfile},
	"economic_cell":        {"Economy of country and sector", mlo, publicEconomic},
	"political_cell":       {"Political risk of the country", number, publicPolitical},
}

// phrases are words for the other codes: causes, reasons, answers, states.
var phrases = map[string]string{
	"first": "first score", "grade": "grade changed", "points": "score moved", "override": "underwriter's decision",
	"insolvency": "Insolvency", "approved": "approved", "partly_approved": "partly approved", "not_approved": "not approved",
	"conditional": "conditional", "reduced": "reduced", "cancelled": "withdrawn", "preliminary": "preliminary",
	"still_investigating": "still investigating", "reinstated": "reinstated", "gave_up": "given up",
	"id_reused": "id used before with other content", "not_supported": "not supported yet", "quarantined": "set aside by an operator", "bad_model": "model file refused",
	"unknown_policy": "policy not known", "unknown_buyer": "buyer not known", "unknown_invoice": "invoice not known",
	"no_rate": "exchange rate not known", "future_date": "dated in the future",
}

// limitReasons are the words of RECECO 4509.
var limitReasons = map[uint32]string{1: "no financial statements", 4: "new company", 8: "insolvency risk only",
	12: "adverse information", 13: "limit full", 14: "lack of turnover"}

// words says a code in English.
func words(code string) string {
	if c, ok := components[code]; ok {
		return c.words
	}
	if p, ok := phrases[code]; ok {
		return p
	}
	return strings.ReplaceAll(code, "_", " ")
}

// figureWords says the figure behind a contribution with its unit, empty where there is none to say.
func figureWords(code string, v int64) string {
	switch components[code].figure {
	case ratioPPM:
		return decimal.New(v, -4).StringFixed(1) + " %"
	case tenthsOfDays:
		return decimal.New(v, -1).StringFixed(1) + " days"
	case days:
		return strconv.FormatInt(v, 10) + " days"
	case months:
		return strconv.FormatInt(v, 10) + " months"
	case number:
		return strconv.FormatInt(v, 10)
	case euroCents:
		return grouped(decimal.New(v, -2).StringFixed(0)) + " EUR"
	case mlo:
		return signed(v)
	default:
		return ""
	}
}

func signed(v int64) string {
	if v > 0 {
		return "+" + strconv.FormatInt(v, 10)
	}
	return strings.Replace(strconv.FormatInt(v, 10), "-", "−", 1)
}

// amount prints minor units as the decimal string of the API.
func amount(minor int64, currency string) string {
	n := int32(event.Decimals(currency))
	return decimal.New(minor, -n).StringFixed(n)
}

// money prints an amount for people: without minor units where there are none, thousands apart.
func money(minor int64, currency string) string {
	return grouped(strings.TrimSuffix(amount(minor, currency), ".00")) + " " + currency
}

// grouped puts thin spaces between thousands.
func grouped(s string) string {
	whole, rest, dotted := strings.Cut(s, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "−", whole[1:]
	}
	var b strings.Builder
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString("\u202f")
		}
		b.WriteRune(c)
	}
	if dotted {
		return sign + b.String() + "." + rest
	}
	return sign + b.String()
}

// percent prints parts per million.
func percent(ppm int64) string {
	digits := int32(2)
	if ppm >= 100_000 {
		digits = 1
	}
	return fmt.Sprintf("%s %%", decimal.New(ppm, -4).StringFixed(digits))
}
