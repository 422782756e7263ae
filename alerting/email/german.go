package email

import (
	"barometer/alerting/notice"
	"barometer/processor/decision"
)

var german = language{
	months: [12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
	date:   "%s. %s %d", thousands: ".", decimal: ",",
	scale:   "auf einer Skala von 1 (beste) bis 10",
	andMore: " (und %d weitere)", grade: "Bonitätsnote", limit: "Kreditlimit", policy: "Police", fromWhen: "Gilt ab", why: "Warum",
	todo: "Was jetzt zu tun ist", until: "Gültig bis", condition: "Bedingungen", asked: "Beantragt",
	first: "%d", moved: "%s → %s", at: "Bonitätsnote des Abnehmers %d",
	footer:    "Sie erhalten diese Nachricht, weil Ihr Unternehmen Meldungen über seine Abnehmer abonniert hat.",
	reference: "Referenz", intro: "%d Änderungen betreffen Ihre Abnehmer.",
	insolvent:  "%s ist insolvent: Bonitätsnote %d",
	worse:      "%s: Bonitätsnote verschlechtert sich von %d auf %d",
	better:     "%s: Bonitätsnote verbessert sich von %d auf %d",
	known:      "%s: erste Bonitätsnote %d",
	conditions: map[string]string{"order": "Auftrag %s", "max_terms_days": "Zahlungsziel von höchstens %s Tagen", "security": "Sicherheit: %s", "insolvency_only": "nur Insolvenz ist gedeckt"},
	codes: map[decision.LimitCode]code{
		decision.Approved:           {"bewilligt", "%s: Kreditlimit bewilligt, %s"},
		decision.PartlyApproved:     {"teilweise bewilligt", "%s: Kreditlimit teilweise bewilligt, %s"},
		decision.NotApproved:        {"nicht bewilligt", "%s: Kreditlimit nicht bewilligt, es bleibt bei %s"},
		decision.Conditional:        {"unter Bedingungen bewilligt", "%s: Kreditlimit unter Bedingungen bewilligt, %s"},
		decision.Reduced:            {"herabgesetzt", "%s: Kreditlimit herabgesetzt auf %s"},
		decision.Cancelled:          {"gekündigt", "%s: Kreditlimit gekündigt, jetzt %s"},
		decision.Preliminary:        {"vorläufige Antwort", "%s: vorläufige Antwort, %s"},
		decision.StillInvestigating: {"noch in Prüfung", "%s: Ihr Antrag wird noch geprüft, das Limit beträgt %s"},
		decision.Reinstated:         {"wieder in Kraft", "%s: Kreditlimit wieder in Kraft, %s"},
		decision.Suspended:          {"Deckung gestoppt", "%s: Deckung für neue Lieferungen gestoppt, Limit %s"},
		decision.Resumed:            {"Deckung wieder aufgenommen", "%s: Lieferungen sind wieder gedeckt, Limit %s"},
		decision.BindingOrder:       {"bindender Auftrag", "%s: ein bindender Auftrag bleibt gedeckt, %s"},
	},
	reasons: map[string]string{
		notice.ReasonInsolvency: "ein Insolvenzverfahren", notice.ReasonAccounts: "die Jahresabschlüsse",
		notice.ReasonEvents: "Nachrichten über das Unternehmen", notice.ReasonProfile: "Alter und Größe des Unternehmens",
		notice.ReasonEconomic: "die Wirtschaftslage in Land und Branche", notice.ReasonPolitical: "das Länderrisiko",
		"no_accounts": "es sind keine Jahresabschlüsse bekannt", "new_company": "das Unternehmen ist neu",
		"insolvency_risk_only": "nur die Insolvenz ist versicherbar", "adverse_information": "ungünstige Informationen über den Abnehmer",
		"valid_until": "die vereinbarte Gültigkeit endet",
		"overdue":     "eine Rechnung ist über das äußerste Kreditziel hinaus unbezahlt",
		"capacity":    "die Kapazität für diesen Abnehmer ist ausgeschöpft", "lack_of_turnover": "die Zahlen des Abnehmers lassen nicht mehr zu",
	},
	unstated: "die Gesamtbeurteilung des Abnehmers",
	advice: advice{
		insolvent: "Stellen Sie Lieferungen auf Kredit sofort ein. Melden Sie offene Rechnungen und Ihre Forderung beim Insolvenzverwalter an.",
		worse:     "Prüfen Sie, was bei diesem Abnehmer offen ist, und erwägen Sie kürzere Zahlungsziele oder Vorauskasse. Ihr Limit gilt weiter, solange wir nichts anderes mitteilen.",
		better:    "Nichts. Sie können ein höheres Limit beantragen, wenn Sie es brauchen.",
		first:     "Nichts. Wir beobachten diesen Abnehmer ab jetzt für Sie.",
		ends:      "Beantragen Sie eine Verlängerung, wenn Sie weiter auf Ziel liefern. Ohne sie liefern Sie ab dem genannten Tag nur noch gegen Vorauskasse.",
		withdrawn: "Liefern Sie ab dem genannten Tag nur noch gegen Vorauskasse. Frühere Lieferungen bleiben bis zu dem Limit gedeckt, das bei der Lieferung galt.",
		less:      "Halten Sie neue Lieferungen ab dem genannten Tag im neuen Limit. Frühere Lieferungen bleiben bis zu dem Limit gedeckt, das bei der Lieferung galt.",
		refused:   "Liefern Sie über das genannte Limit hinaus nur gegen Vorauskasse. Aktuelle Jahresabschlüsse des Abnehmers können die Antwort ändern.",
		partly:    "Halten Sie offene Lieferungen im Limit und seinen Bedingungen; verlangen Sie darüber hinaus Vorauskasse.",
		granted:   "Sie können bis zum Limit auf Kredit liefern.",
		wait:      "Warten Sie unsere Antwort ab, bevor Sie über das genannte Limit hinaus auf Kredit liefern.",
		restored:  "Sie können wieder bis zum Limit auf Kredit liefern.",
		stopped:   "Liefern Sie nur gegen Vorauskasse, bis der Abnehmer das Überfällige bezahlt hat. Frühere Lieferungen bleiben gedeckt. Melden Sie die überfällige Rechnung vor Ablauf der Meldefrist.",
		ordered:   "Liefern Sie den Auftrag bis zum genannten Tag: Er ist bis zu seinem Betrag gedeckt, auch wo das Limit ihn nicht deckt.",
	},
}
