package desk_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"barometer/dashboard/api"
	"barometer/dashboard/dashboardtest"
	"barometer/dashboard/format"
	"barometer/dashboard/reviews"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
	"barometer/storage/history"
)

var confirmedField = regexp.MustCompile(`name="confirmed" value="([^"]+)"`)

// tokenIn is what a confirmation's form bears.
func tokenIn(t *testing.T, page string) string {
	t.Helper()
	found := confirmedField.FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("nothing to confirm in %s", page)
	}
	return found[1]
}

// insolvent is a review of b1 in the days of limits that limited makes.
func insolvent(offset int64, state, analyst string) decision.Decision {
	d := dashboardtest.Reviewed(offset, "b1", state, analyst)
	d.AtMs = dashboardtest.Limited(1, offset, "", "", "", 0).AtMs
	return d
}

// TestAVerdictIsTwoSteps: the first one says what follows and decides nothing; the second one decides, and everybody
// sees it at once.
func TestAVerdictIsTwoSteps(t *testing.T) {
	f := dashboardtest.New()
	f.BuyerNames["b1"] = "Van <Damme>"
	f.Store(dashboardtest.Limited(1, 1, "P1", "ACME", "b1", 30_000_000), dashboardtest.Limited(1, 2, "P2", "ZETA", "b1",
		0),
		insolvent(3, decision.ReviewOpened, ""))
	f.OnSend = func(topic string, r kafkalog.Record) {
		if topic != "risk.orders" || !strings.Contains(string(r.Value), `"reason":"the court's page"`) ||
			!strings.Contains(string(r.Value), `"analyst":"ann"`) {
			t.Errorf("sent to %s: %s", topic, r.Value)
		}
		d := insolvent(9, decision.ReviewApproved, "ann")
		d.Body.(*decision.Review).Verdict = event.Source{Topic: event.TopicOrders, Offset: 4}
		f.Publish(d)
	}
	for _, htmx := range []bool{false, true} {
		c := dashboardtest.Start(t, f, dashboardtest.WithPeople).As("ann")
		waiting := c.Page("/reviews")
		if buttons := regexp.MustCompile(`<button[^>]*>`).FindAllString(waiting[strings.Index(waiting, `class="verdict"`):],
			3); len(buttons) != 3 ||
			!strings.Contains(buttons[0], "disabled") || strings.Contains(buttons[1], "disabled") {
			t.Errorf("Enter in a field presses %v", buttons)
		}
		if strings.Contains(waiting, "<Damme>") && !strings.Contains(waiting, "Van <Damme>") {
			t.Error("the name is not on the page")
		}
		status, shown := c.Form("/reviews", htmx, "review", "b1/match-1", "verdict", "approve", "reason", "the court's page")
		if status != http.StatusOK || !strings.Contains(shown, "which cancels 1 limit, 300 000 EUR at once") ||
			f.SentTo("risk.orders") != 0 {
			t.Fatalf("the first step: %d, %d sent: %s", status, f.SentTo("risk.orders"), shown)
		}
		if !htmx && !strings.Contains(shown, `role="status">Confirm the verdict`) {
			t.Error("the first step is not announced")
		}
		token := tokenIn(t, shown)
		for _, pressed := range [][]string{{}, {"do", ""}, {"do", "reject"}} {
			status, still := c.Form("/reviews", htmx, append([]string{"confirmed", token}, pressed...)...)
			if status != http.StatusUnprocessableEntity || tokenIn(t, still) != token || f.SentTo("risk.orders") != 0 {
				t.Errorf("without its button (%v): %d, %d sent: %s", pressed, status, f.SentTo("risk.orders"), still)
			}
		}
		if confirming := shown[strings.Index(shown, `class="confirm"`):]; !strings.Contains(confirming,
			`<button disabled hidden>`) ||
			strings.Index(confirming, `<button disabled hidden>`) > strings.Index(confirming, `name="do"`) {
			t.Errorf("Enter may decide: %s", confirming)
		}
		if status, back := c.Form("/reviews", htmx, "confirmed", token, "back", ""); status != http.StatusOK ||
			!strings.Contains(back, `value="the court's page"`) || f.SentTo("risk.orders") != 0 {
			t.Errorf("going back: %d, %d sent: %s", status, f.SentTo("risk.orders"), back)
		}
		if !htmx {
			continue
		}
		status, done := c.Form("/reviews", htmx, "confirmed", token, "do", "approve")
		if status != http.StatusOK || !strings.Contains(done, "Approved by ann.") ||
			!strings.Contains(done, "<q>the court's page</q>") ||
			!strings.Contains(done, `hx-swap-oob="innerHTML">Approved by ann.`) || !strings.Contains(done, "autofocus") {
			t.Errorf("the second step: %d %s", status, done)
		}
		if status, again := c.Form("/reviews", htmx, "confirmed", token, "do", "approve"); status != http.StatusConflict ||
			!strings.Contains(again, "over. Approved by ann.") || f.SentTo("risk.orders") != 1 {
			t.Errorf("pressed twice: %d, %d sent: %s", status, f.SentTo("risk.orders"), again)
		}
		bob := c.As("bob")
		if body := bob.Page("/reviews"); strings.Contains(body, "b1/match-1") {
			t.Error("others see it as open until ClickHouse has the verdict")
		}
		if body := bob.Page("/reviews?state=closed"); !strings.Contains(body, "Approved by ann.") {
			t.Errorf("others do not see it as over: %s", body)
		}
		if p := dashboardtest.Get[api.Page[reviews.ReviewAnswer]](bob, "/v1/reviews"); len(p.Items) != 0 {
			t.Errorf("the API has it as open: %+v", p.Items)
		}
		if p := dashboardtest.Get[api.Page[reviews.ReviewAnswer]](bob, "/v1/reviews?state=closed"); len(p.Items) != 1 ||
			p.Items[0].DecidedAt == nil ||
			p.Items[0].Analyst != "ann" {
			t.Errorf("the API: %+v", p.Items)
		}
	}
}

