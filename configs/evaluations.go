package configs

import "embed"

//go:embed evaluations/*.yaml
var evaluations embed.FS

// EvaluationMap is a column map of evaluate that comes with the binary, by its name without ".yaml".
func EvaluationMap(name string) (content []byte, ok bool) {
	return find(evaluations, "evaluations", name)
}

// EvaluationMaps lists their names, sorted.
func EvaluationMaps() []string { return list(evaluations, "evaluations") }
