package broker

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"log/slog"
	"math"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"golang.org/x/sys/unix"
)

const (
	lookEvery = time.Second // how old the figure of free bytes may be

	storageError = 56 // KAFKA_STORAGE_ERROR, which producers repeat

	timestampType = "message.timestamp.type"
	appendTime    = "LogAppendTime"
)

// Where the parts of a record batch are that the intake touches.
const (
	atCRC            = 17
	atAttributes     = 21
	atFirstTimestamp = 27
	atMaxTimestamp   = 35
	batchHead        = 61

	claimsAppendTime = 0x08
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// intake looks at produce requests before the broker does. Its methods run in the broker's one goroutine, but for
// learn.
type intake struct {
	dir     string
	minFree uint64
	log     *slog.Logger
	keep    func()

	looked  time.Time
	free    uint64
	full    bool
	stamped map[string]bool // topics whose records get the broker's time
}

// learn asks the broker itself which of the topics that it read from its directory have append time.
func (i *intake) learn(ctx context.Context, addr string) error {
	i.stamped = map[string]bool{}
	client, err := kgo.NewClient(kgo.SeedBrokers(addr))
	if err != nil {
		return fmt.Errorf("asking the embedded broker for its topics: %w", err)
	}
	defer client.Close()
	admin := kadm.NewClient(client)
	topics, err := admin.ListTopics(ctx)
	if err != nil {
		return fmt.Errorf("asking the embedded broker for its topics: %w", err)
	}
	if len(topics) == 0 {
		return nil
	}
	configs, err := admin.DescribeTopicConfigs(ctx, topics.Names()...)
	if err != nil {
		return fmt.Errorf("asking the embedded broker for its topics' settings: %w", err)
	}
	for _, topic := range configs {
		for _, c := range topic.Configs {
			if c.Key == timestampType && c.MaybeValue() == appendTime {
				i.stamped[topic.Name] = true
			}
		}
	}
	return nil
}

// topicsCreated notes new topics with append time, and lets the broker create them.
func (i *intake) topicsCreated(r kmsg.Request) (kmsg.Response, error, bool) {
	for _, t := range r.(*kmsg.CreateTopicsRequest).Topics {
		for _, c := range t.Configs {
			if c.Name == timestampType && c.Value != nil && *c.Value == appendTime {
				i.stamped[t.Topic] = true
			}
		}
	}
	return nil, nil, false
}

// produced refuses while the disk is nearly full; else it stamps what is to be stamped and lets the broker store it.
func (i *intake) produced(r kmsg.Request) (kmsg.Response, error, bool) {
	req := r.(*kmsg.ProduceRequest)
	now := time.Now()
	if i.nearlyFull(now) {
		i.keep()
		return refusal(req, fmt.Sprintf("only %d MB are free on the disk of %s, and intake stops below %d MB", i.free>>20,
			i.dir, i.minFree>>20)), nil, true
	}
	for _, t := range req.Topics {
		for _, p := range t.Partitions {
			stamp(p.Records, now.UnixMilli(), i.stamped[t.Topic])
		}
	}
	return nil, nil, false
}

// fetched takes a fetch's bound over all partitions away and leaves the one per partition: where kfake meets the
// former, it leaves out which transactions were aborted, and the reader would take their records for committed.
func fetched(r kmsg.Request) (kmsg.Response, error, bool) {
	r.(*kmsg.FetchRequest).MaxBytes = math.MaxInt32
	return nil, nil, false
}

func (i *intake) nearlyFull(now time.Time) bool {
	if now.Sub(i.looked) < lookEvery {
		return i.full
	}
	var s unix.Statfs_t
	if err := unix.Statfs(i.dir, &s); err != nil {
		i.log.Warn("embedded broker cannot see how full its disk is", "dir", i.dir, "error", err)
		return i.full
	}
	i.looked = now
	i.free = uint64(s.Bavail) * uint64(s.Bsize)
	if full := i.free < i.minFree; full != i.full {
		i.full = full
		if full {
			i.log.Error("embedded broker takes nothing in: the disk is nearly full", "dir", i.dir, "free_bytes", i.free,
				"needed_bytes", i.minFree)
		} else {
			i.log.Info("embedded broker takes in again: there is room on the disk", "dir", i.dir, "free_bytes", i.free)
		}
	}
	return i.full
}

// refusal answers that nothing can be stored now, and why; nil where no answer is awaited.
func refusal(req *kmsg.ProduceRequest, why string) kmsg.Response {
	if req.Acks == 0 {
		return nil
	}
	res := req.ResponseKind().(*kmsg.ProduceResponse)
	for _, t := range req.Topics {
		rt := kmsg.NewProduceResponseTopic()
		rt.Topic, rt.TopicID = t.Topic, t.TopicID
		for _, p := range t.Partitions {
			rp := kmsg.NewProduceResponseTopicPartition()
			rp.Partition, rp.ErrorCode, rp.ErrorMessage, rp.BaseOffset = p.Partition, storageError, &why, -1
			rt.Partitions = append(rt.Partitions, rp)
		}
		res.Topics = append(res.Topics, rt)
	}
	return res
}

// stamp puts the broker's time into a batch, and takes a producer's claim of append time out of it. A batch whose
// checksum is wrong is left alone: the broker will refuse it.
func stamp(batch []byte, nowMs int64, appendTime bool) {
	if len(batch) < batchHead {
		return
	}
	attributes := binary.BigEndian.Uint16(batch[atAttributes:])
	if !appendTime && attributes&claimsAppendTime == 0 {
		return
	}
	if crc32.Checksum(batch[atAttributes:], castagnoli) != binary.BigEndian.Uint32(batch[atCRC:]) {
		return
	}
	binary.BigEndian.PutUint16(batch[atAttributes:], attributes&^claimsAppendTime)
	if appendTime {
		binary.BigEndian.PutUint64(batch[atFirstTimestamp:], uint64(nowMs))
		binary.BigEndian.PutUint64(batch[atMaxTimestamp:], uint64(nowMs))
	}
	binary.BigEndian.PutUint32(batch[atCRC:], crc32.Checksum(batch[atAttributes:], castagnoli))
}
