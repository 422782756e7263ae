package email

import (
	"barometer/alerting/notice"
	"barometer/processor/decision"
)

var dutch = language{
	months: [12]string{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"},
	date:   "%s %s %d", thousands: ".", decimal: ",",
	scale:   "op een schaal van 1 (beste) tot 10",
	andMore: " (en nog %d)", grade: "Score", limit: "Kredietlimiet", policy: "Polis", fromWhen: "Met ingang van", why: "Waarom",
	todo: "Wat u nu moet doen", until: "Geldig tot en met", condition: "Voorwaarden", asked: "Aangevraagd",
	first: "%d", moved: "%s → %s", at: "score van de afnemer %d",
	footer:    "U ontvangt dit bericht omdat uw onderneming zich op meldingen over haar afnemers heeft geabonneerd.",
	reference: "Referentie", intro: "%d wijzigingen betreffen uw afnemers.",
	insolvent:  "%s is insolvent: score %d",
	worse:      "%s: score verslechtert van %d naar %d",
	better:     "%s: score verbetert van %d naar %d",
	known:      "%s: eerste score %d",
	conditions: map[string]string{"order": "order %s", "max_terms_days": "betaaltermijn van ten hoogste %s dagen", "security": "zekerheid: %s", "insolvency_only": "alleen insolventie is gedekt"},
	codes: map[decision.LimitCode]code{
		decision.Approved:           {"goedgekeurd", "%s: kredietlimiet goedgekeurd, %s"},
		decision.PartlyApproved:     {"gedeeltelijk goedgekeurd", "%s: kredietlimiet gedeeltelijk goedgekeurd, %s"},
		decision.NotApproved:        {"niet goedgekeurd", "%s: kredietlimiet niet goedgekeurd, blijft %s"},
		decision.Conditional:        {"onder voorwaarden goedgekeurd", "%s: kredietlimiet onder voorwaarden goedgekeurd, %s"},
		decision.Reduced:            {"verlaagd", "%s: kredietlimiet verlaagd tot %s"},
		decision.Cancelled:          {"ingetrokken", "%s: kredietlimiet ingetrokken, nu %s"},
		decision.Preliminary:        {"voorlopig antwoord", "%s: voorlopig antwoord, %s"},
		decision.StillInvestigating: {"nog in onderzoek", "%s: uw aanvraag is nog in onderzoek, de limiet is %s"},
		decision.Reinstated:         {"hersteld", "%s: kredietlimiet hersteld, %s"},
		decision.Suspended:          {"dekking gestopt", "%s: dekking voor nieuwe leveringen gestopt, limiet %s"},
		decision.Resumed:            {"dekking hervat", "%s: leveringen zijn weer gedekt, limiet %s"},
		decision.BindingOrder:       {"bindende order", "%s: een bindende order blijft gedekt, %s"},
	},
	reasons: map[string]string{
		notice.ReasonInsolvency: "een insolventieprocedure", notice.ReasonAccounts: "de jaarcijfers",
		notice.ReasonEvents: "nieuws over de onderneming", notice.ReasonProfile: "de leeftijd en omvang van de onderneming",
		notice.ReasonEconomic: "de economie van land en sector", notice.ReasonPolitical: "het landenrisico",
		"no_accounts": "er zijn geen jaarcijfers bekend", "new_company": "de onderneming is nieuw",
		"insolvency_risk_only": "alleen insolventie is verzekerbaar", "adverse_information": "ongunstige informatie over de afnemer",
		"valid_until": "de afgesproken geldigheid eindigt",
		"overdue":     "een factuur is na de maximale verlengingstermijn nog onbetaald",
		"capacity":    "de capaciteit voor deze afnemer is verbruikt", "lack_of_turnover": "de cijfers van de afnemer laten niet meer toe",
	},
	unstated: "de totale beoordeling van de afnemer",
	advice: advice{
		insolvent: "Stop meteen met leveringen op krediet. Meld openstaande facturen en dien uw vordering in bij de curator.",
		worse:     "Ga na wat er bij deze afnemer openstaat en overweeg kortere termijnen of vooruitbetaling. Uw limiet blijft gelden tenzij wij u iets anders melden.",
		better:    "Niets. U kunt een hogere limiet aanvragen als u die nodig heeft.",
		first:     "Niets. Wij volgen deze afnemer vanaf nu voor u.",
		ends:      "Vraag een verlenging aan als u op krediet blijft leveren. Lever anders vanaf de datum hierboven alleen nog tegen vooruitbetaling.",
		withdrawn: "Lever vanaf de datum hierboven alleen nog tegen vooruitbetaling. Eerdere leveringen blijven gedekt tot de limiet die bij levering gold.",
		less:      "Houd nieuwe leveringen vanaf de datum hierboven binnen de nieuwe limiet. Eerdere leveringen blijven gedekt tot de limiet die bij levering gold.",
		refused:   "Lever meer dan de vermelde limiet alleen tegen vooruitbetaling. Recente jaarcijfers van de afnemer kunnen het antwoord veranderen.",
		partly:    "Houd openstaande leveringen binnen de limiet en haar voorwaarden; vraag vooruitbetaling voor wat erboven ligt.",
		granted:   "U kunt tot aan de limiet op krediet leveren.",
		wait:      "Wacht op ons antwoord voordat u boven de vermelde limiet op krediet levert.",
		restored:  "U kunt weer tot aan de limiet op krediet leveren.",
		stopped:   "Lever alleen tegen vooruitbetaling tot de afnemer heeft betaald wat vervallen is. Eerdere leveringen blijven gedekt. Meld de vervallen factuur vóór de uiterste meldingsdatum.",
		ordered:   "Lever de order uiterlijk op de vermelde datum: hij is gedekt tot zijn bedrag, ook waar de limiet hem niet dekt.",
	},
}
