package decode

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"barometer/ingest/event"
	"barometer/ingest/lang"
)

const (
	maxLanguage = 35
	lettered    = `[\p{L}\p{N}]` // what is compared must have something to compare
)

var languageShape = regexp.MustCompile(lang.Pattern)

// Values of the members of messages.
var (
	ident = word("id", "1 to 128 printable characters",
		map[string]any{"minLength": 1, "maxLength": maxID, "pattern": printable}, parseID, same)
	buyer = word("buyer_id", "1 to 128 printable characters that do not begin with policy/ or country/",
		map[string]any{"minLength": 1, "maxLength": maxID, "pattern": printable,
			"not": map[string]any{"pattern": "^(policy|country)/"}}, parseBuyer, same)
	minted = word("minted_id", "an id that Barometer minted: a key, a slash and a suffix",
		map[string]any{"minLength": 1, "maxLength": maxMinted,
			"pattern": `^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+/[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$`,
			"not":     map[string]any{"pattern": "/$"}}, parseMinted, same)
	instant = hinted(word("instant", "an RFC 3339 time with a zone, from 1900-01-01 to 2261-12-31",
		map[string]any{"format": "date-time", "pattern": instantPattern}, parseInstant, printInstant), hintInstant)
	day = word("date", "a date YYYY-MM-DD from 1900-01-01 to 2299-12-31",
		map[string]any{"format": "date", "pattern": datePattern}, parseDay, event.Day.String)
	lastDayOf = word("last_day", "a date YYYY-MM-DD from 1900-01-01 to 2299-12-31, or 9999-12-31 for no end",
		map[string]any{"format": "date", "pattern": datePattern + "|^" + noEnd + "$"}, parseLast, event.Day.String)
	founding = word("founding", "a date YYYY-MM-DD from 1000-01-01 to 2299-12-31",
		map[string]any{"format": "date", "pattern": `^(1[0-9]|2[0-2])[0-9]{2}` + inYear + `$`}, parseFounding,
		event.Day.String)
	period = word("period", "a year 2026, a quarter 2026-Q3 or a month 2026-10, from 1900 to 2299",
		map[string]any{"pattern": `^(19|2[0-2])[0-9]{2}(-Q[1-4]|-(0[1-9]|1[0-2]))?$`}, parsePeriod, printPeriod)
	country  = oneOf("country", "an ISO 3166-1 alpha-2 country", countries)
	anywhere = oneOf("country_or_all", "an ISO 3166-1 alpha-2 country, or * for a rate",
		append([]string{"*"}, countries...))
	currency = inCurrency()
	sector   = oneOf("sector", "a NACE section letter or two-digit division", sectors)
	cell     = oneOf("sector_or_all", "a NACE section letter, two-digit division or *", append([]string{"*"}, sectors...))
	tongue   = word("language", "a BCP 47 language tag", map[string]any{"pattern": lang.Pattern, "maxLength": maxLanguage},
		parseLanguage, same)
	boolean = value[bool]{name: "flag", want: "true or false", reason: BadField, schema: map[string]any{"type": "boolean",
		"description": "True or false."}, read: func(v any) (bool, bool) {
		b, ok := v.(bool)
		return b, ok
	}, print: func(v bool) any { return v }}

	name = word("name", "a name of 1 to 512 characters with a letter or digit",
		map[string]any{"maxLength": 512, "pattern": lettered}, func(s string) (string, bool) {
			return s, len([]rune(s)) <= 512 && hasLetter.MatchString(s)
		}, same)
	scheme       = matching("scheme", "the name of a register", `^[A-Za-z0-9_.:-]+$`, 32)
	registration = word("registration", "a number of 1 to 64 characters with a letter or digit",
		map[string]any{"maxLength": 64, "pattern": lettered}, func(s string) (string, bool) {
			return s, len([]rune(s)) <= 64 && hasLetter.MatchString(s)
		}, same)
	line  = sized("line", "1 to 2 048 characters", 2048)
	prose = word("prose", "a text", map[string]any{}, func(s string) (string, bool) { return s, true }, same)

	measure = matching("indicator_name", "a name of small letters, digits and underscores", `^[a-z][a-z0-9_]*$`, 64)
	figure  = word("value", "a decimal string with at most 8 decimals",
		map[string]any{"pattern": `^-?(0|[1-9][0-9]{0,10})(\.[0-9]{1,8})?$`},
		func(s string) (int64, bool) { return parseDecimal(s, indicatorPlaces) },
		func(n int64) string { return trimDecimal(printDecimal(n, indicatorPlaces)) })

	category = enum("category", "a category of news", event.ParseCategory)
	outlet   = enum("outlet", "register, regulated or web", event.ParseOutlet)
	outcome  = enum("outcome", "recovered, annulled, plan, no_assets or liquidated", event.ParseOutcome)
	request  = enum("request_kind", "new, increase, reduction, cancellation, prolongation or preliminary",
		event.ParseRequestKind)
	deductible = enum("deductible_kind", "each_and_every, aggregate_first_loss or non_qualifying",
		event.ParseDeductibleKind)
	examined   = enum("claim_verdict", "accept, partly or refuse", event.ParseClaimVerdict)
	verdict    = choice("verdict", "reject", "approve")
	dunning    = choice("dunning_kind", "reminder", "formal_notice")
	cause      = choice("cause", "protracted_default", "insolvency")
	noticeFrom = choice("notice_from", "published", "delivered")
	scope      = choice("statement_scope", "standalone", "consolidated")
	overrule   = choice("scope", "buyer", "limit")
	stage      = enum("stage", "a stage of collection", event.ParseStage)
	caseKind   = enum("case_kind", "monitor, collect, claim or collect_and_claim", event.ParseCaseKind)
	adversity  = enum("adversity", "payment_refused, plea_for_time, cheque_returned, goods_refused or other",
		event.ParseAdversity)
	caseOutcome   = enum("case_outcome", "collected, partly_collected, uncollectible or withdrawn", event.ParseCaseOutcome)
	recoveredFrom = enum("recovery_from", "buyer, insolvency, security, goods, guarantor or other",
		event.ParseRecoveryFrom)
	document = enum("document_kind", "a kind of document", event.ParseDocumentKind)
	missing  = word("document_kind", "a kind of document", document.schema, func(s string) (string, bool) {
		_, ok := event.ParseDocumentKind(s)
		return s, ok
	}, same)
	consent     = choice("consent", "refuse", "consent")
	waitingFrom = choice("waiting_period_from", "due", "report")
	lossStep    = oneOf("indemnity_step", "a step of the indemnity", indemnityOrder)

	days    = whole[int32]("days", 0, mostDays)
	warning = whole[int32]("warn_days", 1, 365)
	bytesOf = whole[int32]("document_bytes", 1, maxDocument)
	months  = whole[int32]("months", 1, 24)
	notches = whole[int32]("notches", -30, 30)
	grade   = whole[uint32]("grade", 1, 10)
	version = whole[uint32]("version", 1, 1<<31-1)

	digest = matching("sha256", "64 hexadecimal digits", `^[0-9A-Fa-f]{64}$`, 64)
)

