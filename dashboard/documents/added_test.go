package documents

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/textproto"
	"strings"
	"testing"

	"barometer/ingest/decode"
	"barometer/ingest/event"
)

// TestTheSameDocumentIsAddedOnce: the ids of a document and of its message are the same for the same content, and
// others for any other.
func TestTheSameDocumentIsAddedOnce(t *testing.T) {
	d := &Received{SHA256: shaOf("a"), Bytes: 1}
	ids, messages := map[string]bool{}, map[string]bool{}
	for n, a := range []Added{{Case: "b/case-p-1", Kind: "invoice", Name: "x"}, {Case: "b/case-p-1", Kind: "order",
		Name: "x"},
		{Claim: "b/case-p-1", Kind: "invoice", Name: "x"}, {Case: "b/case-p-2", Kind: "invoice", Name: "x"},
		{Case: "b/case-p-1", Kind: "invoice", Name: "x", ID: "mine"}} {
		for day := range 2 {
			again := a
			again.Identify(d.SHA256)
			content, err := again.Message(d, fmt.Sprintf("2026-03-0%dT00:00:00Z", 1+day))
			if err != nil {
				t.Fatal(err)
			}
			m, err := decode.New(nil).Decode(event.TopicPortfolio, content)
			if err != nil {
				t.Fatal(err)
			}
			b := m.Event.Body.(*event.DocumentAdded)
			if b.Case != a.Case || b.Claim != a.Claim || b.Kind.String() != a.Kind || b.Size != 1 || m.Event.Key != "b" ||
				a.ID != "" && b.Document != a.ID {
				t.Errorf("%d: %s", n, content)
			}
			ids[b.Document], messages[m.Event.ID] = true, true
		}
	}
	if len(ids) != 5 || len(messages) != 5 {
		t.Errorf("5 documents have %d ids, and messages %d", len(ids), len(messages))
	}
	other := Added{Case: "b/case-p-1", Kind: "invoice"}
	if other.Identify(shaOf("b")); ids[other.ID] {
		t.Error("other bytes have the id of the first ones")
	}
}

// formOf is a body of multipart/form-data; a part whose name begins with @ is a file.
func formOf(t testing.TB, parts ...[2]string) *multipart.Reader {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range parts {
		h := textproto.MIMEHeader{"Content-Disposition": {`form-data; name="` + p[0] + `"`}}
		if name, file, is := strings.Cut(p[0], "@"); is {
			h = textproto.MIMEHeader{"Content-Disposition": {`form-data; name="` + name + `"; filename="` + file + `"`},
				"Content-Type": {"application/octet-stream"}}
		}
		part, err := w.CreatePart(h)
		if err == nil {
			_, err = io.WriteString(part, p[1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return multipart.NewReader(&b, w.Boundary())
}

func TestAFormIsReadInAnyOrder(t *testing.T) {
	file, about, kind, id := [2]string{"file@../../x", pdf}, [2]string{"case_id", "b/case-p-1"},
		[2]string{"kind", "order"},
		[2]string{"document_id", "d-1"}
	for _, parts := range [][][2]string{{file, about, kind, id}, {id, kind, about, file}} {
		added, received, err := ReadForm(formOf(t, parts...))
		if err != nil {
			t.Fatal(err)
		}
		defer received.Close()
		if want := (Added{Case: "b/case-p-1", ID: "d-1", Kind: "order", Name: "../../x"}); added != want ||
			received.SHA256 != shaOf(pdf) || received.Type != PDF {
			t.Errorf("%+v, %+v", added, received)
		}
	}
}

func TestAFormThatIsWrongSaysWhere(t *testing.T) {
	file := [2]string{"file@a.pdf", pdf}
	for name, c := range map[string]struct {
		parts [][2]string
		field string
	}{
		"no file":        {[][2]string{{"kind", "order"}}, "file"},
		"two files":      {[][2]string{file, file}, "file"},
		"a field twice":  {[][2]string{file, {"kind", "order"}, {"kind", "invoice"}}, "kind"},
		"another field":  {[][2]string{file, {"analyst", "ann"}}, "analyst"},
		"a long field":   {[][2]string{file, {"kind", strings.Repeat("a", 5000)}}, "kind"},
		"no text":        {[][2]string{file, {"kind", "\xff"}}, "kind"},
		"no text a name": {[][2]string{{"file@\xff.pdf", pdf}}, "file"},
		"no name":        {[][2]string{{"", "x"}}, ""},
	} {
		_, received, err := ReadForm(formOf(t, c.parts...))
		var wrong *FieldError
		if !errors.As(err, &wrong) || wrong.Field != c.field || received != nil {
			t.Errorf("%s: %v, %v", name, received, err)
		}
	}
	var no *RefusedError
	if _, _, err := ReadForm(formOf(t, [2]string{"file@a.png", pdf})); !errors.As(err, &no) || no.Reason != FalseType {
		t.Errorf("a document that is refused: %v", err)
	}
	cut := multipart.NewReader(strings.NewReader("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n%PDF-"), "b")
	var refusal *RefusedError
	var wrong *FieldError
	if _, _, err := ReadForm(cut); err == nil || errors.As(err, &refusal) || errors.As(err, &wrong) {
		t.Errorf("a form that breaks off: %v", err)
	}
}
