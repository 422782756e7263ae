package processor

import "fmt"

// rules are what one fold version decides otherwise than another. A change of the code that can change a decision is a
// new version: an entry here, and what differs asks the machine's rules. What was decided by an older version stands.
type rules struct {
	holdersPerDecision int // how many holders a grade change names; further ones are named by further decisions
}

// versions are the rules of the fold versions that this binary knows, from version 1 on.
var versions = []rules{{holdersPerDecision: 1000}}

// FoldVersion is the newest fold version that this binary knows; a log that asks for a later one stops its partition.
func FoldVersion() uint32 { return uint32(len(versions)) }

// rules are those of the version that the log has activated.
func (m *Machine) rules() *rules { return &versions[max(m.fold, 1)-1] }

// VersionError is a log that needs another binary.
type VersionError struct{ Wanted, Known uint32 }

func (e *VersionError) Error() string {
	return fmt.Sprintf("fold_version: the log is at fold version %d, this binary knows up to %d: start one that knows it",
		e.Wanted, e.Known)
}

// Final says that trying again is of no use.
func (e *VersionError) Final() bool { return true }