// TestAVerdictOnWhatHasChangedIsRefused, with what has changed; the verdict may then be confirmed as things are.
func TestAVerdictOnWhatHasChangedIsRefused(t *testing.T) {
	f := dashboardtest.New()
	f.BuyerNames["b1"] = "Van Damme"
	f.Store(dashboardtest.Limited(1, 1, "P1", "ACME", "b1", 30_000_000), insolvent(3, decision.ReviewOpened, ""))
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople).As("ann")
	step := func() string {
		_, shown := c.Form("/reviews", true, "review", "b1/match-1", "verdict", "approve", "reason", "x")
		return tokenIn(t, shown)
	}
	token := step()
	f.Publish(dashboardtest.Limited(1, 5, "P2", "ZETA", "b1", 5_000_000))
	dashboardtest.Eventually(t, func() bool {
		return strings.Contains(c.Page("/v1/buyers/b1"), `"P2"`)
	})
	status, body := c.Form("/reviews", true, "confirmed", token, "do", "approve")
	if status != http.StatusConflict || !strings.Contains(body, "It was: Puts the buyer at grade 10, which cancels 1 "+
		"limit, 300 000 EUR at once") ||
		!strings.Contains(body, "It is now: Puts the buyer at grade 10, which cancels 2 limits, 350 000 EUR at once") {
		t.Errorf("a limit more: %d %s", status, body)
	}
	token = tokenIn(t, body)
	if status, body := c.As("bob").Form("/reviews", true, "confirmed", token, "do",
		"approve"); status != http.StatusForbidden || !strings.Contains(body, "ann wrote this") {
		t.Errorf("another one's form: %d %s", status, body)
	}
	if status, _ := c.Form("/reviews", true, "confirmed", token[:20]+"A"+token[21:], "do",
		"approve"); status != http.StatusBadRequest {
		t.Errorf("a forged form: %d", status)
	}
	f.Publish(insolvent(7, decision.ReviewRejected, "bob"))
	dashboardtest.Eventually(t, func() bool { return !strings.Contains(c.Page("/reviews"), "b1/match-1") })
	if status, body := c.Form("/reviews", true, "confirmed", token, "do", "approve"); status != http.StatusConflict ||
		!strings.Contains(body, "over. Rejected by bob.") {
		t.Errorf("decided meanwhile: %d %s", status, body)
	}
	if status, body := c.Form("/reviews", true, "review", "b1/match-1", "verdict", "approve", "reason",
		"x"); status != http.StatusConflict || confirmedField.MatchString(body) {
		t.Errorf("the first step of a review that is over: %d %s", status, body)
	}
	if n := f.SentTo("risk.orders"); n != 0 {
		t.Errorf("%d verdicts were sent", n)
	}
}

