package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"barometer/cmd/barometer/internal/app"
	"barometer/configs"
	"barometer/deploy/kafkatest"
	"barometer/ingest/kafkalog"
)

// TestADocumentIsStoredBeforeItIsSaid: its bytes under their SHA-256, its name in the message alone; what is refused
// leaves neither behind.
func TestADocumentIsStoredBeforeItIsSaid(t *testing.T) {
	anyBroker(t)
	t.Parallel()
	at, dir := kafkatest.Embedded(t), t.TempDir()
	cfg := configs.Default()
	cfg.Kafka.Brokers = []string{at}
	client, err := app.OpenKafka(&cfg, cfg.Kafka.Brokers, logger(cfg.Logging))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	if err := client.EnsureTopics(t.Context(), kafkalog.Topics(2, true)); err != nil {
		t.Fatal(err)
	}
	dataDir, file, program := filepath.Join(dir, "data"), filepath.Join(dir, "..x.pdf"), filepath.Join(dir, "invoice.pdf")
	for path, content := range map[string]string{file: "%PDF-1.7\ntrailer\n%%EOF\n", program: "\x7fELF\x02\x01\x01\x00"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	add := func(more ...string) int {
		return execute(t.Context(), append([]string{"document", "add", "--data_dir=" + dataDir, "--kafka.brokers=" + at,
			"--secret_key=" + strings.Repeat("k", 32)}, more...))
	}
	held := func() (names []string) {
		entries, err := os.ReadDir(filepath.Join(dataDir, "documents"))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return names
	}
	said := func() (all []map[string]any) {
		if _, err := client.ReadAll(t.Context(), "risk.portfolio", func(_ int, r kafkalog.Record) error {
			var m map[string]any
			all = append(all, m)
			return json.Unmarshal(r.Value, &all[len(all)-1])
		}); err != nil {
			t.Fatal(err)
		}
		return all
	}
	about := []string{"--case=b-1/case-P-1-1", "--kind=invoice", file}
	if status := add(about...); status != exitFailure {
		t.Errorf("into a data directory that no Barometer has made: %d", status)
	}
	if err := os.MkdirAll(filepath.Join(dataDir, "documents"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		status int
		args   []string
	}{
		"no kind":           {exitUsage, []string{"--case=b-1/case-P-1-1", file}},
		"an unknown kind":   {exitUsage, []string{"--case=b-1/case-P-1-1", "--kind=photo", file}},
		"of nothing":        {exitUsage, []string{"--kind=invoice", file}},
		"of both":           {exitUsage, append([]string{"--claim=b-1/claim-P-1-1"}, about...)},
		"no id of a case":   {exitUsage, []string{"--case=P-1", "--kind=invoice", file}},
		"no file":           {exitUsage, []string{"--case=b-1/case-P-1-1", "--kind=invoice", file + "x"}},
		"a program":         {exitFailure, []string{"--case=b-1/case-P-1-1", "--kind=invoice", program}},
		"a store not there": {exitFailure, append([]string{"--documents.url=file:///is/not/there"}, about...)},
	} {
		if status := add(c.args...); status != c.status {
			t.Errorf("%s: status %d, want %d", name, status, c.status)
		}
	}
	if names, messages := held(), said(); len(names)+len(messages) > 0 {
		t.Fatalf("what was refused left %v and %v", names, messages)
	}
	for range 2 {
		if status := add(about...); status != 0 {
			t.Fatalf("status %d", status)
		}
	}
	names, messages := held(), said()
	if len(names) != 1 || len(names[0]) != 64 || len(messages) != 2 || messages[0]["sha256"] != names[0] ||
		messages[0]["name"] != "..x.pdf" || messages[0]["case_id"] != "b-1/case-P-1-1" || messages[0]["bytes"] != 23.0 ||
		messages[0]["document_id"] == "" || messages[0]["document_id"] != messages[1]["document_id"] ||
		messages[0]["id"] != messages[1]["id"] {
		t.Errorf("the store holds %v, the messages are %v", names, messages)
	}
	if status := add("--claim=b-1/claim-P-1-1", "--kind=other", "--id=mine", file); status != 0 {
		t.Fatalf("status %d", status)
	}
	messages = said()
	if last := messages[len(messages)-1]; len(held()) != 1 || len(messages) != 3 {
		t.Errorf("the same bytes of a claim: %v, %v", held(), last)
	}
}
