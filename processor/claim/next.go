package claim

import "barometer/ingest/event"

// Next is what is to be done in a case or a claim: a stage to be reached, or one of the steps below; by whom, and until
// when. Until is 0 where there is no term. A zero Next is nothing.
type Next struct {
	Step  string
	By    event.CaseActor
	Until event.Day
}

// Steps besides the stages of a case.
const (
	StepConsent     = "consent"        // the insurer's to a plan
	StepInstalment  = "instalment"     // of a plan
	StepSettle      = "settle_dispute" // before anything else
	StepHandOver    = "hand_over"      // to collection
	StepFileClaim   = "file_claim"
	StepProofOfDebt = "proof_of_debt" // to be lodged in the insolvency
	StepDocuments   = "documents"     // to be added
	StepExamine     = "examine"       // the claim
	StepDecide      = "decide"        // it, by the policy's partition
	StepPay         = "pay"           // the indemnity
	StepPayBack     = "pay_back"      // what a correction has made too much of it
)

// Next is what is to be done in the case, by the table of the debtor's country; nil: the model has none.
func (c *Case) Next(table *event.CollectionTable) Next {
	switch instalment, due := c.Instalment(); {
	case c.Closed():
		return Next{}
	case c.plan.State == PlanWaits:
		return Next{Step: StepConsent, By: event.ActorAnalyst}
	case due:
		return Next{StepInstalment, event.ActorBuyer, instalment.DueOn}
	case c.insolvent && c.kind == event.CaseClaim:
		return Next{Step: StepProofOfDebt, By: event.ActorPolicyholder}
	case c.insolvent:
		return Next{Step: StepProofOfDebt, By: event.ActorCollector}
	case c.disputed():
		return Next{Step: StepSettle, By: event.ActorPolicyholder}
	case c.kind == event.CaseMonitor:
		return Next{Step: StepHandOver, By: event.ActorPolicyholder}
	case c.kind == event.CaseClaim && c.stage >= event.StageFormalNoticeSent:
		return Next{Step: StepFileClaim, By: event.ActorPolicyholder}
	case table == nil:
		return usualNext[c.stage]
	}
	step := table.Stages[c.stage]
	return Next{step.Next.String(), step.By, c.since + event.Day(step.Days)}
}

// usualNext is what follows each stage where the model does not say.
var usualNext = [event.StageEnd]Next{
	event.StageReported:         {Step: "reminder_sent", By: event.ActorPolicyholder},
	event.StageReminderSent:     {Step: "formal_notice_sent", By: event.ActorPolicyholder},
	event.StageFormalNoticeSent: {Step: "collection", By: event.ActorCollector},
	event.StageCollection:       {Step: "court_order", By: event.ActorLawyer},
	event.StageNegotiation:      {Step: "collection", By: event.ActorCollector},
	event.StageCourtOrder:       {Step: "judgment", By: event.ActorLawyer},
	event.StageJudgment:         {Step: "enforcement", By: event.ActorBailiff},
	event.StageEnforcement:      {Step: "closed", By: event.ActorBailiff},
}

// disputed tells whether all that is open is in dispute.
func (c *Case) disputed() bool {
	var open, disputed int64
	for i := range c.debts {
		if open += c.debts[i].Open; c.debts[i].Disputed {
			disputed += c.debts[i].Open
		}
	}
	return open > 0 && open == disputed
}

// Next is what is to be done in the claim. The policyholder's turn lasts until an examination has the documents that it
// named.
func (c *Claim) Next() Next {
	switch {
	case c.state == Filed && c.documents.missing != 0, c.state == DocumentsMissing && c.documents.missing != 0:
		return Next{Step: StepDocuments, By: event.ActorPolicyholder}
	case c.state == Filed || c.state == DocumentsMissing:
		return Next{Step: StepExamine, By: event.ActorAnalyst}
	case c.state == Assessed:
		return Next{Step: StepDecide}
	case c.state == Decided && c.Due() > 0:
		return Next{StepPay, event.ActorAnalyst, c.payableOn}
	case c.Due() < 0:
		return Next{Step: StepPayBack, By: event.ActorPolicyholder}
	}
	return Next{}
}
