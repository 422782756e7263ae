package configs

import (
	"bytes"
	_ "embed"
)

//go:embed models/barometer-1.yaml
var builtinModel []byte

// BuiltinModel is the model file that the program carries, and its version.
func BuiltinModel() (version string, content []byte) {
	return "barometer-1", bytes.Clone(builtinModel)
}
