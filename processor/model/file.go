package model

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// value is a scalar of a model file as it is written, with where it stands.
type value struct {
	text string
	line int
}

// UnmarshalYAML keeps the text, so that no decimal becomes a float.
func (v *value) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.ScalarNode {
		return fmt.Errorf("line %d: want a single value", n.Line)
	}
	v.text, v.line = n.Value, n.Line
	return nil
}

// The form of a model file. A field marked omitempty may be left out.
type (
	modelFile struct {
		Version  value            `yaml:"version"`
		Base     value            `yaml:"base"`
		Grades   gradesFile       `yaml:"grades"`
		Ratios   ratiosFile       `yaml:"ratios"`
		Payments paymentsFile     `yaml:"payments"`
		Events   eventsFile       `yaml:"events"`
		Size     sizeFile         `yaml:"size"`
		Cells    cellsFile        `yaml:"cells"`
		Oecd     oecdFile         `yaml:"oecd"`
		Capacity capacityFile     `yaml:"capacity"`
		Medians  map[string]value `yaml:"medians"`

		Collections  []collectionFile  `yaml:"collections,omitempty"`
		LateInterest *lateInterestFile `yaml:"late_interest,omitempty"`
	}
	gradesFile struct {
		Below []value `yaml:"below"`
		PD    []value `yaml:"pd"`
	}
	scaleFile struct {
		Cuts   []value `yaml:"cuts"`
		Points []value `yaml:"points"`
	}
	ratioFile struct {
		Cuts          []value `yaml:"cuts"`
		Points        []value `yaml:"points"`
		NoDenominator value   `yaml:"no_denominator"`
	}
	ratiosFile struct {
		Equity   ratioFile `yaml:"equity_ratio"`
		CashFlow ratioFile `yaml:"cash_flow"`
		Quick    ratioFile `yaml:"quick_ratio"`
		Cash     ratioFile `yaml:"cash_ratio"`
		Growth   ratioFile `yaml:"revenue_growth"`
	}
	paymentsFile struct {
		DBT           scaleFile `yaml:"days_beyond_terms"`
		Overdue       scaleFile `yaml:"overdue_share"`
		NothingPast   value     `yaml:"nothing_overdue"`
		Worst         scaleFile `yaml:"worst_status"`
		Trend         scaleFile `yaml:"trend"`
		TwoSuppliers  value     `yaml:"two_suppliers"`
		ManySuppliers value     `yaml:"many_suppliers"`
		ManyShare     value     `yaml:"many_share"`
		Low           value     `yaml:"low"`
		High          value     `yaml:"high"`
	}
	eventsFile struct {
		Register        value    `yaml:"register"`
		Regulated       value    `yaml:"regulated"`
		Web             value    `yaml:"web"`
		WindowDays      value    `yaml:"window_days"`
		LateDays        value    `yaml:"late_days"`
		VeryLateDays    value    `yaml:"very_late_days"`
		LitigationAbove value    `yaml:"litigation_above"`
		Rows            rowsFile `yaml:"rows"`
	}
	rowsFile struct {
		Reported      rowFile `yaml:"insolvency_reported"`
		Restructuring rowFile `yaml:"restructuring"`
		Fraud         rowFile `yaml:"fraud"`
		Judgment      rowFile `yaml:"judgment"`
		Litigation    rowFile `yaml:"litigation"`
		RatingDown    rowFile `yaml:"rating_down"`
		RatingUp      rowFile `yaml:"rating_up"`
		AccountsLate  rowFile `yaml:"accounts_late"`
		Audit         rowFile `yaml:"audit"`
		Officer       rowFile `yaml:"officer_left"`
		Buyout        rowFile `yaml:"leveraged_buyout"`
		Acquired      rowFile `yaml:"acquired"`
		Capital       rowFile `yaml:"capital_raised"`
	}
	rowFile struct {
		Points     value `yaml:"points"`
		Lesser     value `yaml:"lesser,omitempty"`
		HalfLife   value `yaml:"half_life_days,omitempty"`
		Cap        value `yaml:"cap,omitempty"`
		Dimension  value `yaml:"dimension"`
		Best       value `yaml:"best_grade,omitempty"`
		BestMonths value `yaml:"best_months,omitempty"`
	}
	sizeFile struct {
		Young        value `yaml:"young"`
		YoungMonths  value `yaml:"young_months"`
		Newish       value `yaml:"newish"`
		NewishMonths value `yaml:"newish_months"`
		Small        value `yaml:"small"`
		SmallRevenue value `yaml:"small_revenue"`
		Large        value `yaml:"large"`
		LargeRevenue value `yaml:"large_revenue"`
	}
	cellsFile struct {
		Factor     value           `yaml:"factor"`
		Clamp      value           `yaml:"clamp"`
		ClampZ     value           `yaml:"clamp_z"`
		Indicators []indicatorFile `yaml:"indicators"`
		Betas      []betaFile      `yaml:"betas"`
		OtherBeta  value           `yaml:"other_beta"`
	}
	indicatorFile struct {
		Name   value               `yaml:"name"`
		Weight value               `yaml:"weight"`
		BadIf  value               `yaml:"bad_if"`
		Norms  map[string]normFile `yaml:"norms"`
	}
	normFile struct {
		Mean      value `yaml:"mean"`
		Deviation value `yaml:"deviation"`
	}
	betaFile struct {
		Beta    value   `yaml:"beta"`
		Sectors []value `yaml:"sectors"`
	}
	oecdFile struct {
		Points []value `yaml:"points"`
		Best   []value `yaml:"best_grade"`
	}
	capacityFile struct {
		Equity           []value `yaml:"equity"`
		Revenue          []value `yaml:"revenue"`
		Payables         value   `yaml:"payables"`
		WithoutAccounts  []value `yaml:"without_accounts"`
		RiskBudget       value   `yaml:"risk_budget"`
		LossGivenDefault value   `yaml:"loss_given_default"`
		LargeCut         value   `yaml:"large_cut,omitempty"`
		LargeIncrease    value   `yaml:"large_increase,omitempty"`
		Authority        value   `yaml:"authority,omitempty"`
	}
	collectionFile struct {
		Countries []value    `yaml:"countries"`
		Stages    stagesFile `yaml:"stages"`
	}
	stagesFile struct {
		Reported         stageFile `yaml:"reported"`
		ReminderSent     stageFile `yaml:"reminder_sent"`
		FormalNoticeSent stageFile `yaml:"formal_notice_sent"`
		Collection       stageFile `yaml:"collection"`
		Negotiation      stageFile `yaml:"negotiation"`
		CourtOrder       stageFile `yaml:"court_order"`
		Judgment         stageFile `yaml:"judgment"`
		Enforcement      stageFile `yaml:"enforcement"`
	}
	stageFile struct {
		Next value `yaml:"next"`
		By   value `yaml:"by"`
		Days value `yaml:"days"`
	}
	lateInterestFile struct {
		Flat       value                       `yaml:"flat"`
		References map[string]map[string]value `yaml:"references"`
		Statutes   []statuteFile               `yaml:"statutes"`
	}
	statuteFile struct {
		Countries []value `yaml:"countries"`
		Reference value   `yaml:"reference"`
		Margin    value   `yaml:"margin"`
		RoundUpTo value   `yaml:"round_up_to,omitempty"`
	}
)
