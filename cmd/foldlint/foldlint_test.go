package main

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"
)

// Each rule is broken in testdata, with the complaint that it must draw.
func TestEveryBrokenRuleIsFound(t *testing.T) {
	dir := analysistest.TestData()
	analysistest.Run(t, dir, pure, "barometer/processor/impure", "barometer/processor/runner")
	analysistest.Run(t, dir, lines, "barometer/long", "barometer/grown")
	analysistest.Run(t, dir, imports, "barometer/processor/importer", "barometer/storage/importer", "barometer/dashboard")
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		from, to string
		refused  bool
	}{
		{"barometer/ingest", "github.com/segmentio/kafka-go", true},
		{"barometer/ingest/kafkalog", "github.com/segmentio/kafka-go/protocol", false},
		{"barometer/deploy/kafkatest", "github.com/segmentio/kafka-go", false},
		{"barometer/ingest", "github.com/cenkalti/backoff/v5", true},
		{"barometer/ingest", "barometer/internal/retry", false},
		{"barometer/processor/score", "barometer/internal/retry", true},
		{"barometer/dashboard", "github.com/ClickHouse/clickhouse-go/v2", true},
		{"barometer/storage", "github.com/ClickHouse/clickhouse-go/v2", false},
		{"barometer/processor", "context", true},
		{"barometer/processor", "log/slog", true},
		{"barometer/processor", "barometer/processor/runner", true},
		{"barometer/processor", "barometer/processor/score", false},
		{"barometer/processor/score", "barometer/ingest", true},
		{"barometer/ingest/event", "barometer/processor/decision", false},
		{"barometer/processor/model", "go.yaml.in/yaml/v3", false},
		{"barometer/processor/model", "os", true},
		{"barometer/processor/score", "go.yaml.in/yaml/v3", true},
		{"barometer/processor/runner", "context", false},
		{"barometer/processor/runner", "barometer/storage", true},
		{"barometer/alerting", "barometer/storage", true},
		{"barometer/alerting", "barometer/ingest/kafkalog", false},
		{"barometer/alerting/route", "barometer/ingest/kafkalog/tenancy", false},
		{"barometer/processor", "barometer/ingest/kafkalog/tenancy", true},
		{"barometer/dashboard", "barometer/ingest/decode", false},
		{"barometer/dashboard", "barometer/dashboard/api", false},
		{"barometer/cmd/barometer/internal/app", "barometer/dashboard/desk", false},
		{"barometer/dashboard/desk", "barometer/dashboard/portfolio", false},
		{"barometer/dashboard/desk", "barometer/dashboard/api", true},
		{"barometer/dashboard/portal", "barometer/dashboard/desk", true},
		{"barometer/dashboard/portfolio", "barometer/dashboard/api", true},
		{"barometer/dashboard/api", "barometer/storage/history", false},
		{"barometer/dashboard/api", "barometer/storage", true},
		{"barometer/dashboard/identity", "barometer/alerting", true},
		{"barometer/dashboard/desk", "github.com/ClickHouse/clickhouse-go/v2", true},
		{"barometer/storage", "barometer/cmd/barometer", true},
		{"barometer/cmd/barometer", "barometer/storage", false},
	} {
		if why := refusal(c.from, c.to); (why != "") != c.refused {
			t.Errorf("%s imports %s: %q", c.from, c.to, why)
		}
	}
}
