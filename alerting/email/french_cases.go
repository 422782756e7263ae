package email

var frenchCases = caseTranslations{
	caseID: "Dossier", claimID: "Demande d’indemnisation", reference: "Votre référence",
	happened: "Ce qui s’est passé", next: "Étape suivante", turn: "Qui doit agir", deadline: "Au plus tard le",
	open: "Montant impayé", insured: "Dont assuré", disputed: "Dont contesté",
	recovered: "Recouvré à ce jour", invoices: "Factures", adverse: "Information défavorable",
	loss: "Perte", lossOn: "Date du sinistre", paid: "Indemnité versée", payBack: "À rembourser",
	payee: "Bénéficiaire", missing: "Pièces manquantes",
	received: "Reçu", shared: "Partage", fees: "Frais de recouvrement", split: "%s pour vous, %s pour nous",
	cases: map[string]string{
		"reported": "Impayé déclaré, %s en souffrance", "adverse": "Information défavorable enregistrée",
		"reminder_sent":      "Votre rappel de paiement est enregistré",
		"formal_notice_sent": "Votre mise en demeure est enregistrée",
		"moved":              "Le recouvrement se poursuit : %s", "plan_agreed": "Plan de paiement enregistré",
		planWaits: "Le plan de paiement requiert notre accord", "plan_consented": "Nous acceptons le plan de paiement",
		"plan_refused":    "Plan de paiement refusé, la couverture de ses factures est perdue",
		"plan_broken":     "Plan de paiement rompu, une échéance est impayée",
		"disputed":        "Facture contestée, sa couverture est suspendue",
		"dispute_settled": "Litige réglé, le dossier se poursuit",
		"received":        "Paiement de %s reçu", "reversed": "Paiement de %s annulé",
		"cover_changed": "La part assurée du dossier est désormais de %s",
		"insolvent":     "Insolvabilité, %s en souffrance", "solvent": "Fin de l’insolvabilité, le dossier se poursuit",
		"reopened": "Dossier rouvert, %s en souffrance",
	},
	outcomes: map[string]string{
		"collected": "Dossier clos, tout est recouvré", "partly_collected": "Dossier clos, %s non recouvrés",
		"uncollectible": "Dossier clos comme irrécouvrable, %s en souffrance", "withdrawn": "Dossier clos, il a été retiré",
	},
	claims: map[string]string{
		"filed":          "Demande d’indemnisation déposée, perte %s",
		claimIncomplete:  "Demande d’indemnisation déposée, des pièces manquent",
		"document_added": "Toutes les pièces de la demande sont arrivées",
		documentsMissing: "Des pièces de la demande d’indemnisation manquent",
		"refused":        "Demande d’indemnisation refusée", "decided": "Indemnité fixée, %s",
		noIndemnity: "Demande tranchée, rien n’est versé",
		"corrected": "Indemnité rectifiée à %s", "paid": "Indemnité versée, %s",
		"recovered": "Récupération de %s après la demande", "reversed": "Une récupération après la demande est annulée",
	},
	stages: map[string]string{
		"reported": "impayé déclaré", "reminder_sent": "rappel envoyé", "formal_notice_sent": "mise en demeure envoyée",
		"collection": "lettres et appels à l’acheteur", "negotiation": "négociation d’un plan de paiement",
		"court_order": "injonction de payer", "judgment": "jugement", "enforcement": "exécution forcée", "closed": "clos",
	},
	steps: map[string]string{
		"reminder_sent": "Rappel de paiement à l’acheteur", "formal_notice_sent": "Mise en demeure de l’acheteur",
		"collection": "Lettres et appels à l’acheteur", "negotiation": "Négociation d’un plan de paiement",
		"court_order": "Injonction de payer", "judgment": "Jugement", "enforcement": "Exécution forcée",
		"closed": "Clôture du dossier", "consent": "Décision sur le plan de paiement",
		"instalment": "Prochaine échéance du plan de paiement", "settle_dispute": "Règlement du litige",
		"report": "Remise au recouvrement", "file_claim": "Demande d’indemnisation",
		"proof_of_debt": "Déclaration de créance dans la procédure d’insolvabilité",
		"documents":     "Pièces manquantes", "examine": "Examen de la demande", "pay": "Versement de l’indemnité",
		"pay_back": "Remboursement",
	},
	actors: map[string]string{"policyholder": "Vous", "collector": "Notre service de recouvrement",
		"lawyer": "Notre avocat", "bailiff": "L’huissier de justice", "analyst": "Nous", "buyer": "L’acheteur"},
	documents: map[string]string{
		"invoice": "factures", "delivery_note": "bons de livraison", "order": "commandes",
		"statement_of_account": "relevé de compte", "correspondence": "correspondance avec l’acheteur",
		"discretionary_evidence": "justificatifs de la limite discrétionnaire",
		"proof_of_debt":          "preuve de la déclaration de créance", "other": "autres pièces",
	},
	adversities: map[string]string{
		"payment_refused": "l’acheteur refuse de payer", "plea_for_time": "l’acheteur demande un délai",
		"cheque_returned": "un chèque ou un prélèvement a été rejeté", "goods_refused": "l’acheteur refuse la marchandise",
		"other": "autre",
	},
	waterfall: map[string]string{
		"debt": "Créance", "not_insured": "Non assuré", "recovered": "Récupéré avant la demande",
		"examined": "Non retenu à l’examen", "non_qualifying": "Sous le seuil d’intervention",
		"insured_percentage": "Votre quotité non garantie", "each_and_every": "Franchise par sinistre",
		"aggregate_first_loss": "Franchise annuelle globale", "minimum_retention": "Participation minimale",
		"maximum_liability": "Au-delà du maximum d’indemnités de la période", "indemnity": "Indemnité",
	},
	caseTasks: map[string]string{
		nothingToDo: "Rien.",
		weAct: "Rien : c’est à nous d’agir. Signalez-nous aussitôt tout paiement ou courrier de l’acheteur que vous " +
			"recevez, et ne convenez de rien avec lui sans nous.",
		proofByUs: "Arrêtez tout de suite les livraisons à crédit et envoyez-nous vos factures et bons de livraison : " +
			"nous déclarons la créance dans la procédure. Déposez votre demande d’indemnisation sans attendre.",
		nothingInsured: "Rien. Rien de ce qui reste impayé n’est assuré ; il n’y a donc pas de demande à déposer.",
		"plan_refused": "Ne comptez pas sur le plan : ses factures ne sont plus couvertes. Envoyez-nous un plan qui se " +
			"termine dans le délai maximal de prorogation, ou demandez-nous une nouvelle décision.",
		"collected": "Rien.",
		"withdrawn": "Rien, si tout est payé. Ce qui reste impayé doit être déclaré de nouveau avant son délai de " +
			"déclaration.",
		"file_claim": "Déposez votre demande d’indemnisation pour la part assurée avant la date limite, si ce n’est pas " +
			"encore fait.",
		"consent": "Attendez notre réponse avant de compter sur le plan : sans notre accord, la couverture de ses " +
			"factures est perdue.",
		"instalment": "Signalez chaque paiement le jour où il arrive. Si une échéance reste impayée, nous reprenons le " +
			"recouvrement.",
		"settle_dispute": "Réglez le litige avec l’acheteur et faites-nous part de l’issue : d’ici là, la facture n’est " +
			"pas couverte.",
		"report": "Si l’acheteur ne paie pas, déclarez l’impayé pour recouvrement avant son délai de " +
			"déclaration.",
		"reminder_sent":      "Envoyez un rappel de paiement à l’acheteur et communiquez-nous la date.",
		"formal_notice_sent": "Mettez l’acheteur en demeure par lettre recommandée et communiquez-nous la date.",
		"proof_of_debt": "Arrêtez tout de suite les livraisons à crédit, déclarez la créance auprès du curateur et " +
			"déposez votre demande d’indemnisation sans attendre.",
	},
	claimTasks: map[string]string{
		nothingToDo: "Rien. Signalez-nous tout paiement de l’acheteur que vous recevez encore : il est partagé entre nous.",
		noIndemnity: "Rien n’est dû ; les lignes ci-dessus montrent pourquoi. Si un montant est inexact, envoyez-nous la " +
			"preuve et demandez un nouvel examen.",
		"refused": "Demandez-nous les motifs. Si vous avez des preuves que nous n’avons pas vues, envoyez-les et demandez " +
			"un nouvel examen.",
		"documents": "Envoyez les pièces manquantes ci-dessus : sans elles, nous ne pouvons pas examiner la demande.",
		"examine":   "Rien. Nous examinons la demande et vous communiquons le résultat.",
		"pay": "Rien. Nous payons au plus tard à la date ci-dessus. Signalez-nous tout paiement de l’acheteur que vous " +
			"recevez encore.",
		"pay_back": "Remboursez-nous le montant ci-dessus : après rectification, l’indemnité est inférieure à ce que nous " +
			"avons versé.",
	},
}
