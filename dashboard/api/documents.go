package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"time"

	"barometer/dashboard/documents"
	"barometer/dashboard/identity"
	"barometer/dashboard/phrase"
	"barometer/dashboard/problem"
	"barometer/dashboard/submit"
	"barometer/ingest/event"
	"barometer/storage/history"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

const (
	// documentWithin is how long a document may take on its way in or out: 20 MB at half a megabit a second.
	documentWithin = 6 * time.Minute
	// maxFormBytes is how much a form has besides its document at most.
	maxFormBytes = 64 << 10
	// Documents come in at once: of all senders, and of one.
	mostDocuments     = 16
	mostDocumentsEach = 4
)

// Document is one that was added to a case or a claim.
type Document struct {
	DocumentID string   `json:"document_id"`
	CaseID     string   `json:"case_id,omitempty"`
	ClaimID    string   `json:"claim_id,omitempty"`
	Kind       string   `json:"kind"`
	Name       string   `json:"name,omitempty" doc:"as it was sent"`
	Type       string   `json:"type" doc:"its media type, by its bytes"`
	SHA256     string   `json:"sha256" doc:"of its bytes, hexadecimal"`
	Bytes      int64    `json:"bytes"`
	Outcome    *Outcome `json:"outcome,omitempty" doc:"with wait: what became of document.added in the fold"`
}

// documentForm is what the body of the operation is, for its description.
type documentForm struct {
	File       string `json:"file" format:"binary" doc:"the document, with its name: PDF, an image (PNG, JPEG, GIF, WebP, TIFF), text, or a spreadsheet (XLSX, ODS, CSV), at most 20 MB; what it is is known by its bytes"`
	CaseID     string `json:"case_id,omitempty" doc:"the case that it belongs to; else claim_id"`
	ClaimID    string `json:"claim_id,omitempty" doc:"the claim that it belongs to; else case_id"`
	Kind       string `json:"kind" enum:"invoice,delivery_note,order,statement_of_account,correspondence,discretionary_evidence,proof_of_debt,other" doc:"what it shows"`
	DocumentID string `json:"document_id,omitempty" doc:"names the document within its case or claim; without it, it is made from the bytes, so that the same document is added once"`
}

type documentInput struct {
	Wait string `query:"wait" maxLength:"20" format:"wait" doc:"how long to wait for what becomes of it in the fold, such as 2s; at most 10s"`

	request *http.Request
	writer  http.ResponseWriter
}

// Resolve takes the request as it is: the body is read as it comes in, and never whole into memory.
func (in *documentInput) Resolve(ctx huma.Context) []error {
	in.request, in.writer = humago.Unwrap(ctx)
	return nil
}

type documentOutput struct {
	Status   int
	Location string `header:"Location"`
	Body     Document
}

type documentQuery struct {
	ID      string `path:"id" maxLength:"128"`
	CaseID  string `query:"case_id" maxLength:"1000" doc:"the case that it belongs to, where several have a document of that id"`
	ClaimID string `query:"claim_id" maxLength:"1000" doc:"the claim that it belongs to, where several have a document of that id"`
}

func (s *API) documentOperations(api huma.API) {
	post := operation(api, "add-document", http.MethodPost, "/v1/documents", "Add a document to a case or a claim",
		Document{})
	post.DefaultStatus = http.StatusCreated
	post.Responses["201"] = &huma.Response{Description: "It is stored, and said", Content: post.Responses["200"].Content}
	post.Responses["200"].Description = "It was added before"
	post.Errors = append(post.Errors, http.StatusNotFound, http.StatusConflict)
	huma.Register(api, post, s.postDocument)
	// Of an operation with a body huma reads it whole, so its description comes afterwards.
	form := api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[documentForm](), true, "DocumentForm")
	api.OpenAPI().Paths[post.Path].Post.RequestBody = &huma.RequestBody{Required: true,
		Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: form}}}
	get := operation(api, "get-document", http.MethodGet, "/v1/documents/{id}",
		"The bytes of a document, for who may see its case or claim")
	binary := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	get.Responses["200"] = &huma.Response{
		Description: "The document, as an attachment; its type is one of those that are " +
			"accepted", Content: map[string]*huma.MediaType{documents.None.Media(): binary}}
	get.Errors = append(get.Errors, http.StatusConflict)
	huma.Register(api, get, s.getDocument)
}

