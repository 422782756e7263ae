package score

import (
	"cmp"
	"slices"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// mostReasons is how many reasons and changes a score names.
const mostReasons = 4

// Reasons are the codes of the contributions that exceed the model's median for them, the largest excess first, ties by
// code, at most four.
func Reasons(m *event.Model, contributions []decision.Contribution) []string {
	excess := make([]decision.Contribution, 0, len(contributions))
	for _, c := range contributions {
		for i := range m.Medians {
			if m.Medians[i].Code == c.Code {
				c.PointsMLO -= m.Medians[i].Points
			}
		}
		if c.PointsMLO > 0 {
			excess = append(excess, c)
		}
	}
	slices.SortFunc(excess, func(a, b decision.Contribution) int {
		return cmp.Or(cmp.Compare(b.PointsMLO, a.PointsMLO), cmp.Compare(a.Code, b.Code))
	})
	var codes []string
	for _, c := range excess[:min(len(excess), mostReasons)] {
		codes = append(codes, c.Code)
	}
	return codes
}

// Changes are the largest differences between contributions and the parts last published, largest magnitude first, ties
// by code, at most four. A figure is the one of now, 0 of a component that no longer contributes.
func Changes(now []decision.Contribution, published []Part) []decision.Contribution {
	changes := append(make([]decision.Contribution, 0, len(now)), now...)
	for _, p := range published {
		code := p.Component().String()
		i := slices.IndexFunc(changes, func(c decision.Contribution) bool { return c.Code == code })
		if i < 0 {
			changes = append(changes, decision.Contribution{Code: code})
			i = len(changes) - 1
		}
		changes[i].PointsMLO -= p.Points()
	}
	changes = slices.DeleteFunc(changes, func(c decision.Contribution) bool { return c.PointsMLO == 0 })
	slices.SortFunc(changes, func(a, b decision.Contribution) int {
		return cmp.Or(cmp.Compare(magnitude(b.PointsMLO), magnitude(a.PointsMLO)), cmp.Compare(a.Code, b.Code))
	})
	return changes[:min(len(changes), mostReasons)]
}

// Parts are contributions as they are kept until the next published score: those that add something, by component. dst
// is used again.
func Parts(dst []Part, contributions []decision.Contribution) []Part {
	dst = dst[:0]
	for _, c := range contributions {
		if component, ok := ParseComponent(c.Code); ok && c.PointsMLO != 0 {
			dst = append(dst, partOf(component, c.PointsMLO))
		}
	}
	slices.SortFunc(dst, func(a, b Part) int { return cmp.Compare(a.Component(), b.Component()) })
	return dst
}
