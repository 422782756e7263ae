package configs

import (
	"embed"
	"slices"
	"strings"
)

//go:embed imports/*.yaml
var imports embed.FS

// ImportMap is a column map that comes with the binary, by its name without ".yaml".
func ImportMap(name string) (content []byte, ok bool) {
	content, err := imports.ReadFile("imports/" + name + ".yaml")
	return content, err == nil
}

// ImportMaps lists their names, sorted.
func ImportMaps() []string {
	files, err := imports.ReadDir("imports")
	if err != nil {
		panic(err) // they are part of the binary
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = strings.TrimSuffix(f.Name(), ".yaml")
	}
	slices.Sort(names)
	return names
}
