package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"barometer/deploy/kafkatest"
)

// send puts messages into a source topic by the API.
func (p *product) send(topic string, messages ...map[string]any) {
	p.t.Helper()
	p.post("/v1/events?topic="+topic, messages, nil)
}

func buyer(id string) map[string]any {
	return map[string]any{"type": "buyer.upserted", "id": "b-" + id, "at": "2026-01-01T00:00:00Z", "buyer_id": id,
		"name":    "Buyer " + id,
		"country": "NL", "sector": "46"}
}

func insolvency(id string) map[string]any {
	return map[string]any{"type": "news", "id": "i-" + id, "at": time.Now().UTC().Format(time.RFC3339), "buyer_id": id,
		"headline": "Bankruptcy",
		"category": "insolvency.opened", "source": map[string]any{"name": "Register", "kind": "register"}}
}

// graded waits until ClickHouse has a buyer at a grade.
func (p *product) graded(id, grade string) {
	p.t.Helper()
	p.eventually(40*time.Second, fmt.Sprintf("buyer %s has grade %s", id, grade), func() error {
		rows, err := p.query("SELECT grade FROM buyers_now WHERE buyer_id = '" + id + "'")
		if err != nil {
			return err
		}
		if len(rows) != 1 || rows[0][0] != grade {
			return fmt.Errorf("got %v", rows)
		}
		return nil
	})
}

// productWithBuyer is a running product that knows a buyer, B-1.
func productWithBuyer(t *testing.T) *product {
	t.Helper()
	p := newProduct(t)
	p.start("run")
	p.ready()
	p.send("risk.portfolio", buyer("B-1"))
	p.graded("B-1", "6")
	return p
}

func TestCtrlCStopsAndASecondStartIsRefused(t *testing.T) {
	long(t)
	p := newProduct(t)
	p.start("run")
	p.ready()
	second := *p
	second.http, second.clickhouse, second.kafka = freeAddress(t), freeAddress(t), freeAddress(t)
	second.start("run", "--http.listen="+second.http, "--embedded.clickhouse_listen="+second.clickhouse)
	if said := second.fails(1); !strings.Contains(said, "is in use by another process") {
		t.Errorf("a second start says: %s", said)
	}
	p.stop()
}

func TestALogThatIsNotTheOneOfTheHistoryIsRefused(t *testing.T) {
	long(t)
	if kafkatest.IsReal() {
		t.Skip("a real Kafka does not lose its topics by losing a folder of ours")
	}
	p := productWithBuyer(t)
	p.stop()
	if err := os.RemoveAll(filepath.Join(p.dir, "data", "kafka")); err != nil {
		t.Fatal(err)
	}
	p.start("run")
	if said := p.fails(1); !strings.Contains(said, "log_mismatch") {
		t.Errorf("it says: %s", said)
	}
}

// TestTheEngineIsKilledAlone kills ClickHouse under the product, which waits, starts it again and catches up.
func TestTheEngineIsKilledAlone(t *testing.T) {
	long(t)
	p := productWithBuyer(t)
	if p.killEngine() == 0 {
		t.Fatal("the product has no child")
	}
	p.send("risk.news", insolvency("B-1"))
	p.graded("B-1", "10")
	p.ready()
	p.stop()
}

func TestAReceiverThatIsDownIsToldLater(t *testing.T) {
	long(t)
	p := newProduct(t)
	p.start("run")
	p.ready()
	address := freeAddress(t)
	var subscribed struct {
		Secret string `json:"secret"`
	}
	p.post("/v1/subscriptions", map[string]any{"holder_id": "H", "channel": "webhook", "target": "http://" + address},
		&subscribed)
	p.send("risk.portfolio", map[string]any{"type": "policy.upserted", "id": "p", "at": "2026-01-01T00:00:00Z",
		"policy_id": "P",
		"holder":    map[string]any{"id": "H", "name": "Holder", "language": "nl"}, "currency": "EUR",
		"insured_percentage": 90, "effective_on": "2026-01-01"},
		buyer("B-2"), map[string]any{"type": "limit.requested", "id": "r", "at": time.Now().UTC().Format(time.RFC3339),
			"request_id": "R",
			"policy_id":  "P", "buyer_id": "B-2", "kind": "new", "amount": "10000.00", "currency": "EUR"})
	tried := func(want string) func() error {
		return func() error {
			res, err := http.Get("http://" + p.http + "/v1/notifications")
			if err != nil {
				return err
			}
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			if err != nil || !strings.Contains(string(body), want) {
				return fmt.Errorf("%s: %w", body, err)
			}
			return nil
		}
	}
	p.eventually(20*time.Second, "a first attempt has failed", tried("the connection was refused"))
	p.kill() // what was tried is known after a restart

	hooks := &receiver{secret: subscribed.Secret, bodies: map[string]string{}, seen: map[string]string{}}
	hooks.listen(t, address)
	p.start("run")
	p.ready()
	p.eventually(40*time.Second, "it is delivered", tried(`"delivered"`))
	told, _ := hooks.changes(t, hooks.seen)
	if len(told) != 1 || len(hooks.wrong) > 0 {
		t.Errorf("the receiver got %v, and complains: %v", told, hooks.wrong)
	}
	p.stop()
}
