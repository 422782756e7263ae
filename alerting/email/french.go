package email

import (
	"barometer/processor/decision"
	"barometer/processor/decision/public"
)

var french = language{
	months: [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
		"novembre", "décembre"}, date: "%s %s %d", dayOne: "1er", thousands: "\u202f", decimal: ",",
	scale:   "sur une échelle de 1 (meilleure) à 10",
	andMore: " (et %d de plus)", grade: "Note", limit: "Limite de crédit", policy: "Police", fromWhen: "À partir du",
	why: "Pourquoi", todo: "Que faire maintenant", until: "Valable jusqu’au", condition: "Conditions", asked: "Demandé",
	first: "%d", moved: "%s → %s", at: "note de l’acheteur %d",
	covered: "Couverture de la facture", delivered: "Livrée le", invoice: "Facture", order: "Commande",
	coveredOrder: "Couverture de la commande", overdue: "Factures impayées",
	once:      "moment de la réception de ce message ; un autre confirme la date",
	after:     "%d jours après la réception de ce message ; un autre confirme la date",
	footer:    "Vous recevez ce message parce que votre entreprise s’est abonnée aux notifications sur ses acheteurs.",
	reference: "Référence", intro: "%d changements concernent vos acheteurs.",
	short: "(1 meilleure, 10 pire)", named: "%s : %s",
	insolvent:       "Insolvabilité, note %d",
	worse:           "La note se dégrade de %d à %d",
	better:          "La note s’améliore de %d à %d",
	known:           "Première note %d",
	falls:           "La limite de crédit baisse à %s le %s",
	ends:            "La limite de crédit prend fin le %s",
	fallsWithNotice: "Préavis : la limite de crédit baisse à %s",
	endsWithNotice:  "Préavis : la limite de crédit prend fin",
	standing:        "Demande refusée, la limite de %s reste en vigueur",
	unlikelySubject: "Simple indication, sans couverture : pas de limite à présent",
	now:             "En vigueur actuellement",
	planned:         "Prévu",
	stands:          "%s reste en vigueur (%s)",
	indication:      "Indication",
	indicated:       "%s pourrait être accordé à présent ; cette réponse ne couvre rien",
	unlikely:        "aucune limite ne pourrait être accordée à présent ; cette réponse ne couvre rien",
	mails: mails{
		confirm: "Veuillez confirmer cette adresse pour les notifications",
		confirmText: "Quelqu’un nous a demandé d’envoyer à cette adresse des notifications sur les acheteurs d’une police " +
			"d’assurance-crédit. Rien n’est envoyé tant que l’adresse n’est pas confirmée par le lien ci-dessous, valable " +
			"sept jours. Si vous n’attendiez pas ce message, ne faites rien.",
		confirmLink: "Confirmer cette adresse",
		test:        "Message d’essai : les notifications arrivent ici",
		testText:    "Vous avez demandé un essai. Les notifications à cette adresse arrivent ; il n’y a rien à faire.",
		unsubscribe: "Plus de messages à cette adresse",
	},
	conditions: map[string]string{
		"max_terms_days": "délai de paiement de %s jours au plus", "security": "garantie : %s",
		"insolvency_only": "seule l’insolvabilité est couverte"},
	codes: map[decision.LimitCode]code{
		decision.Approved:           {"accordée", "Limite de crédit accordée, %s"},
		decision.PartlyApproved:     {"accordée en partie", "Limite de crédit accordée en partie, %s"},
		decision.NotApproved:        {"refusée", "Limite de crédit refusée"},
		decision.Conditional:        {"accordée sous conditions", "Limite de crédit accordée sous conditions, %s"},
		decision.Reduced:            {"réduite", "Limite de crédit réduite à %s"},
		decision.Cancelled:          {"résiliée", "Limite de crédit résiliée"},
		decision.Preliminary:        {"indication, sans couverture", "Simple indication, sans couverture : %s"},
		decision.StillInvestigating: {"encore à l’étude", "Demande encore à l’étude, la limite est de %s"},
		decision.Reinstated:         {"rétablie", "Limite de crédit rétablie, %s"},
	},
	covers: map[decision.CoverCode]coverText{
		decision.Suspended: {"couverture suspendue", "Couverture des nouvelles livraisons suspendue, limite %s",
			"Ne livrez que contre paiement d’avance jusqu’à ce que l’acheteur ait payé ce qui est échu. Les " +
				"livraisons antérieures restent couvertes. Déclarez la facture échue avant la date limite de déclaration."},
		decision.Resumed: {"couverture rétablie", "Les livraisons sont de nouveau couvertes, limite %s",
			"Vous pouvez de nouveau livrer à crédit jusqu’à la limite."},
		decision.BindingOrder: {"commande ferme", "Une commande ferme reste couverte, %s",
			"Livrez la commande au plus tard à la date indiquée : elle est couverte jusqu’à son montant, même là " +
				"où la limite ne la couvre pas."},
		decision.Forfeited: {"couverture perdue", "Couverture d’une facture impayée perdue, %s",
			"Déclarez les factures impayées avant leur délai de déclaration. Si vous avez déclaré celle-ci à " +
				"temps, envoyez-nous la date de votre déclaration : sa couverture est alors rétablie."},
		decision.Restored: {"couverture rétablie", "Couverture d’une facture impayée rétablie, %s",
			"Rien. La facture est de nouveau couverte."},
	},
	cases: frenchCases,
	reasons: map[string]string{
		public.Insolvency: "une procédure d’insolvabilité", public.Accounts: "ses comptes annuels",
		public.News: "des nouvelles sur l’entreprise", public.Profile: "l’âge et la taille de l’entreprise",
		public.Economic: "l’économie de son pays et de son secteur", public.Political: "le risque de son pays",
		public.NoAccounts:     "aucun compte annuel n’est connu",
		public.InsolvencyOnly: "seule l’insolvabilité est assurable",
		public.Adverse:        "des informations défavorables sur l’acheteur",
		"valid_until":         "la validité convenue prend fin",
		"superseded":          "vous avez demandé moins entre-temps",
		public.Underwriter:    "un arbitre-crédit en a décidé ainsi",
		"overdue":             "une facture est impayée au-delà du délai maximal de prorogation",
		"late_notification":   "une facture impayée n’a pas été déclarée avant son délai de déclaration",
		"no_longer_overdue":   "aucune facture n’est plus impayée au-delà du délai maximal de prorogation",
		"reported_in_time":    "la facture a été déclarée avant son délai de déclaration",
		public.Capacity:       "nous ne pouvons pas couvrir davantage sur cet acheteur à présent",
		"policy_ended":        "la période de la police est terminée",
	},
	deadlines: frenchDeadlines,
	unstated:  "l’appréciation globale de l’acheteur",
	advice: advice{
		insolvent: "Arrêtez tout de suite les livraisons à crédit. Déclarez les factures ouvertes et produisez votre " +
			"créance auprès du curateur.",
		worse: "Vérifiez ce qui est ouvert chez cet acheteur et envisagez des délais plus courts ou un paiement " +
			"d’avance. Votre limite reste valable sauf avis contraire de notre part.",
		better: "Rien. Vous pouvez demander une limite plus élevée si vous en avez besoin.",
		first:  "Rien. Nous suivons désormais cet acheteur pour vous.",
		ends: "Demandez une prolongation si vous continuez à livrer à crédit. Sans elle, ne livrez que contre " +
			"paiement d’avance à partir de la date ci-dessus.",
		withdrawn: "À partir de la date ci-dessus, ne livrez que contre paiement d’avance. Les livraisons antérieures " +
			"restent couvertes jusqu’à la limite en vigueur lors de la livraison.",
		less: "À partir de la date ci-dessus, gardez les nouvelles livraisons dans la nouvelle limite. Les " +
			"livraisons antérieures restent couvertes jusqu’à la limite en vigueur lors de la livraison.",
		refused: "Au-delà de la limite indiquée, ne livrez que contre paiement d’avance. Des comptes annuels récents de " +
			"l’acheteur peuvent changer la réponse.",
		partly:   "Gardez les livraisons ouvertes dans la limite et ses conditions ; demandez un paiement d’avance au-delà.",
		granted:  "Vous pouvez livrer à crédit jusqu’à la limite.",
		wait:     "Attendez notre réponse avant de livrer à crédit au-delà de la limite indiquée.",
		restored: "Vous pouvez de nouveau livrer à crédit jusqu’à la limite.",
		stands: "Votre limite reste valable : livrez comme avant jusqu’à elle, au-delà seulement contre paiement " +
			"d’avance. Des comptes annuels récents de l’acheteur peuvent changer la réponse.",
		indication: "C’est une indication et non une décision. Demandez une limite avant de livrer à crédit.",
	},
}
