package kafkalog_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http/httptest"
	"testing"
	"time"

	"barometer/ingest/kafkalog"

	"github.com/twmb/franz-go/pkg/kfake"
)

func TestLogin(t *testing.T) {
	server := httptest.NewTLSServer(nil) // for its certificate, which is for 127.0.0.1
	defer server.Close()
	trusted := x509.NewCertPool()
	trusted.AddCert(server.Certificate())
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, "x"),
		kfake.TLS(&tls.Config{Certificates: server.TLS.Certificates}), kfake.EnableSASL(), kfake.Superuser("PLAIN", "plain",
			"one"), kfake.Superuser("SCRAM-SHA-256", "short", "two"), kfake.Superuser("SCRAM-SHA-512", "long", "three"))
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Close()
	config := func(s kafkalog.SASL) kafkalog.Config {
		return kafkalog.Config{Brokers: cluster.ListenAddrs(), TLS: &tls.Config{RootCAs: trusted}, SASL: s}
	}
	for _, s := range []kafkalog.SASL{{"PLAIN", "plain", "one"}, {"SCRAM-SHA-256", "short", "two"},
		{"SCRAM-SHA-512", "long", "three"}} {
		c, err := kafkalog.Open(config(s))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Ready(within(t, 10*time.Second)); err != nil {
			t.Errorf("%s: %v", s.Mechanism, err)
		}
		mustAppend(t, c, "x", 0, numbered(0, 1))
		generations, stop := member(t, c, s.User, "x")
		until(t, generations, 1)
		stop()
		c.Close()
	}
	for _, s := range []kafkalog.SASL{{}, {"PLAIN", "plain", "wrong"}, {"SCRAM-SHA-512", "long", "wrong"}} {
		c, err := kafkalog.Open(config(s))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Ready(within(t, 10*time.Second)); err == nil {
			t.Errorf("%+v gets in", s)
		}
		c.Close()
	}
}
