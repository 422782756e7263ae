package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"barometer/configs"
	"barometer/deploy/kafkatest"
	"barometer/ingest/kafkalog"
)

// TestCommandsAgainstNothingSayThatNothingRuns, with the address and what to do, where roles would wait; and with no
// more lines than that.
func TestCommandsAgainstNothingSayThatNothingRuns(t *testing.T) {
	if kafkatest.IsReal() {
		t.Skip("it is about none")
	}
	t.Parallel()
	file := filepath.Join(t.TempDir(), "policies.jsonl")
	if err := os.WriteFile(file,
		[]byte(`{"type":"buyer.upserted","id":"b","at":"2026-01-01T00:00:00Z","buyer_id":"B","name":"B","country":"NL","sector":"46"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	_, content := configs.BuiltinModel()
	model := filepath.Join(t.TempDir(), "model.yaml")
	if err := os.WriteFile(model, content, 0o600); err != nil {
		t.Fatal(err)
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and says nothing
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { silent.Close() })
	nobody := freeAddress(t)
	began := time.Now()
	running := map[string]*product{}
	begin := func(at, command string) {
		p := newProduct(t)
		p.flags = []string{"--embedded.kafka_listen=" + at}
		p.start(strings.Fields(command)...)
		running[command+" at "+at] = p
	}
	for _, command := range []string{"verify", "explain B-1", "deadletter list", "deadletter show risk.payments/0/1",
		"deadletter replay risk.payments/0/1",
		"tail risk.log", "replay --model " + model, "quarantine 1-0-5", "source reset risk.payments", "clock confirm",
		"model activate " + model,
		"import --topic risk.portfolio " + file, "simulate", "topics"} {
		begin(nobody, command)
	}
	begin(silent.Addr().String(), "verify")
	history := newProduct(t)
	history.flags = []string{"--clickhouse.url=http://u:pass@" + nobody}
	history.start("migrate")
	for name, p := range running {
		said := p.fails(1)
		if !strings.Contains(said, "no Kafka broker answers at "+p.flags[0][len("--embedded.kafka_listen="):]+
			"; is it running?") ||
			!strings.Contains(said, "kafka.brokers") || strings.Count(said, "\n") > 3 {
			t.Errorf("%s: it says:\n%s", name, said)
		}
	}
	if said := history.fails(1); !strings.Contains(said, "no ClickHouse answers at http://"+nobody+"; is it running?") ||
		strings.Contains(said, "pass") {
		t.Errorf("migrate says:\n%s", said)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("it took %s", took)
	}
}

// TestHangUpReadsTokensAgain: new ones count, old ones do not, a wrong file changes nothing, and no role ends.
func TestHangUpReadsTokensAgain(t *testing.T) {
	anyBroker(t)
	long(t)
	p := newProduct(t)
	config := filepath.Join(p.dir, "barometer.yaml")
	tokens := func(names ...string) {
		t.Helper()
		var b strings.Builder
		b.WriteString("http:\n  tokens:\n")
		for _, name := range names {
			sum := sha256.Sum256([]byte(name))
			fmt.Fprintf(&b, "    - {sha256: %s, role: analyst, name: %s}\n", hex.EncodeToString(sum[:]), name)
		}
		if err := os.WriteFile(config, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	status := func(token string) int {
		t.Helper()
		r, _ := http.NewRequest(http.MethodGet, "http://"+p.http+"/v1/buyers", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		_, _ = io.Copy(io.Discard, res.Body)
		return res.StatusCode
	}
	hangUp := func(says string) {
		t.Helper()
		_ = p.cmd.Process.Signal(syscall.SIGHUP)
		p.eventually(10*time.Second, "the log says "+says, func() error {
			if !strings.Contains(p.tail(), says) {
				return errors.New("it does not")
			}
			return nil
		})
	}
	tokens("ann", "bob")
	p.start("run", "--config="+config)
	p.ready()
	if said := p.said(); !strings.Contains(said, `curl -H "Authorization: Bearer $TOKEN" 'http://`) {
		t.Errorf("it proposes to try:\n%s", said)
	}
	if err := os.WriteFile(config, []byte("http:\n  tokens:\n    - {sha256: abc, role: analyst}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	hangUp("the old tokens stay in force")
	if ann, bob := status("ann"), status("bob"); ann != http.StatusOK || bob != http.StatusOK {
		t.Errorf("after a wrong file: ann %d, bob %d", ann, bob)
	}
	tokens("bob", "carol")
	hangUp("tokens are read again")
	if ann, bob, carol := status("ann"), status("bob"), status("carol"); ann != http.StatusUnauthorized ||
		bob != http.StatusOK || carol != http.StatusOK {
		t.Errorf("after another file: ann %d, bob %d, carol %d", ann, bob, carol)
	}
	p.stop()
}

func TestVersionSaysVersionAndCommit(t *testing.T) {
	was, at := version, commit
	defer func() { version, commit = was, at }()
	version, commit = "v9.8.7", "0123abc"
	if said := versionText(); !strings.HasPrefix(said, "barometer v9.8.7, commit 0123abc, go") {
		t.Errorf("it says %q", said)
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(buildInfo())
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == "barometer_build_info" {
			if said := f.String(); !strings.Contains(said, "v9.8.7") || !strings.Contains(said, "0123abc") {
				t.Errorf("the metric says %s", said)
			}
			return
		}
	}
	t.Error("there is no barometer_build_info")
}

// TestABadRecordEndsNoRole: who reads its partition stops there and says so, and everything else goes on.
func TestABadRecordEndsNoRole(t *testing.T) {
	anyBroker(t)
	long(t)
	p := productWithBuyer(t)
	client := p.client()
	home := kafkalog.PartitionOf("B-1", 4)
	other := ""
	for n := 2; other == "" || kafkalog.PartitionOf(other, 4) == home; n++ {
		other = fmt.Sprintf("B-%d", n)
	}
	if _, err := client.Append(t.Context(), kafkalog.TopicDecisions, home,
		[]kafkalog.Record{{Key: []byte("x"), Value: []byte("\xffnot one of ours")}}); err != nil {
		t.Fatal(err)
	}
	stopped := fmt.Sprintf("risk.decisions/%d is stopped and needs an operator", home)
	p.eventually(20*time.Second, "three roles say that they stopped there", func() error {
		res, err := http.Get("http://" + p.http + "/readyz")
		if err != nil {
			return err
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		for _, role := range []string{"route", "store", "serve"} {
			if !strings.Contains(string(body), role+": "+stopped) {
				return fmt.Errorf("%d %s %v", res.StatusCode, body, err)
			}
		}
		return nil
	})
	p.send("risk.portfolio", buyer(other))
	p.graded(other, "6")
	p.stop()
}
