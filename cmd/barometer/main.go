// Barometer watches the buyers of trade-credit policyholders; see README.md. One subcommand for each role, and run for
// all.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"barometer/cmd/barometer/internal/app"
	"barometer/configs"
	"barometer/deploy/embedded/clickhouse"

	"github.com/alecthomas/kong"
)

// Exit statuses: 1 is a failure, 2 a wrong use.
const (
	exitFailure = 1
	exitUsage   = 2
)

// commands is the command line. Keys of the configuration may be given as flags beside it:
// --http.listen=127.0.0.1:8081.
type commands struct {
	Config string `help:"Configuration file (YAML)." type:"path" env:"BAROMETER_CONFIG"`

	kong.Plugins // the keys of the configuration, see settings

	ShowVersion kong.VersionFlag `name:"version" help:"Print the version."`

	Run      runCommand        `cmd:"" help:"Run all roles in one process; with no configuration, the broker and ClickHouse too."`
	Ingest   ingestCommand     `cmd:"" help:"Run the role that turns source records into the log."`
	Process  processCommand    `cmd:"" help:"Run the role that folds the log into decisions."`
	Store    storeCommand      `cmd:"" help:"Run the role that keeps the history in ClickHouse."`
	Alert    alertCommand      `cmd:"" help:"Run the role that tells policyholders."`
	Serve    serveCommand      `cmd:"" help:"Run the API and the pages."`
	Migrate  migrateCommand    `cmd:"" help:"Make the tables in ClickHouse, or bring them up to date."`
	Import   importCommand     `cmd:"" help:"Load CSV or JSON lines into a source topic."`
	Document documentCommand   `cmd:"" help:"Documents of cases and claims."`
	Simulate simulateCommand   `cmd:"" help:"Write a simulated economy to the source topics, and drive the clock."`
	Model    modelCommand      `cmd:"" help:"Look after the model."`
	Replay   replayCommand     `cmd:"" help:"Fold a stretch of the log under another model and compare."`
	Explain  explainCommand    `cmd:"" help:"Say what a buyer's score, a case or a claim is made of, and the events behind it."`
	Evaluate evaluateCommand   `cmd:"" help:"Hold a model against outcomes that are known."`
	Schema   schemaCommand     `cmd:"" help:"Print the JSON Schema of a source topic."`
	Topics   topicsCommand     `cmd:"" help:"Create the topics with the right settings, and check them."`
	Verify   verifyCommand     `cmd:"" help:"Compare decisions, ClickHouse, sources and notifications with what follows from the log."`
	Tail     tailCommand       `cmd:"" help:"Print a topic as JSON lines."`
	Check    configCommand     `cmd:"" name:"config" help:"Look at the configuration."`
	Dead     deadletterCommand `cmd:"" name:"deadletter" help:"Read messages that had no effect, and send them again."`
	Aside    quarantineCommand `cmd:"" name:"quarantine" help:"Set aside a record of the log on which the fold panics."`
	Source   sourceCommand     `cmd:"" help:"Look after source topics."`
	Clock    clockCommand      `cmd:"" help:"Look after the clock."`
	Version  versionCommand    `cmd:"" help:"Print the version."`
}

func main() {
	if clickhouse.IsChild() {
		os.Exit(clickhouse.ChildMain())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(execute(ctx, os.Args[1:]))
}

// invocation is what every command gets: until when it runs, and where its configuration comes from.
type invocation struct {
	ctx     context.Context
	sources configs.Sources
}

func execute(ctx context.Context, args []string) int {
	settings := newSettings()
	cli := commands{Plugins: settings.flags()}
	status := -1
	parser, err := kong.New(&cli, kong.Name("barometer"), kong.Description("Real-time credit-risk monitoring for trade "+
		"credit insurance."),
		kong.Vars{"version": versionText()}, kong.Exit(func(code int) {
			status = code
		}), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		panic(err)
	}
	parsed, err := parser.Parse(args)
	if status >= 0 { // help was printed
		return status
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "barometer: %v\nbarometer --help says more.\n", err)
		return exitUsage
	}
	err = parsed.Run(&invocation{ctx, configs.Sources{File: cli.Config, Env: os.Environ(), Flags: settings.given()}})
	var wrong *app.UsageError
	switch {
	case errors.As(err, &wrong):
		fmt.Fprintf(os.Stderr, "barometer: %v\n", err)
		return exitUsage
	case err != nil:
		fmt.Fprintf(os.Stderr, "barometer: %v\n", err)
		return exitFailure
	}
	return 0
}

// load reads the configuration.
func (inv *invocation) load() (*configs.Config, error) {
	cfg, err := configs.Load(inv.sources)
	if err != nil {
		return nil, app.Usage(fmt.Errorf("the configuration is wrong:\n%w", err))
	}
	return cfg, nil
}

// logger writes to standard error.
func logger(c configs.Logging) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.Level)) // checked by the configuration
	o := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, o))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, o))
}

// printJSON prints what a command found for programs to read.
func printJSON(v any) error {
	e := json.NewEncoder(os.Stdout)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
