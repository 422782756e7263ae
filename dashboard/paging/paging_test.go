package paging

import (
	"context"
	"testing"

	"barometer/dashboard/identity"
	"barometer/dashboard/opaque"
)

// TestAListIsCutToPages: each goes on where the one before ended, for its reader and its list.
func TestAListIsCutToPages(t *testing.T) {
	sealer, err := opaque.New([]byte("sixteen bytes and more"))
	if err != nil {
		t.Fatal(err)
	}
	c := NewCursors(sealer)
	acme := identity.With(context.Background(), identity.Principal{Holder: "ACME"})
	at := func(n int) any { return n }
	rows, next := Cut(acme, c, "buyers", []int{4, 5, 6}, 2, at)
	if len(rows) != 2 || next == "" {
		t.Fatalf("%v, next %q", rows, next)
	}
	var last int
	if more, err := c.Open(acme, "buyers", next, &last); !more || err != nil || last != 5 {
		t.Errorf("it goes on after %d (%t, %v)", last, more, err)
	}
	if more, err := c.Open(acme, "buyers", "", &last); more || err != nil {
		t.Errorf("the first page: %t, %v", more, err)
	}
	if _, err := c.Open(acme, "limits", next, &last); err == nil {
		t.Error("it opens another list")
	}
	zeta := identity.With(context.Background(), identity.Principal{Holder: "ZETA"})
	if _, err := c.Open(zeta, "buyers", next, &last); err == nil {
		t.Error("it opens for another reader")
	}
	for _, all := range [][]int{nil, {1}, {1, 2}} {
		if rows, next := Cut(acme, c, "buyers", all, 2, at); len(rows) != len(all) || next != "" {
			t.Errorf("%v is the last page: %v, next %q", all, rows, next)
		}
	}
}
