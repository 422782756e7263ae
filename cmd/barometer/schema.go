package main

import (
	"fmt"
	"os"

	"barometer/cmd/barometer/internal/app"
	"barometer/ingest/decode"
	"barometer/ingest/event"
)

type schemaCommand struct {
	Topic string `arg:"" help:"Source topic, for example risk.payments."`
}

// Run prints a schema.
func (c *schemaCommand) Run(*invocation) error {
	topic, ok := event.ParseTopic(c.Topic)
	schema := decode.Schema(topic)
	if !ok || schema == nil {
		return app.Usage(fmt.Errorf("%q is no source topic of JSON messages", c.Topic))
	}
	_, err := os.Stdout.Write(append(schema, '\n'))
	return err
}
