package api_test

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sourcegraph/conc"

	"barometer/dashboard/api"
	"barometer/ingest/kafkalog"
)

// TestADocumentIsStoredThenSaidAndReadAtOnce: by its policyholder, before ClickHouse has it, and by the insurer's
// people.
func TestADocumentIsStoredThenSaidAndReadAtOnce(t *testing.T) {
	l := newLibrary(t).by("acme")
	log := l.f.OnSend
	l.f.OnSend = func(topic string, r kafkalog.Record) {
		if keys := l.keys(); !slices.Equal(keys, []string{shaOf(somePDF)}) {
			t.Errorf("it is said while the store holds %v", keys)
		}
		log(topic, r)
	}
	d := l.added("../../CMR.pdf", somePDF, "case_id", acmeCase, "kind", "delivery_note")
	if want := (api.Document{DocumentID: d.DocumentID, CaseID: acmeCase, Kind: "delivery_note", Name: "../../CMR.pdf",
		Type: "application/pdf", SHA256: shaOf(somePDF), Bytes: int64(len(somePDF))}); d != want {
		t.Errorf("answered %+v", d)
	}
	var said map[string]any
	if err := json.Unmarshal(l.f.Last("risk.portfolio"), &said); err != nil || said["name"] != "../../CMR.pdf" ||
		said["case_id"] != acmeCase || said["sha256"] != shaOf(somePDF) || said["bytes"] != float64(len(somePDF)) ||
		said["document_id"] != d.DocumentID {
		t.Errorf("said %v, %v", said, err)
	}
	for _, who := range []string{"acme", "looks", "ann", "collector", "underwriter", "reader"} {
		status, body, h := l.by(who).Do("GET", "/v1/documents/"+d.DocumentID, "")
		if status != http.StatusOK || body != somePDF || h.Get("Content-Type") != "application/pdf" {
			t.Errorf("%s: %d, %q, %v", who, status, body, h)
		}
	}
}

// TestADocumentIsSavedAndNeverShown: whatever it is, and whatever it is called.
func TestADocumentIsSavedAndNeverShown(t *testing.T) {
	l := newLibrary(t)
	for i, c := range []struct{ name, content, contentType, file string }{
		{"Größe \"1\".pdf", somePDF, "application/pdf", "Größe _1_.pdf"},
		{"../../x", "a letter\n", "text/plain; charset=utf-8", "x.txt"},
		{"letter.html", "a <b>letter</b>\n", "text/plain; charset=utf-8", "letter.html.txt"},
		{"open.csv", "a;b\n", "text/csv; charset=utf-8", "open.csv"},
		{"", somePDF, "application/pdf", "d4.pdf"},
		{"a\r\nSet-Cookie: x=y", somePDF, "application/pdf", "aSet-Cookie_ x=y.pdf"},
		// put there by somebody else
		{"x.html", "<script>alert(1)</script>", "application/octet-stream", "x.html.bin"},
		{"x.svg", `<svg xmlns="http://www.w3.org/2000/svg"/>`, "application/octet-stream", "x.svg.bin"},
	} {
		id := fmt.Sprint("d", i)
		l.stored(acmeCase, id, c.name, c.content)
		status, body, h := l.by("acme").Do("GET", "/v1/documents/"+id, "")
		disposition, parameters, err := mime.ParseMediaType(h.Get("Content-Disposition"))
		if status != http.StatusOK || body != c.content || h.Get("Content-Type") != c.contentType || err != nil ||
			disposition != "attachment" || parameters["filename"] != c.file {
			t.Errorf("%q: %d %q %v %v", c.name, status, body, h, err)
		}
		if csp := h.Values("Content-Security-Policy"); len(csp) != 1 || !strings.Contains(csp[0], "sandbox") ||
			!strings.Contains(csp[0], "default-src 'none'") || h.Get("X-Content-Type-Options") != "nosniff" ||
			!strings.Contains(h.Get("Cache-Control"), "no-store") || h.Get("Set-Cookie") != "" ||
			h.Get("Content-Length") != fmt.Sprint(len(c.content)) {
			t.Errorf("%q: %v", c.name, h)
		}
	}
}

