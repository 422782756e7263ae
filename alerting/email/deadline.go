package email

import (
	"fmt"
	"strings"

	"barometer/alerting/notice"
	"barometer/processor/decision"
)

// deadlines is what is said of dates of the policy's clock.
type deadlines struct {
	near, settled  string // subjects: what is to be done, by which day; which day
	atStake        string // headings
	limit          string
	line           string // of one date: what, invoice, amount that is open
	unnamed        string // in place of an invoice's id
	more           string // number of further dates
	names, actions map[decision.DateKind]string
	why            map[string]string
	nothing        string // what to do about settled ones
}

// mostDates is how many dates one card shows.
const mostDates = 40

func deadlineSubject(l *language, d *notice.Deadline) string {
	first := d.First()
	what := l.deadlines.names[first.Kind]
	if d.Settled {
		return fmt.Sprintf(l.deadlines.settled, what, l.day(first.On))
	}
	return fmt.Sprintf(l.deadlines.near, what, l.day(first.On))
}

// deadlineFacts says each date with what it is about, and what is at stake.
func deadlineFacts(l *language, d *notice.Deadline, add func(label, value string)) {
	says := &l.deadlines
	add(l.policy, d.Policy)
	for i := range d.Lines {
		line := &d.Lines[i]
		if i == mostDates {
			add("…", fmt.Sprintf(says.more, len(d.Lines)-mostDates))
			break
		}
		invoice := line.Invoice
		if invoice == "" {
			invoice = says.unnamed
		}
		text := fmt.Sprintf(says.line, says.names[line.Kind], invoice, l.money(line.Open, d.Currency))
		if why := says.why[line.Why]; why != "" {
			text += " (" + why + ")"
		}
		add(l.day(line.On), text)
	}
	if d.AtStake > 0 {
		add(says.atStake, l.money(d.AtStake, d.Currency))
	}
	if d.Limit > 0 {
		add(says.limit, l.money(d.Limit, d.Currency))
	}
}

// deadlineAdvice is what to do about dates now, each kind once.
func deadlineAdvice(l *language, d *notice.Deadline) string {
	if d.Settled {
		return l.deadlines.nothing
	}
	var all []string
	said := map[decision.DateKind]bool{}
	for kind := decision.StopShipment; kind <= decision.FileClaim; kind++ {
		for i := range d.Lines {
			if d.Lines[i].Kind == kind && !said[kind] {
				said[kind], all = true, append(all, l.deadlines.actions[kind])
			}
		}
	}
	return strings.Join(all, " ")
}

var englishDeadlines = deadlines{
	near: "Deadline: %s by %s", settled: "Settled: %s by %s", atStake: "Cover at stake", limit: "Limit at stake",
	line: "%s, invoice %s, %s open", unnamed: "without a number", more: "and %d more",
	names: map[decision.DateKind]string{decision.StopShipment: "stop of new deliveries",
		decision.HandOver: "hand over to collection", decision.ReportOverdue: "report the overdue",
		decision.ProtractedDefault: "protracted default", decision.FileClaim: "file the claim"},
	actions: map[decision.DateKind]string{
		decision.StopShipment: "Collect the oldest invoice, or deliver only against prepayment from the day after: new " +
			"deliveries are not covered then.",
		decision.HandOver:      "Hand the buyer’s whole balance over to our collection.",
		decision.ReportOverdue: "Report the overdue invoices: their cover is lost after that day.",
		decision.ProtractedDefault: "Gather the documents for a claim: from that day on you can file it for invoices that " +
			"are still open.",
		decision.FileClaim: "File the claim: after that day nothing is paid for these invoices.",
	},
	why: map[string]string{"paid": "paid", "disputed": "in dispute", "no_limit": "no limit is left",
		"not_covered": "not covered", "handed_over": "handed over", "reported": "reported", "claimed": "claimed",
		"insolvent": "insolvency"},
	nothing: "Nothing: what we warned you of is settled.",
}

