package desk

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"sync"
	"time"

	"barometer/dashboard/format"
	"barometer/dashboard/web"
	"barometer/processor/decision"
	"barometer/storage/history"
)

const (
	panelEvery   = time.Second
	totalsEvery  = 5 * time.Second
	panelWithin  = 3 * time.Second
	sparkSeconds = 120
	latestShown  = 14
	day24        = 24 * time.Hour
	streamWrite  = 10 * time.Second
)

// latestKinds are the decisions that the live page shows.
var latestKinds = []decision.Kind{decision.ScoreChanged, decision.LimitDecided, decision.CoverChanged,
	decision.InputRejected}

// livePanel is the live page's content, made at most once a second whoever looks.
type livePanel struct {
	mu       sync.Mutex
	html     []byte
	made     time.Time
	totals   totals
	totalled time.Time
}

// totals are what ClickHouse is asked for, less often.
type totals struct {
	Grades                         []gradeBar
	Buyers                         uint64
	Tables, Rejections, DeadLetter []history.Count
	Lag                            []Lag
	Failed                         bool
}

type gradeBar struct {
	Grade  uint32
	Buyers uint64
	Width  int // of 100
	Share  string
}

type panel struct {
	totals
	EventsPerSecond, DecisionsPerSecond float64
	LogTime                             string
	Driven                              bool
	Ready                               bool
	Waiting                             int // decisions that ClickHouse does not have yet
	Topics                              []history.Count
	Spark                               string // points of an SVG polyline, 240 × 48
	Peak                                uint64
	Latest                              []row
	Addresses                           []Address
}

func (s *Desk) livePage(w http.ResponseWriter, r *http.Request) {
	html, err := s.panel(r.Context())
	if err != nil {
		s.pages.Broken(w, r, err)
		return
	}
	s.pages.Render(w, r, "live", web.Frame{Title: "Live", Section: "live", Content: template.HTML(html)})
}

// liveStream sends the panel whenever it is made anew.
func (s *Desk) liveStream(w http.ResponseWriter, r *http.Request) {
	control := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	tick := time.NewTicker(panelEvery)
	defer tick.Stop()
	for s.cfg.GoesOn(r) {
		html, err := s.panel(r.Context())
		if err != nil {
			return
		}
		_ = control.SetWriteDeadline(time.Now().Add(streamWrite))
		if _, err := fmt.Fprintf(w, "event: panel\n%s\n", dataLines(html)); err != nil || control.Flush() != nil {
			return
		}
		select {
		case <-tick.C:
		case <-r.Context().Done():
			return
		case <-s.cfg.Stopping:
			return
		}
	}
}

// dataLines writes text as the data of a server-sent event.
func dataLines(html []byte) []byte {
	var b bytes.Buffer
	for line := range bytes.Lines(html) {
		b.WriteString("data: ")
		b.Write(bytes.TrimRight(line, "\r\n"))
		b.WriteByte('\n')
	}
	return b.Bytes()
}

func (s *Desk) panel(ctx context.Context) ([]byte, error) {
	l := &s.live
	l.mu.Lock()
	defer l.mu.Unlock()
	now := s.cfg.Now()
	if l.html != nil && now.Sub(l.made) < panelEvery*9/10 {
		return l.html, nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), panelWithin) // others look at it too
	defer cancel()
	if l.totalled.IsZero() || now.Sub(l.totalled) >= totalsEvery {
		l.totals, l.totalled = s.totals(ctx, l.totals), now
	}
	p := panel{totals: l.totals, Driven: s.cfg.Driven, Ready: s.cfg.Ready(), Addresses: s.cfg.Addresses,
		Topics: s.cfg.Tail.Rates.ByTopic()}
	p.EventsPerSecond, p.DecisionsPerSecond = s.cfg.Tail.Rates.PerSecond(10)
	p.Spark, p.Peak = spark(s.cfg.Tail.Rates.Series(sparkSeconds))
	p.Waiting = s.cfg.Tail.Count()
	if ms := s.cfg.Tail.LogTimeMs(); ms != 0 {
		p.LogTime = format.When(ms)
	}
	latest := s.latest(ctx)
	p.Latest = rowsOf(latest, s.names(ctx, latest))
	html, err := s.pages.Fragment("live-part", p)
	if err == nil {
		l.html, l.made = html, now
	}
	return html, err
}

// latest are the newest decisions; a process that just started asks ClickHouse.
func (s *Desk) latest(ctx context.Context) []decision.Decision {
	latest := s.cfg.Tail.Latest(latestShown)
	if len(latest) > 0 {
		return latest
	}
	latest, err := s.cfg.Store.Decisions(ctx, history.DecisionQuery{Kinds: latestKinds, Limit: latestShown})
	if err != nil {
		s.cfg.Log.DebugContext(ctx, "the latest decisions are missing on the live page", "error", err)
	}
	return latest
}

// totals asks for everything, and keeps what was known of what does not answer.
func (s *Desk) totals(ctx context.Context, before totals) totals {
	t := before
	t.Failed = false
	kept := func(err error) bool {
		t.Failed = t.Failed || err != nil
		return err != nil
	}
	if grades, err := s.cfg.Store.Grades(ctx); !kept(err) {
		t.Grades, t.Buyers = gradeBars(grades)
	}
	if tables, err := s.cfg.Store.Tables(ctx); !kept(err) {
		t.Tables = tables
	}
	if c, err := s.cfg.Store.Rejections(ctx, s.cfg.Tail.Now().Add(-day24)); !kept(err) {
		t.Rejections = c
	}
	if c, err := s.cfg.Store.DeadLetters(ctx, s.cfg.Now().Add(-day24)); !kept(err) {
		t.DeadLetter = c
	}
	if s.cfg.Lag != nil {
		if lag, err := s.cfg.Lag(ctx); !kept(err) {
			t.Lag = lag
		}
	}
	return t
}

// gradeBars has a bar for each grade, the longest 100 wide.
func gradeBars(counts []history.GradeCount) (bars []gradeBar, sum uint64) {
	bars = make([]gradeBar, 10)
	var most uint64 = 1
	for i := range bars {
		bars[i].Grade = uint32(i + 1)
	}
	for _, c := range counts {
		if c.Grade >= 1 && c.Grade <= 10 {
			bars[c.Grade-1].Buyers += c.Buyers
			sum += c.Buyers
			most = max(most, bars[c.Grade-1].Buyers)
		}
	}
	for i := range bars {
		bars[i].Width = int(bars[i].Buyers * 100 / most)
		if bars[i].Buyers > 0 {
			bars[i].Width = max(bars[i].Width, 1)
			bars[i].Share = fmt.Sprintf("%.1f %%", 100*float64(bars[i].Buyers)/float64(sum))
		}
	}
	return bars, sum
}

// spark draws counts per second into a box of 240 × 48. Cuts come once a second and partition, so neighbours are
// averaged.
func spark(counts []uint64) (points string, peak uint64) {
	const window = 4
	var smooth []uint64
	for i := 0; i+window <= len(counts); i += window {
		var sum uint64
		for _, c := range counts[i : i+window] {
			sum += c
		}
		smooth = append(smooth, sum/window)
		peak = max(peak, sum/window)
	}
	var b strings.Builder
	for i, v := range smooth {
		x := float64(i) * 240 / float64(max(len(smooth)-1, 1))
		y := 46 - 44*float64(v)/float64(max(peak, 1))
		fmt.Fprintf(&b, "%.1f,%.1f ", x, y)
	}
	return strings.TrimSpace(b.String()), peak
}
