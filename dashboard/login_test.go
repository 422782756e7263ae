package dashboard_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"barometer/dashboard"
	"barometer/dashboard/dashboardtest"
	"barometer/dashboard/identity"
)

// browser keeps cookies, follows redirections and talks to one server whose clock the test moves.
type browser struct {
	t      *testing.T
	server *dashboard.Server
	base   string
	now    time.Time
	http.Client
}

func newBrowser(t *testing.T, f *dashboardtest.Fake, edit ...func(*dashboard.Config)) *browser {
	t.Helper()
	b := &browser{t: t, now: time.Date(2026, 3, 4, 8, 0, 0, 0, time.UTC)}
	ann := dashboardtest.TokenOf("ann's", identity.Analyst, "")
	ann.Name = "ann"
	cfg := dashboard.Config{Listen: "127.0.0.1:0", Secret: []byte(dashboardtest.Secret), Store: f, Decisions: f,
		Producer: f, Tokens: append([]identity.Token{ann}, dashboardtest.Tokens...)}
	for _, e := range edit {
		e(&cfg)
	}
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	var err error
	if b.server, err = dashboard.NewServer(cfg, dashboardtest.Partitions, func() time.Time { return b.now }); err != nil {
		t.Fatal(err)
	}
	served := httptest.NewServer(b.server.Handler())
	t.Cleanup(served.Close)
	b.base = served.URL
	b.Jar, _ = cookiejar.New(nil)
	return b
}

func (b *browser) answer(r *http.Response, err error) (*http.Response, string) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer r.Body.Close()
	var body strings.Builder
	if err := r.Write(&body); err != nil {
		b.t.Fatal(err)
	}
	return r, body.String()
}

func (b *browser) get(path string) (*http.Response, string) {
	b.t.Helper()
	return b.answer(b.Get(b.base + path))
}

func (b *browser) post(path string, form url.Values) (*http.Response, string) {
	b.t.Helper()
	return b.answer(b.PostForm(b.base+path, form))
}

func (b *browser) login(token string) *http.Response {
	b.t.Helper()
	r, _ := b.post("/login", url.Values{"token": {token}})
	return r
}

func (b *browser) cookie() string {
	u, _ := url.Parse(b.base)
	for _, c := range b.Jar.Cookies(u) {
		return c.Value
	}
	return ""
}

// in tells whether the pages answer, rather than ask for a token.
func (b *browser) in() bool {
	b.t.Helper()
	r, _ := b.get("/buyers")
	return r.Request.URL.Path == "/buyers" && r.StatusCode == http.StatusOK
}

// TestASessionIsNotTheToken: what a browser keeps opens nothing by itself, ends by log-out, by time and with its token.
func TestASessionIsNotTheToken(t *testing.T) {
	b := newBrowser(t, dashboardtest.New())
	if b.in() {
		t.Fatal("the pages answer anybody")
	}
	if r := b.login("ann's"); r.StatusCode != http.StatusOK || !b.in() {
		t.Fatalf("logging in: %d", r.StatusCode)
	}
	id := b.cookie()
	if strings.Contains(id, "ann") || len(id) < 43 {
		t.Errorf("the cookie is %q", id)
	}
	r, err := http.NewRequestWithContext(t.Context(), "GET", b.base+"/v1/buyers", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+id)
	if res, _ := b.answer(http.DefaultClient.Do(r)); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("a session's id as a bearer token gets %d", res.StatusCode)
	}
	if _, body := b.get("/buyers"); !strings.Contains(body, "Log out") || !strings.Contains(body, ">ann<") {
		t.Error("the page does not say who is logged in, nor how to end it")
	}

	b.post("/logout", nil)
	if b.cookie() != "" || b.in() {
		t.Error("the session goes on after log-out")
	}
	if b.server.Gate().GoesOn(withCookie(id)) {
		t.Error("a stream of the session that ended goes on")
	}
	b.Jar.SetCookies(r.URL, []*http.Cookie{{Name: identity.Cookie, Value: id}})
	if b.in() {
		t.Error("the id of the session that ended is taken again")
	}

	b.login("ann's")
	b.now = b.now.Add(identity.IdleEnd - time.Minute)
	if !b.server.Gate().GoesOn(withCookie(b.cookie())) {
		t.Error("a stream ends before the session")
	}
	b.now = b.now.Add(2 * time.Minute)
	if b.server.Gate().GoesOn(withCookie(b.cookie())) || b.in() {
		t.Error("the session goes on though nobody did anything but to let a stream run")
	}

	b.login("ann's")
	if again := b.cookie(); again == id || !b.in() {
		t.Error("logging in again makes no new session")
	}
	if err := b.server.Gate().Replace(dashboardtest.Tokens); err != nil {
		t.Fatal(err)
	}
	if b.in() || b.server.Gate().GoesOn(withCookie(b.cookie())) {
		t.Error("the session goes on after its token was taken away")
	}
}

