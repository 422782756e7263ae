package broker_test

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"
)

// TestKillWhileItCompactsLosesNothing kills a broker that compacts all the time, and wants the newest record of each
// key.
func TestKillWhileItCompactsLosesNothing(t *testing.T) {
	t.Parallel()
	const keys, rounds = 40, 8
	dir := t.TempDir()
	compact := "compact"
	var newest [keys]int // by key, the newest value that was acknowledged
	sent := 0
	for round := range rounds {
		addr, kill := child(t, dir, cleanVariable+"=1ms")
		if round == 0 {
			create(t, addr, "states", map[string]*string{"cleanup.policy": &compact})
		}
		sendUntilKilled(t, addr, kill, func() *kgo.Record {
			sent++
			return &kgo.Record{Topic: "states", Key: fmt.Append(nil, sent%keys),
				Value: append(strconv.AppendInt(nil, int64(sent), 10), make([]byte, 2000)...)}
		}, func() { newest[sent%keys] = sent })

		addr, end := child(t, dir) // puts back
		held, records := map[string]int{}, readRecords(t, addr, "states")
		for _, r := range records {
			held[string(r.Key)], _ = strconv.Atoi(string(r.Value[:len(r.Value)-2000]))
		}
		for key, want := range newest {
			if got := held[strconv.Itoa(key)]; got < want {
				t.Fatalf("round %d: the newest record of key %d is %d, and %d was acknowledged", round, key, got, want)
			}
		}
		if round == rounds-1 && len(records) > sent/2 {
			t.Errorf("%d of %d records are left: nothing was compacted", len(records), sent)
		}
		end()
	}
}
