package app

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"barometer/alerting"
	"barometer/alerting/subscription"
	"barometer/cmd/barometer/internal/benchfeed"
	"barometer/ingest/kafkalog"

	"github.com/sourcegraph/conc"
)

// latencyEvents is how many insolvencies are timed, one after the other.
const latencyEvents = 100

// BenchmarkWebhook is one event on an idle installation, from a producer's call to the policyholder's end of the
// webhook: an insolvency that cancels a limit. It always times latencyEvents of them.
func BenchmarkWebhook(b *testing.B) {
	in := benchInstallation(b)
	in.cfg.Alerting.AllowPrivateTargets = true
	ctx, cancel := context.WithCancel(context.Background())
	var roles conc.WaitGroup
	for _, run := range []func(context.Context, *installation) error{runIngest, runProcess, runStore, runAlert} {
		roles.Go(func() {
			if err := run(ctx, in); err != nil {
				b.Error(err)
			}
		})
	}
	defer roles.Wait()
	defer cancel()

	hooks := newReceiver(b)
	subscriptions, err := alerting.NewSubscriptions(in.kafka, in.secret, true, in.log)
	if err != nil {
		b.Fatal(err)
	}
	roles.Go(func() { _ = subscriptions.Run(ctx) })
	_, _, err = subscriptions.Create(ctx, "H-0", subscription.Draft{Channel: "webhook", Target: hooks.url,
		MinimumSeverity: "critical"})
	if err != nil {
		b.Fatal(err)
	}
	benchfeed.Fill(b, in.kafka, "risk.portfolio", insured)
	settle(b, in, in.registry)
	time.Sleep(2 * time.Second) // what is idle has nothing left to do

	if hooks.heard("L-") {
		b.Fatal("the webhook was told of buyers before anything befell them")
	}

	took := make([]time.Duration, latencyEvents)
	b.ResetTimer()
	for i := range took {
		started := time.Now()
		value := fmt.Sprintf(
			`{"type":"news","id":"n-%d","at":"%s","buyer_id":"L-%d","headline":"Bankruptcy","category":"insolvency.opened","source":{"name":"Register","kind":"register"}}`, i, started.UTC().Format(time.RFC3339), i)
		if _, err := in.kafka.Append(ctx, "risk.news", 0,
			[]kafkalog.Record{{Key: []byte("L"), Value: []byte(value)}}); err != nil {
			b.Fatal(err)
		}
		for !hooks.heard(fmt.Sprintf("L-%d\"", i)) {
			if time.Since(started) > 30*time.Second {
				b.Fatalf("event %d reached no webhook", i)
			}
			time.Sleep(200 * time.Microsecond)
		}
		took[i] = time.Since(started)
		time.Sleep(30 * time.Millisecond)
	}
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(0, "ns/op")
}

// receiver takes webhooks.
type receiver struct {
	url    string
	mu     sync.Mutex
	bodies []string
}

func newReceiver(b *testing.B) *receiver {
	r := &receiver{}
	s := httptest.NewServer(r)
	b.Cleanup(s.Close)
	r.url = s.URL
	return r
}

func (r *receiver) ServeHTTP(_ http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bodies = append(r.bodies, string(body))
}

// heard tells whether a webhook with some text was taken.
func (r *receiver) heard(text string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(r.bodies, func(body string) bool { return strings.Contains(body, text) })
}

// insured are buyers with accounts, and a limit on each.
func insured(yield func(key, value string) bool) {
	now := time.Now().UTC()
	at := now.Format(time.RFC3339)
	yield("p", fmt.Sprintf(
		`{"type":"policy.upserted","id":"p","at":"%s","policy_id":"P-0","holder":{"id":"H-0","name":"Holder","language":"en"},"currency":"EUR","insured_percentage":90,"effective_on":"2026-01-01"}`, at))
	for i := range latencyEvents {
		b := fmt.Sprintf("L-%d", i)
		yield(b, fmt.Sprintf(
			`{"type":"buyer.upserted","id":"b-%s","at":"%s","buyer_id":"%s","name":"Buyer","country":"NL","sector":"46","founded_on":"1990-01-01"}`, b, at, b))
		yield(b, strings.NewReplacer("$B", b, "$AT", at, "$END", now.AddDate(0, -4, 0).Format(time.DateOnly)).Replace(
			`{"type":"statement.filed","id":"s-$B","at":"$AT","buyer_id":"$B","period_end":"$END","months":12,"currency":"EUR","total_assets":"9000000","equity":"4000000","current_assets":"5000000","inventories":"500000","cash":"1500000","current_liabilities":"2000000","total_liabilities":"5000000","trade_payables":"1500000","revenue":"20000000","ebit":"1500000","net_income":"1000000","depreciation":"300000"}`))
		yield(b, fmt.Sprintf(
			`{"type":"limit.requested","id":"r-%s","at":"%s","request_id":"r-%s","policy_id":"P-0","buyer_id":"%s","kind":"new","amount":"10000.00","currency":"EUR"}`, b, at, b, b))
	}
}
