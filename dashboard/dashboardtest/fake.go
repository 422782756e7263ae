package dashboardtest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"barometer/dashboard/alerts"
	"barometer/dashboard/format"
	"barometer/dashboard/portfolio"
	"barometer/dashboard/reviews"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
	"barometer/storage/history"

	"github.com/shopspring/decimal"
)

// Policy is a policy that the fake knows.
type Policy struct{ ID, Holder, HolderName, Currency string }

// Fake is a Store, and all else that a server uses, in memory.
type Fake struct {
	mu            sync.Mutex
	BuyerNames    map[string]string
	stored        []decision.Decision // in order
	Policies      []Policy
	LimitRequests []history.Request
	Evidence      []history.Document
	progress      []history.Progress
	Notes         []history.Notification
	Subscribed    []alerts.Subscription
	Again         []string
	sent          map[string][]kafkalog.Record
	published     [][]kafkalog.Record // risk.decisions by partition
	logged        [][]kafkalog.Record // risk.log by partition
	moved         chan struct{}
	encoder       []decision.Encoder
	OnSend        func(topic string, r kafkalog.Record)
	Down          error
	asked         int                  // how often for policies of a holder, or preliminary requests
	Ended         map[string]event.Day // of policies
	Grouped       []history.Group
	Members       []history.GroupMember
	Texts         map[string]history.Text // by source
	Ordered       []history.Order         // the newest first
	ActiveModel   *history.Model
	Languages     map[string]string
	KnownRates    map[string][2]int64
}

// Partitions are those of each topic.
const Partitions = 2

// New makes a fake that knows nothing.
func New() *Fake {
	return &Fake{BuyerNames: map[string]string{}, sent: map[string][]kafkalog.Record{},
		published: make([][]kafkalog.Record, Partitions), logged: make([][]kafkalog.Record, Partitions),
		moved: make(chan struct{}), encoder: make([]decision.Encoder, Partitions)}
}

// Store puts decisions into ClickHouse, and its progress to the last of them.
func (f *Fake) Store(ds ...decision.Decision) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, d := range ds {
		f.stored = append(f.stored, d)
		f.progress = slices.DeleteFunc(f.progress,
			func(p history.Progress) bool { return p.Position.Partition == d.Position.Partition })
		f.progress = append(f.progress, history.Progress{Position: d.Position, At: format.Instant(d.AtMs)})
	}
}

func (f *Fake) Buyers(ctx context.Context, q history.BuyerQuery) ([]history.Buyer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []history.Buyer
	for id, name := range f.BuyerNames {
		b := f.buyer(id)
		sc := portfolio.ScoreOf(b.Score)
		at := b.Cursor()
		switch {
		case q.Search != "" && !strings.Contains(strings.ToLower(name), strings.ToLower(q.Search)) &&
			!strings.HasPrefix(id, q.Search), q.Grade != 0 && (sc == nil || sc.Grade != q.Grade), q.Country != "" &&
			b.Country != q.Country, q.After != nil && compareBuyers(at, *q.After) <= 0:
		default:
			out = append(out, b)
		}
	}
	slices.SortFunc(out, func(a, b history.Buyer) int {
		return compareBuyers(a.Cursor(), b.Cursor())
	})
	return out[:min(len(out), q.Limit)], f.Down
}

func compareBuyers(a, b history.BuyerCursor) int {
	return cmp.Or(cmp.Compare(b.Grade, a.Grade), cmp.Compare(b.PDPPM, a.PDPPM), cmp.Compare(a.ID, b.ID))
}

func (f *Fake) buyer(id string) history.Buyer {
	b := history.Buyer{ID: id, Name: f.BuyerNames[id]}
	for i := range f.stored {
		if sc, ok := f.stored[i].Body.(*decision.Score); ok && sc.Buyer == id {
			b.Score, b.Country, b.Sector = &f.stored[i], sc.Country, sc.Sector
		}
	}
	return b
}

func (f *Fake) Buyer(_ context.Context, id string) (*history.Buyer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, known := f.BuyerNames[id]; !known {
		return nil, f.Down
	}
	b := f.buyer(id)
	return &b, f.Down
}

func (f *Fake) Names(_ context.Context, buyers []string) (map[string]string, error) {
	names := maps.Clone(f.BuyerNames)
	maps.DeleteFunc(names, func(id, _ string) bool { return !slices.Contains(buyers, id) })
	return names, nil
}

// Reviews are those of f.stored; News there is none.
func (f *Fake) Reviews(_ context.Context, q history.ReviewQuery) ([]history.Review, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := map[string]history.Review{}
	for _, d := range f.stored {
		if b, ok := d.Body.(*decision.Review); ok {
			r, known := now[b.Review]
			if r.Decision, r.Texts = d, f.Texts; !known {
				r.OpenedAt = format.Instant(d.AtMs)
			}
			now[b.Review] = r
		}
	}
	var out []history.Review
	for id, r := range now {
		b := r.Decision.Body.(*decision.Review)
		open := reviews.Waits(b)
		if (q.ID == "" || id == q.ID) && (q.ID != "" || open == q.Open) && (q.Buyer == "" || b.Buyer == q.Buyer) &&
			(q.After == nil || q.Compare(q.CursorOf(&r), *q.After) > 0) {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b history.Review) int { return q.Compare(q.CursorOf(&a), q.CursorOf(&b)) })
	return out[:min(len(out), q.Limit)], f.Down
}

