package processor

import (
	"fmt"
	"strings"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// dayOf is a day of a story, empty for none.
func dayOf(day event.Day) string {
	if day == 0 {
		return "-"
	}
	return fmt.Sprintf("day %d", day-day0)
}

func toldCase(c *decision.Case) string {
	var b strings.Builder
	fmt.Fprintf(&b, "case %s: %s", c.Case, c.What)
	if c.AmountMinor != 0 {
		fmt.Fprintf(&b, " %s", euros(c.AmountMinor))
	}
	fmt.Fprintf(&b, ", %s, %s", c.Kind, c.Stage)
	if c.PreviousStage != "" {
		fmt.Fprintf(&b, " after %s", c.PreviousStage)
	}
	for _, s := range []string{c.Outcome, c.Warning, c.PlanState} {
		if s != "" {
			fmt.Fprintf(&b, ", %s", s)
		}
	}
	if c.Insolvent {
		b.WriteString(", insolvent")
	}
	fmt.Fprintf(&b, "; owed %s, insured %s, in dispute %s, recovered %s, fees %s %s", euros(c.OpenMinor),
		euros(c.InsuredMinor), euros(c.DisputedMinor), euros(c.RecoveredMinor), euros(c.FeesMinor), c.Currency)
	if c.Next != "" {
		fmt.Fprintf(&b, "; next %s by %s until %s", c.Next, c.NextBy, dayOf(c.DueOn))
	}
	for _, d := range c.Debts {
		fmt.Fprintf(&b, "\n      %s due %s (%s): open %s of %s, insured %s at %d %s, loss %s, interest %s %s %s", d.Invoice,
			dayOf(d.OriginalDueOn), dayOf(d.DueOn), euros(d.OpenMinor), euros(d.AmountMinor), euros(d.InsuredMinor),
			d.PercentPPM/10_000, d.Reason, dayOf(d.LossOn), euros(d.Interest.Minor), d.Interest.Currency, d.Claim)
	}
	return strings.ReplaceAll(b.String(), " \n", "\n")
}

func toldClaim(c *decision.Claim) string {
	var b strings.Builder
	fmt.Fprintf(&b, "claim %s: %s, %s %s, for %s; loss %s on %s, indemnity %s, paid %s, payable %s", c.Claim, c.What,
		c.State, c.Reason, c.Cause, euros(c.LossMinor), dayOf(c.LossOn), euros(c.IndemnityMinor), euros(c.PaidMinor),
		dayOf(c.PayableOn))
	if c.Next != "" {
		fmt.Fprintf(&b, "; next %s by %s until %s", c.Next, c.NextBy, dayOf(c.DueOn))
	}
	if len(c.MissingDocuments) > 0 {
		fmt.Fprintf(&b, "\n      missing %s", strings.Join(c.MissingDocuments, ", "))
	}
	if c.Corrects != (event.Position{}) {
		fmt.Fprintf(&b, "\n      corrects %s", c.Corrects)
	}
	if c.What == decision.ClaimFiled {
		for _, v := range c.Invoices {
			fmt.Fprintf(&b, "\n      %s: open %s of %s, insured %s at %d %s, loss %s", v.Invoice, euros(v.OpenMinor),
				euros(v.AmountMinor), euros(v.InsuredMinor), v.PercentPPM/10_000, v.Reason, dayOf(v.LossOn))
		}
	}
	if c.What == decision.ClaimRuled || c.What == decision.ClaimCorrected {
		for _, l := range c.Waterfall {
			fmt.Fprintf(&b, "\n      %s %s %d%%: takes %s, leaves %s", l.Step, euros(l.TermMinor), l.PercentPPM/10_000,
				euros(l.TakenMinor), euros(l.Minor))
		}
		for _, v := range c.Invoices {
			fmt.Fprintf(&b, "\n      %s loses %s", v.Invoice, euros(v.LossMinor))
		}
	}
	if s := c.Receipt; s != (decision.Shares{}) {
		fmt.Fprintf(&b, "\n      of %s insured %s: insurer %s, policyholder %s; of a fee of %s %s and %s", euros(s.Minor),
			euros(s.InsuredMinor), euros(s.InsurerMinor), euros(s.PolicyholderMinor), euros(s.FeeMinor),
			euros(s.FeeInsurerMinor), euros(s.FeePolicyholderMinor))
	}
	return strings.ReplaceAll(b.String(), " \n", "\n")
}
