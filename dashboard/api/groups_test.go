package api_test

import (
	"net/http"
	"strings"
	"testing"

	"barometer/dashboard"
	"barometer/dashboard/dashboardtest"
	"barometer/storage/history"

	"github.com/shopspring/decimal"
)

// TestGroupsAreForAnalysts: what is used of a group and its companies, and nothing of it for a policyholder, who would
// learn of others' limits.
func TestGroupsAreForAnalysts(t *testing.T) {
	f := dashboardtest.New()
	f.BuyerNames["b1"] = "Kade BV"
	f.Grouped = []history.Group{{ID: "G", LargestBuyer: "b1", Buyers: 2, BuyersInUse: 1, WorstGrade: 7,
		InUse: decimal.NewFromInt(12345), Capacity: decimal.NewFromInt(50000), Largest: decimal.NewFromInt(12345)}}
	f.Members = []history.GroupMember{{Group: "G", Buyer: "b1", Country: "NL", Grade: 5, InUse: decimal.NewFromInt(12345),
		Capacity: decimal.NewFromInt(40000), Policies: 2},
		{Group: "G", Buyer: "b2", Parent: "b1", Country: "BE"}}
	f.Store(dashboardtest.Score(0, 10, "b1", 5, 0))
	c := dashboardtest.Start(t, f, func(cfg *dashboard.Config) { cfg.Tokens = dashboardtest.Tokens })
	for path, want := range map[string]int{"/v1/groups": http.StatusOK, "/v1/groups/G": http.StatusOK,
		"/v1/groups/H": http.StatusNotFound} {
		if status, body, _ := c.As("analyst").Do("GET", path, ""); status != want || want == http.StatusOK &&
			!strings.Contains(body, `"in_use":"12345.00"`) {
			t.Errorf("%s: %d %s", path, status, body)
		}
		if status, body, _ := c.As("acme").Do("GET", path, ""); status != http.StatusForbidden ||
			strings.Contains(body, "12345") {
			t.Errorf("%s of a policyholder: %d %s", path, status, body)
		}
	}
	if _, body, _ := c.As("analyst").Do("GET", "/v1/groups/G", ""); !strings.Contains(body, `"name":"Kade BV"`) ||
		!strings.Contains(body, `"parent_id":"b1"`) {
		t.Errorf("members: %s", body)
	}
	if _, page, _ := c.As("analyst").Do("GET", "/buyers/b1", ""); !strings.Contains(page, "Group G") ||
		!strings.Contains(page, "12\u202f345") {
		t.Errorf("the page of a buyer does not show its group: %s", page)
	}
}
