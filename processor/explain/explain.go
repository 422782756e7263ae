package explain

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"barometer/processor/decision"
)

// Language is a language by its ISO 639-1 code.
type Language string

// Languages.
const (
	English Language = "en"
	German  Language = "de"
	French  Language = "fr"
	Dutch   Language = "nl"
)

// Languages lists them.
var Languages = []Language{English, German, French, Dutch}

// unit is how the figure of a component is to be read.
type unit uint8

const (
	share  unit = iota // ppm, said in per cent
	tenths             // of a day
	days
	months
	number    // of suppliers, of a class
	euroCents // said in euro
	points    // mlo
)

func (u unit) String() string {
	return [...]string{"share", "tenths", "days", "months", "number", "euro_cents", "points"}[u]
}

// term is a component in one language. In a sentence {} is the figure, and {day|days} the figure with the word that
// goes with it.
type term struct {
	name     string
	sentence string
	// the sentence of a figure below 0, which is said without its sign unless it is points; empty: the same
	negative string
}

// component is a part of the scorecard.
type component struct {
	unit           unit
	en, de, fr, nl term
}

func (c *component) in(l Language) *term {
	switch l {
	case German:
		return &c.de
	case French:
		return &c.fr
	case Dutch:
		return &c.nl
	default:
		return &c.en
	}
}

// Term is a component in one language, as who has its own formatting needs it: Unit says how a figure is read, and
// Sentence and Negative are as those of term.
type Term struct {
	Language                             Language
	Code, Name, Unit, Sentence, Negative string
}

// Terms lists all components in all languages, by code.
func Terms() []Term {
	var all []Term
	codes := make([]string, 0, len(components))
	for code := range components { //fold:sorted
		codes = append(codes, code)
	}
	slices.Sort(codes)
	for _, code := range codes {
		c := components[code]
		for _, l := range Languages {
			t := c.in(l)
			all = append(all, Term{l, code, t.name, c.unit.String(), t.sentence, t.negative})
		}
	}
	return all
}

// Known tells whether a code has words.
func Known(code string) bool { return components[code] != nil }

// Name is a component's name, the code with spaces where it is not known.
func Name(l Language, code string) string {
	if c := components[code]; c != nil {
		return c.in(l).name
	}
	return asWords.Replace(code)
}

var asWords = strings.NewReplacer("_", " ", ".", " ")

// units with their words, by language: one, and others.
var (
	dayWords = map[Language][2]string{English: {"day", "days"}, German: {"Tag", "Tage"}, French: {"jour", "jours"},
		Dutch: {"dag", "dagen"}}
	monthWords = map[Language][2]string{English: {"month", "months"}, German: {"Monat", "Monate"},
		French: {"mois", "mois"}, Dutch: {"maand", "maanden"}}
)

var noLonger = map[Language]string{English: ": no longer counts", German: ": zählt nicht mehr",
	French: " : ne compte plus", Dutch: ": telt niet meer mee"}

// Gone says that a component has no part in a score any more: its figure is none, so no sentence is made of it.
func Gone(l Language, code string) string { return Name(l, code) + noLonger[l] }

// Figure is the figure behind a component's points with its unit, empty where there is none to say.
func Figure(l Language, code string, v int64) string {
	c := components[code]
	if c == nil {
		return ""
	}
	text := l.say(c.unit, v)
	switch c.unit {
	case share:
		return text + " %"
	case euroCents:
		return text + " EUR"
	case tenths:
		return text + " " + l.plural(v == 10, dayWords)
	case days:
		return text + " " + l.plural(v == 1, dayWords)
	case months:
		return text + " " + l.plural(v == 1, monthWords)
	default:
		return text
	}
}

func (l Language) plural(one bool, words map[Language][2]string) string {
	w, ok := words[l]
	if !ok {
		w = words[English]
	}
	if one {
		return w[0]
	}
	return w[1]
}

// Sentence says a contribution with its figure, the name alone where it has none.
func Sentence(l Language, x decision.Contribution) string {
	c := components[x.Code]
	if c == nil {
		return Name(l, x.Code)
	}
	t, v := c.in(l), x.Figure
	text := t.sentence
	if v < 0 && t.negative != "" {
		text = t.negative
		if c.unit != points {
			v = -v
		}
	}
	before, rest, found := strings.Cut(text, "{")
	if !found {
		return text
	}
	inside, after, _ := strings.Cut(rest, "}")
	figure := l.say(c.unit, v)
	if one, many, is := strings.Cut(inside, "|"); is {
		word := many
		if v == 1 || c.unit == tenths && v == 10 {
			word = one
		}
		figure += " " + word
	}
	return before + figure + after
}

// say prints a figure as a language writes numbers.
func (l Language) say(u unit, v int64) string {
	switch u {
	case share:
		return l.Number(tenthsOf(rounded(v, 1000)))
	case tenths:
		return l.Number(tenthsOf(v))
	case euroCents:
		return l.Number(strconv.FormatInt(rounded(v, 100), 10))
	case points:
		if v > 0 {
			return "+" + strconv.FormatInt(v, 10)
		}
		return l.Number(strconv.FormatInt(v, 10))
	default:
		return l.Number(strconv.FormatInt(v, 10))
	}
}

// rounded divides to the nearest, halves away from zero.
func rounded(v, by int64) int64 {
	if v < 0 {
		return (v - by/2) / by
	}
	return (v + by/2) / by
}

// tenthsOf prints tenths with a point.
func tenthsOf(v int64) string {
	sign := ""
	if v < 0 {
		sign, v = "-", -v
	}
	return sign + strconv.FormatInt(v/10, 10) + "." + strconv.FormatInt(v%10, 10)
}

// Number puts a language's decimal sign and thin spaces between thousands into a number that is written with a point.
func (l Language) Number(s string) string {
	whole, rest, dotted := strings.Cut(s, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "−", whole[1:]
	}
	var b strings.Builder
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString("\u202f")
		}
		b.WriteRune(c)
	}
	if !dotted {
		return sign + b.String()
	}
	return sign + b.String() + cmp.Or(map[Language]string{German: ",", French: ",", Dutch: ","}[l], ".") + rest
}
