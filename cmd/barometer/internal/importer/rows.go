package importer

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// maxRow bounds a row, in bytes.
const maxRow = 1 << 20

// row is one row as it was read. Where it cannot be taken apart, refused says why.
type row struct {
	line    int
	raw     []byte // without the end of its line
	columns Row
	message []byte // of JSON lines: the object
	refused error
}

// rows reads a file; io.EOF ends it.
type rows interface {
	next() (*row, error)
	header() []string // nil where there is none
}

// openRows skips a byte order mark.
func openRows(r io.Reader, format, delimiter string) (rows, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	if mark, _ := b.Peek(3); bytes.Equal(mark, []byte("\xEF\xBB\xBF")) {
		_, _ = b.Discard(3)
	}
	if format == JSONL {
		return &jsonRows{in: b}, nil
	}
	c := &csvRows{tap: tap{in: b}}
	c.csv = csv.NewReader(&c.tap)
	c.csv.ReuseRecord, c.csv.FieldsPerRecord = true, -1
	for _, d := range delimiter {
		c.csv.Comma = d
	}
	first, err := c.next()
	switch {
	case errors.Is(err, io.EOF):
		return nil, errors.New("the file is empty: CSV begins with a line of column names")
	case err != nil:
		return nil, err
	case first.refused != nil:
		return nil, fmt.Errorf("line %d: %w", first.line, first.refused)
	}
	return c, nil
}

// tap keeps what passes until it is taken.
type tap struct {
	in   io.Reader
	kept []byte
	base int64 // offset of kept[0]
}

var errLongRow = fmt.Errorf("a row is longer than %d bytes; is a quotation mark left open?", maxRow)

func (t *tap) Read(p []byte) (int, error) {
	if len(t.kept) > maxRow+64<<10 {
		return 0, errLongRow
	}
	n, err := t.in.Read(p)
	t.kept = append(t.kept, p[:n]...)
	return n, err
}

// take gives what lies before an offset.
func (t *tap) take(to int64) []byte {
	n := int(to - t.base)
	raw := bytes.Clone(t.kept[:n])
	t.kept = append(t.kept[:0], t.kept[n:]...)
	t.base = to
	return bytes.TrimRight(raw, "\r\n")
}

type csvRows struct {
	tap   tap
	csv   *csv.Reader
	names []string
}

func (c *csvRows) header() []string { return c.names }

func (c *csvRows) next() (*row, error) {
	before := c.csv.InputOffset()
	fields, err := c.csv.Read()
	var wrong *csv.ParseError
	if err != nil && !errors.As(err, &wrong) {
		return nil, err
	}
	r := &row{raw: bytes.TrimLeft(c.tap.take(c.csv.InputOffset()), "\r\n")}
	if wrong != nil {
		if c.csv.InputOffset() == before {
			return nil, err
		}
		r.line, r.refused = wrong.StartLine, wrong.Err
		return r, nil
	}
	r.line, _ = c.csv.FieldPos(0)
	switch {
	case !utf8.Valid(r.raw):
		r.refused = errors.New("it is not UTF-8")
	case c.names == nil:
		c.names = append([]string{}, fields...)
	case len(fields) != len(c.names):
		r.refused = fmt.Errorf("it has %d columns, not the %d of the header", len(fields), len(c.names))
	default:
		r.columns = make(Row, len(fields))
		for i, f := range fields {
			r.columns[c.names[i]] = f
		}
	}
	return r, nil
}

type jsonRows struct {
	in   *bufio.Reader
	line int
}

func (j *jsonRows) header() []string { return nil }

func (j *jsonRows) next() (*row, error) {
	for {
		raw, err := j.read()
		if err != nil && (!errors.Is(err, io.EOF) || len(raw) == 0) {
			return nil, err
		}
		j.line++
		if raw = bytes.TrimSpace(raw); len(raw) == 0 {
			continue
		}
		r := &row{line: j.line, raw: raw, message: raw}
		if !utf8.Valid(raw) {
			r.refused = errors.New("it is not UTF-8")
		}
		return r, nil
	}
}

func (j *jsonRows) read() ([]byte, error) {
	var raw []byte
	for {
		part, err := j.in.ReadSlice('\n')
		if len(raw)+len(part) > maxRow+64<<10 {
			return nil, errLongRow
		}
		raw = append(raw, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return raw, err
		}
	}
}

// flatten makes columns of a JSON object's members, those of objects in it by "outer.inner".
func flatten(object []byte) (Row, error) {
	d := json.NewDecoder(bytes.NewReader(object))
	d.UseNumber()
	var members map[string]any
	if err := d.Decode(&members); err != nil {
		return nil, errors.New("it is no JSON object")
	}
	columns := Row{}
	columns.put("", members)
	return columns, nil
}

func (r Row) put(prefix string, members map[string]any) {
	for name, v := range members {
		switch v := v.(type) {
		case nil:
			r[prefix+name] = ""
		case string:
			r[prefix+name] = v
		case map[string]any:
			r.put(prefix+name+".", v)
		default:
			text, _ := json.Marshal(v)
			r[prefix+name] = string(text)
		}
	}
}