func (s *API) postDocument(ctx context.Context, in *documentInput) (*documentOutput, error) {
	p := identity.Of(ctx)
	if s.cfg.Documents == nil {
		return nil, problem.NotConfigured()
	}
	if err := identity.Require(ctx, "declare", identity.RolesFor(event.KindDocumentAdded)...); err != nil {
		return nil, err
	}
	wait, err := waitOf(in.Wait)
	if err != nil {
		return nil, err
	}
	leave, ok := s.receiving.Take(p.Holder + "/" + p.Name)
	if !ok {
		return nil, problem.ComeAgain("too many documents are on their way")
	}
	defer leave()
	added, received, err := receive(in.writer, in.request)
	if err != nil {
		return nil, err
	}
	defer received.Close()
	message, err := s.checkDocument(ctx, p, &added, received)
	if err != nil {
		return nil, err
	}
	out := &documentOutput{Status: http.StatusOK, Location: "/v1/documents/" + url.PathEscape(added.ID),
		Body: Document{DocumentID: added.ID, CaseID: added.Case, ClaimID: added.Claim, Kind: added.Kind, Name: added.Name,
			Type: received.Type.Media(), SHA256: received.SHA256, Bytes: received.Bytes}}
	known, err := s.knownDocument(ctx, &added)
	switch {
	case err != nil:
		return nil, err
	case known != nil && (known.SHA256 != received.SHA256 || known.Kind != added.Kind):
		return nil, huma.Error409Conflict("document_id: it names another document of that case or claim")
	}
	if err := s.cfg.Documents.Save(ctx, received); err != nil {
		return nil, s.failed(ctx, "storing the document", err)
	}
	if known != nil {
		return out, nil
	}
	out.Status = http.StatusCreated
	out.Body.Outcome, err = s.sayDocument(ctx, p, message, wait)
	if err == nil && out.Body.Outcome != nil && out.Body.Outcome.Status == statusRefused {
		err = problem.Refusal(out.Body.Outcome.Reason, out.Body.Outcome.Detail)
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// receive reads the form of a request as it comes in.
func receive(w http.ResponseWriter, r *http.Request) (added documents.Added, d *documents.Received, err error) {
	if r.ContentLength > documents.MaxBytes+maxFormBytes {
		return added, nil, refusedDocument(&documents.RefusedError{Reason: documents.TooLarge,
			Detail: fmt.Sprintf("a document has at most %d bytes", documents.MaxBytes)})
	}
	if r.Header.Get("Content-Encoding") != "" {
		return added, nil, huma.Error415UnsupportedMediaType("a document is sent as it is")
	}
	allow := http.NewResponseController(w)
	until := time.Now().Add(documentWithin)
	if err := errors.Join(allow.SetReadDeadline(until), allow.SetWriteDeadline(until.Add(time.Minute))); err != nil {
		return added, nil, fmt.Errorf("allow a document its time: %w", err)
	}
	r.Body = http.MaxBytesReader(w, r.Body, documents.MaxBytes+maxFormBytes)
	form, err := r.MultipartReader()
	if err != nil {
		return added, nil, huma.Error415UnsupportedMediaType("want multipart/form-data: " + err.Error())
	}
	if added, d, err = documents.ReadForm(form); err != nil {
		return added, nil, refusedDocument(err)
	}
	added.Identify(d.SHA256)
	return added, d, nil
}

// refusedDocument is the problem of a form that is not accepted.
func refusedDocument(err error) error {
	var wrong *documents.FieldError
	var refused *documents.RefusedError
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &wrong):
		return huma.Error422UnprocessableEntity("the form cannot be accepted",
			&huma.ErrorDetail{Location: "body." + wrong.Field, Message: wrong.Detail})
	case errors.As(err, &refused):
		status := http.StatusUnprocessableEntity
		switch refused.Reason {
		case documents.TooLarge:
			status = http.StatusRequestEntityTooLarge
		case documents.NotAccepted, documents.FalseType:
			status = http.StatusUnsupportedMediaType
		}
		reason := string(refused.Reason)
		return huma.NewError(status, phrase.Of(reason), &huma.ErrorDetail{Location: "body." + documents.FileField,
			Message: refused.Detail, Value: reason})
	case errors.As(err, &long):
		return huma.NewError(http.StatusRequestEntityTooLarge, fmt.Sprintf("a form has at most %d bytes", long.Limit))
	}
	return huma.Error400BadRequest("the form cannot be read to its end: " + err.Error())
}

// checkDocument refuses a document that ingest would refuse, or that is of a case or claim of another policyholder,
// which is as unknown as one that does not exist. It makes the message that says the document.
func (s *API) checkDocument(ctx context.Context, p identity.Principal, added *documents.Added,
	d *documents.Received) (submit.Message, error) {
	value, err := added.Message(d, s.cfg.Sender.Stamp())
	if err != nil {
		return submit.Message{}, s.failed(ctx, "writing document.added", err)
	}
	m, err := s.cfg.Sender.Decode(event.TopicPortfolio, value)
	if err != nil {
		return submit.Message{}, err
	}
	if added.ID == "." || added.ID == ".." {
		return submit.Message{}, refusedDocument(&documents.FieldError{Field: documents.IDField,
			Detail: "no address leads to a document of that id"})
	}
	policy := event.PolicyOfMinted(added.About())
	if policy == "" {
		return submit.Message{}, huma.Error404NotFound("no such case or claim")
	}
	var status huma.StatusError
	if err := s.ownPolicy(ctx, p, policy); errors.As(err, &status) && status.GetStatus() == http.StatusNotFound {
		return submit.Message{}, huma.Error404NotFound("no such case or claim")
	} else if err != nil {
		return submit.Message{}, err
	}
	return submit.Message{Value: value, Key: m.Event.Key}, nil
}

