package email

var germanCases = caseTranslations{
	caseID: "Inkassofall", claimID: "Entschädigungsantrag", reference: "Ihr Zeichen",
	happened: "Was geschehen ist", next: "Was als Nächstes kommt", turn: "Wer am Zug ist", deadline: "Spätestens am",
	open: "Offen", insured: "Davon versichert", disputed: "Davon bestritten",
	recovered: "Bisher eingezogen", invoices: "Rechnungen", adverse: "Ungünstige Information",
	loss: "Schaden", lossOn: "Schadentag", paid: "Gezahlte Entschädigung", payBack: "Zurückzuzahlen",
	payee: "Zahlung an", missing: "Fehlende Unterlagen",
	received: "Eingegangen", shared: "Aufteilung", fees: "Inkassokosten", split: "%s für Sie, %s für uns",
	cases: map[string]string{
		"reported": "Überfälligkeit gemeldet, %s offen", "adverse": "Ungünstige Information erfasst",
		"reminder_sent": "Ihre Zahlungserinnerung ist erfasst", "formal_notice_sent": "Ihre förmliche Mahnung ist erfasst",
		"moved": "Das Inkasso geht weiter: %s", "plan_agreed": "Ratenplan erfasst",
		planWaits: "Ratenplan braucht unsere Zustimmung", "plan_consented": "Wir stimmen dem Ratenplan zu",
		"plan_refused":    "Ratenplan abgelehnt, Deckung seiner Rechnungen verwirkt",
		"plan_broken":     "Ratenplan nicht eingehalten, eine Rate ist unbezahlt",
		"disputed":        "Rechnung bestritten, ihre Deckung ist ausgesetzt",
		"dispute_settled": "Streit beigelegt, der Fall geht weiter",
		"received":        "Zahlung von %s eingegangen", "reversed": "Zahlung von %s zurückgebucht",
		"cover_changed": "Vom Inkassofall sind jetzt %s versichert",
		"insolvent":     "Insolvenz, %s offen", "solvent": "Insolvenz beendet, der Fall geht weiter",
		"reopened": "Inkassofall wieder eröffnet, %s offen",
	},
	outcomes: map[string]string{
		"collected":        "Inkassofall geschlossen, alles ist eingezogen",
		"partly_collected": "Inkassofall geschlossen, %s nicht eingezogen",
		"uncollectible":    "Inkassofall als uneinbringlich geschlossen, %s offen",
		"withdrawn":        "Inkassofall geschlossen, er wurde zurückgezogen",
	},
	claims: map[string]string{
		"filed":          "Entschädigungsantrag gestellt, Schaden %s",
		claimIncomplete:  "Entschädigungsantrag gestellt, Unterlagen fehlen",
		"document_added": "Alle Unterlagen zum Entschädigungsantrag sind da",
		documentsMissing: "Zum Entschädigungsantrag fehlen Unterlagen",
		"refused":        "Entschädigungsantrag abgelehnt", "decided": "Entschädigung festgesetzt, %s",
		noIndemnity: "Entschädigungsantrag entschieden, es wird nichts gezahlt",
		"corrected": "Entschädigung auf %s berichtigt", "paid": "Entschädigung gezahlt, %s",
		"recovered": "Erlös von %s nach dem Antrag", "reversed": "Ein Erlös nach dem Antrag wurde zurückgebucht",
	},
	stages: map[string]string{
		"reported": "Überfälligkeit gemeldet", "reminder_sent": "Zahlungserinnerung gesandt",
		"formal_notice_sent": "förmliche Mahnung gesandt", "collection": "Schreiben und Anrufe beim Abnehmer",
		"negotiation": "Verhandlung über einen Ratenplan", "court_order": "gerichtlicher Zahlungsbefehl",
		"judgment": "Urteil", "enforcement": "Zwangsvollstreckung", "closed": "geschlossen",
	},
	steps: map[string]string{
		"reminder_sent": "Zahlungserinnerung an den Abnehmer", "formal_notice_sent": "Förmliche Mahnung an den Abnehmer",
		"collection": "Schreiben und Anrufe beim Abnehmer", "negotiation": "Verhandlung über einen Ratenplan",
		"court_order": "Gerichtlicher Zahlungsbefehl", "judgment": "Urteil", "enforcement": "Zwangsvollstreckung",
		"closed": "Schließung des Falls", "consent": "Entscheidung über den Ratenplan",
		"instalment": "Nächste Rate des Ratenplans", "settle_dispute": "Beilegung des Streits",
		"report": "Übergabe an das Inkasso", "file_claim": "Entschädigungsantrag",
		"proof_of_debt": "Anmeldung der Forderung im Insolvenzverfahren",
		"documents":     "Fehlende Unterlagen", "examine": "Prüfung des Antrags", "pay": "Zahlung der Entschädigung",
		"pay_back": "Rückzahlung",
	},
	actors: map[string]string{"policyholder": "Sie", "collector": "Unser Inkasso", "lawyer": "Unser Anwalt",
		"bailiff": "Der Gerichtsvollzieher", "analyst": "Wir", "buyer": "Der Abnehmer"},
	documents: map[string]string{
		"invoice": "Rechnungen", "delivery_note": "Lieferscheine", "order": "Bestellungen",
		"statement_of_account": "Kontoauszug", "correspondence": "Schriftwechsel mit dem Abnehmer",
		"discretionary_evidence": "Nachweise zur Selbstprüfung",
		"proof_of_debt":          "Nachweis der Forderungsanmeldung", "other": "sonstige Unterlagen",
	},
	adversities: map[string]string{
		"payment_refused": "der Abnehmer verweigert die Zahlung", "plea_for_time": "der Abnehmer bittet um Aufschub",
		"cheque_returned": "ein Scheck oder eine Lastschrift wurde zurückgegeben",
		"goods_refused":   "der Abnehmer verweigert die Annahme der Ware", "other": "sonstige",
	},
	waterfall: map[string]string{
		"debt": "Forderung", "not_insured": "Nicht versichert", "recovered": "Vor dem Antrag eingegangen",
		"examined": "Bei der Prüfung nicht anerkannt", "non_qualifying": "Unter der Bagatellgrenze",
		"insured_percentage": "Ihre Selbstbeteiligung", "each_and_every": "Abzugsfranchise je Schaden",
		"aggregate_first_loss": "Jahresfranchise", "minimum_retention": "Mindestselbstbehalt",
		"maximum_liability": "Über der Höchstentschädigung der Periode", "indemnity": "Entschädigung",
	},
	caseTasks: map[string]string{
		nothingToDo: "Nichts.",
		weAct: "Nichts: Wir sind am Zug. Melden Sie uns sofort jede Zahlung und jedes Schreiben des Abnehmers, das bei " +
			"Ihnen eingeht, und vereinbaren Sie nichts mit ihm ohne uns.",
		proofByUs: "Stellen Sie Lieferungen auf Kredit sofort ein und senden Sie uns Ihre Rechnungen und Lieferscheine: " +
			"Wir melden die Forderung im Insolvenzverfahren an. Stellen Sie Ihren Entschädigungsantrag, ohne zu warten.",
		nothingInsured: "Nichts. Von dem, was noch offen ist, ist nichts versichert; ein Antrag erübrigt sich.",
		"plan_refused": "Verlassen Sie sich nicht auf den Ratenplan: Seine Rechnungen sind nicht mehr gedeckt. Senden Sie " +
			"uns einen Plan, der innerhalb des äußersten Kreditziels endet, oder bitten Sie uns um eine neue Entscheidung.",
		"collected": "Nichts.",
		"withdrawn": "Nichts, wenn alles bezahlt ist. Was unbezahlt bleibt, ist vor Ablauf der Meldefrist erneut zu melden.",
		"file_claim": "Stellen Sie Ihren Entschädigungsantrag für das Versicherte vor Ablauf der Antragsfrist, falls noch " +
			"nicht geschehen.",
		"consent": "Warten Sie unsere Antwort ab, bevor Sie sich auf den Ratenplan verlassen: Ohne unsere Zustimmung ist " +
			"die Deckung seiner Rechnungen verwirkt.",
		"instalment": "Melden Sie jede Zahlung am Tag ihres Eingangs. Bleibt eine Rate aus, nehmen wir das Inkasso wieder " +
			"auf.",
		"settle_dispute": "Legen Sie den Streit mit dem Abnehmer bei und teilen Sie uns das Ergebnis mit: Bis dahin ist " +
			"die Rechnung nicht gedeckt.",
		"report": "Zahlt der Abnehmer nicht, melden Sie die Überfälligkeit vor Ablauf der Meldefrist zum " +
			"Inkasso.",
		"reminder_sent":      "Senden Sie dem Abnehmer eine Zahlungserinnerung und teilen Sie uns den Tag mit.",
		"formal_notice_sent": "Mahnen Sie den Abnehmer förmlich per Einschreiben und teilen Sie uns den Tag mit.",
		"proof_of_debt": "Stellen Sie Lieferungen auf Kredit sofort ein, melden Sie die Forderung beim Insolvenzverwalter " +
			"an und stellen Sie Ihren Entschädigungsantrag, ohne zu warten.",
	},
	claimTasks: map[string]string{
		nothingToDo: "Nichts. Melden Sie uns jede Zahlung des Abnehmers, die noch bei Ihnen eingeht: Sie wird zwischen " +
			"uns aufgeteilt.",
		noIndemnity: "Es ist nichts zu zahlen; die Zeilen oben zeigen, warum. Stimmt ein Betrag nicht, senden Sie uns den " +
			"Nachweis und bitten Sie um eine neue Prüfung.",
		"refused": "Fragen Sie uns nach den Gründen. Haben Sie Nachweise, die wir nicht gesehen haben, senden Sie sie und " +
			"bitten Sie um eine neue Prüfung.",
		"documents": "Senden Sie die oben genannten Unterlagen: Ohne sie können wir den Antrag nicht prüfen.",
		"examine":   "Nichts. Wir prüfen den Antrag und teilen Ihnen das Ergebnis mit.",
		"pay": "Nichts. Wir zahlen spätestens am oben genannten Tag. Melden Sie uns jede Zahlung des Abnehmers, die noch " +
			"bei Ihnen eingeht.",
		"pay_back": "Zahlen Sie uns den oben genannten Betrag zurück: Nach der Berichtigung ist die Entschädigung kleiner " +
			"als das, was wir gezahlt haben.",
	},
}