// TestNobodyLearnsOfAnothersDocument: not that it is there, not by its id, its case, its bytes or the time that it
// takes; and nobody adds one to another's case.
func TestNobodyLearnsOfAnothersDocument(t *testing.T) {
	l := newLibrary(t)
	l.stored(acmeCase, "old", "secret.pdf", somePDF)
	fresh := l.by("acme").added("secret.pdf", somePDF+"%2", "case_id", acmeCase, "kind", "invoice").DocumentID
	_, nowhere, _ := l.by("zeta").Do("GET", "/v1/documents/nowhere", "")
	var probes conc.WaitGroup
	for _, path := range []string{"nowhere", "old", fresh, "old?case_id=b1%2Fcase-P1-1", fresh + "?case_id=b1%2Fcase-P1-1",
		"old?claim_id=b1%2Fcase-P1-1", "old?case_id=b1%2Fcase-P2-1", shaOf(somePDF), "..%2Fold"} {
		probes.Go(func() {
			began := time.Now()
			status, body, _ := l.by("zeta").Do("GET", "/v1/documents/"+path, "")
			if took := time.Since(began); status != http.StatusNotFound || body != nowhere || took < 200*time.Millisecond {
				t.Errorf("%s: %d %s after %s", path, status, body, took)
			}
		})
	}
	probes.Wait()
	for who, want := range map[string]int{"operator": http.StatusForbidden, "": http.StatusUnauthorized,
		"nobody": http.StatusUnauthorized, "asks": http.StatusForbidden} {
		if status, body, _ := l.by(who).Do("GET", "/v1/documents/old", ""); status != want ||
			strings.Contains(body, "secret") {
			t.Errorf("%s reads: %d %s", who, status, body)
		}
	}
	sent, keys := l.f.SentTo("risk.portfolio"), l.keys()
	for _, c := range []struct {
		who, about string
		status     int
	}{{"zeta", acmeCase, 404}, {"zeta", "b1/case-P3-1", 404}, {"zeta", "b1/cut-1", 404}, {"ann", "b1/cut-1", 404},
		{"zeta", "P2", 422}, {"looks", acmeCase, 403}, {"asks", acmeCase, 403}, {"operator", acmeCase, 403},
		{"", acmeCase, 401}} {
		if status, body := l.by(c.who).add("x.pdf", somePDF+"%3", "case_id", c.about, "kind", "invoice"); status != c.status {
			t.Errorf("%q adds to %s: %d %s", c.who, c.about, status, body)
		}
	}
	message := fmt.Sprintf(
		`{"id":"m","type":"document.added","at":"2026-01-01T00:00:00Z","case_id":%q,"document_id":"mine",`+
			`"kind":"invoice","sha256":%q,"bytes":5}`, zetaCase, shaOf(somePDF)) // whose bytes are another's
	for _, who := range []string{"zeta", "ann"} {
		if status, body, _ := l.by(who).Do("POST", "/v1/events?topic=risk.portfolio",
			message); status != http.StatusForbidden {
			t.Errorf("%s names another's bytes: %d %s", who, status, body)
		}
	}
	if l.f.SentTo("risk.portfolio") != sent || !slices.Equal(l.keys(), keys) {
		t.Errorf("something was stored or said: %v", l.keys())
	}
	// the same bytes under its own case are its own
	own := l.by("zeta").added("mine.pdf", somePDF, "case_id", zetaCase, "kind", "invoice")
	if status, body, _ := l.by("zeta").Do("GET", "/v1/documents/"+own.DocumentID, ""); status != 200 || body != somePDF {
		t.Errorf("its own: %d %s", status, body)
	}
}
