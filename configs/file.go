package configs

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxFile bounds a configuration or model file.
const maxFile = 4 << 20

// readFile reads the settings of a YAML file, each with its line.
func readFile(path string) ([]setting, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	if len(content) > maxFile {
		return nil, fmt.Errorf("%s: larger than %d bytes", path, maxFile)
	}
	var document yaml.Node
	if err := yaml.Unmarshal(content, &document); err != nil {
		return nil, fmt.Errorf("%s: %s", path, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if len(document.Content) == 0 {
		return nil, nil
	}
	return flatten(path, document.Content[0], "")
}

// flatten lists the settings below a node, with their full keys and lines. A section that holds a value instead of keys
// is an error.
func flatten(path string, node *yaml.Node, prefix string) ([]setting, error) {
	if node.Kind == yaml.ScalarNode && node.Tag == "!!null" {
		return nil, nil
	}
	if node.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s:%d: %s: want keys below it", path, node.Line, strings.TrimSuffix(prefix, "."))
	}
	var settings []setting
	var errs []error
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, value := node.Content[i], node.Content[i+1]
		key := prefix + name.Value
		if seen[key] {
			errs = append(errs, fmt.Errorf("%s:%d: %s: the key stands here twice", path, name.Line, key))
		}
		seen[key] = true
		if isSection(key) {
			below, err := flatten(path, value, key+".")
			settings, errs = append(settings, below...), append(errs, err)
			continue
		}
		var decoded any
		if err := value.Decode(&decoded); err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %s: %w", path, value.Line, key, err))
			continue
		}
		if decoded == nil {
			continue // an empty value leaves the default
		}
		settings = append(settings, setting{key, decoded, fmt.Sprintf("%s:%d", path, name.Line)})
	}
	return settings, errors.Join(errs...)
}

// isSection tells whether keys stand below a key.
func isSection(key string) bool {
	for k := range keys {
		if strings.HasPrefix(k, key+".") {
			return true
		}
	}
	return false
}

// suggestion names the key that was probably meant.
func suggestion(key string) string {
	best, least := "", len(key)/2+1
	for _, known := range Keys() {
		if d := distance(key, known); d < least {
			best, least = known, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (is %s meant?)", best)
}

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + slices.Min([]int{diagonal, row[j], row[j+1]})
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
