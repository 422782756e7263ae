//go:build nextfold

package simulator

import "barometer/processor"

func init() { oldBinary = func(f *processor.Fold) { f.UpTo(1) } }
