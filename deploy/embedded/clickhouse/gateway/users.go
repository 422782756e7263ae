package gateway

import (
	"crypto/subtle"
	"net/http"
)

// The roles, which are also the names of the users.
const (
	Writer = "barometer_writer"
	Reader = "barometer_reader"
)

// Users are the secrets of the two users. The writer's must not be empty; a reader without one needs none.
type Users struct{ WriterSecret, ReaderSecret string }

// role is the role that a request's credentials open. `default`, or no name at all, is the reader.
func (u Users) role(r *http.Request) (string, bool) {
	name, secret, given := r.BasicAuth()
	if !given {
		query := r.URL.Query()
		name, secret = query.Get("user"), query.Get("password")
		if h := r.Header.Get("X-ClickHouse-User"); h != "" {
			name, secret = h, r.Header.Get("X-ClickHouse-Key")
		}
	}
	switch name {
	case Writer:
		return Writer, u.WriterSecret != "" && same(secret, u.WriterSecret)
	case Reader, "default", "":
		return Reader, same(secret, u.ReaderSecret)
	}
	return "", false
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
