package main

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"barometer/ingest/kafkalog"
)

// TestDeadLettersAreReadCorrectedAndSentAgain: messages that ingest cannot read, and one that the fold refuses.
func TestDeadLettersAreReadCorrectedAndSentAgain(t *testing.T) {
	long(t)
	p := productWithBuyer(t)
	client := p.client()
	send := func(m map[string]any) {
		value, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.Append(t.Context(), "risk.portfolio", 1, []kafkalog.Record{{Key: []byte("k"), Value: value,
			Headers: []kafkalog.Header{{Key: "from", Value: []byte("erp")}}}}); err != nil {
			t.Fatal(err)
		}
	}
	unreadable, refused := sector("99999"), buyer("B-2")
	refused["founded_on"] = "2190-01-01"
	send(unreadable)
	send(refused)
	if _, err := client.Append(t.Context(), "risk.payments", 0,
		[]kafkalog.Record{{Value: []byte(`{"type":`)}}); err != nil {
		t.Fatal(err)
	}
	p.lists("2", "deadletter", "list")
	p.lists("1", "deadletter", "list", "--rejections")

	counts := p.command("deadletter", "list", "--counts")
	if !strings.Contains(counts, "risk.payments") || !strings.Contains(counts, "malformed_json") ||
		!strings.Contains(counts, "bad_field") {
		t.Errorf("the counts are\n%s", counts)
	}
	if said := p.command("deadletter", "show", "risk.portfolio/1/0"); !strings.Contains(said, `"sector":"99999"`) ||
		!strings.Contains(said, `header  from: "erp"`) {
		t.Errorf("show says\n%s", said)
	}
	if said := p.command("deadletter", "show", "risk.portfolio/1/1"); !strings.Contains(said, "future_date") ||
		!strings.Contains(said, "2190-01-01") {
		t.Errorf("of a rejection show says\n%s", said)
	}
	p.lists("1", "tail", "risk.deadletter", "--from-start", "--exit", "--buyer", "B-1")
	p.lists("1", "tail", "--from-start", "--exit", "--kind", "input.rejected", "--buyer", "B-2")
	p.lists("0", "tail", "--exit")
	for _, wrong := range [][]string{
		{"2", "tail", "--kind", "score.chnaged"},
		{"1", "deadletter", "replay", "--yes", "risk.portfolio/1/0"}, // it would be a dead letter again
		{"1", "deadletter", "replay", "risk.portfolio/1/1"},          // nobody says yes
		{"1", "deadletter", "show", "risk.portfolio/1/777"},
		{"2", "deadletter", "show", "nonsense"},
		{"2", "deadletter", "replay"},
	} {
		if status := p.status(wrong[1:]...); status != wrong[0] {
			t.Errorf("%v ends with status %s, want %s", wrong[1:], status, wrong[0])
		}
	}
	p.command("deadletter", "replay", "--yes", "--set", "sector=47", "risk.portfolio/1/0")
	p.command("deadletter", "replay", "--yes", "--set", "founded_on=1990-01-01", "--reason", "future_date", "--rejections")
	p.eventually(30*time.Second, "both are accepted", func() error {
		rows, err := p.query("SELECT buyer_id, sector FROM buyers_now ORDER BY buyer_id")
		if got := fmt.Sprint(rows); err != nil || got != "[[B-1 47] [B-2 46]]" {
			return fmt.Errorf("got %s: %w", got, err)
		}
		return nil
	})

	// A record that the fold takes cannot be set aside, nor one that there is not.
	for _, wrong := range [][]string{{"1", "1-0-0"}, {"1", "1-0-999999"}, {"1", "7-0-999999"}, {"1", "1-99-0"},
		{"2", "nonsense"}} {
		if status := p.status("quarantine", wrong[1]); status != wrong[0] {
			t.Errorf("quarantine %s ends with status %s, want %s", wrong[1], status, wrong[0])
		}
	}
	p.stop()
}

// lists waits until a list has so many lines.
func (p *product) lists(lines string, args ...string) {
	p.t.Helper()
	p.eventually(20*time.Second, fmt.Sprint(args), func() error {
		if said := p.command(args...); fmt.Sprint(strings.Count(said, "\n")) != lines {
			return fmt.Errorf("it says\n%s", said)
		}
		return nil
	})
}

// status is the exit status of a command.
func (p *product) status(args ...string) string {
	err := p.try(args...)
	if exit, ok := err.(*exec.ExitError); ok {
		return fmt.Sprint(exit.ExitCode())
	}
	return fmt.Sprint(err)
}
