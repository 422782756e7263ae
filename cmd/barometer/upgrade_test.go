package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"barometer/deploy/kafkatest"
	"barometer/ingest/kafkalog"
)

// TestRollingUpgradeOfTheFold replaces one process by a binary with a later fold version, lets the log activate that
// version while the other is still the old one, whose partitions must stop and say why, and replaces that one too.
// Every partition then goes on, and all that was written equals a fold of the log by the new binary.
func TestRollingUpgradeOfTheFold(t *testing.T) {
	if !kafkatest.IsReal() {
		t.Skip("several processes share partitions on an Apache Kafka: make kafka")
	}
	next := filepath.Join(t.TempDir(), "barometer")
	if out, err := exec.Command("go", "build", "-tags", "nextfold", "-o", next, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	c := newCluster(t)
	c.product.start("simulate", "--buyers=100", "--holders=2", "--day-takes=50ms")
	client := c.client()
	grow := func(what string) {
		t.Helper()
		var before []int64
		c.eventually(30*time.Second, "the ends of the decisions are told", func() (err error) {
			before, err = client.Ends(t.Context(), kafkalog.TopicDecisions) // a new topic may have no leader for a moment
			return err
		})
		c.eventually(60*time.Second, what, func() error {
			now, err := client.Ends(t.Context(), kafkalog.TopicDecisions)
			for p := range now {
				if err == nil && now[p] == before[p] {
					err = fmt.Errorf("partition %d stands at %d", p, now[p])
				}
			}
			return err
		})
	}
	grow("decisions are made")
	var old []*member
	for _, m := range c.members {
		if m.role == "process" {
			old = append(old, m)
		}
	}
	replace := func(m *member) {
		m.kill()
		c.binary = next
		m.start(c)
		c.binary = ""
	}
	replace(old[0])
	grow("old and new go on side by side")
	c.send("risk.orders", map[string]any{"type": "fold.activated", "id": "fold-2", "at": "2025-01-05T12:00:00Z",
		"version": 2})
	c.says("start one that knows it")
	replace(old[1])
	grow("all partitions go on")
	c.product.stop()

	c.product.ended, c.binary = nil, next
	a := audit{t: t, p: &c.product, client: client}
	a.awaitIngest()
	if out := c.command("verify"); !strings.Contains(out, "decisions") {
		t.Errorf("verify prints %s", out)
	}
	c.binary = ""
	if c.try("verify") == nil {
		t.Error("the old binary verifies a log that it does not know")
	}
}
