package identity

import (
	"fmt"
	"testing"
	"time"
)

var start = time.Date(2026, 3, 4, 8, 0, 0, 0, time.UTC)

func TestASessionEnds(t *testing.T) {
	token := DigestOf("ann's")
	for name, c := range map[string]struct {
		uses []time.Duration // after the beginning, all but the last one succeed
		last bool            // whether that does
	}{
		"used at once":           {[]time.Duration{0}, true},
		"just not idle for long": {[]time.Duration{IdleEnd - 1}, true},
		"idle":                   {[]time.Duration{IdleEnd}, false},
		"each use prolongs it":   {[]time.Duration{IdleEnd - 1, 2*IdleEnd - 2}, true},
		"idle after a use":       {[]time.Duration{IdleEnd - 1, 2*IdleEnd - 1}, false},
		"at its end, used or not": {[]time.Duration{100 * time.Minute, 200 * time.Minute, 300 * time.Minute,
			400 * time.Minute, 500 * time.Minute, 600 * time.Minute, 700 * time.Minute, AbsoluteEnd}, false},
	} {
		var s Sessions
		id := s.Open(token, start)
		for i, after := range c.uses {
			found, ok := s.Use(id, start.Add(after))
			if want := i < len(c.uses)-1 || c.last; ok != want || ok && found != token {
				t.Errorf("%s: use %d: %v, want %v", name, i+1, ok, want)
			}
		}
	}
	var s Sessions
	one, other := s.Open(token, start), s.Open(token, start)
	if one == other || len(one) < 43 {
		t.Errorf("ids %q and %q", one, other)
	}
	s.Close(one)
	if _, ok := s.Use(one, start); ok {
		t.Error("a closed session goes on")
	}
	if _, ok := s.Use(other, start); !ok {
		t.Error("closing one session ended another")
	}
	if _, ok := s.Use("ann's", start); ok {
		t.Error("the token itself is a session")
	}
}

// TestSessionsAreBounded: a token's least used session goes, and nobody else's.
func TestSessionsAreBounded(t *testing.T) {
	var s Sessions
	bob := s.Open(DigestOf("bob's"), start)
	var ids []string
	for i := range MostSessions + 1 {
		ids = append(ids, s.Open(DigestOf("ann's"), start.Add(time.Duration(i)*time.Second)))
		if i == 0 {
			continue
		}
		if _, ok := s.Use(ids[0], start.Add(time.Duration(i)*time.Second)); !ok {
			t.Fatal("the session that is used most went")
		}
	}
	if _, ok := s.Use(ids[1], start.Add(time.Minute)); ok {
		t.Error("no session went")
	}
	if _, ok := s.Use(bob, start.Add(time.Minute)); !ok {
		t.Error("another token's session went")
	}
	if len(s.byID) != MostSessions+1 {
		t.Errorf("%d sessions", len(s.byID))
	}
	s.Open(DigestOf("eve's"), start.Add(AbsoluteEnd))
	if len(s.byID) != 1 {
		t.Errorf("%d sessions are remembered that are over", len(s.byID)-1)
	}
}

func TestWhoGuessesWaits(t *testing.T) {
	var a Attempts
	const guesser = "192.0.2.7:4711"
	for i := range FreeAttempts {
		if w := a.Wait(guesser, start); w != 0 {
			t.Fatalf("waits %v after %d attempts", w, i)
		}
		a.Failed(guesser, start)
	}
	if w := a.Wait("192.0.2.7:9", start); w != AttemptEvery {
		t.Errorf("waits %v from another port, want %v", w, AttemptEvery)
	}
	if w := a.Wait("192.0.2.8:4711", start); w != 0 {
		t.Errorf("another address waits %v", w)
	}
	if w := a.Wait(guesser, start.Add(AttemptEvery)); w != 0 {
		t.Errorf("waits %v after having waited", w)
	}
	a.Failed("[2001:db8:1:2:3::1]:80", start)
	for range FreeAttempts {
		a.Failed("[2001:db8:1:2:4::1]:80", start)
	}
	if a.Wait("[2001:db8:1:2:5::1]:80", start) == 0 {
		t.Error("each address of one network has attempts of its own")
	}
	for i := range 2 * MostAddresses {
		a.Failed(fmt.Sprintf("10.0.%d.%d:1", i/250, i%250), start)
	}
	if len(a.full) > MostAddresses {
		t.Errorf("%d addresses are remembered", len(a.full))
	}
	if a.Wait(guesser, start) == 0 {
		t.Error("who tried most was forgotten first")
	}
}
