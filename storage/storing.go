package storage

import (
	"fmt"
	"slices"
)

// Ask is what a Storing wants done next.
type Ask uint8

// What a Storing asks for.
const (
	AskNothing      Ask = iota // all is stored
	AskInsert                  // send an insert with its token
	AskHolds                   // look which of some inserts have all their rows stored
	AskInsertAnyway            // send an insert without a token
)

// Storing brings the inserts of a batch into ClickHouse once, whatever happens on the way.
//
// A token alone is not enough. ClickHouse writes it down before it puts the rows in their place, so that a server that
// is killed in between takes a repetition for what it never had; and who repeats may be another owner of the partition,
// who cannot know. So what was sent is looked for, all inserts of a batch at once, before the last one says that the
// batch is there, and that one too. What is missing is sent without its token: rows replace each other by position.
type Storing struct {
	group   []*Insert // what is being stored
	last    []*Insert // the insert that comes when the group is there
	next    int       // of the group, to be sent
	missing []*Insert // were sent with their tokens, and are not there
	anyway  int       // of missing, sent without a token
}

// NewStoring begins to store the inserts of a batch, of which the last says that the batch is there.
func NewStoring(inserts []*Insert) *Storing {
	s := &Storing{group: inserts[:len(inserts)-1], last: inserts[len(inserts)-1:]}
	s.settle()
	return s
}

// settle goes on to the last insert where nothing else is left.
func (s *Storing) settle() {
	if len(s.group) == 0 && len(s.last) > 0 {
		s.group, s.last = s.last, nil
	}
}

// Ask is what to do next, and with which inserts: one, or those to look for.
func (s *Storing) Ask() (Ask, []*Insert) {
	switch {
	case len(s.group) == 0:
		return AskNothing, nil
	case s.next < len(s.group):
		return AskInsert, s.group[s.next : s.next+1]
	case s.anyway < len(s.missing):
		return AskInsertAnyway, s.missing[s.anyway : s.anyway+1]
	case len(s.missing) > 0:
		return AskHolds, s.missing
	default:
		return AskHolds, s.group
	}
}

// Answer takes what became of it: the error of the request, or, of AskHolds, which inserts are there. The error that it
// returns is that one, or says that rows which were sent without a token are not there. The same is asked for again
// then.
func (s *Storing) Answer(held []bool, err error) error {
	if err != nil {
		return err
	}
	switch ask, inserts := s.Ask(); ask {
	case AskInsert:
		if s.next++; !checked && s.next == len(s.group) {
			return s.looked(s.group, slices.Repeat([]bool{true}, len(s.group)))
		}
	case AskInsertAnyway:
		s.anyway++
	case AskHolds:
		return s.looked(inserts, held)
	}
	return nil
}

func (s *Storing) looked(inserts []*Insert, held []bool) error {
	again := len(s.missing) > 0
	s.missing, s.anyway = nil, 0
	for i, in := range inserts {
		if !held[i] {
			s.missing = append(s.missing, in)
		}
	}
	if len(s.missing) == 0 {
		s.group, s.next = nil, 0
		s.settle()
		return nil
	}
	if again {
		in := s.missing[0]
		return fmt.Errorf("%w: %s does not hold the %d rows from %s to %s that were inserted", ErrForeign, in.Table, in.Rows,
			in.first, in.last)
	}
	return nil
}
