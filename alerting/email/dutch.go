package email

import (
	"barometer/processor/decision"
	"barometer/processor/decision/public"
)

var dutch = language{
	months: [12]string{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
		"november", "december"}, date: "%s %s %d", thousands: ".", decimal: ",",
	scale:   "op een schaal van 1 (beste) tot 10",
	andMore: " (en nog %d)", grade: "Score", limit: "Kredietlimiet", policy: "Polis", fromWhen: "Met ingang van",
	why: "Waarom", todo: "Wat u nu moet doen", until: "Geldig tot en met", condition: "Voorwaarden", asked: "Aangevraagd",
	first: "%d", moved: "%s → %s", at: "score van de afnemer %d",
	covered: "Dekking van de factuur", delivered: "Geleverd op", invoice: "Factuur", order: "Order",
	coveredOrder: "Dekking van de order", overdue: "Achterstallige facturen",
	once:      "de ontvangst van dit bericht; een volgend bericht bevestigt de datum",
	after:     "%d dagen na ontvangst van dit bericht; een volgend bericht bevestigt de datum",
	footer:    "U ontvangt dit bericht omdat uw onderneming zich op meldingen over haar afnemers heeft geabonneerd.",
	reference: "Referentie", intro: "%d wijzigingen betreffen uw afnemers.",
	short: "(1 beste, 10 slechtste)", named: "%s: %s",
	insolvent:       "Insolventie, score %d",
	worse:           "Score verslechtert van %d naar %d",
	better:          "Score verbetert van %d naar %d",
	known:           "Eerste score %d",
	falls:           "Kredietlimiet daalt tot %s op %s",
	ends:            "Kredietlimiet eindigt op %s",
	fallsWithNotice: "Aankondiging: kredietlimiet daalt tot %s",
	endsWithNotice:  "Aankondiging: kredietlimiet eindigt",
	standing:        "Aanvraag niet goedgekeurd, de limiet van %s blijft",
	unlikelySubject: "Alleen een indicatie, geen dekking: nu geen limiet",
	now:             "Nu van kracht",
	planned:         "Gepland",
	stands:          "%s blijft van kracht (%s)",
	indication:      "Indicatie",
	indicated:       "%s zou nu kunnen worden toegekend; met dit antwoord is niets gedekt",
	unlikely:        "er zou nu geen limiet kunnen worden toegekend; met dit antwoord is niets gedekt",
	mails: mails{
		confirm: "Bevestig dit adres voor meldingen",
		confirmText: "Iemand heeft ons gevraagd meldingen over de afnemers van een kredietverzekering naar dit adres te " +
			"sturen. Er wordt niets gestuurd totdat het adres is bevestigd met de link hieronder, die zeven dagen geldt. Had " +
			"u dit bericht niet verwacht, dan hoeft u niets te doen.",
		confirmLink: "Dit adres bevestigen",
		test:        "Testbericht: meldingen komen hier aan",
		testText:    "U hebt om een test gevraagd. Meldingen aan dit adres komen aan; u hoeft niets te doen.",
		unsubscribe: "Geen berichten meer naar dit adres",
	},
	conditions: map[string]string{
		"max_terms_days": "betaaltermijn van ten hoogste %s dagen", "security": "zekerheid: %s",
		"insolvency_only": "alleen insolventie is gedekt"},
	codes: map[decision.LimitCode]code{
		decision.Approved:           {"goedgekeurd", "Kredietlimiet goedgekeurd, %s"},
		decision.PartlyApproved:     {"gedeeltelijk goedgekeurd", "Kredietlimiet gedeeltelijk goedgekeurd, %s"},
		decision.NotApproved:        {"niet goedgekeurd", "Kredietlimiet niet goedgekeurd"},
		decision.Conditional:        {"onder voorwaarden goedgekeurd", "Kredietlimiet onder voorwaarden goedgekeurd, %s"},
		decision.Reduced:            {"verlaagd", "Kredietlimiet verlaagd tot %s"},
		decision.Cancelled:          {"ingetrokken", "Kredietlimiet ingetrokken"},
		decision.Preliminary:        {"indicatie, geen dekking", "Alleen een indicatie, geen dekking: %s"},
		decision.StillInvestigating: {"nog in onderzoek", "Aanvraag nog in onderzoek, de limiet is %s"},
		decision.Reinstated:         {"hersteld", "Kredietlimiet hersteld, %s"},
	},
	covers: map[decision.CoverCode]coverText{
		decision.Suspended: {"dekking geschorst", "Dekking voor nieuwe leveringen geschorst, limiet %s",
			"Lever alleen tegen vooruitbetaling tot de afnemer heeft betaald wat vervallen is. Eerdere leveringen " +
				"blijven gedekt. Meld de vervallen factuur vóór de uiterste meldingsdatum."},
		decision.Resumed: {"dekking hervat", "Leveringen zijn weer gedekt, limiet %s",
			"U kunt weer tot aan de limiet op krediet leveren."},
		decision.BindingOrder: {"bindende order", "Bindende order blijft gedekt, %s",
			"Lever de order uiterlijk op de vermelde datum: hij is gedekt tot zijn bedrag, ook waar de limiet hem " +
				"niet dekt."},
		decision.Forfeited: {"dekking vervallen", "Dekking van een achterstallige factuur is vervallen, %s",
			"Meld achterstallige facturen vóór het einde van hun meldingstermijn. Hebt u deze op tijd gemeld, " +
				"stuur ons dan de datum van uw melding: de dekking wordt dan hersteld."},
		decision.Restored: {"dekking hersteld", "Dekking van een achterstallige factuur is hersteld, %s",
			"Niets. De factuur is weer gedekt."},
	},
	cases: dutchCases,
	reasons: map[string]string{
		public.Insolvency: "een insolventieprocedure", public.Accounts: "de jaarcijfers",
		public.News: "nieuws over de onderneming", public.Profile: "de leeftijd en omvang van de onderneming",
		public.Economic: "de economie van land en sector", public.Political: "het landenrisico",
		public.NoAccounts:     "er zijn geen jaarcijfers bekend",
		public.InsolvencyOnly: "alleen insolventie is verzekerbaar", public.Adverse: "ongunstige informatie over de afnemer",
		"valid_until":       "de afgesproken geldigheid eindigt",
		"superseded":        "u hebt intussen om minder gevraagd",
		public.Underwriter:  "een acceptant heeft zo beslist",
		"overdue":           "een factuur is na de maximale verlengingstermijn nog onbetaald",
		"late_notification": "een achterstallige factuur is niet binnen de meldingstermijn gemeld",
		"no_longer_overdue": "geen factuur is nog onbetaald na de maximale verlengingstermijn",
		"reported_in_time":  "de factuur is binnen haar meldingstermijn gemeld",
		public.Capacity:     "wij kunnen op deze afnemer nu niet meer dekken",
		"policy_ended":      "de looptijd van de polis is voorbij",
	},
	deadlines: dutchDeadlines,
	unstated:  "de totale beoordeling van de afnemer",
	advice: advice{
		insolvent: "Stop meteen met leveringen op krediet. Meld openstaande facturen en dien uw vordering in bij de curator.",
		worse: "Ga na wat er bij deze afnemer openstaat en overweeg kortere termijnen of vooruitbetaling. Uw limiet " +
			"blijft gelden tenzij wij u iets anders melden.",
		better: "Niets. U kunt een hogere limiet aanvragen als u die nodig heeft.",
		first:  "Niets. Wij volgen deze afnemer vanaf nu voor u.",
		ends: "Vraag een verlenging aan als u op krediet blijft leveren. Lever anders vanaf de datum hierboven " +
			"alleen nog tegen vooruitbetaling.",
		withdrawn: "Lever vanaf de datum hierboven alleen nog tegen vooruitbetaling. Eerdere leveringen blijven gedekt " +
			"tot de limiet die bij levering gold.",
		less: "Houd nieuwe leveringen vanaf de datum hierboven binnen de nieuwe limiet. Eerdere leveringen blijven " +
			"gedekt tot de limiet die bij levering gold.",
		refused: "Lever meer dan de vermelde limiet alleen tegen vooruitbetaling. Recente jaarcijfers van de afnemer " +
			"kunnen het antwoord veranderen.",
		partly: "Houd openstaande leveringen binnen de limiet en haar voorwaarden; vraag vooruitbetaling voor wat " +
			"erboven ligt.",
		granted:  "U kunt tot aan de limiet op krediet leveren.",
		wait:     "Wacht op ons antwoord voordat u boven de vermelde limiet op krediet levert.",
		restored: "U kunt weer tot aan de limiet op krediet leveren.",
		stands: "Uw limiet blijft gelden: lever daarbinnen zoals voorheen, daarboven alleen tegen vooruitbetaling. " +
			"Recente jaarcijfers van de afnemer kunnen het antwoord veranderen.",
		indication: "Dit is een indicatie en geen beslissing. Vraag een limiet aan voordat u op krediet levert.",
	},
}
