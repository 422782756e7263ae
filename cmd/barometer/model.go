package main

import (
	"errors"
	"fmt"
	"os"
	"text/tabwriter"

	"barometer/cmd/barometer/internal/app"
	"barometer/cmd/barometer/internal/send"
	"barometer/configs"
	"barometer/ingest/kafkalog"
	"barometer/processor/model"
)

type modelCommand struct {
	Check    modelCheckCommand    `cmd:"" help:"Say what is wrong with a model file, each mistake with its line."`
	Diff     modelDiffCommand     `cmd:"" help:"Compare two model files, value by value."`
	Activate modelActivateCommand `cmd:"" help:"Let a running installation score with a model file from now on."`
}

type modelCheckCommand struct {
	File string `arg:"" help:"Model file."`
}

// Run checks a model file.
func (c *modelCheckCommand) Run(*invocation) error {
	version, _, err := app.ModelFile(c.File)
	if err != nil {
		return app.Usage(err)
	}
	fmt.Printf("%s is right: model %s\n", c.File, version)
	return nil
}

type modelDiffCommand struct {
	Files []string `arg:"" help:"One or two model files; one is compared to the model that comes with Barometer."`
}

// Run compares model files. Like diff it ends with status 1 where they differ.
func (c *modelDiffCommand) Run(*invocation) error {
	if len(c.Files) > 2 {
		return app.Usage(errors.New("diff wants one or two files"))
	}
	files := c.Files
	if len(files) == 1 {
		files = append([]string{""}, files...)
	}
	var contents [2][]byte
	for i, path := range files {
		var err error
		if _, contents[i], err = app.ModelFile(path); err != nil {
			return app.Usage(err)
		}
	}
	changes, err := model.Diff(contents[0], contents[1])
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, d := range changes {
		fmt.Fprintf(w, "%s\t%s\t→ %s\n", d.Key, d.Old, d.New)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if len(changes) > 0 {
		return fmt.Errorf("they differ in %d values", len(changes))
	}
	fmt.Println("they say the same")
	return nil
}

type modelActivateCommand struct {
	File string `arg:"" help:"Model file."`
}

// Run sends a model to the orders of a running installation. It is checked before, and again by the fold.
func (c *modelActivateCommand) Run(inv *invocation) error {
	version, content, err := app.ModelFile(c.File)
	if err != nil {
		return app.Usage(err)
	}
	return inv.withKafka(func(_ *configs.Config, client *kafkalog.Client) error {
		if err := send.Model(inv.ctx, client, version, content); err != nil {
			return err
		}
		fmt.Printf("model %s is sent: economies follow at once, buyers at their next evaluation\n", version)
		return nil
	})
}
