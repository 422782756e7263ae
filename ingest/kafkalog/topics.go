package kafkalog

import (
	"maps"
	"strconv"
	"time"
)

// How many partitions the topics have that do not follow the log's count. Whoever creates a source topic before us
// chooses another count freely: order is kept per source partition whatever their number.
const (
	sourcePartitionsEmbedded = 4 // each costs a waiting fetch, and one goroutine serves them all
	sourcePartitions         = 16
)

const (
	days = 24 * time.Hour
	kept = 30 * days // relays, notifications, dead letters

	// A source message above one mebibyte goes to the dead letters: so the topic must take it, and a dead letter must hold
	// it with its headers.
	maxRecordBytes     = 2 << 20
	maxDeadLetterBytes = 4 << 20
)

// Topics are all topics that Barometer reads and writes, with the settings that their place in the architecture asks
// for.
//
// The log and the decisions are kept for ever; texts, deliveries, subscriptions and control are compacted; relays,
// notifications and dead letters are kept 30 days. The sources have the brokers' own retention, and 7 days on the
// embedded broker, which reads all that it keeps when it starts. Decisions, relays, notifications and deliveries have
// the log's partitions; clock and control have one.
func Topics(logPartitions int, embedded bool) []TopicSpec {
	forever := settings("cleanup.policy", "delete", "retention.ms", "-1", "retention.bytes", "-1")
	compacted := settings("cleanup.policy", "compact")
	month := settings("cleanup.policy", "delete", "retention.ms", ms(kept))
	source, spread := settings(), sourcePartitions
	if embedded {
		source, spread = settings("cleanup.policy", "delete", "retention.ms", ms(7*days)), sourcePartitionsEmbedded
	}
	durable := settings()
	if !embedded { // the embedded broker does not know the setting: it has no second replica to elect
		durable = settings("unclean.leader.election.enable", "false")
	}
	large := settings("max.message.bytes", strconv.Itoa(maxRecordBytes))

	return []TopicSpec{
		{"risk.indicators", spread, merged(source, large)},
		{"risk.payments", spread, merged(source, large)},
		{"risk.news", spread, merged(source, large)},
		{"risk.portfolio", spread, merged(source, large)},
		{"risk.orders", spread, merged(source, large)},
		{TopicClock, 1, merged(source)},
		{TopicSubscriptions, spread, merged(compacted, durable, large)},
		{TopicLog, logPartitions, merged(forever, durable, large)},
		{TopicDecisions, logPartitions, merged(forever, durable, large)},
		{TopicRelays, logPartitions, merged(month, large)},
		{TopicTexts, spread, merged(compacted, durable, large)},
		{TopicDeadLetter, spread, merged(month, settings("max.message.bytes", strconv.Itoa(maxDeadLetterBytes)))},
		{TopicNotifications, logPartitions, merged(month, large)},
		{TopicDeliveries, logPartitions, merged(compacted, durable, large)},
		{TopicControl, 1, merged(compacted, durable, large, settings("message.timestamp.type", "LogAppendTime"))},
	}
}

// mustKeep are the topics whose loss nothing makes good: a setting that could lose their records is unsafe.
var mustKeep = map[string]bool{TopicLog: true, TopicDecisions: true, TopicTexts: true, TopicDeliveries: true}

// sources are the topics that others write.
var sources = map[string]bool{
	"risk.indicators": true, "risk.payments": true, "risk.news": true, "risk.portfolio": true, "risk.orders": true,
	TopicClock: true,
}

// countMatters are the topics whose partitions are those of the log.
var countMatters = map[string]bool{
	TopicLog: true, TopicDecisions: true, TopicRelays: true, TopicNotifications: true, TopicDeliveries: true,
	TopicClock: true, TopicControl: true,
}

func settings(pairs ...string) map[string]string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}

func merged(all ...map[string]string) map[string]string {
	m := map[string]string{}
	for _, a := range all {
		maps.Copy(m, a)
	}
	return m
}

func ms(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// PartitionOf is the partition that Java's producers choose for a key: murmur2, without its sign, modulo partitions.
func PartitionOf(key string, partitions int) int {
	return int(murmur2(key)&0x7fffffff) % partitions
}

// murmur2 is MurmurHash2 by Austin Appleby with the seed of Apache Kafka's clients (Utils.murmur2).
func murmur2(data string) uint32 {
	const (
		seed = 0x9747b28c
		m    = 0x5bd1e995
		r    = 24
	)
	h := uint32(seed) ^ uint32(len(data))
	for ; len(data) >= 4; data = data[4:] {
		k := uint32(data[0]) | uint32(data[1])<<8 | uint32(data[2])<<16 | uint32(data[3])<<24
		k *= m
		k ^= k >> r
		k *= m
		h = h*m ^ k
	}
	switch len(data) {
	case 3:
		h ^= uint32(data[2]) << 16
		fallthrough
	case 2:
		h ^= uint32(data[1]) << 8
		fallthrough
	case 1:
		h ^= uint32(data[0])
		h *= m
	}
	h ^= h >> 13
	h *= m
	return h ^ h>>15
}
