package importer

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"barometer/ingest/decode"
)

// Summary is what became of a file.
type Summary struct {
	Rows     int
	Skipped  int            // rows that no message is made of
	Messages map[string]int // by topic and type
	Rejected []Rejection    // by how often, the most frequent first
	Rejects  int            // rows
}

// Rejection is one reason and how many rows have it.
type Rejection struct {
	Reason, Detail string // of the first
	Line           int    // of the first
	Rows           int
}

func newSummary() *Summary { return &Summary{Messages: map[string]int{}} }

// maxReasons bounds the different reasons that are told apart.
const maxReasons = 50

// reject counts a row and writes it to the file of rejected ones.
func (r *run) reject(row *row, why error) error {
	reason, detail := "bad_value", why.Error()
	var refused *decode.Error
	if errors.As(why, &refused) {
		reason, detail = string(refused.Reason), refused.Detail
	}
	r.count(row.line, reason, detail)
	if r.rejects == nil {
		var err error
		if r.rejects, err = r.Job.Rejects(); err != nil {
			return err
		}
		if header := r.rows.header(); header != nil {
			if err := writeRow(r.rejects, r.Map.Delimiter, append(slices.Clone(header), "rejected_because")); err != nil {
				return err
			}
		}
	}
	_, err := r.rejects.Write(marked(row, r.Map, r.rows.header() != nil, reason+": "+detail))
	return err
}

// marked is a rejected row with its reason, where its form lets one add it: at the end of CSV. JSON lines stay as they
// were.
func marked(row *row, m *Map, isCSV bool, why string) []byte {
	if !isCSV {
		return append(bytes.Clone(row.raw), '\n')
	}
	var last bytes.Buffer
	_ = writeRow(&last, m.Delimiter, []string{strings.Join(strings.Fields(why), " ")})
	comma := cmp.Or(m.Delimiter, ",")
	return append(append(append(bytes.Clone(row.raw), comma...), bytes.TrimRight(last.Bytes(), "\n")...), '\n')
}

func writeRow(w io.Writer, delimiter string, fields []string) error {
	c := csv.NewWriter(w)
	for _, d := range delimiter {
		c.Comma = d
	}
	if err := c.Write(fields); err != nil {
		return fmt.Errorf("writing the rejected rows: %w", err)
	}
	c.Flush()
	if err := c.Error(); err != nil {
		return fmt.Errorf("writing the rejected rows: %w", err)
	}
	return nil
}

// count tells reasons apart by their code and the field that the detail begins with.
func (s *Summary) count(line int, reason, detail string) {
	s.Rejects++
	field, _, _ := strings.Cut(detail, ":")
	for i := range s.Rejected {
		x := &s.Rejected[i]
		known, _, _ := strings.Cut(x.Detail, ":")
		if x.Reason == reason && known == field || len(s.Rejected) == maxReasons && i == maxReasons-1 {
			x.Rows++
			return
		}
	}
	s.Rejected = append(s.Rejected, Rejection{reason, detail, line, 1})
}

// Print writes the summary for people.
func (s *Summary) Print(w io.Writer, sent bool, rejects string) {
	verb := "sent"
	if !sent {
		verb = "would be sent"
	}
	fmt.Fprintf(w, "%d rows read", s.Rows)
	if s.Skipped > 0 {
		fmt.Fprintf(w, ", %d of them with nothing to import", s.Skipped)
	}
	fmt.Fprintln(w)
	for _, name := range slices.Sorted(maps.Keys(s.Messages)) {
		topic, kind, _ := strings.Cut(name, " ")
		fmt.Fprintf(w, "  %8d %s %s to %s\n", s.Messages[name], kind, verb, topic)
	}
	if s.Rejects == 0 {
		return
	}
	fmt.Fprintf(w, "%d rows rejected", s.Rejects)
	if rejects != "" {
		fmt.Fprintf(w, "; they are in %s", rejects)
	}
	fmt.Fprintln(w)
	slices.SortStableFunc(s.Rejected, func(a, b Rejection) int { return cmp.Compare(b.Rows, a.Rows) })
	for _, x := range s.Rejected {
		fmt.Fprintf(w, "  %8d %s, first in line %d: %s\n", x.Rows, x.Reason, x.Line, x.Detail)
	}
}
