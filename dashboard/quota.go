package dashboard

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"barometer/dashboard/format"
	"barometer/ingest/event"
	"barometer/processor/decision"

	"github.com/danielgtaylor/huma/v2"
)

// Asking is not harvesting: whoever asks, a policy may ask for so much.
const (
	defaultPreliminaryPerDay = 20
	requestsPerMinute        = 60
	// policies that are remembered; beyond it all are forgotten, and ClickHouse tells of the day again
	mostAskers          = 20_000
	preliminaryQuestion = 1_000 // policies in one question
)

// quotas count limit requests by policy: of the last minute those that came to this process, of the day of log time the
// preliminary ones that were decided, whoever took them, and those that this process took.
type quotas struct {
	perDay int

	mu      sync.Mutex
	minutes map[string][]time.Time // by policy, the oldest first
	day     event.Day
	asked   map[string]*indications
}

// indications are the preliminary requests of a policy on the day, at most perDay of them.
type indications struct {
	ids  map[[2]string]bool // by the request's id and the buyer, or the company's key
	read bool               // with what ClickHouse knows of the day
}

// saw counts a preliminary request that was decided.
func (q *quotas) saw(d *decision.Decision) {
	l, ok := d.Body.(*decision.Limit)
	if !ok || l.RequestKind != event.RequestPreliminary {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if day := event.DayOf(d.AtMs); q.turn(day) == day {
		q.of(l.Policy).add([2]string{l.Request, l.Buyer}, q.perDay)
	}
}

// turn goes on to a day, if it is a later one, and gives the day that is counted.
func (q *quotas) turn(day event.Day) event.Day {
	if day > q.day || q.asked == nil {
		q.day, q.asked = max(day, q.day), map[string]*indications{}
	}
	return q.day
}

func (q *quotas) of(policy string) *indications {
	a := q.asked[policy]
	if a == nil {
		if len(q.asked) >= mostAskers {
			clear(q.asked)
		}
		a = &indications{ids: map[[2]string]bool{}}
		q.asked[policy] = a
	}
	return a
}

func (a *indications) add(request [2]string, most int) bool {
	if !a.ids[request] && len(a.ids) >= most {
		return false
	}
	a.ids[request] = true
	return true
}

// minute takes a request of a policy, or tells how long until the next one may be taken.
func (q *quotas) minute(policy string, now time.Time) (wait time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.minutes == nil || len(q.minutes) >= mostAskers {
		q.minutes = map[string][]time.Time{}
	}
	times := q.minutes[policy]
	for len(times) > 0 && now.Sub(times[0]) >= time.Minute {
		times = times[1:]
	}
	if len(times) >= requestsPerMinute {
		return times[0].Add(time.Minute).Sub(now)
	}
	q.minutes[policy] = append(times, now)
	return 0
}

// preliminary takes a preliminary request of a policy, false where the day's are used up. One that was taken is taken
// again.
func (q *quotas) preliminary(policy string, request [2]string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.of(policy).add(request, q.perDay)
}

// unread are those of some policies of which ClickHouse has not been asked on a day.
func (q *quotas) unread(day event.Day, policies []string) (unread []string, counted event.Day) {
	q.mu.Lock()
	defer q.mu.Unlock()
	counted = q.turn(day)
	for _, p := range policies {
		if a := q.asked[p]; a == nil || !a.read {
			unread = append(unread, p)
		}
	}
	return unread, counted
}

func (q *quotas) heard(day event.Day, policies []string, requests map[string][][2]string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.turn(day) != day {
		return
	}
	for _, p := range policies {
		a := q.of(p)
		a.read = true
		for _, id := range requests[p] {
			a.add(id, q.perDay)
		}
	}
}

// countPreliminaries sees to it that the preliminary requests of the day are known of some policies.
func (s *server) countPreliminaries(ctx context.Context, policies []string) error {
	unread, day := s.quotas.unread(event.DayOf(s.tail.Clock(s.cfg.Driven).UnixMilli()), policies)
	for len(unread) > 0 {
		some := unread[:min(len(unread), preliminaryQuestion)]
		requests, err := s.cfg.Store.Preliminaries(ctx, some, format.Instant(day.Ms()), s.quotas.perDay)
		if err != nil {
			return s.failed(ctx, "counting preliminary requests", err)
		}
		s.quotas.heard(day, some, requests)
		unread = unread[len(some):]
	}
	return nil
}

// quota takes a limit request, by its id and the buyer or the company's key, or says when to come again.
func (s *server) quota(policy string, kind event.RequestKind, request [2]string) *tooMany {
	now := s.now()
	if wait := s.quotas.minute(policy, now); wait > 0 {
		return &tooMany{wait, fmt.Sprintf("a policy has at most %d limit requests a minute", requestsPerMinute)}
	}
	if kind != event.RequestPreliminary || s.quotas.preliminary(policy, request) {
		return nil
	}
	wait := time.Minute // a driven clock may turn the day at any time
	if !s.cfg.Driven {
		wait = now.UTC().Truncate(24 * time.Hour).Add(24 * time.Hour).Sub(now)
	}
	return &tooMany{wait, fmt.Sprintf("a policy has at most %d preliminary requests a day", s.quotas.perDay)}
}

// tooMany is a quota that is used up for a while.
type tooMany struct {
	wait   time.Duration
	detail string
}

func (t *tooMany) problem() error {
	return huma.ErrorWithHeaders(huma.Error429TooManyRequests(t.detail), http.Header{"Retry-After": {seconds(t.wait)}})
}

// seconds are whole ones, at least one.
func seconds(wait time.Duration) string {
	return strconv.Itoa(max(int((wait+time.Second-1)/time.Second), 1))
}
