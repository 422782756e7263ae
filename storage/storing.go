package storage

import "fmt"

// Ask is what a Storing needs to know or to have done next.
type Ask uint8

// What a Storing asks for.
const (
	AskNothing      Ask = iota // the insert is stored
	AskInsert                  // send it with its token
	AskHolds                   // look whether every row of it is there
	AskInsertAnyway            // send it without a token
)

// Storing brings one insert into ClickHouse once, whatever happens on the way. A token alone is not enough: ClickHouse writes
// it down before it puts the rows in their place, so that a server that is killed in between takes a repetition for what it
// never had. So an insert that may have been sent before is looked for after it was sent again, and where it is missing it is
// sent without its token: rows replace each other by position.
type Storing struct {
	Insert  *Insert
	ask     Ask
	again   bool // it may have been sent before
	anyway  bool // it was sent without its token
	unsaved bool // it has no token: sending it is enough
}

// NewStoring begins to store an insert; again says that it may have been sent before.
func NewStoring(in *Insert, again bool) *Storing {
	return &Storing{Insert: in, ask: AskInsert, again: again, unsaved: in.Token == ""}
}

// Ask is what to do next.
func (s *Storing) Ask() Ask { return s.ask }

// Answer takes what became of it. The error is err, or says that rows which were inserted are not there; what was asked for
// before is asked for again then.
func (s *Storing) Answer(held bool, err error) error {
	if err != nil {
		s.again, s.anyway, s.ask = true, false, AskInsert
		return err
	}
	switch {
	case s.ask == AskHolds && held, s.ask == AskInsert && (s.unsaved || !s.again):
		s.ask = AskNothing
	case s.ask != AskHolds:
		s.ask = AskHolds
	case !s.anyway:
		s.anyway, s.ask = true, AskInsertAnyway
	default:
		s.anyway, s.ask = false, AskInsert
		return fmt.Errorf("%w: %s does not hold the %d rows from %s to %s that were inserted", ErrForeign, s.Insert.Table,
			s.Insert.Rows, s.Insert.first, s.Insert.last)
	}
	return nil
}