func withCookie(id string) *http.Request {
	r := httptest.NewRequest("GET", "/live", nil)
	r.AddCookie(&http.Cookie{Name: identity.Cookie, Value: id})
	return r
}

func TestThePagesCookieStaysHere(t *testing.T) {
	b := newBrowser(t, dashboardtest.New(), func(cfg *dashboard.Config) {
		cfg.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	})
	b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for proto, secure := range map[string]bool{"http": false, "https": true} {
		r, err := http.NewRequestWithContext(t.Context(), "POST", b.base+"/login", strings.NewReader("token=analyst"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("X-Forwarded-Proto", proto)
		res, _ := b.answer(b.Do(r))
		if cs := res.Cookies(); len(cs) != 1 || !cs[0].HttpOnly || cs[0].SameSite != http.SameSiteStrictMode ||
			cs[0].Secure != secure || cs[0].Path != "/" {
			t.Errorf("over %s it is %v", proto, cs)
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), "POST", b.base+"/logout", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if res, _ := b.answer(b.Do(r)); res.StatusCode != http.StatusForbidden {
		t.Errorf("another site's form is answered with %d", res.StatusCode)
	}
}

// TestWhoGuessesTokensWaits, even where the next one would be right.
func TestWhoGuessesTokensWaits(t *testing.T) {
	b := newBrowser(t, dashboardtest.New())
	for range identity.FreeAttempts {
		if r := b.login("wrong"); r.StatusCode != http.StatusUnauthorized {
			t.Fatalf("a wrong token: %d", r.StatusCode)
		}
	}
	if r := b.login("ann's"); r.StatusCode != http.StatusTooManyRequests || r.Header.Get("Retry-After") == "" {
		t.Errorf("after many wrong ones: %d, Retry-After %q", r.StatusCode, r.Header.Get("Retry-After"))
	}
	b.now = b.now.Add(identity.AttemptEvery)
	if b.login("ann's"); !b.in() {
		t.Error("who has waited cannot log in")
	}
}

// TestWhatNoRouteTakes: people get a page of this product and programs a problem document, with the status of the mux.
func TestWhatNoRouteTakes(t *testing.T) {
	b := newBrowser(t, dashboardtest.New())
	b.login("ann's")
	for path, want := range map[string]string{"/nosuch": "No such page", "/buyers/": "No such page",
		"/mail/none": "No such page", "/v1/nosuch": `"status":404`} {
		if r, body := b.get(path); r.StatusCode != http.StatusNotFound || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s", path, r.StatusCode, body)
		}
	}
	if r, body := b.post("/v1/buyers", nil); r.StatusCode != http.StatusMethodNotAllowed ||
		!strings.Contains(r.Header.Get("Allow"), "GET") || !strings.Contains(body, `"status":405`) {
		t.Errorf("a method that a path does not have: %d %v %s", r.StatusCode, r.Header, body)
	}
	if r, _ := b.get("/v1/../nosuch"); r.StatusCode != http.StatusNotFound {
		t.Errorf("a path that is not clean: %d", r.StatusCode)
	}
	b.login("acme")
	if r, body := b.get("/buyers"); r.StatusCode != http.StatusForbidden || !strings.Contains(body, "Log out") {
		t.Errorf("a policyholder on the analysts' pages: %d %s", r.StatusCode, body)
	}
	if r, _ := b.get("/assets/static/app.css"); r.StatusCode != http.StatusOK {
		t.Errorf("a file below a route: %d", r.StatusCode)
	}
}
