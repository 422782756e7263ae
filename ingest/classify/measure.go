package classify

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"barometer/ingest/event"
)

//go:embed testdata/headlines.tsv
var headlines string

// Headlines is the labelled set: language, category and headline, with tabs between them, one a line.
func Headlines() string { return headlines }

// Class is how a category was told.
type Class struct {
	Category string `json:"category"`
	There    int    `json:"there"` // headlines of it
	Said     int    `json:"said"`  // headlines that were said to be of it
	Right    int    `json:"right"`
}

// Precision is how many of those said were right, 1 where none was said.
func (c Class) Precision() float64 { return ratio(c.Right, c.Said) }

// Recall is how many of those there were found, 1 where there is none.
func (c Class) Recall() float64 { return ratio(c.Right, c.There) }

func ratio(n, of int) float64 {
	if of == 0 {
		return 1
	}
	return float64(n) / float64(of)
}

// Mistake is a headline that was said to be of another category.
type Mistake struct {
	Line               int
	Headline, Is, Said string
	Phrases            []string
}

// Measure classifies a labelled set. Classes are in the order of the vocabulary.
func Measure(r *Rules, labelled string) (classes []Class, wrong []Mistake, err error) {
	by := map[event.Category]*Class{}
	of := func(c event.Category) *Class {
		if by[c] == nil {
			by[c] = &Class{Category: c.String()}
		}
		return by[c]
	}
	n := 0
	for line := range strings.Lines(labelled) {
		n++
		f := strings.SplitN(strings.TrimRight(line, "\r\n"), "\t", 3)
		if len(f) != 3 {
			return nil, nil, fmt.Errorf("line %d: want language, category and headline, with tabs between them", n)
		}
		is, ok := event.ParseCategory(f[1])
		if !ok {
			return nil, nil, fmt.Errorf("line %d: %q is no category", n, f[1])
		}
		x := r.Classify(f[0], f[2], "")
		of(is).There++
		of(x.Category).Said++
		if x.Category == is {
			of(is).Right++
		} else {
			wrong = append(wrong, Mistake{n, f[2], f[1], x.Category.String(), x.Phrases})
		}
	}
	var order []event.Category
	for c := range by {
		order = append(order, c)
	}
	slices.Sort(order)
	for _, c := range order {
		classes = append(classes, *by[c])
	}
	return classes, wrong, nil
}
