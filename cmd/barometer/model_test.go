package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"barometer/cmd/barometer/internal/explanation"
	"barometer/cmd/barometer/internal/replay"
	"barometer/configs"
)

// TestAModelIsTriedAndActivated: explain adds up, replay under the same model differs in nothing and under another one
// in something, and the one that is activated scores from then on.
func TestAModelIsTriedAndActivated(t *testing.T) {
	anyBroker(t)
	long(t)
	p := newProduct(t)
	p.start("run", "--simulate", "--buyers=40", "--holders=2", "--day-takes=100ms")
	p.ready()
	p.eventually(30*time.Second, "a month has gone by", func() error {
		rows, err := p.query("SELECT count() FROM scores WHERE buyer_id = 'b-0001' AND at > '2025-02-01'")
		if err == nil && rows[0][0] == "0" {
			err = fmt.Errorf("no score of then")
		}
		return err
	})
	var x explanation.Explanation
	if err := json.Unmarshal([]byte(p.output("explain", "--json", "--language=nl", "b-0001")), &x); err != nil {
		t.Fatal(err)
	}
	sum := x.Base
	for _, c := range x.Contributions {
		sum += c.Points
	}
	if sum != x.Points || len(x.Events) == 0 || len(x.Contributions) < 5 {
		t.Errorf("the parts make %d: %+v", sum, x)
	}
	if text := p.output("explain", "b-0001"); !strings.Contains(text, "the sum; positive is riskier") ||
		!strings.Contains(text, "statement.filed") {
		t.Errorf("explain says %s", text)
	}
	for _, wrong := range [][]string{{"explain", "--at=1-77-3", "b-0001"}, {"replay", "--model=nowhere.yaml"},
		{"model", "check", p.log.Name()}} {
		if err := p.try(wrong...); err == nil || !strings.Contains(err.Error(), "status 2") {
			t.Errorf("%v ends with %v", wrong, err)
		}
	}

	_, content := configs.BuiltinModel()
	same, other := filepath.Join(p.dir, "same.yaml"), filepath.Join(p.dir, "other.yaml")
	text := strings.Replace(strings.Replace(string(content), "version: barometer-1", "version: harsher", 1), "base: -4060",
		"base: -3000", 1)
	for path, content := range map[string]string{same: string(content), other: text} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tried := func(args ...string) (r replay.Report) {
		t.Helper()
		if err := json.Unmarshal([]byte(p.output(append([]string{"replay", "--json"}, args...)...)), &r); err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := tried("--model="+same, "--from=2025-01-10"); r.Buyers != 40 || r.Records == 0 || r.Better+r.Worse != 0 ||
		r.Raised+r.Lowered != 0 || len(r.Differences) != 0 || r.Moves[0] != r.Moves[1] {
		t.Errorf("under the same model: %+v", r)
	}
	if r := tried("--model="+other, "--to=2025-01-20"); r.Better != 0 || r.Worse == 0 || r.Lowered == 0 ||
		r.To > "2025-01-20" {
		t.Errorf("under a harsher model: %+v", r)
	}
	if rows, err := p.query("SELECT count() FROM scores WHERE model != 'barometer-1'"); err != nil || rows[0][0] != "0" {
		t.Errorf("replay has published: %v, %v", rows, err)
	}
	p.command("model", "activate", other)
	p.eventually(30*time.Second, "scores are made with it", func() error {
		rows, err := p.query("SELECT count() FROM scores WHERE model = 'harsher'")
		if err == nil && rows[0][0] == "0" {
			err = fmt.Errorf("none is")
		}
		return err
	})
}

// output is what a command prints, without what it says on the way.
func (p *product) output(args ...string) string {
	p.t.Helper()
	out, err := p.prepared(args).Output()
	if err != nil {
		p.t.Fatalf("%v: %v", args, err)
	}
	return string(out)
}
