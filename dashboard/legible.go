package dashboard

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"

	"barometer/ingest/decode"
)

// maxBodyBytes is how much a body may have but that of a list of messages; operations hold it to that themselves.
const maxBodyBytes = 1 << 20

// legible refuses JSON bodies of which a text would be read as another one. Messages of risk topics are each judged by
// themselves.
func legible(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, "/v1/") && r.URL.Path != "/v1/events" {
			body, err := io.ReadAll(io.LimitReader(r.Body, maxBodyBytes))
			if err == nil {
				err = decode.Characters(body)
			}
			var bad *decode.Error
			if errors.As(err, &bad) && len(body) < maxBodyBytes {
				problem(w, http.StatusUnprocessableEntity, bad.Detail)
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
