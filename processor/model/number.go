package model

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"barometer/ingest/event"
)

// compiler turns a model file into a model and gathers what is wrong with it.
type compiler struct{ errs []error }

func (c *compiler) fail(v value, format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf("line %d: %s", v.line, fmt.Sprintf(format, args...)))
}

var decimal = regexp.MustCompile(`^-?[0-9]{1,12}(\.[0-9]{1,8})?$`)

// number is a decimal times 10^places, exactly.
func (c *compiler) number(v value, places int) int64 {
	if v.line == 0 {
		return 0 // left out
	}
	text := strings.ReplaceAll(v.text, "_", "")
	if !decimal.MatchString(text) {
		c.fail(v, "%q is not a number", v.text)
		return 0
	}
	whole, fraction, _ := strings.Cut(text, ".")
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > places {
		c.fail(v, "%s has more than %d decimals", v.text, places)
		return 0
	}
	n, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", places-len(fraction)), 10, 64)
	if err != nil {
		c.fail(v, "%s is too large", v.text)
	}
	return n
}

const mostPoints = 10_000 // the table of default probabilities ends there

// within is a number in a range, given in units of the result.
func (c *compiler) within(v value, places int, low, high int64) int64 {
	n := c.number(v, places)
	if v.line != 0 && (n < low || n > high) {
		c.fail(v, "%s is out of range", v.text)
	}
	return n
}

func (c *compiler) points(v value) int64 { return c.within(v, 0, -mostPoints, mostPoints) }
func (c *compiler) whole(v value) int64  { return c.within(v, 0, 0, mostPoints) }
func (c *compiler) euro(v value) int64   { return c.within(v, 2, 0, 1<<53) }

// euroOr is the same, with what it is where it is left out.
func (c *compiler) euroOr(v value, cents int64) int64 {
	if v.line == 0 {
		return cents
	}
	return c.euro(v)
}

// ratio is a plain ratio or cut in ppm.
func (c *compiler) ratio(v value) int64 { return c.within(v, 6, -1_000_000_000, 1_000_000_000) }

// share is a percentage from 0 to 100 in ppm.
func (c *compiler) share(v value) int64 {
	text, ok := strings.CutSuffix(v.text, "%")
	if !ok {
		c.fail(v, "%q is not a percentage", v.text)
		return 0
	}
	return c.within(value{text, v.line}, 4, 0, 1_000_000)
}

// percent is a whole percentage from 0 to 100.
func (c *compiler) percent(v value) int64 {
	n := c.share(v)
	if n%10_000 != 0 {
		c.fail(v, "%s is not a whole percentage", v.text)
	}
	return n / 10_000
}

// days is a day up to which a bin goes, as the cut after it, in steps of 1/10^places days.
func (c *compiler) days(places int) func(value) int64 {
	return func(v value) int64 { return c.within(v, places, -10_000, 10_000) + 1 }
}

func (c *compiler) list(vs []value, read func(value) int64) []int64 {
	out := make([]int64, len(vs))
	for i, v := range vs {
		out[i] = read(v)
	}
	return out
}

// eight is a list of one entry per grade or class.
func (c *compiler) eight(name string, vs []value, read func(value) int64) (out [8]int64) {
	if len(vs) != len(out) {
		at := value{}
		if len(vs) > 0 {
			at = vs[0]
		}
		c.fail(at, "%s has %d entries, want 8", name, len(vs))
		return out
	}
	copy(out[:], c.list(vs, read))
	return out
}

// monotone checks that each entry is above the one before times sign; strict refuses equal ones. A list of the wrong
// length was refused before, and has no numbers to check.
func (c *compiler) monotone(name string, vs []value, ns []int64, sign int64, strict bool) {
	if len(vs) != len(ns) {
		return
	}
	for i := 1; i < len(ns); i++ {
		if d := (ns[i] - ns[i-1]) * sign; d < 0 || d == 0 && strict {
			c.fail(vs[i], "%s: %s after %s is out of order", name, vs[i].text, vs[i-1].text)
		}
	}
}

// scale is a checked scale: cuts ascend, points move one way.
func (c *compiler) scale(name string, cuts, points []value, read func(value) int64, sign int64) event.Scale {
	s := event.Scale{Cuts: c.list(cuts, read), Points: c.list(points, c.points)}
	if len(points) != len(cuts)+1 {
		at := value{}
		if len(points) > 0 {
			at = points[0]
		}
		c.fail(at, "%s has %d points for %d cuts, want one more", name, len(points), len(cuts))
		return s
	}
	c.monotone(name+" cuts", cuts, s.Cuts, 1, true)
	c.monotone(name+" points", points, s.Points, sign, false)
	return s
}