// hinted gives a value a way to say what is wrong with one that is refused.
func hinted[T any](v value[T], hint func(any) string) value[T] {
	v.hint = hint
	return v
}

// mostDays bounds the terms that are counted in days.
const mostDays = 3650

var hasLetter = regexp.MustCompile(lettered)

// indemnityOrder is the order of the steps of an indemnity where a policy gives none.
var indemnityOrder = []string{"insured_percentage", "each_and_every", "aggregate_first_loss", "minimum_retention",
	"maximum_liability"}

func inCurrency() value[string] {
	v := word("currency", "an ISO 4217 currency", map[string]any{"enum": currencies}, parseCurrency, same)
	v.reason = BadCurrency
	return v
}

func parseCurrency(s string) (string, bool) {
	if len(s) != 3 {
		return "", false
	}
	_, ok := slices.BinarySearch(currencies, s)
	return s, ok
}

// maxMinted bounds an id that Barometer minted: a key (policy/ and an id) and a suffix, which may have a policy's id in
// it, percent-encoded.
const maxMinted = 2048

func parseMinted(s string) (string, bool) {
	slash := strings.LastIndexByte(s, '/')
	if slash <= 0 || slash == len(s)-1 || len([]rune(s)) > maxMinted {
		return "", false
	}
	return s, printableID.MatchString(s)
}

var printableID = regexp.MustCompile(printable)

// percentage is a share of the whole, in parts per million: a number, or a decimal string.
var percentage = value[int64]{name: "percentage", want: "a percentage above 0, at most 100, with at most 4 decimals",
	reason: BadField,
	schema: map[string]any{"description": "A percentage above 0, at most 100, with at most 4 decimals.", "oneOf": []any{
		map[string]any{"type": "number", "exclusiveMinimum": 0, "maximum": 100, "multipleOf": json.Number("0.0001")},
		map[string]any{"type": "string", "pattern": `^(100(\.0{1,4})?|[1-9]?[0-9](\.[0-9]{1,4})?)$`,
			"not": map[string]any{"pattern": `^[0.]+$`}},
	}}, read: func(v any) (int64, bool) {
		s, ok := v.(string)
		if number, is := v.(json.Number); is {
			s, ok = number.String(), true
		}
		if !ok {
			return 0, false
		}
		ppm, ok := parseDecimal(s, percentPlaces)
		return ppm, ok && 0 < ppm && ppm <= 1_000_000
	}, print: func(ppm int64) any { return trimDecimal(printDecimal(ppm, percentPlaces)) }}
