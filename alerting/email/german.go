package email

import (
	"barometer/processor/decision"
	"barometer/processor/decision/public"
)

var german = language{
	months: [12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
		"November", "Dezember"}, date: "%s. %s %d", thousands: ".", decimal: ",",
	scale:   "auf einer Skala von 1 (beste) bis 10",
	andMore: " (und %d weitere)", grade: "Bonitätsnote", limit: "Kreditlimit", policy: "Police", fromWhen: "Gilt ab",
	why: "Warum", todo: "Was jetzt zu tun ist", until: "Gültig bis", condition: "Bedingungen", asked: "Beantragt",
	first: "%d", moved: "%s → %s", at: "Bonitätsnote des Abnehmers %d",
	covered: "Deckung der Rechnung", delivered: "Geliefert am", invoice: "Rechnung", order: "Auftrag",
	coveredOrder: "Deckung des Auftrags", overdue: "Überfällige Rechnungen",
	once:      "Erhalt dieser Nachricht; eine weitere bestätigt das Datum",
	after:     "%d Tage nach Erhalt dieser Nachricht; eine weitere bestätigt das Datum",
	footer:    "Sie erhalten diese Nachricht, weil Ihr Unternehmen Meldungen über seine Abnehmer abonniert hat.",
	reference: "Referenz", intro: "%d Änderungen betreffen Ihre Abnehmer.", short: "(1 beste, 10 schlechteste)",
	named: "%s: %s", insolvent: "Insolvenz, Bonitätsnote %d",
	worse:           "Bonitätsnote verschlechtert sich von %d auf %d",
	better:          "Bonitätsnote verbessert sich von %d auf %d",
	known:           "Erste Bonitätsnote %d",
	falls:           "Kreditlimit sinkt auf %s am %s",
	ends:            "Kreditlimit endet am %s",
	fallsWithNotice: "Ankündigung: Kreditlimit sinkt auf %s",
	endsWithNotice:  "Ankündigung: Kreditlimit endet",
	standing:        "Antrag nicht bewilligt, das Limit von %s gilt weiter",
	unlikelySubject: "Nur eine Indikation, keine Deckung: derzeit kein Limit",
	now:             "Gilt jetzt",
	planned:         "Geplant",
	stands:          "%s gilt weiter (%s)",
	indication:      "Indikation",
	indicated:       "%s könnten derzeit bewilligt werden; mit dieser Antwort ist nichts gedeckt",
	unlikely:        "derzeit könnte kein Limit bewilligt werden; mit dieser Antwort ist nichts gedeckt",
	mails: mails{
		confirm: "Bitte bestätigen Sie diese Adresse für Meldungen",
		confirmText: "Jemand hat uns gebeten, Meldungen über die Abnehmer einer Kreditversicherung an diese Adresse zu " +
			"senden. Es wird nichts gesendet, bis die Adresse mit dem Link unten bestätigt ist; er gilt sieben Tage. Wenn Sie " +
			"diese Nachricht nicht erwartet haben, tun Sie nichts.",
		confirmLink: "Diese Adresse bestätigen",
		test:        "Testnachricht: Meldungen kommen hier an",
		testText:    "Sie haben um einen Test gebeten. Meldungen an diese Adresse kommen an; es ist nichts zu tun.",
		unsubscribe: "Keine Nachrichten mehr an diese Adresse",
	},
	conditions: map[string]string{
		"max_terms_days": "Zahlungsziel von höchstens %s Tagen", "security": "Sicherheit: %s",
		"insolvency_only": "nur Insolvenz ist gedeckt"},
	codes: map[decision.LimitCode]code{
		decision.Approved:           {"bewilligt", "Kreditlimit bewilligt, %s"},
		decision.PartlyApproved:     {"teilweise bewilligt", "Kreditlimit teilweise bewilligt, %s"},
		decision.NotApproved:        {"nicht bewilligt", "Kreditlimit nicht bewilligt"},
		decision.Conditional:        {"unter Bedingungen bewilligt", "Kreditlimit unter Bedingungen bewilligt, %s"},
		decision.Reduced:            {"herabgesetzt", "Kreditlimit herabgesetzt auf %s"},
		decision.Cancelled:          {"gekündigt", "Kreditlimit gekündigt"},
		decision.Preliminary:        {"Indikation, keine Deckung", "Nur eine Indikation, keine Deckung: %s"},
		decision.StillInvestigating: {"noch in Prüfung", "Antrag wird noch geprüft, das Limit beträgt %s"},
		decision.Reinstated:         {"wieder in Kraft", "Kreditlimit wieder in Kraft, %s"},
	},
	covers: map[decision.CoverCode]coverText{
		decision.Suspended: {"Deckung ausgesetzt", "Deckung für neue Lieferungen ausgesetzt, Limit %s",
			"Liefern Sie nur gegen Vorauskasse, bis der Abnehmer das Überfällige bezahlt hat. Frühere Lieferungen " +
				"bleiben gedeckt. Melden Sie die überfällige Rechnung vor Ablauf der Meldefrist."},
		decision.Resumed: {"Deckung wieder aufgenommen", "Lieferungen sind wieder gedeckt, Limit %s",
			"Sie können wieder bis zum Limit auf Kredit liefern."},
		decision.BindingOrder: {"bindender Auftrag", "Bindender Auftrag bleibt gedeckt, %s",
			"Liefern Sie den Auftrag bis zum genannten Tag: Er ist bis zu seinem Betrag gedeckt, auch wo das Limit " +
				"ihn nicht deckt."},
		decision.Forfeited: {"Deckung verwirkt", "Deckung einer überfälligen Rechnung verwirkt, %s",
			"Melden Sie überfällige Rechnungen vor ihrer Meldefrist. Haben Sie diese rechtzeitig gemeldet, teilen " +
				"Sie uns den Tag Ihrer Meldung mit: dann gilt die Deckung wieder."},
		decision.Restored: {"Deckung wiederhergestellt", "Deckung einer überfälligen Rechnung wiederhergestellt, %s",
			"Nichts. Die Rechnung ist wieder gedeckt."},
	},
	cases: germanCases,
	reasons: map[string]string{
		public.Insolvency: "ein Insolvenzverfahren", public.Accounts: "die Jahresabschlüsse",
		public.News: "Nachrichten über das Unternehmen", public.Profile: "Alter und Größe des Unternehmens",
		public.Economic: "die Wirtschaftslage in Land und Branche", public.Political: "das Länderrisiko",
		public.NoAccounts:     "es sind keine Jahresabschlüsse bekannt",
		public.InsolvencyOnly: "nur die Insolvenz ist versicherbar",
		public.Adverse:        "ungünstige Informationen über den Abnehmer",
		"valid_until":         "die vereinbarte Gültigkeit endet",
		"superseded":          "Sie haben inzwischen weniger beantragt",
		public.Underwriter:    "ein Kreditprüfer hat so entschieden",
		"overdue":             "eine Rechnung ist über das äußerste Kreditziel hinaus unbezahlt",
		"late_notification":   "eine überfällige Rechnung wurde nicht bis zu ihrer Meldefrist gemeldet",
		"no_longer_overdue":   "keine Rechnung ist mehr über das äußerste Kreditziel hinaus unbezahlt",
		"reported_in_time":    "die Rechnung wurde vor ihrer Meldefrist gemeldet",
		public.Capacity:       "mehr können wir auf diesen Abnehmer derzeit nicht decken",
		"policy_ended":        "die Laufzeit der Police ist vorüber",
	},
	deadlines: germanDeadlines,
	unstated:  "die Gesamtbeurteilung des Abnehmers",
	advice: advice{
		insolvent: "Stellen Sie Lieferungen auf Kredit sofort ein. Melden Sie offene Rechnungen und Ihre Forderung beim " +
			"Insolvenzverwalter an.",
		worse: "Prüfen Sie, was bei diesem Abnehmer offen ist, und erwägen Sie kürzere Zahlungsziele oder " +
			"Vorauskasse. Ihr Limit gilt weiter, solange wir nichts anderes mitteilen.",
		better: "Nichts. Sie können ein höheres Limit beantragen, wenn Sie es brauchen.",
		first:  "Nichts. Wir beobachten diesen Abnehmer ab jetzt für Sie.",
		ends: "Beantragen Sie eine Verlängerung, wenn Sie weiter auf Ziel liefern. Ohne sie liefern Sie ab dem " +
			"genannten Tag nur noch gegen Vorauskasse.",
		withdrawn: "Liefern Sie ab dem genannten Tag nur noch gegen Vorauskasse. Frühere Lieferungen bleiben bis zu dem " +
			"Limit gedeckt, das bei der Lieferung galt.",
		less: "Halten Sie neue Lieferungen ab dem genannten Tag im neuen Limit. Frühere Lieferungen bleiben bis zu " +
			"dem Limit gedeckt, das bei der Lieferung galt.",
		refused: "Liefern Sie über das genannte Limit hinaus nur gegen Vorauskasse. Aktuelle Jahresabschlüsse des " +
			"Abnehmers können die Antwort ändern.",
		partly:   "Halten Sie offene Lieferungen im Limit und seinen Bedingungen; verlangen Sie darüber hinaus Vorauskasse.",
		granted:  "Sie können bis zum Limit auf Kredit liefern.",
		wait:     "Warten Sie unsere Antwort ab, bevor Sie über das genannte Limit hinaus auf Kredit liefern.",
		restored: "Sie können wieder bis zum Limit auf Kredit liefern.",
		stands: "Ihr Limit gilt weiter: liefern Sie darin wie bisher, darüber hinaus nur gegen Vorauskasse. Aktuelle " +
			"Jahresabschlüsse des Abnehmers können die Antwort ändern.",
		indication: "Das ist eine Indikation und keine Entscheidung. Beantragen Sie ein Limit, bevor Sie auf Kredit liefern.",
	},
}
