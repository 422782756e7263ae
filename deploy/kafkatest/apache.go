package kafkatest

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

const startTimeout = 60 * time.Second

// apache is an Apache Kafka in a process of its own.
type apache struct {
	dir   string // its data, settings and output
	jars  string
	addr  string
	life  io.Closer // Kafka lives until this is closed, by us or by our end
	ended chan struct{}
}

// guard runs java with its arguments until standard input ends, so that no test that is killed leaves a Kafka behind.
const guard = `exec 3<&0
java "$@" </dev/null 3<&- & java=$!
(cat <&3 >/dev/null; kill -9 $java 2>/dev/null) &
exec 3<&-
wait $java`

func startApache() (*apache, error) {
	jars, err := fetch()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "kafkatest-")
	if err != nil {
		return nil, err
	}
	k := &apache{dir: dir, jars: filepath.Join(jars, "*")}
	ports, err := freePorts(2)
	if err == nil {
		k.addr = fmt.Sprintf("127.0.0.1:%d", ports[0])
		err = k.format(ports[0], ports[1])
	}
	if err == nil {
		err = k.start()
	}
	if err != nil {
		k.remove()
		return nil, err
	}
	return k, nil
}

// fetch runs fetch.sh, which says where the jars are.
func fetch() (string, error) {
	_, here, _, _ := runtime.Caller(0)
	var out, errs bytes.Buffer
	c := exec.Command("sh", filepath.Join(filepath.Dir(here), "fetch.sh"))
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil {
		return "", fmt.Errorf("fetching Apache Kafka: %w\n%s", err, errs.String())
	}
	return strings.TrimSpace(out.String()), nil
}

// freePorts are ports that were free a moment ago: Kafka must be told its port before it listens.
func freePorts(n int) ([]int, error) {
	var ports []int
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

func (k *apache) properties() string { return filepath.Join(k.dir, "server.properties") }

func (k *apache) format(port, controller int) error {
	settings := fmt.Sprintf(`process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:%[2]d
listeners=PLAINTEXT://127.0.0.1:%[1]d,CONTROLLER://127.0.0.1:%[2]d
advertised.listeners=PLAINTEXT://127.0.0.1:%[1]d
controller.listener.names=CONTROLLER
log.dirs=%[3]s
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
log.cleaner.backoff.ms=%[4]d
log.initial.task.delay.ms=0
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
`, port, controller, filepath.Join(k.dir, "data"), cleanEvery.Milliseconds())
	if err := os.WriteFile(k.properties(), []byte(settings), 0o600); err != nil {
		return err
	}
	id := make([]byte, 16)
	rand.Read(id)
	cluster := base64.RawURLEncoding.EncodeToString(id)
	c := exec.Command("java", "-Xmx128m", "-cp", k.jars, "kafka.tools.StorageTool", "format", "--cluster-id="+cluster,
		"-c", k.properties())
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("formatting the data directory of Apache Kafka: %w\n%s", err, out)
	}
	return nil
}

func (k *apache) start() error {
	out, err := os.OpenFile(filepath.Join(k.dir, "output"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	process := exec.Command("sh", "-c", guard, "kafkatest", "-Xmx768m", "-cp", k.jars, "kafka.Kafka", k.properties())
	process.Stdout, process.Stderr = out, out
	if k.life, err = process.StdinPipe(); err != nil {
		return err
	}
	if err := process.Start(); err != nil {
		return fmt.Errorf("starting Apache Kafka: %w", err)
	}
	ended := make(chan struct{})
	k.ended = ended
	go func() {
		defer close(ended)
		process.Wait()
	}()

	for deadline := time.Now().Add(startTimeout); time.Now().Before(deadline); {
		select {
		case <-ended:
			return errors.Join(errors.New("the Apache Kafka ended"), k.tail())
		case <-time.After(100 * time.Millisecond):
		}
		if conn, err := net.Dial("tcp", k.addr); err == nil {
			conn.Close()
			return nil
		}
	}
	return errors.Join(fmt.Errorf("the Apache Kafka does not listen after %v", startTimeout), k.tail())
}

// tail is the end of what it printed.
func (k *apache) tail() error {
	b, _ := os.ReadFile(filepath.Join(k.dir, "output"))
	return errors.New(string(b[max(0, len(b)-4000):]))
}

func (k *apache) Addr() string { return k.addr }

func (k *apache) Restart(t testing.TB) {
	t.Helper()
	k.kill()
	if err := k.start(); err != nil {
		t.Fatal(err)
	}
}

func (k *apache) kill() {
	if k.ended != nil {
		k.life.Close()
		<-k.ended
	}
}

func (k *apache) remove() {
	k.kill()
	os.RemoveAll(k.dir)
}
