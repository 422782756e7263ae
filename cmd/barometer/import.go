package main

import (
	"errors"
	"fmt"
	"os"
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
	in, err := openSource(c.File)
	if err != nil {
		return err
	}
	defer in.Close()
	rejects := importer.NewRejectsFile(c.Rejects, c.File)
	job.In, job.Rejects = in, rejects.Create
	if c.DryRun {
		return errors.Join(c.load(inv, job, in, rejects), rejects.Close())
	}
	return inv.withKafka(func(_ *configs.Config, client *kafkalog.Client) error {
		if err := client.Ready(inv.ctx); err != nil {
			return fmt.Errorf("%w\nIs Barometer running? Its address is kafka.brokers, or that of the embedded broker", err)
		}
		job.To = client
		return errors.Join(c.load(inv, job, in, rejects), rejects.Close())
	})
}

// openSource opens the file of a command; one that there is not is a wrong use.
func openSource(path string) (*importer.Source, error) {
	in, err := importer.Open(path, os.Stderr)
	if errors.Is(err, importer.ErrNoFile) {
		err = app.Usage(err)
	}
	return in, err
}

// load runs the import and says what became of it.
func (c *importCommand) load(inv *invocation, job importer.Job, in *importer.Source,
	rejects *importer.RejectsFile) error {
	summary, err := importer.Run(inv.ctx, job)
	in.Done()
	var wrong *importer.WrongMapError
	if errors.As(err, &wrong) {
		return app.Usage(fmt.Errorf("%s: %w", c.File, err))
	}
	summary.Print(os.Stdout, !c.DryRun, rejects.Name())
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
	content, err := importer.ReadMap(c.Map, configs.ImportMap, configs.ImportMaps())
	if err != nil {
		return nil, 0, err
	}
	m, err := importer.ParseMap(content, c.Set)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", c.Map, err)
	}
	return m, 0, nil
}