// sayDocument stores document.added, and waits for what becomes of it; nil: it was not to wait.
func (s *API) sayDocument(ctx context.Context, p identity.Principal, message submit.Message,
	wait time.Duration) (*Outcome, error) {
	w, err := s.watch(ctx, wait)
	if err != nil {
		return nil, err
	}
	defer w.end()
	places, err := s.cfg.Sender.Send(ctx, event.TopicPortfolio, message)
	if err != nil {
		return nil, s.failed(ctx, "storing document.added", err)
	}
	if wait == 0 {
		return nil, nil
	}
	return &w.outcomes(ctx, p, event.TopicPortfolio, []int{0}, places)[0], nil
}

// knownDocument is the document that has an id in its case or claim already, nil for none. One that was added a moment
// ago may be missing: the fold knows.
func (s *API) knownDocument(ctx context.Context, added *documents.Added) (*history.Document, error) {
	all, err := s.cfg.Store.Documents(ctx, history.DocumentQuery{ID: added.ID, About: added.About(), Limit: 1})
	if err != nil {
		return nil, s.failed(ctx, "reading the documents", err)
	}
	for _, d := range append(all, s.cfg.Written.Documents(added.ID)...) {
		if d.About() == added.About() {
			return &d, nil
		}
	}
	return nil, nil
}

func (s *API) getDocument(ctx context.Context, in *documentQuery) (*huma.StreamResponse, error) {
	if s.cfg.Documents == nil {
		return nil, problem.NotConfigured()
	}
	if err := identity.Require(ctx, "view", identity.RolesFor(event.KindDocumentAdded)...); err != nil {
		return nil, err
	}
	if in.CaseID != "" && in.ClaimID != "" {
		return nil, huma.Error422UnprocessableEntity("case_id or claim_id, not both")
	}
	all, err := s.documentsOf(ctx, in.ID, in.CaseID+in.ClaimID)
	switch {
	case err != nil:
		return nil, err
	case len(all) == 0:
		return nil, huma.Error404NotFound("no such document")
	case len(all) > 1:
		return nil, huma.Error409Conflict("several cases and claims have a document of that id: say case_id or claim_id")
	}
	d := &all[0]
	reading, cancel := context.WithTimeout(context.WithoutCancel(ctx), documentWithin)
	content, err := s.cfg.Documents.Open(reading, d.SHA256, d.Name)
	if err != nil {
		cancel()
		if errors.Is(err, documents.ErrNotFound) {
			return nil, huma.Error404NotFound("the document was added, and its bytes are not stored")
		}
		return nil, s.failed(ctx, "reading the document", err)
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer cancel()
		defer content.Close()
		s.sendDocument(hc, d, content)
	}}, nil
}

// documentsOf are the documents of an id that who asks may see, at most two. Others' are as unknown as those that are
// not there, and to find that out takes as long.
func (s *API) documentsOf(ctx context.Context, id, about string) ([]history.Document, error) {
	p := identity.Of(ctx)
	all, err := s.cfg.Store.Documents(ctx, history.DocumentQuery{ID: id, About: about, Holder: p.Holder, Limit: 2})
	if err != nil {
		return nil, s.failed(ctx, "reading the documents", err)
	}
	if len(all) > 0 {
		return all, nil
	}
	fresh := func() (found []history.Document) {
		for _, d := range s.cfg.Written.Documents(id) {
			if about == "" || d.About() == about {
				found = append(found, d)
			}
		}
		return found
	}
	s.cfg.Written.Await(ctx, func() bool { return len(fresh()) > 0 })
	found := fresh()
	if p.Analyst() || len(found) == 0 {
		return found, nil
	}
	policies := make([]string, len(found))
	for i := range found {
		policies[i] = found[i].Policy
	}
	own, err := s.ownPolicies(ctx, p, policies)
	if err != nil {
		return nil, err
	}
	for _, d := range found {
		if own[d.Policy] {
			all = append(all, d)
		}
	}
	return all, nil
}

// sendDocument answers with a document to be saved: a browser neither shows it nor runs what is in it, whatever it is.
func (s *API) sendDocument(hc huma.Context, d *history.Document, content *documents.Stored) {
	_, w := humago.Unwrap(hc)
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(documentWithin)) // else it has the server's
	hc.SetHeader("Content-Type", content.ContentType())
	hc.SetHeader("Content-Length", strconv.FormatInt(content.Bytes, 10))
	hc.SetHeader("Content-Disposition", documents.Disposition(d.Name, d.ID, content.Type))
	hc.SetHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
	hc.SetHeader("Cross-Origin-Resource-Policy", "same-origin")
	hc.SetHeader("Cache-Control", "private, no-store")
	hc.SetStatus(http.StatusOK)
	if _, err := io.Copy(hc.BodyWriter(), content); err != nil {
		s.cfg.Log.WarnContext(hc.Context(), "a document was not sent to its end", "sha256", d.SHA256, "error", err)
		panic(http.ErrAbortHandler) // who reads it must not take it for whole
	}
}
