package app

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"barometer/cmd/barometer/internal/benchfeed"

	"github.com/sourcegraph/conc"
)

// requestBuyers is how many buyers the installation has whose limits are requested.
var requestBuyers = flag.Int("request-buyers", 100_000, "buyers of BenchmarkRequests")

// A request is due every so often, whether those before it are answered or not.
const (
	requestsTimed   = 5000
	requestEvery    = 2 * time.Millisecond
	requestPolicies = 200
)

// BenchmarkRequests is limit requests over HTTP at 500 a second, each on a buyer of its own and waiting for its
// decision, on the embedded default with all roles in one process. Times count from when a request was due. It always
// times requestsTimed of them.
func BenchmarkRequests(b *testing.B) {
	in := benchInstallation(b)
	in.cfg.HTTP.Listen = freeAddress(b)
	in.cfg.Snapshots.Every = 10 * time.Second // as long as the timing: there is one in it
	ctx, cancel := context.WithCancel(context.Background())
	var roles conc.WaitGroup
	for _, run := range []func(context.Context, *installation) error{runIngest, runProcess, runStore, runServe} {
		roles.Go(func() {
			if err := run(ctx, in); err != nil {
				b.Error(err)
			}
		})
	}
	defer roles.Wait()
	defer cancel()
	benchfeed.Fill(b, in.kafka, "risk.portfolio", func(yield func(key, value string) bool) {
		for i := range requestPolicies { // each has its requests a minute
			yield("p", fmt.Sprintf(
				`{"type":"policy.upserted","id":"p-%d","at":"2026-01-01T00:00:00Z","policy_id":"P-%d","holder":{"id":"H-0","name":"Holder","language":"en"},"currency":"EUR","insured_percentage":90,"effective_on":"2026-01-01"}`, i, i))
		}
		for i := range *requestBuyers {
			yield(strconv.Itoa(i),
				fmt.Sprintf(
					`{"type":"buyer.upserted","id":"b-%d","at":"2026-01-01T00:00:00Z","buyer_id":"B-%d","name":"Buyer %d","country":"NL","sector":"46","founded_on":"1990-01-01"}`, i, i, i))
		}
	})
	settle(b, in, in.registry)
	waitFor(b, "ClickHouse has the policy", func() bool { return has(b, in, "policies", requestPolicies) })
	waitFor(b, "ClickHouse has the buyers", func() bool { return has(b, in, "buyers", *requestBuyers) })

	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}
	ask := func(i int) error {
		body := fmt.Sprintf(
			`{"request_id":"r-%d","policy_id":"P-%d","buyer_id":"B-%d","kind":"new","amount":"9000.00","currency":"EUR"}`, i,
			i%requestPolicies, i*7919%*requestBuyers)
		res, err := client.Post("http://"+in.cfg.HTTP.Listen+"/v1/limit-requests?wait=5s", "application/json",
			strings.NewReader(body))
		if err != nil {
			return err
		}
		defer res.Body.Close()
		answer, err := io.ReadAll(res.Body)
		if err == nil && (res.StatusCode != http.StatusCreated || !strings.Contains(string(answer), `"approved"`)) {
			err = fmt.Errorf("%s: %s", res.Status, answer)
		}
		return err
	}
	for i := range 200 { // connections are open and everything has been called once
		if err := ask(requestsTimed + i); err != nil {
			b.Fatal(err)
		}
	}
	took := make([]time.Duration, requestsTimed)
	var asking conc.WaitGroup
	b.ResetTimer()
	started := time.Now()
	for i := range took {
		due := started.Add(time.Duration(i) * requestEvery)
		time.Sleep(time.Until(due))
		asking.Go(func() {
			if err := ask(i); err != nil {
				b.Error(err)
			}
			took[i] = time.Since(due)
		})
	}
	asking.Wait()
	b.StopTimer()
	slices.Sort(took)
	for _, p := range []int{50, 99} {
		b.ReportMetric(float64(took[len(took)*p/100].Microseconds())/1000, fmt.Sprintf("p%d-ms", p))
	}
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "longest-ms")
	b.ReportMetric(0, "ns/op")
}

// has tells whether a table has at least so many rows.
func has(b *testing.B, in *installation, table string, rows int) bool {
	res, err := http.Post(in.clickhouse+"/?database=barometer", "text/plain",
		strings.NewReader("SELECT count() FROM "+table))
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	n, _ := strconv.Atoi(strings.TrimSpace(string(body)))
	return err == nil && n >= rows
}
