package dashboard

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// A large body takes a place until it is answered, so that memory is bounded whoever sends how many of them.
const (
	largeBytes = 1 << 20
	mostLarge  = 4 // handled at once
)

var errCrowded = errors.New("too many large bodies are under way")

// bodies gives bodies as they were before they were packed for the way: gzip, up to what the largest body may be. It
// refuses other encodings, and large bodies beyond those that are handled at once.
func (s *server) bodies(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var plain io.Reader = r.Body
		switch codings := strings.ToLower(strings.Join(r.Header.Values("Content-Encoding"),
			",")); strings.TrimSpace(codings) {
		case "", "identity":
			if r.ContentLength >= 0 && r.ContentLength <= largeBytes {
				next.ServeHTTP(w, r)
				return
			}
			if r.ContentLength > maxListBytes {
				s.refuseBody(w, &http.MaxBytesError{Limit: maxListBytes})
				return
			}
		case "gzip", "x-gzip":
			z, err := gzip.NewReader(io.LimitReader(r.Body, maxListBytes))
			if err != nil {
				s.refuseBody(w, err)
				return
			}
			plain = z
			r.Header.Del("Content-Encoding")
		default:
			w.Header().Set("Accept-Encoding", "gzip, identity")
			problem(w, http.StatusUnsupportedMediaType, "a body is sent as it is or packed with gzip")
			return
		}
		body, done, err := s.whole(plain)
		if err != nil {
			s.refuseBody(w, err)
			return
		}
		defer done()
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		next.ServeHTTP(w, r)
	})
}

// whole reads a body, which where it is large takes a place that done gives back. errCrowded where there is none,
// *http.MaxBytesError where it is larger than any may be.
func (s *server) whole(plain io.Reader) (body []byte, done func(), err error) {
	done = func() {}
	body, err = io.ReadAll(io.LimitReader(plain, largeBytes+1))
	if err != nil || len(body) <= largeBytes {
		return body, done, err
	}
	select {
	case s.large <- struct{}{}:
		done = func() { <-s.large }
	default:
		return nil, nil, errCrowded
	}
	all := bytes.NewBuffer(body)
	_, err = io.Copy(all, io.LimitReader(plain, maxListBytes+1-int64(len(body))))
	if err == nil && all.Len() > maxListBytes {
		err = &http.MaxBytesError{Limit: maxListBytes}
	}
	if err != nil {
		done()
		return nil, nil, err
	}
	return all.Bytes(), done, nil
}

// refuseBody says why a body is not taken.
func (s *server) refuseBody(w http.ResponseWriter, err error) {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		problem(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body has more than %d bytes when it is unpacked",
			maxListBytes))
	case errors.Is(err, errCrowded):
		w.Header().Set("Retry-After", "1")
		problem(w, http.StatusServiceUnavailable, "too many large bodies are under way: try again, or send lists below 1 MiB")
	default:
		problem(w, http.StatusBadRequest, "the body cannot be read, or is not gzip: "+err.Error())
	}
}
