package dashboardtest

import (
	"testing"

	"barometer/storage/history/historytest"
)

// TestTheFakeAnswersAsClickHouse holds the fake to the answers that storage is held to.
func TestTheFakeAnswersAsClickHouse(t *testing.T) {
	f, w := New(), historytest.Happened()
	f.BuyerNames, f.LimitRequests, f.Evidence = w.Names, w.Requests, w.Documents
	f.Languages, f.Ended, f.KnownRates, f.Notes = w.Languages, w.Ends, w.Rates, w.Notes
	for policy, holder := range w.Holders {
		f.Policies = append(f.Policies, Policy{ID: policy, Holder: holder, Currency: "EUR"})
	}
	f.Store(w.Decisions...)
	historytest.Run(t, f)
}
