// Package historytest holds whoever answers history's questions to the same answers: ClickHouse, and what tests of the
// dashboard take for it.
package historytest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"
)

// World is what happened, up to the end of the last decision's day.
type World struct {
	Names     map[string]string    // of buyers
	Holders   map[string]string    // by policy
	Languages map[string]string    // by holder
	Ends      map[string]event.Day // last days, by policy; without one it has none
	// Rates are units of a currency per euro with eight decimals: from RatesMoveOn on, and before.
	Rates     map[string][2]int64
	Notes     []history.Notification
	Requests  []history.Request
	Documents []history.Document  // by their positions
	Decisions []decision.Decision // of one partition, ascending
}

const today = 10 // of March 2026

func day(n int) event.Day { return event.Date(2026, 3, 1) + event.Day(n-1) }

// position is the place of the decision that has a number.
func position(n int64) event.Position { return event.Position{Generation: 1, Offset: n} }

// Happened is the world that Run asks about. Decisions are numbered from 1, by their offsets.
func Happened() World {
	w := World{Names: map[string]string{"b1": "Van Damme NV", "b2": "Stahl Müller GmbH", "b3": "Ångström AB"},
		Holders: map[string]string{"P1": "H1", "P2": "H2", "P3": "H3"}, Languages: map[string]string{"H1": "nl", "H2": "de"},
		Ends: map[string]event.Day{"P3": day(today - 1)}, Notes: notes(),
		Rates: map[string][2]int64{"USD": {109_000_000, 100_000_000}, "GBP": {85_000_000, 84_000_000}},
		Requests: []history.Request{{Policy: "P1", Buyer: "b1",
			Request: "r1", Kind: event.RequestNew, Minor: 50_000_00, Currency: "EUR"}}}
	document := func(about, id, sha, name string) {
		d := history.Document{Position: position(int64(100 + len(w.Documents))), At: time.UnixMilli(day(1).Ms()).UTC(),
			Policy: event.PolicyOfMinted(about), ID: id, Kind: "invoice", SHA256: strings.Repeat(sha, 64), Bytes: 17, Name: name}
		if d.Case = about; strings.Contains(about, "/claim-") {
			d.Case, d.Claim = "", about
		}
		w.Documents = append(w.Documents, d)
	}
	document("b1/case-P1-1", "d1", "a", "../../x")
	document("b1/case-P1-1", "d1", "b", "of the same id") // which the first one has
	document("b1/claim-P1-1", "d1", "c", "")
	document("b2/case-P2-1", "d1", "d", "another's")
	document("b2/case-P2-1", "d2", "e", "")
	on := func(n int, kind decision.Kind, key string, body decision.Body) {
		at := position(int64(len(w.Decisions) + 1))
		w.Decisions = append(w.Decisions, decision.Decision{Position: at, AtMs: day(n).Ms() + at.Offset*60_000, Kind: kind,
			Key: key, Body: body})
	}
	score := func(n int, buyer string, grade, before uint32, holders ...string) {
		on(n, decision.ScoreChanged, buyer, &decision.Score{Buyer: buyer, Country: "BE", Sector: "F", Grade: grade,
			PreviousGrade: before, PDPPM: int64(grade) * 1000, Holders: holders, Model: "m"})
	}
	limit := func(n int, policy, buyer, request string, code decision.LimitCode, minor int64, edit func(*decision.Limit)) {
		l := &decision.Limit{Policy: policy, Holder: w.Holders[policy], Buyer: buyer, Request: request, Code: code,
			GrantedMinor: minor, Currency: "EUR", EffectiveOn: day(n), Model: "m"}
		if request != "" {
			l.RequestKind = event.RequestNew
		}
		if edit != nil {
			edit(l)
		}
		on(n, decision.LimitDecided, buyer, l)
	}
	exposed := func(n int, open, covered int64) {
		on(n, decision.ExposureChanged, "b1", &decision.Exposure{Policy: "P1", Holder: "H1", Buyer: "b1", Currency: "EUR",
			OpenMinor: open, CoveredMinor: covered})
	}
	review := func(n int, buyer, id string, state string, until int) {
		on(n, decision.ReviewRequested, buyer, &decision.Review{Review: id, Buyer: buyer, State: state,
			DeadlineMs: day(until).Ms()})
	}
	cover := func(policy, buyer string, code decision.CoverCode, now int64, edit func(*decision.Cover)) {
		b := &decision.Cover{Policy: policy, Holder: w.Holders[policy], Buyer: buyer, Code: code, NowMinor: now,
			Currency: "EUR", From: day(today), Reason: 15, ReasonText: "overdue"}
		if edit != nil {
			edit(b)
		}
		on(today, decision.CoverChanged, buyer, b)
	}
	score(1, "b1", 4, 0, "H1")
	score(1, "b2", 7, 0, "H1", "H2")
	score(1, "b3", 9, 0)
	limit(2, "P1", "b1", "r1", decision.Approved, 50_000_00, nil)
	limit(2, "P1", "b2", "r2", decision.PartlyApproved, 20_000_00, func(l *decision.Limit) { l.ValidUntil = day(40) })
	limit(2, "P2", "b2", "r3", decision.Approved, 30_000_00, nil)
	limit(3, "P1", "b3", "r4", decision.Preliminary, 9_000_00, func(l *decision.Limit) {
		l.RequestKind, l.EffectiveOn = event.RequestPreliminary, 0
	})
	limit(4, "P2", "b3", "r5", decision.NotApproved, 0, func(l *decision.Limit) { l.EffectiveOn = 0 })
	score(5, "b2", 8, 7, "H1", "H2")
	limit(6, "P1", "b2", "", decision.Reduced, 10_000_00, func(l *decision.Limit) { l.EffectiveOn = day(20) }) // 10
	limit(7, "P2", "b2", "", decision.Cancelled, 0, nil)
	exposed(7, 5_000_00, 4_000_00)
	exposed(8, 6_000_00, 5_000_00)
	on(8, decision.InputRejected, "b1", &decision.Rejection{Reason: "unknown_policy", Policy: "P1", Buyer: "b1", ID: "m1",
		Kind: event.KindLimitRequested, Source: event.Source{Topic: event.TopicPortfolio}})
	review(9, "b1", "b1/1", decision.ReviewOpened, 12)
	review(9, "b2", "b2/1", decision.ReviewOpened, 11)
	review(today, "b2", "b2/1", decision.ReviewApproved, 11)
	on(today, decision.MacroChanged, "country/BE", &decision.Macro{Country: "BE"})
	score(today, "b1", 4, 4)
	cover("P1", "b1", decision.Suspended, 0, nil) // 20
	cover("P2", "b1", decision.Discretionary, 5_000_00, func(b *decision.Cover) { b.Evidence = []string{"i1", "i2"} })
	cover("P2", "b2", decision.BindingOrder, 7_000_00, func(b *decision.Cover) { b.Order, b.To = "o1", day(today+1) })
	claimed(&w)
	return w
}

