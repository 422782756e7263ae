package app

import (
	"context"
	"sync"
	"time"

	"barometer/alerting"
	"barometer/alerting/route"
	"barometer/dashboard/desk"
	"barometer/ingest"
	"barometer/ingest/kafkalog"
	"barometer/storage"

	"github.com/sourcegraph/conc/pool"
)

// follows lists which consumer group of which role follows which topic.
var follows = []struct{ role, group, topic string }{
	{"ingest", ingest.GroupID, "risk.indicators"}, {"ingest", ingest.GroupID, "risk.payments"},
	{"ingest", ingest.GroupID, "risk.news"},
	{"ingest", ingest.GroupID, "risk.portfolio"}, {"ingest", ingest.GroupID, "risk.orders"},
	{"process", processGroup, kafkalog.TopicLog}, {"store", storage.Group, kafkalog.TopicDecisions},
	{"alert", route.Group, kafkalog.TopicDecisions}, {"alert", alerting.Group, kafkalog.TopicNotifications},
}

// maxLagAge is how old a shown lag may be: pages ask more often than brokers should be asked.
const maxLagAge = 3 * time.Second

// Lags tells how far the roles are behind, by what their groups have committed.
type Lags struct {
	kafka *kafkalog.Client

	mu   sync.Mutex
	at   time.Time
	last []desk.Lag
}

// NewLags reads lags of a cluster.
func NewLags(kafka *kafkalog.Client) *Lags { return &Lags{kafka: kafka} }

// Read tells the lag of each role; it is at most maxLagAge old.
func (l *Lags) Read(ctx context.Context) ([]desk.Lag, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Since(l.at) < maxLagAge {
		return l.last, nil
	}
	ctx, cancel := context.WithTimeout(ctx, maxLagAge)
	defer cancel()
	lag := make([]desk.Lag, len(follows))
	asking := pool.New().WithContext(ctx).WithFirstError().WithMaxGoroutines(4)
	for i, f := range follows {
		asking.Go(func(ctx context.Context) error {
			committed, err := l.kafka.Committed(ctx, f.group, f.topic)
			if err != nil {
				return err
			}
			bounds, err := l.kafka.Bounds(ctx, f.topic)
			if err != nil {
				return err
			}
			lag[i] = lagOf(committed, bounds)
			lag[i].Role, lag[i].Topic = f.role, f.topic
			return nil
		})
	}
	if err := asking.Wait(); err != nil {
		return nil, err
	}
	l.last, l.at = lag, time.Now()
	return lag, nil
}

// lagOf sums what lies after the committed offsets. Where nothing is committed of a partition that has records, it is
// not known.
func lagOf(committed []int64, bounds []kafkalog.Offsets) (lag desk.Lag) {
	for p, b := range bounds {
		switch {
		case b.End == b.Start:
		case p >= len(committed) || committed[p] < 0:
			lag.Unknown = true
		default:
			lag.Records += max(0, b.End-max(committed[p], b.Start))
		}
	}
	return lag
}
