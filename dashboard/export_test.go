package dashboard

import (
	"net/http"
	"time"

	"barometer/dashboard/identity"
)

// Server lets tests serve with a clock of their own.
type Server = server

// NewServer is newServer.
func NewServer(cfg Config, partitions int, now func() time.Time) (*Server, error) {
	return newServer(cfg, partitions, now)
}

// Handler is everything that is answered.
func (s *server) Handler() http.Handler { return s.handler() }

// Gate lets requests in.
func (s *server) Gate() *identity.Gate { return s.gate }
