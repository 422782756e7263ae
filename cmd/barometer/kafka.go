package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"barometer/cmd/barometer/internal/app"
	"barometer/configs"
	"barometer/ingest/kafkalog"
)

// reachWithin is how long a command waits for a server: one that is just starting comes within it.
const reachWithin = 4500 * time.Millisecond

// reachable asks a server whether it answers until it does, or the wait is over.
func reachable(ctx context.Context, ready func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, reachWithin)
	defer cancel()
	for {
		err := ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// withKafka connects to the brokers that the configuration names, or to the embedded one of a running product. Where
// none answers it says so, and does not wait for ever as roles do.
func (inv *invocation) withKafka(do func(cfg *configs.Config, client *kafkalog.Client) error) error {
	cfg, err := inv.load()
	if err != nil {
		return err
	}
	brokers, hint := cfg.Kafka.Brokers, "kafka.brokers names them"
	if len(brokers) == 0 {
		brokers, hint = []string{cfg.Embedded.KafkaListen}, "the embedded broker is there while barometer run goes on, at "+
			"embedded.kafka_listen; kafka.brokers names others"
	}
	client, err := app.OpenKafka(cfg, brokers, logger(cfg.Logging))
	if err != nil {
		return err
	}
	defer client.Close()
	if err := reachable(inv.ctx, client.Ready); err != nil {
		return fmt.Errorf("no Kafka broker answers at %s; is it running? (%s) %w", strings.Join(brokers, ", "), hint, err)
	}
	return do(cfg, client)
}
