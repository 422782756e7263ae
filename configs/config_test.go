package configs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
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
	got.HTTP.Tokens, got.HTTP.TrustedProxies, got.Kafka.Brokers = nil, nil, nil // an empty list is no list
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
		Env: []string{"BAROMETER_HTTP_LISTEN=127.0.0.1:2", "BAROMETER_KAFKA_BROKERS=a:1, b:2",
			"BAROMETER_SECRET_KEY_FILE=" + secret, "PATH=x",
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
	_, err := Load(Sources{File: file, Env: []string{"BAROMETER_DATA_DIR=", "BAROMETER_NONSENSE=1"},
		Flags: map[string]string{"snapshots.every": "soon"}})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{":1: clock: \"sundial\"", ":2: htp: unknown key",
		":5: http.lissten: unknown key (is http.listen meant?)",
		":6: http.listen: without http.tokens", ":8: log.partitions: want a whole number", ":9: kafka: want keys below it",
		":11: alerting.smtp_url: want smtp", ":12: alerting.from", ":14: secret_key: want at least 32",
		":14: secret_key: the key stands here twice",
		"environment variable BAROMETER_NONSENSE: nonsense: unknown key",
		"environment variable BAROMETER_DATA_DIR: data_dir: want a path",
		"flag --snapshots.every: snapshots.every: want a duration"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("missing %q in:\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), "short") {
		t.Error("a secret is printed")
	}
}

// TestTokensCrossNoNetworkInClear: beyond loopback they need TLS, or a proxy that is stated.
func TestTokensCrossNoNetworkInClear(t *testing.T) {
	cert, key := certificate(t)
	token := `[{sha256: "` + strings.Repeat("0a", 32) + `", role: analyst, name: ann}]`
	for name, c := range map[string]struct {
		flags map[string]string
		want  string // in the error; empty: none
	}{
		"plain on loopback":  {map[string]string{"http.tokens": token}, ""},
		"plain on a network": {map[string]string{"http.listen": "0.0.0.0:8080", "http.tokens": token}, "in clear"},
		"a proxy is stated": {map[string]string{"http.listen": "0.0.0.0:8080", "http.tokens": token,
			"http.trusted_proxies": "10.0.0.0/8, ::1/128"}, ""},
		"a proxy of no form": {map[string]string{"http.listen": "0.0.0.0:8080", "http.tokens": token,
			"http.trusted_proxies": "10.0.0.1"}, "10.1.2.3/32"},
		"TLS": {map[string]string{"http.listen": ":8080", "http.tokens": token,
			"http.tls.cert_file": cert, "http.tls.key_file": key}, ""},
		"TLS without tokens": {map[string]string{"http.listen": ":8080", "http.tls.cert_file": cert,
			"http.tls.key_file": key}, "without http.tokens"},
		"a key is missing": {map[string]string{"http.tls.cert_file": cert}, "come together"},
		"cert and key do not fit": {map[string]string{"http.tls.cert_file": cert, "http.tls.key": "no key"},
			"do not make a certificate"},
	} {
		_, err := Load(Sources{Flags: c.flags})
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// certificate makes files with a certificate and its key.
func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1)}, &x509.Certificate{},
		private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return write(t, "cert.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))),
		write(t, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: raw})))
}

func TestTokensThatAreWrong(t *testing.T) {
	one, two := strings.Repeat("1a", 32), strings.Repeat("2b", 32)
	for name, c := range map[string]struct{ tokens, want string }{
		"two of one digest": {`[{sha256: ` + one + `, role: analyst, name: ann}, {sha256: ` + strings.ToUpper(one) +
			`, role: policyholder, holder: h}]`, "token 2: has the sha256 of token 1"},
		"an analyst has no name": {`[{sha256: ` + one + `, role: analyst}]`, "token 1: an analyst's token needs a name"},
		"a role of another side": {`[{sha256: ` + one + `, role: analyst, name: ann}, {sha256: ` + two +
			`, role: policyholder, holder: h, roles: [view, underwriter]}]`, `token 2: roles: "underwriter" is none`},
		"a holder of an analyst": {`[{sha256: ` + one + `, role: analyst, name: ann, holder: h}]`,
			"token 1: an analyst's token has no holder"},
		"a policyholder of none": {`[{sha256: ` + one + `, role: policyholder}]`,
			"token 1: a policyholder's token needs its holder"},
		"no digest": {`[{sha256: abc, role: analyst, name: ann}]`, "token 1: sha256 must be 64"},
		"right": {`[{sha256: ` + one + `, role: analyst, name: ann, roles: [operator]}, {sha256: ` + two +
			`, role: policyholder, holder: h}]`, ""},
	} {
		_, err := Load(Sources{Flags: map[string]string{"http.tokens": c.tokens}})
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
