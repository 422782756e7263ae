// Package importer imports another role, and the program.
package importer

import (
	_ "barometer/cmd/tool"  // want `nothing imports cmd`
	_ "barometer/dashboard" // want `imports follow the data`
	_ "barometer/processor/runner"
)