// Barometers are one day of two limits.
func (f *Fake) Barometers(_ context.Context, policy string, from time.Time) ([]history.Barometer, error) {
	if policy != "P1" {
		return nil, f.Down
	}
	d := func(v int64) decimal.Decimal { return decimal.NewFromInt(v) }
	b := history.Barometer{Day: from, Currency: "EUR", Exposure: d(400), Limits: 2, BuyersByGrade: make([]uint64, 10),
		ExposureByGrade: slices.Repeat([]decimal.Decimal{{}}, 10),
		Largest:         d(300), ConcentrationHHI: 0.625}
	b.BuyersByGrade[4], b.BuyersByGrade[7] = 1, 1
	b.ExposureByGrade[4], b.ExposureByGrade[7] = d(300), d(100)
	later := b
	later.Day = from.AddDate(0, 0, 1)
	return []history.Barometer{b, later}, f.Down
}

func (f *Fake) News(context.Context, string, int) ([]history.NewsItem, error) { return nil, f.Down }

func (f *Fake) Decisions(_ context.Context, q history.DecisionQuery) ([]decision.Decision, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(q.Kinds) == 0 {
		q.Kinds = history.Listed
	}
	var out []decision.Decision
	for _, d := range f.stored {
		l, _ := d.Body.(*decision.Limit)
		r, _ := d.Body.(*decision.Rejection)
		switch {
		case !slices.Contains(q.Kinds, d.Kind), q.Buyer != "" && portfolio.BuyerOf(&d) != q.Buyer,
			q.Holder != "" && !f.concerns(&d, q.Holder), q.Moved && !f.first(&d), q.Request != "" &&
				(l == nil || l.Request != q.Request), q.Policy != "" && policyOf(&d) != q.Policy,
			q.ID != "" && (r == nil || r.ID != q.ID),
			q.Above != nil && (d.Position.Partition != q.Above.Partition || d.Position.Compare(*q.Above) <= 0),
			d.AtMs < q.From.UnixMilli() && !q.From.IsZero(),
			q.Before != nil && cmp.Or(cmp.Compare(d.AtMs, q.Before.AtMs), d.Position.Compare(q.Before.Position)) >= 0:
		default:
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b decision.Decision) int {
		if q.Above != nil {
			return a.Position.Compare(b.Position)
		}
		return cmp.Or(cmp.Compare(b.AtMs, a.AtMs), b.Position.Compare(a.Position))
	})
	return out[:min(len(out), q.Limit)], f.Down
}

func (f *Fake) LimitsOn(_ context.Context, q history.LimitQuery) ([]decision.Decision, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	newest := map[history.LimitCursor]decision.Decision{}
	for _, d := range f.stored {
		if l, ok := d.Body.(*decision.Limit); ok && portfolio.HoldsOn(l, q.On) {
			newest[history.LimitCursor{Policy: l.Policy, Buyer: l.Buyer}] = d
		}
	}
	var out []decision.Decision
	for at, d := range newest {
		l := d.Body.(*decision.Limit)
		if (q.Policy == "" || q.Policy == l.Policy) && (q.Buyers == nil || slices.Contains(q.Buyers, l.Buyer) &&
			slices.Contains(q.Policies, l.Policy)) && (q.Buyer == "" || q.Buyer == l.Buyer) &&
			(q.Holder == "" || q.Holder == l.Holder) &&
			(q.After == nil || cmp.Or(cmp.Compare(at.Policy, q.After.Policy), cmp.Compare(at.Buyer, q.After.Buyer)) > 0) {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b decision.Decision) int {
		x, y := a.Body.(*decision.Limit), b.Body.(*decision.Limit)
		return cmp.Or(cmp.Compare(x.Policy, y.Policy), cmp.Compare(x.Buyer, y.Buyer))
	})
	return out[:min(len(out), q.Limit)], f.Down
}

func (f *Fake) HolderPolicies(_ context.Context, holder string, limit int) (ids []string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
	for i := range f.Policies {
		if f.Policies[i].Holder == holder && len(ids) < limit {
			ids = append(ids, f.Policies[i].ID)
		}
	}
	return ids, f.Down
}

