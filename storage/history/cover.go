package history

import (
	"barometer/processor/limit"

	"github.com/shopspring/decimal"
)

// Cover is what the history knows of the cover for deliveries of a day. Its Outcome is by the rule of package limit,
// which the view cover is held to.
type Cover struct {
	limit.Cover
	Percentage decimal.Decimal // of a loss that is paid out
}
