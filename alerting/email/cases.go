package email

import (
	"fmt"
	"strings"

	"barometer/alerting/notice"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
)

// maxInvoices is how many invoices of a case a card lists.
const maxInvoices = 10

// caseTranslations is everything that is said of cases and claims, in one language.
type caseTranslations struct {
	// Headings of facts.
	caseID, claimID, reference        string
	happened, next, turn, deadline    string
	open, insured, disputed           string
	recovered, invoices, adverse      string
	loss, lossOn, paid, payBack       string
	payee, missing                    string
	received, shared, fees            string
	split                             string // of the latter two: amounts of the policyholder and the insurer
	cases, outcomes, claims           map[string]string
	stages                            map[string]string // in cases["moved"]
	steps, actors, documents          map[string]string
	adversities, waterfall, caseTasks map[string]string // caseTasks: what to do now, by caseTask
	claimTasks                        map[string]string // by claimTask
}

// Keys of cases, claims and tasks that are no codes of the decisions.
const (
	planWaits        = "plan_waits"        // a plan was agreed that needs consent
	claimIncomplete  = "filed_incomplete"  // a claim was filed that lacks documents
	documentsMissing = "documents_missing" // an examination names some
	noIndemnity      = "no_indemnity"      // a claim was decided: nothing is paid
	nothingToDo      = "nothing"
	weAct            = "we_act"
	proofByUs        = "proof_of_debt_by_us"
	nothingInsured   = "nothing_insured"
)

// caseHappened says what has happened to a case: the subject, and the first fact of its card.
func caseHappened(l *language, c *notice.Case) string {
	t := &l.cases
	text, figure := t.cases[c.What], l.money(c.Open, c.Currency)
	switch c.What {
	case decision.CaseClosed:
		text = t.outcomes[c.Outcome]
	case decision.CaseMoved:
		figure = t.stages[c.Stage]
	case decision.CaseReceived, decision.CaseReversed:
		figure = l.money(c.Amount, c.Currency)
	case decision.CaseChangedCover:
		figure = l.money(c.Insured, c.Currency)
	case decision.CasePlanAgreed:
		if c.Next.Step == "consent" {
			text = t.cases[planWaits]
		}
	}
	return formatted(text, figure)
}

// claimHappened says what has happened to a claim: the subject, and the first fact of its card.
func claimHappened(l *language, c *notice.Claim) string {
	t := &l.cases
	text, figure := t.claims[c.What], l.money(c.Indemnity, c.Currency)
	switch c.What {
	case decision.ClaimFiled:
		if figure = l.money(c.Loss, c.Currency); len(c.Missing) > 0 {
			text = t.claims[claimIncomplete]
		}
	case decision.ClaimExamined, decision.ClaimRuled, decision.ClaimCorrected:
		switch {
		case c.State == public.ClaimRefused:
			text = t.claims[public.ClaimRefused]
		case c.What == decision.ClaimExamined:
			text = t.claims[documentsMissing]
		case c.What == decision.ClaimRuled && c.Indemnity == 0:
			text = t.claims[noIndemnity]
		}
	case decision.ClaimPaid:
		figure = l.money(c.Paid, c.Currency)
	case decision.ClaimRecovered:
		figure = l.money(c.Receipt.Minor, c.Currency)
	}
	return formatted(text, figure)
}

// formatted is a text with a figure, where it has a place for one.
func formatted(text, figure string) string {
	if !strings.Contains(text, "%s") {
		return text
	}
	return fmt.Sprintf(text, figure)
}

// caseFacts says what has happened, how the case stands, and what comes next.
func caseFacts(l *language, c *notice.Case, add func(label, value string)) {
	t := &l.cases
	amount := func(label string, minor int64) {
		if minor != 0 {
			add(label, l.money(minor, c.Currency))
		}
	}
	add(t.happened, caseHappened(l, c))
	add(t.adverse, t.adversities[c.Warning])
	add(t.caseID, c.ID)
	add(t.reference, c.Reference)
	add(l.policy, c.Policy)
	add(t.open, l.money(c.Open, c.Currency))
	if c.Open != 0 {
		add(t.insured, l.money(c.Insured, c.Currency))
	}
	amount(t.disputed, c.Disputed)
	amount(t.recovered, c.Recovered)
	invoices := strings.Join(c.Invoices[:min(len(c.Invoices), maxInvoices)], ", ")
	if more := len(c.Invoices) - maxInvoices; more > 0 {
		invoices += fmt.Sprintf(l.andMore, more)
	}
	add(t.invoices, invoices)
	l.nextFacts(&c.Next, add)
}

