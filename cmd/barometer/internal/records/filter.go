package records

import (
	"fmt"

	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
)

// Filter chooses records; an empty field chooses all.
type Filter struct {
	Kind  string
	Buyer string // that they are about
}

// Check refuses a kind that no record of a topic has.
func (f Filter) Check(topic string) error {
	known := true
	switch topic {
	case kafkalog.TopicDecisions:
		_, known = decision.ParseKind(f.Kind)
	case kafkalog.TopicLog, kafkalog.TopicRelays:
		_, known = event.ParseKind(f.Kind)
	}
	if f.Kind != "" && !known {
		return fmt.Errorf("%s has no records of kind %q", topic, f.Kind)
	}
	return nil
}

// Takes tells whether a record is chosen.
func (f Filter) Takes(l *Line) bool {
	return (f.Kind == "" || l.Kind == f.Kind) && (f.Buyer == "" || l.Concerns(f.Buyer))
}
