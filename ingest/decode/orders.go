package decode

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"

	"barometer/ingest/event"
)

func walkReviewDecided(w *walk, b *event.ReviewDecided) {
	required(w, "review_id", &b.Review, minted, "The review.")
	required(w, "verdict", &b.Approve, verdict, "The verdict.")
	required(w, "analyst", &b.Analyst, ident, "Who decided.")
	w.text("reason", "reason", line, false, "Why.")
}

func walkUnderwriterDecided(w *walk, b *event.UnderwriterDecided) {
	ofLimit := b.Policy != ""
	required(w, "scope", &ofLimit, overrule, "Whether the buyer's grade is overruled, or one limit set.")
	w.party(&b.Buyer)
	optional(w, "policy_id", &b.Policy, ident, "Of scope limit: the policy.")
	optional(w, "grade_floor", &b.GradeFloor, grade, "The grade is no better than this.")
	optional(w, "grade_ceiling", &b.GradeCeiling, grade, "The grade is no worse than this.")
	optional(w, "block", &b.Block, boolean, "No limit is granted.")
	w.maybeSum(&b.HasAmount, &b.Amount, "Of scope limit: the limit.")
	optional(w, "max_terms_days", &b.MaxTermsDays, days, "A condition: the longest terms of payment.")
	optional(w, "security", &b.Security, ident, "A condition: a security, as a code.")
	optional(w, "insolvency_only", &b.InsolvencyOnly, boolean, "A condition: only insolvency is covered.")
	optional(w, "valid_until", &b.ValidUntil, lastDayOf, "The last day that it holds.")
	w.text("reason", "reason", line, false, "Why.")
	required(w, "analyst", &b.Analyst, ident, "Who decided.")
	optional(w, "second_analyst", &b.SecondAnalyst, ident, "Who decided with the first. Above the authority of one, a "+
		"review is opened without.")

	w.check(b.SecondAnalyst == "" || b.SecondAnalyst != b.Analyst, BadField, "second_analyst", "another than analyst")
	w.check(!ofLimit || b.Policy != "", MissingField, "policy_id", "it for scope limit")
	w.check(!ofLimit || b.HasAmount, MissingField, "amount", "it for scope limit")
	w.check(ofLimit || b.Policy == "", BadField, "policy_id", "none for scope buyer")
	w.check(b.GradeCeiling == 0 || b.GradeFloor <= b.GradeCeiling, BadField, "grade_ceiling",
		"a grade not below grade_floor")
	w.rule(func() map[string]any {
		return map[string]any{"if": where("scope", "limit"),
			"then": map[string]any{"allOf": []any{given("policy_id"), given("amount")}},
			"else": map[string]any{"not": given("policy_id")}}
	})
}

func walkBindingOrderAccepted(w *walk, b *event.BindingOrderAccepted) {
	required(w, "policy_id", &b.Policy, ident, "The policy.")
	w.party(&b.Buyer)
	required(w, "order_id", &b.Order, ident, "The order.")
	w.sum(&b.Amount, "What stays covered.")
	required(w, "deliver_by", &b.DeliverBy, day, "The last day of delivery.")
	optional(w, "analyst", &b.Analyst, ident, "Who accepted it.")
}

func walkNoticeServed(w *walk, b *event.NoticeServed) {
	required(w, "policy_id", &b.Policy, ident, "The policy.")
	w.party(&b.Buyer)
	optional(w, "served_on", &b.ServedOn, day, "When its policyholder had notice; without it when this is recorded.")
	w.text("reason", "reason", line, false, "How.")
	required(w, "analyst", &b.Analyst, ident, "Who says so.")
}

func walkCountryCapSet(w *walk, b *event.CountryCapSet) {
	required(w, "country", &b.Country, country, "The country.")
	w.sum(&b.Amount, "The most that all limits on its buyers may be.")
	w.twoPeople(&b.Analyst, &b.SecondAnalyst)
}

func walkModelActivated(w *walk, b *event.ModelActivated) {
	content, sum := string(b.Content), hex.EncodeToString(b.SHA256)
	required(w, "version", &b.Version, ident, "The model's version.")
	required(w, "content", &content, prose, "The whole model file.")
	required(w, "sha256", &sum, digest, "The SHA-256 of the content.")
	w.twoPeople(&b.Analyst, &b.SecondAnalyst)
	if w.mode != reading || w.err != nil {
		return
	}
	b.Content = []byte(content)
	b.SHA256, _ = hex.DecodeString(sum) // digest took hexadecimal digits only
	is := sha256.Sum256(b.Content)
	w.check(bytes.Equal(is[:], b.SHA256), BadField, "sha256", "the SHA-256 of content")
}

func walkFoldActivated(w *walk, b *event.FoldActivated) {
	required(w, "version", &b.Version, version, "The fold version.")
	w.twoPeople(&b.Analyst, &b.SecondAnalyst)
}

// twoPeople walks who stands for a message that needs two people.
func (w *walk) twoPeople(analyst, second *string) {
	optional(w, "analyst", analyst, ident, "Who asks for it. Without second_analyst a review is opened; without either "+
		"it acts at once.")
	optional(w, "second_analyst", second, ident, "Who decided with the first: it acts at once.")
	w.check(*second == "" || *second != *analyst, BadField, "second_analyst", "another than analyst")
	w.check(*second == "" || *analyst != "", MissingField, "analyst", "it with second_analyst")
	w.rule(func() map[string]any {
		return map[string]any{"if": given("second_analyst"), "then": given("analyst")}
	})
}
