package evaluate

import (
	"cmp"
	"math"
	"slices"

	"barometer/processor"
	"barometer/processor/score"

	"gonum.org/v1/gonum/integrate"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Ranking is how well a measure puts the bad before the others.
type Ranking struct {
	Name string  `json:"name"`
	N    int     `json:"n"`    // rows that have it
	AUC  float64 `json:"auc"`  // area under the curve: the chance that a bad row stands before another one
	Gini float64 `json:"gini"` // 2 AUC − 1
	KS   float64 `json:"ks"`   // the largest distance between the two distributions

	share, found []float64 // of the curve: of the others that stand before, and of the bad
}

// Grade is the rows of a grade.
type Grade struct {
	Grade    int     `json:"grade"`
	N        int     `json:"n"`
	Bad      int     `json:"bad"`
	Observed float64 `json:"observed"` // share of the bad
	Expected float64 `json:"expected"` // mean probability of default
}

// Figures are what came of an evaluation. Shares are 0 to 1.
type Figures struct {
	Model    string    `json:"model"`
	Rank     string    `json:"rank"`
	Rows     int       `json:"rows"`
	Bad      int       `json:"bad"`
	LeftOut  int       `json:"left_out"`
	Rankings []Ranking `json:"rankings"` // the ranked part first, then the score, then other measures

	Grades     []Grade `json:"grades"`
	Monotone   bool    `json:"monotone"` // no grade of at least 30 rows has fewer bad than a better one
	Brier      float64 `json:"brier"`
	BrierSkill float64 `json:"brier_skill"` // against the share of the bad, told of everyone

	HosmerLemeshow  float64 `json:"hosmer_lemeshow"` // χ² over ten groups by probability
	HosmerLemeshowP float64 `json:"hosmer_lemeshow_p"`
	// index of the grades, the later half of the days against the earlier; null with one day
	Stability *float64 `json:"population_stability"`

	// median days from the first grade 8 to a bad subject's last row; null without subjects
	LeadDays  *float64 `json:"lead_days"`
	Foreseen  int      `json:"foreseen"` // bad subjects that had grade 8 or worse by their last row
	BadOnes   int      `json:"bad_subjects"`
	changes            // of grades
	Reversals *float64 `json:"reversal_share"` // of grade changes
}

// sample is a row with a measure, larger is worse.
type sample struct {
	x   float64
	bad bool
}

// rank adds a ranking, with gonum's curve, which takes ties as they are; none where there is nothing to tell apart.
func (f *Figures) rank(name string, samples []sample) {
	r := Ranking{Name: name, N: len(samples)}
	bad := 0
	for _, s := range samples {
		if s.bad {
			bad++
		}
	}
	if bad == 0 || bad == len(samples) {
		return
	}
	slices.SortFunc(samples, func(a, b sample) int { return cmp.Compare(a.x, b.x) })
	y, classes := make([]float64, len(samples)), make([]bool, len(samples))
	for i, s := range samples {
		y[i], classes[i] = s.x, s.bad
	}
	tpr, fpr, _ := stat.ROC(nil, y, classes, nil)
	r.AUC = integrate.Trapezoidal(fpr, tpr)
	r.Gini, r.share, r.found = 2*r.AUC-1, fpr, tpr
	for i := range tpr {
		r.KS = max(r.KS, tpr[i]-fpr[i])
	}
	f.Rankings = append(f.Rankings, r)
}

// part is the sum of a standing that rows are ranked by.
func part(rank string, s processor.Standing) int64 {
	switch rank {
	case RankFinancing:
		return s.Financing
	case RankCommercial:
		return s.Commercial
	default:
		return s.Points()
	}
}

// figure works out all figures of observations that were asked about.
func figure(m *Map, measures []string, all []observation, c changes) *Figures {
	f := &Figures{Rank: m.Rank, Rows: len(all), changes: c}
	ranks := []string{m.Rank}
	if m.Rank != RankScore {
		ranks = append(ranks, RankScore)
	}
	for _, rank := range ranks {
		samples := make([]sample, len(all))
		for i := range all {
			samples[i] = sample{float64(part(rank, all[i].standing)), all[i].bad}
		}
		f.rank(rank, samples)
	}
	for k, name := range measures {
		var samples []sample
		for i := range all {
			if x := all[i].compare[k]; !math.IsNaN(x) {
				samples = append(samples, sample{-x, all[i].bad})
			}
		}
		f.rank(name, samples)
	}
	f.calibrate(all)
	f.stability(all)
	f.leads(all)
	if f.Changes > 0 {
		share := float64(f.Reversed) / float64(f.Changes)
		f.Reversals = &share
	}
	return f
}

func pd(s processor.Standing) float64 { return float64(score.PD(s.Points())) / 1e6 }

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

func (f *Figures) calibrate(all []observation) {
	grades := make([]Grade, 11)
	type cell struct {
		pd  float64
		bad bool
	}
	cells := make([]cell, len(all))
	for i := range all {
		o := &all[i]
		cells[i] = cell{pd(o.standing), o.bad}
		g := &grades[o.standing.Grade]
		g.N++
		g.Expected += cells[i].pd
		if o.bad {
			g.Bad++
			f.Bad++
		}
	}
	base, reference := share(f.Bad, len(all)), 0.0
	for _, c := range cells {
		outcome := 0.0
		if c.bad {
			outcome = 1
		}
		f.Brier += (c.pd - outcome) * (c.pd - outcome) / float64(len(all))
		reference += (base - outcome) * (base - outcome) / float64(len(all))
	}
	f.BrierSkill = 1 - f.Brier/reference
	f.Monotone = true
	worst := 0.0
	for i, g := range grades {
		if g.N == 0 {
			continue
		}
		g.Grade, g.Observed, g.Expected = i, share(g.Bad, g.N), g.Expected/float64(g.N)
		f.Grades = append(f.Grades, g)
		if g.N >= 30 && i > 0 {
			f.Monotone = f.Monotone && g.Observed >= worst
			worst = max(worst, g.Observed)
		}
	}
	// Hosmer and Lemeshow: ten groups of equal size by probability.
	slices.SortFunc(cells, func(a, b cell) int { return cmp.Compare(a.pd, b.pd) })
	const groups = 10
	for g := range groups {
		part := cells[g*len(cells)/groups : (g+1)*len(cells)/groups]
		expected, bad := 0.0, 0.0
		for _, c := range part {
			expected += c.pd
			if c.bad {
				bad++
			}
		}
		if n := float64(len(part)); n > 0 && expected > 0 && expected < n {
			f.HosmerLemeshow += (bad - expected) * (bad - expected) / (expected * (1 - expected/n))
		}
	}
	f.HosmerLemeshowP = distuv.ChiSquared{K: groups}.Survival(f.HosmerLemeshow) // no parameter was fitted to these rows
}

// stability is the population stability index of the grades, Σ (later − earlier) ln(later / earlier).
func (f *Figures) stability(all []observation) {
	days := make([]int, len(all))
	for i := range all {
		days[i] = int(all[i].day)
	}
	slices.Sort(days)
	if len(days) == 0 || days[0] == days[len(days)-1] {
		return
	}
	middle := days[len(days)/2]
	var counts [2][11]float64
	var n [2]float64
	for i := range all {
		half := 0
		if int(all[i].day) >= middle {
			half = 1
		}
		counts[half][all[i].standing.Grade]++
		n[half]++
	}
	if n[0] == 0 || n[1] == 0 {
		return
	}
	index := 0.0
	for g := range counts[0] {
		if counts[0][g]+counts[1][g] == 0 {
			continue
		}
		earlier, later := max(counts[0][g], 0.5)/n[0], max(counts[1][g], 0.5)/n[1]
		index += (later - earlier) * math.Log(later/earlier)
	}
	f.Stability = &index
}

// leads tells how long before its last row a bad subject had grade 8.
func (f *Figures) leads(all []observation) {
	last := map[string]int{}
	for i := range all {
		last[all[i].subject] = max(last[all[i].subject], int(all[i].day))
	}
	if len(last) == len(all) {
		return
	}
	bad := map[string]bool{}
	var leads []float64
	for i := range all {
		o := &all[i]
		if !o.bad || bad[o.subject] {
			continue
		}
		bad[o.subject] = true
		f.BadOnes++
		if day, ok := f.danger[o.subject]; ok && int(day) <= last[o.subject] {
			f.Foreseen++
			leads = append(leads, float64(last[o.subject]-int(day)))
		}
	}
	if len(leads) > 0 {
		slices.Sort(leads)
		median := stat.Quantile(0.5, stat.Empirical, leads, nil)
		f.LeadDays = &median
	}
}
