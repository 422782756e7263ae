package crashsim

import "barometer/processor"

// oldBinary makes a fold one of a binary that does not know the newest fold version. Where there is an older one, which
// is in a build with the tag nextfold, tenants of both run side by side, and the log activates the newest at some time.
var oldBinary func(f *processor.Fold)

// binary makes a new tenant's fold that of an old binary, perhaps.
func (w *world) binary(m *machine) {
	if oldBinary != nil && !w.healed && w.r.IntN(3) == 0 {
		w.note("its binary is an old one")
		oldBinary(m.Fold)
	}
}

// activate puts the activation of the newest fold version into the log's sources.
func (in *input) activate() {
	if oldBinary != nil {
		in.write("risk.orders", "fold",
			[]byte(`{"type":"fold.activated","id":"fold-2","at":"2025-01-05T12:00:00Z","version":2}`))
	}
}
