package limit

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// said makes a decision of P1 on b1 at an offset, effective on its day of log time.
func said(offset int64, atMs int64, code decision.LimitCode, minor int64) decision.Decision {
	return decision.Decision{Position: event.Position{Generation: 1, Partition: 1, Offset: offset}, AtMs: atMs,
		Kind: decision.LimitDecided, Body: &decision.Limit{Policy: "P1", Buyer: "b1", Code: code, GrantedMinor: minor,
			Currency: "EUR", EffectiveOn: event.DayOf(atMs)}}
}

// changed makes a change of cover of P1 on b1 at an offset, for deliveries from its day of log time on.
func changed(offset int64, atMs int64, code decision.CoverCode, minor int64) decision.Decision {
	return decision.Decision{Position: event.Position{Generation: 1, Partition: 1, Offset: offset}, AtMs: atMs,
		Kind: decision.CoverChanged, Body: &decision.Cover{Policy: "P1", Buyer: "b1", Code: code, NowMinor: minor,
			Currency: "EUR", From: event.DayOf(atMs)}}
}

// TestADeliveryIsCoveredByTheLimitOfItsDay: a cut in notice leaves what is delivered before it as it was, and a
// decision counts only from when it was known.
func TestADeliveryIsCoveredByTheLimitOfItsDay(t *testing.T) {
	day := event.Day(20_000)
	granted, cut := said(1, day.Ms(), decision.Approved, 50_000_00), said(2, (day+5).Ms(), decision.Cancelled, 0)
	cut.Body.(*decision.Limit).EffectiveOn = day + 35
	for _, x := range []struct {
		on, known event.Day
		want      Outcome
	}{
		{day - 1, day + 9, Outcome{Currency: "GBP", Reason: NoLimit}},
		{day, day + 9, Outcome{UpToMinor: 50_000_00, Currency: "EUR", Decision: granted.Position}},
		{day + 34, day + 9, Outcome{UpToMinor: 50_000_00, Currency: "EUR", Decision: granted.Position}},
		{day + 35, day + 9, Outcome{Currency: "EUR", Decision: cut.Position, Reason: Cancelled}},
		{day + 35, day + 4, Outcome{UpToMinor: 50_000_00, Currency: "EUR", Decision: granted.Position}},
	} {
		c := Covered([]decision.Decision{granted, cut}, x.on, x.known.Ms())
		c.Currency = "GBP"
		if got := c.Outcome(); got != x.want {
			t.Errorf("on %s as known on %s: %+v, want %+v", x.on, x.known, got, x.want)
		}
	}
}

