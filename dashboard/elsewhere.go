package dashboard

import (
	"net/http"
	"strings"

	"barometer/dashboard/problem"
)

// elsewhere answers what no route takes: people with a page, programs with a problem document.
func (s *server) elsewhere(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, route := mux.Handler(r)
		if route != "" {
			mux.ServeHTTP(w, r) // which sets path values, as h alone would not
			return
		}
		refused := &refusalWriter{header: http.Header{}}
		h.ServeHTTP(refused, r)
		switch {
		case refused.status != http.StatusNotFound && refused.status != http.StatusMethodNotAllowed:
			h.ServeHTTP(w, r) // a redirection to the clean form of the path
		case strings.HasPrefix(r.URL.Path, "/v1/") || refused.status == http.StatusMethodNotAllowed:
			if allow := refused.header.Get("Allow"); allow != "" {
				w.Header().Set("Allow", allow)
			}
			problem.Write(w, refused.status, "")
		default:
			s.plain.None(w)
		}
	})
}

// refusalWriter keeps the status and the header that a handler answers with, and nothing else.
type refusalWriter struct {
	header http.Header
	status int
}

func (w *refusalWriter) Header() http.Header { return w.header }

func (w *refusalWriter) Write(b []byte) (int, error) { return len(b), nil }

func (w *refusalWriter) WriteHeader(status int) { w.status = status }
