package dashboard_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"barometer/dashboard"
	"barometer/dashboard/dashboardtest"
)

// TestReadinessSaysWhatIsMissing: whoever gives Ready leaves addresses out.
func TestReadinessSaysWhatIsMissing(t *testing.T) {
	var broken atomic.Bool
	c := dashboardtest.Start(t, dashboardtest.New(), func(cfg *dashboard.Config) {
		cfg.Ready = func(context.Context) error {
			if broken.Load() {
				return errors.New("kafka does not answer")
			}
			return nil
		}
	})
	broken.Store(true)
	if status, answer, _ := c.Do("GET", "/readyz", ""); status != 503 ||
		!strings.Contains(answer, "kafka does not answer") {
		t.Errorf("%d %s", status, answer)
	}
}
