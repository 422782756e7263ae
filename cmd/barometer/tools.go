package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"barometer/configs"
	"barometer/ingest"
	"barometer/ingest/decode"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
)

// settingFlags takes the flags that are keys of the configuration (--http.listen=x, or --http.listen x) out of the
// arguments.
func settingFlags(args []string) (flags map[string]string, rest []string) {
	flags = map[string]string{}
	keys := configs.Keys()
	for i := 0; i < len(args); i++ {
		name, value, assigned := strings.Cut(strings.TrimPrefix(args[i], "--"), "=")
		known := slices.Contains(keys, name) || slices.Contains(keys, strings.TrimSuffix(name, "_file"))
		switch {
		case !strings.HasPrefix(args[i], "--") || !known:
			rest = append(rest, args[i])
		case !assigned && i+1 < len(args):
			i++
			flags[name] = args[i]
		default:
			flags[name] = value
		}
	}
	return flags, rest
}

type schemaCommand struct {
	Topic string `arg:"" help:"Source topic, for example risk.payments."`
}

// Run prints a schema.
func (c *schemaCommand) Run(*app) error {
	topic, ok := event.ParseTopic(c.Topic)
	schema := decode.Schema(topic)
	if !ok || schema == nil {
		return &usageError{fmt.Errorf("%q is no source topic of JSON messages", c.Topic)}
	}
	_, err := os.Stdout.Write(append(schema, '\n'))
	return err
}

type configCommand struct {
	Check configCheckCommand `cmd:"" help:"Say what is wrong with the configuration: file, line and key."`
}

type configCheckCommand struct{}

// Run checks the configuration.
func (c *configCheckCommand) Run(a *app) error {
	if _, err := a.load(); err != nil {
		return err
	}
	fmt.Println("the configuration is right")
	return nil
}

type topicsCommand struct{}

// Run creates what is missing and checks what is there.
func (c *topicsCommand) Run(a *app) error {
	return a.withKafka(func(cfg *configs.Config, client *kafkalog.Client) error {
		specs := topicSpecs(cfg)
		if err := client.EnsureTopics(a.ctx, specs); err != nil {
			return err
		}
		for _, s := range specs {
			fmt.Println(s.Name)
		}
		return client.CheckTopics(a.ctx, specs)
	})
}

// reachWithin is how long a command waits for a server: one that is just starting comes within it.
const reachWithin = 4500 * time.Millisecond

// reachable asks a server whether it answers until it does, or the wait is over.
func reachable(ctx context.Context, ready func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, reachWithin)
	defer cancel()
	for {
		err := ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// withKafka connects to the brokers that the configuration names, or to the embedded one of a running product. Where
// none answers it says so, and does not wait for ever as roles do.
func (a *app) withKafka(do func(cfg *configs.Config, client *kafkalog.Client) error) error {
	cfg, err := a.load()
	if err != nil {
		return err
	}
	brokers, hint := cfg.Kafka.Brokers, "kafka.brokers names them"
	if len(brokers) == 0 {
		brokers, hint = []string{cfg.Embedded.KafkaListen}, "the embedded broker is there while barometer run goes on, at "+
			"embedded.kafka_listen; kafka.brokers names others"
	}
	client, err := openKafka(cfg, brokers, logger(cfg.Logging))
	if err != nil {
		return err
	}
	defer client.Close()
	if err := reachable(a.ctx, client.Ready); err != nil {
		return fmt.Errorf("no Kafka broker answers at %s; is it running? (%s) %w", strings.Join(brokers, ", "), hint, err)
	}
	return do(cfg, client)
}

type sourceCommand struct {
	Reset sourceResetCommand `cmd:"" help:"Take a source topic that was recreated as a new one, from its start."`
}

type sourceResetCommand struct {
	Topic string `arg:"" help:"Source topic, for example risk.payments."`
}

// Run raises the incarnation of a topic.
func (c *sourceResetCommand) Run(a *app) error {
	topic, ok := event.ParseTopic(c.Topic)
	if !ok {
		return &usageError{fmt.Errorf("%q is no source topic", c.Topic)}
	}
	return a.withKafka(func(_ *configs.Config, client *kafkalog.Client) error {
		n, err := ingest.RaiseIncarnation(a.ctx, client, topic.String())
		if err == nil {
			fmt.Printf("%s is read from its start, as incarnation %d\n", topic, n)
		}
		return err
	})
}

type clockCommand struct {
	Confirm clockConfirmCommand `cmd:"" help:"Let time make a step of more than 45 days, up to now."`
}

type clockConfirmCommand struct{}

// Run confirms a long step of time.
func (c *clockConfirmCommand) Run(a *app) error {
	return a.withKafka(func(_ *configs.Config, client *kafkalog.Client) error {
		return ingest.ConfirmClock(a.ctx, client, time.Now().UnixMilli())
	})
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

// printJSON prints what a command found for programs to read.
func printJSON(v any) error {
	e := json.NewEncoder(os.Stdout)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
