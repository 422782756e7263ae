package processor

import (
	"fmt"
	"strings"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// relayed is a relay in a line.
func relayed(v *event.Relayed) string {
	kind := map[event.RelayKind]string{event.RelayForward: "forward", event.RelayMatchKeys: "has key",
		event.RelayMatchGone: "has no longer", event.RelayMatchNoted: "noted", event.RelayMatchTaken: "taken",
		event.RelayConfirmed: "confirmed", event.RelayClaimAssessed: "assessed",
		event.RelayClaimDecided: "decided"}[v.Kind]
	s := fmt.Sprintf("relay to %.4s: %s %.20s", v.Key, kind, v.Subject)
	if v.Payload != nil && v.Kind != event.RelayClaimAssessed && v.Kind != event.RelayClaimDecided {
		s += " " + decoded(v.Payload).ID
	}
	return strings.TrimRight(s+" "+strings.Join(v.Names, " or "), " ")
}

// told is a decision in a line.
func told(d *decision.Decision) string {
	by := d.Trigger.ID
	if d.Trigger.Timer != "" {
		by = d.Trigger.Timer
	}
	head := fmt.Sprintf("[as of %d, by %s] ", d.AsOf-day0, by)
	switch b := d.Body.(type) {
	case *decision.Score:
		s := fmt.Sprintf("%sscore %s: %s, grade %d to %d, L %d to %d, PD %d ppm, economic %d political %d commercial %d "+
			"financing %d", head, b.Buyer,
			b.Cause, b.PreviousGrade, b.Grade, b.PreviousMLO, b.PointsMLO, b.PDPPM, b.Economic, b.Political, b.Commercial,
			b.Financing)
		if b.Override {
			s += ", overruled"
		}
		if b.Cap != "" {
			s += ", cap " + b.Cap
		}
		s += "\n      made of" + listed(b.Contributions)
		if len(b.Reasons) > 0 {
			s += "\n      because " + strings.Join(b.Reasons, ", ")
		}
		if len(b.Changes) > 0 {
			s += "\n      changed" + listed(b.Changes)
		}
		if len(b.Holders) > 0 {
			s += "\n      tell " + strings.Join(b.Holders, ", ")
		}
		return s
	case *decision.Limit:
		s := fmt.Sprintf("%slimit %s on %s: %s", head, b.Policy, b.Buyer, b.Code)
		if b.Request != "" {
			s += fmt.Sprintf(" %s %s, wanted %s", b.RequestKind, b.Request, euros(b.RequestedMinor))
		}
		s += fmt.Sprintf(", %s to %s %s, effective ", euros(b.PreviousMinor), euros(b.GrantedMinor), b.Currency)
		if b.OnDelivery {
			s += fmt.Sprintf("%d days after its delivery", b.NoticeDays)
		} else if b.EffectiveOn == 0 {
			s += "never"
		} else {
			s += fmt.Sprintf("on day %d", b.EffectiveOn-day0)
		}
		if b.ValidUntil != 0 {
			s += fmt.Sprintf(", last day %d", b.ValidUntil-day0)
		}
		if b.Override {
			s += strings.TrimRight(", overruled "+strings.Join(b.Conditions, " "), " ")
		}
		return s + fmt.Sprintf(", reason %d %s; grade %d, capacity %s, in use %s, overhang %s", b.Reason, b.ReasonText,
			b.BuyerGrade, euros(b.CapacityMinor), euros(b.InUseMinor), euros(b.OverhangMinor))
	case *decision.Cover:
		s := fmt.Sprintf("%scover %s on %s: %s%s%s, %s to %s %s, limit %s, deliveries from day %d", head, b.Policy, b.Buyer,
			b.Code, named(" of invoice ", b.Invoice), named(" ", b.Order), euros(b.WasMinor), euros(b.NowMinor), b.Currency,
			euros(b.LimitMinor), b.From-day0)
		if b.To != 0 {
			s += fmt.Sprintf(" to %d", b.To-day0)
		}
		if b.ReasonText != "" {
			s += fmt.Sprintf(", reason %d %s", b.Reason, b.ReasonText)
		}
		return s + named(", shown by ", strings.Join(b.Evidence, " and "))
	case *decision.Macro:
		s := fmt.Sprintf("%smacro %s/%s: economic %d to %d, political %d to %d, best grade %d, off cover %v, buyers moved "+
			"%d, inputs%s", head, b.Country, b.Sector,
			b.PreviousMLO, b.EconomicMLO, b.PreviousPolitical, b.PoliticalMLO, b.BestGrade, b.OffCover, b.Buyers,
			listed(b.Inputs))
		if b.Capped {
			s += fmt.Sprintf(", %s in use of %s", euros(b.UseMinor), euros(b.CapMinor))
		}
		return s
	case *decision.Review:
		s := fmt.Sprintf("%sreview %s of %s: %s until day %d %s", head, b.Review, b.Kind, b.State,
			b.DeadlineMs/86_400_000-day0, b.Analyst)
		if b.Asked != "" {
			s += ", asked by " + b.Asked
		}
		if b.First != "" {
			s += ", first " + b.First
		}
		if b.Analyst != "" {
			s += ", words of " + b.Verdict.String()
		}
		if len(b.Terms) > 0 {
			s += "\n      " + strings.Join(b.Terms, " ")
		}
		for _, i := range b.Items {
			s += fmt.Sprintf("\n      %s %s %s %s, matched %d %s", i.Kind, i.ID, i.Category, i.Outlet, i.Matched,
				strings.Join(i.Others, " "))
			if i.Analyst != "" {
				s += ", entered by " + i.Analyst
			}
		}
		for _, p := range b.Proposals {
			s += fmt.Sprintf("\n      %s from %s to %s %s", p.Policy, euros(p.FromMinor), euros(p.ToMinor), p.Currency)
		}
		return s
	case *decision.Exposure:
		return fmt.Sprintf("%sexposure %s on %s: open %s, covered %s, of it in dispute %s %s", head, b.Policy, b.Buyer,
			euros(b.OpenMinor), euros(b.CoveredMinor), euros(b.SuspendedMinor), b.Currency) + map[bool]string{
			true: fmt.Sprintf(", not covered from day %d on", b.StoppedFrom-day0)}[b.StoppedFrom != 0]
	case *decision.Deadline:
		s := fmt.Sprintf("%sdates %s on %s: %s, at stake %s %s", head, b.Policy, b.Buyer, b.State, euros(b.AtStakeMinor),
			b.Currency)
		if b.LimitMinor != 0 {
			s += ", and a limit of " + euros(b.LimitMinor)
		}
		for _, l := range b.Lines {
			s += fmt.Sprintf("\n      %s of %s, due on day %d: by day %d; open %s, at stake %s %s", l.Kind, l.Invoice,
				l.DueOn-day0, l.On-day0, euros(l.OpenMinor), euros(l.AtStakeMinor), l.Why)
		}
		return strings.ReplaceAll(s, " \n", "\n")
	case *decision.Case:
		return head + toldCase(b)
	case *decision.Claim:
		return head + toldClaim(b)
	case *decision.Rejection:
		return fmt.Sprintf("%srejected %s %s: %s %s", head, b.Kind, b.ID, b.Reason, b.Detail)
	default:
		return head + d.Kind.String()
	}
}

// named is a text after what names it, empty where there is no text.
func named(name, text string) string {
	if text == "" {
		return ""
	}
	return name + text
}

func euros(minor int64) string {
	if minor < 0 {
		return "-" + euros(-minor)
	}
	return fmt.Sprintf("%d.%02d", minor/100, minor%100)
}

func listed(contributions []decision.Contribution) string {
	var b strings.Builder
	for _, c := range contributions {
		if c.PointsMLO != 0 {
			fmt.Fprintf(&b, " %s %+d (%d)", c.Code, c.PointsMLO, c.Figure)
		}
	}
	return b.String()
}