// TestWhatAVerdictNeeds: a verdict, a reason, a name, and another one than who asked or has approved.
func TestWhatAVerdictNeeds(t *testing.T) {
	f := dashboardtest.New()
	mine := dashboardtest.Reviewed(3, "b1", decision.ReviewOpened, "")
	mine.Body.(*decision.Review).Asked = "ann"
	once := dashboardtest.Reviewed(4, "b2", decision.ReviewSeconding, "ann")
	once.Body.(*decision.Review).First = "ann"
	f.Store(mine, once, dashboardtest.Reviewed(5, "b3", decision.ReviewOpened, ""))
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople).As("ann")
	for _, x := range []struct {
		review, verdict, reason string
		status                  int
		want                    string
	}{{"b3", "", "x", 422, "Choose a verdict"}, {"b3", "approve", " ", 422, "needs a reason"},
		{"b1", "approve", "x", 422, "ann asked for it"},
		{"b1", "reject", "x", 200, "count for nothing any more"}, {"b2", "approve", "x", 422, "ann has approved it already"},
		{"b9", "approve", "x", 404, "No such page"}} {
		status, body := c.Form("/reviews", true, "review", x.review+"/match-1", "verdict", x.verdict, "reason", x.reason)
		if status != x.status || !strings.Contains(body, x.want) {
			t.Errorf("%+v: %d %s", x, status, body)
		}
	}
	if body := c.As("collector").Page("/reviews"); strings.Contains(body, `class="verdict"`) ||
		!strings.Contains(body, "may read reviews and not decide") {
		t.Error("who may not decide is offered to")
	}
	if body := c.Page("/reviews"); strings.Contains(body, "Four eyes are off") {
		t.Error("four eyes are said to be off though all have names")
	}
	open := dashboardtest.Start(t, f)
	if body := open.Page("/reviews"); !strings.Contains(body, "Four eyes are off") ||
		!strings.Contains(body, `name="analyst"`) {
		t.Error("without tokens the page does not say that four eyes are off")
	}
	if status, body := open.Form("/reviews", true, "review", "b3/match-1", "verdict", "reject", "reason",
		"x"); status != 422 || !strings.Contains(body, "bears the name") {
		t.Errorf("without a name: %d %s", status, body)
	}
}

// TestWhatIsDecidedCanBeReadAgain: who, when, why, at whose request, and what was reported where.
func TestWhatIsDecidedCanBeReadAgain(t *testing.T) {
	f := dashboardtest.New()
	d := dashboardtest.Reviewed(3, "b1", decision.ReviewApproved, "bob")
	b := d.Body.(*decision.Review)
	b.Asked, b.First, b.Verdict = "eve", "ann", event.Source{Topic: event.TopicOrders, Offset: 4}
	b.Items = append(b.Items, b.Items[0], b.Items[0])
	b.Items[1].Source.Offset, b.Items[2].Source.Offset = 6, 7
	f.Store(d)
	f.Texts = map[string]history.Text{b.Verdict.String(): {Reason: "read in court"},
		b.Items[0].Source.String(): {Headline: "Bust", OutletName: "Courier", URL: "https://courier.example/a?b=1&c"},
		b.Items[1].Source.String(): {Headline: "Clicks", URL: "javascript:alert(1)"},
		b.Items[2].Source.String(): {Headline: "Odd", URL: "https://user:secret@host/"}}
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople).As("ann")
	for _, path := range []string{"/reviews?state=closed", "/reviews?review=b1%2Fmatch-1"} {
		body := c.Page(path)
		for _, want := range []string{"Approved by bob.", "read in court", "asked by eve", "approved first by ann",
			format.Instant(d.AtMs).Format("2 Jan 2006 15:04"), "Courier",
			`href="https://courier.example/a?b=1&c" rel="noopener noreferrer nofollow"`, "Clicks"} {
			if !strings.Contains(body, want) {
				t.Errorf("%s lacks %s", path, want)
			}
		}
		if strings.Contains(body, `href="javascript`) || strings.Contains(body, `href="https://user`) {
			t.Errorf("%s links to what is no address of an article", path)
		}
	}
	p := dashboardtest.Get[api.Page[reviews.ReviewAnswer]](c, "/v1/reviews?state=closed")
	if r := p.Items[0]; r.Reason != "read in court" || r.First != "ann" || r.Asked != "eve" || r.DecidedAt == nil ||
		r.Items[0].URL == "" || r.Items[0].Name != "Courier" {
		t.Errorf("the API: %+v", r)
	}
}

