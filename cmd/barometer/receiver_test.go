package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// receiver is a policyholder's end of a webhook. It refuses some requests, and checks signatures with the library of
// the Standard Webhooks project.
type receiver struct {
	url     string
	patient bool // refuses nothing, but while refuses says so
	refuses func() bool

	mu       sync.Mutex
	secret   string
	requests int
	bodies   map[string]string // taken, by webhook-id
	seen     map[string]string // sent, by webhook-id
	wrong    []string
}

func newReceiver(t testing.TB) *receiver {
	r := &receiver{bodies: map[string]string{}, seen: map[string]string{}}
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	r.url = s.URL
	return r
}

// subscribe has the holder's changes told to a receiver.
func (p *product) subscribe(r *receiver) {
	p.t.Helper()
	p.eventually(30*time.Second, "subscriptions can be read", func() error {
		res, err := http.Get("http://" + p.http + "/v1/subscriptions")
		if err != nil {
			return err
		}
		defer res.Body.Close()
		if res.StatusCode != http.StatusOK {
			return fmt.Errorf("status %s", res.Status)
		}
		return nil
	})
	var subscribed struct {
		Secret string `json:"secret"`
	}
	p.post("/v1/subscriptions", map[string]any{"holder_id": holder, "channel": "webhook", "target": r.url}, &subscribed)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.secret = subscribed.Secret
}

// listen begins to take requests at an address.
func (r *receiver) listen(t testing.TB, address string) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	s := &httptest.Server{Listener: l, Config: &http.Server{Handler: r, ReadHeaderTimeout: time.Second}}
	s.Start()
	t.Cleanup(s.Close)
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests++
	id := req.Header.Get("webhook-id")
	if hook, err := standardwebhooks.NewWebhook(r.secret); err != nil || hook.Verify(body, req.Header) != nil {
		r.wrong = append(r.wrong, "signature of "+id)
	}
	if before, ok := r.seen[id]; ok && before != string(body) {
		r.wrong = append(r.wrong, "other bytes under "+id)
	}
	r.seen[id] = string(body)
	if !r.patient && r.requests%20 == 3 || r.refuses != nil && r.refuses() {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	r.bodies[id] = string(body)
}

// change is what a webhook says of one decision, as far as it names it.
type change struct {
	Type, Policy, Buyer, At, Code, Request string
}

// changes gives, by change, the ids under which it came in some of the bodies, and each subscription's sequence numbers
// with theirs.
func (r *receiver) changes(t testing.TB, bodies map[string]string) (told map[change][]string,
	sequences map[int64][]string) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	told, sequences = map[change][]string{}, map[int64][]string{}
	for id, body := range bodies {
		var message struct {
			Data struct {
				Sequence int64 `json:"sequence"`
				Changes  []struct {
					Type    string `json:"type"`
					Policy  string `json:"policy_id"`
					Buyer   string `json:"buyer_id"`
					At      string `json:"at"`
					Code    string `json:"code"`
					Request string `json:"request_id"`
				} `json:"changes"`
			} `json:"data"`
		}
		if err := json.Unmarshal([]byte(body), &message); err != nil {
			t.Fatalf("body of %s: %v", id, err)
		}
		sequences[message.Data.Sequence] = append(sequences[message.Data.Sequence], id)
		for _, c := range message.Data.Changes {
			key := change{c.Type, c.Policy, c.Buyer, c.At, c.Code, c.Request}
			told[key] = append(told[key], id)
		}
	}
	return told, sequences
}

// heard tells whether a webhook with some text was taken.
func (r *receiver) heard(text string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, body := range r.bodies {
		if strings.Contains(body, text) {
			return true
		}
	}
	return false
}
