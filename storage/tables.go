package storage

import (
	"barometer/ingest/event"
	"barometer/processor/decision"
)

// tableID numbers the history tables in the order in which a batch is inserted. The last is written last.
type tableID int

const (
	tableIndicators tableID = iota
	tablePayments
	tableNews
	tableStatements
	tablePolicies
	tableBuyers
	tableRequests
	tableMatches
	tableOrders
	tableModels
	tableDocuments
	tableScores
	tableMacro
	tableLimits
	tableCovers
	tableDeadlines
	tableExposures
	tableReviews
	tableCases
	tableClaims
	tableRejections
	tableProgress
	tableEnd
	tableNone tableID = -1
)

var tables = [tableEnd]struct {
	name    string
	columns func() []column
}{
	tableIndicators: {"indicators", indicators},
	tablePayments:   {"payments", payments},
	tableNews:       {"news", news},
	tableStatements: {"statements", statements},
	tablePolicies:   {"policies", policies},
	tableBuyers:     {"buyers", buyers},
	tableRequests:   {"requests", requests},
	tableMatches:    {"matches", matches},
	tableOrders:     {"order_messages", orders},
	tableModels:     {"models", models},
	tableDocuments:  {"documents", documents},
	tableScores:     {"scores", scores},
	tableMacro:      {"macro", macro},
	tableLimits:     {"limits", limits},
	tableCovers:     {"covers", covers},
	tableDeadlines:  {"deadlines", deadlines},
	tableExposures:  {"exposures", exposures},
	tableReviews:    {"review_steps", reviews},
	tableCases:      {"cases", cases},
	tableClaims:     {"claims", claims},
	tableRejections: {"rejections", rejections},
	tableProgress:   {"progress", progressRow},
}

// tableOfEvent is where an input is stored: a broadcast only at its home.
func tableOfEvent(e *event.Event) tableID {
	if e.Kind.Broadcast() && !e.Home {
		return tableNone
	}
	switch e.Kind {
	case event.KindIndicator:
		return tableIndicators
	case event.KindInvoiceIssued, event.KindInvoicePaid, event.KindInvoiceDisputed, event.KindInvoiceCancelled,
		event.KindInvoiceExtended, event.KindPaymentReversed, event.KindExperience, event.KindHistoryClosed:
		return tablePayments
	case event.KindNews, event.KindNewsWithdrawn:
		return tableNews
	case event.KindStatementFiled:
		return tableStatements
	case event.KindPolicyUpserted:
		return tablePolicies
	case event.KindBuyerUpserted:
		return tableBuyers
	case event.KindLimitRequested:
		return tableRequests
	case event.KindDocumentAdded:
		return tableDocuments
	case event.KindRelayed:
		if forwarded(e) != nil {
			return tableMatches
		}
		return tableNone
	default:
		if e.Kind.Topic() == event.TopicOrders {
			return tableOrders
		}
		return tableNone
	}
}

// forwarded is the relay of a message that was found to be about a buyer, nil for any other event.
func forwarded(e *event.Event) *event.Relayed {
	if v, ok := e.Body.(*event.Relayed); ok && v.Kind == event.RelayForward && v.Subject != "" {
		return v
	}
	return nil
}

func tableOfDecision(k decision.Kind) tableID {
	switch k {
	case decision.ScoreChanged:
		return tableScores
	case decision.LimitDecided:
		return tableLimits
	case decision.CoverChanged:
		return tableCovers
	case decision.DeadlineNear:
		return tableDeadlines
	case decision.ExposureChanged:
		return tableExposures
	case decision.ReviewRequested:
		return tableReviews
	case decision.CaseChanged:
		return tableCases
	case decision.ClaimDecided:
		return tableClaims
	case decision.MacroChanged:
		return tableMacro
	case decision.InputRejected:
		return tableRejections
	default:
		return tableNone
	}
}
