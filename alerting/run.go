package alerting

import (
	"context"
	"fmt"

	"barometer/alerting/delivery"
	"barometer/alerting/email"
	"barometer/alerting/group"
	"barometer/alerting/names"
	"barometer/alerting/notice"
	"barometer/alerting/route"
	"barometer/alerting/subscription"
	"barometer/alerting/webhook"
	"barometer/ingest/kafkalog"
	"barometer/processor/runner"
	"barometer/processor/runner/owner"

	"github.com/sourcegraph/conc"
	"github.com/sourcegraph/conc/pool"
)

// Group is the consumer group that shares out the second fold.
const Group = "barometer-send"

// Role names the second fold in metrics and in the keys of its snapshots.
const Role = "send"

// Run runs route and send until ctx ends, then finishes what is in flight and returns nil.
func Run(ctx context.Context, cfg Config) error {
	if err := cfg.Validate(); err != nil {
		return err
	}
	subscriptions, err := subscription.NewStore(cfg.Client, cfg.SecretKey, cfg.AllowPrivate, cfg.Logger)
	if err != nil {
		return fmt.Errorf("alerting: %w", err)
	}
	hooks := webhook.New(cfg.AllowPrivate, cfg.Agent)
	defer hooks.Close()
	mails, closeMails, err := mailChannel(&cfg)
	if err != nil {
		return fmt.Errorf("alerting: %w", err)
	}
	defer closeMails()
	names := names.New(cfg.Client)
	sender := delivery.NewSender(delivery.Config{Kafka: cfg.Client, Subscriptions: subscriptions, Names: names,
		Channels: map[notice.Channel]delivery.Channel{notice.Webhook: hooks, notice.Email: mails},
		Metrics:  delivery.NewMetrics(cfg.Registerer), Logger: cfg.Logger, Slots: delivery.DefaultSlots,
		Horizons:     delivery.BlobHorizons{Bucket: cfg.Snapshots, Prefix: cfg.LogID + "/deliveries/"},
		HorizonEvery: cfg.HorizonEvery})

	work := pool.New().WithContext(ctx).WithCancelOnError().WithFirstError()
	work.Go(subscriptions.Run)
	work.Go(names.Run)
	work.Go(func(ctx context.Context) error {
		return route.Run(ctx, route.Driver{Kafka: cfg.Client, Config: route.DefaultConfig(cfg.Partitions),
			Positions: cfg.Routed, Metrics: route.NewMetrics(cfg.Registerer), Logger: cfg.Logger})
	})
	work.Go(func(ctx context.Context) error {
		if subscriptions.Ready(ctx) != nil {
			return nil // ctx has ended
		}
		return sendAll(ctx, &cfg, sender)
	})
	if err := work.Wait(); err != nil && ctx.Err() == nil {
		return fmt.Errorf("alerting: %w", err)
	}
	return nil
}

// sendAll folds the partitions that the group assigns, and attempts their letters. The sender stops after the folds, so
// that what they still store is not lost from sight.
func sendAll(ctx context.Context, cfg *Config, sender *delivery.Sender) error {
	sending, stopSending := context.WithCancel(context.WithoutCancel(ctx))
	defer stopSending()
	var scope conc.WaitGroup
	scope.Go(func() { sender.Run(sending) })
	defer scope.Wait()
	defer stopSending()
	metrics, owned := runner.NewMetrics(cfg.Registerer, Role), owner.NewMetrics(cfg.Registerer, Role)
	return owner.Run(ctx, owner.Config{Members: cfg.Client, Group: Group, Topic: kafkalog.TopicNotifications,
		Positions: cfg.Sent, Metrics: owned, Logger: cfg.Logger,
		Partition: func(partition int) runner.Partition {
			return runner.Partition{
				Name: fmt.Sprint(partition),
				Fold: func() runner.Fold {
					return group.NewFold(group.Config{LogID: cfg.LogID, Generation: cfg.Generation, Partition: uint32(partition)})
				},
				Version: group.StateVersion, LogID: cfg.LogID,
				Log: owner.NewLog(cfg.Client, kafkalog.TopicNotifications, partition, cfg.Sent),
				Out: delivery.NewOut(sender, partition),
				Store: runner.BlobStore{Bucket: cfg.Snapshots, Prefix: fmt.Sprintf("%s/%s/%d/", cfg.LogID, Role,
					partition)}, SnapshotEvery: cfg.SnapshotEvery, Grace: cfg.Grace, Config: runner.DefaultConfig(), Metrics: metrics,
				Logger: cfg.Logger,
			}
		}})
}

func mailChannel(cfg *Config) (channel delivery.Channel, end func(), err error) {
	links, err := subscription.NewLinks(cfg.PublicURL, cfg.SecretKey)
	if err != nil {
		return nil, nil, err
	}
	if cfg.SMTP != "" {
		relay, err := email.NewSMTP(cfg.SMTP, cfg.From)
		if err != nil {
			return nil, nil, err
		}
		relay.Links = links
		return relay, relay.Close, nil
	}
	folder, err := email.NewFolder(cfg.Folder, cfg.From)
	if err != nil {
		return nil, nil, err
	}
	folder.Links = links
	return folder, func() {}, nil
}
