package gateway

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"barometer/deploy/embedded/clickhouse/chdb"
)

// exception is an error in the engine's own form, made by the gateway.
func exception(code int, text, name string) error {
	return &chdb.Error{Message: "Code: " + strconv.Itoa(code) + ". DB::Exception: " + text + ". (" + name + ")"}
}

// describe is the text, ClickHouse's code and the HTTP status of an error. What is not the engine's is a failure to
// read the request: code 36.
func describe(err error) (text string, code, status int) {
	var own *chdb.Error
	if !errors.As(err, &own) {
		own = &chdb.Error{Message: "Code: 36. DB::Exception: " + err.Error() + ". (BAD_ARGUMENTS)"}
	}
	text = own.Message
	if rest, ok := strings.CutPrefix(text, "Code: "); ok {
		number, _, _ := strings.Cut(rest, ".")
		code, _ = strconv.Atoi(number)
	}
	if code == 0 {
		code, text = 1002, "Code: 1002. DB::Exception: "+text+" (UNKNOWN_EXCEPTION)"
	}
	return text, code, statusOf(code)
}

// statusOf follows the server: access 403, unknown names 404, faults of the statement 400, all else 500.
func statusOf(code int) int {
	switch code {
	case 497, 516, 192, 193, 194:
		return http.StatusForbidden
	case 46, 47, 50, 60, 81, 115, 372:
		return http.StatusNotFound
	case 6, 26, 27, 36, 38, 41, 43, 53, 62, 70, 72, 117, 130:
		return http.StatusBadRequest
	case 48:
		return http.StatusNotImplemented
	case 159:
		return http.StatusRequestTimeout
	case 202:
		return http.StatusTooManyRequests
	case 209:
		return http.StatusServiceUnavailable
	case 373:
		return http.StatusLocked
	}
	return http.StatusInternalServerError
}
