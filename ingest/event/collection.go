package event

// Stage is how far a collection case has come.
type Stage uint8

// Stages, in the order of a case that nobody pays.
const (
	StageNone Stage = iota
	StageReported
	StageReminderSent
	StageFormalNoticeSent
	StageCollection  // letters and calls of the collector
	StageNegotiation // a payment plan
	StageCourtOrder
	StageJudgment
	StageEnforcement
	StageClosed
	StageEnd // not a stage: the number of stages
)

var stages = []string{"", "reported", "reminder_sent", "formal_notice_sent", "collection", "negotiation",
	"court_order", "judgment", "enforcement", "closed"}

func (s Stage) String() string { return name(stages, uint8(s)) }

// ParseStage finds a stage by its published name.
func ParseStage(s string) (Stage, bool) {
	v, ok := parse(stages, s)
	return Stage(v), ok
}

// CaseActor is whose turn it is in a case or a claim.
type CaseActor uint8

// Actors.
const (
	ActorNone CaseActor = iota
	ActorPolicyholder
	ActorCollector
	ActorLawyer
	ActorBailiff
	ActorAnalyst
	ActorBuyer // who pays an instalment
)

var caseActors = []string{"", "policyholder", "collector", "lawyer", "bailiff", "analyst", "buyer"}

func (a CaseActor) String() string { return name(caseActors, uint8(a)) }

// ParseCaseActor finds an actor by its published name.
func ParseCaseActor(s string) (CaseActor, bool) {
	v, ok := parse(caseActors, s)
	return CaseActor(v), ok
}

// CollectionTable says how debts are collected in a debtor's country; "*" is for every other one.
type CollectionTable struct {
	Country string
	Stages  [StageEnd]CollectionStep // of the stages that a case is in; the closed one has none
}

// CollectionStep is what follows a stage: who brings it to which, within how many days of its beginning.
type CollectionStep struct {
	Next Stage
	By   CaseActor
	Days int32
}

// Collection is how debts are collected in a country, nil where the model has no such table.
func (m *Model) Collection(country string) *CollectionTable {
	var other *CollectionTable
	for i := range m.Collections {
		switch t := &m.Collections[i]; t.Country {
		case country:
			return t
		case "*":
			other = t
		}
	}
	return other
}

// HalfYear counts half-years from year 0: year × 2, and one more from 1 July on.
type HalfYear int32

// HalfYear is the half-year of a day.
func (d Day) HalfYear() HalfYear {
	year, month, _ := d.Civil()
	return HalfYear(year*2 + (month-1)/6)
}

// First is the first day of a half-year.
func (h HalfYear) First() Day { return Date(int(h/2), int(h%2)*6+1, 1) }

// LateInterest is statutory interest on late payment, by the debtor's country.
type LateInterest struct {
	FlatCents int64      // compensation for each late invoice, euro cents
	Rates     []LateRate // ascending by country, of each by half-year
}

// LateRate is the yearly rate of a country from a half-year on, up to its next one.
type LateRate struct {
	Country string
	From    HalfYear
	PPM     int64
}

// Of are the rates of a country, ascending by half-year. None: it has no statutory interest.
func (t *LateInterest) Of(country string) []LateRate {
	from := 0
	for from < len(t.Rates) && t.Rates[from].Country < country {
		from++
	}
	to := from
	for to < len(t.Rates) && t.Rates[to].Country == country {
		to++
	}
	return t.Rates[from:to]
}
