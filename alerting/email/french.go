package email

import (
	"barometer/alerting/notice"
	"barometer/processor/decision"
)

var french = language{
	months: [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	date:   "%s %s %d", dayOne: "1er", thousands: "\u202f", decimal: ",",
	scale:   "sur une échelle de 1 (meilleure) à 10",
	andMore: " (et %d de plus)", grade: "Note", limit: "Limite de crédit", policy: "Police", fromWhen: "À partir du", why: "Pourquoi",
	todo: "Que faire maintenant", until: "Valable jusqu’au", condition: "Conditions", asked: "Demandé",
	first: "%d", moved: "%s → %s", at: "note de l’acheteur %d",
	footer:    "Vous recevez ce message parce que votre entreprise s’est abonnée aux notifications sur ses acheteurs.",
	reference: "Référence", intro: "%d changements concernent vos acheteurs.",
	insolvent:  "%s est insolvable : note %d",
	worse:      "%s : la note se dégrade de %d à %d",
	better:     "%s : la note s’améliore de %d à %d",
	known:      "%s : première note %d",
	conditions: map[string]string{"order": "commande %s", "max_terms_days": "délai de paiement de %s jours au plus", "security": "garantie : %s", "insolvency_only": "seule l’insolvabilité est couverte"},
	codes: map[decision.LimitCode]code{
		decision.Approved:           {"accordée", "%s : limite de crédit accordée, %s"},
		decision.PartlyApproved:     {"accordée en partie", "%s : limite de crédit accordée en partie, %s"},
		decision.NotApproved:        {"refusée", "%s : limite de crédit refusée, elle reste à %s"},
		decision.Conditional:        {"accordée sous conditions", "%s : limite de crédit accordée sous conditions, %s"},
		decision.Reduced:            {"réduite", "%s : limite de crédit réduite à %s"},
		decision.Cancelled:          {"résiliée", "%s : limite de crédit résiliée, désormais %s"},
		decision.Preliminary:        {"réponse provisoire", "%s : réponse provisoire, %s"},
		decision.StillInvestigating: {"encore à l’étude", "%s : votre demande est encore à l’étude, la limite est de %s"},
		decision.Reinstated:         {"rétablie", "%s : limite de crédit rétablie, %s"},
		decision.Suspended:          {"couverture suspendue", "%s : couverture des nouvelles livraisons suspendue, limite %s"},
		decision.Resumed:            {"couverture rétablie", "%s : les livraisons sont de nouveau couvertes, limite %s"},
		decision.BindingOrder:       {"commande ferme", "%s : une commande ferme reste couverte, %s"},
	},
	reasons: map[string]string{
		notice.ReasonInsolvency: "une procédure d’insolvabilité", notice.ReasonAccounts: "ses comptes annuels",
		notice.ReasonEvents: "des nouvelles sur l’entreprise", notice.ReasonProfile: "l’âge et la taille de l’entreprise",
		notice.ReasonEconomic: "l’économie de son pays et de son secteur", notice.ReasonPolitical: "le risque de son pays",
		"no_accounts": "aucun compte annuel n’est connu", "new_company": "l’entreprise est récente",
		"insolvency_risk_only": "seule l’insolvabilité est assurable", "adverse_information": "des informations défavorables sur l’acheteur",
		"valid_until": "la validité convenue prend fin",
		"overdue":     "une facture est impayée au-delà du délai maximal de prorogation",
		"capacity":    "la capacité pour cet acheteur est épuisée", "lack_of_turnover": "les chiffres de l’acheteur ne permettent pas davantage",
	},
	unstated: "l’appréciation globale de l’acheteur",
	advice: advice{
		insolvent: "Arrêtez tout de suite les livraisons à crédit. Déclarez les factures ouvertes et produisez votre créance auprès du curateur.",
		worse:     "Vérifiez ce qui est ouvert chez cet acheteur et envisagez des délais plus courts ou un paiement d’avance. Votre limite reste valable sauf avis contraire de notre part.",
		better:    "Rien. Vous pouvez demander une limite plus élevée si vous en avez besoin.",
		first:     "Rien. Nous suivons désormais cet acheteur pour vous.",
		ends:      "Demandez une prolongation si vous continuez à livrer à crédit. Sans elle, ne livrez que contre paiement d’avance à partir de la date ci-dessus.",
		withdrawn: "À partir de la date ci-dessus, ne livrez que contre paiement d’avance. Les livraisons antérieures restent couvertes jusqu’à la limite en vigueur lors de la livraison.",
		less:      "À partir de la date ci-dessus, gardez les nouvelles livraisons dans la nouvelle limite. Les livraisons antérieures restent couvertes jusqu’à la limite en vigueur lors de la livraison.",
		refused:   "Au-delà de la limite indiquée, ne livrez que contre paiement d’avance. Des comptes annuels récents de l’acheteur peuvent changer la réponse.",
		partly:    "Gardez les livraisons ouvertes dans la limite et ses conditions ; demandez un paiement d’avance au-delà.",
		granted:   "Vous pouvez livrer à crédit jusqu’à la limite.",
		wait:      "Attendez notre réponse avant de livrer à crédit au-delà de la limite indiquée.",
		restored:  "Vous pouvez de nouveau livrer à crédit jusqu’à la limite.",
		stopped:   "Ne livrez que contre paiement d’avance jusqu’à ce que l’acheteur ait payé ce qui est échu. Les livraisons antérieures restent couvertes. Déclarez la facture échue avant la date limite de déclaration.",
		ordered:   "Livrez la commande au plus tard à la date indiquée : elle est couverte jusqu’à son montant, même là où la limite ne la couvre pas.",
	},
}
