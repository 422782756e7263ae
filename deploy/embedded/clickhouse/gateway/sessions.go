package gateway

import (
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"barometer/deploy/embedded/clickhouse/chdb"
)

// maxSessions bounds what clients can keep open.
const maxSessions = 256

// sessions are the connections that clients keep by session_id, per user. What a statement SETs stays the session's;
// settings and database of a URL, and tables that come with a request, are the query's alone.
type sessions struct {
	engine *Engine
	mu     sync.Mutex
	kept   map[string]*kept
}

type kept struct {
	conn  *chdb.Conn
	tag   string
	sets  map[string]string // what its statements SET, values as SQL
	busy  bool
	used  time.Time // when its last query ended
	until time.Time
}

func newSessions(e *Engine) *sessions { return &sessions{engine: e, kept: map[string]*kept{}} }

// take returns the connection that a request runs on, the tag by which its statement can be killed, and a function to
// call when it is over. A request without session_id gets a connection of its own.
func (s *sessions) take(q *request) (*chdb.Conn, string, func(), error) {
	if q.sessionID == "" {
		tag := newTag()
		conn, err := s.engine.open(q.role, q.database, tag, q.settings)
		if err != nil {
			return nil, "", nil, err
		}
		return conn, tag, conn.Close, nil
	}
	k, err := s.hold(q)
	if err != nil {
		return nil, "", nil, err
	}
	sets, err := s.engine.remembered(k.sets, q.sets)
	if err != nil {
		s.letGo(q, k, true)
		return nil, "", nil, err
	}
	undo, err := k.adjust(q)
	if err != nil {
		s.letGo(q, k, undo() == nil)
		return nil, "", nil, err
	}
	return k.conn, k.tag, func() {
		if q.set {
			k.sets = sets
		}
		s.letGo(q, k, undo() == nil)
	}, nil
}

func newTag() string { return "barometer:" + uuid.NewString() }

func sessionKey(q *request) string { return q.role + "/" + q.sessionID }

// hold finds or makes the session of a request and keeps others from it.
func (s *sessions) hold(q *request) (*kept, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire()
	k := s.kept[sessionKey(q)]
	switch {
	case k != nil && k.busy:
		return nil, exception(373, "Session "+q.sessionID+" is locked by a concurrent client", "SESSION_IS_LOCKED")
	case k == nil && q.checkOnly:
		return nil, exception(372, "Session "+q.sessionID+" not found", "SESSION_NOT_FOUND")
	case k == nil && len(s.kept) >= maxSessions && !s.dropOldest():
		return nil, exception(202, "All sessions that can be kept are at work", "TOO_MANY_SIMULTANEOUS_QUERIES")
	case k == nil:
		tag := newTag()
		conn, err := s.engine.open(q.role, "", tag, nil)
		if err != nil {
			return nil, err
		}
		k = &kept{conn: conn, tag: tag}
		s.kept[sessionKey(q)] = k
	}
	k.busy = true
	return k, nil
}

// letGo ends a query of a session; one that could not be put back to what it was is closed.
func (s *sessions) letGo(q *request, k *kept, whole bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k.busy, k.used = false, time.Now()
	k.until = k.used.Add(time.Duration(q.sessionS) * time.Second)
	if !whole {
		k.conn.Close()
		delete(s.kept, sessionKey(q))
	}
}

// dropOldest closes the session that was used least recently, if any is not at work.
func (s *sessions) dropOldest() bool {
	oldest := ""
	for key, k := range s.kept {
		if !k.busy && (oldest == "" || k.used.Before(s.kept[oldest].used)) {
			oldest = key
		}
	}
	if oldest == "" {
		return false
	}
	s.kept[oldest].conn.Close()
	delete(s.kept, oldest)
	return true
}

// adjust gives a kept session the settings and the database of one query; undo gives back what the session had.
func (k *kept) adjust(q *request) (undo func() error, err error) {
	var restore []string
	undo = func() error {
		for _, t := range q.external {
			if err := run(k.conn, "DROP TEMPORARY TABLE IF EXISTS "+quoteName(t.name)); err != nil {
				return err
			}
		}
		for _, sql := range restore {
			if err := run(k.conn, sql); err != nil {
				return err
			}
		}
		return nil
	}
	if q.database != "" {
		was, err := lines(k.conn, "SELECT currentDatabase()")
		if err != nil {
			return undo, err
		}
		restore = append(restore, "USE "+quoteName(was[0]))
		if err := run(k.conn, "USE "+quoteName(q.database)); err != nil {
			return undo, err
		}
	}
	values := map[string]string{}
	if q.sets == nil {
		maps.Copy(values, k.sets)
	}
	for name, value := range q.settings {
		if _, set := q.sets[name]; !set {
			values[name] = quoteText(value)
		}
	}
	if len(values) == 0 {
		return undo, nil
	}
	names := slices.Sorted(maps.Keys(values))
	sets, texts := make([]string, len(names)), make([]string, len(names))
	for i, name := range names {
		sets[i], texts[i] = name+" = "+values[name], quoteText(name)
	}
	// What would cut this answer short is off meanwhile, and reads as changed to 0: a 0 of theirs is their default.
	had, err := lines(k.conn, "SELECT name, changed AND NOT (name IN ('limit', 'offset', 'max_result_rows', "+
		"'max_result_bytes') AND value = '0'), hex(value)"+
		" FROM system.settings WHERE name IN ("+strings.Join(texts,
		", ")+") SETTINGS limit = 0, offset = 0, max_result_rows = 0, max_result_bytes = 0")
	if err != nil {
		return undo, err
	}
	var back []string
	for _, line := range had {
		fields := strings.Split(line, "\t")
		if len(fields) != 3 {
			continue
		}
		value := "DEFAULT"
		if fields[1] == "1" {
			text, err := hex.DecodeString(fields[2])
			if err != nil {
				return undo, fmt.Errorf("read the setting %s: %w", fields[0], err)
			}
			value = quoteText(string(text))
		}
		back = append(back, fields[0]+" = "+value)
	}
	if len(back) != len(names) {
		return undo, fmt.Errorf("the session tells of %d of %d settings", len(back), len(names))
	}
	restore = append(restore, "SET "+strings.Join(back, ", "))
	return undo, run(k.conn, "SET "+strings.Join(sets, ", "))
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
