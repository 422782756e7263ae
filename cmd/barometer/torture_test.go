package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"barometer/deploy/embedded/clickhouse"
	"barometer/deploy/kafkatest"
)

// cluster is an installation of several processes of each role, on a broker and a ClickHouse that are nobody's child.
type cluster struct {
	product // whose process is the one that serves the API
	broker  kafkatest.Broker
	engine  *clickhouse.Server
	members []*member
}

// member is a process of one role.
type member struct {
	role    string
	command []string
	cmd     *exec.Cmd
	ended   chan error
}

// perRole is how many processes each role but serve has.
const perRole = 2

func newCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{broker: kafkatest.New(t)}
	cfg := clickhouse.Defaults()
	cfg.DataDir, cfg.Listen, cfg.WriterSecret = t.TempDir(), freeAddress(t), "the writer's password"
	engine, err := clickhouse.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	c.engine = engine
	t.Cleanup(func() { _ = engine.Stop(context.Background()) })
	at := url.URL{Scheme: "http", Host: cfg.Listen, User: url.UserPassword("barometer_writer", cfg.WriterSecret)}
	dir := t.TempDir()
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	c.product = product{t: t, dir: dir, kafka: c.broker.Addr(), clickhouse: cfg.Listen, http: freeAddress(t), log: log}
	c.flags = []string{"--kafka.brokers=" + c.broker.Addr(), "--clickhouse.url=" + at.String(), "--clock=driven",
		"--log.partitions=4",
		"--secret_key=a key that the tests share, 32 bytes", "--snapshots.every=1s",
		"--snapshots.url=file://" + t.TempDir() + "?create_dir=true&no_tmp_dir=true&metadata=skip",
		"--alerting.allow_private_targets=true", "--http.listen=" + c.http}
	t.Cleanup(func() {
		c.product.kill() // the economy, where it still flows
		for _, m := range c.members {
			m.signal(syscall.SIGCONT)
			m.kill()
		}
		log.Close()
		if t.Failed() {
			t.Logf("the processes' log ends with:\n%s", c.tail())
		}
	})
	c.command("migrate")
	for _, role := range []string{"ingest", "process", "store", "alert"} {
		for n := range perRole {
			c.join(role, n)
		}
	}
	c.join("serve", 0)
	c.ready()
	return c
}

// join starts a process of a role.
func (c *cluster) join(role string, n int) {
	m := &member{role: role, command: []string{"--admin.listen=127.0.0.1:0", "--data_dir=" + filepath.Join(c.dir,
		fmt.Sprint(role, n)), role}}
	c.members = append(c.members, m)
	m.start(c)
}

func (m *member) start(c *cluster) { m.cmd, m.ended = c.begin(m.command) }

func (m *member) signal(s syscall.Signal) { _ = m.cmd.Process.Signal(s) }

func (m *member) kill() {
	_ = m.cmd.Process.Kill()
	<-m.ended
	m.ended <- nil
}

// round does something to somebody, and says what.
func (c *cluster) round(r *rand.Rand) string {
	pause := func(most int) { time.Sleep(time.Duration(r.IntN(most)) * time.Millisecond) }
	m := c.members[r.IntN(len(c.members))]
	switch k := r.IntN(10); {
	case k < 5:
		m.kill()
		pause(1500)
		m.start(c)
		return "killed " + m.role
	case k < 8:
		m.signal(syscall.SIGSTOP)
		time.Sleep(time.Duration(500+r.IntN(8000)) * time.Millisecond) // longer than its session, sometimes
		m.signal(syscall.SIGCONT)
		return "stopped and woke " + m.role
	case k < 9:
		pid := c.engine.PID()
		if pid == 0 { // which is not a process to kill, but all of this one's group
			return "found ClickHouse away"
		}
		_ = syscall.Kill(pid, syscall.SIGKILL)
		return "killed ClickHouse"
	default:
		c.broker.Restart(c.t)
		return "restarted the broker"
	}
}

// TestTorture kills and stops processes of all roles, the broker and ClickHouse, at random and again and again, while
// an economy flows through, and then holds everything that was written against a fold of the log that nobody
// interrupted (I1 to I5). BAROMETER_TEST_TORTURE chooses the rounds, BAROMETER_TEST_SEED other moments.
func TestTorture(t *testing.T) {
	long(t)
	rounds, seed := number("BAROMETER_TEST_TORTURE", 3), number("BAROMETER_TEST_SEED", int(time.Now().UnixNano()&0xffffff))
	t.Logf("BAROMETER_TEST_SEED=%d", seed)
	r := rand.New(rand.NewPCG(uint64(seed), 7))
	c := newCluster(t)
	hooks := newReceiver(t)
	c.subscribe(hooks)

	c.product.start("simulate", "--buyers=300", "--holders=3", "--day-takes=50ms")
	c.eventually(60*time.Second, "the economy has begun to flow", func() error {
		rows, err := c.query("SELECT count() FROM payments")
		if err == nil && rows[0][0] == "0" {
			err = fmt.Errorf("no payment is stored yet")
		}
		return err
	})
	var did []string
	for range rounds {
		did = append(did, c.round(r))
		time.Sleep(time.Duration(r.IntN(1500)) * time.Millisecond)
	}
	t.Logf("%d rounds: %s", rounds, strings.Join(did, ", "))
	c.product.stop()

	c.product.ended = nil // the economy, and none of those that work
	auditAll(t, &c.product, hooks)
}
