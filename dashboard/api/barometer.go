package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"barometer/dashboard/identity"
	"barometer/processor/decision/public"
	"barometer/storage/history"

	"github.com/danielgtaylor/huma/v2"
	"github.com/shopspring/decimal"
)

// GradePD are probabilities of default by grade, 1 to 10, in ppm: those that portfolios are weighed with. A
// policyholder sees of a buyer no more than its grade, so that is what its barometer is made of.
type GradePD [10]int64

// weights are what a portfolio's exposure is weighed with: by the model that is active, or, before the history has one,
// by the configuration.
type weights struct {
	pd       GradePD
	lossRate decimal.Decimal // share of an exposure that a default costs
}

func (s *API) weights(ctx context.Context) (weights, error) {
	w := weights{s.cfg.GradePD, decimal.New(75, -2)}
	m, err := s.cfg.Store.Model(ctx)
	if err != nil || m == nil {
		return w, err
	}
	for i, pd := range m.GradePD {
		if i < 8 { // a model says none of 9 and 10
			w.pd[i] = pd.Shift(6).IntPart()
		}
	}
	w.lossRate = m.LossGivenDefault
	return w, nil
}

// BarometerAnswer is how a policy's portfolio stands, and stood.
type BarometerAnswer struct {
	PolicyID   string      `json:"policy_id"`
	Scale      string      `json:"scale"`
	Portfolios []Portfolio `json:"portfolios" doc:"one for each currency that limits are in"`
}

// Portfolio is the limits of a policy in one currency.
type Portfolio struct {
	Currency      string          `json:"currency"`
	AsOf          string          `json:"as_of" doc:"a day of log time"`
	Exposure      string          `json:"exposure" doc:"the sum of the limits in force"`
	Buyers        uint64          `json:"buyers"`
	PD            string          `json:"probability_of_default" doc:"within a year, 0 to 1, by grades, weighted by exposure"`
	ExpectedLoss  string          `json:"expected_loss" doc:"within a year, by the loss given default of the model that is active"`
	Grades        []GradeExposure `json:"grades"`
	Concentration Concentration   `json:"concentration"`
	Trend         []TrendPoint    `json:"trend" doc:"by day, the oldest first"`
}

// GradeExposure is what is in force on the buyers of a grade.
type GradeExposure struct {
	Grade    int    `json:"grade"`
	Buyers   uint64 `json:"buyers"`
	Exposure string `json:"exposure"`
}

// Concentration is how much hangs on few buyers.
type Concentration struct {
	Largest    string  `json:"largest_share" doc:"of the exposure, 0 to 1"`
	Herfindahl float64 `json:"herfindahl" doc:"sum of the squared shares; 1: one buyer"`
}

// TrendPoint is the portfolio on a day.
type TrendPoint struct {
	Day          string `json:"day"`
	Exposure     string `json:"exposure"`
	Buyers       uint64 `json:"buyers"`
	PD           string `json:"probability_of_default"`
	ExpectedLoss string `json:"expected_loss"`
}

type barometerInput struct {
	Reading
	ID   string `path:"id" maxLength:"128"`
	Days int    `query:"days" minimum:"1" maximum:"1100" default:"90" doc:"of the trend"`
}

type barometerOutput struct {
	Position string `header:"Barometer-Position"`
	Body     BarometerAnswer
}

func (s *API) barometerOperations(api huma.API) {
	huma.Register(api, operation(api, "get-barometer", http.MethodGet, "/v1/policies/{id}/barometer",
		"The barometer of a policy's portfolio", BarometerAnswer{}), s.getBarometer)
}

func (s *API) getBarometer(ctx context.Context, in *barometerInput) (*barometerOutput, error) {
	p := identity.Of(ctx)
	if err := s.ownPolicy(ctx, p, in.ID); err != nil {
		return nil, err
	}
	if err := s.after(ctx, in.After, s.cfg.Tail.Stored); err != nil {
		return nil, err
	}
	position := s.positions(p, s.cfg.Tail.Stored())
	now := s.cfg.Tail.Now()
	days, err := s.cfg.Store.Barometers(ctx, in.ID, now.AddDate(0, 0, 1-in.Days))
	if err != nil {
		return nil, s.failed(ctx, "reading the barometer", err)
	}
	w, err := s.weights(ctx)
	if err != nil {
		return nil, s.failed(ctx, "reading the model", err)
	}
	out := &barometerOutput{position, BarometerAnswer{PolicyID: in.ID, Scale: public.Scale, Portfolios: []Portfolio{}}}
	for _, b := range days {
		i := slices.IndexFunc(out.Body.Portfolios, func(x Portfolio) bool { return x.Currency == b.Currency })
		if i < 0 {
			i = len(out.Body.Portfolios)
			out.Body.Portfolios = append(out.Body.Portfolios, Portfolio{Currency: b.Currency})
		}
		w.portfolioOn(&out.Body.Portfolios[i], &b)
	}
	return out, nil
}

// portfolioOn adds a day to a portfolio, which is as it was on the newest.
func (w *weights) portfolioOn(x *Portfolio, b *history.Barometer) {
	loss := decimal.Zero // of all that is exposed, where it defaults, by its probability
	x.Grades = x.Grades[:0]
	for i, exposure := range b.ExposureByGrade {
		loss = loss.Add(exposure.Mul(decimal.New(w.pd[i], -6)))
		if b.BuyersByGrade[i] > 0 {
			x.Grades = append(x.Grades, GradeExposure{i + 1, b.BuyersByGrade[i], exposure.StringFixed(2)})
		}
	}
	pd, largest := decimal.Zero, decimal.Zero
	if b.Exposure.IsPositive() {
		pd, largest = loss.DivRound(b.Exposure, 6), b.Largest.DivRound(b.Exposure, 4)
	}
	x.AsOf, x.Exposure, x.Buyers, x.PD = b.Day.Format(time.DateOnly), b.Exposure.StringFixed(2), b.Limits, pd.String()
	x.ExpectedLoss = loss.Mul(w.lossRate).StringFixed(2)
	x.Concentration = Concentration{largest.String(), b.ConcentrationHHI}
	x.Trend = append(x.Trend, TrendPoint{x.AsOf, x.Exposure, x.Buyers, x.PD, x.ExpectedLoss})
}
