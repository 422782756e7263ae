package economy_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"barometer/cmd/barometer/internal/economy"
	"barometer/ingest/decode"
	"barometer/ingest/event"
)

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func TestTheSameSeedGivesTheSameMessages(t *testing.T) {
	cfg := economy.Config{Seed: 7, Buyers: 60, Policies: 4, Start: start}
	one, two := economy.New(cfg), economy.New(cfg)
	same(t, one.Opening(), two.Opening())
	for range 120 {
		day, messages := one.Day()
		again, others := two.Day()
		same(t, day, again)
		same(t, messages, others)
	}
	other := cfg
	other.Seed = 8
	if reflect.DeepEqual(economy.New(cfg).Opening(), economy.New(other).Opening()) {
		t.Error("another seed gives the same opening")
	}
}

func TestEveryMessageDecodesWithinItsDayUnderAnIDOfItsOwn(t *testing.T) {
	e := economy.New(economy.Config{Seed: 1, Buyers: 200, Policies: 5, Start: start})
	decoder, seen, said := decode.New([]byte("secret")), map[string]bool{}, map[string]int{}
	check := func(day time.Time, messages []economy.Message) {
		for _, m := range messages {
			topic, ok := event.ParseTopic(m.Topic)
			if !ok {
				t.Fatalf("no source topic: %s", m.Topic)
			}
			got, err := decoder.Decode(topic, m.Value)
			if err != nil {
				t.Fatalf("%v: %s", err, m.Value)
			}
			at := time.UnixMilli(got.Event.AtMs)
			if at.Before(day) || !at.Before(day.AddDate(0, 0, 1)) {
				t.Fatalf("%s is not within %s", m.Value, day)
			}
			id := m.Topic + " " + got.Event.ID
			if seen[id] {
				t.Fatalf("%s is said twice", id)
			}
			seen[id] = true
			switch v := got.Event.Body.(type) {
			case *event.ReviewDecided:
				said[fmt.Sprintf("review approved %v", v.Approve)]++
			case *event.CountryCapSet:
				said["cap by "+v.Analyst]++
			case *event.Indicator:
				said[fmt.Sprintf("%s confirmed %v", v.Name, v.Confirmed)]++
			case *event.UnderwriterDecided:
				said[fmt.Sprintf("override by two %v", v.SecondAnalyst != "")]++
			case *event.News:
				said["news "+v.Category.String()+" "+v.Outcome.String()]++
			}
		}
	}
	check(start.AddDate(0, 0, -1), e.Opening())
	for range 800 {
		check(e.Day())
	}
	for _, what := range []string{"review approved true", "review approved false", "cap by a.jansen",
		"transfer_moratorium confirmed false", "override by two true",
		"override by two false", "news insolvency.closed no_assets"} {
		if said[what] == 0 {
			t.Errorf("nobody said %s: %v", what, said)
		}
	}
}

func TestInsolvenciesComeAtARealisticRate(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long, and starts no goroutine that the race detector could watch")
	}
	const buyers, years = 500, 3
	e := economy.New(economy.Config{Seed: 3, Buyers: buyers, Start: start})
	e.Opening()
	insolvent, payments := 0, 0
	for range years * 365 {
		_, messages := e.Day()
		for _, m := range messages {
			if strings.Contains(string(m.Value), `"insolvency.opened"`) {
				insolvent++
			}
			if m.Topic == "risk.payments" {
				payments++
			}
		}
	}
	perYear := 100 * float64(insolvent) / buyers / years
	t.Logf("%.2f %% a year, %d payment messages", perYear, payments)
	if perYear < 0.5 || perYear > 4 {
		t.Errorf("%.2f %% of the buyers become insolvent a year, want 0.5 to 4", perYear)
	}
}

func same(t *testing.T, want, got any) {
	t.Helper()
	if !reflect.DeepEqual(want, got) {
		t.Fatalf("want %v, got %v", want, got)
	}
}