// Run asks a store that has what Happened.
func Run(t *testing.T, s history.Store) {
	for _, q := range slices.Concat(questions, limitQuestions, claimQuestions, holderQuestions) {
		t.Run(q.name, func(t *testing.T) {
			if got, err := q.ask(t.Context(), s); err != nil || got != q.want {
				t.Errorf("answers %q (%v), want %q", got, err, q.want)
			}
		})
	}
}

// question is asked of a store; want is the answer in short.
type question struct {
	name string
	ask  func(ctx context.Context, s history.Store) (string, error)
	want string
}

// numbers are those of decisions.
func numbers(ds []decision.Decision, err error) (string, error) {
	return joined(ds, func(d decision.Decision) string { return fmt.Sprint(d.Position.Offset) }), err
}

func joined[T any](all []T, say func(T) string) string {
	said := make([]string, len(all))
	for i := range all {
		said[i] = say(all[i])
	}
	return strings.Join(said, " ")
}

// graded are buyers with their grades and the numbers of their scores.
func graded(all []history.Buyer, err error) (string, error) {
	return joined(all, func(b history.Buyer) string {
		if b.Score == nil {
			return b.ID
		}
		return fmt.Sprintf("%s:%d@%d", b.ID, b.Score.Body.(*decision.Score).Grade, b.Score.Position.Offset)
	}), err
}

func buyers(q history.BuyerQuery) func(context.Context, history.Store) (string, error) {
	q.Limit = max(q.Limit, 1)
	return func(ctx context.Context, s history.Store) (string, error) { return graded(s.Buyers(ctx, q)) }
}

