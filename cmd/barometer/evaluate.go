package main

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"barometer/cmd/barometer/internal/evaluate"
	"barometer/cmd/barometer/internal/importer"
	"barometer/configs"
)

type evaluateCommand struct {
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
func (c *evaluateCommand) Run(*app) error {
	job := evaluate.Job{Parse: configs.ParseModel}
	var err error
	if job.Map, err = c.mapping(); err != nil {
		return &usageError{err}
	}
	if job.Version, job.Model, err = c.model(); err != nil {
		return &usageError{err}
	}
	in, size, err := (&importCommand{File: c.File}).open()
	if err != nil {
		return err
	}
	defer in.Close()
	progress := importer.Show(in, os.Stderr, c.File, size)
	job.In = progress
	if strings.HasSuffix(c.File, ".gz") {
		if job.In, err = gzip.NewReader(progress); err != nil {
			return fmt.Errorf("%s: %w", c.File, err)
		}
	}
	figures, wrong, err := evaluate.Run(job)
	progress.Done()
	for _, w := range wrong[:min(len(wrong), shownRows)] {
		fmt.Fprintf(os.Stderr, "barometer: left out %v\n", w)
	}
	var misfit *evaluate.MapError
	if errors.As(err, &misfit) {
		return &usageError{fmt.Errorf("%s does not fit %s: %w", c.Map, c.File, err)}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	return errors.Join(c.page(figures), c.print(figures))
}

func (c *evaluateCommand) print(f *evaluate.Figures) error {
	if c.JSON {
		return f.WriteJSON(os.Stdout)
	}
	return f.WriteText(os.Stdout)
}

func (c *evaluateCommand) page(f *evaluate.Figures) error {
	if c.HTML == "" {
		return nil
	}
	out, err := os.Create(c.HTML)
	if err != nil {
		return err
	}
	return errors.Join(f.WritePage(out, fmt.Sprintf("%s on %s", f.Model, filepath.Base(c.File))), out.Close())
}

func (c *evaluateCommand) mapping() (*evaluate.Map, error) {
	content, ok := configs.EvaluationMap(c.Map)
	if !ok {
		var err error
		if content, err = os.ReadFile(c.Map); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("--map: there is no file %s; the maps that come with Barometer are %s", c.Map, strings.Join(configs.EvaluationMaps(), ", "))
		} else if err != nil {
			return nil, fmt.Errorf("--map: %w", err)
		}
	}
	m, err := evaluate.ParseMap(content, c.Where)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Map, err)
	}
	return m, nil
}

// model is the model that is evaluated.
func (c *evaluateCommand) model() (version string, content []byte, err error) {
	return modelFile(c.Model)
}

// modelFile reads and checks a model file; without a path it is the one that comes with Barometer.
func modelFile(path string) (version string, content []byte, err error) {
	if path == "" {
		version, content = configs.BuiltinModel()
		return version, content, nil
	}
	if content, err = os.ReadFile(path); err != nil {
		return "", nil, err
	}
	m, err := configs.ParseModel(content)
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", path, err)
	}
	return m.Version, content, nil
}
