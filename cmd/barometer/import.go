package main

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"barometer/cmd/barometer/internal/app"
	"barometer/cmd/barometer/internal/importer"
	"barometer/configs"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
)

type importCommand struct {
	File    string            `arg:"" help:"The file to load; - is standard input, .gz is unpacked."`
	Map     string            `help:"Column map: a YAML file, or the name of one that comes with Barometer (accounts-receivable, world-bank)." placeholder:"MAP"`
	Topic   string            `help:"Without a map: the source topic of JSON lines that are messages already." placeholder:"TOPIC"`
	Set     map[string]string `help:"A variable of the map." placeholder:"NAME=VALUE" mapsep:"none"`
	History bool              `help:"Take payments as history: evidence that starts no clock and no cut; each policy's history is closed at the end."`
	DryRun  bool              `help:"Check everything, send nothing."`
	Rejects string            `help:"Where rejected rows go (default: the file's name with .rejected)." placeholder:"FILE"`
}

// Run imports a file.
func (c *importCommand) Run(inv *invocation) error {
	job := importer.Job{History: c.History, Now: time.Now().UTC().Format(time.RFC3339)}
	var err error
	if job.Map, job.Topic, err = c.mapping(); err != nil {
		return app.Usage(err)
	}
	in, size, err := c.open()
	if err != nil {
		return err
	}
	defer in.Close()
	rejects := &rejectsFile{path: c.rejectsPath()}
	job.Rejects = rejects.create
	if c.DryRun {
		return errors.Join(c.load(inv, job, in, size, rejects), rejects.close())
	}
	return inv.withKafka(func(_ *configs.Config, client *kafkalog.Client) error {
		if err := client.Ready(inv.ctx); err != nil {
			return fmt.Errorf("%w\nIs Barometer running? Its address is kafka.brokers, or that of the embedded broker", err)
		}
		job.To = client
		return errors.Join(c.load(inv, job, in, size, rejects), rejects.close())
	})
}

// load runs the import, shows how far it is, and says what became of it.
func (c *importCommand) load(inv *invocation, job importer.Job, in io.Reader, size int64, rejects *rejectsFile) error {
	progress := importer.Show(in, os.Stderr, c.File, size)
	job.In = progress
	if strings.HasSuffix(c.File, ".gz") {
		unpacked, err := gzip.NewReader(progress)
		if err != nil {
			return fmt.Errorf("%s: %w", c.File, err)
		}
		job.In = unpacked
	}
	summary, err := importer.Run(inv.ctx, job)
	progress.Done()
	var wrong *importer.WrongMapError
	if errors.As(err, &wrong) {
		return app.Usage(fmt.Errorf("%s: %w", c.File, err))
	}
	summary.Print(os.Stdout, !c.DryRun, rejects.name())
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	if summary.Rejects > 0 {
		return fmt.Errorf("%s: %d of %d rows were rejected", c.File, summary.Rejects, summary.Rows)
	}
	return nil
}

func (c *importCommand) mapping() (*importer.Map, event.Topic, error) {
	if (c.Map == "") == (c.Topic == "") {
		return nil, 0, errors.New("import wants --map, or --topic for JSON lines that are messages already")
	}
	if c.Map == "" {
		topic, ok := event.ParseTopic(c.Topic)
		if !ok || !importer.Takes(topic) {
			return nil, 0, fmt.Errorf("--topic: %q is no source topic", c.Topic)
		}
		if len(c.Set) > 0 {
			return nil, 0, errors.New("--set is for a map")
		}
		return nil, topic, nil
	}
	content, err := mapFile(c.Map, configs.ImportMap, configs.ImportMaps())
	if err != nil {
		return nil, 0, err
	}
	m, err := importer.ParseMap(content, c.Set)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", c.Map, err)
	}
	return m, 0, nil
}

// open gives the file and its size, 0 if that is not known.
func (c *importCommand) open() (io.ReadCloser, int64, error) {
	if c.File == "-" {
		return io.NopCloser(os.Stdin), 0, nil
	}
	f, err := os.Open(c.File)
	if err != nil {
		return nil, 0, app.Usage(err)
	}
	info, err := f.Stat()
	if err != nil || info.IsDir() {
		f.Close()
		return nil, 0, app.Usage(fmt.Errorf("%s is no file to read", c.File))
	}
	return f, info.Size(), nil
}

func (c *importCommand) rejectsPath() string {
	switch {
	case c.Rejects != "":
		return c.Rejects
	case c.File == "-":
		return "stdin.rejected"
	}
	name := strings.TrimSuffix(c.File, ".gz")
	ext := filepath.Ext(name)
	return strings.TrimSuffix(name, ext) + ".rejected" + ext
}

// rejectsFile is made when the first row is rejected.
type rejectsFile struct {
	path string
	f    *os.File
}

func (r *rejectsFile) create() (io.Writer, error) {
	f, err := os.Create(r.path)
	if err != nil {
		return nil, fmt.Errorf("the file of rejected rows (--rejects names another): %w", err)
	}
	r.f = f
	return f, nil
}

func (r *rejectsFile) name() string {
	if r.f == nil {
		return ""
	}
	return r.path
}

func (r *rejectsFile) close() error {
	if r.f == nil {
		return nil
	}
	return r.f.Close()
}

// mapFile reads a column map: a file, or one that comes with Barometer, by its name.
func mapFile(name string, builtin func(string) ([]byte, bool), names []string) ([]byte, error) {
	if content, ok := builtin(name); ok {
		return content, nil
	}
	content, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("--map: there is no file %s; the maps that come with Barometer are %s", name,
			strings.Join(names, ", "))
	}
	if err != nil {
		return nil, fmt.Errorf("--map: %w", err)
	}
	return content, nil
}
