package api_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"barometer/dashboard/dashboardtest"
	"barometer/dashboard/documents"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
)

// TestADocumentThatIsRefusedSaysWhy, and nothing of it is stored or said.
func TestADocumentThatIsRefusedSaysWhy(t *testing.T) {
	l := newLibrary(t).by("acme")
	long := strings.Repeat("a", documents.MaxBytes+1)
	fields := []string{"case_id", acmeCase, "kind", "invoice"}
	for name, c := range map[string]struct {
		name, content string
		fields        []string
		status        int
		says          string
	}{
		"too large":       {"a.txt", long, fields, 413, `"value":"too_large"`},
		"a program":       {"a.pdf", "\x7fELF\x02\x01\x01", fields, 415, `"value":"type_not_accepted"`},
		"a page":          {"a.txt", "<html><script>", fields, 415, `"value":"type_not_accepted"`},
		"a false name":    {"a.png", somePDF, fields, 415, `"value":"false_type"`},
		"half a document": {"a.pdf", somePDF[:12], fields, 422, `"value":"damaged"`},
		"nothing":         {"a.pdf", "", fields, 422, `"value":"empty"`},
		"no kind":         {"a.pdf", somePDF, fields[:2], 422, "kind"},
		"no such kind":    {"a.pdf", somePDF, []string{"case_id", acmeCase, "kind", "photo"}, 422, "kind"},
		"of nothing":      {"a.pdf", somePDF, fields[2:], 422, "case_id"},
		"of both":         {"a.pdf", somePDF, append([]string{"claim_id", acmeClaim}, fields...), 422, "claim_id"},
		"an analyst":      {"a.pdf", somePDF, append([]string{"analyst", "ann"}, fields...), 422, "analyst"},
		"no id":           {"a.pdf", somePDF, append([]string{"document_id", "a\nb"}, fields...), 422, "document_id"},
		"a dotted id":     {"a.pdf", somePDF, append([]string{"document_id", ".."}, fields...), 422, "document_id"},
		"a long name":     {strings.Repeat("a", 2000) + ".pdf", somePDF, fields, 422, "name"},
	} {
		if status, body := l.add(c.name, c.content, c.fields...); status != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s: %d %.300s, want %d: %s", name, status, body, c.status, c.says)
		}
	}
	body, contentType := formFor(t, "a.pdf", somePDF, fields...)
	for name, c := range map[string]struct {
		body        io.Reader
		contentType string
		headers     []string
		status      int
	}{
		"JSON":        {strings.NewReader(`{}`), "application/json", nil, 415},
		"no boundary": {bytes.NewReader(body), "multipart/form-data", nil, 415},
		"packed":      {bytes.NewReader(body), contentType, []string{"Content-Encoding", "gzip"}, 415},
		"cut short":   {bytes.NewReader(body[:len(body)-30]), contentType, nil, 400},
		"without lengths": {io.MultiReader(bytes.NewReader(body[:len(body)-len(somePDF)]), strings.NewReader(long)),
			contentType, nil, 413},
	} {
		if status, answer, _ := l.send(c.body, c.contentType, c.headers...); status != c.status {
			t.Errorf("%s: %d %s, want %d", name, status, answer, c.status)
		}
	}
	if l.f.SentTo("risk.portfolio") > 0 || len(l.keys()) > 0 {
		t.Errorf("something was stored or said: %v", l.keys())
	}
}

