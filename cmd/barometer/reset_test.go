package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// TestASourceThatWasRecreatedWaitsForItsOperator deletes a source topic under the product and creates it again.
func TestASourceThatWasRecreatedWaitsForItsOperator(t *testing.T) {
	long(t)
	p := productWithBuyer(t)

	p.recreate("risk.portfolio")
	p.send("risk.portfolio", sector("41"), sector("42"), sector("43")) // more than was read of the old one
	p.says("source_reset")
	p.says("barometer source reset risk.portfolio")
	p.send("risk.news", insolvency("B-1"))
	p.graded("B-1", "10") // the other sources go on

	p.kill()       // nor does a restart take it for the old one
	p.start("run") // it serves, and is not ready while a source waits
	p.eventually(30*time.Second, "it serves", func() error {
		res, err := http.Get("http://" + p.http + "/healthz")
		if err != nil {
			return err
		}
		return res.Body.Close()
	})
	p.eventually(20*time.Second, "it is told again", func() error {
		if n := strings.Count(p.said(), "source_reset"); n < 2 {
			return fmt.Errorf("told %d times", n)
		}
		return nil
	})
	p.send("risk.portfolio", sector("47"))
	if said := p.command("source", "reset", "risk.portfolio"); !strings.Contains(said, "incarnation 2") {
		t.Errorf("source reset says: %s", said)
	}
	p.eventually(30*time.Second, "the new topic is read from its start", func() error {
		rows, err := p.query("SELECT sector FROM buyers WHERE buyer_id = 'B-1' ORDER BY log_offset")
		if err != nil || fmt.Sprint(rows) != "[[46] [41] [42] [43] [47]]" {
			return fmt.Errorf("got %v: %w", rows, err)
		}
		return nil
	})
	p.stop()
}

// sector is B-1 with a sector of its own.
func sector(code string) map[string]any {
	b := buyer("B-1")
	b["id"], b["sector"] = "b-"+code, code
	return b
}

// recreate deletes a topic and creates it with as many partitions.
func (p *product) recreate(topic string) {
	p.t.Helper()
	p.remake(topic, func(ctx context.Context, admin *kadm.Client, partitions int) {
		p.eventually(20*time.Second, topic+" is there again", func() error {
			_, err := admin.CreateTopic(ctx, int32(partitions), 1, nil, topic)
			return err
		})
		p.eventually(20*time.Second, topic+" is known to the broker", func() error {
			all, err := admin.ListTopics(ctx, topic)
			if err != nil {
				return err
			}
			for _, partition := range all[topic].Partitions {
				err = errors.Join(err, partition.Err)
			}
			if n := len(all[topic].Partitions); n != partitions {
				err = errors.Join(err, fmt.Errorf("%d partitions", n))
			}
			return errors.Join(err, all[topic].Err)
		})
	})
}

// remake deletes a topic, and leaves what follows to the caller.
func (p *product) remake(topic string, create func(ctx context.Context, admin *kadm.Client, partitions int)) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	raw, err := kgo.NewClient(kgo.SeedBrokers(p.kafka))
	if err != nil {
		p.t.Fatal(err)
	}
	defer raw.Close()
	admin := kadm.NewClient(raw)
	topics, err := admin.ListTopics(ctx, topic)
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := admin.DeleteTopic(ctx, topic); err != nil {
		p.t.Fatal(err)
	}
	create(ctx, admin, len(topics[topic].Partitions))
}

// says waits until the product's log holds some text.
func (p *product) says(text string) {
	p.t.Helper()
	p.eventually(20*time.Second, "it says "+text, func() error {
		if !strings.Contains(p.said(), text) {
			return fmt.Errorf("it does not")
		}
		return nil
	})
}

func (p *product) said() string {
	content, _ := os.ReadFile(p.log.Name())
	return string(content)
}

// command runs a short command beside the product and gives what it prints.
func (p *product) command(args ...string) string {
	p.t.Helper()
	out, err := p.prepared(args).CombinedOutput()
	if err != nil {
		p.t.Fatalf("%v: %v: %s", args, err, out)
	}
	return string(out)
}

// try runs a command of the product that may fail.
func (p *product) try(args ...string) error { return p.prepared(args).Run() }
