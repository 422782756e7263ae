package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"barometer/deploy/kafkatest"
	"barometer/ingest/kafkalog"
)

// product is an installation that runs as a process of its own: on its embedded default, or, where the environment asks
// for a real Kafka, on that. It keeps its data over restarts.
type product struct {
	t                       testing.TB
	dir                     string
	kafka, clickhouse, http string
	binary                  string // empty: this one
	flags                   []string
	cmd                     *exec.Cmd
	log                     *os.File
	ended                   chan error
}

func newProduct(t testing.TB, flags ...string) *product {
	t.Helper()
	p := &product{t: t, dir: t.TempDir(), clickhouse: freeAddress(t), http: freeAddress(t)}
	p.flags = append([]string{"--data_dir=" + filepath.Join(p.dir, "data"), "--embedded.clickhouse_listen=" + p.clickhouse,
		"--http.listen=" + p.http, "--alerting.allow_private_targets=true", "--snapshots.every=1s", "--log.partitions=4"},
		flags...)
	if kafkatest.IsReal() {
		p.kafka = kafkatest.Start(t)
		p.flags = append(p.flags, "--kafka.brokers="+p.kafka, "--secret_key=a key that the tests share, 32 bytes")
	} else {
		p.kafka = freeAddress(t)
		p.flags = append(p.flags, "--embedded.kafka_listen="+p.kafka)
	}
	var err error
	if p.log, err = os.Create(filepath.Join(p.dir, "log")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.kill()
		p.log.Close()
		if t.Failed() {
			t.Logf("the product's log ends with:\n%s", p.tail())
		}
	})
	return p
}

// long tests run a whole product, some at once; -short leaves them out.
func long(t *testing.T) {
	if testing.Short() {
		t.Skip("runs a whole product")
	}
	t.Parallel()
}

// anyBroker says that a test need not be made again on a real Kafka: it is about what comes behind the log.
func anyBroker(t *testing.T) {
	if kafkatest.IsReal() {
		t.Skip("the broker does not matter")
	}
}

// freeAddress is a loopback address that was free a moment ago: the product must come back to the one that it had. It
// is below those that systems give to connections that go out, which could take it while the product is away.
func freeAddress(t testing.TB) string {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(12_000)))
		if err == nil {
			defer l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("no address is free")
	return ""
}

// start starts a command of the product, and does not wait for it.
func (p *product) start(command ...string) {
	p.t.Helper()
	p.cmd, p.ended = p.begin(command)
}

// prepared is a command of the product.
func (p *product) prepared(command []string) *exec.Cmd {
	c := exec.Command(cmp.Or(p.binary, os.Args[0]), slices.Concat(p.flags, command)...)
	c.Env = append(os.Environ(), asProduct+"=1")
	return c
}

// begin starts a command that writes to the product's log, and tells how it ends.
func (p *product) begin(command []string) (*exec.Cmd, chan error) {
	p.t.Helper()
	c := p.prepared(command)
	c.Stdout, c.Stderr = p.log, p.log
	if err := c.Start(); err != nil {
		p.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	return c, ended
}

// ready waits until the API answers that the product works.
func (p *product) ready() {
	p.t.Helper()
	p.eventually(30*time.Second, "the product is ready", func() error {
		res, err := http.Get("http://" + p.http + "/readyz")
		if err != nil {
			return err
		}
		defer res.Body.Close()
		if res.StatusCode != http.StatusOK {
			return fmt.Errorf("status %d", res.StatusCode)
		}
		return nil
	})
}

// slack is by how much waiting may take longer than it does on the machines that we know: limits catch what never
// comes, not what is slow.
const slack = 10

// eventually repeats a check until it holds.
func (p *product) eventually(limit time.Duration, what string, check func() error) {
	p.t.Helper()
	limit *= slack
	var err error
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if err = check(); err == nil {
			return
		}
		select {
		case ended := <-p.ended:
			p.ended <- ended
			p.t.Fatalf("%s: the product has ended: %v", what, ended)
		default:
		}
	}
	p.t.Fatalf("%s: not within %s: %v", what, limit, err)
}

