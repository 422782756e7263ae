package evaluate

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Formats of a table.
const (
	CSV  = "csv"
	ARFF = "arff"
)

// table reads the rows of a file, each as the texts of its columns; ARFF's ? is empty.
type table struct {
	columns []string
	rows    *csv.Reader
}

func openTable(format string, comma rune, in io.Reader) (*table, error) {
	r := bufio.NewReaderSize(in, 1<<20)
	t := &table{}
	if format == ARFF {
		var err error
		if t.columns, err = arffHeader(r); err != nil {
			return nil, err
		}
	}
	t.rows = csv.NewReader(r)
	t.rows.Comma = comma
	if format == ARFF {
		t.rows.Comment, t.rows.TrimLeadingSpace = '%', true
	} else {
		header, err := t.rows.Read()
		if err != nil {
			return nil, fmt.Errorf("the header: %w", err)
		}
		header[0] = strings.TrimPrefix(header[0], "\ufeff")
		t.columns = header
	}
	t.rows.FieldsPerRecord = len(t.columns)
	return t, nil
}

// next gives a row; io.EOF after the last one.
func (t *table) next() ([]string, error) { return t.rows.Read() }

// arffHeader reads the names of the attributes, up to @data. See Attribute-Relation File Format, Weka manual.
func arffHeader(r *bufio.Reader) (columns []string, err error) {
	for n := 1; ; n++ {
		line, err := r.ReadString('\n')
		if err != nil {
			return nil, fmt.Errorf("line %d: the header does not come to @data: %w", n, err)
		}
		line = strings.TrimSpace(line)
		keyword, rest, _ := strings.Cut(line, " ")
		switch strings.ToLower(keyword) {
		case "@data":
			if len(columns) == 0 {
				return nil, fmt.Errorf("line %d: no attribute before @data", n)
			}
			return columns, nil
		case "@attribute":
			name, err := arffName(strings.TrimSpace(rest))
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
			columns = append(columns, name)
		case "", "@relation":
		default:
			if !strings.HasPrefix(line, "%") {
				return nil, fmt.Errorf("line %d: %.60q is no line of a header", n, line)
			}
		}
	}
}

// arffName is the name of an attribute, which may be quoted.
func arffName(s string) (string, error) {
	if s == "" {
		return "", errors.New("an attribute without a name")
	}
	if q := s[0]; q == '\'' || q == '"' {
		name, _, closed := strings.Cut(s[1:], string(q))
		if !closed {
			return "", fmt.Errorf("%s: the quote is not closed", s)
		}
		return name, nil
	}
	name, _, _ := strings.Cut(s, " ")
	return name, nil
}