// TestAPageOfReviewsHasWhatClickHouseDoesNot: what is opened, decided or changed since stands in its place, on one
// page.
func TestAPageOfReviewsHasWhatClickHouseDoesNot(t *testing.T) {
	f := dashboardtest.New()
	due := func(offset int64, buyer, state string, day int64) decision.Decision {
		d := dashboardtest.Reviewed(offset, buyer, state, "ann")
		d.Body.(*decision.Review).DeadlineMs = day
		return d
	}
	f.Store(due(1, "a", "requested", 10), due(2, "b", "requested", 20), due(3, "c", "requested", 30),
		due(4, "d", "requested", 40), due(5, "z", "rejected", 5))
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople).As("ann")
	list := func(query string) (ids []string, next string) {
		p := dashboardtest.Get[api.Page[reviews.ReviewAnswer]](c, "/v1/reviews?limit=2"+query)
		for _, r := range p.Items {
			ids = append(ids, strings.TrimSuffix(r.ID, "/match-1"))
		}
		return ids, p.Next
	}
	for _, d := range []decision.Decision{due(11, "b", "approved", 0), due(12, "e", "requested", 15),
		due(13, "f", "requested", 35), due(14, "g", "requested", 99)} {
		f.Publish(d)
	}
	dashboardtest.Eventually(t, func() bool { ids, _ := list("&buyer=g"); return len(ids) == 1 })
	ids, next := list("")
	if strings.Join(ids, " ") != "a e" {
		t.Errorf("the first page: %v", ids)
	}
	if ids, next = list("&cursor=" + next); strings.Join(ids, " ") != "c f d g" || next != "" {
		t.Errorf("the last page: %v, next %q", ids, next)
	}
	if ids, _ = list("&state=closed"); strings.Join(ids, " ") != "b z" {
		t.Errorf("what is over: %v", ids)
	}
	if ids, _ = list("&buyer=f"); strings.Join(ids, " ") != "f" {
		t.Errorf("of one buyer: %v", ids)
	}
}

// TestWhatIsNotThereIsNotShownAsNothing: a first cap had none before it, and a verdict's reason comes some seconds
// later.
func TestWhatIsNotThereIsNotShownAsNothing(t *testing.T) {
	f := dashboardtest.New()
	first := dashboardtest.Reviewed(3, "b1", decision.ReviewOpened, "")
	first.Body = &decision.Review{Review: "BE/cap-1", Kind: decision.ReviewCap, Country: "BE",
		State: decision.ReviewOpened, Asked: "ann", Proposals: []decision.Proposal{{ToMinor: 100_000_000, Currency: "EUR"}},
		Terms: []string{"before=none"}}
	f.Store(first, dashboardtest.Reviewed(4, "b1", decision.ReviewRejected, "bob"), dashboardtest.Reviewed(5, "b2",
		decision.ReviewLapsed, ""))
	silent := dashboardtest.Reviewed(6, "b3", decision.ReviewApproved, "bob")
	silent.AtMs -= 120_000
	f.Store(silent)
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople).As("bob")
	if body := c.Page("/reviews"); !strings.Contains(body, "no cap before") || strings.Contains(body, ">0 EUR") ||
		!strings.Contains(body, "1 000 000 EUR") {
		t.Errorf("a first cap: %s", body)
	}
	f.Publish(dashboardtest.Reviewed(7, "b4", decision.ReviewOpened, "")) // log time is known
	dashboardtest.Eventually(t, func() bool { return strings.Contains(c.Page("/reviews"), "b4/match-1") })
	if body := c.Page("/reviews?state=closed"); strings.Count(body, "reason follows") != 1 {
		t.Errorf("reviews that are over: %s", body)
	}
}
