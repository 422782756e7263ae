package problem

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"barometer/dashboard/alerts"

	"github.com/danielgtaylor/huma/v2"
)

// TestOnlyTroubleIsLogged, and only what a reader can mend is told.
func TestOnlyTroubleIsLogged(t *testing.T) {
	ended, end := context.WithCancel(context.Background())
	end()
	for name, x := range map[string]struct {
		ctx    context.Context
		err    error
		status int
		told   string
		logged bool
	}{
		"a field": {context.Background(), fmt.Errorf("x: %w", &alerts.InvalidError{Field: "target", Detail: "no URL"}),
			http.StatusUnprocessableEntity, "cannot be accepted", false},
		"busy":      {context.Background(), fmt.Errorf("x: %w", alerts.ErrUnderWay), http.StatusConflict, "under way", false},
		"not there": {context.Background(), alerts.ErrNotFound, http.StatusNotFound, "none of that id", false},
		"who left":  {ended, errors.New("canceled"), http.StatusServiceUnavailable, "ended", false},
		"any other": {context.Background(), errors.New("ClickHouse at 10.0.0.1 is away"), http.StatusServiceUnavailable,
			"reading a buyer is not possible now", true},
	} {
		var log bytes.Buffer
		err := Failed(x.ctx, slog.New(slog.NewTextHandler(&log, nil)), "reading a buyer", x.err)
		var status huma.StatusError
		if !errors.As(err, &status) || status.GetStatus() != x.status || !strings.Contains(err.Error(), x.told) ||
			strings.Contains(err.Error(), "10.0.0.1") || (log.Len() > 0) != x.logged {
			t.Errorf("%s: %v, logged %q", name, err, log.String())
		}
	}
}

// TestARefusalNamesItsReason where programs read it.
func TestARefusalNamesItsReason(t *testing.T) {
	var model *huma.ErrorModel
	if !errors.As(Refusal("no_rate", "JPY"), &model) || model.Status != http.StatusUnprocessableEntity ||
		model.Errors[0].Value != "no_rate" || model.Errors[0].Message != "JPY" ||
		model.Detail != "exchange rate not known" {
		t.Errorf("%+v", model)
	}
	w := httptest.NewRecorder()
	Write(w, http.StatusForbidden, "not yours")
	if w.Code != http.StatusForbidden || w.Header().Get("Content-Type") != "application/problem+json" ||
		!strings.Contains(w.Body.String(), `"detail":"not yours"`) {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}
