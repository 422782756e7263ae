package desk

import (
	"cmp"
	"net/http"
	"slices"

	"barometer/dashboard/format"
	"barometer/dashboard/phrase"
	"barometer/dashboard/portfolio"
	"barometer/dashboard/web"
	"barometer/processor/decision"
	"barometer/processor/explain"
	"barometer/storage/history"

	"golang.org/x/text/language"
)

const (
	scoresShown    = 500 // in the chart
	decisionsShown = 40
	newsShown      = 20
)

// bar is a contribution as it is drawn: from the middle of a box that is 200 wide, to the right where it is riskier.
type bar struct {
	decision.Contribution
	Said     string // in words
	X, Width int
	Riskier  bool
}

type buyerPage struct {
	history.Buyer
	Body          *decision.Score
	At            string
	Cause         string
	Trigger       string
	Dimensions    []dimension
	Contributions []bar
	Changes       []bar
	Base, Sum     int64
	Limits        []limitRow
	Decisions     []row
	LimitHistory  []row // the newest first
	Reviews       int   // that wait for a verdict
	Language      explain.Language
	Languages     []spoken
	News          []history.NewsItem
	Group         *portfolio.GroupAnswer // that it is of, nil for none
	Decided       []orderRow             // by underwriters, the newest first
	Ruling        *orderRow              // that is in force on the buyer itself, nil for none
}

type dimension struct {
	Name  string
	Value uint32
	Width uint32
}

func (s *Desk) buyerPage(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	b, _, err := s.cfg.Portfolio.Buyer(r.Context(), id)
	if err != nil {
		s.pages.Broken(w, r, err)
		return
	}
	if b == nil {
		s.pages.RenderAs(w, r, http.StatusNotFound, "nothing", web.Frame{Title: "No such buyer", Section: "buyers",
			Content: id})
		return
	}
	scores, decided, covers, err := s.cfg.Portfolio.History(r.Context(), id, "", decisionsShown)
	if err != nil {
		s.pages.Broken(w, r, err)
		return
	}
	all := slices.Concat(scores, decided, covers)
	slices.SortFunc(all, func(a, c decision.Decision) int {
		return cmp.Or(cmp.Compare(c.AtMs, a.AtMs), c.Position.Compare(a.Position))
	})
	name := map[string]string{id: b.Name}
	states, err := s.cfg.Portfolio.LimitStates(r.Context(), history.LimitQuery{Buyer: id, Limit: mostShown})
	var limits []limitRow
	if err == nil {
		limits, err = s.limitRows(r.Context(), states)
	}
	if err != nil {
		s.pages.Broken(w, r, err)
		return
	}
	p := buyerPage{Buyer: *b, Body: portfolio.ScoreOf(b.Score), Limits: limits,
		Decisions: rowsOf(all[:min(len(all), decisionsShown)], name), LimitHistory: rowsOf(decided, name)}
	waiting, _, err := s.cfg.Reviews.List(r.Context(), history.ReviewQuery{Buyer: id, Open: true, Limit: 2}, 1)
	if err == nil {
		p.Reviews = len(waiting)
		p.News, err = s.cfg.Store.News(r.Context(), id, newsShown)
	}
	if err == nil {
		p.Decided, err = s.decidedOn(r.Context(), id)
		for i := range p.Decided {
			if o := &p.Decided[i]; o.InForce && o.Policy == "" {
				p.Ruling = o
			}
		}
	}
	if err == nil {
		p.Group, err = s.cfg.Portfolio.GroupOfBuyer(r.Context(), id)
	}
	if err != nil {
		s.pages.Broken(w, r, err)
		return
	}
	if p.Body != nil {
		p.At, p.Cause, p.Trigger = format.When(b.Score.AtMs), p.Body.Cause, triggerWords(&b.Score.Trigger)
		p.Country, p.Sector = cmp.Or(p.Country, p.Body.Country), cmp.Or(p.Sector, p.Body.Sector)
		p.Language, p.Languages = languageOf(r), allSpoken
		p.Contributions, p.Changes = bars(p.Language, p.Body.Contributions), bars(p.Language, p.Body.Changes)
		for i := range p.Changes {
			if phrase.Gone(p.Body, p.Changes[i].Code) {
				p.Changes[i].Said = explain.Gone(p.Language, p.Changes[i].Code)
			}
		}
		for _, c := range p.Body.Contributions {
			p.Sum += c.PointsMLO
		}
		p.Base = p.Body.PointsMLO - p.Sum
		for _, d := range []dimension{{Name: "Economic", Value: p.Body.Economic},
			{Name: "Political", Value: p.Body.Political},
			{Name: "Commercial", Value: p.Body.Commercial}, {Name: "Financing", Value: p.Body.Financing}} {
			d.Width = min(d.Value, 10) * 10
			p.Dimensions = append(p.Dimensions, d)
		}
	}
	s.pages.Render(w, r, "buyer", web.Frame{Title: cmp.Or(b.Name, id), Section: "buyers", Content: p})
}

// spoken is a language by its own name.
type spoken struct {
	Code explain.Language
	Name string
}

var allSpoken = []spoken{{explain.English, "English"}, {explain.German, "Deutsch"}, {explain.French, "Français"},
	{explain.Dutch, "Nederlands"}}

var spokenTags = language.NewMatcher([]language.Tag{language.English, language.German, language.French, language.Dutch})

// languageOf is the language that a page says a score in: ?lang=, else what the browser prefers of what there is.
func languageOf(r *http.Request) explain.Language {
	if l := explain.Language(r.URL.Query().Get("lang")); slices.Contains(explain.Languages, l) {
		return l
	}
	_, i := language.MatchStrings(spokenTags, r.Header.Get("Accept-Language"))
	return allSpoken[i].Code
}

// bars draws contributions, the greatest first, on one scale.
func bars(l explain.Language, cs []decision.Contribution) []bar {
	sorted := slices.Clone(cs)
	slices.SortStableFunc(sorted, func(a, b decision.Contribution) int {
		return cmp.Compare(magnitude(b.PointsMLO), magnitude(a.PointsMLO))
	})
	var most int64 = 1
	for _, c := range sorted {
		most = max(most, magnitude(c.PointsMLO))
	}
	out := make([]bar, 0, len(sorted))
	for _, c := range sorted {
		b := bar{Contribution: c, Said: explain.Sentence(l, c), X: 100, Width: int(magnitude(c.PointsMLO) * 98 / most),
			Riskier: c.PointsMLO > 0}
		if c.PointsMLO < 0 {
			b.X -= b.Width
		}
		out = append(out, b)
	}
	return out
}

func magnitude(v int64) int64 { return max(v, -v) }
