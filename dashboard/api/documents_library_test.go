package api_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"testing"

	"barometer/dashboard"
	"barometer/dashboard/api"
	"barometer/dashboard/dashboardtest"
	"barometer/dashboard/documents"
	"barometer/dashboard/identity"
	"barometer/ingest/decode"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/storage/history"

	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"
)

const (
	acmeCase  = "b1/case-P1-1"
	acmeClaim = "b1/claim-P1-1"
	zetaCase  = "b1/case-P2-1"
	somePDF   = "%PDF-1.7\ntrailer\n%%EOF\n"
)

// library is a server that keeps documents, and what is behind it.
type library struct {
	dashboardtest.Client
	t      *testing.T
	token  string
	f      *dashboardtest.Fake
	bucket *blob.Bucket
}

// newLibrary is one in which what is sent comes to the log at once. P1 is ACME's, P2 ZETA's.
func newLibrary(t *testing.T) library {
	f, bucket := dashboardtest.New(), memblob.OpenBucket(nil)
	t.Cleanup(func() { _ = bucket.Close() })
	f.Policies = []dashboardtest.Policy{{ID: "P1", Holder: "ACME"}, {ID: "P2", Holder: "ZETA"}}
	f.OnSend = func(topic string, r kafkalog.Record) {
		m, err := decode.New([]byte(dashboardtest.Secret)).Decode(event.TopicPortfolio, r.Value)
		if err != nil || topic != "risk.portfolio" {
			t.Errorf("%s has %s: %v", topic, r.Value, err)
			return
		}
		f.Log(1, &m.Event)
	}
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople, func(cfg *dashboard.Config) {
		cfg.Documents = &documents.Store{Bucket: bucket}
		for name, roles := range map[string][]string{"underwriter": {"underwriter"}, "asks": nil} {
			token := dashboardtest.TokenOf(name, identity.Analyst, "")
			if token.Name, token.Roles = name, roles; name == "asks" {
				token = dashboardtest.TokenOf(name, identity.Policyholder, "ACME")
				token.Roles = []string{"request", "manage"}
			}
			cfg.Tokens = append(cfg.Tokens, token)
		}
	})
	return library{c, t, "", f, bucket}
}

func (l library) by(token string) library { l.Client, l.token = l.As(token), token; return l }

// keys are what is stored.
func (l library) keys() (all []string) {
	l.t.Helper()
	for list := l.bucket.List(nil); ; {
		o, err := list.Next(l.t.Context())
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			l.t.Fatal(err)
		}
		all = append(all, o.Key)
	}
}

// formFor is a form with a file and pairs of fields.
func formFor(t *testing.T, name, content string, fields ...string) (body []byte, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(fields); i += 2 {
		if err := w.WriteField(fields[i], fields[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {mime.FormatMediaType("form-data",
		map[string]string{"name": "file", "filename": name})}})
	if err == nil {
		_, err = io.WriteString(part, content)
	}
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	return b.Bytes(), w.FormDataContentType()
}

// send posts a body as it is.
func (l library) send(body io.Reader, contentType string, headers ...string) (int, string, http.Header) {
	l.t.Helper()
	r, err := http.NewRequest("POST", l.Base+"/v1/documents", body)
	if err != nil {
		l.t.Fatal(err)
	}
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("Authorization", "Bearer "+l.token)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		l.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		l.t.Fatal(err)
	}
	return res.StatusCode, string(b), res.Header
}

// add posts a document.
func (l library) add(name, content string, fields ...string) (int, string) {
	l.t.Helper()
	body, contentType := formFor(l.t, name, content, fields...)
	status, answer, _ := l.send(bytes.NewReader(body), contentType)
	return status, answer
}

// added posts a document that must be accepted.
func (l library) added(name, content string, fields ...string) api.Document {
	l.t.Helper()
	status, answer := l.add(name, content, fields...)
	var d api.Document
	if err := json.Unmarshal([]byte(answer), &d); err != nil || status != http.StatusCreated {
		l.t.Fatalf("%s: %d %s", name, status, answer)
	}
	return d
}

func shaOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

// stored puts a document into ClickHouse, and its bytes into the bucket.
func (l library) stored(about, id, name, content string) history.Document {
	l.t.Helper()
	d := history.Document{ID: id, Case: about, Policy: event.PolicyOfMinted(about), Kind: "invoice",
		SHA256: shaOf(content),
		Bytes:  int64(len(content)), Name: name}
	if err := l.bucket.WriteAll(l.t.Context(), d.SHA256, []byte(content), nil); err != nil {
		l.t.Fatal(err)
	}
	l.f.Evidence = append(l.f.Evidence, d)
	return d
}
