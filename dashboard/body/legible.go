package body

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"

	"barometer/dashboard/problem"
	"barometer/ingest/decode"
)

// MaxPlainBytes is how much a body may have but that of a list of messages; operations hold it to that themselves.
const MaxPlainBytes = 1 << 20

// Legible refuses JSON bodies of which a text would be read as another one. Messages of risk topics are each judged by
// themselves.
func Legible(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, "/v1/") && r.URL.Path != "/v1/events" &&
			!comesIn(r) {
			body, err := io.ReadAll(io.LimitReader(r.Body, MaxPlainBytes))
			if err == nil {
				err = decode.Characters(body)
			}
			var bad *decode.Error
			if errors.As(err, &bad) && len(body) < MaxPlainBytes {
				problem.Write(w, http.StatusUnprocessableEntity, bad.Detail)
				return
			}
			r.Body = struct {
				io.Reader
				io.Closer
			}{io.MultiReader(bytes.NewReader(body), r.Body), r.Body}
		}
		next.ServeHTTP(w, r)
	})
}
