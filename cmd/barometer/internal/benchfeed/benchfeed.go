// Package benchfeed has the messages that benchmarks send: suppliers with many buyers, their invoices and payments.
package benchfeed

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"barometer/ingest/kafkalog"
)

const (
	buyers   = 20_000
	policies = 20
)

// Feed gives messages with their keys.
type Feed func(yield func(key, value string) bool)

// MasterData is the policies and the buyers.
func MasterData() Feed {
	return func(yield func(key, value string) bool) {
		for p := range policies {
			yield("p", fmt.Sprintf(
				`{"type":"policy.upserted","id":"p-%d","at":"2026-01-01T00:00:00Z","policy_id":"P-%d","holder":{"id":"H-%d","name":"Holder","language":"en"},"currency":"EUR","insured_percentage":90,"effective_on":"2026-01-01"}`, p, p, p))
		}
		for i := range buyers {
			yield(strconv.Itoa(i),
				fmt.Sprintf(
					`{"type":"buyer.upserted","id":"b-%d","at":"2026-01-01T00:00:00Z","buyer_id":"B-%06d","name":"Buyer %d","country":"NL","sector":"46"}`, i, i, i))
		}
	}
}

// PaymentData is an invoice and its payment in turn, over all buyers, each as late as it usually is, give or take a
// day.
func PaymentData(from, to int) Feed {
	today := time.Now().UTC()
	day := func(ago int) string { return today.AddDate(0, 0, -ago).Format(time.DateOnly) }
	return func(yield func(key, value string) bool) {
		for i := from / 2; i < to/2; i++ {
			n := i * 7919 % buyers
			buyer, policy := fmt.Sprintf("B-%06d", n), i%policies
			due := 10 + i%30
			yield(buyer,
				fmt.Sprintf(
					`{"type":"invoice.issued","id":"i-%d","at":"%sT09:00:00Z","policy_id":"P-%d","buyer_id":"%s","invoice_id":"I-%d","amount":"%d.50","currency":"EUR","delivered_on":"%s","due_on":"%s"}`, i, day(due+30), policy, buyer, i, 500+i%9000, day(due+30), day(due)))
			yield(buyer,
				fmt.Sprintf(
					`{"type":"invoice.paid","id":"m-%d","at":"%sT09:00:00Z","policy_id":"P-%d","buyer_id":"%s","invoice_id":"I-%d","amount":"%d.50","currency":"EUR","paid_on":"%s"}`, i, day(0), policy, buyer, i, 500+i%9000, day(max(0, due-n%9-i%2))))
		}
	}
}

// Fill appends messages to a topic, spread by their keys.
func Fill(b testing.TB, client *kafkalog.Client, topic string, messages Feed) {
	b.Helper()
	n, err := client.Partitions(b.Context(), topic)
	if err != nil {
		b.Fatal(err)
	}
	batches := make([][]kafkalog.Record, n)
	flush := func(p int) {
		if _, err := client.Append(b.Context(), topic, p, batches[p]); err != nil {
			b.Fatal(err)
		}
		batches[p] = batches[p][:0]
	}
	messages(func(key, value string) bool {
		p := kafkalog.PartitionOf(key, n)
		if batches[p] = append(batches[p], kafkalog.Record{Key: []byte(key), Value: []byte(value)}); len(batches[p]) == 2000 {
			flush(p)
		}
		return true
	})
	for p := range batches {
		if len(batches[p]) > 0 {
			flush(p)
		}
	}
}
