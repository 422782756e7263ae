package classify

import (
	"bytes"
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"barometer/ingest/event"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/cases"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

//go:embed rules.yaml
var rulesFile []byte

const (
	mostHeadline = 400  // characters of a headline; of a longer one the beginning
	mostBody     = 1000 // characters of a body
)

// Result is the category of a text. Phrases are the rules that matched: those of the category, or those that ruled it
// out. The other fields are details of the category beside them.
type Result struct {
	Category event.Category
	Phrases  []string
	Notches  int32  // rating.changed
	Days     int32  // accounts.late
	Role     string // officer.left
}

// Rules classify texts. They may be used by several goroutines.
type Rules struct {
	version   uint32
	languages map[string]*language
	order     []string // of languages
	roles     []labelled
	notches   []labelled
	days      *regexp.Regexp
}

type language struct {
	common         map[string]bool // words of it
	unreal, others []phrase
	categories     []category
}

// phrase is a rule: its text, as it stands in the file, and what it matches.
type phrase struct {
	text string
	of   *regexp.Regexp
}

type category struct {
	name    string
	phrases []phrase
}

type labelled struct {
	label   string
	phrases []phrase
}

// file is the form of rules.yaml.
type file struct {
	Version   uint32   `yaml:"version"`
	Order     []string `yaml:"order"`
	Languages map[string]struct {
		Common []string            `yaml:"common"`
		Unreal []string            `yaml:"unreal"`
		Others []string            `yaml:"others"`
		Rules  map[string][]string `yaml:"rules"`
	} `yaml:"languages"`
	Roles   yaml.Node `yaml:"roles"`
	Notches yaml.Node `yaml:"notches"`
	Days    string    `yaml:"days"`
}

// Names of rules that are no categories: a rating has a direction.
const (
	ratingDown = "rating.down"
	ratingUp   = "rating.up"
)

// Builtin are the rules that come with Barometer.
func Builtin() *Rules {
	r, err := Parse(rulesFile)
	if err != nil {
		panic("classify: " + err.Error()) // they are part of the binary, and a test reads them
	}
	return r
}

// Version is that of the rules, above 0.
func (r *Rules) Version() uint32 { return r.version }

// Parse reads rules. Its error names the rule that is wrong.
func Parse(content []byte) (*Rules, error) {
	var f file
	d := yaml.NewDecoder(bytes.NewReader(content))
	d.KnownFields(true)
	if err := d.Decode(&f); err != nil {
		return nil, err
	}
	if f.Version == 0 {
		return nil, fmt.Errorf("version: want one above 0")
	}
	r := &Rules{version: f.Version, languages: map[string]*language{}}
	var err error
	for name, l := range f.Languages {
		compiled := &language{common: map[string]bool{}}
		for _, word := range l.Common {
			compiled.common[word] = true
		}
		if compiled.unreal, err = phrases(name+".unreal", l.Unreal); err != nil {
			return nil, err
		}
		if compiled.others, err = phrases(name+".others", l.Others); err != nil {
			return nil, err
		}
		for key := range l.Rules {
			if !slices.Contains(f.Order, key) {
				return nil, fmt.Errorf("%s.rules.%s: order does not have it", name, key)
			}
		}
		for _, key := range f.Order {
			if _, known := categoryOf(key); !known {
				return nil, fmt.Errorf("order: %q is no category", key)
			}
			all, err := phrases(name+".rules."+key, l.Rules[key])
			if err != nil {
				return nil, err
			}
			compiled.categories = append(compiled.categories, category{key, all})
		}
		r.languages[name] = compiled
		r.order = append(r.order, name)
	}
	slices.Sort(r.order)
	if r.roles, err = labels("roles", &f.Roles); err != nil {
		return nil, err
	}
	if r.notches, err = labels("notches", &f.Notches); err != nil {
		return nil, err
	}
	if r.days, err = regexp.Compile(`\b` + f.Days + `\b`); err != nil {
		return nil, fmt.Errorf("days: %w", err)
	}
	return r, nil
}

func phrases(key string, texts []string) ([]phrase, error) {
	all := make([]phrase, len(texts))
	for i, text := range texts {
		of, err := regexp.Compile(`\b(?:` + text + `)\b`)
		if err != nil {
			return nil, fmt.Errorf("%s, %q: %w", key, text, err)
		}
		all[i] = phrase{text, of}
	}
	return all, nil
}

// labels reads a mapping of phrases in the order in which it stands.
func labels(key string, n *yaml.Node) ([]labelled, error) {
	var all []labelled
	for i := 0; i+1 < len(n.Content); i += 2 {
		var texts []string
		if err := n.Content[i+1].Decode(&texts); err != nil {
			return nil, err
		}
		p, err := phrases(key+"."+n.Content[i].Value, texts)
		if err != nil {
			return nil, err
		}
		all = append(all, labelled{n.Content[i].Value, p})
	}
	return all, nil
}

func categoryOf(rule string) (event.Category, bool) {
	if rule == ratingDown || rule == ratingUp {
		return event.RatingChanged, true
	}
	return event.ParseCategory(rule)
}

// insolvencies act on cover; only a headline says them.
func insolvency(rule string) bool { return strings.HasPrefix(rule, "insolvency.") }

// likeliest are the languages, that first which more common words of a text belong to.
func (r *Rules) likeliest(text string) []string {
	hits := map[string]int{}
	for word := range strings.FieldsSeq(text) {
		for _, name := range r.order {
			if r.languages[name].common[word] {
				hits[name]++
			}
		}
	}
	languages := slices.Clone(r.order)
	slices.SortStableFunc(languages, func(a, b string) int { return hits[b] - hits[a] })
	return languages
}

// Classify says what a text reports. tongue is its language by ISO 639-1, perhaps with a region; where it is empty all
// languages are tried, the likeliest first.
func (r *Rules) Classify(tongue, headline, body string) Result {
	tongue, _, _ = strings.Cut(tongue, "-") // a region does not matter
	title := fold(headline, mostHeadline)
	languages := []string{tongue}
	if tongue == "" {
		languages = r.likeliest(title)
	} else if r.languages[tongue] == nil {
		return Result{Category: event.OtherNews} // one that there are no rules for
	}
	if x := r.read(languages, title, func(string) bool { return true }); x.Category != event.OtherNews ||
		len(x.Phrases) > 0 || body == "" {
		return x
	}
	return r.read(languages, fold(body, mostBody), func(rule string) bool { return !insolvency(rule) })
}

// read looks for what a folded text reports, among the rules wanted.
func (r *Rules) read(languages []string, text string, wanted func(rule string) bool) Result {
	for _, name := range languages {
		l := r.languages[name]
		rule, fired := l.rule(text, wanted)
		if rule == "" {
			continue
		}
		void := l.unreal
		if rule != event.InsolvencyClosed.String() {
			void = slices.Concat(l.unreal, l.others)
		}
		if not := firing(void, text); len(not) > 0 {
			return Result{Category: event.OtherNews, Phrases: not}
		}
		x := Result{Phrases: fired}
		x.Category, _ = categoryOf(rule)
		r.details(&x, rule, text)
		return x
	}
	return Result{Category: event.OtherNews}
}

// rule is the first one with a phrase that fires, and those of its phrases that do.
func (l *language) rule(text string, wanted func(rule string) bool) (rule string, fired []string) {
	for i := range l.categories {
		c := &l.categories[i]
		if !wanted(c.name) {
			continue
		}
		if fired := firing(c.phrases, text); len(fired) > 0 {
			return c.name, fired
		}
	}
	return "", nil
}

func firing(all []phrase, text string) (fired []string) {
	for i := range all {
		if all[i].of.MatchString(text) {
			fired = append(fired, all[i].text)
		}
	}
	return fired
}

// details fills in what a category does not say without.
func (r *Rules) details(x *Result, rule, text string) {
	label := func(all []labelled) string {
		for _, l := range all {
			if len(firing(l.phrases, text)) > 0 {
				return l.label
			}
		}
		return ""
	}
	switch x.Category {
	case event.RatingChanged:
		x.Notches = 1
		if n, err := strconv.Atoi(label(r.notches)); err == nil {
			x.Notches = int32(n)
		}
		if rule == ratingDown {
			x.Notches = -x.Notches
		}
	case event.AccountsLate:
		x.Days = 1 // it is late; since when is not said
		if m := r.days.FindStringSubmatch(text); m != nil {
			if n, err := strconv.Atoi(m[1]); err == nil && n > 0 {
				x.Days = int32(n)
			}
		}
	case event.OfficerLeft:
		if x.Role = label(r.roles); x.Role == "" {
			x.Role = "officer"
		}
	}
}

var spaces = regexp.MustCompile(`[^a-z0-9]+`)

// unaccented takes accents off (NFKD, then the marks) and folds case. One is for one text: it has a state.
func unaccented() transform.Transformer {
	return transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), cases.Fold())
}

// fold leaves letters in lower case without accents, and digits, with single spaces between words, of the beginning of
// a text.
func fold(text string, most int) string {
	if cut := []rune(text); len(cut) > most {
		text = string(cut[:most])
	}
	folded, _, err := transform.String(unaccented(), text)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(spaces.ReplaceAllString(folded, " "))
}
