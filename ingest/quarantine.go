package ingest

import (
	"context"
	"encoding/json"
	"fmt"

	"barometer/ingest/kafkalog"
)

// quarantinedPrefix begins the keys of records that are set aside: <generation>/<partition>/<offset>.
const quarantinedPrefix = "quarantined/"

// Quarantined is a record of the log that an operator has set aside.
type Quarantined struct {
	Generation uint32 `json:"generation"`
	Partition  int    `json:"partition"`
	Offset     int64  `json:"offset"`
	Reason     string `json:"reason"`
}

// Quarantine sets a record aside. The caller has seen that nothing of it or after it is decided.
func Quarantine(ctx context.Context, client Control, q Quarantined) error {
	key := fmt.Sprintf("%s%d/%d/%d", quarantinedPrefix, q.Generation, q.Partition, q.Offset)
	if _, err := writeControl(ctx, client, key, q); err != nil {
		return fmt.Errorf("quarantine record %d of partition %d: %w", q.Offset, q.Partition, err)
	}
	return nil
}

// ReadQuarantined gives the records of a generation that are set aside, by partition and offset, with the reasons:
// whoever folds the log has to set aside the same.
func ReadQuarantined(ctx context.Context, client Control, generation uint32) (map[int]map[int64]string, error) {
	all := map[int]map[int64]string{}
	_, err := client.ReadAll(ctx, kafkalog.TopicControl, func(_ int, r kafkalog.Record) error {
		if len(r.Key) < len(quarantinedPrefix) || string(r.Key[:len(quarantinedPrefix)]) != quarantinedPrefix ||
			len(r.Value) == 0 {
			return nil
		}
		var q Quarantined
		if err := json.Unmarshal(r.Value, &q); err != nil {
			return fmt.Errorf("%s, key %s: %w", kafkalog.TopicControl, r.Key, err)
		}
		if q.Generation != generation {
			return nil
		}
		if all[q.Partition] == nil {
			all[q.Partition] = map[int64]string{}
		}
		all[q.Partition][q.Offset] = q.Reason
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what is set aside: %w", err)
	}
	return all, nil
}
