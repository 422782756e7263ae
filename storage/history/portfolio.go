package history

import (
	"time"

	"github.com/shopspring/decimal"
)

// Barometer is a policy's portfolio on a day, in one currency: the limits in force. Lists are by grade, 1 to 10.
type Barometer struct {
	Day              time.Time
	Currency         string
	Exposure         decimal.Decimal
	Limits           uint64
	BuyersByGrade    []uint64
	ExposureByGrade  []decimal.Decimal
	Largest          decimal.Decimal
	ConcentrationHHI float64 // sum of squared shares
}

// Model is what a model says of losses: shares of 1. GradePD is of grades 1 to 8.
type Model struct {
	Version          string
	LossGivenDefault decimal.Decimal
	GradePD          []decimal.Decimal
}
