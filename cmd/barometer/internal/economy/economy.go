package economy

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// Config says which economy. Zero Buyers and Policies are 200 and 6.
type Config struct {
	Seed     uint64
	Buyers   int
	Policies int
	Start    time.Time // its first day, by UTC
}

// Message is one message of a source topic.
type Message struct {
	Topic string
	Key   string
	Value []byte
}

// Economy is the state of it. It is for one goroutine.
type Economy struct {
	random    *rand.Rand
	people    *rand.Rand // of what people decide
	start     time.Time
	day       time.Time
	companies []*company
	policies  []string
	relations []*relation
	rates     []rate
	pending   []draft        // of the day that is being made
	caps      map[string]int // of each country, so far
	rumours   map[string]int // of moratoria, likewise
	verdicts  []verdict      // of the next day
}

// draft is a message before it is known when within the day it happens.
type draft struct {
	topic, key string
	fields     fields
}

type fields map[string]any

// company is a buyer.
type company struct {
	id, name, country, sector string
	mean, strength            float64 // in standard deviations of the economy
	assets                    float64 // whole euros
	filed                     int     // year of its newest accounts
	insolvent                 bool
	closes                    time.Time // the day on which its insolvency ends, zero: it is not insolvent
	outcome                   string    // that it will have
}

// relation is a supplier's dealings with a buyer.
type relation struct {
	policy   string
	buyer    *company
	ticket   float64 // usual invoice, whole euros
	every    float64 // mean days between invoices
	terms    int     // days
	invoices int     // so far
	requests int
	limit    float64 // asked for, whole euros
	open     []invoice
	disputed string // the invoice in dispute, empty: none
}

type invoice struct {
	id           string
	amount       string
	due, payment time.Time
}

// New makes an economy.
func New(cfg Config) *Economy {
	if cfg.Buyers <= 0 {
		cfg.Buyers = 200
	}
	if cfg.Policies <= 0 {
		cfg.Policies = 6
	}
	start := cfg.Start.UTC().Truncate(24 * time.Hour)
	e := &Economy{random: rand.New(rand.NewPCG(cfg.Seed, 0x6261726f)), people: rand.New(rand.NewPCG(cfg.Seed, 0x6d657465)),
		start: start, day: start.AddDate(0, 0, -1), caps: map[string]int{}, rumours: map[string]int{}}
	e.rates = append(e.rates, openingRates...)
	for i := range cfg.Policies {
		e.policies = append(e.policies, fmt.Sprintf("p-%02d", i+1))
	}
	for i := range cfg.Buyers {
		c := e.found(i + 1)
		e.companies = append(e.companies, c)
		first := e.random.IntN(cfg.Policies)
		for j := range min(1+e.random.IntN(3), cfg.Policies) {
			e.relations = append(e.relations, e.relate(e.policies[(first+j)%cfg.Policies], c))
		}
	}
	return e
}

// Start is the beginning of the first day.
func (e *Economy) Start() time.Time { return e.start }

func (e *Economy) found(n int) *company {
	c := &company{
		id: fmt.Sprintf("b-%04d", n), country: countries[e.random.IntN(len(countries))].code,
		sector: sectors[e.random.IntN(len(sectors))], mean: 0.7 * e.random.NormFloat64(),
		assets: 4e6 * math.Exp(e.random.NormFloat64()),
	}
	c.name = fmt.Sprintf("%s %s %d", firstNames[e.random.IntN(len(firstNames))],
		secondNames[e.random.IntN(len(secondNames))], n)
	c.strength = c.mean + 0.7*e.random.NormFloat64()
	return c
}

func (e *Economy) relate(policy string, c *company) *relation {
	r := &relation{policy: policy, buyer: c, ticket: c.assets * (0.001 + 0.004*e.random.Float64()),
		every: 5 + 20*e.random.Float64(), terms: 30 * (1 + e.random.IntN(2))}
	r.limit = math.Ceil(1.5*r.ticket*float64(r.terms+15)/r.every/1000) * 1000
	return r
}

// Day makes the next day: which it is, and its messages in their order.
func (e *Economy) Day() (time.Time, []Message) {
	e.day = e.day.AddDate(0, 0, 1)
	e.publish()
	for i, c := range e.companies {
		if !c.insolvent {
			e.live(i, c)
		}
	}
	for _, r := range e.relations {
		e.trade(r)
	}
	e.decide()
	return e.day, e.flush()
}

// say drafts a message. Its id is unique within its topic and the same in every run.
func (e *Economy) say(topic, key, kind, id string, f fields) {
	f["type"], f["id"] = kind, id
	e.pending = append(e.pending, draft{topic, key, f})
}

// flush spreads the drafts over the day, in their order.
func (e *Economy) flush() []Message {
	messages := make([]Message, 0, len(e.pending))
	for i, d := range e.pending {
		at := e.day.Add(6*time.Hour + 16*time.Hour*time.Duration(i)/time.Duration(len(e.pending)))
		d.fields["at"] = at.Format("2006-01-02T15:04:05.000Z07:00")
		value, err := json.Marshal(d.fields)
		if err != nil {
			panic(fmt.Sprintf("encoding a message of strings and numbers: %v", err))
		}
		messages = append(messages, Message{d.topic, d.key, value})
	}
	e.pending = e.pending[:0]
	return messages
}

func date(t time.Time) string { return t.Format(time.DateOnly) }

func money(euros float64) string { return fmt.Sprintf("%.2f", euros) }

func (e *Economy) chance(perYear float64) bool { return e.random.Float64() < perYear/365 }