func holders(q history.HolderBuyerQuery) func(context.Context, history.Store) (string, error) {
	q.On, q.Limit = day(today), 9
	return func(ctx context.Context, s history.Store) (string, error) { return graded(s.HolderBuyers(ctx, q)) }
}

func decisions(q history.DecisionQuery) func(context.Context, history.Store) (string, error) {
	if q.Limit == 0 {
		q.Limit = 99
	}
	return func(ctx context.Context, s history.Store) (string, error) { return numbers(s.Decisions(ctx, q)) }
}

func reviews(q history.ReviewQuery) func(context.Context, history.Store) (string, error) {
	q.Limit = 9
	return func(ctx context.Context, s history.Store) (string, error) {
		all, err := s.Reviews(ctx, q)
		return joined(all, func(r history.Review) string {
			return fmt.Sprintf("%d@%s", r.Decision.Position.Offset, event.DayOf(r.OpenedAt.UnixMilli()))
		}), err
	}
}

func documents(q history.DocumentQuery) func(context.Context, history.Store) (string, error) {
	q.Limit = cmp.Or(q.Limit, 9)
	return func(ctx context.Context, s history.Store) (string, error) {
		all, err := s.Documents(ctx, q)
		said := make([]string, len(all))
		for i := range all {
			said[i] = fmt.Sprintf("%s:%c %s", all[i].About(), all[i].SHA256[0], all[i].Name)
		}
		return strings.Join(said, ", "), err
	}
}

// before and above are the places of the decision that has a number.
func before(n int64) *history.DecisionCursor {
	d := Happened().Decisions[n-1]
	return &history.DecisionCursor{AtMs: d.AtMs, Position: d.Position}
}

func above(n int64) *event.Position {
	at := position(n)
	return &at
}

var scores = []decision.Kind{decision.ScoreChanged}