// TestADocumentIsAddedOnce: the same bytes again are the same document, others under its id are none.
func TestADocumentIsAddedOnce(t *testing.T) {
	l := newLibrary(t).by("acme")
	first := l.stored(acmeCase, "d1", "a.pdf", somePDF)
	if err := l.bucket.Delete(t.Context(), first.SHA256); err != nil {
		t.Fatal(err)
	}
	fields := []string{"case_id", acmeCase, "document_id", "d1", "kind", "invoice"}
	if status, body := l.add("b.pdf", somePDF, fields...); status != http.StatusOK || l.f.SentTo("risk.portfolio") != 0 {
		t.Errorf("again: %d %s", status, body)
	}
	if len(l.keys()) != 1 {
		t.Error("its bytes, which were lost, are not stored again")
	}
	if status, body := l.add("a.pdf", somePDF+"%", fields...); status != http.StatusConflict || len(l.keys()) != 1 {
		t.Errorf("others: %d %s", status, body)
	}
	if fields[5] = "order"; true {
		if status, body := l.add("a.pdf", somePDF, fields...); status != http.StatusConflict {
			t.Errorf("as another kind: %d %s", status, body)
		}
	}
	one := l.added("a.pdf", somePDF, "claim_id", acmeClaim, "kind", "invoice")
	two := l.added("a.pdf", somePDF, "case_id", acmeCase, "kind", "invoice")
	if one.DocumentID == two.DocumentID {
		t.Error("a case and a claim share a document")
	}
	if status, body := l.add("a.pdf", somePDF, "case_id", "b1/case-P1-2", "document_id", "d1", "kind",
		"other"); status != 201 {
		t.Errorf("of another case: %d %s", status, body)
	}
}

// TestDocumentsOfOneIDAreToldApart: by their case or claim; another policyholder's is not one of them.
func TestDocumentsOfOneIDAreToldApart(t *testing.T) {
	l := newLibrary(t)
	l.stored(acmeCase, "1", "a.pdf", somePDF)
	l.stored(zetaCase, "1", "a.pdf", somePDF+"%zeta")
	if status, body, _ := l.by("acme").Do("GET", "/v1/documents/1", ""); status != 200 || body != somePDF {
		t.Errorf("its only one: %d %s", status, body)
	}
	if status, _, _ := l.by("ann").Do("GET", "/v1/documents/1", ""); status != http.StatusConflict {
		t.Errorf("two: %d", status)
	}
	if status, body, _ := l.by("ann").Do("GET", "/v1/documents/1?case_id=b1%2Fcase-P2-1", ""); status != 200 ||
		body != somePDF+"%zeta" {
		t.Errorf("one of two: %d %s", status, body)
	}
	if status, _, _ := l.by("ann").Do("GET", "/v1/documents/1?case_id=b1%2Fcase-P2-1&claim_id=b1%2Fclaim-P2-1",
		""); status != 422 {
		t.Errorf("of both: %d", status)
	}
}

