// Package importer imports what a pure package may not.
package importer

import (
	_ "barometer/processor/impure"
	_ "barometer/processor/runner" // want `import of barometer/processor/runner`
	_ "context"                    // want `import of context`
	_ "os"                         // want `import of os`
	_ "strings"
	_ "sync" // want `import of sync`
)
