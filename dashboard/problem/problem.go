package problem

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"barometer/dashboard/alerts"
	"barometer/dashboard/phrase"

	"github.com/danielgtaylor/huma/v2"
)

// Write answers with an RFC 9457 document, where no operation of the API does.
func Write(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(huma.ErrorModel{Status: status, Title: http.StatusText(status), Detail: detail})
}

// Failed turns an error into a problem. It logs what went wrong inside, and tells the reader nothing of it.
func Failed(ctx context.Context, log *slog.Logger, doing string, err error) error {
	var invalid *alerts.InvalidError
	switch {
	case errors.As(err, &invalid):
		return huma.Error422UnprocessableEntity("the request cannot be accepted",
			&huma.ErrorDetail{Location: "body." + invalid.Field, Message: invalid.Detail})
	case errors.Is(err, alerts.ErrUnderWay):
		return huma.Error409Conflict("it is under way already")
	case errors.Is(err, alerts.ErrNotFound):
		return huma.Error404NotFound("there is none of that id")
	case ctx.Err() != nil:
		return ComeAgain("the request ended before its answer was there")
	}
	log.ErrorContext(ctx, "a request failed", "doing", doing, "error", err)
	return ComeAgain(doing + " is not possible now; try again")
}

// ComeAgain is a 503 that says when to try again.
func ComeAgain(detail string) error {
	return huma.ErrorWithHeaders(huma.Error503ServiceUnavailable(detail), http.Header{"Retry-After": {"1"}})
}

// Refusal is a 422 whose first error names the reason's code.
func Refusal(reason, detail string) error {
	return huma.Error422UnprocessableEntity(phrase.Of(reason), &huma.ErrorDetail{Location: "body", Message: detail,
		Value: reason})
}

// NotConfigured is a 501: the process has no part that would answer.
func NotConfigured() error { return huma.Error501NotImplemented("this process does not serve that") }

// FourEyesOff is the reason of the warning that answers carry where nobody has a name.
const FourEyesOff = "four_eyes_off"

// Warning is something to know about a message that was stored, or about a verdict.
type Warning struct {
	Index  *int   `json:"index,omitempty" doc:"its message's place in the list, from 0; absent: it is about all"`
	Reason string `json:"reason" doc:"four_eyes_off, unknown_field"`
	Detail string `json:"detail"`
}

// EyesOff warns that four eyes are off.
func EyesOff() Warning {
	return Warning{Reason: FourEyesOff, Detail: "no tokens are configured, so nobody is known by name: four eyes are " +
		"off, and a second analyst is whoever says so"}
}
