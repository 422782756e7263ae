package quota

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

// PreliminaryPerDay is how many preliminary requests a policy has on a day, where nothing else is configured.
const PreliminaryPerDay = 20

const (
	requestsPerMinute = 60
	// policies that are remembered; beyond it all are forgotten, and ClickHouse tells of the day again
	mostAskers          = 20_000
	preliminaryQuestion = 1_000 // policies in one question
)

// Store tells of the preliminary requests that were decided; a history.Store is one.
type Store interface {
	Preliminaries(ctx context.Context, policies []string, from time.Time, most int) (map[string][][2]string, error)
}

// Quotas count limit requests by policy: of the last minute those that came to this process, of the day of log time the
// preliminary ones that were decided, whoever took them, and those that this process took.
type Quotas struct {
	perDay int
	store  Store
	driven bool             // whether the day may turn at any time
	now    func() time.Time // of the machine

	mu      sync.Mutex
	minutes map[string][]time.Time // by policy, the oldest first
	day     event.Day
	asked   map[string]*indications
}

// New makes Quotas that give each policy so many preliminary requests a day.
func New(perDay int, store Store, driven bool, now func() time.Time) *Quotas {
	return &Quotas{perDay: perDay, store: store, driven: driven, now: now}
}

// indications are the preliminary requests of a policy on the day, at most perDay of them.
type indications struct {
	ids  map[[2]string]bool // by the request's id and the buyer, or the company's key
	read bool               // with what ClickHouse knows of the day
}

// Saw counts a preliminary request that was decided.
func (q *Quotas) Saw(d *decision.Decision) {
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
func (q *Quotas) turn(day event.Day) event.Day {
	if day > q.day || q.asked == nil {
		q.day, q.asked = max(day, q.day), map[string]*indications{}
	}
	return q.day
}

func (q *Quotas) of(policy string) *indications {
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
func (q *Quotas) minute(policy string, now time.Time) (wait time.Duration) {
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
func (q *Quotas) preliminary(policy string, request [2]string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.of(policy).add(request, q.perDay)
}

// unread are those of some policies of which ClickHouse has not been asked on a day.
func (q *Quotas) unread(day event.Day, policies []string) (unread []string, counted event.Day) {
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

func (q *Quotas) heard(day event.Day, policies []string, requests map[string][][2]string) {
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

// Count sees to it that the preliminary requests of today are known of some policies, before any of them is taken.
func (q *Quotas) Count(ctx context.Context, today event.Day, policies []string) error {
	unread, day := q.unread(today, policies)
	for len(unread) > 0 {
		some := unread[:min(len(unread), preliminaryQuestion)]
		requests, err := q.store.Preliminaries(ctx, some, format.Instant(day.Ms()), q.perDay)
		if err != nil {
			return fmt.Errorf("counting preliminary requests: %w", err)
		}
		q.heard(day, some, requests)
		unread = unread[len(some):]
	}
	return nil
}

// Take takes a limit request, by its id and the buyer or the company's key; where a quota is used up it says which, and
// when to come again. nil: it is taken.
func (q *Quotas) Take(policy string, kind event.RequestKind, request [2]string) *TooMany {
	now := q.now()
	if wait := q.minute(policy, now); wait > 0 {
		return &TooMany{wait, fmt.Sprintf("a policy has at most %d limit requests a minute", requestsPerMinute)}
	}
	if kind != event.RequestPreliminary || q.preliminary(policy, request) {
		return nil
	}
	wait := time.Minute
	if !q.driven {
		wait = now.UTC().Truncate(24 * time.Hour).Add(24 * time.Hour).Sub(now)
	}
	return &TooMany{wait, fmt.Sprintf("a policy has at most %d preliminary requests a day", q.perDay)}
}

// TooMany is a quota that is used up for a while.
type TooMany struct {
	wait   time.Duration
	Detail string
}

// Problem is a 429 that says when to come again.
func (t *TooMany) Problem() error {
	return huma.ErrorWithHeaders(huma.Error429TooManyRequests(t.Detail), http.Header{"Retry-After": {seconds(t.wait)}})
}

// seconds are whole ones, at least one.
func seconds(wait time.Duration) string {
	return strconv.Itoa(max(int((wait+time.Second-1)/time.Second), 1))
}
