package dashboard

import (
	"testing"

	"barometer/storage/history/historytest"
)

// TestTheFakeAnswersAsClickHouse holds the fake to the answers that storage is held to.
func TestTheFakeAnswersAsClickHouse(t *testing.T) {
	f, w := newFake(), historytest.Happened()
	f.names, f.requests, f.documents = w.Names, w.Requests, w.Documents
	for policy, holder := range w.Holders {
		f.policies = append(f.policies, Policy{ID: policy, Holder: holder, Currency: "EUR"})
	}
	f.store(w.Decisions...)
	historytest.Run(t, f)
}
