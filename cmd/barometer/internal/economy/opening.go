package economy

import (
	"fmt"
	"math"
)

// Opening is what is known before the first day: indicators, policies, buyers, their accounts and the first requests.
func (e *Economy) Opening() []Message {
	for _, c := range countries {
		e.indicate(c.code, "gdp_growth", "2023", c.growth)
		e.indicate(c.code, "unemployment_change", "2024", c.unemployment[1]-c.unemployment[0])
		e.indicate(c.code, "country_risk_class", fmt.Sprint(e.day.Year()), float64(c.riskClass))
	}
	e.quote()
	for i, p := range e.policies {
		e.insure(i, p)
	}
	for i, c := range e.companies {
		master := fields{"buyer_id": c.id, "name": c.name, "country": c.country, "sector": c.sector,
			"registrations": []fields{c.registration()},
			"founded_on":    fmt.Sprintf("%d-03-01", 1960+e.random.IntN(55))}
		if parent := i - i%10; i%10 < 3 { // three in ten are of groups of three
			master["group_id"] = fmt.Sprintf("g-%03d", i/10+1)
			if i > parent {
				master["parent_id"] = e.companies[parent].id
			}
		}
		e.say("risk.portfolio", c.id, "buyer.upserted", "up-"+c.id, master)
		e.file(c, e.day.Year()-1)
	}
	for _, r := range e.relations {
		e.request(r, "new")
	}
	return e.flush()
}

func (e *Economy) insure(i int, policy string) {
	e.say("risk.portfolio", policy, "policy.upserted", "up-"+policy, fields{"policy_id": policy,
		"holder": fields{"id": fmt.Sprintf("h-%02d", i+1), "name": holderNames[i%len(holderNames)],
			"language": languages[i%len(languages)]},
		"currency": "EUR", "insured_percentage": 90, "discretionary_limit": "10000.00", "maximum_liability": "5000000.00",
		"notice_days": 30, "effective_on": date(e.start.AddDate(0, 0, -1))})
}

// publish gives a new month's exchange rates and a new quarter's growth.
func (e *Economy) publish() {
	if e.day.Day() != 1 {
		return
	}
	for i := range e.rates {
		e.rates[i].perEuro *= math.Exp(0.01 * e.random.NormFloat64())
	}
	e.quote()
	if int(e.day.Month())%3 != 1 {
		return
	}
	last := e.day.AddDate(0, -1, 0)
	for _, c := range countries {
		period := fmt.Sprintf("%d-Q%d", last.Year(), (int(last.Month())+2)/3)
		e.indicate(c.code, "gdp_growth", period, c.growth+0.8*e.random.NormFloat64())
	}
}

func (e *Economy) indicate(country, name, period string, value float64) {
	e.say("risk.indicators", country, "indicator", fmt.Sprintf("%s-%s-%s", name, country, period),
		fields{"country": country,
			"sector": "*", "indicator": name, "period": period, "value": fmt.Sprintf("%.2f", value),
			"source": "World Bank, simulated onwards"})
}

func (e *Economy) quote() {
	period := e.day.Format("2006-01")
	for _, r := range e.rates {
		e.say("risk.indicators", "*", "indicator", fmt.Sprintf("fx-%s-%s", r.currency, date(e.day)),
			fields{"country": "*", "sector": "*",
				"indicator": "fx_rate", "currency": r.currency, "period": period, "value": fmt.Sprintf("%.4f", r.perEuro)})
	}
}
