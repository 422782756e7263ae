package configs

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// TestTheCommentedFileSaysEveryDefault: the file in this folder holds each key, with the default as its value.
func TestTheCommentedFileSaysEveryDefault(t *testing.T) {
	settings, err := readFile("barometer.yaml")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, s := range settings {
		found[s.key] = true
	}
	for _, key := range Keys() {
		if !found[key] {
			t.Errorf("barometer.yaml does not say %s", key)
		}
	}
	got, err := Load(Sources{File: "barometer.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	got.HTTP.Tokens, got.Kafka.Brokers = nil, nil // an empty list is no list
	if !reflect.DeepEqual(*got, want) {
		t.Errorf("barometer.yaml gives\n%+v, the defaults are\n%+v", *got, want)
	}
}

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFlagsBeatEnvironmentBeatsFile(t *testing.T) {
	secret := write(t, "key", strings.Repeat("k", 40)+"\n")
	file := write(t, "b.yaml", "http:\n  listen: 127.0.0.1:1\nlog:\n  partitions: 3\nsnapshots: {every: 30s}\n")
	got, err := Load(Sources{File: file,
		Env: []string{"BAROMETER_HTTP_LISTEN=127.0.0.1:2", "BAROMETER_KAFKA_BROKERS=a:1, b:2", "BAROMETER_SECRET_KEY_FILE=" + secret, "PATH=x",
			`BAROMETER_HTTP_TOKENS=[{"sha256": "` + strings.Repeat("0", 64) + `", "role": "policyholder", "holder": "h1"}]`},
		Flags: map[string]string{"http.listen": "127.0.0.1:3", "log.partitions": "5"}})
	if err != nil {
		t.Fatal(err)
	}
	if got.HTTP.Listen != "127.0.0.1:3" || got.Log.Partitions != 5 || got.Snapshots.Every.Seconds() != 30 {
		t.Errorf("got %+v", got)
	}
	if !reflect.DeepEqual(got.Kafka.Brokers, []string{"a:1", "b:2"}) || got.SecretKey != strings.Repeat("k", 40) {
		t.Errorf("brokers %q, key of %d characters", got.Kafka.Brokers, len(got.SecretKey))
	}
	if len(got.HTTP.Tokens) != 1 || got.HTTP.Tokens[0].Holder != "h1" {
		t.Errorf("tokens %+v", got.HTTP.Tokens)
	}
}

// TestEveryMistakeIsNamedWhereItStands: all of them at once, with file and line, variable or flag.
func TestEveryMistakeIsNamedWhereItStands(t *testing.T) {
	file := write(t, "b.yaml", `clock: sundial
htp:
  listen: x
http:
  lissten: 127.0.0.1:8080
  listen: 0.0.0.0:80
log:
  partitions: many
kafka: 7
alerting:
  smtp_url: http://x
  from: nobody
secret_key: short
secret_key: short
`)
	_, err := Load(Sources{File: file, Env: []string{"BAROMETER_DATA_DIR=", "BAROMETER_NONSENSE=1"}, Flags: map[string]string{"snapshots.every": "soon"}})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{":1: clock: \"sundial\"", ":2: htp: unknown key", ":5: http.lissten: unknown key (is http.listen meant?)",
		":6: http.listen: without http.tokens", ":8: log.partitions: want a whole number", ":9: kafka: want keys below it",
		":11: alerting.smtp_url: want smtp", ":12: alerting.from", ":14: secret_key: want at least 32", ":14: secret_key: the key stands here twice",
		"environment variable BAROMETER_NONSENSE: nonsense: unknown key", "environment variable BAROMETER_DATA_DIR: data_dir: want a path",
		"flag --snapshots.every: snapshots.every: want a duration"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("missing %q in:\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), "short") {
		t.Error("a secret is printed")
	}
}
