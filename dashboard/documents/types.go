package documents

import (
	"bytes"
	"mime"
	"path"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// Type is what a document is, by its bytes. Text alone is told from CSV by the document's name.
type Type int

// The types that are accepted. None is the type of everything else.
const (
	None Type = iota
	PDF
	PNG
	JPEG
	GIF
	WebP
	TIFF
	Text
	CSV
	XLSX
	ODS
)

// accepted has a row for each type: its media type, and what a name of such a document ends in, the usual one first.
var accepted = [...]struct {
	media      string
	extensions []string
}{
	None: {"application/octet-stream", []string{".bin"}},
	PDF:  {"application/pdf", []string{".pdf"}},
	PNG:  {"image/png", []string{".png"}},
	JPEG: {"image/jpeg", []string{".jpg", ".jpeg", ".jpe", ".jfif"}},
	GIF:  {"image/gif", []string{".gif"}},
	WebP: {"image/webp", []string{".webp"}},
	TIFF: {"image/tiff", []string{".tif", ".tiff"}},
	Text: {"text/plain", []string{".txt", ".text", ".log", ".md", ".tsv", ".tab"}},
	CSV:  {"text/csv", []string{".csv"}},
	XLSX: {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", []string{".xlsx"}},
	ODS:  {"application/vnd.oasis.opendocument.spreadsheet", []string{".ods"}},
}

// Accepted says in words which types are.
const Accepted = "PDF, images (PNG, JPEG, GIF, WebP, TIFF), text, and spreadsheets (XLSX, ODS, CSV)"

// Media is the type's media type, without a character set.
func (t Type) Media() string { return accepted[t].media }

// isText tells whether a type is text of some kind.
func (t Type) isText() bool { return t == Text || t == CSV }

// headBytes is how much of a document tells its type: as much as the detection looks at.
const headBytes = 4096

// isZip tells whether a file that begins with head is a ZIP archive with something in it.
func isZip(head []byte) bool { return bytes.HasPrefix(head, []byte("PK\x03\x04")) }

// detected tells the type of a document by its first bytes, and the character set of a text where that is known. Of an
// archive it tells which spreadsheet it is if it is one. found is the media type of what is not accepted, too.
func detected(head []byte, name string) (t Type, charset, found string) {
	kind := mimetype.Detect(head[:min(len(head), headBytes)])
	found, parameters, err := mime.ParseMediaType(kind.String())
	if err != nil {
		found = kind.String()
	}
	switch {
	case isZip(head):
		if kind.Is(ODS.Media()) {
			return ODS, "", found
		}
		return XLSX, "", found
	case kind.Is("text/csv"), kind.Is("text/tab-separated-values"), kind.Is("message/rfc822"), kind.Is("text/plain"):
		// which of them a text looks like is a guess, and a name ends in what its owner opens it with
		if byName(name) == CSV {
			return CSV, parameters["charset"], found
		}
		return Text, parameters["charset"], found
	}
	for t := PDF; int(t) < len(accepted); t++ {
		if kind.Is(t.Media()) {
			return t, "", found
		}
	}
	return None, "", found
}

// byName is the type that a document of some name should have, None where the name does not say.
func byName(name string) Type {
	extension := strings.ToLower(path.Ext(strings.TrimRight(name, ". ")))
	for t := PDF; extension != "" && int(t) < len(accepted); t++ {
		if slices.Contains(accepted[t].extensions, extension) {
			return t
		}
	}
	return None
}

// byMedia is the accepted type of a media type, None for others: browsers send application/octet-stream for what they
// do not know, and some call CSV a spreadsheet of Excel.
func byMedia(header string) Type {
	media, _, err := mime.ParseMediaType(header)
	for t := PDF; err == nil && int(t) < len(accepted); t++ {
		if media == t.Media() {
			return t
		}
	}
	return None
}
