package dashboard

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"barometer/dashboard/api"
	"barometer/dashboard/format"
	"barometer/dashboard/reviews"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
	"barometer/storage/history"
)

var tags = regexp.MustCompile(`<[^>]*>`)

// form posts a form as a browser does, or as htmx does, and reads the answer without markup's escapes.
func (c client) form(path string, htmx bool, fields ...string) (int, string) {
	c.t.Helper()
	values := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		values.Set(fields[i], fields[i+1])
	}
	r, err := http.NewRequest("POST", c.base+path, strings.NewReader(values.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer "+c.token)
	if htmx {
		r.Header.Set("HX-Request", "true")
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	var b strings.Builder
	if err := answer.Write(&b); err != nil {
		c.t.Fatal(err)
	}
	return answer.StatusCode, plain(b.String())
}

// plain is markup without escapes and with blanks of one kind.
func plain(body string) string {
	return strings.NewReplacer("\u202f", " ", "\u00a0", " ").Replace(html.UnescapeString(body))
}

func (c client) page(path string) string {
	c.t.Helper()
	_, body, _ := c.do("GET", path, "")
	return plain(body)
}

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

func eventually(t *testing.T, holds func() bool) {
	t.Helper()
	for range 400 {
		if holds() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("it never holds")
}

// insolvent is a review of b1 in the days of limits that limited makes.
func insolvent(offset int64, state, analyst string) decision.Decision {
	d := reviewed(offset, "b1", state, analyst)
	d.AtMs = limited(1, offset, "", "", "", 0).AtMs
	return d
}

// TestAVerdictIsTwoSteps: the first one says what follows and decides nothing; the second one decides, and everybody
// sees it at once.
func TestAVerdictIsTwoSteps(t *testing.T) {
	f := newFake()
	f.names["b1"] = "Van <Damme>"
	f.store(limited(1, 1, "P1", "ACME", "b1", 30_000_000), limited(1, 2, "P2", "ZETA", "b1", 0),
		insolvent(3, decision.ReviewOpened, ""))
	f.onSend = func(topic string, r kafkalog.Record) {
		if topic != "risk.orders" || !strings.Contains(string(r.Value), `"reason":"the court's page"`) ||
			!strings.Contains(string(r.Value), `"analyst":"ann"`) {
			t.Errorf("sent to %s: %s", topic, r.Value)
		}
		d := insolvent(9, decision.ReviewApproved, "ann")
		d.Body.(*decision.Review).Verdict = event.Source{Topic: event.TopicOrders, Offset: 4}
		f.publish(d)
	}
	for _, htmx := range []bool{false, true} {
		c := start(t, f, withPeople).as("ann")
		waiting := c.page("/reviews")
		if buttons := regexp.MustCompile(`<button[^>]*>`).FindAllString(waiting[strings.Index(waiting, `class="verdict"`):],
			3); len(buttons) != 3 ||
			!strings.Contains(buttons[0], "disabled") || strings.Contains(buttons[1], "disabled") {
			t.Errorf("Enter in a field presses %v", buttons)
		}
		if strings.Contains(waiting, "<Damme>") && !strings.Contains(waiting, "Van <Damme>") {
			t.Error("the name is not on the page")
		}
		status, shown := c.form("/reviews", htmx, "review", "b1/match-1", "verdict", "approve", "reason", "the court's page")
		if status != http.StatusOK || !strings.Contains(shown, "which cancels 1 limit, 300 000 EUR at once") ||
			f.sentTo("risk.orders") != 0 {
			t.Fatalf("the first step: %d, %d sent: %s", status, f.sentTo("risk.orders"), shown)
		}
		if !htmx && !strings.Contains(shown, `role="status">Confirm the verdict`) {
			t.Error("the first step is not announced")
		}
		token := tokenIn(t, shown)
		for _, pressed := range [][]string{{}, {"do", ""}, {"do", "reject"}} {
			status, still := c.form("/reviews", htmx, append([]string{"confirmed", token}, pressed...)...)
			if status != http.StatusUnprocessableEntity || tokenIn(t, still) != token || f.sentTo("risk.orders") != 0 {
				t.Errorf("without its button (%v): %d, %d sent: %s", pressed, status, f.sentTo("risk.orders"), still)
			}
		}
		if confirming := shown[strings.Index(shown, `class="confirm"`):]; !strings.Contains(confirming,
			`<button disabled hidden>`) ||
			strings.Index(confirming, `<button disabled hidden>`) > strings.Index(confirming, `name="do"`) {
			t.Errorf("Enter may decide: %s", confirming)
		}
		if status, back := c.form("/reviews", htmx, "confirmed", token, "back", ""); status != http.StatusOK ||
			!strings.Contains(back, `value="the court's page"`) || f.sentTo("risk.orders") != 0 {
			t.Errorf("going back: %d, %d sent: %s", status, f.sentTo("risk.orders"), back)
		}
		if !htmx {
			continue
		}
		status, done := c.form("/reviews", htmx, "confirmed", token, "do", "approve")
		if status != http.StatusOK || !strings.Contains(done, "Approved by ann.") ||
			!strings.Contains(done, "<q>the court's page</q>") ||
			!strings.Contains(done, `hx-swap-oob="innerHTML">Approved by ann.`) || !strings.Contains(done, "autofocus") {
			t.Errorf("the second step: %d %s", status, done)
		}
		if status, again := c.form("/reviews", htmx, "confirmed", token, "do", "approve"); status != http.StatusConflict ||
			!strings.Contains(again, "over. Approved by ann.") || f.sentTo("risk.orders") != 1 {
			t.Errorf("pressed twice: %d, %d sent: %s", status, f.sentTo("risk.orders"), again)
		}
		bob := c.as("bob")
		if body := bob.page("/reviews"); strings.Contains(body, "b1/match-1") {
			t.Error("others see it as open until ClickHouse has the verdict")
		}
		if body := bob.page("/reviews?state=closed"); !strings.Contains(body, "Approved by ann.") {
			t.Errorf("others do not see it as over: %s", body)
		}
		if p := get[api.Page[reviews.ReviewAnswer]](bob, "/v1/reviews"); len(p.Items) != 0 {
			t.Errorf("the API has it as open: %+v", p.Items)
		}
		if p := get[api.Page[reviews.ReviewAnswer]](bob, "/v1/reviews?state=closed"); len(p.Items) != 1 ||
			p.Items[0].DecidedAt == nil ||
			p.Items[0].Analyst != "ann" {
			t.Errorf("the API: %+v", p.Items)
		}
	}
}

// TestAVerdictOnWhatHasChangedIsRefused, with what has changed; the verdict may then be confirmed as things are.
func TestAVerdictOnWhatHasChangedIsRefused(t *testing.T) {
	f := newFake()
	f.names["b1"] = "Van Damme"
	f.store(limited(1, 1, "P1", "ACME", "b1", 30_000_000), insolvent(3, decision.ReviewOpened, ""))
	c := start(t, f, withPeople).as("ann")
	step := func() string {
		_, shown := c.form("/reviews", true, "review", "b1/match-1", "verdict", "approve", "reason", "x")
		return tokenIn(t, shown)
	}
	token := step()
	f.publish(limited(1, 5, "P2", "ZETA", "b1", 5_000_000))
	eventually(t, func() bool {
		return strings.Contains(c.page("/v1/buyers/b1"), `"P2"`)
	})
	status, body := c.form("/reviews", true, "confirmed", token, "do", "approve")
	if status != http.StatusConflict || !strings.Contains(body, "It was: Puts the buyer at grade 10, which cancels 1 "+
		"limit, 300 000 EUR at once") ||
		!strings.Contains(body, "It is now: Puts the buyer at grade 10, which cancels 2 limits, 350 000 EUR at once") {
		t.Errorf("a limit more: %d %s", status, body)
	}
	token = tokenIn(t, body)
	if status, body := c.as("bob").form("/reviews", true, "confirmed", token, "do",
		"approve"); status != http.StatusForbidden || !strings.Contains(body, "ann wrote this") {
		t.Errorf("another one's form: %d %s", status, body)
	}
	if status, _ := c.form("/reviews", true, "confirmed", token[:20]+"A"+token[21:], "do",
		"approve"); status != http.StatusBadRequest {
		t.Errorf("a forged form: %d", status)
	}
	f.publish(insolvent(7, decision.ReviewRejected, "bob"))
	eventually(t, func() bool { return !strings.Contains(c.page("/reviews"), "b1/match-1") })
	if status, body := c.form("/reviews", true, "confirmed", token, "do", "approve"); status != http.StatusConflict ||
		!strings.Contains(body, "over. Rejected by bob.") {
		t.Errorf("decided meanwhile: %d %s", status, body)
	}
	if status, body := c.form("/reviews", true, "review", "b1/match-1", "verdict", "approve", "reason",
		"x"); status != http.StatusConflict || confirmedField.MatchString(body) {
		t.Errorf("the first step of a review that is over: %d %s", status, body)
	}
	if n := f.sentTo("risk.orders"); n != 0 {
		t.Errorf("%d verdicts were sent", n)
	}
}

// TestWhatAVerdictNeeds: a verdict, a reason, a name, and another one than who asked or has approved.
func TestWhatAVerdictNeeds(t *testing.T) {
	f := newFake()
	mine := reviewed(3, "b1", decision.ReviewOpened, "")
	mine.Body.(*decision.Review).Asked = "ann"
	once := reviewed(4, "b2", decision.ReviewSeconding, "ann")
	once.Body.(*decision.Review).First = "ann"
	f.store(mine, once, reviewed(5, "b3", decision.ReviewOpened, ""))
	c := start(t, f, withPeople).as("ann")
	for _, x := range []struct {
		review, verdict, reason string
		status                  int
		want                    string
	}{{"b3", "", "x", 422, "Choose a verdict"}, {"b3", "approve", " ", 422, "needs a reason"},
		{"b1", "approve", "x", 422, "ann asked for it"},
		{"b1", "reject", "x", 200, "count for nothing any more"}, {"b2", "approve", "x", 422, "ann has approved it already"},
		{"b9", "approve", "x", 404, "No such page"}} {
		status, body := c.form("/reviews", true, "review", x.review+"/match-1", "verdict", x.verdict, "reason", x.reason)
		if status != x.status || !strings.Contains(body, x.want) {
			t.Errorf("%+v: %d %s", x, status, body)
		}
	}
	if body := c.as("collector").page("/reviews"); strings.Contains(body, `class="verdict"`) ||
		!strings.Contains(body, "may read reviews and not decide") {
		t.Error("who may not decide is offered to")
	}
	if body := c.page("/reviews"); strings.Contains(body, "Four eyes are off") {
		t.Error("four eyes are said to be off though all have names")
	}
	open := start(t, f)
	if body := open.page("/reviews"); !strings.Contains(body, "Four eyes are off") ||
		!strings.Contains(body, `name="analyst"`) {
		t.Error("without tokens the page does not say that four eyes are off")
	}
	if status, body := open.form("/reviews", true, "review", "b3/match-1", "verdict", "reject", "reason",
		"x"); status != 422 || !strings.Contains(body, "bears the name") {
		t.Errorf("without a name: %d %s", status, body)
	}
}

// TestWhatIsDecidedCanBeReadAgain: who, when, why, at whose request, and what was reported where.
func TestWhatIsDecidedCanBeReadAgain(t *testing.T) {
	f := newFake()
	d := reviewed(3, "b1", decision.ReviewApproved, "bob")
	b := d.Body.(*decision.Review)
	b.Asked, b.First, b.Verdict = "eve", "ann", event.Source{Topic: event.TopicOrders, Offset: 4}
	b.Items = append(b.Items, b.Items[0], b.Items[0])
	b.Items[1].Source.Offset, b.Items[2].Source.Offset = 6, 7
	f.store(d)
	f.texts = map[string]history.Text{b.Verdict.String(): {Reason: "read in court"},
		b.Items[0].Source.String(): {Headline: "Bust", OutletName: "Courier", URL: "https://courier.example/a?b=1&c"},
		b.Items[1].Source.String(): {Headline: "Clicks", URL: "javascript:alert(1)"},
		b.Items[2].Source.String(): {Headline: "Odd", URL: "https://user:secret@host/"}}
	c := start(t, f, withPeople).as("ann")
	for _, path := range []string{"/reviews?state=closed", "/reviews?review=b1%2Fmatch-1"} {
		body := c.page(path)
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
	p := get[api.Page[reviews.ReviewAnswer]](c, "/v1/reviews?state=closed")
	if r := p.Items[0]; r.Reason != "read in court" || r.First != "ann" || r.Asked != "eve" || r.DecidedAt == nil ||
		r.Items[0].URL == "" || r.Items[0].Name != "Courier" {
		t.Errorf("the API: %+v", r)
	}
}

// TestAPageOfReviewsHasWhatClickHouseDoesNot: what is opened, decided or changed since stands in its place, on one
// page.
func TestAPageOfReviewsHasWhatClickHouseDoesNot(t *testing.T) {
	f := newFake()
	due := func(offset int64, buyer, state string, day int64) decision.Decision {
		d := reviewed(offset, buyer, state, "ann")
		d.Body.(*decision.Review).DeadlineMs = day
		return d
	}
	f.store(due(1, "a", "requested", 10), due(2, "b", "requested", 20), due(3, "c", "requested", 30),
		due(4, "d", "requested", 40), due(5, "z", "rejected", 5))
	c := start(t, f, withPeople).as("ann")
	list := func(query string) (ids []string, next string) {
		p := get[api.Page[reviews.ReviewAnswer]](c, "/v1/reviews?limit=2"+query)
		for _, r := range p.Items {
			ids = append(ids, strings.TrimSuffix(r.ID, "/match-1"))
		}
		return ids, p.Next
	}
	for _, d := range []decision.Decision{due(11, "b", "approved", 0), due(12, "e", "requested", 15),
		due(13, "f", "requested", 35), due(14, "g", "requested", 99)} {
		f.publish(d)
	}
	eventually(t, func() bool { ids, _ := list("&buyer=g"); return len(ids) == 1 })
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
	f := newFake()
	first := reviewed(3, "b1", decision.ReviewOpened, "")
	first.Body = &decision.Review{Review: "BE/cap-1", Kind: decision.ReviewCap, Country: "BE",
		State: decision.ReviewOpened, Asked: "ann", Proposals: []decision.Proposal{{ToMinor: 100_000_000, Currency: "EUR"}},
		Terms: []string{"before=none"}}
	f.store(first, reviewed(4, "b1", decision.ReviewRejected, "bob"), reviewed(5, "b2", decision.ReviewLapsed, ""))
	silent := reviewed(6, "b3", decision.ReviewApproved, "bob")
	silent.AtMs -= 120_000
	f.store(silent)
	c := start(t, f, withPeople).as("bob")
	if body := c.page("/reviews"); !strings.Contains(body, "no cap before") || strings.Contains(body, ">0 EUR") ||
		!strings.Contains(body, "1 000 000 EUR") {
		t.Errorf("a first cap: %s", body)
	}
	f.publish(reviewed(7, "b4", decision.ReviewOpened, "")) // log time is known
	eventually(t, func() bool { return strings.Contains(c.page("/reviews"), "b4/match-1") })
	if body := c.page("/reviews?state=closed"); strings.Count(body, "reason follows") != 1 {
		t.Errorf("reviews that are over: %s", body)
	}
}
