package body

import "testing"

func TestNoSenderTakesAllPlaces(t *testing.T) {
	p := NewPlaces(3, 2)
	take := func(sender string, want bool) (leave func()) {
		t.Helper()
		leave, ok := p.Take(sender)
		if ok != want {
			t.Errorf("%s: %t, want %t", sender, ok, want)
		}
		return leave
	}
	first := take("a", true)
	take("a", true)
	take("a", false)
	second := take("b", true)
	take("c", false)
	first()
	first() // left once
	take("c", true)
	take("b", false)
	second()
	take("a", true)
	take("a", false)
	if p.count != 3 || len(p.taken) != 2 {
		t.Errorf("%d places of %v are taken", p.count, p.taken)
	}
}