// TestABindingOrderCoversWhereTheLimitDoesNot: an order of another currency covers nothing, and the policy's end ends
// orders too.
func TestABindingOrderCoversWhereTheLimitDoesNot(t *testing.T) {
	day := event.Day(20_000)
	dollars := changed(1, day.Ms(), decision.BindingOrder, 9_000_00)
	order, gone := changed(2, day.Ms(), decision.BindingOrder, 7_000_00), said(3, day.Ms(), decision.Cancelled, 0)
	dollars.Body.(*decision.Cover).Currency = "USD"
	for _, d := range []decision.Decision{dollars, order} {
		d.Body.(*decision.Cover).To = day + 2
	}
	all := []decision.Decision{dollars, order, gone}
	c := Covered(all, day+2, (day + 9).Ms())
	if got, want := c.Outcome(), (Outcome{UpToMinor: 7_000_00, OrderedMinor: 7_000_00, Currency: "EUR",
		Decision: order.Position}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	c.Ended = true
	if got := c.Outcome(); got.Reason != PolicyEnded || got.UpToMinor != 0 {
		t.Errorf("after the policy's end: %+v", got)
	}
	c.NoPolicy = true
	if got := c.Outcome(); got != (Outcome{Currency: "EUR", Decision: gone.Position, Reason: NoPolicy}) {
		t.Errorf("without a policy: %+v", got)
	}
	if late := Covered(all, day+3, (day + 9).Ms()); late.Outcome().Reason != Cancelled {
		t.Errorf("after the orders' last day: %+v", late.Outcome())
	}
}

// judgedByHand plays what was known and planned, day by day, and whether cover was suspended.
func judgedByHand(all []decision.Decision, on event.Day, knownMs int64) (upTo int64, reason Uncovered,
	by event.Position) {
	plan, refused, suspended := map[event.Day]*decision.Decision{}, false, (*decision.Decision)(nil)
	var ordered, will int64
	var order, atWill event.Position
	defer func() {
		if upTo += ordered; ordered > 0 && (reason != "" || by.Generation == 0) {
			reason, by = "", order
		}
	}()
	for i := range all {
		d := &all[i]
		if d.AtMs > knownMs {
			continue
		}
		if b, ok := d.Body.(*decision.Cover); ok {
			switch {
			case b.From > on:
			case b.Code == decision.Discretionary:
				will, atWill = b.NowMinor, d.Position
			case b.Code == decision.Suspended:
				suspended = d
			case b.Code == decision.Resumed:
				suspended = nil
			case b.Code == decision.BindingOrder && on <= b.To:
				ordered, order = ordered+b.NowMinor, d.Position
			}
			continue
		}
		l := d.Body.(*decision.Limit)
		switch l.Code {
		case decision.StillInvestigating, decision.Preliminary:
		case decision.NotApproved:
			refused = refused || event.DayOf(d.AtMs) <= on && l.RequestKind != event.RequestPreliminary
		default:
			if l.OnDelivery {
				break // its notice is not delivered: nothing changes
			}
			for day := range plan {
				if day >= l.EffectiveOn {
					delete(plan, day)
				}
			}
			plan[l.EffectiveOn] = d
		}
	}
	var last *decision.Decision
	for day := event.Day(19_990); day <= on; day++ {
		if d := plan[day]; d != nil {
			last = d
		}
	}
	switch {
	case last == nil && refused:
		return 0, Refused, by
	case last == nil && will > 0:
		return will, "", atWill
	case last == nil:
		return 0, NoLimit, by
	}
	l := last.Body.(*decision.Limit)
	switch {
	case l.ValidUntil != 0 && l.ValidUntil < on:
		return 0, Expired, last.Position
	case l.GrantedMinor == 0:
		return 0, Cancelled, last.Position
	case suspended != nil:
		return 0, Overdue, suspended.Position
	}
	return l.GrantedMinor, "", last.Position
}

// uncoveredByHand tells why all that was delivered on a day is not covered.
func uncoveredByHand(c *Cover, all []decision.Decision, knownMs int64) (reason Uncovered) {
	for i, id := range c.Delivered {
		why := Uncovered("")
		if slices.Contains(c.Disputed, id) {
			why = InDispute
		}
		lost := false
		for j := range all {
			if b, ok := all[j].Body.(*decision.Cover); ok && all[j].AtMs <= knownMs && b.DeliveredOn == c.On &&
				b.Invoice == id {
				lost = b.Code == decision.Forfeited
			}
		}
		if lost {
			why = LateNotification
		}
		switch {
		case why == "":
			return ""
		case i == 0 || why == InDispute:
			reason = why
		}
	}
	return reason
}

// aHistory is decisions of every code on a limit, the cover of a delivery by nothing of them, and when it is asked for.
func aHistory(r *rand.Rand) (all []decision.Decision, nothing Cover, knownMs int64) {
	at := event.Day(20_000).Ms()
	nothing = Cover{On: event.Day(20_000 + r.IntN(130)), Ended: r.IntN(20) == 0, Delivered: [][]string{nil, {"i0"},
		{"i0", "i1"}}[r.IntN(3)], Disputed: [][]string{nil, {"i0"}, {"i1"}}[r.IntN(3)]}
	for i := range 1 + r.IntN(8) {
		at += r.Int64N(12 * 86_400_000)
		minor := (1 + r.Int64N(100_000)) * 100
		if code := 1 + r.IntN(int(decision.Reinstated)+int(decision.Restored)); code > int(decision.Reinstated) {
			all = append(all, aChange(r, nothing.On, changed(int64(i), at, decision.CoverCode(code-int(decision.Reinstated)),
				minor)))
			continue
		}
		d := said(int64(i), at, decision.LimitCode(1+r.IntN(int(decision.Reinstated))), minor)
		l := d.Body.(*decision.Limit)
		switch l.Code {
		case decision.StillInvestigating, decision.Preliminary:
			l.EffectiveOn = 0
		case decision.Cancelled:
			l.GrantedMinor = 0
			fallthrough
		case decision.Reduced:
			l.EffectiveOn += event.Day([]int{0, 10, 30}[r.IntN(3)])
			if r.IntN(4) == 0 {
				l.EffectiveOn, l.OnDelivery, l.NoticeDays = 0, true, 30
			}
		case decision.NotApproved:
			l.EffectiveOn = 0
			l.RequestKind = []event.RequestKind{event.RequestNew, event.RequestPreliminary}[r.IntN(2)]
		case decision.Approved, decision.Conditional:
			if r.IntN(3) == 0 {
				l.ValidUntil = l.EffectiveOn + event.Day(r.IntN(40))
			}
		}
		all = append(all, d)
	}
	return all, nothing, event.Day(20_000).Ms() + r.Int64N(120*86_400_000)
}

// aChange gives a change of cover its invoice or order, often of a delivery of the day on.
func aChange(r *rand.Rand, on event.Day, d decision.Decision) decision.Decision {
	switch b := d.Body.(*decision.Cover); b.Code {
	case decision.Discretionary:
		b.NowMinor *= r.Int64N(2)
	case decision.BindingOrder:
		b.To = b.From + event.Day(r.IntN(40))
	case decision.Forfeited, decision.Restored:
		b.DeliveredOn, b.Invoice = on-event.Day(r.IntN(4)/3), fmt.Sprint("i", r.IntN(2))
		b.From, b.To = b.DeliveredOn, b.DeliveredOn
	}
	return d
}

// TestCoverOfRandomHistories: of ten thousand histories the outcome is that by hand, whatever of them was known before
// the rest is added.
func TestCoverOfRandomHistories(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	seen := map[Uncovered]int{}
	for h := range 10_000 {
		all, nothing, known := aHistory(r)
		stored := r.IntN(len(all) + 1)
		c := nothing.With(all[:stored], known)
		c = c.With(all[r.IntN(stored+1):], known)
		upTo, reason, by := judgedByHand(all, c.On, known)
		switch {
		case c.Ended:
			upTo, reason = 0, PolicyEnded
		case reason == "":
			if reason = uncoveredByHand(&c, all, known); reason != "" {
				upTo = 0
			}
		}
		if got := c.Outcome(); got.UpToMinor != upTo || got.Reason != reason || got.Decision != by {
			t.Fatalf("history %d on %s: %+v, by hand %d %q %s", h, c.On, got, upTo, reason, by)
		}
		seen[reason]++
	}
	for _, reason := range []Uncovered{"", NoLimit, Refused, Expired, Cancelled, Overdue, PolicyEnded, InDispute,
		LateNotification} {
		if seen[reason] == 0 {
			t.Errorf("no delivery was %q", reason)
		}
	}
}
