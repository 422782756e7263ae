package clickhouse

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"barometer/deploy/embedded/clickhouse/chdb"
	"barometer/deploy/embedded/clickhouse/gateway"
)

const (
	// childEnv holds the child's paths as JSON: it makes a process a child.
	childEnv = "BAROMETER_CLICKHOUSE_CHILD"
	// againEnv is set for the second start of a child, after the sandbox has closed.
	againEnv   = "BAROMETER_CLICKHOUSE_AGAIN"
	listenerFD = 3
	// maxConnections are open at once.
	maxConnections = 1000
)

// paths are what the child must know before its sandbox closes. No secret: the environment of a process can be read.
type paths struct{ Library, Work, Store string }

// orders are the child's first line of standard input.
type orders struct {
	WriterSecret, ReaderSecret    string
	MemoryBytes, QueryMemoryBytes int64
	Threads, Statements           int
}

// IsChild reports whether this process was started as the engine's.
func IsChild() bool { return os.Getenv(childEnv) != "" }

// ChildMain is the main function of the engine's process: it serves until its standard input ends, and returns the exit
// status. It logs to standard error.
func ChildMain() int {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	if err := child(log); err != nil {
		log.Error("the embedded ClickHouse ends", "error", err)
		return 1
	}
	return 0
}

func child(log *slog.Logger) error {
	var p paths
	if err := json.Unmarshal([]byte(os.Getenv(childEnv)), &p); err != nil {
		return fmt.Errorf("read %s: %w", childEnv, err)
	}
	if os.Getenv(againEnv) == "" {
		runtime.LockOSThread()
		if err := enterSandbox(p); err != nil {
			log.Warn("the embedded ClickHouse runs without its sandbox", "error", err)
		}
		if err := startAgain(); err != nil {
			log.Warn("the embedded ClickHouse did not start again", "error", err)
		}
	}
	input := bufio.NewReader(os.Stdin)
	line, err := input.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("read the orders: %w", err)
	}
	var o orders
	if err := json.Unmarshal(line, &o); err != nil {
		return fmt.Errorf("read the orders: %w", err)
	}
	engine, err := openEngine(p, o)
	if err != nil {
		return err
	}
	listener, err := net.FileListener(os.NewFile(listenerFD, "listener"))
	if err != nil {
		return fmt.Errorf("take over the listening socket: %w", err)
	}
	return serve(gateway.New(engine, gateway.Users{WriterSecret: o.WriterSecret, ReaderSecret: o.ReaderSecret},
		o.Statements, log),
		engine, listener, input)
}

func openEngine(p paths, o orders) (*gateway.Engine, error) {
	if err := os.Chdir(p.Work); err != nil {
		return nil, fmt.Errorf("enter the working directory: %w", err)
	}
	config, err := gateway.WriteConfig(p.Work, o.MemoryBytes, o.QueryMemoryBytes)
	if err != nil {
		return nil, err
	}
	lib, err := chdb.Load(p.Library)
	if err != nil {
		return nil, err
	}
	return gateway.OpenEngine(lib, p.Store, config, fmt.Sprintf("--max_threads=%d", o.Threads))
}

// serve answers until the parent closes the pipe, by Stop or by its death, and then finishes what runs, within five
// seconds.
func serve(g *gateway.Gateway, engine *gateway.Engine, listener net.Listener, parent io.Reader) error {
	server := &http.Server{Handler: g, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ConnState: newConnections(maxConnections).state}
	stopped := make(chan error, 1)
	go func() {
		_, _ = io.Copy(io.Discard, parent)
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		stopped <- server.Shutdown(ctx)
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	if err := <-stopped; err != nil {
		return fmt.Errorf("finish the statements that run: %w", err) // the process ends, and they with it
	}
	g.Close()
	return engine.Close()
}

// pathsIn are the child's places in a data directory, which are made if missing.
func pathsIn(dataDir, library string) (paths, error) {
	abs, err := filepath.Abs(dataDir)
	if err != nil {
		return paths{}, err
	}
	p := paths{Library: library, Work: filepath.Join(abs, "work"), Store: filepath.Join(abs, "store")}
	for _, dir := range []string{p.Work, p.Store} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return paths{}, fmt.Errorf("make the data directory: %w", err)
		}
	}
	return p, nil
}
