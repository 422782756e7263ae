package identity

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"sync"
	"time"
)

const (
	// IdleEnd is how long a session lasts without a request.
	IdleEnd = 2 * time.Hour
	// AbsoluteEnd is how long a session lasts at most.
	AbsoluteEnd = 12 * time.Hour
	// MostSessions is how many sessions a token has at most.
	MostSessions = 32
)

// Digest is the SHA-256 of a token's text.
type Digest [sha256.Size]byte

// DigestOf computes the digest of a token.
func DigestOf(token string) Digest { return sha256.Sum256([]byte(token)) }

type session struct {
	token        Digest
	opened, used time.Time
}

func (s *session) over(now time.Time) bool {
	return now.Sub(s.used) >= IdleEnd || now.Sub(s.opened) >= AbsoluteEnd
}

// Sessions are those of one process. The zero value is ready; any goroutine may use it.
type Sessions struct {
	mu   sync.Mutex
	byID map[Digest]*session
}

// Open begins a session for a token and returns its id: 256 random bits as text that a cookie can carry.
func (s *Sessions) Open(token Digest, now time.Time) string {
	var random [32]byte
	_, _ = rand.Read(random[:]) // it never fails
	id := base64.RawURLEncoding.EncodeToString(random[:])
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byID == nil {
		s.byID = map[Digest]*session{}
	}
	s.makeRoom(token, now)
	s.byID[DigestOf(id)] = &session{token, now, now}
	return id
}

// makeRoom removes sessions that are over, and the one of the token that was used longest ago where it has as many as
// it may.
func (s *Sessions) makeRoom(token Digest, now time.Time) {
	var oldest Digest
	n := 0
	for id, of := range s.byID {
		switch {
		case of.over(now):
			delete(s.byID, id)
		case of.token == token:
			if n++; n == 1 || of.used.Before(s.byID[oldest].used) {
				oldest = id
			}
		}
	}
	if n >= MostSessions {
		delete(s.byID, oldest)
	}
}

// Use finds the token that a session stands for and prolongs the session; false: there is no such session, or it is
// over.
func (s *Sessions) Use(id string, now time.Time) (Digest, bool) {
	return s.find(id, now, true)
}

// Find is Use for what no person did, such as a stream that goes on: it prolongs nothing.
func (s *Sessions) Find(id string, now time.Time) (Digest, bool) {
	return s.find(id, now, false)
}

func (s *Sessions) find(id string, now time.Time, prolong bool) (Digest, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := DigestOf(id)
	found := s.byID[key]
	if found == nil {
		return Digest{}, false
	}
	if found.over(now) {
		delete(s.byID, key)
		return Digest{}, false
	}
	if prolong {
		found.used = now
	}
	return found.token, true
}

// Close ends a session. One that does not exist is no error.
func (s *Sessions) Close(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byID, DigestOf(id))
}
