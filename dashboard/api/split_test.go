package api

import (
	"runtime"
	"strings"
	"testing"
)

// TestAListIsCountedAsItIsRead: millions of nothings take no more memory than their text.
func TestAListIsCountedAsItIsRead(t *testing.T) {
	body := []byte("[" + strings.Repeat("{},", 2_600_000) + "{}]")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, _, err := split(body)
	runtime.ReadMemStats(&after)
	if taken := after.TotalAlloc - before.TotalAlloc; err == nil || taken > 4<<20 {
		t.Errorf("%d bytes are taken (%v)", taken, err)
	}
	for text, want := range map[string]int{`[]`: 0, ` [ {} , {"a":[1]} ] `: 2,
		`[` + strings.Repeat("{},", maxMessages-1) + `{}]`: maxMessages, `[1,null]`: 2,
		`[{}`: -1, `[{},]`: -1, `[{} {}]`: -1, `[{}]]`: -1, `[{}] {}`: -1, `[}`: -1, `[,{}]`: -1,
		`[` + strings.Repeat("{},", maxMessages) + `{}]`: -1} {
		messages, single, err := split([]byte(text))
		if want < 0 != (err != nil) || want >= 0 && len(messages) != want || single {
			t.Errorf("%.30s: %d messages, %v", text, len(messages), err)
		}
	}
}