var questions = []question{
	{"buyers, the riskiest first", buyers(history.BuyerQuery{Limit: 9}), "b3:9@3 b2:8@9 b1:4@19"},
	{"buyers of a grade", buyers(history.BuyerQuery{Grade: 8}), "b2:8@9"},
	{"buyers by a name", buyers(history.BuyerQuery{Search: "damme"}), "b1:4@19"},
	{"buyers by an id", buyers(history.BuyerQuery{Search: "b3"}), "b3:9@3"},
	{"buyers of a country", buyers(history.BuyerQuery{Country: "NL"}), ""},
	{"the next buyer", buyers(history.BuyerQuery{After: &history.BuyerCursor{Grade: 9, PDPPM: 9000, ID: "b3"}}), "b2:8@9"},
	{"a buyer", func(ctx context.Context, s history.Store) (string, error) {
		b, err := s.Buyer(ctx, "b1")
		none, wrong := s.Buyer(ctx, "b9")
		return fmt.Sprint(b.Name, " ", b.Country, " ", none == nil, wrong), err
	}, "Van Damme NV BE true <nil>"},
	{"buyers that a holder may know", holders(history.HolderBuyerQuery{Holder: "H1"}), "b2:8@9 b1:4@1"},
	{"a refusal tells a grade", holders(history.HolderBuyerQuery{Holder: "H2"}), "b3:9@3 b2:8@9"},
	{"requests of long ago tell none", holders(history.HolderBuyerQuery{Holder: "H2", Since: time.UnixMilli(day(5).Ms())}),
		""},
	{"the next of a holder's buyers", holders(history.HolderBuyerQuery{Holder: "H1",
		After: &history.HolderBuyerCursor{Grade: 8, ID: "b2"}}), "b1:4@1"},
	{"names", func(ctx context.Context, s history.Store) (string, error) {
		names, err := s.Names(ctx, []string{"b1", "b2"})
		return names["b1"] + ", " + names["b2"], err
	}, "Van Damme NV, Stahl Müller GmbH"},
	{"the newest decisions", decisions(history.DecisionQuery{Limit: 4}), "22 21 20 19"},
	{"decisions before one", decisions(history.DecisionQuery{Before: before(14), Limit: 2}), "11 10"},
	{"decisions above one", decisions(history.DecisionQuery{Above: above(16)}), "18 19 20 21 22"},
	{"decisions from a day", decisions(history.DecisionQuery{From: time.UnixMilli(day(9).Ms())}), "22 21 20 19 18"},
	{"decisions on a buyer", decisions(history.DecisionQuery{Buyer: "b2"}), "22 11 10 9 6 5 2"},
	{"decisions on a policy", decisions(history.DecisionQuery{Policy: "P2"}), "22 21 11 8 6"},
	{"what concerns a holder", decisions(history.DecisionQuery{Holder: "H1"}), "20 14 10 9 7 5 4 2 1"},
	{"changes of grades", decisions(history.DecisionQuery{Kinds: scores, Moved: true}), "9 3 2 1"},
	{"the answer to a request", decisions(history.DecisionQuery{Policy: "P1", Request: "r2"}), "5"},
	{"the rejection of a message", decisions(history.DecisionQuery{ID: "m1"}), "14"},
	{"changes of cover", decisions(history.DecisionQuery{Kinds: []decision.Kind{decision.CoverChanged}}), "22 21 20"},
	{"exposures", decisions(history.DecisionQuery{Kinds: []decision.Kind{decision.ExposureChanged}}), "13 12"},
	{"reviews that wait", reviews(history.ReviewQuery{Open: true}), "15@2026-03-09"},
	{"reviews that are over", reviews(history.ReviewQuery{}), "17@2026-03-09"},
	{"a review by its id", reviews(history.ReviewQuery{ID: "b2/1", Open: true}), "17@2026-03-09"},
	{"reviews after one", reviews(history.ReviewQuery{Open: true,
		After: &history.ReviewCursor{Ms: day(12).Ms(), ID: "b1/1"}}), ""},
	{"policies of a holder", func(ctx context.Context, s history.Store) (string, error) {
		policies, err := s.HolderPolicies(ctx, "H1", 9)
		return strings.Join(policies, " "), err
	}, "P1"},
	{"preliminary requests", func(ctx context.Context, s history.Store) (string, error) {
		all, err := s.Preliminaries(ctx, []string{"P1", "P2"}, time.UnixMilli(day(1).Ms()), 9)
		return fmt.Sprint(all), err
	}, "map[P1:[[r4 b3]]]"},
	{"a request", func(ctx context.Context, s history.Store) (string, error) {
		r, err := s.Request(ctx, "P1", "r1")
		none, wrong := s.Request(ctx, "P1", "r9")
		return fmt.Sprint(*r, none == nil, wrong), err
	}, "{P1 b1 r1 new 5000000 EUR 1970-01-01} true <nil>"},
	{"documents of an id", documents(history.DocumentQuery{ID: "d1"}),
		"b1/case-P1-1:a ../../x, b1/claim-P1-1:c , b2/case-P2-1:d another's"},
	{"documents of a case", documents(history.DocumentQuery{ID: "d1", About: "b1/case-P1-1"}), "b1/case-P1-1:a ../../x"},
	{"documents of a claim", documents(history.DocumentQuery{ID: "d1", About: "b1/claim-P1-1"}), "b1/claim-P1-1:c "},
	{"documents of a holder", documents(history.DocumentQuery{ID: "d1", Holder: "H2"}), "b2/case-P2-1:d another's"},
	{"a document of another", documents(history.DocumentQuery{ID: "d2", Holder: "H1"}), ""},
	{"no document", documents(history.DocumentQuery{ID: "d3"}), ""},
	{"at most so many documents", documents(history.DocumentQuery{ID: "d1", Limit: 1}), "b1/case-P1-1:a ../../x"},
	{"a document as it was added", func(ctx context.Context, s history.Store) (string, error) {
		all, err := s.Documents(ctx, history.DocumentQuery{ID: "d2", Limit: 9})
		return fmt.Sprint(all), err
	}, fmt.Sprint(Happened().Documents[4:])},
	{"buyers by grade", func(ctx context.Context, s history.Store) (string, error) {
		counts, err := s.Grades(ctx)
		slices.SortFunc(counts, func(a, b history.GradeCount) int { return int(a.Grade) - int(b.Grade) })
		return fmt.Sprint(counts), err
	}, "[{4 1} {8 1} {9 1}]"},
	{"progress", func(ctx context.Context, s history.Store) (string, error) {
		all, err := s.Progress(ctx)
		return joined(all, func(p history.Progress) string { return p.Position.String() }), err
	}, "1-0-30-0"},
}