// kill is kill -9 of the process; what it started ends with it.
func (p *product) kill() {
	if p.cmd == nil {
		return
	}
	children := p.children()
	_ = p.cmd.Process.Kill()
	<-p.ended
	p.cmd = nil
	for end := time.Now().Add(5 * time.Second); slices.ContainsFunc(children, lives); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			p.t.Errorf("one of the processes %v goes on without its parent", children)
			return
		}
	}
}

// killEngine kills ClickHouse under the product, and tells how many processes that were.
func (p *product) killEngine() int {
	children := p.children()
	for _, child := range children {
		_ = syscall.Kill(child, syscall.SIGKILL)
	}
	return len(children)
}

// children are the processes that the product has started, and that live.
func (p *product) children() (pids []int) {
	// fails where there is none
	out, _ := exec.Command("ps", "-o", "pid=", "--ppid", strconv.Itoa(p.cmd.Process.Pid)).Output()
	for f := range strings.FieldsSeq(string(out)) {
		if n, err := strconv.Atoi(f); err == nil && lives(n) {
			pids = append(pids, n)
		}
	}
	return pids
}

// lives tells whether a process runs; one that only waits for its parent to notice its end does not.
func lives(pid int) bool {
	out, _ := exec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(pid)).Output()
	state := strings.TrimSpace(string(out))
	return state != "" && state[0] != 'Z'
}

// stop is Ctrl-C; it wants a clean end.
func (p *product) stop() {
	p.t.Helper()
	_ = p.cmd.Process.Signal(syscall.SIGINT)
	select {
	case err := <-p.ended:
		if err != nil {
			p.t.Errorf("Ctrl-C ended the product with %v", err)
		}
		p.cmd = nil
	case <-time.After(20 * time.Second):
		p.t.Error("Ctrl-C did not end the product within 20 s")
		p.kill()
	}
}

// fails waits for the process to end in failure and returns what it said.
func (p *product) fails(status int) string {
	p.t.Helper()
	select {
	case err := <-p.ended:
		p.cmd = nil
		if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != status {
			p.t.Errorf("it ended with %v, want exit status %d", err, status)
		}
	case <-time.After(30 * time.Second):
		p.t.Error("it goes on, and was to refuse")
		p.kill()
	}
	return p.tail()
}

func (p *product) tail() string {
	content, _ := os.ReadFile(p.log.Name())
	if len(content) > 4000 {
		content = content[len(content)-4000:]
	}
	return string(content)
}

// query asks ClickHouse as anybody may, and gives the rows' fields.
func (p *product) query(sql string) ([][]string, error) {
	res, err := http.Post("http://"+p.clickhouse+"/?database=barometer", "text/plain",
		strings.NewReader(sql+" FORMAT TSV"))
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: status %d: %s %v", sql, res.StatusCode, body, err)
	}
	var rows [][]string
	for line := range strings.Lines(string(body)) {
		rows = append(rows, strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
	}
	return rows, nil
}

// post sends JSON to the API and reads the answer into it, if it is not nil.
func (p *product) post(path string, body, answer any) {
	p.t.Helper()
	content, err := json.Marshal(body)
	if err != nil {
		p.t.Fatal(err)
	}
	res, err := http.Post("http://"+p.http+path, "application/json", bytes.NewReader(content))
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode/100 != 2 {
		p.t.Fatalf("POST %s: status %d: %s %v", path, res.StatusCode, got, err)
	}
	if answer != nil {
		if err := json.Unmarshal(got, answer); err != nil {
			p.t.Fatalf("POST %s: %s: %v", path, got, err)
		}
	}
}

// client is a Kafka client for the test's own reading.
func (p *product) client() *kafkalog.Client {
	p.t.Helper()
	c, err := kafkalog.Open(kafkalog.Config{Brokers: []string{p.kafka}, ClientID: "test"})
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { c.Close() })
	return c
}
