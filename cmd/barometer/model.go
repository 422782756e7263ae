package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"barometer/cmd/barometer/internal/app"
	"barometer/configs"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
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
		at, err := logTime(inv, client)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		value, err := json.Marshal(map[string]any{"type": event.KindModelActivated.String(),
			"id": "model/" + version + "/" + hex.EncodeToString(sum[:8]),
			"at": at.Format(time.RFC3339), "version": version, "content": string(content), "sha256": hex.EncodeToString(sum[:])})
		if err != nil {
			return err
		}
		if err := sendMessage(inv.ctx, client, event.TopicOrders, "model", value); err != nil {
			return err
		}
		fmt.Printf("model %s is sent: economies follow at once, buyers at their next evaluation\n", version)
		return nil
	})
}

// logTime is how far the time of an installation has come, as its newest decisions tell; the machine's where there are
// none.
func logTime(inv *invocation, client *kafkalog.Client) (time.Time, error) {
	n, err := client.Partitions(inv.ctx, kafkalog.TopicDecisions)
	if err != nil {
		return time.Time{}, err
	}
	var newest int64
	for p := range n {
		last, err := client.Last(inv.ctx, kafkalog.TopicDecisions, p)
		if err != nil {
			return time.Time{}, err
		}
		if last == nil {
			continue
		}
		var d decision.Decision
		if err := decision.Decode(last.Value, &d); err != nil {
			return time.Time{}, err
		}
		newest = max(newest, d.AtMs)
	}
	if newest == 0 {
		return time.Now().UTC(), nil
	}
	return time.UnixMilli(newest).UTC(), nil
}