func (f *Fake) LimitStates(_ context.Context, q history.LimitQuery) ([]history.LimitState, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	states := map[history.LimitCursor]*history.LimitState{}
	var today event.Day
	if n := len(f.stored); n > 0 {
		today = event.DayOf(f.stored[n-1].AtMs)
	}
	for i := range f.stored {
		d := f.stored[i]
		key, on := portfolio.LimitOn(&d)
		l, ok := d.Body.(*decision.Limit)
		if !on || ok && l.RequestKind == event.RequestPreliminary {
			continue
		}
		s := states[key]
		if s == nil {
			s = &history.LimitState{Policy: key.Policy, Buyer: key.Buyer}
			states[key] = s
		}
		if s.Newest = &d; !ok {
			continue
		}
		if l.Request != "" {
			s.Answer = &d
		}
		switch {
		case l.OnDelivery, l.EffectiveOn > today:
			s.Planned = &d
		case l.EffectiveOn != 0:
			s.InForce, s.Planned, s.GrantedMinor = &d, nil, l.GrantedMinor
			if l.ValidUntil != 0 && l.ValidUntil < today {
				s.GrantedMinor = 0
			}
		}
	}
	var out []history.LimitState
	for at, s := range states {
		if s.InForce != nil {
			s.Newest = nil
		}
		l := s.Limit()
		if (q.Policy == "" || q.Policy == l.Policy) && (q.Buyer == "" || q.Buyer == l.Buyer) &&
			(q.Holder == "" || q.Holder == l.Holder) && (q.Buyers == nil || slices.Contains(q.Buyers, l.Buyer) &&
			slices.Contains(q.Policies, l.Policy)) &&
			(q.After == nil || cmp.Or(cmp.Compare(at.Policy, q.After.Policy), cmp.Compare(at.Buyer, q.After.Buyer)) > 0) {
			out = append(out, *s)
		}
	}
	slices.SortFunc(out, func(a, b history.LimitState) int {
		return cmp.Or(cmp.Compare(a.Policy, b.Policy), cmp.Compare(a.Buyer, b.Buyer))
	})
	return out[:min(len(out), q.Limit)], f.Down
}

func (f *Fake) Model(context.Context) (*history.Model, error) { return f.ActiveModel, nil }

func (f *Fake) Orders(_ context.Context, q history.OrderQuery) ([]history.Order, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []history.Order
	for _, o := range f.Ordered {
		if (q.Types == nil || slices.Contains(q.Types, o.Type)) && (q.ID == "" || q.ID == o.ID) &&
			(q.Policy == "" || q.Policy == o.Policy) && (q.Buyer == "" || q.Buyer == o.Buyer) &&
			(q.Country == "" || q.Country == o.Country) && (q.Review == "" || q.Review == o.Review) &&
			(q.Who == "" || q.Who == o.Analyst || q.Who == o.SecondAnalyst) &&
			(q.Before == nil || cmp.Or(cmp.Compare(o.At.UnixMilli(), q.Before.AtMs),
				o.Position.Compare(q.Before.Position)) < 0) {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b history.Order) int {
		return cmp.Or(b.At.Compare(a.At),
			b.Position.Compare(a.Position))
	})
	return out[:min(len(out), q.Limit)], f.Down
}

func (f *Fake) Preliminaries(_ context.Context, policies []string, from time.Time, limit int) (map[string][][2]string,
	error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
	out := map[string][][2]string{}
	for _, d := range f.stored {
		l, ok := d.Body.(*decision.Limit)
		if ok && l.RequestKind == event.RequestPreliminary && slices.Contains(policies, l.Policy) &&
			d.AtMs >= from.UnixMilli() && len(out[l.Policy]) < limit {
			out[l.Policy] = append(out[l.Policy], [2]string{l.Request, l.Buyer})
		}
	}
	return out, f.Down
}

// Rates knows two of each currency, and gives both whatever the instant.
func (f *Fake) Rates(_ context.Context, currencies []string, _ time.Time) (map[string][2]int64, error) {
	rates := maps.Clone(f.KnownRates)
	maps.DeleteFunc(rates, func(c string, _ [2]int64) bool { return !slices.Contains(currencies, c) })
	return rates, f.Down
}

func (f *Fake) Request(_ context.Context, policy, request string) (*history.Request, error) {
	for i := range f.LimitRequests {
		if f.LimitRequests[i].Policy == policy && f.LimitRequests[i].Request == request {
			return &f.LimitRequests[i], nil
		}
	}
	return nil, nil
}

func (f *Fake) Grades(context.Context) ([]history.GradeCount, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	by := map[uint32]uint64{}
	for id := range f.BuyerNames {
		b := f.buyer(id)
		if sc := portfolio.ScoreOf(b.Score); sc != nil {
			by[sc.Grade]++
		}
	}
	var out []history.GradeCount
	for g, n := range by {
		out = append(out, history.GradeCount{Grade: g, Buyers: n})
	}
	return out, f.Down
}

func (f *Fake) Tables(context.Context) ([]history.Count, error) {
	return []history.Count{{Name: "payments", N: 412_803}, {Name: "scores", N: uint64(len(f.stored))}}, nil
}

func (f *Fake) Rejections(context.Context, time.Time) ([]history.Count, error) {
	return []history.Count{{Name: "unknown_policy", N: 12}}, nil
}

func (f *Fake) DeadLetters(context.Context, time.Time) ([]history.Count, error) {
	return []history.Count{{Name: "malformed_json", N: 3}}, nil
}

func (f *Fake) Progress(context.Context) ([]history.Progress, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.progress), f.Down
}

func (f *Fake) HolderLanguage(_ context.Context, holder string) (string, error) {
	if f.Languages == nil {
		return "en", f.Down
	}
	return f.Languages[holder], f.Down
}
