package model

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strconv"

	"barometer/ingest/event"
)

var countryCode = regexp.MustCompile(`^[A-Z]{2}$`)

// country is a country's code.
func (c *compiler) country(v value) string {
	if !countryCode.MatchString(v.text) {
		c.fail(v, "%q is not a country", v.text)
	}
	return v.text
}

// collections are in the order of the file; each country stands once, and there is one for all others.
func (c *compiler) collections(tables []collectionFile) (all []event.CollectionTable) {
	has := func(country string) bool {
		return slices.ContainsFunc(all, func(t event.CollectionTable) bool { return t.Country == country })
	}
	for i := range tables {
		stages := c.stages(&tables[i].Stages)
		for _, v := range tables[i].Countries {
			if has(v.text) {
				c.fail(v, "country %s stands twice", v.text)
			}
			if v.text != "*" {
				c.country(v)
			}
			all = append(all, event.CollectionTable{Country: v.text, Stages: stages})
		}
	}
	if len(tables) > 0 && !has("*") {
		c.fail(tables[0].Stages.Reported.Next, "collections have none for *")
	}
	return all
}

func (c *compiler) stages(f *stagesFile) (all [event.StageEnd]event.CollectionStep) {
	for i, s := range [...]*stageFile{&f.Reported, &f.ReminderSent, &f.FormalNoticeSent, &f.Collection, &f.Negotiation,
		&f.CourtOrder, &f.Judgment, &f.Enforcement} {
		stage := event.StageReported + event.Stage(i)
		all[stage] = c.stage(stage, s)
	}
	return all
}

// stage is what follows a stage: a later one, but that negotiations go back to collection when they fail.
func (c *compiler) stage(from event.Stage, f *stageFile) (step event.CollectionStep) {
	var known bool
	if step.Next, known = event.ParseStage(f.Next.text); !known || step.Next == event.StageNone {
		c.fail(f.Next, "%q is not a stage", f.Next.text)
	} else if step.Next <= from && (from != event.StageNegotiation || step.Next != event.StageCollection) {
		c.fail(f.Next, "%s does not come after %s", step.Next, from)
	}
	if step.By, known = event.ParseCaseActor(f.By.text); !known || step.By == event.ActorNone {
		c.fail(f.By, "%q does not act in a case", f.By.text)
	}
	step.Days = int32(c.within(f.Days, 0, 1, 3650))
	return step
}

var halfYear = regexp.MustCompile(`^([0-9]{4})-H([12])$`)

// lateInterest adds each statute's margin to its reference rates, by country and half-year.
func (c *compiler) lateInterest(f *lateInterestFile) event.LateInterest {
	t := event.LateInterest{FlatCents: c.euro(f.Flat)}
	references := map[string][]event.LateRate{}
	for _, name := range slices.Sorted(maps.Keys(f.References)) {
		rates := f.References[name]
		for _, period := range slices.Sorted(maps.Keys(rates)) { // as text they are in the order of time
			v := rates[period]
			parts := halfYear.FindStringSubmatch(period)
			if parts == nil {
				c.fail(v, "%q is not a half-year", period)
				continue
			}
			year, _ := strconv.Atoi(parts[1])
			half, _ := strconv.Atoi(parts[2])
			references[name] = append(references[name], event.LateRate{From: event.HalfYear(year*2 + half - 1),
				PPM: c.rate(v)})
		}
	}
	seen := map[string]bool{}
	for i := range f.Statutes {
		statute := &f.Statutes[i]
		rates, known := references[statute.Reference.text]
		if !known {
			c.fail(statute.Reference, "no reference is called %s", statute.Reference.text)
		}
		margin, step := c.share(statute.Margin), int64(1)
		if statute.RoundUpTo.line != 0 {
			if step = c.share(statute.RoundUpTo); step == 0 {
				c.fail(statute.RoundUpTo, "round_up_to is above 0%%")
				step = 1
			}
		}
		for _, v := range statute.Countries {
			if seen[v.text] {
				c.fail(v, "country %s stands twice", v.text)
			}
			seen[v.text] = true
			code := c.country(v)
			for _, rate := range rates {
				ppm := max(rate.PPM+margin, 0)
				t.Rates = append(t.Rates, event.LateRate{Country: code, From: rate.From,
					PPM: (ppm + step - 1) / step * step})
			}
		}
	}
	slices.SortStableFunc(t.Rates, func(a, b event.LateRate) int { return cmp.Compare(a.Country, b.Country) })
	return t
}

// rate is a reference rate, which may be below 0%, in ppm.
func (c *compiler) rate(v value) int64 {
	if len(v.text) > 0 && v.text[0] == '-' {
		return -c.share(value{v.text[1:], v.line})
	}
	return c.share(v)
}
