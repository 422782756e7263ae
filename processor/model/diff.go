package model

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Change is a value that two model files say otherwise; empty where one does not have it.
type Change struct{ Key, Old, New string }

// Diff lists the values in which two model files differ, by key. Comments and layout do not count.
func Diff(before, after []byte) ([]Change, error) {
	var values [2]map[string]string
	for i, content := range [][]byte{before, after} {
		var root yaml.Node
		if err := yaml.Unmarshal(content, &root); err != nil {
			return nil, fmt.Errorf("read the model file: %w", err)
		}
		values[i] = map[string]string{}
		scalars(&root, "", values[i])
	}
	var changes []Change
	for key, old := range values[0] { //fold:sorted
		if now, ok := values[1][key]; !ok || now != old {
			changes = append(changes, Change{key, old, now})
		}
	}
	for key, now := range values[1] { //fold:sorted
		if _, ok := values[0][key]; !ok {
			changes = append(changes, Change{key, "", now})
		}
	}
	slices.SortFunc(changes, func(a, b Change) int { return strings.Compare(a.Key, b.Key) })
	return changes, nil
}

// scalars notes the scalars below a node by their path. An item of a list is called by its name where it has one.
func scalars(n *yaml.Node, path string, into map[string]string) {
	join := func(part string) string { return strings.TrimPrefix(path+"."+part, ".") }
	switch n.Kind {
	case yaml.DocumentNode:
		scalars(n.Content[0], path, into)
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			scalars(n.Content[i+1], join(n.Content[i].Value), into)
		}
	case yaml.SequenceNode:
		for i, item := range n.Content {
			part := fmt.Sprint(i + 1)
			if name := child(item, "name"); name != nil {
				part = name.Value
			}
			scalars(item, join(part), into)
		}
	default:
		into[path] = n.Value
	}
}