// TestADamagedDocumentIsNotTakenForWhole: who reads it sees the answer break off; one whose bytes are away is said so.
func TestADamagedDocumentIsNotTakenForWhole(t *testing.T) {
	l := newLibrary(t).by("acme")
	d := l.stored(acmeCase, "d1", "a.pdf", somePDF+strings.Repeat("%", 100_000))
	damaged := []byte(somePDF + strings.Repeat("%", 99_999) + "!")
	if err := l.bucket.WriteAll(t.Context(), d.SHA256, damaged, nil); err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest("GET", l.Base+"/v1/documents/d1", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer acme")
	res, err := http.DefaultClient.Do(r)
	if err == nil {
		defer res.Body.Close()
		_, err = io.ReadAll(res.Body)
	}
	if err == nil {
		t.Error("a damaged document came whole")
	}
	if err := l.bucket.Delete(t.Context(), d.SHA256); err != nil {
		t.Fatal(err)
	}
	if status, body, _ := l.Do("GET", "/v1/documents/d1", ""); status != http.StatusNotFound ||
		!strings.Contains(body, "its bytes are not stored") {
		t.Errorf("without its bytes: %d %s", status, body)
	}
}

// TestADocumentIsNotSaidUntilItIsStored, and one that cannot be said is added when it is sent again.
func TestADocumentIsNotSaidUntilItIsStored(t *testing.T) {
	l := newLibrary(t).by("acme")
	fields := []string{"case_id", acmeCase, "kind", "invoice"}
	body, contentType := formFor(t, "a.pdf", somePDF, fields...)
	l.f.Down = errors.New("away")
	if status, answer, h := l.send(bytes.NewReader(body), contentType); status != 503 || h.Get("Retry-After") == "" {
		t.Errorf("without a broker: %d %s", status, answer)
	}
	l.f.Down = nil
	l.added("a.pdf", somePDF, fields...)
	if err := l.bucket.Close(); err != nil {
		t.Fatal(err)
	}
	if status, answer := l.add("a.pdf", somePDF+"%", fields...); status != 503 || l.f.SentTo("risk.portfolio") != 1 {
		t.Errorf("without a store: %d %s, %d are said", status, answer, l.f.SentTo("risk.portfolio"))
	}
	if status, answer, _ := dashboardtest.Start(t, dashboardtest.New(), dashboardtest.WithPeople).As("acme").Do("GET",
		"/v1/documents/d1", ""); status != 501 {
		t.Errorf("of a server that keeps none: %d %s", status, answer)
	}
}

// TestWhatBecomesOfADocumentIsToldToWhoWaits: in the fold, which knows its cases.
func TestWhatBecomesOfADocumentIsToldToWhoWaits(t *testing.T) {
	l := newLibrary(t).by("acme")
	n := int64(0)
	l.f.OnSend = func(_ string, r kafkalog.Record) {
		var m struct {
			ID   string `json:"document_id"`
			Case string `json:"case_id"`
		}
		_ = json.Unmarshal(r.Value, &m)
		source := event.Source{Topic: event.TopicPortfolio,
			Partition: uint32(kafkalog.PartitionOf("b1", dashboardtest.Partitions)),
			Offset:    n}
		n++
		offset := l.f.Log(1, &event.Event{Kind: event.KindDocumentAdded, Key: "b1", Home: true, Source: source,
			Body: &event.DocumentAdded{Case: m.Case, Document: m.ID}})
		at := event.Position{Generation: 1, Partition: 1, Offset: offset}
		if m.ID == "bad" {
			l.f.Publish(decision.Decision{Position: at, Kind: decision.InputRejected, Last: true,
				Body: &decision.Rejection{Reason: "unknown_case", Source: source, Kind: event.KindDocumentAdded}})
			return
		}
		d := dashboardtest.Exposed(1, at.Offset, "P1", "ACME", "b1", 1, 1)
		d.Last = true
		l.f.Publish(d)
	}
	for id, want := range map[string]int{"bad": 422, "good": 201} {
		body, contentType := formFor(t, "a.pdf", somePDF, "case_id", acmeCase, "kind", "invoice", "document_id", id)
		r, err := http.NewRequest("POST", l.Base+"/v1/documents?wait=5s", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", contentType)
		r.Header.Set("Authorization", "Bearer acme")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || res.StatusCode != want || id == "good" && !strings.Contains(string(answer), `"status":"accepted"`) {
			t.Errorf("%s: %d %s %v", id, res.StatusCode, answer, err)
		}
	}
}

// TestOneSenderLeavesPlacesToOthers: documents that come in slowly take places, at most four of one sender.
func TestOneSenderLeavesPlacesToOthers(t *testing.T) {
	l := newLibrary(t)
	body, contentType := formFor(t, "a.pdf", somePDF, "case_id", acmeCase, "kind", "invoice")
	var writers []*io.PipeWriter
	done := make(chan int, 4)
	for range 4 {
		r, w := io.Pipe()
		writers = append(writers, w)
		request, err := http.NewRequest("POST", l.Base+"/v1/documents", r)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", contentType)
		request.Header.Set("Authorization", "Bearer acme")
		go func() {
			res, err := http.DefaultClient.Do(request)
			if err != nil {
				done <- 0
				return
			}
			_ = res.Body.Close()
			done <- res.StatusCode
		}()
		if _, err := w.Write(body[:100]); err != nil {
			t.Fatal(err)
		}
	}
	dashboardtest.Eventually(t, func() bool {
		status, _, h := l.by("acme").send(bytes.NewReader(body), contentType)
		return status == http.StatusServiceUnavailable && h.Get("Retry-After") != ""
	})
	l.by("zeta").added("a.pdf", somePDF, "case_id", zetaCase, "kind", "invoice")
	for _, w := range writers {
		if _, err := w.Write(body[100:]); err != nil {
			t.Fatal(err)
		}
		_ = w.Close()
	}
	for range writers {
		if status := <-done; status != http.StatusCreated && status != http.StatusOK {
			t.Errorf("a slow one: %d", status)
		}
	}
}
