package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"

	"barometer/cmd/barometer/internal/app"
	"barometer/cmd/barometer/internal/evaluate"
	"barometer/cmd/barometer/internal/importer"
	"barometer/configs"
	"barometer/ingest/classify"
	"barometer/processor/model"
)

type evaluateCommand struct {
	Outcomes evaluateOutcomesCommand `cmd:"" default:"withargs" help:"Hold a model against outcomes; what evaluate does without another word."`
	News     evaluateNewsCommand     `cmd:"" help:"Classify headlines whose category is known, and say how well that went."`
}

type evaluateNewsCommand struct {
	File string `arg:"" optional:"" help:"Lines of language, category and headline, with tabs between them (default: the set that comes with Barometer)." type:"path"`
	JSON bool   `name:"json" help:"Print it as JSON."`
}

// Run prints precision and recall by category.
func (c *evaluateNewsCommand) Run(*invocation) error {
	set := classify.Headlines()
	if c.File != "" {
		content, err := os.ReadFile(c.File)
		if err != nil {
			return app.Usage(err)
		}
		set = string(content)
	}
	classes, wrong, err := classify.Measure(classify.Builtin(), set)
	if err != nil {
		return app.Usage(err)
	}
	if c.JSON {
		return printJSON(map[string]any{"classifier": classify.Builtin().Version(), "classes": classes, "wrong": wrong})
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "category\theadlines\tsaid\tright\tprecision %\trecall %")
	for _, x := range classes {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%.1f\t%.1f\n", x.Category, x.There, x.Said, x.Right, 100*x.Precision(),
			100*x.Recall())
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, x := range wrong {
		fmt.Printf("line %d: %q is %s, said to be %s by %q\n", x.Line, x.Headline, x.Is, x.Said, x.Phrases)
	}
	return nil
}

type evaluateOutcomesCommand struct {
	File  string `arg:"" help:"CSV or ARFF with outcomes; - is standard input, .gz is unpacked."`
	Map   string `required:"" help:"Column map: a YAML file, or the name of one that comes with Barometer (accounts-receivable, polish-bankruptcy, us-bankruptcy-firm-years)." placeholder:"MAP"`
	Model string `help:"Model file (default: the one that comes with Barometer)." type:"path" placeholder:"FILE"`
	Where string `help:"Only rows for which this formula of their columns holds." placeholder:"FORMULA"`
	JSON  bool   `name:"json" help:"Print the figures as JSON."`
	HTML  string `name:"html" help:"Write a page with plots, too." type:"path" placeholder:"FILE"`
}

// shownRows is how many rows that were left out are told one by one.
const shownRows = 5

// Run evaluates a model.
func (c *evaluateOutcomesCommand) Run(*invocation) error {
	job := evaluate.Job{Parse: model.Parse}
	var err error
	if job.Map, err = c.mapping(); err != nil {
		return app.Usage(err)
	}
	if job.Version, job.Model, err = app.ModelFile(c.Model); err != nil {
		return app.Usage(err)
	}
	in, err := openSource(c.File)
	if err != nil {
		return err
	}
	defer in.Close()
	job.In = in
	figures, wrong, err := evaluate.Run(job)
	in.Done()
	for _, w := range wrong[:min(len(wrong), shownRows)] {
		fmt.Fprintf(os.Stderr, "barometer: left out %v\n", w)
	}
	var misfit *evaluate.MapError
	if errors.As(err, &misfit) {
		return app.Usage(fmt.Errorf("%s does not fit %s: %w", c.Map, c.File, err))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	return errors.Join(c.page(figures), c.print(figures))
}

func (c *evaluateOutcomesCommand) print(f *evaluate.Figures) error {
	if c.JSON {
		return printJSON(f)
	}
	return f.WriteText(os.Stdout)
}

func (c *evaluateOutcomesCommand) page(f *evaluate.Figures) error {
	if c.HTML == "" {
		return nil
	}
	out, err := os.Create(c.HTML)
	if err != nil {
		return err
	}
	return errors.Join(f.WritePage(out, fmt.Sprintf("%s on %s", f.Model, filepath.Base(c.File))), out.Close())
}

func (c *evaluateOutcomesCommand) mapping() (*evaluate.Map, error) {
	content, err := importer.ReadMap(c.Map, configs.EvaluationMap, configs.EvaluationMaps())
	if err != nil {
		return nil, err
	}
	m, err := evaluate.ParseMap(content, c.Where)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Map, err)
	}
	return m, nil
}
