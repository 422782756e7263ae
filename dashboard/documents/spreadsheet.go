package documents

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// Bounds of what is looked at in a spreadsheet, which is a ZIP archive. A part that is packed better than 100 to 1
// beyond its first 100 kB is a bomb, as Apache POI has it; sheets of numbers come to 30 to 1 at most.
const (
	maxUnpacked    = 256 << 20
	maxParts       = 10_000
	maxDirectory   = 4 << 20 // of the list of parts, and of what is read on the way to it
	worstRatio     = 100
	ratioGrace     = 100 << 10
	maxDescription = 1 << 20 // of the part that says what a spreadsheet is
)

// checkSpreadsheet unpacks a spreadsheet to nowhere, and finds out whether it is one of type t without macros.
func checkSpreadsheet(file io.ReaderAt, size int64, t Type) error {
	directory := &boundedReader{ReaderAt: file, left: maxDirectory}
	archive, err := zip.NewReader(directory, size)
	switch {
	case errors.Is(err, errBeyond) || err == nil && len(archive.File) > maxParts:
		return refused(Bomb, "the document is an archive with more than %d parts", maxParts)
	case err != nil:
		return refused(Damaged, "the document begins as an archive and cannot be read as one: %v", err)
	}
	directory.left = -1
	left := int64(maxUnpacked)
	for _, part := range archive.File {
		if part.Flags&1 != 0 {
			return refused(Encrypted, "the document is encrypted")
		}
		if isMacro(part.Name) {
			return refused(Active, "the spreadsheet has macros (%s): send it without them", path.Base(part.Name))
		}
		n, err := unpacked(part, left)
		if err != nil {
			return err
		}
		left -= n
	}
	if !isSpreadsheet(archive, t) {
		return refused(NotAccepted, "the document is an archive and no spreadsheet that is taken; accepted are %s", Accepted)
	}
	return nil
}

// isMacro tells whether a part of a spreadsheet holds programs.
func isMacro(name string) bool {
	return strings.EqualFold(path.Base(name), "vbaProject.bin") || strings.HasPrefix(name, "Basic/") ||
		strings.HasPrefix(name, "Scripts/")
}

// unpacked tells how much a part unpacks to, whatever the archive says of it. It stops at left.
func unpacked(part *zip.File, left int64) (int64, error) {
	content, err := part.Open()
	if err != nil {
		return 0, damagedPart(part, err)
	}
	defer content.Close()
	packed := int64(min(part.CompressedSize64, MaxBytes))
	n, err := io.Copy(io.Discard, io.LimitReader(content, min(left, max(ratioGrace, packed*worstRatio))+1))
	switch {
	case err != nil:
		return 0, damagedPart(part, err)
	case n > left:
		return 0, refused(Bomb, "the spreadsheet unpacks to more than %d MB", maxUnpacked>>20)
	case n > max(ratioGrace, packed*worstRatio):
		return 0, refused(Bomb, "a part of the spreadsheet unpacks to more than %d times its size", worstRatio)
	}
	return n, nil
}

func damagedPart(part *zip.File, err error) error {
	return refused(Damaged, "the part %q of the spreadsheet cannot be read: %v", part.Name, err)
}

// isSpreadsheet reads what a document says that it is: in XLSX the list of its parts' types, in ODS its first part.
func isSpreadsheet(archive *zip.Reader, t Type) bool {
	if t == ODS {
		return len(archive.File) > 0 && archive.File[0].Name == "mimetype" &&
			string(description(archive, "mimetype")) == ODS.Media()
	}
	return bytes.Contains(description(archive, "[Content_Types].xml"), []byte(`"`+XLSX.Media()+`.main+xml"`))
}

// description is the content of a part, nil where there is none that can be read.
func description(archive *zip.Reader, name string) []byte {
	for _, part := range archive.File {
		if part.Name != name {
			continue
		}
		content, err := part.Open()
		if err != nil {
			return nil
		}
		defer content.Close()
		text, err := io.ReadAll(io.LimitReader(content, maxDescription))
		if err != nil {
			return nil
		}
		return text
	}
	return nil
}

var errBeyond = errors.New("more is read than may be")

// boundedReader reads no more than left bytes, for ever where left is negative. The list of an archive's parts says
// itself how long it is, and takes several times its length in memory.
type boundedReader struct {
	io.ReaderAt
	left int64
}

func (r *boundedReader) ReadAt(b []byte, at int64) (int, error) {
	if r.left >= 0 {
		if r.left -= int64(len(b)); r.left < 0 {
			r.left = 0
			return 0, fmt.Errorf("read an archive's list of parts: %w", errBeyond)
		}
	}
	return r.ReaderAt.ReadAt(b, at)
}
