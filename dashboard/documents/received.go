package documents

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // its sizes
	_ "image/jpeg" // its sizes
	_ "image/png"  // its sizes
	"io"
	"os"
	"strings"

	"golang.org/x/image/tiff"
	_ "golang.org/x/image/webp" // its sizes
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

const (
	// MaxBytes is how much a document may have.
	MaxBytes = 20 << 20
	// maxPixels is how many pixels an image may have: a sheet of A0 at 300 dots per inch has 140 million.
	maxPixels = 200_000_000
	// trailerBytes is within how much of a PDF's end its end is marked.
	trailerBytes = 2048
)

// Reason says in one word why a document is refused.
type Reason string

// The reasons.
const (
	TooLarge    Reason = "too_large"
	Empty       Reason = "empty"
	NotAccepted Reason = "type_not_accepted" // it is none of the accepted types
	FalseType   Reason = "false_type"        // it is another type than its sender says
	Damaged     Reason = "damaged"           // it begins as its type does, and does not go on so
	Bomb        Reason = "unpacks_too_large"
	Active      Reason = "macros"
	Encrypted   Reason = "encrypted"
)

// RefusedError is a document that is not accepted.
type RefusedError struct {
	Reason Reason
	Detail string
}

func (e *RefusedError) Error() string { return e.Detail }

func refused(reason Reason, format string, args ...any) error {
	return &RefusedError{reason, fmt.Sprintf(format, args...)}
}

// Said is what a sender says of its document. Empty: nothing.
type Said struct {
	Name  string // a text: it is compared, and is no path
	Media string // as a Content-Type says it
}

// Received is a document that has been read whole and looked at, and is not stored yet.
type Received struct {
	SHA256 string // in lower hexadecimal
	Bytes  int64
	Type   Type

	file *os.File // without a name; at its start
}

// Close gives its place on disk back.
func (d *Received) Close() error { return d.file.Close() }

// Receive reads a document to its end and looks at it. The error of a document that is not accepted is a *RefusedError.
func Receive(r io.Reader, said Said) (*Received, error) {
	file, err := spool()
	if err != nil {
		return nil, err
	}
	d, err := receive(r, said, file)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return d, nil
}

// spool makes a file that goes when it is closed, however the process ends.
func spool() (*os.File, error) {
	file, err := os.CreateTemp("", "barometer-document-")
	if err != nil {
		return nil, fmt.Errorf("make a temporary file for a document: %w", err)
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, errors.Join(fmt.Errorf("take the name of a document's temporary file away: %w", err), file.Close())
	}
	return file, nil
}

func receive(r io.Reader, said Said, file *os.File) (*Received, error) {
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(file, sum), io.LimitReader(r, MaxBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("receive a document: %w", err)
	case size > MaxBytes:
		return nil, refused(TooLarge, "a document has at most %d MB (%d bytes)", MaxBytes>>20, MaxBytes)
	case size == 0:
		return nil, refused(Empty, "the document is empty")
	}
	d := &Received{SHA256: hex.EncodeToString(sum.Sum(nil)), Bytes: size, file: file}
	if d.Type, err = look(file, size, said); err != nil {
		return nil, err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("receive a document: %w", err)
	}
	return d, nil
}

// look finds out what a document is.
func look(file io.ReaderAt, size int64, said Said) (Type, error) {
	head := make([]byte, min(size, headBytes))
	if _, err := file.ReadAt(head, 0); err != nil {
		return None, fmt.Errorf("look at a document: %w", err)
	}
	t, _, found := detected(head, said.Name)
	if t == None {
		return None, refused(NotAccepted, "the document is %s; accepted are %s", found, Accepted)
	}
	whole := io.NewSectionReader(file, 0, size)
	var err error
	switch {
	case t.isText():
		err = checkText(whole, head)
	case t == PDF:
		err = checkPDF(whole)
	case t == XLSX || t == ODS:
		err = checkSpreadsheet(file, size, t)
	default:
		err = checkImage(whole, t)
	}
	if err != nil {
		return None, err
	}
	return t, said.agrees(t)
}

// agrees is a refusal where a sender says that a document is of another accepted type than it is.
func (s Said) agrees(t Type) error {
	for _, claim := range []struct {
		by string
		is Type
	}{{"its name says", byName(s.Name)}, {"its sender says", byMedia(s.Media)}} {
		if claim.is != None && claim.is != t && !(claim.is.isText() && t.isText()) {
			return refused(FalseType, "%s that it is %s, and it is %s", claim.by, claim.is.Media(), t.Media())
		}
	}
	return nil
}

// checkPDF finds the end that each PDF has: what was cut short has none.
func checkPDF(whole *io.SectionReader) error {
	tail := make([]byte, min(whole.Size(), trailerBytes))
	if _, err := whole.ReadAt(tail, whole.Size()-int64(len(tail))); err != nil {
		return fmt.Errorf("look at the end of a PDF: %w", err)
	}
	if !bytes.Contains(tail, []byte("%%EOF")) {
		return refused(Damaged, "the document begins as a PDF and does not end as one")
	}
	return nil
}

// checkImage reads what an image says of itself.
func checkImage(whole io.Reader, t Type) error {
	size, _, err := image.DecodeConfig(whole)
	var unusual tiff.UnsupportedError // of colours that scanners have and the decoder has not
	switch {
	case errors.As(err, &unusual):
		return nil
	case err != nil:
		return refused(Damaged, "the document begins as %s and cannot be read as it: %v", t.Media(), err)
	case int64(size.Width)*int64(size.Height) > maxPixels:
		return refused(Bomb, "the image has %d × %d pixels, at most %d million are taken", size.Width, size.Height,
			maxPixels/1_000_000)
	}
	return nil
}

// checkText finds what no text has: control characters, but those that texts are laid out with.
func checkText(whole io.Reader, head []byte) error {
	if bytes.HasPrefix(head, []byte{0xff, 0xfe}) || bytes.HasPrefix(head, []byte{0xfe, 0xff}) {
		whole = transform.NewReader(whole, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder())
	}
	text := bufio.NewReader(whole)
	for at := 0; ; at++ {
		b, err := text.ReadByte()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("look at a text: %w", err)
		}
		if b < ' ' && !strings.ContainsRune("\t\n\v\f\r\x1b", rune(b)) {
			return refused(Damaged, "the document begins as a text, and has the control character %#02x at %d", b, at)
		}
	}
}
