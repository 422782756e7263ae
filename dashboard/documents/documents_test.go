package documents

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/image/tiff"
	"golang.org/x/text/encoding/unicode"
)

const pdf = "%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"

// picture is an image of 3 × 2 pixels as an encoder writes it.
func picture(t testing.TB, encode func(io.Writer, image.Image) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b, image.NewPaletted(image.Rect(0, 0, 3, 2), color.Palette{color.White, color.Black})); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// part is a part of an archive; one that is stored is not packed.
type part struct {
	name, content string
	stored        bool
}

func archive(t testing.TB, parts ...part) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, p := range parts {
		header := &zip.FileHeader{Name: p.name, Method: zip.Deflate}
		if p.stored {
			header.Method = zip.Store
		}
		f, err := w.CreateHeader(header)
		if err == nil {
			_, err = io.WriteString(f, p.content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// contentTypes is the part of an OOXML document that says what it is.
func contentTypes(main string) part {
	return part{name: "[Content_Types].xml",
		content: `<?xml version="1.0"?><Types><Override PartName="/xl/workbook.xml" ` +
			`ContentType="` + main + `"/></Types>`}
}

const sheetMain = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

func xlsx(t testing.TB, more ...part) string {
	return archive(t, append([]part{contentTypes(sheetMain), {name: "xl/workbook.xml", content: "<workbook/>"}},
		more...)...)
}

func ods(t testing.TB, more ...part) string {
	return archive(t, append([]part{{"mimetype", "application/vnd.oasis.opendocument.spreadsheet", true},
		{name: "content.xml", content: "<office:document-content/>"}}, more...)...)
}

func utf16(t testing.TB, text string) string {
	t.Helper()
	s, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// sample is a document of each kind that is taken.
type sample struct {
	content     string
	said        Said
	is          Type
	contentType string
}

func samples(t testing.TB) map[string]sample {
	webp, err := base64.StdEncoding.DecodeString("UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAgA0JaQAA3AA/vuUAAA=")
	if err != nil {
		t.Fatal(err)
	}
	return map[string]sample{
		"PDF":        {pdf, Said{"invoice 17.pdf", "application/pdf"}, PDF, "application/pdf"},
		"late PDF":   {"\x1b%-12345X@PJL\r\n" + pdf, Said{}, PDF, "application/pdf"},
		"PNG":        {picture(t, png.Encode), Said{"a.PNG", ""}, PNG, "image/png"},
		"other name": {picture(t, png.Encode), Said{"../../x", "application/octet-stream"}, PNG, "image/png"},
		"JPEG": {picture(t, func(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, nil) }),
			Said{"a.jpeg", "image/jpeg"}, JPEG, "image/jpeg"},
		"GIF": {picture(t, func(w io.Writer, m image.Image) error { return gif.Encode(w, m, nil) }), Said{}, GIF,
			"image/gif"},
		"TIFF": {picture(t, func(w io.Writer, m image.Image) error { return tiff.Encode(w, m, nil) }),
			Said{"scan.tif", "image/tiff"}, TIFF, "image/tiff"},
		"WebP": {string(webp), Said{}, WebP, "image/webp"},
		"text": {"Geachte heer,\r\nwij betalen in één termijn.\n", Said{"brief.txt", "text/plain"}, Text,
			"text/plain; charset=utf-8"},
		"Latin-1": {"Sehr geehrte Damen, die Pr\xfcfung l\xe4uft.\n", Said{"brief", ""}, Text,
			"text/plain; charset=iso-8859-1"},
		"UTF-16": {utf16(t, "Bonjour,\nà payer\n"), Said{}, Text, "text/plain; charset=utf-16le"},
		"mail": {"From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\n" +
			"Date: Mon, 30 Nov 2026 02:36:13 +0000\r\n\r\nWe pay.\r\n", Said{"m.eml", "message/rfc822"}, Text, "text/plain"},
		"CSV": {"invoice;amount\n17;12.50\n18;13.50\n", Said{"open.csv", "application/vnd.ms-excel"}, CSV,
			"text/csv; charset=utf-8"},
		"no name CSV": {"invoice,amount\n17,12.50\n18,13.50\n", Said{"", "text/csv"}, Text, "text/plain"},
		"XLSX":        {xlsx(t), Said{"a.xlsx", XLSX.Media()}, XLSX, XLSX.Media()},
		"XLSX of unusual order": {archive(t, part{name: "xl/worksheets/sheet1.xml", content: strings.Repeat("<c/>", 9000)},
			part{name: "xl/workbook.xml"}, contentTypes(sheetMain)), Said{}, XLSX, XLSX.Media()},
		"ODS": {ods(t), Said{"a.ods", ""}, ODS, ODS.Media()},
	}
}

// receive receives a document and closes it.
func receiving(t *testing.T, content string, said Said) (*Received, error) {
	t.Helper()
	d, err := Receive(strings.NewReader(content), said)
	if err == nil {
		t.Cleanup(func() { _ = d.Close() })
	}
	return d, err
}

func TestWhatIsAcceptedIsKnownByItsBytes(t *testing.T) {
	for name, s := range samples(t) {
		d, err := receiving(t, s.content, s.said)
		if err != nil || d.Type != s.is || d.Bytes != int64(len(s.content)) {
			t.Errorf("%s: %+v, %v; want %s", name, d, err, s.is.Media())
		}
	}
}

func TestWhatIsNotAcceptedIsRefusedWithAReason(t *testing.T) {
	word := "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
	macros := "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
	zeros := strings.Repeat("\x00", 11<<20)
	encrypted := []byte(xlsx(t))
	directory := bytes.Index(encrypted, []byte("PK\x01\x02"))
	encrypted[directory+8] |= 1
	for name, c := range map[string]struct {
		content string
		said    Said
		reason  Reason
		says    string
	}{
		"nothing": {"", Said{}, Empty, "empty"},
		"a program": {"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00", Said{"invoice.pdf",
			"application/pdf"}, NotAccepted, "application/x-elf"},
		"noise": {"\x00\x01\x02\x03", Said{}, NotAccepted, "application/octet-stream"},
		"a page": {"<!DOCTYPE html><script>alert(1)</script>", Said{"a.txt", "text/plain"}, NotAccepted,
			"text/html"},
		"a drawing": {`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, Said{"a.png", "image/png"},
			NotAccepted, "image/svg+xml"},
		"XML":              {`<?xml version="1.0"?><a/>`, Said{}, NotAccepted, "text/xml"},
		"a script":         {"#!/bin/sh\nrm -r /\n", Said{"a.txt", ""}, NotAccepted, "x-shellscript"},
		"an empty archive": {archive(t), Said{}, NotAccepted, "application/zip"},
		"an archive": {archive(t, part{name: "a.exe", content: "MZ"}), Said{"a.xlsx", XLSX.Media()}, NotAccepted,
			"no spreadsheet"},
		"a letter": {archive(t, contentTypes(word)), Said{"a.xlsx", ""}, NotAccepted, "no spreadsheet"},
		"a half ODS": {archive(t, part{"mimetype", ODS.Media() + "-template", true}), Said{}, NotAccepted,
			"no spreadsheet"},
		"macros by its type": {archive(t, contentTypes(macros)), Said{"a.xlsx", ""}, NotAccepted, "no spreadsheet"},
		"macros":             {xlsx(t, part{name: "xl/vbaProject.bin", content: "x"}), Said{}, Active, "macros"},
		"Basic":              {ods(t, part{name: "Basic/Standard/Module1.xml"}), Said{}, Active, "macros"},
		"encrypted":          {string(encrypted), Said{}, Encrypted, "encrypted"},
		"a false name": {picture(t, png.Encode), Said{"invoice.pdf", ""}, FalseType,
			"its name says that it is application/pdf, and it is image/png"},
		"a false type":    {pdf, Said{"", "image/png"}, FalseType, "its sender says"},
		"text as a table": {"a;b\n1;2\n", Said{"a.xlsx", ""}, FalseType, "text/plain"},
		"half a PDF":      {pdf[:40], Said{}, Damaged, "does not end as one"},
		"half an image":   {picture(t, png.Encode)[:20], Said{}, Damaged, "image/png"},
		"half an archive": {xlsx(t)[:80], Said{}, Damaged, "cannot be read as one"},
		"a damaged part": {strings.Replace(ods(t), "opendocument.spreadsheetPK", "opendocument.spreadsheeTPK", 1),
			Said{}, Damaged, "mimetype"},
		"a text that is not": {strings.Repeat("a letter ", 1000) + "\x00\x01", Said{}, Damaged,
			"control character 0x00 at 9000"},
		"UTF-16 that is not": {utf16(t, "a\x01"), Said{}, Damaged, "control character 0x01"},
		"a bomb":             {xlsx(t, part{name: "xl/worksheets/sheet1.xml", content: zeros}), Said{}, Bomb, "100 times"},
	} {
		_, err := receiving(t, c.content, c.said)
		var no *RefusedError
		if !errors.As(err, &no) || no.Reason != c.reason || !strings.Contains(no.Detail, c.says) {
			t.Errorf("%s: %v, want %s: %s", name, err, c.reason, c.says)
		}
	}
}

// TestAnImageOfTooManyPixelsIsRefused: it is read nowhere here, and would be by who opens it.
func TestAnImageOfTooManyPixelsIsRefused(t *testing.T) {
	var b bytes.Buffer
	if err := gif.Encode(&b, image.NewPaletted(image.Rect(0, 0, 1, 1), color.Palette{color.White}), nil); err != nil {
		t.Fatal(err)
	}
	copy(b.Bytes()[6:10], "\xff\xff\xff\xff")
	_, err := receiving(t, b.String(), Said{})
	var no *RefusedError
	if !errors.As(err, &no) || no.Reason != Bomb || !strings.Contains(no.Detail, "65535 × 65535") {
		t.Errorf("%v", err)
	}
}

// TestWhatAnArchiveUnpacksToIsBounded, however well it is packed and whatever it says of itself.
func TestWhatAnArchiveUnpacksToIsBounded(t *testing.T) {
	noise := make([]byte, 300<<10)
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	content := xlsx(t, part{name: "noise", content: string(noise)})
	r, err := zip.NewReader(strings.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	last := r.File[len(r.File)-1]
	if n, err := unpacked(last, 1<<20); n != 300<<10 || err != nil {
		t.Errorf("unpacked %d bytes, %v", n, err)
	}
	var no *RefusedError
	if _, err := unpacked(last, 200<<10); !errors.As(err, &no) || no.Reason != Bomb || !strings.Contains(no.Detail,
		"256 MB") {
		t.Errorf("beyond what all parts may unpack to: %v", err)
	}
	last.UncompressedSize64 = 10
	if _, err := unpacked(last, 1<<20); !errors.As(err, &no) || no.Reason != Damaged {
		t.Errorf("a part that says it is smaller: %v", err)
	}
}

// TestAnArchiveOfVeryManyPartsIsRefused before its list is in memory.
func TestAnArchiveOfVeryManyPartsIsRefused(t *testing.T) {
	for _, n := range []int{maxParts, 60_000} {
		parts := make([]part, n)
		for i := range parts {
			parts[i] = part{name: fmt.Sprintf("xl/worksheets/sheet%06d.xml", i), stored: true}
		}
		content := xlsx(t, parts...)
		before := allocated()
		_, err := receiving(t, content, Said{})
		var no *RefusedError
		if !errors.As(err, &no) || no.Reason != Bomb || !strings.Contains(no.Detail, "parts") {
			t.Errorf("%d parts: %v", n, err)
		}
		if used := allocated() - before; used > 40<<20 {
			t.Errorf("%d parts took %d bytes of memory", n, used)
		}
	}
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// endless is a text without an end that counts what is read of it.
type endless struct{ read int64 }

func (e *endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'a'
	}
	e.read += int64(len(b))
	return len(b), nil
}

func TestADocumentIsBoundedWhileItComesIn(t *testing.T) {
	before := allocated()
	source := &endless{}
	_, err := Receive(source, Said{})
	var no *RefusedError
	if !errors.As(err, &no) || no.Reason != TooLarge || !strings.Contains(no.Detail, "20 MB") {
		t.Fatal(err)
	}
	if source.read > MaxBytes+1<<20 {
		t.Errorf("%d bytes were read", source.read)
	}
	d, err := Receive(io.LimitReader(&endless{}, MaxBytes), Said{})
	if err != nil || d.Bytes != MaxBytes {
		t.Fatalf("the largest document: %v", err)
	}
	defer d.Close()
	if used := allocated() - before; used > 1<<20 {
		t.Errorf("two documents took %d bytes of memory", used)
	}
}

// TestABrokenSenderIsNotARefusal: who could not send its document to the end is to send it again.
func TestABrokenSenderIsNotARefusal(t *testing.T) {
	_, err := Receive(io.MultiReader(strings.NewReader(pdf), brokenReader{}), Said{})
	var no *RefusedError
	if !errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &no) {
		t.Errorf("%v", err)
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func FuzzReceive(f *testing.F) {
	for _, s := range samples(f) {
		f.Add([]byte(s.content), s.said.Name, s.said.Media)
	}
	f.Fuzz(func(t *testing.T, content []byte, name, media string) {
		d, err := Receive(bytes.NewReader(content), Said{name, media})
		var no *RefusedError
		switch {
		case err == nil && (d.Type == None || d.Close() != nil):
			t.Errorf("accepted as %+v", d)
		case err != nil && !errors.As(err, &no):
			t.Errorf("neither accepted nor refused: %v", err)
		}
		if name := FileName(name, media, PDF); len(name) > maxName || strings.ContainsAny(name, "/\\\x00") ||
			!strings.HasSuffix(strings.ToLower(name), ".pdf") {
			t.Errorf("file name %q", name)
		}
	})
}
