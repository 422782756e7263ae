package email

var dutchCases = caseTranslations{
	caseID: "Dossier", claimID: "Schadeclaim", reference: "Uw referentie",
	happened: "Wat er is gebeurd", next: "Wat er nu volgt", turn: "Wie aan zet is", deadline: "Uiterlijk op",
	open: "Openstaand", insured: "Daarvan verzekerd", disputed: "Daarvan betwist",
	recovered: "Tot nu toe geïncasseerd", invoices: "Facturen", adverse: "Ongunstige informatie",
	loss: "Schade", lossOn: "Schadedatum", paid: "Uitgekeerd", payBack: "Terug te betalen",
	payee: "Uitbetaling aan", missing: "Ontbrekende documenten",
	received: "Ontvangen", shared: "Verdeling", fees: "Incassokosten", split: "%s voor u, %s voor ons",
	cases: map[string]string{
		"reported": "Achterstand gemeld, %s openstaand", "adverse": "Ongunstige informatie geregistreerd",
		"reminder_sent":      "Uw betalingsherinnering is geregistreerd",
		"formal_notice_sent": "Uw ingebrekestelling is geregistreerd",
		"moved":              "De incasso gaat verder: %s", "plan_agreed": "Betalingsregeling geregistreerd",
		planWaits: "Betalingsregeling vereist onze toestemming", "plan_consented": "Wij stemmen in met de betalingsregeling",
		"plan_refused":    "Betalingsregeling geweigerd, dekking van de facturen vervallen",
		"plan_broken":     "Betalingsregeling niet nagekomen, een termijn is onbetaald",
		"disputed":        "Factuur betwist, de dekking ervan is geschorst",
		"dispute_settled": "Geschil opgelost, het dossier loopt verder",
		"received":        "Betaling van %s ontvangen", "reversed": "Betaling van %s teruggedraaid",
		"cover_changed": "Van het dossier is nu %s verzekerd",
		"insolvent":     "Insolventie, %s openstaand", "solvent": "Insolventie voorbij, het dossier loopt verder",
		"reopened": "Dossier heropend, %s openstaand",
	},
	outcomes: map[string]string{
		"collected": "Dossier gesloten, alles is geïncasseerd", "partly_collected": "Dossier gesloten, %s niet geïncasseerd",
		"uncollectible": "Dossier gesloten als oninbaar, %s openstaand", "withdrawn": "Dossier gesloten, het is ingetrokken",
	},
	claims: map[string]string{
		"filed": "Schadeclaim ingediend, schade %s", claimIncomplete: "Schadeclaim ingediend, er ontbreken documenten",
		"document_added": "Alle documenten van de schadeclaim zijn er",
		documentsMissing: "Er ontbreken documenten bij de schadeclaim",
		"refused":        "Schadeclaim afgewezen", "decided": "Uitkering vastgesteld, %s",
		noIndemnity: "Schadeclaim beslist, er wordt niets uitgekeerd",
		"corrected": "Uitkering gecorrigeerd naar %s", "paid": "Uitkering betaald, %s",
		"recovered": "Opbrengst van %s na de schadeclaim", "reversed": "Een opbrengst na de schadeclaim is teruggedraaid",
	},
	stages: map[string]string{
		"reported": "achterstand gemeld", "reminder_sent": "herinnering verstuurd",
		"formal_notice_sent": "ingebrekestelling verstuurd", "collection": "brieven en telefoontjes aan de afnemer",
		"negotiation": "onderhandeling over een betalingsregeling", "court_order": "gerechtelijk betalingsbevel",
		"judgment": "vonnis", "enforcement": "tenuitvoerlegging", "closed": "gesloten",
	},
	steps: map[string]string{
		"reminder_sent": "Betalingsherinnering aan de afnemer", "formal_notice_sent": "Ingebrekestelling van de afnemer",
		"collection": "Brieven en telefoontjes aan de afnemer", "negotiation": "Onderhandeling over een betalingsregeling",
		"court_order": "Gerechtelijk betalingsbevel", "judgment": "Vonnis", "enforcement": "Tenuitvoerlegging",
		"closed": "Sluiting van het dossier", "consent": "Beslissing over de betalingsregeling",
		"instalment": "Volgende termijn van de betalingsregeling", "settle_dispute": "Oplossing van het geschil",
		"report": "Overdracht aan incasso", "file_claim": "Schadeclaim",
		"proof_of_debt": "Indiening van de vordering in de insolventieprocedure",
		"documents":     "Ontbrekende documenten", "examine": "Onderzoek van de schadeclaim",
		"pay": "Betaling van de uitkering", "pay_back": "Terugbetaling",
	},
	actors: map[string]string{"policyholder": "U", "collector": "Onze incassodienst", "lawyer": "Onze advocaat",
		"bailiff": "De deurwaarder", "analyst": "Wij", "buyer": "De afnemer"},
	documents: map[string]string{
		"invoice": "facturen", "delivery_note": "leveringsbonnen", "order": "orders",
		"statement_of_account": "rekeningoverzicht", "correspondence": "correspondentie met de afnemer",
		"discretionary_evidence": "bewijs voor de zelfbeoordelingslimiet",
		"proof_of_debt":          "bewijs van indiening in de insolventieprocedure", "other": "overige documenten",
	},
	adversities: map[string]string{
		"payment_refused": "de afnemer weigert te betalen", "plea_for_time": "de afnemer vraagt om uitstel",
		"cheque_returned": "een cheque of incasso is geweigerd", "goods_refused": "de afnemer weigert de goederen",
		"other": "overige",
	},
	waterfall: map[string]string{
		"debt": "Vordering", "not_insured": "Niet verzekerd", "recovered": "Ontvangen vóór de schadeclaim",
		"examined": "Bij onderzoek niet aanvaard", "non_qualifying": "Onder het drempelbedrag",
		"insured_percentage": "Uw onverzekerde percentage", "each_and_every": "Eigen risico per schade",
		"aggregate_first_loss": "Jaarlijks eigen risico", "minimum_retention": "Minimaal eigen behoud",
		"maximum_liability": "Boven de maximale uitkering van de periode", "indemnity": "Uitkering",
	},
	caseTasks: map[string]string{
		nothingToDo: "Niets.",
		weAct: "Niets: wij zijn aan zet. Meld ons meteen elke betaling of brief van de afnemer die u ontvangt, en spreek " +
			"niets met de afnemer af buiten ons om.",
		proofByUs: "Stop meteen met leveringen op krediet en stuur ons uw facturen en leveringsbonnen: wij dienen de " +
			"vordering in de insolventieprocedure in. Dien uw schadeclaim in; u hoeft niet te wachten.",
		nothingInsured: "Niets. Van wat nog openstaat is niets verzekerd; er valt dus niets te claimen.",
		"plan_refused": "Vertrouw niet op de regeling: de facturen ervan zijn niet meer gedekt. Stuur ons een regeling " +
			"die binnen de maximale verlengingstermijn eindigt, of vraag ons opnieuw te beslissen.",
		"collected": "Niets.",
		"withdrawn": "Niets, als alles is betaald. Wat onbetaald blijft, moet u vóór het einde van de meldingstermijn " +
			"opnieuw melden.",
		"file_claim": "Dien vóór de uiterste claimdatum uw schadeclaim in voor wat verzekerd is, tenzij u dat al hebt " +
			"gedaan.",
		"consent": "Wacht op ons antwoord voordat u op de regeling vertrouwt: zonder onze toestemming vervalt de dekking " +
			"van de facturen ervan.",
		"instalment": "Meld elke betaling op de dag waarop zij binnenkomt. Blijft een termijn onbetaald, dan hervatten " +
			"wij de incasso.",
		"settle_dispute": "Los het geschil met de afnemer op en meld ons de uitkomst: tot dan is de factuur niet " +
			"gedekt.",
		"report": "Betaalt de afnemer niet, meld de achterstand dan vóór het einde van de meldingstermijn ter " +
			"incasso.",
		"reminder_sent":      "Stuur de afnemer een betalingsherinnering en meld ons de datum.",
		"formal_notice_sent": "Stel de afnemer aangetekend in gebreke en meld ons de datum.",
		"proof_of_debt": "Stop meteen met leveringen op krediet, dien de vordering in bij de curator en dien uw " +
			"schadeclaim in; u hoeft niet te wachten.",
	},
	claimTasks: map[string]string{
		nothingToDo: "Niets. Meld ons elke betaling van de afnemer die u nog ontvangt: zij wordt tussen ons verdeeld.",
		noIndemnity: "Er is niets te betalen; de regels hierboven tonen waarom. Klopt een bedrag niet, stuur ons dan het " +
			"bewijs en vraag ons de schadeclaim opnieuw te onderzoeken.",
		"refused": "Vraag ons naar de redenen. Hebt u bewijs dat wij niet hebben gezien, stuur het dan en vraag ons de " +
			"schadeclaim opnieuw te onderzoeken.",
		"documents": "Stuur de hierboven genoemde documenten: zonder deze kunnen wij de schadeclaim niet onderzoeken.",
		"examine":   "Niets. Wij onderzoeken de schadeclaim en melden u de uitkomst.",
		"pay": "Niets. Wij betalen uiterlijk op de datum hierboven. Meld ons elke betaling van de afnemer die u nog " +
			"ontvangt.",
		"pay_back": "Betaal ons het bedrag hierboven terug: na de correctie is de uitkering lager dan wat wij hebben " +
			"betaald.",
	},
}
