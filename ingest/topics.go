package ingest

import "barometer/ingest/event"

// GroupID names ingest's consumer group. Its committed offsets are ingest's whole memory.
const GroupID = "barometer-ingest"

// SourceTopics are the topics that ingest follows.
func SourceTopics() []event.Topic {
	return []event.Topic{event.TopicIndicators, event.TopicPayments, event.TopicNews, event.TopicPortfolio,
		event.TopicOrders, event.TopicClock, event.TopicRelays, event.TopicDeliveries}
}

func followed(topic event.Topic) bool {
	for _, t := range SourceTopics() {
		if t == topic {
			return true
		}
	}
	return false
}
