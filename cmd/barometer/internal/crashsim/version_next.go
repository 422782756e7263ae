//go:build nextfold

package crashsim

import "barometer/processor"

func init() { oldBinary = func(f *processor.Fold) { f.UpTo(1) } }
