//go:build nextfold

package processor

// A binary of the next fold version, to try what a rolling upgrade does: it is built by tests only.
func init() { versions = append(versions, rules{holdersPerDecision: 1}) }

// UpTo makes the fold one of a binary that knows no later version.
func (f *Fold) UpTo(version uint32) { f.machine.knows = version }
