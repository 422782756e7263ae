package event

// Category is what a news item reports. Values are part of the log's format.
type Category uint8

// Categories, in the order of the published vocabulary.
const (
	CategoryNone Category = iota
	InsolvencyOpened
	InsolvencyMoratorium
	InsolvencyClosed
	Restructuring
	FraudConfirmed
	FraudAlleged
	Judgment
	DishonouredBill
	Litigation
	RatingChanged
	AccountsLate
	AccountsFiled
	AuditQualified
	AuditGoingConcern
	OfficerLeft
	BuyoutLeveraged
	Acquired
	CapitalRaised
	OtherNews
)

var categories = []string{"", "insolvency.opened", "insolvency.moratorium", "insolvency.closed", "restructuring",
	"fraud.confirmed", "fraud.alleged", "judgment", "dishonoured_bill", "litigation", "rating.changed", "accounts.late",
	"accounts.filed", "audit.qualified", "audit.going_concern", "officer.left", "buyout.leveraged", "acquired",
	"capital.raised", "other"}

func (c Category) String() string { return name(categories, uint8(c)) }

// ParseCategory finds a category by its published name.
func ParseCategory(s string) (Category, bool) { v, ok := parse(categories, s); return Category(v), ok }

// Outlet is the kind of source that a news item comes from; it weighs the item.
type Outlet uint8

// Outlets, the most trusted first.
const (
	OutletNone Outlet = iota
	Register
	Regulated
	Web
)

var outlets = []string{"", "register", "regulated", "web"}

func (o Outlet) String() string { return name(outlets, uint8(o)) }

// ParseOutlet finds an outlet by its published name.
func ParseOutlet(s string) (Outlet, bool) { v, ok := parse(outlets, s); return Outlet(v), ok }

// Outcome is how an insolvency ended.
type Outcome uint8

// Outcomes. The first three are a recovery, the others the end of the company.
const (
	OutcomeNone Outcome = iota // not said
	OutcomeRecovered
	OutcomeAnnulled
	OutcomePlan
	OutcomeNoAssets
	OutcomeLiquidated
)

var outcomes = []string{"", "recovered", "annulled", "plan", "no_assets", "liquidated"}

func (o Outcome) String() string { return name(outcomes, uint8(o)) }

// ParseOutcome finds an outcome by its published name.
func ParseOutcome(s string) (Outcome, bool) { v, ok := parse(outcomes, s); return Outcome(v), ok }

// RequestKind is what a policyholder asks for (RECECO 4505).
type RequestKind uint8

// Kinds of limit request.
const (
	RequestNone RequestKind = iota
	RequestNew
	RequestIncrease
	RequestReduction
	RequestCancellation
	RequestProlongation
	RequestPreliminary
)

var requestKinds = []string{"", "new", "increase", "reduction", "cancellation", "prolongation", "preliminary"}

func (k RequestKind) String() string { return name(requestKinds, uint8(k)) }

// ParseRequestKind finds a kind of request by its published name.
func ParseRequestKind(s string) (RequestKind, bool) {
	v, ok := parse(requestKinds, s)
	return RequestKind(v), ok
}

// ClockMode is what moves log time.
type ClockMode uint8

// Clock modes.
const (
	ClockNone ClockMode = iota
	ClockWall
	ClockDriven
)

var clockModes = []string{"", "wall", "driven"}

func (m ClockMode) String() string { return name(clockModes, uint8(m)) }

// ParseClockMode finds a clock mode by its name.
func ParseClockMode(s string) (ClockMode, bool) {
	v, ok := parse(clockModes, s)
	return ClockMode(v), ok
}

func name(names []string, v uint8) string {
	if int(v) < len(names) {
		return names[v]
	}
	return ""
}

func parse(names []string, s string) (uint8, bool) {
	for i, n := range names {
		if i > 0 && n == s {
			return uint8(i), true
		}
	}
	return 0, false
}
