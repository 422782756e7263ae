package verify

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"barometer/alerting/delivery"
	"barometer/alerting/group"
	"barometer/alerting/notice"
	"barometer/ingest/kafkalog"
	"barometer/processor/runner"

	"github.com/cespare/xxhash/v2"
)

// letter is what is remembered of one.
type letter struct {
	content uint64 // hash of its body
	follows bool
	place   string
}

// letters compares the letters of one partition with what the second fold gives. Letters of notifications that came
// after the reading began may lie beyond it, and are not missed.
func (p *partition) letters(ctx context.Context) error {
	if p.opened == nil {
		return nil // nothing has been folded
	}
	r := p.run
	stored, err := r.Kafka.Offsets(ctx, kafkalog.TopicDeliveries, p.number)
	if err != nil {
		return err
	}
	items, err := r.Kafka.Offsets(ctx, kafkalog.TopicNotifications, p.number)
	if err != nil {
		return err
	}
	all := map[string]*letter{}
	newest, err := r.storedLetters(ctx, p.number, stored, all)
	if err != nil {
		return err
	}
	if items.Start > 0 {
		r.left(checkNotifications, "retention took the beginning of risk.notifications: which letters follow cannot be "+
			"derived any more")
		r.compared(checkNotifications, len(all))
		return nil
	}
	if err := p.derived(ctx, items, newest, all); err != nil {
		return err
	}
	for id, l := range all {
		if !l.follows {
			r.differ(checkNotifications, "letter %s at %s does not follow from risk.notifications/%d", id, l.place, p.number)
		}
	}
	r.compared(checkNotifications, len(all))
	return nil
}

// storedLetters reads risk.deliveries, and gives the log offset of the newest letter, -1 for none.
func (r *run) storedLetters(ctx context.Context, p int, bounds kafkalog.Offsets, all map[string]*letter) (newest int64,
	err error) {
	newest = -1
	deliveries := reader{kafka: r.Kafka, topic: kafkalog.TopicDeliveries, partition: p, next: bounds.Start,
		end: bounds.End}
	for {
		record, err := deliveries.read(ctx)
		if err != nil || record == nil {
			return newest, err
		}
		id := string(record.Key)
		if strings.Contains(id, "/") || len(record.Value) == 0 {
			continue
		}
		var l delivery.Letter
		if err := json.Unmarshal(record.Value, &l); err != nil {
			r.differ(checkNotifications, "letter %s cannot be read: %v", id, err)
			continue
		}
		content := xxhash.Sum64String(l.Body)
		if before := all[id]; before != nil && before.content != content {
			r.differ(checkNotifications, "letter %s is stored with two contents", id)
		}
		all[id] = &letter{content: content, place: l.Position}
		var generation, partition uint32
		var offset int64
		if _, err := fmt.Sscanf(l.Position, "%d-%d-%d-", &generation, &partition, &offset); err == nil {
			newest = max(newest, offset)
		}
	}
}

// derived folds risk.notifications up to the newest letter.
func (p *partition) derived(ctx context.Context, bounds kafkalog.Offsets, newest int64, all map[string]*letter) error {
	fold := group.NewFold(group.Config{LogID: p.opened.LogID, Generation: p.opened.Generation,
		Partition: uint32(p.number)})
	items := reader{kafka: p.Kafka, topic: kafkalog.TopicNotifications, partition: p.number, next: bounds.Start,
		end: min(bounds.End, newest+1)}
	told := map[string]string{}
	for {
		record, err := items.read(ctx)
		if err != nil || record == nil {
			return err
		}
		err = fold.Step(record.Offset, record.Value, func(o runner.Output) {
			l := all[o.Key]
			if l == nil && time.Since(time.UnixMilli(record.TimeMs)) > delivery.Retained {
				return // it ended, and was let go
			}
			if l == nil {
				p.differ(checkNotifications, "notification %s of %s has no letter", o.Key, o.Position)
				return
			}
			l.follows = true
			if l.place != o.Position.String() {
				p.differ(checkNotifications, "letter %s says that it is of %s, and it is of %s", o.Key, l.place, o.Position)
			}
			if n, err := notice.DecodeNotification(o.Value); err == nil {
				what := n.Subscription + " " + n.Source.String()
				if before, ok := told[what]; ok && before != o.Key {
					p.differ(checkNotifications, "%s is told under %s and under %s", what, before, o.Key)
				}
				told[what] = o.Key
			}
		})
		if err != nil {
			p.differ(checkNotifications, "risk.notifications/%d offset %d: %v", p.number, record.Offset, err)
			return nil
		}
	}
}
