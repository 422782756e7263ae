package body

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"barometer/dashboard/problem"
)

// A large body takes a place until it is answered, so that memory is bounded whoever sends how many of them.
const (
	largeBytes = 1 << 20
	mostLarge  = 4 // handled at once
)

// MaxBytes is what the largest body may have when it is unpacked: a list of messages.
const MaxBytes = 8 << 20

var errCrowded = errors.New("too many large bodies are under way")

// Unpacker reads bodies whole before they are handled.
type Unpacker struct {
	large chan struct{} // has mostLarge places
}

// NewUnpacker makes an Unpacker with all its places free.
func NewUnpacker() *Unpacker { return &Unpacker{make(chan struct{}, mostLarge)} }

// Handler gives next bodies as they were before they were packed for the way: gzip, up to MaxBytes. It refuses other
// encodings, and large bodies beyond those that are handled at once.
func (u *Unpacker) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if comesIn(r) {
			next.ServeHTTP(w, r)
			return
		}
		var plain io.Reader = r.Body
		switch codings := strings.ToLower(strings.Join(r.Header.Values("Content-Encoding"),
			",")); strings.TrimSpace(codings) {
		case "", "identity":
			if r.ContentLength >= 0 && r.ContentLength <= largeBytes {
				next.ServeHTTP(w, r)
				return
			}
			if r.ContentLength > MaxBytes {
				refuseBody(w, &http.MaxBytesError{Limit: MaxBytes})
				return
			}
		case "gzip", "x-gzip":
			z, err := gzip.NewReader(io.LimitReader(r.Body, MaxBytes))
			if err != nil {
				refuseBody(w, err)
				return
			}
			plain = z
			r.Header.Del("Content-Encoding")
		default:
			w.Header().Set("Accept-Encoding", "gzip, identity")
			problem.Write(w, http.StatusUnsupportedMediaType, "a body is sent as it is or packed with gzip")
			return
		}
		body, done, err := u.whole(plain)
		if err != nil {
			refuseBody(w, err)
			return
		}
		defer done()
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		next.ServeHTTP(w, r)
	})
}

// whole reads a body, which where it is large takes a place that done gives back. errCrowded where there is none,
// *http.MaxBytesError where it is larger than any may be.
func (u *Unpacker) whole(plain io.Reader) (body []byte, done func(), err error) {
	done = func() {}
	body, err = io.ReadAll(io.LimitReader(plain, largeBytes+1))
	if err != nil || len(body) <= largeBytes {
		return body, done, err
	}
	select {
	case u.large <- struct{}{}:
		done = func() { <-u.large }
	default:
		return nil, nil, errCrowded
	}
	all := bytes.NewBuffer(body)
	_, err = io.Copy(all, io.LimitReader(plain, MaxBytes+1-int64(len(body))))
	if err == nil && all.Len() > MaxBytes {
		err = &http.MaxBytesError{Limit: MaxBytes}
	}
	if err != nil {
		done()
		return nil, nil, err
	}
	return all.Bytes(), done, nil
}

// refuseBody says why a body is not taken.
func refuseBody(w http.ResponseWriter, err error) {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		problem.Write(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body has more than %d bytes when it is unpacked",
			MaxBytes))
	case errors.Is(err, errCrowded):
		w.Header().Set("Retry-After", "1")
		problem.Write(w, http.StatusServiceUnavailable, "too many large bodies are under way: try again, or send lists "+
			"below 1 MiB")
	default:
		problem.Write(w, http.StatusBadRequest, "the body cannot be read, or is not gzip: "+err.Error())
	}
}
