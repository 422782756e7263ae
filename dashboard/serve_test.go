package dashboard_test

import (
	"net/http"
	"strings"
	"testing"

	"barometer/dashboard"
	"barometer/dashboard/dashboardtest"
	"barometer/dashboard/identity"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestWithoutTokensOnlyThisMachineIsServed(t *testing.T) {
	f := dashboardtest.New()
	cfg := dashboard.Config{Listen: "0.0.0.0:8080", Secret: []byte(dashboardtest.Secret), Store: f, Decisions: f,
		Producer: f}
	if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), "loopback") {
		t.Errorf("a server for everybody without tokens: %v", err)
	}
	c := dashboardtest.Start(t, f)
	if status, _, _ := c.Do("GET", "/v1/buyers", ""); status != http.StatusOK {
		t.Errorf("this machine gets %d", status)
	}
	r, _ := http.NewRequest("GET", c.Base+"/v1/buyers", nil)
	r.Host = "evil.example.com"
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusForbidden {
		t.Errorf("a name that was rebound to this machine gets %d", res.StatusCode)
	}
	if _, body, _ := c.Do("GET", "/", ""); !strings.Contains(body, "everybody on this machine is an analyst") {
		t.Error("the page does not say that there are no tokens")
	}
}

func TestTokens(t *testing.T) {
	c := dashboardtest.Start(t, dashboardtest.New(), func(cfg *dashboard.Config) { cfg.Tokens = dashboardtest.Tokens })
	for token, want := range map[string]int{"": 401, "wrong": 401, "analyst": 200, "acme": 200} {
		if status, body, _ := c.As(token).Do("GET", "/v1/buyers", ""); status != want {
			t.Errorf("token %q gets %d %s, want %d", token, status, body, want)
		}
	}
	if status, _, h := c.Do("GET", "/buyers", ""); status != http.StatusSeeOther || h.Get("Location") != "/login" {
		t.Errorf("a page without a token: %d %s", status, h.Get("Location"))
	}
	if status, _, _ := c.As("acme").Do("GET", "/buyers", ""); status != http.StatusForbidden {
		t.Errorf("a policyholder on the analysts' page: %d", status)
	}
	for _, path := range []string{"/healthz", "/readyz", "/metrics", "/v1/openapi.json", "/login"} {
		if status, body, _ := c.Do("GET", path, ""); status != http.StatusOK {
			t.Errorf("%s without a token: %d %s", path, status, body)
		}
	}
	res, err := (&http.Client{CheckRedirect: func(*http.Request,
		[]*http.Request) error {
		return http.ErrUseLastResponse
	}}).PostForm(c.Base+"/login",
		map[string][]string{"token": {"analyst"}})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if len(res.Cookies()) != 1 || !res.Cookies()[0].HttpOnly || res.Cookies()[0].SameSite != http.SameSiteStrictMode {
		t.Errorf("logging in sets %v", res.Cookies())
	}
}

func TestConfigNamesWhatIsWrong(t *testing.T) {
	f := dashboardtest.New()
	for want, edit := range map[string]func(*dashboard.Config){
		"required": func(c *dashboard.Config) { c.Store = nil }, "16 bytes": func(c *dashboard.Config) { c.Secret = nil },
		"host:port": func(c *dashboard.Config) { c.Listen = "x" }, "hexadecimal": func(c *dashboard.Config) {
			c.Tokens = []identity.Token{{SHA256: "ab", Role: identity.Analyst, Holder: ""}}
		},
		"role": func(c *dashboard.Config) { c.Tokens = []identity.Token{dashboardtest.TokenOf("a", "boss", "")} },
		"names its holder": func(c *dashboard.Config) {
			c.Tokens = []identity.Token{dashboardtest.TokenOf("a", identity.Policyholder, "")}
		},
		"an analyst's none": func(c *dashboard.Config) {
			c.Tokens = []identity.Token{dashboardtest.TokenOf("a", identity.Analyst, "ACME")}
		},
		"not a loopback add": func(c *dashboard.Config) { c.Listen = ":8080" },
	} {
		cfg := dashboard.Config{Listen: "127.0.0.1:0", Secret: []byte(dashboardtest.Secret), Store: f, Decisions: f,
			Producer: f}
		edit(&cfg)
		if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
}

func TestMetricsCountByRoute(t *testing.T) {
	c := dashboardtest.Start(t, dashboardtest.New())
	c.Do("GET", "/v1/buyers/unknown", "")
	_, body, _ := c.Do("GET", "/metrics", "")
	if want := `barometer_http_request_seconds_count{route="GET /v1/buyers/{id}",status="4xx"} 1`; !strings.Contains(body,
		want) {
		t.Errorf("no %s in\n%s", want, body)
	}
}
