package public

// CaseSteps are what can come next in a case, and ClaimSteps in a claim: all that a channel needs words for.
var (
	CaseSteps = []string{"reminder_sent", "formal_notice_sent", "collection", "negotiation", "court_order", "judgment",
		"enforcement", "closed", "consent", "instalment", "settle_dispute", "report", "file_claim", "proof_of_debt"}
	ClaimSteps = []string{"documents", "examine", "pay", "pay_back"}
)

// WaterfallSteps are the lines of an indemnity's computation.
var WaterfallSteps = []string{"debt", "not_insured", "recovered", "examined", "non_qualifying", "insured_percentage",
	"each_and_every", "aggregate_first_loss", "minimum_retention", "maximum_liability", "indemnity"}

// ClaimRefused is the state of a claim that an examination has refused, and the reason why nothing is paid. The other
// reasons are lines of the waterfall.
const ClaimRefused = "refused"

// PayBack is what was paid of the indemnity and a correction has made too much.
func (c *Claim) PayBack() int64 { return max(c.Paid-c.Indemnity, 0) }