// claimFacts says what has happened, the indemnity line by line where it is decided, and what comes next.
func claimFacts(l *language, c *notice.Claim, add func(label, value string)) {
	t := &l.cases
	money := func(minor int64) string { return l.money(minor, c.Currency) }
	amount := func(label string, minor int64) {
		if minor != 0 {
			add(label, money(minor))
		}
	}
	add(t.happened, claimHappened(l, c))
	add(t.claimID, c.ID)
	add(t.caseID, c.Case)
	add(t.reference, c.Reference)
	add(l.policy, c.Policy)
	add(t.lossOn, l.day(c.LossOn))
	if len(c.Waterfall) == 0 && c.State != public.ClaimRefused {
		add(t.loss, money(c.Loss))
	}
	for i := range c.Waterfall {
		switch line := &c.Waterfall[i]; {
		case line.Step == "debt" || line.Step == "indemnity":
			add(t.waterfall[line.Step], money(line.Minor))
		case line.TakenMinor != 0:
			add(t.waterfall[line.Step], money(-line.TakenMinor))
		}
	}
	if c.Reason != public.ClaimRefused {
		add(l.why, t.waterfall[c.Reason])
	}
	amount(t.paid, c.Paid)
	amount(t.payBack, c.PayBack)
	if c.Next.Step == "pay" {
		add(t.payee, c.Assignee)
	}
	if s := &c.Receipt; s.Minor != 0 {
		add(t.received, money(s.Minor))
		add(t.shared, fmt.Sprintf(t.split, money(s.PolicyholderMinor), money(s.InsurerMinor)))
		if s.FeeMinor != 0 {
			add(t.fees, fmt.Sprintf(t.split, money(s.FeePolicyholderMinor), money(s.FeeInsurerMinor)))
		}
	}
	var missing []string
	for _, kind := range c.Missing {
		missing = append(missing, t.documents[kind])
	}
	add(t.missing, strings.Join(missing, ", "))
	l.nextFacts(&c.Next, add)
}

// nextFacts says what comes next, whose turn it is, and until when.
func (l *language) nextFacts(n *notice.Next, add func(label, value string)) {
	t := &l.cases
	add(t.next, t.steps[n.Step])
	add(t.turn, t.actors[n.By])
	if n.Until != 0 {
		add(t.deadline, l.day(n.Until))
	}
}

// caseTask is what the policyholder is to do now about a case: a key of caseTasks.
func caseTask(c *notice.Case) string {
	switch {
	case c.What == decision.CasePlanRefused:
		return decision.CasePlanRefused
	case c.What == decision.CaseClosed && c.Outcome != "uncollectible" && c.Outcome != "partly_collected":
		return c.Outcome
	case c.What == decision.CaseClosed && c.Insured == 0:
		return nothingInsured
	case c.What == decision.CaseClosed:
		return "file_claim"
	case c.Next.Step == "":
		return nothingToDo
	case c.Next.Step == "proof_of_debt" && c.Next.By != "policyholder":
		return proofByUs
	case c.Next.Step == "consent", c.Next.Step == "instalment", c.Next.By == "policyholder":
		return c.Next.Step
	default:
		return weAct
	}
}

// claimTask is what the policyholder is to do now about a claim: a key of claimTasks.
func claimTask(c *notice.Claim) string {
	switch {
	case c.PayBack > 0:
		return "pay_back"
	case c.State == public.ClaimRefused:
		return public.ClaimRefused
	case c.Next.Step != "":
		return c.Next.Step
	case c.What == decision.ClaimRuled || c.What == decision.ClaimCorrected:
		return noIndemnity
	default:
		return nothingToDo
	}
}
