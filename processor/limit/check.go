package limit

import "fmt"

// Check says which invariant of the line is broken, nil for none. A broken one is a bug of this package: tests call it
// after each step.
func (l *Line) Check() error {
	for i, p := range l.plan {
		switch before := l.current; {
		case (p.on == OnDelivery) != (p.notice != nil):
			return fmt.Errorf("%s plans %+v: a cut has a notice if and only if that is awaited", l.policy, p)
		case i == 0 && p.Minor >= before.Minor:
			return fmt.Errorf("%s plans %+v, no cut of %+v", l.policy, p, before)
		case i > 0 && p.Minor >= l.plan[i-1].Minor:
			return fmt.Errorf("%s plans %+v, no cut of %+v", l.policy, p, l.plan[i-1])
		case i > 0 && (p.on < l.plan[i-1].on || p.on == l.plan[i-1].on && p.on != OnDelivery):
			return fmt.Errorf("%s plans %+v after %+v", l.policy, p, l.plan[i-1])
		case i >= maxAwaited && l.plan[i-maxAwaited].on == OnDelivery:
			return fmt.Errorf("%s awaits the delivery of more than %d notices", l.policy, maxAwaited)
		}
	}
	if p := l.proposal; p != nil && (p.to.Cents > l.Agreed().Cents || p.until == 0 && p.to == l.Agreed()) {
		return fmt.Errorf("%s proposes %+v, agreed is %+v", l.policy, p, l.Agreed())
	}
	for i, f := range l.past {
		if f.on >= l.since || i > 0 && f.on <= l.past[i-1].on {
			return fmt.Errorf("%s had %+v, and has a limit since %s", l.policy, l.past, l.since)
		}
	}
	for i, s := range l.suspensions {
		if last := i == len(l.suspensions)-1; s.to == 0 && !last || s.to != 0 && s.to < s.from ||
			i > 0 && s.from < l.suspensions[i-1].to {
			return fmt.Errorf("%s was suspended %+v", l.policy, l.suspensions)
		}
	}
	switch {
	case len(l.past) > maxPast+1:
		return fmt.Errorf("%s remembers %d limits", l.policy, len(l.past))
	case len(l.suspensions) > maxSuspensions:
		return fmt.Errorf("%s remembers %d suspensions", l.policy, len(l.suspensions))
	case l.current.Minor > 0 && (l.runoff == nil || l.since == 0):
		return fmt.Errorf("%s has a limit since %s, and follows no deliveries", l.policy, l.since)
	case l.cancelled.Minor > 0 && l.Agreed().Minor > 0:
		return fmt.Errorf("%s has a limit of %+v, and one of %+v to be reinstated", l.policy, l.Agreed(), l.cancelled)
	case l.runoff != nil && l.runoff.totals != l.runoff.Totals():
		return fmt.Errorf("%s counts %+v, its deliveries are %+v", l.policy, l.runoff.totals, l.runoff.Totals())
	case l.runoff != nil && len(l.runoff.orders) > maxOrders:
		return fmt.Errorf("%s has %d binding orders", l.policy, len(l.runoff.orders))
	}
	return nil
}
