package gateway

import (
	"strings"
	"sync"
	"time"

	"barometer/deploy/embedded/clickhouse/chdb"
)

// maxSessions bounds what clients can keep open.
const maxSessions = 256

// sessions are the connections that clients keep by session_id, per user.
type sessions struct {
	engine *Engine
	mu     sync.Mutex
	kept   map[string]*kept
}

type kept struct {
	conn  *chdb.Conn
	busy  bool
	until time.Time
}

func newSessions(e *Engine) *sessions { return &sessions{engine: e, kept: map[string]*kept{}} }

// take gives a request its connection, a new one unless session_id names a kept one, and what to call afterwards.
func (s *sessions) take(q *request) (*chdb.Conn, func(), error) {
	if q.sessionID == "" {
		conn, err := s.engine.open(q.role, q.database, q.settings)
		if err != nil {
			return nil, nil, err
		}
		return conn, conn.Close, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire()
	key := q.role + "/" + q.sessionID
	k := s.kept[key]
	switch {
	case k != nil && k.busy:
		return nil, nil, exception(373, "Session "+q.sessionID+" is locked by a concurrent client", "SESSION_IS_LOCKED")
	case k == nil && q.checkOnly:
		return nil, nil, exception(372, "Session "+q.sessionID+" not found", "SESSION_NOT_FOUND")
	case k == nil && len(s.kept) >= maxSessions:
		return nil, nil, exception(202, "Too many sessions are kept", "TOO_MANY_SIMULTANEOUS_QUERIES")
	case k == nil:
		conn, err := s.engine.open(q.role, q.database, q.settings)
		if err != nil {
			return nil, nil, err
		}
		k = &kept{conn: conn}
		s.kept[key] = k
	default:
		if err := renew(k.conn, q); err != nil {
			return nil, nil, err
		}
	}
	k.busy = true
	return k.conn, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		k.busy, k.until = false, time.Now().Add(time.Duration(q.sessionS)*time.Second)
	}, nil
}

// renew gives a kept session this request's settings and database.
func renew(conn *chdb.Conn, q *request) error {
	if q.database != "" {
		if err := run(conn, "USE "+quoteName(q.database)); err != nil {
			return err
		}
	}
	var sets []string
	for name, value := range q.settings {
		sets = append(sets, name+" = "+quoteText(value))
	}
	return run(conn, "SET "+strings.Join(sets, ", "))
}

func (s *sessions) expire() {
	for key, k := range s.kept {
		if !k.busy && time.Now().After(k.until) {
			k.conn.Close()
			delete(s.kept, key)
		}
	}
}

func (s *sessions) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, k := range s.kept {
		k.conn.Close()
		delete(s.kept, key)
	}
}