var dutchDeadlines = deadlines{
	near: "Termijn: %s uiterlijk %s", settled: "Afgehandeld: %s uiterlijk %s", atStake: "Dekking in het geding",
	limit: "Limiet in het geding", line: "%s, factuur %s, %s open", unnamed: "zonder nummer", more: "en nog %d",
	names: map[decision.DateKind]string{decision.StopShipment: "stop van nieuwe leveringen",
		decision.HandOver: "overdracht aan incasso", decision.ReportOverdue: "achterstand melden",
		decision.ProtractedDefault: "vermoedelijke insolventie", decision.FileClaim: "schadeclaim indienen"},
	actions: map[decision.DateKind]string{
		decision.StopShipment: "Int de oudste factuur, of lever vanaf de dag erna alleen nog tegen vooruitbetaling: nieuwe " +
			"leveringen zijn dan niet gedekt.",
		decision.HandOver:      "Draag het hele saldo van de afnemer over aan onze incasso.",
		decision.ReportOverdue: "Meld de achterstallige facturen: na die dag vervalt hun dekking.",
		decision.ProtractedDefault: "Verzamel de stukken voor een claim: vanaf die dag kunt u die indienen voor facturen " +
			"die dan nog openstaan.",
		decision.FileClaim: "Dien de claim in: na die dag wordt voor deze facturen niets uitgekeerd.",
	},
	why: map[string]string{"paid": "betaald", "disputed": "in geschil", "no_limit": "er is geen limiet meer",
		"not_covered": "niet gedekt", "handed_over": "overgedragen", "reported": "gemeld", "claimed": "geclaimd",
		"insolvent": "insolventie"},
	nothing: "Niets: waarvoor wij u waarschuwden is afgehandeld.",
}

var frenchDeadlines = deadlines{
	near: "Échéance : %s au plus tard le %s", settled: "Réglé : %s au plus tard le %s", atStake: "Couverture en jeu",
	limit: "Limite en jeu", line: "%s, facture %s, %s ouverts", unnamed: "sans numéro",
	more: "et %d autres",
	names: map[decision.DateKind]string{decision.StopShipment: "arrêt des nouvelles livraisons",
		decision.HandOver: "remise au recouvrement", decision.ReportOverdue: "déclaration d’impayé",
		decision.ProtractedDefault: "défaut de paiement prolongé", decision.FileClaim: "demande d’indemnisation"},
	actions: map[decision.DateKind]string{
		decision.StopShipment: "Encaissez la facture la plus ancienne, ou ne livrez plus que contre prépaiement dès le " +
			"lendemain : les nouvelles livraisons ne seront plus couvertes.",
		decision.HandOver:      "Remettez tout le solde de l’acheteur à notre recouvrement.",
		decision.ReportOverdue: "Déclarez les factures impayées : après ce jour, leur couverture est perdue.",
		decision.ProtractedDefault: "Réunissez les pièces d’une demande d’indemnisation : dès ce jour, vous pourrez la " +
			"déposer pour les factures encore ouvertes.",
		decision.FileClaim: "Déposez la demande d’indemnisation : après ce jour, rien n’est payé pour ces factures.",
	},
	why: map[string]string{"paid": "payée", "disputed": "en litige", "no_limit": "il n’y a plus de limite",
		"not_covered": "non couverte", "handed_over": "remise", "reported": "déclarée", "claimed": "demandée",
		"insolvent": "insolvabilité"},
	nothing: "Rien : ce dont nous vous avions averti est réglé.",
}

var germanDeadlines = deadlines{
	near: "Frist: %s bis %s", settled: "Erledigt: %s bis %s", atStake: "Gefährdete Deckung", limit: "Gefährdetes Limit",
	line: "%s, Rechnung %s, %s offen", unnamed: "ohne Nummer", more: "und %d weitere",
	names: map[decision.DateKind]string{decision.StopShipment: "Stopp neuer Lieferungen",
		decision.HandOver: "Abgabe an das Inkasso", decision.ReportOverdue: "Meldung der Überfälligkeit",
		decision.ProtractedDefault: "Nichtzahlungstatbestand", decision.FileClaim: "Schadenanzeige"},
	actions: map[decision.DateKind]string{
		decision.StopShipment: "Ziehen Sie die älteste Rechnung ein, oder liefern Sie ab dem Tag danach nur noch gegen " +
			"Vorkasse: Neue Lieferungen sind dann nicht gedeckt.",
		decision.HandOver:      "Geben Sie den gesamten Saldo des Kunden an unser Inkasso ab.",
		decision.ReportOverdue: "Melden Sie die überfälligen Rechnungen: Nach diesem Tag geht ihre Deckung verloren.",
		decision.ProtractedDefault: "Sammeln Sie die Unterlagen für einen Schaden: Ab diesem Tag können Sie ihn für noch " +
			"offene Rechnungen anzeigen.",
		decision.FileClaim: "Zeigen Sie den Schaden an: Nach diesem Tag wird für diese Rechnungen nichts gezahlt.",
	},
	why: map[string]string{"paid": "bezahlt", "disputed": "strittig", "no_limit": "es gibt kein Limit mehr",
		"not_covered": "nicht gedeckt", "handed_over": "abgegeben", "reported": "gemeldet", "claimed": "angezeigt",
		"insolvent": "Insolvenz"},
	nothing: "Nichts: Wovor wir gewarnt haben, ist erledigt.",
}
