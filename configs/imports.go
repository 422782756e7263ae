package configs

import (
	"embed"
	"slices"
	"strings"
)

//go:embed imports/*.yaml
var imports embed.FS

// ImportMap is a column map of import that comes with the binary, by its name without ".yaml".
func ImportMap(name string) (content []byte, ok bool) { return find(imports, "imports", name) }

// ImportMaps lists their names, sorted.
func ImportMaps() []string { return list(imports, "imports") }

func find(files embed.FS, folder, name string) (content []byte, ok bool) {
	content, err := files.ReadFile(folder + "/" + name + ".yaml")
	return content, err == nil
}

func list(files embed.FS, folder string) []string {
	all, err := files.ReadDir(folder)
	if err != nil {
		panic(err) // they are part of the binary
	}
	names := make([]string, len(all))
	for i, f := range all {
		names[i] = strings.TrimSuffix(f.Name(), ".yaml")
	}
	slices.Sort(names)
	return names
}
