package documents

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"unicode/utf8"
)

// The parts of a form that adds a document.
const (
	FileField  = "file"
	CaseField  = "case_id"
	ClaimField = "claim_id"
	IDField    = "document_id"
	KindField  = "kind"
)

// maxField is how many bytes a field may have that is no file.
const maxField = 4096

// FieldError is a form that says something that cannot be taken.
type FieldError struct{ Field, Detail string }

func (e *FieldError) Error() string { return e.Field + ": " + e.Detail }

// ReadForm receives the document of multipart/form-data and what it is added to. Its parts come in any order. The error
// of a form that is wrong is a *FieldError, of a document that is not accepted a *RefusedError; any other one is that
// the form could not be read to its end. The caller closes what it received.
func ReadForm(form *multipart.Reader) (added Added, received *Received, err error) {
	fields := map[string]*string{CaseField: &added.Case, ClaimField: &added.Claim, IDField: &added.ID,
		KindField: &added.Kind}
	given := map[string]bool{}
	defer func() {
		if err != nil && received != nil {
			err = errors.Join(err, received.Close())
			received = nil
		}
	}()
	for {
		part, err := form.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return added, received, fmt.Errorf("read a form: %w", err)
		}
		name := part.FormName()
		into := fields[name]
		switch {
		case given[name]:
			return added, received, &FieldError{name, "it is given twice"}
		case name == FileField:
			if received, added.Name, err = receivePart(part); err != nil {
				return added, received, err
			}
		case into == nil:
			return added, received, &FieldError{name, "no such field: a form has file, kind, case_id or claim_id, and " +
				"document_id"}
		default:
			if *into, err = readField(part, name); err != nil {
				return added, received, err
			}
		}
		given[name] = true
	}
	if received == nil {
		return added, nil, &FieldError{FileField, "a form without a document"}
	}
	return added, received, nil
}

// receivePart receives the document, with its name as it was sent.
func receivePart(part *multipart.Part) (*Received, string, error) {
	_, parameters, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	name := parameters["filename"]
	if err != nil || !utf8.ValidString(name) {
		return nil, "", &FieldError{FileField, "the name cannot be read"}
	}
	received, err := Receive(part, Said{Name: name, Media: part.Header.Get("Content-Type")})
	return received, name, err
}

func readField(part *multipart.Part, name string) (string, error) {
	value, err := io.ReadAll(io.LimitReader(part, maxField+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("read the field %s of a form: %w", name, err)
	case len(value) > maxField || !utf8.Valid(value):
		return "", &FieldError{name, fmt.Sprintf("want a text of at most %d bytes", maxField)}
	}
	return string(value), nil
}
